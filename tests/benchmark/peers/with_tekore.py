"""The same job with tekore, as its documentation shows it: a line when what is playing has changed."""

import json
import sys
from datetime import datetime
from pathlib import Path

import tekore
from dotenv import dotenv_values
from tekore._auth.expiring import client as accounts
from tekore._client import base as api

folder = Path(sys.argv[1])
app = dotenv_values(folder / "credentials.env")
token = json.loads((folder / "token.json").read_text())
accounts.OAUTH_TOKEN_URL = f"{app['SPOTIFY_ACCOUNTS_URL']}/api/token"
api.prefix = f"{app['SPOTIFY_API_URL']}/v1/"

credentials = tekore.Credentials(app["SPOTIFY_CLIENT_ID"], app["SPOTIFY_CLIENT_SECRET"])
spotify = tekore.Spotify(credentials.refresh_user_token(token["refresh_token"]))
playing = spotify.playback_currently_playing()

if playing and playing.item:
    item = playing.item
    log = folder / "history.log"
    if not (log.exists() and log.read_text().splitlines()[-1].endswith(item.uri)):
        artists = ", ".join(artist.name for artist in item.artists)
        with log.open("a") as file:
            file.write(f"{datetime.now().astimezone():%FT%T%z}\t{artists}\t{item.name}\t{item.uri}\n")
