"""Whatever the network does to any of the three requests: a fitting exit status, no token lost, no line either.

Each fault befalls the real client over real sockets, one request at a time, with the stand-in answering the others.
"""

import gzip
import re
import socket
import ssl
import subprocess
import sys
import tracemalloc
import zlib
from base64 import b64encode
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from threading import Event, Thread

import httpx
import pytest
import trustme

from lib import job
from lib.errors import PassingError, ProgramError
from lib.runner import message
from lib.spotify.transport import MOST_BYTES, Http, connect
from tests.support.evening import Evening
from tests.support.home import ROOT, Home
from tests.support.raw import as_http, http, in_front_of, raw_server, request_from, reset
from tests.support.times import MINUTE

Fault = Callable[[socket.socket, bytes], None]
REQUESTS = ("/api/token", "/v1/me/player/currently-playing", "/v1/me/player/recently-played")


def sent(*parts: bytes) -> Fault:
    """Sends this in place of the true answer, and hangs up."""

    def fault(connection: socket.socket, answer: bytes) -> None:
        for part in parts:
            connection.sendall(part)

    return fault


def altered(alter: Callable[[bytes, bytes], bytes]) -> Fault:
    """Sends what `alter` makes of the true answer's head and body, and hangs up."""

    def fault(connection: socket.socket, answer: bytes) -> None:
        head, _, body = answer.partition(b"\r\n\r\n")
        connection.sendall(alter(head, body))

    return fault


def then_reset(portion: Callable[[bytes], bytes]) -> Fault:
    """Sends a portion of the true answer, then RST."""

    def fault(connection: socket.socket, answer: bytes) -> None:
        connection.sendall(portion(answer))
        reset(connection)

    return fault


def after_another(answer: bytes) -> Fault:
    """Sends this, then the true answer."""
    return altered(lambda head, body: answer + head + b"\r\n\r\n" + body)


def claiming(length: bytes, head: bytes) -> bytes:
    """The head with another length of the body."""
    return re.sub(rb"Length: \d+", b"Length: " + length, head) + b"\r\n\r\n"


