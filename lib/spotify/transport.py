"""The one place where HTTP becomes an answer or an error.

Redirects are not followed, bodies are read to 1 MiB and no further, and everything is over by a deadline that holds
against a silent name server and a peer that drips a byte at a time. Nothing is tried twice: cron is the retry loop.
"""

import os
import ssl
import zlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from queue import Empty, SimpleQueue
from threading import Thread
from time import monotonic
from typing import TYPE_CHECKING, TypeVar
from urllib.parse import urlsplit

from lib.errors import NotUnderstoodError, PassingError, RateLimitedError, SettingsError
from lib.spotify.answer import Answer
from lib.spotify.tls import tls_context
from lib.text import one_line

if TYPE_CHECKING:
    import httpx  # loaded by the functions that ask: a run that asks nothing then takes half the time

MOST_BYTES = 1 << 20
RUN_S = 45.0
"""A run's conversations together; with its disk work it ends within 50 seconds."""
LONGEST_WAIT_S = 7 * 86_400
"""A longer Retry-After is absurd; up to 86,400 has been reported."""
T = TypeVar("T")


def connect(environ: Mapping[str, str] = os.environ) -> "httpx.Client":
    """A client for Spotify. Plain http, which settings allow on loopback only, never goes through a proxy.

    Raises SettingsError when the environment names certificates or a proxy that can't be used.
    """
    import httpx  # noqa: PLC0415 - see above

    tls = tls_context(environ)
    direct = httpx.HTTPTransport(verify=tls)
    headers = {"User-Agent": "nowplaying-history", "Accept": "application/json", "Accept-Encoding": "gzip"}
    mounts = {"http://": direct}
    try:
        return httpx.Client(verify=tls, timeout=15.0, follow_redirects=False, headers=headers, mounts=mounts)
    except (ImportError, ValueError, httpx.InvalidURL):  # whose words may quote the proxy's password
        what = "HTTPS_PROXY, ALL_PROXY, HTTP_PROXY or NO_PROXY in the environment holds what can't be used."
        mend = (
            "Correct or unset it where it is set: a proxy is http://HOST:PORT, not SOCKS; NO_PROXY takes no brackets."
        )
        raise SettingsError(what, mend) from None


class Http:
    """A client and the time by which a run's conversations must be over.

    status, received: of the last answer, the status and the body, as much as arrived even when `ask` raises; 0 and
    empty for none. The body may hold a token.
    """

    def __init__(self, client: "httpx.Client", seconds: float = RUN_S) -> None:
        self._client = client
        self._ends = monotonic() + seconds
        self.status = 0
        self.received = bytearray()

    def request(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str],
        form: Mapping[str, str] | None = None,
        query: Mapping[str, str] | None = None,
        secrets: tuple[str, ...] = (),
        private: bool = False,
    ) -> Answer:
        """One request, one answer of any status below 500 but 429.

        `secrets` are the strings of the request that no message may show; of a `private` answer none shows more
        than an OAuth error's code. Raises PassingError for a connection that fails or breaks off, a time-out or a
        5xx, RateLimitedError for 429, NotUnderstoodError for a body that is too long or can't be unpacked.
        """
        host = urlsplit(url).hostname or ""
        self.status, received = 0, bytearray()
        self.received = received
        with _in_words(host):
            request = self._client.build_request(method, url, headers=dict(headers), data=form, params=query)
            response = _within(self._ends - monotonic(), lambda: self._exchange(request, received), host)
        answer = Answer(response.status_code, host, bytes(received), tuple(filter(None, secrets)), private)
        if answer.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            raise PassingError(f"{host} has trouble of its own ({answer.status}){answer.quote()}")
        return answer

    def _exchange(self, request: "httpx.Request", received: bytearray) -> "httpx.Response":
        response = self._client.send(request, stream=True)
        self.status = response.status_code
        try:
            _heed_limit(response, request.url.host)
            # An httpx transport that answers in this process has read and unpacked its answer already.
            whole = [response.content] if response.is_stream_consumed else None
            packed = "" if whole else response.headers.get("Content-Encoding", "")
            unpacked = _unpacking(packed, request.url.host)
            for piece in whole or response.iter_raw():
                received += unpacked(piece, MOST_BYTES + 1 - len(received))
                if max(len(received), response.num_bytes_downloaded) > MOST_BYTES:
                    raise NotUnderstoodError(f"{request.url.host} sent more than {MOST_BYTES} bytes.")
            return response
        finally:
            response.close()


