"""A person with a browser, at whose side bootstrap_token.py runs: they read the address, act, and paste."""

import os
import socket
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from io import RawIOBase, StringIO
from threading import Thread
from typing import NamedTuple, cast

from lib.bootstrap import bootstrap
from lib.console import Console
from lib.runner import failed
from lib.spotify.transport import connect
from tests.support.home import CRON, ROOT, Home

Answer = Callable[[str], str]
"""What the person pastes, all of it, when they have seen the authorize URL."""


class Told(NamedTuple):
    """How bootstrap ended, and what it said."""

    status: int
    out: str
    err: str

    @property
    def url(self) -> str:
        """The authorize URL, which stands alone on its line."""
        (url,) = [line for line in self.out.splitlines() if "/authorize?" in line]
        return url


def bootstrap_script(
    home: Home, answer: Answer, *, env: Mapping[str, str] | None = None, prefix: Sequence[str] = ()
) -> Told:
    """The real script, in cron's environment; its standard input is a pipe that ends after the answer."""
    command = [*prefix, sys.executable, str(ROOT / "bootstrap_token.py"), "--credentials", str(home.credentials)]
    pipe = subprocess.PIPE
    with subprocess.Popen(
        command, stdin=pipe, stdout=pipe, stderr=pipe, env={**CRON, **(env or {})}, cwd="/", bufsize=0
    ) as process:
        assert process.stdout
        said, pasted = b"", ""
        while line := process.stdout.readline():
            said += line
            if line.startswith(b"http"):
                pasted = answer(line.decode().strip())
                break
        out, err = process.communicate(pasted.encode(), timeout=30)
    return Told(process.returncode, (said + out).decode(), err.decode())


class _Screen(StringIO):
    """Shows the person what bootstrap says; what they answer comes out of `pasted`."""

    def __init__(self, answer: Answer) -> None:
        super().__init__()
        self._answer = answer
        self._acting: list[Thread] = []
        self._mine, theirs = socket.socketpair()
        self.pasted = cast("RawIOBase", theirs.makefile("rb", buffering=0))
        theirs.close()

    def write(self, text: str) -> int:
        for line in text.splitlines():
            if "/authorize?" in line:
                self._acting.append(Thread(target=self._act, args=(line,)))
                self._acting[-1].start()
        return super().write(text)

    def _act(self, url: str) -> None:
        """Beside bootstrap, which shows a browser its page while it waits for the paste."""
        try:
            self._mine.sendall(self._answer(url).encode())
        finally:
            self._mine.shutdown(socket.SHUT_WR)

    def close(self) -> None:
        for thread in self._acting:
            thread.join()
        self._mine.close()
        self.pasted.close()
        super().close()


def bootstrap_here(home: Home, answer: Answer, *, browse: Callable[[str], object] | None = None) -> Told:
    """The same without a new process, and by the stand-in's clock."""
    err = StringIO()

    def now() -> datetime:
        return datetime.fromtimestamp(home.fake_spotify.now_ms() / 1000, UTC)

    with _Screen(answer) as out:
        status = 0
        try:
            bootstrap(home.credentials, {}, connect, now, Console(out.pasted, out, err, browse=browse))
        except Exception as error:  # noqa: BLE001 - as the script does
            report = failed(error, home.credentials)
            status = report.status
            print(*report.err, sep="\n", file=err)
        return Told(status, out.getvalue(), err.getvalue())


def listens_at(home: Home, uri: str = "http://127.0.0.1:{port}/callback") -> str:
    """Registers a redirect URI at a free port, so that tests side by side don't meet."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        registered = uri.format(port=free.getsockname()[1])
    home.fake_spotify.redirect_uris = (registered,)
    home.write_credentials(SPOTIFY_REDIRECT_URI=registered)
    return registered


def minding_permissions() -> list[str]:
    """A prefix that takes from root what lets it read and write everything; nothing for anyone else."""
    return ["setpriv", "--bounding-set=-dac_override,-dac_read_search"] if os.geteuid() == 0 else []
