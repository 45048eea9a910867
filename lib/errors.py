"""What can go wrong: each error with its exit status, its patience and its remedy.

Modules raise these and nothing else on purpose; `alerts.py` alone turns them into words for a person.
A remedy may name `{bootstrap}` and `{status}`: the two commands as they are typed on this machine.
No message may carry a secret: whoever raises quotes only what Spotify or the file system said.
"""

import re
from typing import ClassVar
from zlib import crc32

MINUTE_MS = 60_000


class ProgramError(Exception):
    """Base of all that this program reports. `what` is one line for a person; `remedy` says what mends it."""

    status: ClassVar[int] = 70
    grace_ms: ClassVar[int] = 0
    """How long the trouble must have lasted before a run without a terminal speaks of it."""
    transient: ClassVar[bool] = True
    """Whether it may end by itself, so that its return soon after is the same trouble still."""
    remedy: str = ""

    def __init__(self, what: str, remedy: str | None = None) -> None:
        super().__init__(what)
        self.what = what
        if remedy is not None:
            self.remedy = remedy

    @property
    def kind(self) -> str:
        """Two errors of one kind are the same trouble, spoken of once a day."""
        return type(self).__name__

    def _kind_by_words(self) -> str:
        return f"{type(self).__name__} {crc32(self.what.encode('utf-8', 'replace')):08x}"


class BugError(ProgramError):
    """An exception that nobody expected; `what` is its traceback, without what could be a token in its message."""

    def __init__(self, traceback: str) -> None:
        super().__init__(re.sub(r"[\w+=%-]{40,}", "…", traceback.rstrip()))

    remedy = "This is a bug in the program; nothing in the log is lost. Please report the lines above."


class DiskError(ProgramError):
    """The log, the token or the state can't be read or written."""

    status = 74

    @property
    def kind(self) -> str:
        """Another file, or another fault of it, is other trouble."""
        return self._kind_by_words()


class PassingError(ProgramError):
    """Over by itself as a rule: no network, a time-out, Spotify's own trouble. Cron is the retry loop."""

    status = 75
    grace_ms = 15 * MINUTE_MS
    remedy = "Nothing need be done if it passes by itself; plays missed meanwhile are fetched afterwards."

    @property
    def kind(self) -> str:
        return PassingError.__name__


class RateLimitedError(PassingError):
    """HTTP 429. `wait_s` is Retry-After in seconds; None when absent or absurd."""

    def __init__(self, what: str, wait_s: int | None) -> None:
        super().__init__(what)
        self.wait_s = wait_s


class CoolingDownError(PassingError):
    """An earlier 429 forbids requests for now; such a run asks nothing and, by itself, says nothing."""

    grace_ms = 1 << 62


class BusyError(PassingError):
    """Another run holds the lock."""

    remedy = "A run that hangs ends by: pkill -9 -f nowplaying_job.py"

    @property
    def kind(self) -> str:
        return BusyError.__name__


class NotUnderstoodError(ProgramError):
    """Spotify's answer is not what its documentation or its history lets one expect."""

    status = 76
    grace_ms = 15 * MINUTE_MS
    remedy = "If it goes on for hours: is there a login page or a proxy between this machine and Spotify?"


class NotAuthorizedError(ProgramError):
    """No token that Spotify accepts; a person must act."""

    status = 77
    transient = False
    remedy = "Run: {bootstrap}"

    @property
    def kind(self) -> str:
        """What keeps the token from being used may change while it does."""
        return self._kind_by_words()


class TokenRejectedError(NotAuthorizedError):
    """`invalid_grant` at a refresh: revoked, or the six months are over. Final until bootstrap saves another."""


class CodeRejectedError(NotAuthorizedError):
    """`invalid_grant` at the exchange: about the code, the redirect URI or the PKCE verifier."""

    remedy = "Open the address above again and paste the new address or code."


class ScopeError(NotAuthorizedError):
    """The grant lacks a scope; refreshing never helps, consenting again does."""


class NotAllowedError(NotAuthorizedError):
    """Spotify refuses the account or the app (not in the dashboard's user list, or no Premium). Keep the token."""

    transient = True
    remedy = (
        "In Spotify's developer dashboard, see that this account is under the app's User Management and that the "
        "app's owner has Premium; it works again by itself some hours later, the token is kept."
    )

    @property
    def kind(self) -> str:
        """One trouble, however Spotify words it."""
        return NotAllowedError.__name__


class SettingsError(ProgramError):
    """credentials.env can't be used as it is. `problems` names each by its key."""

    status = 78
    transient = False

    @property
    def kind(self) -> str:
        """Another mistake in it is other trouble."""
        return self._kind_by_words()

    def __init__(self, what: str, remedy: str | None = None, problems: tuple[str, ...] = ()) -> None:
        super().__init__(what, remedy)
        self.problems = problems
