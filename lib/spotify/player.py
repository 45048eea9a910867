"""The two player endpoints: what is playing as a NowPlaying, the recently played as RecentPlays.

Follows Spotify's "Get Currently Playing Track" and "Get Recently Played Tracks", and what people report besides: any
field can be null, missing or of another type. That costs the field, never the play.
"""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import NamedTuple

from lib import json_values as values
from lib.errors import NotAllowedError, NotAuthorizedError, NotUnderstoodError, PassingError, ProgramError
from lib.json_values import Json
from lib.plays.items import Item
from lib.plays.model import NowPlaying, RecentPlay, epoch_ms
from lib.secret import Secret
from lib.settings import Settings
from lib.spotify.transport import Answer, Http
from lib.text import isolated, one_line

_NAMELESS = ("ad", "unknown")
"""What `currently_playing_type` says of items that aren't plays (Spotify: "Get Currently Playing Track")."""
_PLAYER_KEYS = {"item", "is_playing"}
"""An answer with neither isn't about the player, whatever its status says."""


class PlayerAnswer(NamedTuple):
    """What is playing, or None, and the same in words for a person."""

    now_playing: NowPlaying | None
    summary: str


def currently_playing(http: Http, settings: Settings, access: Secret, now: Callable[[], datetime]) -> PlayerAnswer:
    """What is playing, dated by our clock halfway between question and answer.

    Raises NotAuthorizedError for a missing scope, NotAllowedError, PassingError, NotUnderstoodError, RateLimitedError.
    """
    asked_ms = epoch_ms(now())
    answer = _get(http, settings, access, "currently-playing?additional_types=track,episode")
    at_ms = (asked_ms + epoch_ms(now())) // 2
    if answer.status == 204:
        return PlayerAnswer(None, "Nothing is playing")
    return answer_from(answer.json(), at_ms)


def recently_played(http: Http, settings: Settings, access: Secret) -> list[RecentPlay]:
    """The last plays that Spotify lists, at most 50. Raises what `currently_playing` raises."""
    return recent_plays(_get(http, settings, access, "recently-played?limit=50").json())


def answer_from(body: Json, at_ms: int) -> PlayerAnswer:
    """The body of a currently-playing answer from `at_ms` (UTC). Raises NotUnderstoodError."""
    fields = values.table(body)
    if not _PLAYER_KEYS & fields.keys():
        raise NotUnderstoodError("Spotify's answer about the player isn't what its documentation says.")
    kind = fields.get("currently_playing_type")
    item = None if kind in _NAMELESS else _item(fields.get("item"))
    if item is None:
        return PlayerAnswer(None, "An ad is playing" if kind == "ad" else "Nothing with a name is playing")
    now_playing = NowPlaying(
        at_ms=at_ms,
        item=item,
        progress_ms=values.number(fields.get("progress_ms")),
        is_playing=fields.get("is_playing") is not False,
    )
    state = "Playing" if now_playing.is_playing else "Paused"
    return PlayerAnswer(now_playing, f"{state}: {isolated(item.artists)} – {isolated(item.title)}")


def recent_plays(body: Json) -> list[RecentPlay]:
    """The plays in a recently-played answer; what can't be read is left out. Raises NotUnderstoodError."""
    items = values.table(body).get("items")
    if not isinstance(items, list):
        raise NotUnderstoodError("Spotify's answer about the recent plays isn't what its documentation says.")
    found = [_recent_play(values.table(entry)) for entry in items]
    return [play for play in found if play is not None]


def _get(http: Http, settings: Settings, access: Secret, what: str) -> Answer:
    headers = {"Authorization": f"Bearer {access.reveal()}"}
    answer = http.request("GET", f"{settings.api_url}/v1/me/player/{what}", headers=headers)
    if answer.status not in (200, 204):
        raise _refusal(answer)
    return answer


def _refusal(answer: Answer) -> ProgramError:
    """The error that a status below 500 stands for (Spotify: "API calls", and reports)."""
    error = values.table(answer.error())
    said = values.text(error.get("message")).lower()
    lacks_scope = {401: "permission" in said, 403: error and (not said or "scope" in said)}
    if lacks_scope.get(answer.status):
        return NotAuthorizedError("The saved consent lacks a scope that the program needs.")
    if answer.status == 403:
        return NotAllowedError(f"{answer.host} refuses this account or app{answer.quote()}")
    if answer.status == 401:
        return PassingError(f"{answer.host} refused the token that it had just given ({answer.status}).")
    return NotUnderstoodError(f"{answer.host} refused the request ({answer.status}){answer.quote()}")


def _recent_play(entry: dict[str, Json]) -> RecentPlay | None:
    item = _item(entry.get("track"))
    try:
        played_at = datetime.fromisoformat(values.text(entry.get("played_at")))
        played_at_ms = values.number(epoch_ms(played_at.replace(tzinfo=played_at.tzinfo or UTC)))
    except ValueError:
        return None
    return RecentPlay(item, played_at_ms) if item and played_at_ms else None


def _item(value: Json) -> Item | None:
    """A track, episode, chapter or local file; None if it has neither a name nor a uri."""
    fields = values.table(value)
    uri, title = _text(fields.get("uri")), _text(fields.get("name"))
    if not uri and not title:
        return None
    duration_ms = values.number(fields.get("duration_ms"))
    if show := values.table(fields.get("show") or fields.get("audiobook")):
        return Item(uri=uri, title=title, artists=_name(show), album="", duration_ms=duration_ms)
    names = [_name(artist) for artist in values.array(fields.get("artists"))]
    artists = ", ".join(filter(None, names))
    return Item(uri=uri, title=title, artists=artists, album=_name(fields.get("album")), duration_ms=duration_ms)


def _name(value: Json) -> str:
    return _text(values.table(value).get("name"))


def _text(value: Json) -> str:
    return one_line(values.text(value))
