"""How the history is doing, for a person or for a monitor. Asks Spotify nothing and changes nothing."""

import json
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, TextIO

from lib import alerts, expiry
from lib.disk import credentials, files, history_log, run_state, token_store
from lib.disk.lock import Note
from lib.errors import ProgramError
from lib.runner import spelled_out
from lib.settings import RECENTLY_PLAYED, Settings
from lib.text import for_shell, one_line

Facts = dict[str, Any]
_UNKNOWN = (
    "last_success",
    "last_play",
    "authorized_at",
    "authorization_expires",
    "token_problem",
    "recent_plays",
    "trouble",
    "cooldown_until",
    "history_log",
    "token_file",
    "state_file",
    "credentials",
    "credentials_readable_by_others",
    "problem",
)


def show(path: Path, environ: Mapping[str, str], now: datetime, out: TextIO, *, as_json: bool) -> int:
    """Prints the state of things; the exit status is 0, or that of what keeps the facts from being read."""
    facts: Facts = dict.fromkeys(_UNKNOWN)
    facts["credentials"] = str(path)
    status = 0
    try:
        _gather(facts, path, environ, now)
    except ProgramError as error:
        status = error.status
        facts["problem"] = spelled_out(alerts.message(error), path)
    if facts["token_problem"]:
        facts["token_problem"] = spelled_out(facts["token_problem"], path)
    print(json.dumps(facts, indent=1) if as_json else _for_a_person(facts, now), file=out)
    return status


def _gather(facts: Facts, path: Path, environ: Mapping[str, str], now: datetime) -> None:
    """What is known without asking Spotify; times are ISO 8601 and local, None stands for what is not known.

    Raises ProgramError for what can't be read, the facts before it gathered.
    """
    notes = alerts.parse_state(Note(credentials.lock_file(path)).read())
    if notes.since_ms:
        facts["trouble"] = {"since": _iso(notes.since_ms), "what": notes.what}
    settings = credentials.load(path, environ)
    facts["credentials_readable_by_others"] = files.others_can_read(path)
    facts.update({key: str(getattr(settings, key)) for key in ("history_log", "token_file", "state_file")})
    facts.update(_authorization(settings))
    state = run_state.load(settings.state_file)
    if checked_ms := state.memory.checked_ms:
        facts["last_success"] = _iso(min(checked_ms, notes.since_ms or checked_ms))
    if state.cooldown and state.cooldown.until_ms > now.timestamp() * 1000:
        facts["cooldown_until"] = _iso(state.cooldown.until_ms)
    entries = history_log.recent(settings.history_log)
    if entries:
        play = history_log.fields(entries[-1].text) or {}
        facts["last_play"] = {column: one_line(text) for column, text in play.items()}


def _authorization(settings: Settings) -> Facts:
    facts: Facts = {}
    try:
        token = token_store.peek(settings.token_file)
        facts["recent_plays"] = RECENTLY_PLAYED in (token.scope or RECENTLY_PLAYED).split()
        if token.authorized_at:
            facts["authorized_at"] = token.authorized_at.isoformat()
            facts["authorization_expires"] = expiry.expires_at(token.authorized_at).isoformat()
        token_store.usable(token, settings.token_file, settings.client_id)
    except ProgramError as error:
        facts["token_problem"] = alerts.message(error)
    return facts


def _for_a_person(facts: Facts, now: datetime) -> str:
    rows = [
        ("last good run", _ago(facts["last_success"], now, "never")),
        ("last play", "  ".join(list((facts["last_play"] or {"": "none yet"}).values())[:3])),
        ("authorization", _authorization_words(facts, now)),
        ("trouble", _trouble_words(facts["trouble"])),
    ]
    if facts["cooldown_until"]:
        rows.append(("pause", f"Spotify wants no request before {_day(facts['cooldown_until'])}"))
    if facts["problem"]:
        rows.append(("problem", facts["problem"]))
    if facts["recent_plays"] is False:
        rows.append(("missing", f"the scope {RECENTLY_PLAYED}: plays between two runs can't be fetched afterwards"))
    if facts["credentials_readable_by_others"]:
        command = f"chmod 600 {for_shell(Path(facts['credentials']))}"
        rows.append(("careless", f"others can read the credentials; run: {command}"))
    rows += [("history", facts["history_log"]), ("token", facts["token_file"]), ("memory", facts["state_file"])]
    return "\n".join(f"{name:<15}{value or 'not known'}" for name, value in rows)


def _authorization_words(facts: Facts, now: datetime) -> str:
    if facts["token_problem"] or not facts["authorization_expires"]:
        return str(facts["token_problem"] or "")
    ends = datetime.fromisoformat(facts["authorization_expires"])
    if ends < now:
        return f"its six months ended on {expiry.day_of(ends)}; it may stop working at any moment"
    return f"ends {_day(facts['authorization_expires'])}, {expiry.time_left(ends, now)}"


def _trouble_words(trouble: Facts | None) -> str:
    return f"{trouble['what']} (since {_day(trouble['since'])}; --verbose says what mends it)" if trouble else "none"


def _ago(iso: str | None, now: datetime, otherwise: str) -> str:
    if iso is None:
        return otherwise
    minutes = int((now - datetime.fromisoformat(iso)).total_seconds() // 60)
    if minutes < 20:  # a run that learns nothing is written down every 15 min only
        ago = f"{minutes} min ago; noted every 15 min"
    elif minutes < 120:
        ago = f"{minutes} min ago"
    else:
        ago = f"{minutes // 60} hours ago" if minutes < 48 * 60 else f"{minutes // (24 * 60)} days ago"
    return f"{_day(iso)} ({ago})"


def _day(iso: str) -> str:
    return datetime.fromisoformat(iso).astimezone().strftime("%-d %B %Y, %H:%M")


def _iso(ms: int) -> str:
    return datetime.fromtimestamp(ms // 1000).astimezone().isoformat()
