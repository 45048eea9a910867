"""An answer of Spotify's, and what of it may be shown to a person."""

import json
import re
from typing import Any, NamedTuple

from lib.errors import NotUnderstoodError
from lib.text import one_line

_LIKE_A_TOKEN = re.compile(r"[A-Za-z0-9_+/=%.~\\-]{24,}")
"""Nothing that Spotify says to people is without a blank for so long."""
_ERROR_CODE = re.compile(rb'"error"\s*:\s*"([a-z_]{1,40})"')


class Answer(NamedTuple):
    """A whole answer. `host` is who gave it; what it says is shown only through `quote`.

    private: it may hold tokens of its own, so that nothing but the code of an OAuth error is shown of it.
    """

    status: int
    host: str
    body: bytes
    secrets: tuple[str, ...]
    private: bool

    def json(self) -> Any:
        """The body as JSON. Raises NotUnderstoodError when it isn't."""
        try:
            return json.loads(self.body)
        except (ValueError, RecursionError):
            raise NotUnderstoodError(f"{self.host} answered {self.status} with no JSON{self.quote()}") from None

    def quote(self) -> str:
        """What the body says, fit for a message: one line, no secret, nor what could be one; a stop for nothing."""
        if self.private:
            code = _ERROR_CODE.search(self.body)
            text = code[1].decode() if code else ""
        else:
            said = one_line(self.body.decode("utf-8", "replace"))
            text = _LIKE_A_TOKEN.sub("…", " ".join(said.split()))
        for secret in self.secrets:
            text = text.replace(secret, "…")
        return f": {text[:120]}" if text else "."

    def __repr__(self) -> str:
        return f"Answer({self.status}, {self.host!r}, {len(self.body)} bytes)"
