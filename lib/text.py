"""Text from elsewhere made fit for one field of one line on a terminal, and text that must not be shown."""

import re
import shlex
from io import TextIOWrapper
from typing import TextIO

_BLANKS = re.compile("[\t\n\v\f\r\x1c-\x1e\x85\u2028\u2029]")
_UNSHOWABLE = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
_BIDI = re.compile("[\u202a-\u202e\u2066-\u2069]")


def one_line(text: str) -> str:
    """The text without anything that breaks a line or a field or steers a terminal; otherwise as it is.

    Tabs and line breaks become a blank, other control characters and lone surrogates U+FFFD; bidirectional
    embeddings, overrides and isolates go, for they would turn round what follows them.
    """
    if text.isascii() and text.isprintable():
        return text
    return _BIDI.sub("", _UNSHOWABLE.sub("\ufffd", _BLANKS.sub(" ", text)))


def forgive(*streams: TextIO | None) -> None:
    """Lets the streams escape what their encoding doesn't know: a locale without UTF-8 must lose no warning."""
    for stream in streams:
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def for_shell(path: object) -> str:
    """The path as it is typed at a shell's prompt, whatever blanks or signs it holds."""
    return shlex.quote(one_line(str(path)))


class Secret:
    """A token, code, verifier or client secret: no repr, str or format shows it, only `reveal()` gives it."""

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    def reveal(self) -> str:
        """The text itself: for the request or the file it belongs in, never for a message."""
        return self._text

    def __repr__(self) -> str:
        return "Secret(…)" if self._text else "Secret()"

    def __bool__(self) -> bool:
        return bool(self._text)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and other._text == self._text

    def __hash__(self) -> int:
        return hash(self._text)
