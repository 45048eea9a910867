"""The authorization code in what comes back from Spotify's consent page: pasted by a person or sent by the browser.

Follows Spotify's "Authorization Code Flow": the redirect carries `code` and `state`, or `error` and `state`.
"""

from hmac import compare_digest
from urllib.parse import parse_qs

from lib.errors import NotAuthorizedError
from lib.secret import Secret
from lib.text import one_line

SHORTEST_CODE = 8
OPEN_AGAIN = "Open the address that the terminal shows now, and agree there."


class PasteError(NotAuthorizedError):
    """There's no usable code in this; the next paste or redirect may have one."""

    remedy = "Paste the whole address that the browser shows after you agreed, or the code alone."
    command = None


class ConsentRefusedError(NotAuthorizedError):
    """The redirect says `error=`: the user, or Spotify, said no."""

    remedy = "To try again, run:"


def code_from_paste(pasted: str, state: str) -> Secret:
    """The authorization code in a paste: the bare code, or the whole address the browser was sent to.

    Quotes, blanks and a #fragment don't matter. Raises what `code_from_query` raises; only a bare code comes without
    the `state` that proves where it's from.
    """
    text = "".join(pasted.split()).strip("'\"<>`")
    if not text:
        raise PasteError("Nothing was pasted.")
    if "://" not in text and "code=" not in text and "error=" not in text:
        return _code(text.partition("#")[0].partition("&")[0])
    address, _, query = text.partition("#")[0].partition("?")
    return code_from_query(query or address, state)


def code_from_query(query: str, state: str) -> Secret:
    """The authorization code in the query of the redirect that answers the authorize URL with this `state`.

    Raises PasteError when there's no code or another run's state, and ConsentRefusedError for `error=`.
    """
    fields = parse_qs(query)
    if "code" not in fields and "error" not in fields:
        raise PasteError("This address has no code; it isn't the one that Spotify sends the browser to.")
    if any(len(fields.get(key, ())) > 1 for key in ("code", "state", "error")):
        raise PasteError("This address has two codes or two states; Spotify's has one of each.")
    if "state" not in fields:
        raise PasteError("This address is cut off: the end, with its state, is missing.")
    if not compare_digest(fields["state"][0].encode(), state.encode()):
        what = "This address is from an earlier run, or changed on the way. Nothing was saved."
        raise PasteError(what, OPEN_AGAIN)
    if fields.get("error") == ["access_denied"]:
        raise ConsentRefusedError("Consent was refused on Spotify's page.")
    if "error" in fields:
        raise ConsentRefusedError(f"Spotify reports an error: {one_line(fields['error'][0])[:80]}.")
    return _code(fields["code"][0])


def _code(text: str) -> Secret:
    if not (text.isascii() and text.isprintable()) or "/" in text or len(text) < SHORTEST_CODE:
        raise PasteError("This is neither an address nor an authorization code.")
    return Secret(text)