def endless(connection: socket.socket, answer: bytes) -> None:
    """A body of a gigabyte; how much of it was taken shows in SENT."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 65_536)
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 1000000000\r\n\r\n")
    SENT[:] = [0]
    while True:
        SENT[0] += connection.send(b" " * ONE_SEND)


SENT: list[int] = []
ONE_SEND = 65_536
"""What may have arrived without being counted yet."""
CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
HTML = b"<html><head><title>Log in to the hotel's network</title></head><body>Welcome!</body></html>"
FAULTS: dict[str, tuple[Fault, tuple[int, int, int]]] = {
    # name: (fault, exit status when it befalls the token, the player, the recent plays)
    "reset before the answer": (then_reset(lambda answer: b""), (75, 75, 75)),
    "reset within the headers": (then_reset(lambda answer: answer[:30]), (75, 75, 75)),
    "reset within the body": (then_reset(lambda answer: answer[:-5]), (75, 75, 75)),
    "reset after the headers": (then_reset(lambda answer: answer.partition(b"{")[0]), (75, 75, 75)),
    "hung up without an answer": (sent(), (75, 75, 75)),
    "hung up within the headers": (sent(b"HTTP/1.1 200 OK\r\nContent-"), (75, 75, 75)),
    "body truncated": (altered(lambda head, body: head + b"\r\n\r\n" + body[:-9]), (75, 75, 75)),
    "length too long": (altered(lambda head, body: claiming(b"99999", head) + body), (75, 75, 75)),
    "length too short": (altered(lambda head, body: claiming(b"20", head) + body), (76, 76, 76)),
    "length that is no number": (sent(b"HTTP/1.1 200 OK\r\nContent-Length: many\r\n\r\n{}"), (75, 75, 75)),
    "two lengths": (sent(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 5\r\n\r\n{}"), (75, 75, 75)),
    "chunks that are none": (sent(CHUNKED + b"nonsense\r\n"), (75, 75, 75)),
    "chunks that are the body": (altered(lambda head, body: CHUNKED + body + b"\r\n"), (75, 75, 75)),
    "no HTTP at all": (sent(b"SSH-2.0-OpenSSH_9.2p1 Debian-2\r\n"), (75, 75, 75)),
    "endless headers": (sent(b"HTTP/1.1 200 OK\r\n" + b"X-Header: x\r\n" * 99_999), (75, 75, 75)),
    "gzip garbage": (sent(http(200, b"\x1f\x8bnonsense", "Content-Encoding: gzip")), (76, 76, 76)),
    "redirect to no address": (sent(http(302, b"", "Location: about:blank")), (76, 76, 76)),
    "redirect to no host": (sent(http(302, b"", "Location: http://xn--a-/")), (76, 76, 76)),
    "an encoding nobody knows": (sent(http(200, b"\x00\x01", "Content-Encoding: snappy")), (76, 76, 76)),
    "gzip that swells": (sent(http(200, gzip.compress(b" " * 50_000_000, 1), "Content-Encoding: gzip")), (76, 76, 76)),
    "a body of 1 GB": (endless, (76, 76, 76)),
    "HTML with 200": (sent(http(200, HTML, "Content-Type: text/html")), (76, 76, 76)),
    "an empty body with 200": (sent(http(200, b"")), (76, 76, 76)),
    "204": (sent(b"HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n"), (76, 0, 76)),
    "JSON: a list": (sent(http(200, b"[]")), (76, 76, 76)),
    "JSON: a text": (sent(http(200, b'"well"')), (76, 76, 76)),
    "JSON: null": (sent(http(200, b"null")), (76, 76, 76)),
    "JSON: an empty object": (sent(http(200, b"{}")), (76, 76, 76)),
    "JSON: of other types": (sent(http(200, b'{"access_token": 5, "item": 5, "items": 5}')), (76, 0, 76)),
    "JSON: nested too deeply": (sent(http(200, b"[" * 100_000)), (76, 76, 76)),
    "not UTF-8": (sent(http(200, b'{"item": "\xff\xfe"}')), (76, 76, 76)),
    "301": (sent(http(301, b"", "Location: /elsewhere")), (76, 76, 76)),
    "400 without JSON": (sent(http(400, b"Bad request")), (76, 76, 76)),
    "401": (sent(http(401, b'{"error": {"status": 401, "message": "The access token expired"}}')), (76, 75, 75)),
    "403 in plain text": (sent(http(403, b"User not registered in the Developer Dashboard")), (77, 77, 77)),
    "404": (sent(http(404, b'{"error": {"status": 404, "message": "Service not found"}}')), (76, 76, 76)),
    "418 with nothing": (sent(http(418, b"")), (76, 76, 76)),
    "429": (sent(http(429, b"API rate limit exceeded", "Retry-After: 30")), (75, 75, 75)),
    "500": (sent(http(500, b'{"error": "server_error"}')), (75, 75, 75)),
    "502 with nothing": (sent(http(502, b"")), (75, 75, 75)),
    "502 with HTML": (sent(http(502, HTML, "Content-Type: text/html")), (75, 75, 75)),
    "503": (sent(http(503, b"upstream connect error or disconnect/reset before headers")), (75, 75, 75)),
    "599 cut short": (sent(http(599, b"x", length=99)), (75, 75, 75)),
    "100 Continue first": (after_another(b"HTTP/1.1 100 Continue\r\n\r\n"), (0, 0, 0)),
    "103 Early Hints first": (after_another(b"HTTP/1.1 103 Early Hints\r\nX: y\r\n\r\n"), (0, 0, 0)),
    "HTTP/1.0 without a length": (altered(lambda head, body: b"HTTP/1.0 200 OK\r\n\r\n" + body), (0, 0, 0)),
    "gzip unasked": (
        altered(lambda head, body: http(200, gzip.compress(body), "Content-Encoding: gzip")), (76, 76, 76),
    ),
    "a byte order mark": (altered(lambda head, body: http(200, b"\xef\xbb\xbf" + body)), (0, 0, 0)),
}  # fmt: skip


@pytest.fixture
def evening(tmp_path: Path) -> Iterator[Evening]:
    with living(tmp_path, public=False) as lived:
        yield lived


@contextmanager
def living(folder: Path, *, public: bool, songs: int = 9) -> Iterator[Evening]:
    """An evening one run old, with another song on the player since."""
    with Evening(folder, public=public, minutes=5, songs=songs).lived() as lived:
        lived.pass_ms(-4 * MINUTE)
        assert lived.run().status == 0
        lived.pass_ms(4 * MINUTE)
        yield lived


def run(lived: Evening, client: httpx.Client) -> ProgramError | None:
    """The error of one run of the job proper, with this client and by the evening's clock."""
    try:
        job.run(
            lived.home.settings,
            lambda: nullcontext(client),
            lambda: datetime.fromtimestamp(lived.now_ms() / 1000, UTC),
        )
    except ProgramError as error:
        return error
    return None


