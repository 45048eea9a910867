"""Text to show: what comes from elsewhere, made safe for a line, a sentence or a command; and lengths of time."""

import re
import shlex
from unicodedata import bidirectional


def one_line(said: object) -> str:
    """A text, a path or an error without anything that breaks a line or a field, or controls a terminal.

    Tabs and line breaks become a blank, other control characters and lone surrogates U+FFFD. Bidirectional
    embeddings, overrides and isolates are removed, because they turn round what follows them. The marks U+200E,
    U+200F and U+061C stay: like a letter they only have a direction, and Hebrew and Arabic names need them.
    """
    text = str(said)
    if text.isprintable():
        return text
    text = re.sub("[\t\n\v\f\r\x1c-\x1e\x85\u2028\u2029]", " ", text)
    text = re.sub("[\x00-\x1f\x7f-\x9f\ud800-\udfff]", "\ufffd", text)
    return re.sub("[\u202a-\u202e\u2066-\u2069]", "", text)


def isolated(name: str) -> str:
    """The name for use in a sentence: if it has right-to-left text or marks, they don't reorder what's next to it.

    Follows Unicode's UAX #9: between U+2068 and U+2069, text has no effect on the text around it.
    """
    # Letters that are newer than Python's tables have no direction there, and may have this one.
    right_to_left = any(bidirectional(char) in {"R", "AL", "AN", ""} for char in name)
    return f"\u2068{name}\u2069" if right_to_left else name


def for_shell(path: object) -> str:
    """The path as you type it at a shell's prompt, whatever it holds."""
    return shlex.quote(one_line(path))


def length(duration_ms: int | None) -> str:
    """5:18, or 1:02:03 from an hour on; empty when unknown."""
    if duration_ms is None:
        return ""
    minutes, seconds = divmod(duration_ms // 1000, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes}:{seconds:02}"
