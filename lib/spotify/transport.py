"""The one place where HTTP becomes an answer or an error.

Redirects aren't followed, bodies are read to 1 MiB, and everything is over by a deadline, even if a name server is
silent or the other side sends a byte at a time. Nothing is tried twice, because the next run tries again.
"""

import os
import re
import ssl
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from threading import Thread
from time import monotonic
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urlsplit

from lib import json_values as values
from lib.errors import LONGEST_WAIT_S, NotUnderstoodError, PassingError, RateLimitedError, SettingsError
from lib.json_values import Json
from lib.spotify.tls import tls_context
from lib.text import one_line

if TYPE_CHECKING:
    import httpx  # loaded where it's used: a run that asks nothing takes half the time without it

Connect = Callable[[], AbstractContextManager["httpx.Client"]]
MOST_BYTES = 1 << 20
RUN_S = 45.0
"""All of a run's requests together; with its disk work it ends within 50 seconds."""
SILENCE_S = 15.0
"""How long to wait for a connection, or for more of an answer."""
HEADERS = {"User-Agent": "nowplaying-history", "Accept-Encoding": "identity"}
_NO_WORD = r"[A-Za-z0-9_+/=%.~\\-]{24,}"
"""Spotify's tokens, codes and client secrets are longer, and no word that it says to people is."""


class Answer(NamedTuple):
    """A whole answer. `host` is who gave it.

    Only `quote` shows what it says. `accounts` never quotes, because its answers may hold tokens.
    """

    status: int
    host: str
    body: bytes

    def __repr__(self) -> str:
        return f"Answer({self.status}, {self.host!r}, …)"

    def json(self) -> Json:
        """The body as JSON; None if it isn't."""
        try:
            return values.parse(self.body)
        except ValueError:
            return None

    def error(self) -> Json:
        """What an error says of itself under "error" (Spotify: "API calls"); None if it's nothing of that kind."""
        return values.table(self.json()).get("error")

    def quote(self) -> str:
        """The end of a sentence: what the answer says, in one line without secrets, or a full stop.

        That's the message of a JSON error, or the text, if it's no web page.
        """
        said = self.body.decode("utf-8", "replace")
        if said.lstrip().startswith(("{", "<")):
            error = self.error()
            said = values.text(error) or values.text(values.table(error).get("message"))
        text = re.sub(_NO_WORD, "…", " ".join(one_line(said).split()))
        return f": {text[:120]}" if text else "."


def connect(environ: Mapping[str, str] = os.environ) -> "httpx.Client":
    """A client for Spotify. Plain http, which settings allow on loopback only, never goes through a proxy.

    Raises SettingsError if the environment names certificates or a proxy that can't be used.
    """
    import httpx  # noqa: PLC0415 - see above

    tls = tls_context(environ)
    mounts = {"http://": httpx.HTTPTransport(verify=tls)}
    try:
        return httpx.Client(verify=tls, timeout=SILENCE_S, headers=HEADERS, mounts=mounts)
    except (ImportError, ValueError, httpx.InvalidURL):  # their messages can quote the proxy's password
        raise SettingsError(
            "HTTPS_PROXY, ALL_PROXY, HTTP_PROXY or NO_PROXY in the environment has a value that can't be used.",
            "Correct or unset it: a proxy is http://HOST:PORT (SOCKS isn't supported); NO_PROXY takes no brackets.",
        ) from None


class Http:
    """A client, and the time by which all requests of a run must be over."""

    def __init__(self, client: "httpx.Client", seconds: float = RUN_S) -> None:
        self._client = client
        self._ends = monotonic() + seconds

    def request(
        self, method: str, url: str, *, headers: Mapping[str, str], form: Mapping[str, str] | None = None
    ) -> Answer:
        """One request, one answer of any status below 500 but 429.

        Raises PassingError if the connection fails or breaks, after a time-out and for a 5xx, RateLimitedError for 429,
        NotUnderstoodError for a body that's too long.
        """
        import httpx  # noqa: PLC0415 - see above

        host = urlsplit(url).hostname or ""
        try:
            streamed = self._client.stream(method, url, headers=headers, data=form)
            status, body = _within(self._ends - monotonic(), lambda: _exchange(streamed))
        except (httpx.InvalidURL, UnicodeError):
            raise NotUnderstoodError(f"{host} or the address that it redirects to isn't a valid name.") from None
        except (httpx.TimeoutException, TimeoutError):
            raise PassingError(f"{host} didn't answer in time.") from None
        except httpx.RequestError as error:
            raise PassingError(f"Can't connect to {host}: {_reason(error)}") from None
        if status >= 500:
            raise PassingError(f"{host} has a problem ({status}).")
        return Answer(status, host, body)


def _exchange(streamed: "AbstractContextManager[httpx.Response]") -> tuple[int, bytes]:
    """Sends the request; the status and the body of the answer."""
    with streamed as response:
        if response.status_code == 429:  # whatever becomes of the body, the pause holds
            wait_s = retry_after_s(response.headers.get("Retry-After", ""))
            raise RateLimitedError(f"{response.url.host} asks for fewer requests (429).", wait_s)
        body = b""
        for piece in response.iter_raw():  # never unpacked, because a small answer could grow to gigabytes
            body += piece
            if len(body) > MOST_BYTES:
                raise NotUnderstoodError(f"{response.url.host} sent more than {MOST_BYTES} bytes.")
        return response.status_code, body


def retry_after_s(value: str) -> int | None:
    """The seconds in a Retry-After header (Spotify: "Rate Limits"); None if it's absent or absurd."""
    digits = value.strip()
    seconds = int(digits) if digits.isdecimal() and len(digits) < 9 else 0  # int() takes 1_0, and not what's too long
    return seconds if 0 < seconds <= LONGEST_WAIT_S else None


def _within(seconds: float, work: Callable[[], tuple[int, bytes]]) -> tuple[int, bytes]:
    """The work's result. Raises TimeoutError after `seconds`; its thread is then left behind and dies with the process.

    It's a thread because neither httpx's time-outs nor a signal can interrupt a name look-up that hangs.
    """
    if seconds <= 0:
        raise TimeoutError
    outcomes: list[tuple[int, bytes] | BaseException] = []

    def run() -> None:
        try:
            outcomes.append(work())
        except BaseException as error:  # noqa: BLE001 - it's raised in the caller's thread, whatever it is
            outcomes.append(error)

    thread = Thread(target=run, daemon=True)
    thread.start()
    thread.join(seconds)
    if not outcomes:
        raise TimeoutError
    if isinstance(outcomes[0], BaseException):
        raise outcomes[0]
    return outcomes[0]


def _reason(error: "httpx.RequestError") -> str:
    """Why, with a full stop: what's wrong with a certificate, or else what the system says."""
    import httpx  # noqa: PLC0415 - see above

    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ssl.SSLCertVerificationError):
            said = one_line(cause.verify_message)
            return f"its certificate can't be trusted ({said}). Is this machine's clock right?"
        cause = cause.__context__
    said = one_line(error)
    if isinstance(error, httpx.ProtocolError):
        said = said.partition(":")[0]  # what follows is quoted from the answer
    return f"{said[:120].rstrip('. ')}."
