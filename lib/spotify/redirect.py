"""The authorization code in what comes back from Spotify's consent page: pasted by a person or sent by the browser.

Follows Spotify's "Authorization Code Flow": the redirect carries `code` and `state`, or `error` and `state`.
"""

from hmac import compare_digest
from urllib.parse import parse_qs

from lib.errors import CodeRejectedError, Command, NotAuthorizedError
from lib.secret import Secret
from lib.text import one_line

SHORTEST_CODE = 8
PASTE = "Paste the whole address that the browser shows after you agreed, or the code alone."


def code_from_paste(pasted: str, state: str) -> Secret:
    """The authorization code in a paste: the bare code, or the whole address the browser was sent to.

    Quotes, blanks and a #fragment don't matter. Raises what `code_from_query` raises; only a bare code comes without
    the `state` that proves where it's from.
    """
    text = "".join(pasted.split()).strip("'\"<>`")
    if not text:
        raise CodeRejectedError("Nothing was pasted.", PASTE)
    if "://" not in text and "code=" not in text and "error=" not in text:
        return _code(text.partition("#")[0].partition("&")[0])
    address, _, query = text.partition("#")[0].partition("?")
    return code_from_query(query or address, state)


def code_from_query(query: str, state: str) -> Secret:
    """The authorization code in the query of the redirect that answers the authorize URL with this `state`.

    Raises CodeRejectedError when there's no code or another run's state, and NotAuthorizedError for `error=`: the user,
    or Spotify, said no.
    """
    fields = parse_qs(query)
    if "code" not in fields and "error" not in fields:
        raise CodeRejectedError("This address has no code; it isn't the one that Spotify sends the browser to.", PASTE)
    if any(len(fields.get(key, ())) > 1 for key in ("code", "state", "error")):
        raise CodeRejectedError("This address has two codes or two states; Spotify's has one of each.", PASTE)
    if "state" not in fields:
        raise CodeRejectedError("This address is cut off: the end, with its state, is missing.", PASTE)
    if not compare_digest(fields["state"][0].encode(), state.encode()):
        raise CodeRejectedError("This address is from an earlier run, or changed on the way. Nothing was saved.")
    if error := fields.get("error"):
        what = f"Spotify reports an error: {one_line(error[0])[:80]}."
        if error == ["access_denied"]:
            what = "Consent was refused on Spotify's page."
        raise NotAuthorizedError(what, "To try again, run:", Command.BOOTSTRAP)
    return _code(fields["code"][0])


def _code(text: str) -> Secret:
    if not (text.isascii() and text.isprintable()) or "/" in text or len(text) < SHORTEST_CODE:
        raise CodeRejectedError("This is neither an address nor an authorization code.", PASTE)
    return Secret(text)
