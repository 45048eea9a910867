"""The web server to which the browser comes back after Spotify's consent page, at the redirect URI, and its page.

The page loads nothing and runs nothing, and the headers that go with it forbid both.
Each connection has its own thread and waits for no other: browsers open some in reserve and say nothing on them.
"""

import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from html import escape
from http.server import BaseHTTPRequestHandler
from queue import SimpleQueue
from socketserver import ThreadingTCPServer
from threading import Event, Thread
from typing import NamedTuple
from urllib.parse import urlsplit

from lib.settings import loopback

_STYLE = """
:root { color-scheme: light dark; --box: light-dark(#f0f1f3, #262b33); --faint: light-dark(#57606a, #a6adb8); }
:root { --mark: light-dark(#1a7f37, #3fb950); }
:root.problem { --mark: light-dark(#c9252d, #ff7b72); }
body { font: 1.0625rem/1.55 system-ui, sans-serif; margin: 0 auto; padding: 12vh 1.5rem 3rem; max-width: 34rem; }
h1 { font-size: 1.6rem; line-height: 1.25; margin: 0 0 1rem; }
h1::before { content: ""; display: block; width: 3rem; height: .35rem; margin-bottom: 1rem; background: var(--mark); }
p { margin: 0 0 1rem; overflow-wrap: anywhere; }
code { display: block; padding: .8rem 1rem; border-radius: .4rem; background: var(--box); font-size: .9rem; }
footer { margin-top: 2.5rem; font-size: .9rem; color: var(--faint); }
"""

HEADERS = {
    "Content-Type": "text/html; charset=utf-8",
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; img-src data:",
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
}

_HTML = """<!doctype html>
<html lang="en"{kind}>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title} · Spotify listening history</title>
<link rel="icon" href="data:,">
<style>{style}</style>
<main>
<h1>{title}</h1>
{body}
</main>
<footer>Spotify listening history, on this machine</footer>
</html>
"""


class Page(NamedTuple):
    """What happened, in a title and plain text; `command`: what to run next, if anything. `status` is HTTP's."""

    status: int
    title: str
    text: tuple[str, ...]
    command: str = ""

    def html(self) -> bytes:
        """The whole page; nothing in it is anything but text, whatever it holds."""
        body = "\n".join(f"<p>{escape(paragraph)}</p>" for paragraph in self.text)
        if self.command:
            body += f"\n<p><code>{escape(self.command)}</code></p>"
        kind = "" if self.status < 400 else ' class="problem"'
        return _HTML.format(kind=kind, title=escape(self.title), style=_STYLE, body=body).encode("utf-8", "replace")


def connected(until: str) -> Page:
    """The end that everybody wants; `until`: the day on which Spotify ends this authorization."""
    lasts = f"Your listening history can read what you play until {until}; it reminds you two weeks before."
    return Page(200, "Connected to Spotify", (lasts, "The terminal shows the next step. You can close this page."))


class Redirect:
    """The redirect that a browser followed. The browser waits for `reply`."""

    def __init__(self, query: str, send: Callable[[Page], None]) -> None:
        self.query = query
        self.replied = Event()
        self._send = send

    def reply(self, page: Page) -> None:
        """Shows the page in the browser, if that is still there."""
        with suppress(OSError):
            self._send(page)
        self.replied.set()


class Callback(ThreadingTCPServer):
    """Listens at the redirect URI. `bell` is readable when `take` has something to give.

    It's no HTTPServer, because that looks up its own name and may wait for a name server.
    """

    allow_reuse_address = True
    daemon_threads = True
    request_queue_size = 64

    def __init__(self, redirect_uri: str) -> None:
        """Raises OSError when it can't listen."""
        parts = urlsplit(redirect_uri)
        if ":" in (host := parts.hostname or ""):
            self.address_family = socket.AF_INET6
        super().__init__((host, parts.port or 80), _Handler)
        self.path = parts.path or "/"
        self.bell, self._ringer = socket.socketpair()
        self._arrived: SimpleQueue[Redirect] = SimpleQueue()
        self.last_page = Page(400, "Too late", ("The terminal has got its answer already: it shows what to do next.",))
        Thread(target=self.serve_forever, args=(0.05,), daemon=True).start()

    def arrive(self, redirect: Redirect) -> None:
        """Hands a redirect to `take`, and waits until it has its page."""
        self._arrived.put(redirect)
        self._ringer.send(b".")
        redirect.replied.wait()

    def take(self) -> Redirect:
        """The next redirect, which may be anybody's."""
        self.bell.recv(1)
        return self._arrived.get()

    def close(self) -> None:
        """Stops listening. Who still waits, such as a second tab, gets the page that was shown last."""
        self.shutdown()
        while not self._arrived.empty():
            self._arrived.get().reply(self.last_page)
        self.server_close()
        self.bell.close()
        self._ringer.close()

    def handle_error(self, request: object, client_address: object) -> None:
        """Says nothing: a browser may hang up, and a traceback could show the code."""


class _Handler(BaseHTTPRequestHandler):
    timeout = 10.0
    server: Callback

    def do_GET(self) -> None:
        """Takes the redirect; anything else (a favicon, a name that somebody pointed at 127.0.0.1) gets 404."""
        url = urlsplit(self.path)
        if url.path != self.server.path or not loopback(f"//{self.headers.get('Host', '')}"):
            self.send_error(404)
        else:
            self.server.arrive(Redirect(url.query, self._send))

    def _send(self, page: Page) -> None:
        self.server.last_page = page
        self.send_response(page.status)
        for name, value in HEADERS.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(page.html())

    def log_message(self, *_: object) -> None:
        """Says nothing: the request line holds the code."""


@contextmanager
def listening(redirect_uri: str) -> Iterator[Callback | None]:
    """A Callback, when the browser comes to this machine and the port is free; otherwise None."""
    callback = None
    if redirect_uri.startswith("http:"):  # which settings allow on loopback only
        with suppress(OSError):
            callback = Callback(redirect_uri)
    try:
        yield callback
    finally:
        if callback:
            callback.close()
