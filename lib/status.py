"""How the history is doing, for a person or for a monitor. Asks Spotify nothing and changes nothing."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import TextIO

from lib import alerts, expiry, log_lines
from lib.disk import credentials, files, history_log, history_parts, run_state, token_store
from lib.disk.lock import read_note
from lib.errors import ProgramError
from lib.plays.model import epoch_ms
from lib.runner import message, remedy
from lib.settings import RECENTLY_PLAYED, Settings
from lib.text import for_shell, isolated, one_line

RECORDED_EVERY_MIN = 15
"""How often a run that sees nothing new is recorded."""


@dataclass(frozen=True, slots=True)
class Trouble:
    """What has been wrong since the last good run."""

    since: datetime
    what: str
    fix: str


@dataclass(slots=True, kw_only=True)
class Status:
    """All that is known without asking Spotify; None for what isn't known. --json shows it under these names.

    It's filled in piece by piece, until one can't be read.

    readable_by_others: which of the credentials, the token and the log are.
    problem: why the rest isn't complete; token_problem: why the token can't be used; both say how to fix it.
    """

    last_success: datetime | None = None
    last_play: Mapping[str, str] | None = None
    plays_today: int | None = None
    plays_total: int | None = None
    authorized_at: datetime | None = None
    authorization_expires: datetime | None = None
    token_problem: str | None = None
    recent_plays: bool | None = None
    trouble: Trouble | None = None
    cooldown_until: datetime | None = None
    history_log: Path | None = None
    token_file: Path | None = None
    state_file: Path | None = None
    credentials: Path
    credentials_readable_by_others: bool | None = None
    readable_by_others: tuple[Path, ...] = ()
    problem: str | None = None


def show(path: Path, environ: Mapping[str, str], now: datetime, out: TextIO, *, as_json: bool) -> int:
    """Prints the status; returns 0, or the exit status of what keeps it from being complete."""
    status, code = _read(path, environ, now)
    if as_json:
        ascii_only = (out.encoding or "").lower() != "utf-8"
        print(json.dumps(asdict(status), indent=1, ensure_ascii=ascii_only, default=_plain), file=out)
    else:
        print(_prose(status, now), file=out)
    return code


def _plain(value: datetime | Path) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)


def _read(path: Path, environ: Mapping[str, str], now: datetime) -> tuple[Status, int]:
    """The status of the history with the credentials at `path`, and the exit status."""
    status = Status(credentials=path)
    try:
        alert = alerts.parse_state(read_note(credentials.lock_file(path)))
        if alert.since_ms:
            status.trouble = Trouble(_local(alert.since_ms), alert.what, remedy(alert.remedy, alert.command, path))
        settings = credentials.load(path, environ)
        _add_files(status, settings)
        _add_token(status, settings)
        _add_runs(status, settings, alert, now)
        _add_plays(status, settings, now)
    except ProgramError as error:
        status.problem = message(error, path)
        return status, error.status
    return status, 0


def _add_files(status: Status, settings: Settings) -> None:
    status.history_log = settings.history_log
    status.token_file = settings.token_file
    status.state_file = settings.state_file
    status.readable_by_others = files.readable_by_others(
        (status.credentials, settings.token_file, settings.history_log)
    )
    status.credentials_readable_by_others = status.credentials in status.readable_by_others


def _add_token(status: Status, settings: Settings) -> None:
    try:
        token = token_store.peek(settings.token_file)
        status.authorized_at = token.authorized_at
        status.authorization_expires = token.authorized_at and expiry.expires_at(token.authorized_at)
        status.recent_plays = RECENTLY_PLAYED in (token.scope or RECENTLY_PLAYED).split()
        token_store.check_usable(token, settings.token_file, settings.client_id)
    except ProgramError as error:
        status.token_problem = message(error, status.credentials)


def _add_runs(status: Status, settings: Settings, alert: alerts.AlertState, now: datetime) -> None:
    state = run_state.load(settings.state_file)
    checked_ms = state.memory.checked_ms
    success_ms = max(min(checked_ms, alert.since_ms or checked_ms), alert.over_ms)
    status.last_success = _local(success_ms) if success_ms else None
    until_ms = state.pause_ends_ms(epoch_ms(now))
    status.cooldown_until = _local(until_ms) if until_ms else None


def _add_plays(status: Status, settings: Settings, now: datetime) -> None:
    """Counts the plays in all parts of the history. Raises DiskError."""
    today = now.astimezone().date()
    lines = (line for part in history_parts.parts(settings.history_log) for line in history_parts.lines(part))
    plays = log_lines.plays(lines, today)
    last = history_log.fields(max(plays, key=plays.__getitem__, default="")) or {}
    status.last_play = {column: one_line(text) for column, text in last.items()} or None
    status.plays_today = sum(at.date() == today for at in plays.values())
    status.plays_total = len(plays)


def _prose(status: Status, now: datetime) -> str:
    """The status for a person, a row for each thing."""
    rows: list[tuple[str, object]] = [
        ("last good run", _ago(status.last_success, now)),
        ("last play", _last_play(status)),
        ("plays", status.plays_total is not None and f"{status.plays_today:,} today, {status.plays_total:,} in total"),
        ("authorization", _authorization(status, now)),
        ("problem", _problem(status) or "none"),
    ]
    if status.cooldown_until:
        rows.append(("pause", f"Spotify wants no requests before {_day(status.cooldown_until)}"))
    if status.recent_plays is False:
        rows.append(("missing", f"the scope {RECENTLY_PLAYED}: plays between two runs aren't logged"))
    if status.readable_by_others:
        which = " ".join(map(for_shell, status.readable_by_others))
        rows.append(("warning", f"others can read files of yours; run: chmod 600 {which}"))
    paths = {"history": status.history_log, "token": status.token_file, "state": status.state_file}
    rows += [(name, path and one_line(path)) for name, path in paths.items()]
    return "\n".join(f"{name:<15}{text or 'unknown'}" for name, text in rows)


def _last_play(status: Status) -> str:
    if not status.last_play:
        return "none yet"
    started_at, artists, title, *_ = status.last_play.values()
    return "  ".join((_day(datetime.fromisoformat(started_at)), isolated(artists), isolated(title)))


def _problem(status: Status) -> str:
    """What is wrong now; otherwise what has been wrong since the last good run."""
    trouble, now = status.trouble, status.problem or status.token_problem or ""
    if not trouble or (now and not now.startswith(trouble.what.removesuffix("…"))):
        return now
    return f"{trouble.what} {trouble.fix} (since {_day(trouble.since)})"


def _authorization(status: Status, now: datetime) -> str | None:
    ends = status.authorization_expires
    if status.token_problem:
        return "none that works" if ends else "none yet"
    if not ends:
        return None
    if ends < now:
        return f"its six months ended on {expiry.day_of(ends)}; it can stop working at any moment"
    return f"ends {_day(ends)}, {expiry.time_left(ends, now)}"


def _ago(moment: datetime | None, now: datetime) -> str:
    if moment is None:
        return "never"
    minutes = int((now - moment).total_seconds() // 60)
    if minutes < RECORDED_EVERY_MIN + 5:
        ago = f"{minutes} min ago; noted every {RECORDED_EVERY_MIN} min while nothing is new"
    elif minutes < 120:
        ago = f"{minutes} min ago"
    else:
        ago = f"{minutes // 60} hours ago" if minutes < 48 * 60 else f"{minutes // (24 * 60)} days ago"
    return f"{_day(moment)} ({ago})"


def _day(moment: datetime) -> str:
    return moment.astimezone().strftime("%-d %B %Y, %H:%M")


def _local(ms: int) -> datetime:
    return datetime.fromtimestamp(ms // 1000).astimezone()
