"""What was on the player around a play, for `--show`."""

from collections.abc import Iterator

from lib.fake_spotify.listener import iso
from tests.fidelity.evidence import Evidence
from tests.fidelity.timeline import Play, Stream
from tests.fidelity.weeks import Line


def play(evidence: Evidence, one: Play) -> str:
    """The play, what was before and after it, and the lines of its track."""
    replay = evidence.replay
    head = f"{replay.scenario.name}, {replay.timeline.name}: {one.item['name']} at {_at(one.start_ms)}"
    return "\n".join([head, *_around(evidence, one)])


def line(evidence: Evidence, one: Line) -> str:
    """The line, and the play of its track that is nearest."""
    replay = evidence.replay
    head = f"{replay.scenario.name}, {replay.timeline.name}: {one.title} at {_at(one.start_ms)}, "
    same = [play for play in evidence.plays if play.item["uri"] == replay.original_uri(one.uri)]
    near = min(same, key=lambda play: abs(play.start_ms - one.start_ms), default=None)
    return "\n".join([f"{head}written {_at(one.written_ms)}", *(_around(evidence, near) if near else ())])


def _around(evidence: Evidence, one: Play) -> Iterator[str]:
    for near in evidence.plays[max(one.number - 1, 0) : one.number + 2]:
        seen = f"first seen {_at(evidence.seen[near.number])}" if near.number in evidence.seen else "not seen"
        yield f"  {'→' if near is one else ' '} {near.item['name']} of {near.item['duration_ms'] // 1000} s, {seen}"
        yield from map(_stream, near.streams)
        for listed in evidence.replay.listed:
            if listed.play == near.number:
                yield f"      played_at {_at(listed.played_at_ms)}, listed {_at(listed.surfaces_ms)}"
    for other in evidence.lived.lines:
        if evidence.replay.original_uri(other.uri) == one.item["uri"]:
            yield f"    line {_at(other.start_ms)}, written {_at(other.written_ms)}"


def _stream(stream: Stream) -> str:
    spans = [
        f"{_at(span.start_ms)} {'plays' if span.playing else 'paused'} at {span.progress_ms // 1000} s"
        for span in stream.spans
    ]
    return f"      {stream.reason_start}: {', '.join(spans)}, {_at(stream.end_ms)} {stream.reason_end}"


def _at(ms: int) -> str:
    return iso(ms)[5:19].replace("T", " ")
