"""The least that Python with httpx can do: a new access token, what is playing, a line."""

import json
import sys
from pathlib import Path

import httpx

folder = Path(sys.argv[1])
app = dict(line.split("=", 1) for line in (folder / "credentials.env").read_text().splitlines())
token = json.loads((folder / "token.json").read_text())

with httpx.Client() as client:
    grant = client.post(
        f"{app['SPOTIFY_ACCOUNTS_URL']}/api/token",
        auth=(app["SPOTIFY_CLIENT_ID"], app["SPOTIFY_CLIENT_SECRET"]),
        data={"grant_type": "refresh_token", "refresh_token": token["refresh_token"]},
    )
    answer = client.get(
        f"{app['SPOTIFY_API_URL']}/v1/me/player/currently-playing",
        params={"additional_types": "track,episode"},
        headers={"Authorization": f"Bearer {grant.json()['access_token']}"},
    )

if answer.status_code == 200:
    item = answer.json()["item"]
    with (folder / "history.log").open("a") as log:
        log.write(f"{item['artists'][0]['name']}\t{item['name']}\t{item['uri']}\n")
