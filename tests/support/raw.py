"""A server over raw sockets that does to a connection whatever a test wants, in place of the stand-in or before it."""

import json
import socket
import ssl
import struct
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from threading import Thread
from urllib.parse import parse_qsl, urlsplit

from lib.fake_spotify.loopback import Answered, Asked
from lib.fake_spotify.service import FakeSpotify

Behaviour = Callable[[socket.socket], None]


@contextmanager
def raw_server(behave: Behaviour, tls: ssl.SSLContext | None = None) -> Iterator[str]:
    """Listens on loopback and hands each connection to `behave`, in a thread; yields the address."""
    listener = socket.create_server(("127.0.0.1", 0))

    def serve(connection: socket.socket) -> None:
        with suppress(OSError), connection if tls is None else tls.wrap_socket(connection, server_side=True) as talk:
            behave(talk)

    def accept() -> None:
        with suppress(OSError):
            while True:
                Thread(target=serve, args=(listener.accept()[0],), daemon=True).start()

    Thread(target=accept, daemon=True).start()
    try:
        yield f"http{'s' if tls else ''}://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        with suppress(OSError):
            listener.shutdown(socket.SHUT_RDWR)
        listener.close()


def request_from(connection: socket.socket) -> Asked:
    """The request that arrives, whole."""
    received = b""
    while b"\r\n\r\n" not in received:
        received += _some(connection)
    head, _, body = received.partition(b"\r\n\r\n")
    first, *rest = head.decode().split("\r\n")
    method, target, _ = first.split()
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in rest)}
    while len(body) < int(headers.get("content-length", 0)):
        body += _some(connection)
    url = urlsplit(target)
    return Asked(method, url.path, dict(parse_qsl(url.query)), headers, body.decode())


def http(status: int, body: bytes, *headers: str, length: int | None = None) -> bytes:
    """An answer as it goes over the http, after which the connection closes; `length` is what it claims of its body."""
    lines = [f"HTTP/1.1 {status} Whatever", f"Content-Length: {len(body) if length is None else length}"]
    return "\r\n".join((*lines, "Connection: close", *headers, "", "")).encode() + body


def as_http(answered: Answered) -> bytes:
    """What the stand-in answers, as it goes over the http."""
    text = answered.body if isinstance(answered.body, str) else json.dumps(answered.body)
    headers = [f"{name}: {value}" for name, value in answered.headers.items()]
    return http(answered.status, text.encode(), *headers)


def in_front_of(fake_spotify: FakeSpotify, path: str, fault: Callable[[socket.socket, bytes], None]) -> Behaviour:
    """Answers as `fake_spotify` does, but for `path`: there `fault` gets the connection and the true answer."""

    def behave(connection: socket.socket) -> None:
        asked = request_from(connection)
        answer = as_http(fake_spotify.answer(asked))
        if asked.path == path:
            fault(connection, answer)
        else:
            connection.sendall(answer)

    return behave


def reset(connection: socket.socket) -> None:
    """Ends the connection with RST, as a host does that knows nothing of it."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.close()


def _some(connection: socket.socket) -> bytes:
    received = connection.recv(65_536)
    if not received:
        raise ConnectionError("the client hung up")
    return received
