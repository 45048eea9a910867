"""The two player endpoints: what plays now as a NowPlaying, the recent plays as Records.

Follows Spotify's "Get Currently Playing Track" and "Get Recently Played Tracks", and what they are reported to answer
besides: any field may be null, missing or of another type, which costs that field and never the play.
"""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, NamedTuple

from lib.errors import NotAllowedError, NotUnderstoodError, PassingError, ScopeError
from lib.plays.items import Item
from lib.plays.model import NowPlaying, RecentPlay
from lib.secret import Secret
from lib.settings import Settings
from lib.spotify.answer import Answer
from lib.spotify.transport import Http
from lib.text import one_line

_MOST_MS = 1 << 45
"""A thousand years: a number beyond is no time."""


_PLAYER_KEYS = {"item", "is_playing", "currently_playing_type", "progress_ms", "timestamp"}
"""An answer about the player has one of these at least; one without is about something else, however it is sent."""


class PlayerAnswer(NamedTuple):
    """What the player showed: the now_playing, or why there is none."""

    now_playing: NowPlaying | None
    summary: str


def currently_playing(http: Http, settings: Settings, access: Secret, now: Callable[[], datetime]) -> PlayerAnswer:
    """What is playing, dated by our clock halfway between question and answer.

    Raises ScopeError, NotAllowedError, PassingError, NotUnderstoodError, RateLimitedError.
    """
    asked_ms = _ms(now())
    answer = _get(http, settings, access, "currently-playing", {"additional_types": "track,episode"})
    at_ms = (asked_ms + _ms(now())) // 2
    if answer.status == 204:
        return PlayerAnswer(None, "nothing is playing")
    return answer_from(answer.json(), at_ms)


def recently_played(http: Http, settings: Settings, access: Secret) -> list[RecentPlay]:
    """The last plays that Spotify lists, at most 50. Raises what `currently_playing` raises."""
    return records(_get(http, settings, access, "recently-played", {"limit": "50"}).json())


def answer_from(body: Any, at_ms: int) -> PlayerAnswer:
    """The body of a currently-playing answer, received at `at_ms`. Raises NotUnderstoodError."""
    if not isinstance(body, dict) or not _PLAYER_KEYS & body.keys():
        raise NotUnderstoodError("Spotify's answer about the player has another shape than its documentation says.")
    kind = body.get("currently_playing_type")
    item = None if kind in ("ad", "unknown") else _item(body.get("item"))
    if item is None:
        return PlayerAnswer(None, "an ad is playing" if kind == "ad" else "nothing that has a name is playing")
    playing = body.get("is_playing") is not False
    now_playing = NowPlaying(at_ms, item, _number(body.get("progress_ms")), playing, _number(body.get("timestamp")))
    return PlayerAnswer(now_playing, f"{'playing' if playing else 'paused'}: {item.artists} – {item.title}")


def records(body: Any) -> list[RecentPlay]:
    """The records in a recently-played answer; an entry that can't be read is left out. Raises NotUnderstoodError."""
    items = body.get("items") if isinstance(body, dict) else None
    if not isinstance(items, list):
        raise NotUnderstoodError(
            "Spotify's answer about the recent plays has another shape than its documentation says."
        )
    found = [_record(entry) for entry in items if isinstance(entry, dict)]
    return [record for record in found if record is not None]


def _get(http: Http, settings: Settings, access: Secret, what: str, query: dict[str, str]) -> Answer:
    token = access.reveal()
    url = f"{settings.api_url}/v1/me/player/{what}"
    answer = http.request("GET", url, headers={"Authorization": f"Bearer {token}"}, query=query, secrets=(token,))
    if answer.status not in (200, 204):
        raise _refusal(answer)
    return answer


def _refusal(answer: Answer) -> Exception:
    """The error that a status below 500 stands for."""
    said, reason = _message(answer)
    if answer.status == 403 and said is not None and not reason and (not said or "scope" in said.lower()):
        return ScopeError("The saved consent doesn't cover what the program asks Spotify for.")
    if answer.status == 401 and "permission" in (said or "").lower():
        return ScopeError("The saved consent doesn't cover what the program asks Spotify for.")
    if answer.status == 403:
        return NotAllowedError(f"{answer.host} refuses this account or app{answer.quote()}")
    if answer.status in (401, 408):
        return PassingError(f"{answer.host} didn't take a token that it had just given ({answer.status}).")
    return NotUnderstoodError(f"{answer.host} refused the request ({answer.status}){answer.quote()}")


def _message(answer: Answer) -> tuple[str | None, str]:
    """The message and the reason of a JSON error, "" for none; (None, "") when it is no such error."""
    try:
        body = answer.json()
    except NotUnderstoodError:
        return None, ""
    error = body.get("error") if isinstance(body, dict) else None
    if not isinstance(error, dict):
        return None, ""
    return str(error.get("message") or ""), str(error.get("reason") or "")


def _record(entry: dict[str, Any]) -> RecentPlay | None:
    item, played_at = _item(entry.get("track")), entry.get("played_at")
    if item is None or not isinstance(played_at, str):
        return None
    try:
        at = datetime.fromisoformat(played_at)
    except ValueError:
        return None
    at_ms = _ms(at if at.tzinfo else at.replace(tzinfo=UTC))
    return RecentPlay(item, at_ms) if 0 < at_ms < _MOST_MS else None


def _item(raw: Any) -> Item | None:
    """A track, episode, chapter or local file; None for what has neither a name nor a uri."""
    if not isinstance(raw, dict):
        return None
    uri, title = _text(raw.get("uri")), _text(raw.get("name"))
    if not uri and not title:
        return None
    show = raw.get("show") or raw.get("audiobook")
    if isinstance(show, dict):
        return Item(uri, title, _text(show.get("name")), "", _number(raw.get("duration_ms")))
    artists, album = raw.get("artists"), raw.get("album")
    credited = artists if isinstance(artists, list) else []
    names = [_text(artist.get("name")) for artist in credited if isinstance(artist, dict)]
    album_name = _text(album.get("name")) if isinstance(album, dict) else ""
    return Item(uri, title, ", ".join(filter(None, names)), album_name, _number(raw.get("duration_ms")))


def _text(value: Any) -> str:
    return one_line(value) if isinstance(value, str) else ""


def _number(value: Any) -> int | None:
    """A time in ms; None for what is none: another type, negative, beyond all measure."""
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 <= value < _MOST_MS:
        return None
    return int(value)


def _ms(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)
