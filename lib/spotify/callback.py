"""Where the answer to the consent arrives: pasted into the terminal, or sent by the browser to a loopback address.

Both are waited for at once in one thread, so nothing need be pasted on a desktop and nothing is missed over ssh.
"""

import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler
from io import RawIOBase
from select import select
from selectors import EVENT_READ, DefaultSelector
from socketserver import TCPServer
from urllib.parse import urlsplit

from lib.settings import loopback

AT_ONCE_S = 0.05
_PAGE = """<!doctype html><meta charset="utf-8"><title>Spotify history</title>
<body style="font:18px sans-serif;margin:4em auto;max-width:32em"><p>{}</p>"""
_THANKS = _PAGE.format("Thank you. The terminal says how it went; you can close this page.")
_ELSEWHERE = _PAGE.format("Nothing to see here.")


class Callback(TCPServer):
    """Listens at the redirect URI; `arrived` is the address that the browser was last sent to.

    No HTTPServer, which looks its own name up and may wait for a name server in doing so.
    """

    allow_reuse_address = True
    arrived: str | None = None

    def __init__(self, redirect_uri: str) -> None:
        parts = urlsplit(redirect_uri)
        host = parts.hostname or ""
        if ":" in host:
            self.address_family = socket.AF_INET6
        self.base = f"{parts.scheme}://{parts.netloc}"
        self.path = parts.path or "/"
        super().__init__((host, parts.port or 80), _Handler)

    def take(self) -> str | None:
        """The address that arrived with the request that waits now; None when it was for something else."""
        self.arrived = None
        self.handle_request()
        return self.arrived

    def handle_error(self, request: object, client_address: object) -> None:
        """A browser that hangs up is no trouble of ours, and a traceback could show the code."""


class _Handler(BaseHTTPRequestHandler):
    timeout = 1.0  # browsers open connections in reserve, and say nothing on them
    server: Callback

    def do_GET(self) -> None:
        """Takes the redirect; anything else (a favicon) gets 404."""
        ours = urlsplit(self.path).path == self.server.path
        if ours:
            self.server.arrived = self.server.base + self.path
        body = (_THANKS if ours else _ELSEWHERE).encode()
        self.send_response(200 if ours else 404)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Says nothing: the request line holds the code."""


def comes_here(redirect_uri: str) -> bool:
    """Whether a browser on this machine asks the program itself: plain http on a loopback address."""
    return loopback(redirect_uri) and urlsplit(redirect_uri).scheme == "http"


@contextmanager
def listening(redirect_uri: str) -> Iterator[Callback | None]:
    """The listener, when the browser comes here and the port is free; otherwise None."""
    server = None
    if comes_here(redirect_uri):
        with suppress(OSError, OverflowError):
            server = Callback(redirect_uri)
    try:
        yield server
    finally:
        if server:
            server.server_close()


def next_answer(pasted: RawIOBase, callback: Callback | None) -> str | None:
    """The next line that was pasted or the next address that arrived; None at the end of the input.

    `pasted` must be unbuffered, so that a line that waits in it can be waited for.
    """
    with DefaultSelector() as waiting:
        with suppress(PermissionError):  # epoll doesn't take a regular file, which never makes us wait
            waiting.register(pasted, EVENT_READ)
        if callback and waiting.get_map():
            waiting.register(callback, EVENT_READ)
        while waiting.get_map():
            for key, _ in waiting.select():
                if key.fileobj is pasted:
                    return _line(pasted)
                if callback and (address := callback.take()):
                    return address
        return _line(pasted)


def _line(pasted: RawIOBase) -> str | None:
    """The next line; at a terminal all that come at once, for an address may be pasted with line breaks in it."""
    line = bytes(pasted.readline())
    while line and pasted.isatty() and select([pasted], [], [], AT_ONCE_S)[0] and (more := bytes(pasted.readline())):
        line += more
    return line.decode("utf-8", "replace") if line else None
