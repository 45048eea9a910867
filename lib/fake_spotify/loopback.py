"""A service behind a real socket on 127.0.0.1."""

import json
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler
from socketserver import ThreadingTCPServer
from ssl import SSLContext
from threading import Thread
from typing import Any, NamedTuple
from urllib.parse import parse_qs, urlsplit


class Asked(NamedTuple):
    """A request as it arrived; header names in lower case."""

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: str


class Answered(NamedTuple):
    """An answer; a `body` that is not text is sent as JSON."""

    status: int
    body: Any = ""
    headers: Mapping[str, str] = {}


class _Server(ThreadingTCPServer):
    """Not an HTTPServer, which would ask a name server for its own name."""

    daemon_threads = True

    def __init__(self, answer: Callable[[Asked], Answered]) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.answer = answer

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that hangs up is its own affair; anything else is ours, and shown."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


class _Handler(BaseHTTPRequestHandler):
    server: _Server
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def do_GET(self) -> None:
        self._answer()

    def do_POST(self) -> None:
        self._answer()

    def _answer(self) -> None:
        url = urlsplit(self.path)
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
        query = {key: values[0] for key, values in parse_qs(url.query).items()}
        headers = {key.lower(): value for key, value in self.headers.items()}
        self._send(self.server.answer(Asked(self.command, url.path, query, headers, body)))

    def _send(self, answered: Answered) -> None:
        text = answered.body if isinstance(answered.body, str) else json.dumps(answered.body)
        kind = "text/plain" if isinstance(answered.body, str) else "application/json; charset=utf-8"
        body = text.encode("utf-8", "surrogatepass")
        self.send_response(answered.status)
        for name, value in {"Content-Type": kind, **answered.headers}.items():
            self.send_header(name, value)
        if answered.status != 204:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if answered.status != 204:
            self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Says nothing: a request line can hold a code."""


@contextmanager
def serve(answer: Callable[[Asked], Answered], tls: SSLContext | None = None) -> Iterator[str]:
    """Serves on 127.0.0.1, at a port that is free; yields the address, which serves for both SPOTIFY_…_URL.

    `tls`: the server's certificate; without, it is plain http.
    """
    server = _Server(answer)
    if tls:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
    Thread(target=server.serve_forever, args=(0.002,), daemon=True).start()
    try:
        yield f"{'https' if tls else 'http'}://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