@contextmanager
def _in_words(host: str) -> Iterator[None]:
    """Turns what httpx raises into errors of ours."""
    import httpx  # noqa: PLC0415 - see above

    try:
        yield
    except zlib.error:
        raise NotUnderstoodError(f"{host} sent an answer that can't be unpacked.") from None
    except (httpx.InvalidURL, UnicodeError):
        raise NotUnderstoodError(f"{host} or the address that it points to is no name of a host.") from None
    except httpx.TimeoutException:
        raise PassingError(f"{host} didn't answer in time.") from None
    except httpx.RequestError as error:
        raise PassingError(f"No connection to {host}: {_reason(error)}.") from None


def _unpacking(encoding: str, host: str) -> Callable[[bytes, int], bytes]:
    """What turns the next piece of a body into plain bytes, and into no more of them than it is told."""
    if encoding.lower() == "gzip":
        return zlib.decompressobj(wbits=31).decompress
    if encoding.lower() not in ("", "identity"):
        raise NotUnderstoodError(f"{host} sent an answer that is packed in another way than asked for.")
    return lambda piece, _: piece


def _heed_limit(response: "httpx.Response", host: str) -> None:
    """Raises RateLimitedError for 429: on the headers' word, for a body may break off and the pause must hold."""
    if response.status_code == HTTPStatus.TOO_MANY_REQUESTS:
        wait_s = retry_after_s(response.headers.get("Retry-After"), response.headers.get("Date"))
        raise RateLimitedError(f"{host} asks for fewer requests (429).", wait_s)


def retry_after_s(value: str | None, date: str | None) -> int | None:
    """Seconds of a Retry-After header, given as seconds or as an HTTP date; None when absent or absurd."""
    try:
        if value is None or value.strip().isdigit():
            seconds = int(value or 0)
        else:
            # Against the Date of the same answer: our own clock may be wrong, and need not matter here.
            seconds = int((parsedate_to_datetime(value) - parsedate_to_datetime(date or "")).total_seconds())
    except (ValueError, TypeError, OverflowError):
        return None
    return seconds if 0 < seconds <= LONGEST_WAIT_S else None


def _within(seconds: float, work: Callable[[], T], host: str) -> T:
    """The work's result, or PassingError after `seconds`; then the thread is left behind and dies with the process.

    A thread, because neither httpx's time-outs nor a signal reach into a name look-up that hangs.
    """
    results: SimpleQueue[tuple[T | None, BaseException | None]] = SimpleQueue()

    def run() -> None:
        try:
            results.put((work(), None))
        except BaseException as error:  # noqa: BLE001 - handed over to the caller's thread, whatever it is
            results.put((None, error))

    Thread(target=run, daemon=True).start()
    try:
        result, error = results.get(timeout=max(seconds, 0.001))
    except Empty:
        raise PassingError(f"{host} didn't answer in time.") from None
    if error is not None:
        raise error
    return result  # type: ignore[return-value]  # a result when there is no error


def _reason(error: "httpx.RequestError") -> str:
    """Why, in words without a stop: a certificate's fault by its name, otherwise what the system says."""
    import httpx  # noqa: PLC0415 - see above

    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ssl.SSLCertVerificationError):
            return f"its certificate is not to be trusted ({one_line(cause.verify_message)}); is the clock right?"
        cause = cause.__cause__ or cause.__context__
    said = one_line(str(error))
    if isinstance(error, httpx.ProtocolError):
        said = said.partition(":")[0]  # what follows is quoted from the answer
    return said[:120].rstrip(". ") or type(error).__name__
