"""The same job with spotipy, as its documentation shows it: a line when what is playing has changed.

With --keep the access token is kept in a file, as spotipy does unless told otherwise, and renewed once an hour.
"""

import json
import sys
from datetime import datetime
from pathlib import Path

import spotipy
from dotenv import dotenv_values
from spotipy.cache_handler import CacheFileHandler, MemoryCacheHandler

folder = Path(sys.argv[1])
app = dotenv_values(folder / "credentials.env")
token = json.loads((folder / "token.json").read_text())
spotipy.SpotifyOAuth.OAUTH_TOKEN_URL = f"{app['SPOTIFY_ACCOUNTS_URL']}/api/token"

expired = {"refresh_token": token["refresh_token"], "scope": token["scope"], "expires_at": 0}
cache = MemoryCacheHandler(token_info=expired)
if "--keep" in sys.argv:
    cache = CacheFileHandler(cache_path=folder / "access.json")
    if not cache.get_cached_token():
        cache.save_token_to_cache(expired)
auth = spotipy.SpotifyOAuth(
    client_id=app["SPOTIFY_CLIENT_ID"],
    client_secret=app["SPOTIFY_CLIENT_SECRET"],
    redirect_uri="http://127.0.0.1:8888/callback",
    scope=token["scope"],
    cache_handler=cache,
)
spotify = spotipy.Spotify(auth_manager=auth)
spotify.prefix = f"{app['SPOTIFY_API_URL']}/v1/"
playing = spotify.current_user_playing_track(additional_types=("track", "episode"))

if playing and playing["item"]:
    item = playing["item"]
    log = folder / "history.log"
    if not (log.exists() and log.read_text().splitlines()[-1].endswith(item["uri"])):
        artists = ", ".join(artist["name"] for artist in item["artists"])
        with log.open("a") as file:
            file.write(f"{datetime.now().astimezone():%FT%T%z}\t{artists}\t{item['name']}\t{item['uri']}\n")
