"""The files' JSON → streams. The one place that knows Spotify's fields; the personal ones among them aren't read.

Shapes: “Understanding my data” at https://support.spotify.com/article/understanding-my-data/
"""

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, TypeAlias

from lib.errors import NotUnderstoodError
from lib.export.archive import Member
from lib.export.model import ENDED_BY_ITSELF, Names, NotAnExportError, Stream, named
from lib.text import one_line

Row: TypeAlias = tuple[Stream, Names, bool]
"""A stream, its names, and whether it was in private. Its key is empty when it's unknown what was played."""
_STARTS_AND_ENDS = (ENDED_BY_ITSELF, "fwdbtn", "backbtn", "clickrow", "playbtn", "appload", "remote", "trackerror")
_ENDS = ("endplay", "logout", "unexpected-exit", "unexpected-exit-while-paused")
_REASONS = ("", *_STARTS_AND_ENDS, *_ENDS)
_LONGEST_MS = 7 * 24 * 3_600_000
"""Nothing sounds longer in one piece."""
_USUAL_BYTES = 16 << 20
"""Files up to this size can't take too much memory; Spotify's have about 12 MB."""
_MOST_OBJECTS, _MOST_VALUES = 1 << 20, 1 << 22
"""More of them in one file take gigabytes of memory, however well they are packed."""
_WHICH_FILES = "Name the zip as Spotify sent it, or its files named Streaming_History_….json."


def rows(member: Member, odd: Callable[[str], object]) -> Iterator[Row]:
    """The streams of one file as they come, which isn't always in order of time.

    `odd` is called with the file and index of each object that isn't one. Raises NotAnExportError and OSError;
    NotUnderstoodError when the file as a whole is of another shape.
    """
    array = _array(member)
    if array and not any(type(item) is tuple for item in array):
        raise NotUnderstoodError(f"{member.name} is JSON, but no streaming history.", _WHICH_FILES)
    for index, item in enumerate(array):
        if type(item) is tuple:
            yield item
        else:
            odd(f"{member.name}, object {index}")


def _array(member: Member) -> list[Any]:
    """What the file holds, each object of a stream replaced by its row: no more than one is in memory at a time."""
    content = member.content()
    if len(content) > _USUAL_BYTES:
        _check_count(member, content)
    try:
        array = json.loads(content, object_hook=_row)
    except (ValueError, RecursionError) as error:
        if content.lstrip()[:1] not in (b"[", b"{", b"\xef"):
            raise NotAnExportError(f"{member.name} is neither a zip nor JSON.") from None
        why = f"{member.name} isn't whole JSON: {one_line(str(error))}."
        raise NotUnderstoodError(why, "It may be cut off: unpack or download it again.") from None
    if not isinstance(array, list):
        raise NotUnderstoodError(f"{member.name} is JSON, but no streaming history.", _WHICH_FILES)
    return array


def _check_count(member: Member, content: bytes) -> None:
    objects, values = content.count(b"{") + content.count(b"["), content.count(b",")
    if objects > _MOST_OBJECTS or values > _MOST_VALUES:
        raise NotAnExportError(f"{member.name} holds too many objects; no file of an export does.")


def _row(item: dict[str, Any]) -> Row | dict[str, Any]:
    """The stream, or the object as it is if it's none."""
    try:
        return _extended(item) if "ts" in item else _short(item)
    except (TypeError, ValueError, KeyError, OverflowError):
        return item


def _extended(item: dict[str, Any]) -> Row:
    """Raises TypeError or ValueError where a field isn't what it should be, as `_short` does."""
    get = item.get
    if uri := get("spotify_track_uri"):
        title, artists, album = _TRACK
    elif uri := get("spotify_episode_uri"):
        title, artists, album = _EPISODE
    elif uri := get("audiobook_chapter_uri"):
        title, artists, album = _CHAPTER
    elif uri := get("audiobook_uri"):
        title, artists, album = _BOOK
    else:
        title, artists, album = _TRACK
    key, names = _recording(uri, get(title), get(artists), get(album))
    private = get("incognito_mode")
    if private is not None and type(private) is not bool:
        raise TypeError
    times = _times(item["ts"], item["ms_played"])
    return (*times, key, _reason(get("reason_start")), _reason(get("reason_end"))), names, private is True


_TRACK = ("master_metadata_track_name", "master_metadata_album_artist_name", "master_metadata_album_album_name")
_EPISODE = ("episode_name", "episode_show_name", "")
_CHAPTER = ("audiobook_chapter_title", "audiobook_title", "")
_BOOK = ("audiobook_title", "", "")
_SHORT = (
    ("trackName", "artistName"),
    ("episodeName", "podcastName"),
    ("chapterName", "audiobookName"),
    ("audiobookName", "authorName"),
)


def _short(item: dict[str, Any]) -> Row:
    """An object of the *Account data* package: no uri, no album, and its end to the minute."""
    title, artists = next((names for names in _SHORT if names[0] in item), _SHORT[0])
    key, names = _recording(None, item[title], item[artists], None)
    return (*_times(item["endTime"], item["msPlayed"]), key, "", ""), names, False


def _times(ended_at: Any, played_ms: Any) -> tuple[int, int]:
    """When a stream ended (s UTC), and when it began if it wasn't paused (ms UTC)."""
    if type(played_ms) is not int:
        raise TypeError
    if not 0 <= played_ms <= _LONGEST_MS:
        raise ValueError
    ended = datetime.fromisoformat(ended_at)
    if ended.tzinfo is None:
        ended = ended.replace(tzinfo=UTC)
    ended_s = int(ended.timestamp())
    return ended_s, ended_s * 1000 - played_ms


@lru_cache(maxsize=1 << 15)
def _recording(*texts: Any) -> tuple[str, Names]:
    """The key and the names, fit for one line, by uri, title, artists and album; any of them may be None."""
    uri, title, artists, album = (_text(text) for text in texts)
    called = title, artists, album
    return uri or (named(called) if title else ""), called


@lru_cache
def _reason(value: Any) -> str:
    reason = _text(value)
    return reason if reason in _REASONS else "unknown"


def _text(value: Any) -> str:
    if not isinstance(value, str | None):
        raise TypeError
    return one_line(value or "")
