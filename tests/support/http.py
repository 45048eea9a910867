"""Clients for the stand-in: over plain http, and without a socket, answered in the same process."""

import json
import ssl
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from email.utils import formatdate
from types import SimpleNamespace
from typing import Any, cast
from urllib.parse import parse_qsl, urlencode, urlsplit

import httpx

from lib.fake_spotify.accounts import FORM
from lib.fake_spotify.loopback import Answered, Asked
from lib.fake_spotify.service import FakeSpotify
from lib.spotify import transport
from tests.support.changed import changed

_NO_TLS = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


def plainly() -> httpx.Client:
    """A client for plain http. It reads no certificates, which would take longer than a whole run."""
    return httpx.Client(verify=_NO_TLS, trust_env=False)


def in_process(fake_spotify: FakeSpotify) -> httpx.Client:
    """A client that asks `fake_spotify`, whatever the host of the address."""

    def answer(request: httpx.Request) -> httpx.Response:
        query = dict(request.url.params)
        asked = Asked(request.method, request.url.path, query, request.headers, request.content.decode())
        answered = fake_spotify.answer(asked)
        headers = {"Date": formatdate(usegmt=True), **answered.headers}
        return httpx.Response(answered.status, headers=headers, content=iter([_content(answered)]))

    return httpx.Client(transport=httpx.MockTransport(answer))


class Direct:
    """What the job needs of an httpx client, without most of what httpx does for a request; five times as fast."""

    def __init__(self, fake_spotify: FakeSpotify) -> None:
        self._fake_spotify = fake_spotify

    @contextmanager
    def stream(
        self, method: str, url: str, *, headers: Mapping[str, str], data: Mapping[str, str] | None
    ) -> Iterator[Any]:
        """The answer, whole: what the transport looks at of an httpx.Response."""
        parts = urlsplit(url)
        sent = {name.lower(): value for name, value in headers.items()} | ({"content-type": FORM} if data else {})
        query = dict(parse_qsl(parts.query))
        answered = self._fake_spotify.answer(Asked(method, parts.path, query, sent, urlencode(data or {})))
        content = _content(answered)
        yield SimpleNamespace(
            status_code=answered.status,
            headers=answered.headers,
            url=SimpleNamespace(host=parts.hostname or ""),
            iter_raw=lambda: [content],
        )


class _Inline:
    """A thread that runs in its caller's: an answer that is there already needs no watching over."""

    def __init__(self, target: Any, daemon: bool) -> None:
        self.start = target

    def join(self, timeout: float) -> None:
        """There's nothing left to wait for."""


@contextmanager
def without_httpx(fake_spotify: FakeSpotify) -> Iterator[httpx.Client]:
    """A client for many thousands of runs: no httpx and no thread for each request, for this process alone."""
    with changed(_Inline, "Thread", transport):
        yield cast("httpx.Client", Direct(fake_spotify))


def _content(answered: Answered) -> bytes:
    body = answered.body if isinstance(answered.body, str) else json.dumps(answered.body)
    return body.encode()