def run_with(lived: Evening, client: httpx.Client, path: str, fault: Fault) -> ProgramError | None:
    """One run in which the fault befalls one of the requests."""
    with raw_server(in_front_of(lived.fake_spotify, path, fault)) as url:
        lived.home.write_credentials(SPOTIFY_ACCOUNTS_URL=url, SPOTIFY_API_URL=url)
        try:
            return run(lived, client)
        finally:
            lived.home.write_credentials()


def status(error: ProgramError | None) -> int:
    return error.status if error else 0


def after(lived: Evening) -> tuple[int, int]:
    """How many lines are lost and doubled when the network is well again."""
    lived.pass_ms(2 * MINUTE)
    assert lived.run().status == 0
    assert lived.left_over() == []
    return lived.lost_and_doubled()


@pytest.mark.parametrize("path", REQUESTS)
@pytest.mark.slow
def test_each_fault_has_its_exit_status_and_loses_nothing(tmp_path: Path, client: httpx.Client, path: str) -> None:
    got, lost, doubled, tokens = {}, 0, 0, 0
    with living(tmp_path, public=False, songs=len(FAULTS) + 2) as lived:
        token = lived.home.token.read_bytes()
        for name, (fault, _) in FAULTS.items():
            error = run_with(lived, client, path, fault)
            got[name] = status(error)
            tokens += lived.home.token.read_bytes() != token
            if error:
                assert_fit_to_be_shown(lived, message(error, lived.home.credentials))
            cost = after(lived)
            print(f"{name:<30}{got[name]:>3}, afterwards {cost[0]} lines lost, {cost[1]} doubled")
            lost, doubled = lost + cost[0], doubled + cost[1]
            lived.pass_ms(2 * MINUTE)
    print(f"{len(got)} faults at {path}: {lost} lines lost, {doubled} doubled, {tokens} tokens lost")
    assert got == {name: expected[REQUESTS.index(path)] for name, (_, expected) in FAULTS.items()}
    assert (lost, doubled, tokens) == (0, 0, 0)


def assert_fit_to_be_shown(lived: Evening, text: str) -> None:
    assert len(text.splitlines()) == 1, text
    assert text.isprintable(), text
    assert ".." not in text, text
    spotify = lived.fake_spotify
    for secret in (spotify.client_secret, *spotify.refresh_tokens, *spotify.access_tokens):
        assert secret[:24] not in text


@pytest.mark.parametrize("path", REQUESTS)
def test_a_refused_connection_passes(evening: Evening, client: httpx.Client, path: str) -> None:
    with closing_before(evening, path) as url:
        evening.home.write_credentials(SPOTIFY_ACCOUNTS_URL=url, SPOTIFY_API_URL=url)
        error = run(evening, client)
    assert status(error) == 75
    assert error is not None
    assert "Connection refused" in error.what
    evening.home.write_credentials()
    assert after(evening) == (0, 0)


@contextmanager
def closing_before(lived: Evening, path: str) -> Iterator[str]:
    """A server that listens no more when the request for `path` comes."""
    left = REQUESTS.index(path)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        url = f"http://127.0.0.1:{listener.getsockname()[1]}"

        def serve() -> None:
            for remaining in range(left, 0, -1):
                with listener.accept()[0] as connection:
                    asked = request_from(connection)
                    if remaining == 1:
                        listener.close()
                    connection.sendall(as_http(lived.fake_spotify.answer(asked)))

        if left == 0:
            listener.close()
        thread = Thread(target=serve, daemon=True)
        thread.start()
        yield url
        thread.join(5)


def test_of_a_gigabyte_no_more_than_a_mebibyte_is_read(evening: Evening, client: httpx.Client) -> None:
    for path in REQUESTS:
        error = run_with(evening, client, path, endless)
        assert error is not None
        assert error.what == "127.0.0.1 sent more than 1048576 bytes."
        in_flight = 8 * 1024 * 1024  # what the two sockets' buffers hold
        assert SENT[0] + ONE_SEND > MOST_BYTES
        assert SENT[0] < MOST_BYTES + in_flight


@cache
def packed(times: int) -> bytes:
    """A gigabyte's worth of swelling: 256 MiB of zeros as gzip, and that again as gzip."""
    packer = zlib.compressobj(1, wbits=31)
    body = b"".join(packer.compress(bytes(1 << 24)) for _ in range(16)) + packer.flush()
    return gzip.compress(body) if times == 2 else body


def ends_soon(connection: socket.socket, answer: bytes) -> None:
    """A gzip body that is complete at once, and then goes on for as long as anybody takes it."""
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n" + gzip.compress(b"{}"))
    while True:
        connection.sendall(bytes(65_536))


