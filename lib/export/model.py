"""What an export tells of one stream. Pure."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Stream:
    """One entry of an export: something that was on the player without another in between.

    ended_ms: `ts`, ms UTC. played_ms: how long it sounded, pauses left out. uri: empty in the short export.
    artists: of the album, one name; of an episode, its show. The reasons are Spotify's words, empty when unknown.
    """

    uri: str
    title: str
    artists: str
    album: str
    ended_ms: int
    played_ms: int
    reason_start: str
    reason_end: str
    private: bool
