"""A refresh token out of an answer that broke off or can't be understood.

Spotify has spent the old token by then, so the new one is worth more than the answer's form.
"""

import re

from lib.text import Secret

_TOKEN = re.compile(rb'"refresh_token"\s*:\s*"([A-Za-z0-9._~+/=-]{20,})"')


def refresh_token(received: bytes) -> Secret | None:
    """The token, when the whole of one, quotes and all, stands in what was received."""
    found = _TOKEN.search(received)
    return Secret(found[1].decode()) if found else None
