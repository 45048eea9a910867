"""What a snapshot means beside the one before it, and when what it shows began. Pure, on our clock alone."""

from lib.plays.model import NEVER_MS, RAN, NowPlaying, Seen

TOLERANCE_MS = 10_000
"""Progress is reported early, late and rounded by some seconds, on both sides of a comparison; crossfade adds more."""
LONG_PAUSE_MS = 30 * 60_000
"""After a shorter pause a progress near zero may be Spotify's reset on resume; after a longer one it is a new play."""
ANSWERED_MS = 3000
"""A `timestamp` this near to now is the answer's own time, and tells nothing."""


def compare(seen: Seen | None, now_playing: NowPlaying, checked_ms: int) -> tuple[str, str]:
    """What a snapshot means: (verdict, reason). checked_ms: the last run that was written down.

    The verdict is "expected", "moved" (the same play, not as foretold), "new", or "stale" (not really playing).
    """
    progress, duration = now_playing.progress_ms, now_playing.item.duration_ms or NEVER_MS
    if now_playing.playing and (progress or 0) > duration + TOLERANCE_MS:
        return "stale", "its progress lies beyond its end"
    if seen is None or not seen.identity.same(now_playing.item.identity):
        return "new", "it wasn't on the player before"
    if progress is None or seen.progress_ms is None:
        return "expected", "the same item is still on the player, its progress unknown"
    if again := _begun_again(seen, now_playing, seen.progress_ms, progress, checked_ms):
        return "new", again
    return _by_progress(seen, now_playing, seen.progress_ms, progress)


def _by_progress(seen: Seen, now_playing: NowPlaying, before: int, progress: int) -> tuple[str, str]:
    """The same play again: the verdict that its progress, in ms before and now, and our clock lead to."""
    ran, elapsed, moved = seen.state in RAN, now_playing.at_ms - seen.at_ms, progress - before
    if abs(moved - (elapsed if ran else 0)) <= TOLERANCE_MS and seen.state != "stale":
        return "expected", "progress and clock agree with the now_playing before"
    if moved == 0 and now_playing.playing and seen.state in ("playing", "stale"):
        return "stale", "its progress stands still"
    return "moved", "paused or sought forward" if moved >= -TOLERANCE_MS else "sought back"


def _begun_again(seen: Seen, now_playing: NowPlaying, before: int, progress: int, checked_ms: int) -> str | None:
    """Why the same item must be another play of it; None when it needn't be."""
    elapsed, duration, recordable = (
        now_playing.at_ms - seen.at_ms,
        now_playing.item.duration_ms,
        now_playing.item.recordable,
    )
    if seen.state == "recalled":  # whether it was paused since is not known; a record will tell, where there is one
        ended = now_playing.began_ms > seen.ends_ms + TOLERANCE_MS and not recordable
        return "it must have ended, and plays again" if ended else None
    if seen.state == "ended" and not (recordable and now_playing.began_ms < checked_ms - TOLERANCE_MS):
        return "it had ended, and plays again"  # but if its progress began before that look, it is rather resumed
    if progress > elapsed - (duration - before if duration else 0) + TOLERANCE_MS:
        return None  # there was no time to end
    ran_on = seen.state == "playing" and now_playing.playing
    tolerance_ms = min(TOLERANCE_MS, duration // 8) if duration else TOLERANCE_MS
    if ran_on and duration and _off_lap(before + elapsed - progress, duration) <= tolerance_ms:
        return "it ran to its end and has begun again"
    reset = seen.state == "paused" and elapsed < LONG_PAUSE_MS and recordable
    if progress < before - tolerance_ms and not reset:
        return "it had the time to end and has begun again"
    return None


def _off_lap(ms: int, duration_ms: int) -> int:
    """By how much `ms` misses the nearest whole number of times that the item could have been played."""
    return abs((ms + duration_ms // 2) % duration_ms - duration_ms // 2)


def start_ms(seen: Seen | None, now_playing: NowPlaying, floor_ms: int) -> int:
    """When a play first seen now began: by its progress, if it can have run without a break since.

    `seen` is what was on the player at `floor_ms`, the last run that was written down. Where progress alone can't
    tell, Spotify's `timestamp`, when the player's state last changed, helps for what it is worth.
    """
    at_ms, began_ms = now_playing.at_ms, now_playing.began_ms
    if floor_ms > at_ms or (seen and seen.identity.same(now_playing.item.identity)):
        return began_ms
    changed_ms = now_playing.changed_ms if floor_ms <= (now_playing.changed_ms or 0) < at_ms - ANSWERED_MS else None
    if changed_ms and not now_playing.playing:
        return max(changed_ms - (now_playing.progress_ms or 0), floor_ms)
    if began_ms < floor_ms - TOLERANCE_MS:  # something else was on the player then: begun in its middle
        return changed_ms or at_ms
    if changed_ms and changed_ms > began_ms + TOLERANCE_MS and not now_playing.item.recordable:
        return changed_ms  # most likely an episode resumed
    return began_ms
