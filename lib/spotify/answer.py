"""An answer from Spotify, and what of it a person may see."""

import re
from dataclasses import dataclass, field

from lib import json_values as values
from lib.json_values import Json
from lib.text import one_line

_LIKE_A_TOKEN = re.compile(r"[A-Za-z0-9_+/=%.~\\-]{24,}")
"""Spotify's tokens, codes and client secrets are longer, and no word that it says to people is."""


@dataclass(frozen=True, slots=True)
class Answer:
    """A whole answer. `host` is who gave it.

    Only `quote` shows what it says. `accounts` never quotes, because its answers may hold tokens.
    """

    status: int
    host: str
    body: bytes = field(repr=False)

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
        """The end of a sentence: what the answer says, in one line without secrets, or a full stop.

        That's the message of a JSON error, or the text, if it's no web page.
        """
        said = self.body.decode("utf-8", "replace")
        if said.lstrip().startswith(("{", "<")):
            error = self.error()
            said = values.text(error) or values.text(values.table(error).get("message"))
        text = _LIKE_A_TOKEN.sub("…", " ".join(one_line(said).split()))
        return f": {text[:120]}" if text else "."
