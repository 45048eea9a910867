"""What can go wrong: each kind of error with its exit status, its grace period and how to fix it.

No message holds a secret: it quotes only what Spotify or the file system said.
"""

import re
from enum import Enum
from typing import ClassVar
from zlib import crc32

MINUTE_MS = 60_000


class Command(Enum):
    """What a person runs to fix something; `runner` knows the paths."""

    BOOTSTRAP = "bootstrap_token.py"
    JOB = "nowplaying_job.py"


class ProgramError(Exception):
    """Base of everything the program reports.

    what: what is wrong, one line. remedy: how to fix it; `command`, if there is one, follows it. details: lines to
    print first.
    """

    status: ClassVar[int] = 70
    grace_ms: ClassVar[int | None] = 0
    """How long it must have lasted before a run without a terminal reports it; None: such a run never does."""
    transient: ClassVar[bool] = True
    """Whether it can end by itself. If so, and if it's soon back, it's still the same problem."""
    specific: ClassVar[bool] = False
    """Whether another `what` is another problem, though the exit status is the same."""
    remedy: str = ""
    command: Command | None = None
    details: str = ""

    def __init__(self, what: str, remedy: str | None = None, command: Command | None = None) -> None:
        super().__init__(what)
        self.what = what
        if remedy is not None:
            self.remedy, self.command = remedy, command

    @property
    def kind(self) -> str:
        """Two errors of one kind are the same problem, which is reported once a day."""
        return f"{self.status} {crc32(self.what.encode('utf-8', 'replace')):08x}" if self.specific else str(self.status)


class BugError(ProgramError):
    """An exception that nobody expected, with its traceback, but without what could be a token in it."""

    remedy = "Your log is fine. Please report the lines above."

    def __init__(self, traceback: str) -> None:
        super().__init__("This is a bug in the program.")
        self.details = re.sub(r"[\w+=%-]{32,}", "…", traceback.rstrip())


class DiskError(ProgramError):
    """The log, the token or the state can't be read or written."""

    status = 74
    specific = True


class PassingError(ProgramError):
    """Usually over by itself: no network, a time-out, trouble at Spotify. The next run tries again."""

    status = 75
    grace_ms: ClassVar[int | None] = 15 * MINUTE_MS
    remedy = "This usually passes, and plays you miss meanwhile are fetched later."


LONGEST_WAIT_S = 7 * 86_400
"""A longer Retry-After is absurd. Up to a day has been reported (spotify/web-api, your_spotify#411)."""


class RateLimitedError(PassingError):
    """HTTP 429. `wait_s` is Retry-After in seconds; None when it's absent or absurd (Spotify: "Rate Limits")."""

    def __init__(self, what: str, wait_s: int | None) -> None:
        super().__init__(what)
        self.wait_s = wait_s


class CoolingDownError(PassingError):
    """An earlier 429 forbids requests for now."""

    grace_ms = None


class BusyError(PassingError):
    """Another run holds the lock. It may hang, so an outage that was reported doesn't speak for it."""

    specific = True


class NotUnderstoodError(ProgramError):
    """Spotify's answer is neither what its documentation says nor what it's known to answer."""

    status = 76
    grace_ms = 15 * MINUTE_MS
    remedy = "If it lasts for hours, check for a login page or a proxy between this machine and Spotify."


class NotAuthorizedError(ProgramError):
    """There's no token that Spotify accepts; a person must act."""

    status = 77
    transient = False
    specific = True
    remedy = "Run:"
    command: Command | None = Command.BOOTSTRAP


class TokenRejectedError(NotAuthorizedError):
    """`invalid_grant` at a refresh: revoked, or six months old. Final until bootstrap saves another token."""


class CodeRejectedError(NotAuthorizedError):
    """A paste or a redirect has no usable code, or Spotify doesn't accept it. The next one may have a good one."""

    remedy = "Open the address that the terminal shows now, and agree there."
    command = None


class NotAllowedError(ProgramError):
    """Spotify refuses the account or the app: it isn't on the app's user list, or the owner has no Premium.

    Keep the token: it works again when that's fixed (Spotify: "Quota modes").
    """

    status = 77
    remedy = (
        "In Spotify's developer dashboard, check that this account is listed under User Management and that the "
        "app's owner has Premium. It then works again within hours; your token is kept."
    )


class SettingsError(ProgramError):
    """credentials.env can't be used as it is."""

    status = 78
    transient = False
    specific = True
