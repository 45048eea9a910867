"""token.json: the refresh token, private from birth, never lost and never erased.

A new token is on disk before it is used for anything. When a run dies after writing one and before the renaming, the
next run finds it whole in the temporary file; when the disk refuses it, the next run finds it in the refuge.

One window no client can close: a public client's token is spent by asking for the next one, and when this machine
dies or the connection breaks after Spotify has sent that and before it is here, both are gone. Then Spotify answers
`invalid_grant`, and bootstrap is needed once more.
"""

import errno
import json
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

from lib import expiry
from lib.disk import atomic_write, files, refuge
from lib.disk.atomic_write import Replacement
from lib.disk.os_errors import disk_error
from lib.errors import DiskError, NotAuthorizedError, TokenRejectedError
from lib.secret import Secret
from lib.text import for_shell, one_line

FIRST_YEAR, LAST_YEAR = 2000, 3000
"""A time outside is damage."""
ROOM = 4096
"""Bytes reserved for a token file before the token is asked for; a real one is under 1 KiB."""


class Token(NamedTuple):
    """What bootstrap got and a refresh may renew. rejected_at: when Spotify said it takes it no more, None before."""

    refresh_token: Secret
    scope: str
    client_id: str
    authorized_at: datetime | None
    rejected_at: datetime | None = None
    rotates: bool = False
    """Whether Spotify has replaced a refresh token of this consent, and so may do it again."""


def load(path: Path, client_id: str) -> Token:
    """The saved token, for the app `client_id`. Call it under the lock: it finishes an interrupted saving first.

    Raises NotAuthorizedError when there is no token to use, TokenRejectedError for one known to be dead, DiskError.
    """
    _recover(path)
    if rescued := _parse(refuge.read(path)):
        saved = _parse(files.read(path) or b"")
        if saved is None or _age(rescued) >= _age(saved):
            Replacement(path).save(_content(rescued))
        refuge.drop(path)
    token = peek(path)
    usable(token, path, client_id)
    return token


def usable(token: Token, path: Path, client_id: str) -> None:
    """Raises NotAuthorizedError or TokenRejectedError, with the reason, when asking with this token is no use."""
    if token.client_id != client_id:
        what = f"{_shown(path)} belongs to another app than SPOTIFY_CLIENT_ID in credentials.env names."
        raise NotAuthorizedError(what)
    if token.rejected_at:
        raise TokenRejectedError(expiry.why_rejected(token.authorized_at, token.rejected_at, rotates=token.rotates))


def peek(path: Path) -> Token:
    """The token in the file, whatever its worth. Raises NotAuthorizedError, DiskError."""
    if owner := files.owner_problem(path):
        what = f"{_shown(path)} can't be trusted: {owner}, not to the user that runs this."
        raise NotAuthorizedError(what, f"Run as that user, or make it yours, as root: {_chown(path)}")
    content = files.read(path)
    if content is None:
        raise NotAuthorizedError(f"There is no saved token ({_shown(path)}).")
    token = _parse(content)
    if token is None:
        raise NotAuthorizedError(f"{_shown(path)} is damaged: no token can be read from it.")
    return token


def save(path: Path, token: Token) -> None:
    """Replaces the file durably. Raises DiskError, and then the token is in the refuge, or nowhere."""
    with renewal(path, reserve=False) as keep:
        keep(token)


def check(path: Path) -> None:
    """Raises DiskError when a token could not be saved here, so that this is known before a code is spent."""
    if os.path.isdir(path):
        raise disk_error(path, "write", IsADirectoryError(errno.EISDIR, ""))
    files.check_room(path, ROOM)


@contextmanager
def renewal(path: Path, *, reserve: bool) -> Iterator[Callable[[Token], None]]:
    """How to save the token that a renewal brings; with `reserve`, room for it is taken on the disk beforehand.

    Raises DiskError when there is no room, and when the token can't be saved; it is kept in the refuge then.
    """
    room = Replacement(path, ROOM) if reserve else None

    def keep(token: Token) -> None:
        nonlocal room
        try:
            taken, room = room or Replacement(path), None
            taken.save(_content(token))
        except DiskError as error:
            raise _rescued(path, token, error) from None

    try:
        yield keep
    finally:
        if room:
            room.abandon()


def _rescued(path: Path, token: Token, error: DiskError) -> DiskError:
    """The error, with what became of the token."""
    place = refuge.write(path, _content(token))
    fate = f"The renewed token waits in {place}." if place else "The renewed token may be lost."
    return DiskError(f"{error.what} {fate}", error.remedy)


def _recover(path: Path) -> None:
    """Finishes a saving that was interrupted: a whole token in the temporary file is newer than the file's."""
    temporary = atomic_write.temporary(path)
    content = files.read(temporary)
    if content is None:
        return
    if _parse(content) is not None and not files.owner_problem(temporary):
        atomic_write.adopt(path)
    else:
        atomic_write.discard(path)


def _parse(content: bytes) -> Token | None:
    try:
        fields = json.loads(content)
        refresh_token = fields["refresh_token"]
        if not refresh_token or not (refresh_token.isascii() and refresh_token.isprintable()):
            return None
        authorized_at, rejected_at = _time(fields.get("authorized_at")), _time(fields.get("rejected_at"))
        scope, client_id = str(fields.get("scope") or ""), str(fields.get("client_id") or "")
        rotates = fields.get("rotates") is True
        return Token(Secret(refresh_token), scope, client_id, authorized_at, rejected_at, rotates)
    except (ValueError, TypeError, KeyError, AttributeError, OverflowError, RecursionError):
        return None


def _content(token: Token) -> bytes:
    fields: dict[str, Any] = {
        "refresh_token": token.refresh_token.reveal(),
        "scope": token.scope,
        "client_id": token.client_id,
        "authorized_at": token.authorized_at.isoformat() if token.authorized_at else None,
        "rejected_at": token.rejected_at.isoformat() if token.rejected_at else None,
        "rotates": token.rotates,
    }
    return (json.dumps(fields, indent=1) + "\n").encode()


def _time(value: Any) -> datetime | None:
    if not isinstance(value, str):
        return None
    moment = datetime.fromisoformat(value).astimezone()
    if not FIRST_YEAR <= moment.year < LAST_YEAR:
        raise ValueError(value)
    return moment


def _age(token: Token) -> float:
    return token.authorized_at.timestamp() if token.authorized_at else 0.0


def _chown(path: Path) -> str:
    return f"chown {os.geteuid()} {for_shell(path)}"


def _shown(path: Path) -> str:
    return one_line(str(path))
