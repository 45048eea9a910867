"""An answer from Spotify, and what of it a person may see."""

import re
from dataclasses import dataclass, field

from lib import json_values as values
from lib.json_values import Json
from lib.text import one_line

_LIKE_A_TOKEN = re.compile(r"[A-Za-z0-9_+/=%.~\\-]{24,}")
"""Spotify's tokens, codes and client secrets are longer, and no word that it says to people is."""
_ERROR_CODE = re.compile("[a-z_]{1,40}")


@dataclass(frozen=True, slots=True)
class Answer:
    """A whole answer. `host` is who gave it; what it says is shown by `quote` only."""

    status: int
    host: str
    body: bytes = field(repr=False)
    private: bool
    """It may hold tokens, so only the code of an OAuth error is shown of it."""

    def json(self) -> Json:
        """The body as JSON; None if it isn't."""
        try:
            return values.parse(self.body)
        except ValueError:
            return None

    def error(self) -> Json:
        """What an error says of itself under "error" (Spotify: "API calls"); None if it's nothing of that kind."""
        return values.table(self.json()).get("error")

    def quote(self) -> str:
        """The end of a sentence: what the answer says, in one line without secrets, or a full stop."""
        text = self._oauth_error() if self.private else self._message()
        return f": {text[:120]}" if text else "."

    def _oauth_error(self) -> str:
        code = values.text(self.error())
        return code if _ERROR_CODE.fullmatch(code) else ""

    def _message(self) -> str:
        """The message of a JSON error; or the text, if it's no web page."""
        said = self.body.decode("utf-8", "replace")
        if said.lstrip().startswith(("{", "<")):
            error = self.error()
            said = values.text(error) or values.text(values.table(error).get("message"))
        return _LIKE_A_TOKEN.sub("…", " ".join(one_line(said).split()))
