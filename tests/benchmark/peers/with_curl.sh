#!/bin/sh
# The same job in the shell: a line when what is playing has changed.
set -eu
. "$1/credentials.env"
refresh=$(jq -r .refresh_token "$1/token.json")
access=$(curl -fsS -u "$SPOTIFY_CLIENT_ID:$SPOTIFY_CLIENT_SECRET" -d grant_type=refresh_token \
    --data-urlencode "refresh_token=$refresh" "$SPOTIFY_ACCOUNTS_URL/api/token" | jq -r .access_token)
line=$(curl -fsS -H "Authorization: Bearer $access" \
    "$SPOTIFY_API_URL/v1/me/player/currently-playing?additional_types=track,episode" |
    jq -r '[([.item.artists[].name] | join(", ")), .item.name, .item.uri] | @tsv')
case "$(tail -n 1 "$1/history.log" 2>/dev/null)" in
    *"$line") ;;
    *) printf '%s\t%s\n' "$(date +%FT%T%z)" "$line" >>"$1/history.log" ;;
esac
