"""The web server to which the browser comes back after Spotify's consent page, at the redirect URI.

Each connection has its own thread and waits for no other: browsers open some in reserve and say nothing on them.
"""

import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler
from io import BytesIO
from queue import Empty, SimpleQueue
from socketserver import ThreadingTCPServer
from threading import Event, Lock, Thread
from typing import Any
from urllib.parse import urlsplit

from lib.consent_page import HEADERS, NOT_FOUND, STILL_WORKING, UNEXPECTED, Page
from lib.settings import loopback

REPLY_WITHIN_S = 20.0
"""How long a browser waits for the page that says how it went."""
SENT_WITHIN_S = 2.0
SILENT_FOR_S = 10.0
MOST_SILENT = 64
"""Connections that haven't sent a whole request; the oldest makes room for the next."""
MOST_BYTES = 65_536
"""A request's head is no longer: browsers send every cookie of 127.0.0.1, whichever program set it."""


class Redirect:
    """The redirect that a browser followed, which waits for `reply`."""

    def __init__(self, query: str) -> None:
        self.query = query
        self.sent = Event()
        self._replies: SimpleQueue[Page] = SimpleQueue()

    def reply(self, page: Page) -> None:
        """Shows the page in the browser; only the first one counts."""
        self._replies.put(page)

    def page(self, within_s: float = REPLY_WITHIN_S) -> Page:
        """The reply; after `within_s` seconds without one, that there is none yet."""
        try:
            return self._replies.get(timeout=within_s)
        except Empty:
            return STILL_WORKING


class Callback:
    """Listens at the redirect URI. `select` finds it readable when `take` has something to give."""

    def __init__(self, redirect_uri: str, expected: Callable[[str], bool]) -> None:
        """`expected`: whether a query is the one waited for. Raises OSError, OverflowError when it can't listen."""
        self._expected = expected
        self._arrived: SimpleQueue[Redirect] = SimpleQueue()
        self._unanswered: set[Redirect] = set()
        self._server = _Server(redirect_uri, self._answer)
        self._bell, self._ringer = socket.socketpair()
        Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()

    def fileno(self) -> int:
        """For `select`."""
        return self._bell.fileno()

    def take(self) -> Redirect:
        """The next redirect that was expected; any other has got its page already."""
        self._bell.recv(1)
        return self._arrived.get()

    def close(self) -> None:
        """Stops listening, as soon as every browser that waits for a page has one."""
        self._server.shutdown()
        self._server.server_close()
        for redirect in list(self._unanswered):
            redirect.reply(STILL_WORKING)
            redirect.sent.wait(SENT_WITHIN_S)
        self._bell.close()
        self._ringer.close()

    def _answer(self, query: str, send: Callable[[Page], None]) -> None:
        if not self._expected(query):
            send(UNEXPECTED)
            return
        redirect = Redirect(query)
        self._unanswered.add(redirect)
        self._arrived.put(redirect)
        try:
            self._ringer.send(b".")
            send(redirect.page())
        finally:
            self._unanswered.discard(redirect)
            redirect.sent.set()


class _Server(ThreadingTCPServer):
    """No HTTPServer, which looks its own name up and may wait for a name server in doing so."""

    allow_reuse_address = True
    daemon_threads = True
    request_queue_size = 128

    def __init__(self, redirect_uri: str, answer: Callable[[str, Callable[[Page], None]], None]) -> None:
        parts = urlsplit(redirect_uri)
        if ":" in (host := parts.hostname or ""):
            self.address_family = socket.AF_INET6
        self.path = parts.path or "/"
        self.answer = answer
        self._silent: dict[socket.socket, None] = {}
        self._lock = Lock()
        super().__init__((host, parts.port or 80), _Handler)

    def process_request(self, request: Any, client_address: Any) -> None:
        """Hands the connection to a thread; where too many are silent, the oldest is hung up."""
        with self._lock:
            self._silent[request] = None
            oldest = next(iter(self._silent)) if len(self._silent) > MOST_SILENT else None
        if oldest:
            self.heard(oldest)
            with suppress(OSError):
                oldest.shutdown(socket.SHUT_RDWR)
        super().process_request(request, client_address)

    def heard(self, request: socket.socket) -> None:
        """Notes that a connection isn't silent any more."""
        with self._lock:
            self._silent.pop(request, None)

    def handle_error(self, request: object, client_address: object) -> None:
        """A browser that hangs up is no trouble of ours, and a traceback could show the code."""


class _Handler(BaseHTTPRequestHandler):
    timeout = SILENT_FOR_S
    error_message_format = "%(code)d"  # the standard text quotes the request
    server: _Server

    def setup(self) -> None:
        """Reads the whole head at once, as much as is allowed, before anything is made of it."""
        super().setup()
        try:
            self.rfile = BytesIO(_head(self.connection))
        finally:
            self.server.heard(self.request)

    def do_GET(self) -> None:
        """Takes the redirect; anything else (a favicon, a name that somebody pointed at 127.0.0.1) gets 404."""
        url = urlsplit(self.path)
        if url.path == self.server.path and loopback(f"//{self.headers.get('Host', '')}"):
            self.server.answer(url.query, self._send)
        else:
            self._send(NOT_FOUND)

    def _send(self, page: Page) -> None:
        body = page.html()
        self.send_response(page.status)
        for name, value in {**HEADERS, "Content-Length": str(len(body)), "Connection": "close"}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Says nothing: the request line holds the code."""


def comes_here(redirect_uri: str) -> bool:
    """Whether a browser on this machine asks the program itself: plain http on a loopback address."""
    return loopback(redirect_uri) and urlsplit(redirect_uri).scheme == "http"


@contextmanager
def listening(redirect_uri: str, expected: Callable[[str], bool]) -> Iterator[Callback | None]:
    """A Callback, when the browser comes here and the port is free; otherwise None."""
    callback = None
    if comes_here(redirect_uri):
        with suppress(OSError, OverflowError):
            callback = Callback(redirect_uri, expected)
    try:
        yield callback
    finally:
        if callback:
            callback.close()


def _head(connection: socket.socket) -> bytes:
    """A request's line and headers, to the blank line; nothing when they end before, or never do."""
    head = b""
    while len(head) < MOST_BYTES and (piece := connection.recv(4096)):
        head += piece
        if b"\r\n\r\n" in head:
            return head
    return b""
