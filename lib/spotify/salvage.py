"""A refresh token out of an answer that broke off or can't be understood, but could have been a grant.

Spotify may have spent the old token by then, so the new one is worth more than the answer's form.
"""

import re

from lib.secret import Secret

_TOKEN = re.compile(rb'"refresh_token"\s*:\s*"([A-Za-z0-9._~+/=-]{20,})"')


def refresh_token(status: int, received: bytes, *, spent: bool) -> Secret | None:
    """The token, when the whole of one, quotes and all, stands in what was received.

    A refusal grants nothing: what looks like a token in it must not take the place of a good one. Where the old one
    is `spent` for certain, as a public client's is, there is nothing to lose in an answer that broke at Spotify.
    """
    if status != 200 and not (spent and status >= 500):
        return None
    found = _TOKEN.search(received)
    return Secret(found[1].decode()) if found else None
