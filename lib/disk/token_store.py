"""token.json: the refresh token, private from birth, never lost and never erased.

A new token is on disk before it is used for anything. When a run dies after writing one and before the renaming, the
next run finds it whole in the temporary file and finishes the work.
"""

import errno
import json
import os
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

from lib.disk import files
from lib.errors import NotAuthorizedError, TokenRejectedError
from lib.text import Secret, one_line

ROOM = 4096
"""Bytes reserved for a token file before the token is asked for; a real one is under 1 KiB."""


class Token(NamedTuple):
    """What bootstrap got and a refresh may renew. rejected_at: when Spotify said it takes it no more, None before."""

    refresh_token: Secret
    scope: str
    client_id: str
    authorized_at: datetime | None
    rejected_at: datetime | None = None


def load(path: Path, client_id: str) -> Token:
    """The saved token, for the app `client_id`. Call it under the lock: it finishes an interrupted saving first.

    Raises NotAuthorizedError when there is no token to use, TokenRejectedError for one known to be dead, DiskError.
    """
    _recover(path)
    token = peek(path)
    usable(token, path, client_id)
    return token


def usable(token: Token, path: Path, client_id: str) -> None:
    """Raises NotAuthorizedError or TokenRejectedError, with the reason, when asking with this token is no use."""
    if token.client_id != client_id:
        what = f"{_shown(path)} belongs to another app than SPOTIFY_CLIENT_ID in credentials.env names."
        raise NotAuthorizedError(what)
    if token.rejected_at:
        since = token.rejected_at.astimezone().strftime("%-d %B %Y, %H:%M")
        what = f"Spotify has not taken the saved token since {since}: six months are over, or it was revoked."
        raise TokenRejectedError(what)


def peek(path: Path) -> Token:
    """The token in the file, whatever its worth. Raises NotAuthorizedError, DiskError."""
    if owner := files.owner_problem(path):
        what = f"{_shown(path)} can't be trusted: {owner}, not to the user that runs this."
        raise NotAuthorizedError(what, f"Run as root: chown {os.geteuid()} {_shown(path)}")
    content = files.read(path)
    if content is None:
        raise NotAuthorizedError(f"There is no saved token ({_shown(path)}).")
    token = _parse(content)
    if token is None:
        raise NotAuthorizedError(f"{_shown(path)} is damaged: no token can be read from it.")
    return token


def save(path: Path, token: Token) -> None:
    """Replaces the file durably. Raises DiskError."""
    files.replace(path, _content(token))


def check(path: Path) -> None:
    """Raises DiskError when a token could not be saved here, so that this is known before a code is spent."""
    if path.is_dir():
        raise files.trouble(path, "write", IsADirectoryError(errno.EISDIR, ""))
    files.check_folder(path)


def reserve(path: Path) -> files.Replacement:
    """Room for a token that is yet to come, for `save_reserved`. Raises DiskError."""
    return files.Replacement(path, ROOM)


def save_reserved(room: files.Replacement, token: Token) -> None:
    """Replaces the file durably, in room taken before. Raises DiskError."""
    room.save(_content(token))


def _recover(path: Path) -> None:
    """Finishes a saving that was interrupted: a whole token in the temporary file is newer than the file's."""
    temporary = files.temporary(path)
    content = files.read(temporary)
    if content is None:
        return
    try:
        if _parse(content) is not None and not files.owner_problem(temporary):
            os.replace(temporary, path)
        else:
            temporary.unlink()
    except OSError as error:
        raise files.trouble(path, "write", error) from None


def _parse(content: bytes) -> Token | None:
    try:
        fields = json.loads(content)
        refresh_token = fields["refresh_token"]
        if not isinstance(refresh_token, str) or not refresh_token:
            return None
        authorized_at, rejected_at = _time(fields.get("authorized_at")), _time(fields.get("rejected_at"))
        scope, client_id = str(fields.get("scope") or ""), str(fields.get("client_id") or "")
        return Token(Secret(refresh_token), scope, client_id, authorized_at, rejected_at)
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return None


def _content(token: Token) -> bytes:
    fields: dict[str, Any] = {
        "refresh_token": token.refresh_token.reveal(),
        "scope": token.scope,
        "client_id": token.client_id,
        "authorized_at": token.authorized_at.isoformat() if token.authorized_at else None,
        "rejected_at": token.rejected_at.isoformat() if token.rejected_at else None,
    }
    return (json.dumps(fields, indent=1) + "\n").encode()


def _time(value: Any) -> datetime | None:
    return datetime.fromisoformat(value).astimezone() if isinstance(value, str) else None


def _shown(path: Path) -> str:
    return one_line(str(path))
