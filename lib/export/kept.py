"""What an import keeps for the next, beside the past itself: bytes ↔ streams. Pure.

Whether a stream is a play, and which play the log has already, shows only beside the other streams; so all are kept.
"""

import json
from collections import Counter
from collections.abc import Sequence

from lib.errors import NotUnderstoodError
from lib.export.model import Entry, Names, Part


def encoded(entries: Sequence[Entry], names: dict[str, Names]) -> bytes:
    """The streams and their names, column by column: quick to write and to read. The same for the same streams."""
    keys = {key: number for number, key in enumerate(sorted({entry[2] for entry in entries}))}
    reasons = {pair: number for number, pair in enumerate(sorted({entry[3:] for entry in entries}))}
    columns = {
        "names": {key: names[key] for key in keys},
        "reasons": list(reasons),
        "ended_s": [entry[0] for entry in entries],
        "start_ms": [entry[1] for entry in entries],
        "key": [keys[entry[2]] for entry in entries],
        "reason": [reasons[entry[3:]] for entry in entries],
    }
    return json.dumps(columns, ensure_ascii=False).encode()


def decoded(content: bytes) -> Part:
    """What `encoded` made. Raises NotUnderstoodError."""
    try:
        columns = json.loads(content)
        keys, reasons = list(columns["names"]), columns["reasons"]
        rows = zip(columns["ended_s"], columns["start_ms"], columns["key"], columns["reason"], strict=True)
        entries = [(int(end), int(start), keys[key], *map(str, reasons[reason])) for end, start, key, reason in rows]
        names = {key: Names(*map(str, called)) for key, called in columns["names"].items()}
    except (ValueError, KeyError, TypeError, IndexError, AttributeError, RecursionError):
        raise NotUnderstoodError("What earlier imports kept can't be read.") from None
    return Part(entries, names, [], Counter(), [])
