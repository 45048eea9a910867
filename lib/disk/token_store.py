"""token.json: the refresh token, private from birth, never lost and never erased.

A new token is on disk before it's used for anything. If a run dies after writing one and before renaming the file, the
next run finds it whole in the temporary file.

There's one gap that no client can close: a public client's refresh token is spent by asking for the next one (Spotify:
"Refreshing tokens"). If the machine dies or the connection breaks after Spotify sent that and before it's here, both
are gone. Spotify then answers `invalid_grant`, and you run bootstrap again.
"""

import json
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import NamedTuple

from lib import expiry
from lib import json_values as values
from lib.disk import atomic_write, files
from lib.errors import NotAuthorizedError, TokenRejectedError
from lib.json_values import Json
from lib.secret import Secret
from lib.text import for_shell, one_line

ROOM = 4096
"""Bytes reserved for a token file before a token is asked for. A real one is under 1 KiB."""


class Token(NamedTuple):
    """What bootstrap got and a refresh can replace."""

    refresh_token: Secret
    scope: str
    client_id: str
    authorized_at: datetime | None
    rejected_at: datetime | None = None
    """When Spotify refused it; None before."""
    rotates: bool = False
    """Whether Spotify has replaced a refresh token of this consent, and so can do it again."""


def load(path: Path, client_id: str) -> Token:
    """The saved token, for the app `client_id`. Call it under the lock: it finishes an interrupted save first.

    Raises NotAuthorizedError if there's no usable token, TokenRejectedError if it's known to be dead, DiskError.
    """
    _recover(path)
    token = peek(path)
    check_usable(token, path, client_id)
    return token


def check_usable(token: Token, path: Path, client_id: str) -> None:
    """Raises NotAuthorizedError or TokenRejectedError, with the reason, if Spotify won't accept this token."""
    if token.client_id != client_id:
        raise NotAuthorizedError(f"{one_line(path)} is for another app than SPOTIFY_CLIENT_ID in credentials.env.")
    if token.rejected_at:
        raise TokenRejectedError(expiry.why_rejected(token.authorized_at, token.rejected_at, rotates=token.rotates))


def peek(path: Path) -> Token:
    """The token in the file, whether it's usable or not. Raises NotAuthorizedError, DiskError."""
    if files.is_foreign(path):
        fix = f"Run this as that user, or make the file yours, as root: chown {os.geteuid()} {for_shell(path)}"
        raise NotAuthorizedError(f"{one_line(path)} can't be trusted: it belongs to another user.", fix)
    content = files.read(path)
    if content is None:
        raise NotAuthorizedError(f"There is no saved token ({one_line(path)}).")
    token = _parse(content)
    if token is None:
        raise NotAuthorizedError(f"{one_line(path)} is damaged: no token can be read from it.")
    return token


def save(path: Path, token: Token, *, reserved: bool = False) -> None:
    """Replaces the file durably. `reserved`: in the room that `renewal` reserved. Raises DiskError."""
    fields = {
        "refresh_token": token.refresh_token.reveal(),
        "scope": token.scope,
        "client_id": token.client_id,
        "authorized_at": token.authorized_at.isoformat() if token.authorized_at else None,
        "rejected_at": token.rejected_at.isoformat() if token.rejected_at else None,
        "rotates": token.rotates,
    }
    atomic_write.save(path, f"{json.dumps(fields)}\n".encode(), reserved=reserved)


def check(path: Path) -> None:
    """Raises DiskError if a token can't be saved here, so that this is known before a code is spent."""
    beside = path.with_name(f"{path.name}.room")  # a run of the job may be writing the token's own temporary file
    atomic_write.reserve(beside, ROOM)
    atomic_write.discard(beside)


@contextmanager
def renewal(path: Path, *, reserve: bool) -> Iterator[Callable[[Token], None]]:
    """Gives a function that saves the token of a refresh, once; with `reserve`, its room is reserved beforehand.

    Raises DiskError if there's no room, or when the token can't be saved.
    """
    if reserve:
        atomic_write.reserve(path, ROOM)
    try:
        yield partial(save, path, reserved=reserve)
    finally:
        _recover(path)


def _recover(path: Path) -> None:
    """Finishes an interrupted save: a whole token in the temporary file is newer than the file's."""
    temporary = atomic_write.temporary(path)
    content = files.read(temporary)
    if content is None:
        return
    if _parse(content) and not files.is_foreign(temporary):
        atomic_write.adopt(path)
    else:
        atomic_write.discard(path)


def _parse(content: bytes) -> Token | None:
    """The token in a file's content; None if it's damaged."""
    try:
        fields = values.table(values.parse(content))
        refresh_token = values.text(fields.get("refresh_token"))
        if not refresh_token or not (refresh_token.isascii() and refresh_token.isprintable()):
            return None
        return Token(
            refresh_token=Secret(refresh_token),
            scope=values.text(fields.get("scope")),
            client_id=values.text(fields.get("client_id")),
            authorized_at=_time(fields.get("authorized_at")),
            rejected_at=_time(fields.get("rejected_at")),
            rotates=fields.get("rotates") is True,
        )
    except (ValueError, OverflowError):
        return None


def _time(value: Json) -> datetime | None:
    """The time in a field; None if there's none. Raises ValueError, OverflowError."""
    return datetime.fromisoformat(value).astimezone() if isinstance(value, str) else None
