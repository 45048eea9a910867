"""The next version of history-past.log, from the plays that the log lacks and from the file as it was. Pure."""

from collections.abc import Callable, Sequence
from io import BytesIO
from typing import NamedTuple

from lib.export.lines import Line, remembered, unexplained, written
from lib.export.model import Batch
from lib.export.past import Past, played


class Renewed(NamedTuple):
    """The file's content, how many plays it has, and how many of them it didn't have before."""

    content: bytes
    plays: int
    new_plays: int


def renewed(
    known: Past, whole: Batch, earlier: Batch | None, before: bytes, line_of: Callable[[str], Line | None]
) -> Renewed:
    """The plays in order of time, after the lines that aren't ours, such as comments.

    earlier: the streams that `before` was made of, None if they're lost or the same. A line that isn't of one of them
    stays until a play takes its place.
    """
    before = before if before.endswith(b"\n") or not before else before + b"\n"
    found = sorted(written(known.unlogged, whole.names, known.lengths))
    texts = [text for _, text in found]
    content = b"".join(texts)
    if content == before:  # as a rule, and then there's no need for a list of the old lines
        return Renewed(content, len(texts), 0)
    there = set(BytesIO(before))
    gone = there.difference(texts)
    if not gone:
        return Renewed(content, len(texts), len(texts) - len(there))
    read = [(text, line_of(text.decode("utf-8", "replace"))) for text in BytesIO(before) if text in gone]
    old = sorted({line for _, line in read if line})
    # If the earlier streams are known, a length that isn't told any more was a guess that more streams have disproved.
    changed = remembered([one for one in found if one[1] not in there], old, with_lengths=earlier is None)
    lines = [(second, text) for second, text in found if text in there]
    lines += [(second, text) for second, text, _ in changed]
    lines += [(line.start_s, f"{line.text}\n".encode()) for line in _staying(old, known, whole, earlier)]
    content = b"".join([*(text for text, line in read if not line), *(text for _, text in sorted(lines))])
    return Renewed(content, len(lines), sum(is_new for *_, is_new in changed))


def _staying(old: Sequence[Line], known: Past, whole: Batch, earlier: Batch | None) -> Sequence[Line]:
    """The old lines that are neither plays now nor were plays of the earlier streams."""
    rest = unexplained(old, known.plays, whole.names)
    if rest and earlier:
        rest = unexplained(rest, played(earlier), earlier.names)
    return rest
