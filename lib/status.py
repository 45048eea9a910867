"""How the history is doing, for a person or for a monitor. Asks Spotify nothing and changes nothing."""

import json
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, TextIO

from lib import lapse, reports
from lib.disk import credentials, files, history_log, run_state, token_store
from lib.duty import failed
from lib.errors import ProgramError
from lib.settings import RECENTLY_PLAYED, Settings

Facts = dict[str, Any]


def show(path: Path, environ: Mapping[str, str], now: datetime, out: TextIO, *, as_json: bool) -> int:
    """Prints the state of things; the exit status is 0, or the settings' or the disk's when they can't be read."""
    try:
        facts = gather(credentials.load(path, environ), path, now)
    except ProgramError as error:
        report = failed(error, path)
        print("\n".join(report.err), file=out)
        return report.status
    print(json.dumps(facts, indent=1, ensure_ascii=False) if as_json else _for_a_person(facts, now), file=out)
    return 0


def gather(settings: Settings, path: Path, now: datetime) -> Facts:
    """What is known without asking Spotify; every time is ISO 8601, local, or None."""
    state = run_state.load(settings.state_file)
    notes = reports.read_notes((files.read(credentials.lock_file(path)) or b"").strip())
    entries = history_log.recent(settings.history_log)
    cooldown = state.cooldown
    pausing = cooldown and cooldown.until_ms > now.timestamp() * 1000
    return {
        "last_success": _iso(state.memory.checked_ms),
        "last_play": entries[-1].text.split("\t") if entries else None,
        **_authorization(settings),
        "trouble": {"since": _iso(notes.since_ms), "what": notes.what} if notes.since_ms else None,
        "cooldown_until": _iso(cooldown.until_ms) if cooldown and pausing else None,
        "history_log": str(settings.history_log),
        "token_file": str(settings.token_file),
        "state_file": str(settings.state_file),
        "credentials": str(path),
        "credentials_readable_by_others": files.others_can_read(path),
    }


def _authorization(settings: Settings) -> Facts:
    facts: Facts = dict.fromkeys(("authorized_at", "authorization_expires", "token_problem", "recent_plays"))
    try:
        token = token_store.peek(settings.token_file)
        facts["recent_plays"] = RECENTLY_PLAYED in (token.scope or RECENTLY_PLAYED).split()
        if token.authorized_at:
            facts["authorized_at"] = token.authorized_at.isoformat()
            facts["authorization_expires"] = lapse.expires_at(token.authorized_at).isoformat()
        token_store.usable(token, settings.token_file, settings.client_id)
    except ProgramError as error:
        facts["token_problem"] = error.what
    return facts


def _for_a_person(facts: Facts, now: datetime) -> str:
    rows = [
        ("last good run", _ago(facts["last_success"], now, "never")),
        ("last play", "  ".join(filter(None, (facts["last_play"] or ["none yet"])[:3]))),
        ("authorization", _authorization_words(facts, now)),
        ("trouble", _trouble_words(facts, now)),
    ]
    if facts["cooldown_until"]:
        rows.append(("pause", f"Spotify wants no request before {_day(facts['cooldown_until'])}"))
    if facts["recent_plays"] is False:
        rows.append(("missing", f"the scope {RECENTLY_PLAYED}: plays between two runs can't be fetched afterwards"))
    if facts["credentials_readable_by_others"]:
        rows.append(("careless", f"others can read the credentials; run: chmod 600 {facts['credentials']}"))
    rows += [("history", facts["history_log"]), ("token", facts["token_file"]), ("memory", facts["state_file"])]
    return "\n".join(f"{name:<15}{value}" for name, value in rows)


def _authorization_words(facts: Facts, now: datetime) -> str:
    if facts["token_problem"]:
        return str(facts["token_problem"])
    if not facts["authorization_expires"]:
        return "there, but since when is not known"
    days = (datetime.fromisoformat(facts["authorization_expires"]) - now).days
    return f"ends {_day(facts['authorization_expires'])}, in {days} days" if days >= 0 else "over its six months"


def _trouble_words(facts: Facts, now: datetime) -> str:
    trouble = facts["trouble"]
    return f"{trouble['what']} (since {_day(trouble['since'])})" if trouble else "none"


def _ago(iso: str | None, now: datetime, otherwise: str) -> str:
    if iso is None:
        return otherwise
    minutes = int((now - datetime.fromisoformat(iso)).total_seconds() // 60)
    return f"{_day(iso)} ({minutes} min ago; noted every 15 minutes at most)"


def _day(iso: str) -> str:
    return datetime.fromisoformat(iso).astimezone().strftime("%-d %B %Y, %H:%M")


def _iso(ms: int | None) -> str | None:
    return datetime.fromtimestamp(ms // 1000).astimezone().isoformat() if ms else None
