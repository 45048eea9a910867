"""The stand-in without a socket: an httpx client whose requests are answered in the same process."""

import json

import httpx

from lib.fake_spotify.loopback import Asked
from lib.fake_spotify.service import FakeSpotify


def in_process(fake_spotify: FakeSpotify) -> httpx.Client:
    """A client that asks `fake_spotify`, whatever the host of the address."""

    def answer(request: httpx.Request) -> httpx.Response:
        query = dict(request.url.params)
        asked = Asked(request.method, request.url.path, query, request.headers, request.content.decode())
        answered = fake_spotify.answer(asked)
        body = answered.body if isinstance(answered.body, str) else json.dumps(answered.body)
        return httpx.Response(answered.status, headers=dict(answered.headers), content=body.encode())

    return httpx.Client(transport=httpx.MockTransport(answer))
