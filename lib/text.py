"""Text from elsewhere made fit for one field of one line on a terminal."""

import re
import shlex

_BLANKS = re.compile("[\t\n\v\f\r\x1c-\x1e\x85\u2028\u2029]")
_UNSHOWABLE = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
_BIDI = re.compile("[\u202a-\u202e\u2066-\u2069]")


def one_line(text: str) -> str:
    """The text without anything that breaks a line or a field or steers a terminal; otherwise as it is.

    Tabs and line breaks become a blank, other control characters and lone surrogates U+FFFD; bidirectional
    embeddings, overrides and isolates go, for they would turn round what follows them.
    """
    if text.isprintable():
        return text
    return _BIDI.sub("", _UNSHOWABLE.sub("\ufffd", _BLANKS.sub(" ", text)))


def for_shell(path: object) -> str:
    """The path as it is typed at a shell's prompt, whatever blanks or signs it holds."""
    return shlex.quote(one_line(str(path)))
