"""What an import keeps for the next, beside the past itself: streams ↔ bytes. Pure.

Whether a stream is a play, and which play the log has already, shows only beside the other streams; so all are kept.
"""

import json
from array import array
from collections import Counter
from collections.abc import Iterable, Sequence
from zlib import crc32

from lib.errors import NotUnderstoodError
from lib.export.model import Batch, Names, Stream

_NUMBER = "q"
"""64 bits."""


def encoded(streams: Sequence[Stream], names: dict[str, Names]) -> bytes:
    """A checksum, a line of JSON with all texts, and the streams as columns of numbers: quick to write and to read.

    The same for the same streams.
    """
    keys = _places({stream[2] for stream in streams})
    reasons = _places({stream[3] for stream in streams} | {stream[4] for stream in streams})
    texts = {"names": {key: names[key] for key in keys}, "reasons": list(reasons)}
    columns = (
        [stream[0] for stream in streams],
        [stream[1] for stream in streams],
        [keys[stream[2]] for stream in streams],
        [reasons[stream[3]] for stream in streams],
        [reasons[stream[4]] for stream in streams],
    )
    numbers = b"".join(array(_NUMBER, column).tobytes() for column in columns)
    content = json.dumps(texts, ensure_ascii=False).encode() + b"\n" + numbers
    return crc32(content).to_bytes(4, "big") + content


def _places(texts: Iterable[str]) -> dict[str, int]:
    return {text: place for place, text in enumerate(sorted(texts))}


def decoded(content: bytes) -> Batch:
    """What `encoded` made. Raises NotUnderstoodError."""
    head, _, numbers = content[4:].partition(b"\n")
    try:
        _check(content)
        texts = json.loads(head)
        names = {key: (title, artists, album) for key, (title, artists, album) in texts["names"].items()}
        keys, reasons = list(names), texts["reasons"]
        column = array(_NUMBER, numbers)
        count = len(column) // 5
        ends_s, starts_ms, those, begun, ended = (column[count * place : count * (place + 1)] for place in range(5))
        rows = zip(ends_s, starts_ms, those, begun, ended, strict=True)
        streams = [(end, start, keys[key], reasons[why], reasons[why_not]) for end, start, key, why, why_not in rows]
    except (ValueError, KeyError, TypeError, IndexError, AttributeError, RecursionError):
        raise NotUnderstoodError("What earlier imports kept can't be read.") from None
    return Batch(streams, names, Counter(), [])


def _check(content: bytes) -> None:
    if crc32(content[4:]).to_bytes(4, "big") != content[:4]:
        raise ValueError