BOMBS: dict[str, Callable[[], Fault]] = {
    "gzip": lambda: sent(http(200, packed(1), "Content-Encoding: gzip")),
    "gzip by another case": lambda: sent(http(200, packed(1), "Content-Encoding: GZip")),
    "gzip twice": lambda: sent(http(200, packed(2), "Content-Encoding: gzip, gzip")),
    "gzip twice, in two headers": lambda: sent(
        http(200, packed(2), "Content-Encoding: gzip", "Content-Encoding: gzip")
    ),
    "deflate": lambda: sent(http(200, zlib.compress(bytes(1 << 26)), "Content-Encoding: deflate")),
    "gzip that goes on after its end": lambda: ends_soon,
    "not packed": lambda: endless,
}


@pytest.mark.parametrize("name", BOMBS)
@pytest.mark.slow
def test_no_answer_swells_in_memory(evening: Evening, client: httpx.Client, name: str) -> None:
    bomb = BOMBS[name]()
    assert after(evening) == (0, 0)
    tracemalloc.start()
    try:
        error = run_with(evening, client, REQUESTS[0], bomb)
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    print(f"{name}: {most / MOST_BYTES:.1f} MiB at most")
    assert status(error) == 76
    assert most < 8 * MOST_BYTES


@pytest.mark.parametrize("over", [0, 1])
@pytest.mark.parametrize("pack", [None, "identity"])
def test_a_mebibyte_is_read_to_its_last_byte(
    evening: Evening, client: httpx.Client, pack: str | None, over: int
) -> None:
    def padded(head: bytes, body: bytes) -> bytes:
        body = body.ljust(MOST_BYTES + over)
        packing = [f"Content-Encoding: {pack}"] if pack else []
        return http(200, body, *packing)

    for path in REQUESTS[:2]:
        assert status(run_with(evening, client, path, altered(padded))) == (76 if over else 0)
        assert after(evening) == (0, 0)


def test_a_silence_of_15_seconds_is_the_longest_that_is_waited_for() -> None:
    with connect() as client:
        assert client.timeout == httpx.Timeout(15.0)


def test_answers_are_asked_for_uncompressed_and_by_name() -> None:
    with connect() as client:
        assert client.headers["Accept-Encoding"] == "identity"
        assert client.headers["User-Agent"] == "nowplaying-history"


def test_a_run_whose_time_is_over_asks_nothing_more(home: Home, client: httpx.Client) -> None:
    with pytest.raises(PassingError, match="didn't answer in time"):
        Http(client, seconds=-1).request("GET", home.url, headers={})
    Http(client).request("GET", home.url, headers={})
    assert len(home.fake_spotify.requests) == 1


ASKS = """
from lib.errors import PassingError
from lib.spotify.transport import Http, connect
try:
    Http(connect(), seconds=0.1).request("GET", "{url}", headers={{}})
except PassingError as error:
    print(error)
"""


@pytest.mark.slow
def test_a_request_that_hangs_does_not_keep_the_program_from_ending() -> None:
    ended = Event()

    def silent(_: socket.socket) -> None:
        ended.wait(30)

    with raw_server(silent) as url:
        command = [sys.executable, "-c", ASKS.format(url=url)]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=10, check=False)
        ended.set()
    assert (done.stdout, done.stderr) == ("127.0.0.1 didn't answer in time.\n", "")


def test_an_answer_that_isnt_http_is_not_quoted(evening: Evening, client: httpx.Client) -> None:
    error = run_with(evening, client, REQUESTS[0], sent(b"HTTP/1.1 200 OK\r\nnever to be shown\r\n\r\n"))
    assert status(error) == 75
    assert str(error) == "Can't connect to 127.0.0.1: illegal header line."


def test_what_a_server_without_tls_does_wrong_is_said_in_full(home: Home, client: httpx.Client) -> None:
    with pytest.raises(PassingError, match=r"^Can't connect to 127.0.0.1: \[SSL.*\] \w.*\.$"):
        Http(client).request("GET", home.url.replace("http:", "https:"), headers={})


@pytest.mark.parametrize("code", [301, 302, 303, 307, 308])
def test_no_redirect_is_followed_and_no_secret_forwarded(evening: Evening, client: httpx.Client, code: int) -> None:
    reached: list[bytes] = []

    def elsewhere(connection: socket.socket) -> None:
        reached.append(connection.recv(65_536))

    with raw_server(elsewhere) as url:
        for path in REQUESTS:
            error = run_with(evening, client, path, sent(http(code, b"", f"Location: {url}{path}")))
            assert status(error) == 76
    assert reached == []


