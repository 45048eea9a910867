"""What can be played, and when two of them are the same recording. Pure."""

from dataclasses import dataclass
from hashlib import blake2b

SAME_LENGTH_MS = 2000
"""A relinked recording's length differs by less; the log has whole seconds."""
LISTED_MS = 30_000
"""Spotify lists a play once it was heard for 30 s ("Get Recently Played Tracks"), so a shorter track never."""
_LONGEST_URI = 80


@dataclass(frozen=True, slots=True)
class Identity:
    """What memory keeps of an item: bounded in size, however long its names are."""

    uri: str
    recording: str
    duration_ms: int

    def same(self, other: "Identity") -> bool:
        """One recording: the same uri, or the same artists, title and length under another id (relinking)."""
        if self.uri and self.uri == other.uri:
            return True
        return self.recording == other.recording and abs(self.duration_ms - other.duration_ms) <= SAME_LENGTH_MS


@dataclass(frozen=True, slots=True)
class Item:
    """A track, an episode (artists: its show's name, album empty) or a local file, its texts fit for one line.

    duration_ms: None when Spotify doesn't say.
    """

    uri: str
    title: str
    artists: str
    album: str
    duration_ms: int | None

    @property
    def is_track(self) -> bool:
        """Whether recently played can list it: no episodes, no local files."""
        return self.uri.startswith("spotify:track:")

    @property
    def identity(self) -> Identity:
        """The item by its fingerprint."""
        return identify(self.uri, self.artists, self.title, self.duration_ms or 0)


def identify(uri: str, artists: str, title: str, duration_ms: int) -> Identity:
    """The fingerprint of these fields, the same whether they come from Spotify or from a line of the log."""
    short = uri if len(uri) <= _LONGEST_URI else _digest(uri)
    return Identity(short, _digest(f"{artists}\t{title}"), duration_ms)


def _digest(text: str) -> str:
    return blake2b(text.encode(), digest_size=9).hexdigest()
