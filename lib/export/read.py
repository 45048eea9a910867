"""The files' JSON → streams. The one place that knows Spotify's fields; the personal ones among them aren't read.

Shapes: “Understanding my data” at https://support.spotify.com/article/understanding-my-data/
"""

import json
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeAlias

from lib.errors import NotUnderstoodError
from lib.export.archive import Member, members
from lib.export.model import ENDED_BY_ITSELF, NotAnExportError, Stream
from lib.text import one_line

Row: TypeAlias = tuple[str, str, str, str, int, int, str, str, bool]
"""A stream's fields in the order of Stream, its end in seconds, its texts as they came. A bare tuple, for speed."""
_STARTS_AND_ENDS = (ENDED_BY_ITSELF, "fwdbtn", "backbtn", "clickrow", "playbtn", "appload", "remote", "trackerror")
_ENDS = ("endplay", "logout", "unexpected-exit", "unexpected-exit-while-paused")
_REASONS = {reason: reason for reason in ("", *_STARTS_AND_ENDS, *_ENDS)}
_LONGEST_MS = 7 * 24 * 3_600_000
"""Nothing sounds longer in one piece."""
_USUAL_BYTES = 16 << 20
"""Files up to this size can't take too much memory; Spotify's have about 12 MB."""
_MOST_OBJECTS, _MOST_VALUES = 1 << 20, 1 << 22
"""More of them in one file take gigabytes of memory, however well they are packed."""
_WHICH_FILES = "Name the zip as Spotify sent it, or its files named Streaming_History_….json."


def streams(paths: Iterable[Path], odd: Callable[[str], object] = lambda _: None) -> Iterator[Stream]:
    """All streams of an export, file by file; within a file as they come, which isn't always in order of time.

    `odd` is called with each object that is left out, by file and index. Raises NotAnExportError,
    NotUnderstoodError and OSError.
    """
    for member in members(paths):
        for uri, title, artists, album, ended_s, played_ms, start, end, private in rows(member, odd):
            yield Stream(
                one_line(uri),
                one_line(title),
                one_line(artists),
                one_line(album),
                ended_s * 1000,
                played_ms,
                start,
                end,
                private,
            )


def rows(member: Member, odd: Callable[[str], object]) -> Iterator[Row]:
    """The streams of one file. `odd` is called with the file and index of each object that isn't one.

    Raises as `streams` does; NotUnderstoodError when the file as a whole is of another shape.
    """
    array = _array(member)
    understood = False
    for index, item in enumerate(array):
        try:
            row = _extended(item) if "ts" in item else _short(item)
        except (TypeError, ValueError, KeyError, AttributeError, OverflowError):
            odd(f"{member.name}, object {index}")
        else:
            understood = True
            yield row
    if array and not understood:
        raise NotUnderstoodError(f"{member.name} is JSON, but no streaming history.", _WHICH_FILES)


def _array(member: Member) -> list[Any]:
    content = member.content()
    if len(content) > _USUAL_BYTES:
        _check_count(member, content)
    try:
        array = json.loads(content)
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


def _extended(item: dict[str, Any]) -> Row:
    """Raises TypeError or ValueError where a field isn't what it should be, as `_short` does."""
    get = item.get
    if uri := get("spotify_track_uri"):
        names = _TRACK
    elif uri := get("spotify_episode_uri"):
        names = _EPISODE
    elif uri := get("audiobook_chapter_uri"):
        names = _CHAPTER
    else:
        names = _TRACK
    title, artists, album = names
    texts = uri, get(title), get(artists), get(album), get("reason_start"), get("reason_end")
    return _row(texts, item["ts"], item["ms_played"], get("incognito_mode"))


_TRACK = ("master_metadata_track_name", "master_metadata_album_artist_name", "master_metadata_album_album_name")
_EPISODE = ("episode_name", "episode_show_name", "")
_CHAPTER = ("audiobook_chapter_title", "audiobook_title", "")


def _short(item: dict[str, Any]) -> Row:
    """An object of the *Account data* package: no uri, no album, and its end to the minute."""
    title, artists = ("trackName", "artistName") if "trackName" in item else ("episodeName", "podcastName")
    return _row((None, item[title], item[artists], None, None, None), item["endTime"], item["msPlayed"], None)


def _row(texts: tuple[Any, ...], ended_at: Any, played_ms: Any, private: Any) -> Row:
    uri, title, artists, album, start, end = texts
    for text in texts:
        if text is not None and type(text) is not str:
            raise TypeError
    if type(played_ms) is not int or (private is not None and type(private) is not bool):
        raise TypeError
    if not 0 <= played_ms <= _LONGEST_MS:
        raise ValueError
    ended = datetime.fromisoformat(ended_at)
    if ended.tzinfo is None:
        ended = ended.replace(tzinfo=UTC)
    return (
        uri or "",
        title or "",
        artists or "",
        album or "",
        int(ended.timestamp()),
        played_ms,
        _REASONS.get(start or "", "unknown"),
        _REASONS.get(end or "", "unknown"),
        private is True,
    )
