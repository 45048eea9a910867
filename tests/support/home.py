"""A person's folder: credentials for a stand-in, and the real scripts run in it as cron and people run them."""

import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import httpx

from lib.disk import credentials, history_log, token_store
from lib.disk.token_store import Token
from lib.fake_spotify.accounts import Authorization
from lib.fake_spotify.service import FakeSpotify
from lib.secret import Secret
from lib.settings import Settings

ROOT = Path(__file__).parents[2]
CRON = {"PATH": "/usr/bin:/bin"}
"""All that cron gives a job, but for HOME, LOGNAME and SHELL: no locale, no terminal."""


@dataclass
class Home:
    """A folder with credentials.env for the stand-in at `url`."""

    folder: Path
    fake_spotify: FakeSpotify
    url: str

    def __post_init__(self) -> None:
        self.write_credentials()

    @property
    def credentials(self) -> Path:
        return self.folder / "credentials.env"

    @property
    def token(self) -> Path:
        return self.folder / "token.json"

    @property
    def state(self) -> Path:
        return self.folder / "state.json"

    @property
    def log(self) -> Path:
        return self.folder / "history.log"

    @property
    def settings(self) -> Settings:
        return credentials.load(self.credentials, {})

    def write_credentials(self, **changed: str) -> None:
        """credentials.env, 0600, with these keys changed or added."""
        values = {
            "SPOTIFY_CLIENT_ID": self.fake_spotify.client_id,
            "SPOTIFY_CLIENT_SECRET": self.fake_spotify.client_secret,
            "SPOTIFY_ACCOUNTS_URL": self.url,
            "SPOTIFY_API_URL": self.url,
            **changed,
        }
        self.credentials.write_text("".join(f'{key}="{value}"\n' for key, value in values.items()))
        self.credentials.chmod(0o600)

    def authorize(self, scope: str | None = None, authorized_at: datetime | None = None) -> str:
        """Saves a token as bootstrap would have; returns the refresh token."""
        at = authorized_at or datetime.fromtimestamp(self.fake_spotify.now_ms() / 1000, UTC)
        granted = self.settings.scope if scope is None else scope
        refresh_token = f"refresh-{len(self.fake_spotify.refresh_tokens)}-{'x' * 120}"
        self.fake_spotify.refresh_tokens[refresh_token] = Authorization(granted, int(at.timestamp() * 1000))
        token_store.save(self.token, Token(Secret(refresh_token), granted, self.settings.client_id, at))
        return refresh_token

    def lines(self) -> list[list[str]]:
        """The log's lines, each as its columns; a line torn or unended fails."""
        if not self.log.exists():
            return []
        text = self.log.read_text(encoding="utf-8")
        assert not text or text.endswith("\n")
        return [line.split("\t") for line in text.split("\n")[:-1]]

    def titles(self) -> list[str]:
        """What was played, line by line."""
        return [line[history_log.COLUMNS.index("title")] for line in self.lines()]

    def script(
        self,
        name: str,
        *options: str,
        pasted: str | bytes = b"",
        env: Mapping[str, str] | None = None,
        prefix: Sequence[str] = (),
    ) -> subprocess.CompletedProcess[str]:
        """Runs a script as cron does, with this folder's credentials; `pasted` is its standard input."""
        command = [*prefix, sys.executable, str(ROOT / name), "--credentials", str(self.credentials), *options]
        given = pasted.encode() if isinstance(pasted, str) else pasted
        done = subprocess.run(
            command, input=given, env={**CRON, **(env or {})}, cwd="/", capture_output=True, timeout=60, check=False
        )
        out, err = done.stdout.decode(), done.stderr.decode()
        return subprocess.CompletedProcess(command, done.returncode, out, err)

    def job(self, *options: str, **how: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
        """Runs nowplaying_job.py as cron does."""
        return self.script("nowplaying_job.py", *options, **how)  # type: ignore[arg-type]  # only env is ever given

    def bootstrap(self, pasted: str | bytes, *options: str) -> subprocess.CompletedProcess[str]:
        """Runs bootstrap_token.py with `pasted` on its standard input."""
        return self.script("bootstrap_token.py", *options, pasted=pasted)


def consent(url: str) -> str:
    """What a browser does with the authorize URL: the address it is sent to in the end."""
    answer = httpx.get(url, trust_env=False, verify=False)
    assert answer.status_code == 302, answer.text
    return answer.headers["Location"]