def test_the_secret_goes_to_the_accounts_service_alone_and_in_one_header(evening: Evening) -> None:
    spotify = evening.fake_spotify
    pair = b64encode(f"{spotify.client_id}:{spotify.client_secret}".encode()).decode()
    assert after(evening) == (0, 0)
    assert {asked.path for asked in spotify.requests} == set(REQUESTS)
    for asked in spotify.requests:
        whole = f"{asked.query}{asked.headers}{asked.body}"
        to_accounts = asked.path == REQUESTS[0]
        assert (asked.headers["authorization"] == f"Basic {pair}") == to_accounts
        assert whole.count(pair) == to_accounts
        assert spotify.client_secret not in whole
        assert any(token in whole for token in spotify.refresh_tokens) == to_accounts
    assert "cookie" not in spotify.requests[-1].headers


# Certificates


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


CERTIFICATES = {
    "good": ("127.0.0.1", 1, True, None),
    "of another host": ("accounts.example.org", 1, True, "IP address mismatch"),
    "expired": ("127.0.0.1", -1, True, "certificate has expired"),
    "of an authority nobody trusts": ("127.0.0.1", 1, False, "unable to get local issuer certificate"),
}


@pytest.mark.parametrize("name", CERTIFICATES)
@pytest.mark.parametrize("path", REQUESTS[:2])
def test_only_a_certificate_that_is_good_gets_the_secret(
    evening: Evening, tmp_path: Path, authority: trustme.CA, name: str, path: str
) -> None:
    host, days, trusted, reason = CERTIFICATES[name]
    bundle = tmp_path / "trusted.pem"
    (authority if trusted else trustme.CA()).cert_pem.write_to_path(bundle)
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(host, not_after=datetime.now(UTC) + timedelta(days=days)).configure_cert(tls)
    reached: list[str] = []

    def truly(connection: socket.socket) -> None:
        asked = request_from(connection)
        reached.append(asked.path)
        connection.sendall(as_http(evening.fake_spotify.answer(asked)))

    key = "SPOTIFY_ACCOUNTS_URL" if path == REQUESTS[0] else "SPOTIFY_API_URL"
    with raw_server(truly, tls) as url, connect({"SSL_CERT_FILE": str(bundle)}) as client:
        evening.home.write_credentials(**{key: url})
        error = run(evening, client)
    if reason is None:
        assert error is None
        assert path in reached
    else:
        assert status(error) == 75
        assert error is not None
        assert "certificate can't be trusted" in error.what
        assert reason in error.what
        assert reached == []
    evening.home.write_credentials()
    assert after(evening) == (0, 0)


@pytest.mark.slow
def test_the_real_job_trusts_what_ssl_cert_file_names(evening: Evening, tmp_path: Path, authority: trustme.CA) -> None:
    bundle = tmp_path / "trusted.pem"
    authority.cert_pem.write_to_path(bundle)
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(tls)

    def truly(connection: socket.socket) -> None:
        connection.sendall(as_http(evening.fake_spotify.answer(request_from(connection))))

    with raw_server(truly, tls) as url:
        evening.home.write_credentials(SPOTIFY_ACCOUNTS_URL=url, SPOTIFY_API_URL=url)
        assert evening.home.job("--verbose").returncode == 75
        done = evening.home.job(env={"SSL_CERT_FILE": str(bundle)})
    assert (done.returncode, done.stderr) == (0, "")
    assert evening.lost_and_doubled() == (0, 0)


# A public client's token, which is spent by asking for the next


MASKED = b'{"error": "invalid_request", "debug": {"refresh_token": "REDACTED-REDACTED-REDACTED"}}'


@pytest.mark.parametrize("code", [301, 400, 401, 403, 404, 415, 418, 429])
@pytest.mark.parametrize("public", [True, False], ids=["public client", "with a secret"])
def test_what_looks_like_a_token_in_a_refusal_takes_no_tokens_place(
    tmp_path: Path, client: httpx.Client, public: bool, code: int
) -> None:
    with living(tmp_path, public=public) as lived:
        before = lived.home.token.read_bytes()
        for answer in (http(code, MASKED), http(code, MASKED, length=999)):
            assert status(run_with(lived, client, REQUESTS[0], sent(answer))) in (75, 76)
            assert lived.home.token.read_bytes() == before


def test_a_token_that_gets_lost_on_its_way_is_reported(tmp_path: Path, client: httpx.Client) -> None:
    with living(tmp_path, public=True) as lived:
        before = lived.home.token.read_bytes()
        cut = altered(lambda head, body: head + b"\r\n\r\n" + body[:-9])
        assert status(run_with(lived, client, REQUESTS[0], cut)) == 75
        assert lived.home.token.read_bytes() == before
        report = lived.run()
        assert report.status == 77
        assert "it was revoked, or the answer to its last refresh got lost." in report.err[0]
