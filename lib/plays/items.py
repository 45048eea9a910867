"""What can be played, and when two of them are the same recording. Pure."""

from hashlib import blake2b
from typing import NamedTuple

_SHORT = 80


class Identity(NamedTuple):
    """What stays of an item in memory: of bounded size, however long its names are."""

    uri: str
    recording: str
    duration_ms: int

    def same(self, other: "Identity") -> bool:
        """One recording: the same uri, or the same artists, title and length under another id (relinking)."""
        if self.uri and self.uri == other.uri:
            return True
        return self.recording == other.recording and abs(self.duration_ms - other.duration_ms) <= 2000


class Item(NamedTuple):
    """A track, an episode (artists: its show's name, album empty) or a local file, its texts fit for one line.

    duration_ms: None when Spotify doesn't tell.
    """

    uri: str
    title: str
    artists: str
    album: str
    duration_ms: int | None

    @property
    def identity(self) -> Identity:
        """The item by its fingerprint."""
        return identify(self.uri, self.artists, self.title, self.duration_ms or 0)

    @property
    def recordable(self) -> bool:
        """Whether the recently played can ever list it: tracks of 30 s and more, no episodes, no local files."""
        return self.uri.startswith("spotify:track:") and (self.duration_ms or 30_000) >= 30_000


def identify(uri: str, artists: str, title: str, duration_ms: int) -> Identity:
    """The fingerprint of these fields, the same whether they come from Spotify or from a line of the log."""
    short = uri if len(uri) <= _SHORT else _digest(uri)
    return Identity(short, _digest(f"{artists}\t{title}"), duration_ms)


def _digest(text: str) -> str:
    return blake2b(text.encode(), digest_size=9).hexdigest()
