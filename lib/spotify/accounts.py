"""Spotify's accounts service: the authorize URL, the pasted text, and the three grants.

Follows Spotify's "Authorization Code Flow", "… with PKCE" and "Client Credentials Flow". Errors are told apart by
`error`, never by `error_description`. No POST is sent twice.
"""

from base64 import b64encode, urlsafe_b64encode
from collections.abc import Mapping
from hashlib import sha256
from typing import Any, NamedTuple
from urllib.parse import parse_qs, urlencode, urlsplit

from lib.errors import (
    CodeRejectedError,
    Command,
    NotAllowedError,
    NotAuthorizedError,
    NotUnderstoodError,
    PassingError,
    ProgramError,
    SettingsError,
    TokenRejectedError,
)
from lib.secret import Secret
from lib.settings import Settings
from lib.spotify.answer import Answer
from lib.spotify.transport import Http
from lib.text import one_line

_AGAIN = ("To try again, run:", Command.BOOTSTRAP)


class Grant(NamedTuple):
    """What a grant gave. The access token lives an hour; a token that didn't come is empty."""

    access_token: Secret
    refresh_token: Secret
    scope: str | None


class PasteError(NotAuthorizedError):
    """What was pasted holds no code that can be used; another paste may."""

    remedy = "Paste the whole address that the browser shows after you agreed, or the code alone."
    command = None


class ConsentRefusedError(NotAuthorizedError):
    """The redirect says `error=`: the user, or Spotify, said no."""


def authorize_url(settings: Settings, state: str, verifier: Secret | None) -> str:
    """The address where the user consents; with a PKCE `verifier` it carries the verifier's S256 challenge."""
    query = {
        "response_type": "code",
        "client_id": settings.client_id,
        "scope": settings.scope,
        "redirect_uri": settings.redirect_uri,
        "state": state,
    }
    if verifier:
        digest = sha256(verifier.reveal().encode()).digest()
        query["code_challenge_method"] = "S256"
        query["code_challenge"] = urlsafe_b64encode(digest).decode().rstrip("=")
    return f"{settings.accounts_url}/authorize?{urlencode(query)}"


def code_from(pasted: str, state: str) -> Secret:
    """The authorization code in what was pasted: the bare code, or the whole address the browser was sent to.

    Quotes, blanks and a #fragment around it don't matter. Raises PasteError when there is no code or the address
    answers another run's question, ConsentRefusedError when it says `error=`.
    """
    text = "".join(pasted.replace("\x1b[200~", "").replace("\x1b[201~", "").split()).strip("'\"<>`")
    if not text:
        raise PasteError("Nothing was pasted.")
    if "://" not in text and "code=" not in text and "error=" not in text:
        return _code(text.partition("#")[0].partition("&")[0])
    query = _query(text)
    if "code" not in query and "error" not in query:
        raise PasteError("This address holds no code; it is not the one that Spotify sends the browser to.")
    if "state" not in query:
        raise PasteError("This address is cut off: the end, with its state, is missing.")
    if query["state"] != state:
        what = "This address answers another question than the one above (its state differs)."
        raise PasteError(what, "Open the address above, agree, and paste the whole address that follows.")
    if query.get("error") == "access_denied":
        raise ConsentRefusedError("Consent was refused on Spotify's page.", *_AGAIN)
    if "error" in query:
        raise ConsentRefusedError(f"Spotify refused: {one_line(query['error'])[:80]}.", *_AGAIN)
    return _code(query["code"])


def client_credentials(http: Http, settings: Settings) -> None:
    """Proves the id and the secret. Raises SettingsError when Spotify doesn't know them."""
    refusal = NotUnderstoodError(f"{_host(settings)} refuses client credentials.")
    if not _grant(_post(http, settings, {"grant_type": "client_credentials"}), refusal).access_token:
        raise NotUnderstoodError(f"{_host(settings)} took the id and the secret but sent no token for them.")


def exchange(http: Http, settings: Settings, code: Secret, verifier: Secret | None) -> Grant:
    """The authorization-code grant. Raises CodeRejectedError when the code can't be used (any more)."""
    form = {"grant_type": "authorization_code", "code": code.reveal(), "redirect_uri": settings.redirect_uri}
    if verifier:
        form["code_verifier"] = verifier.reveal()
    refusal = CodeRejectedError("Spotify doesn't take this code: it is used, too old, or from another address.")
    grant = _grant(_post(http, settings, form), refusal)
    if not (grant.refresh_token and grant.access_token):
        raise NotUnderstoodError(f"{_host(settings)} took the code but sent no tokens for it.")
    return grant


def refresh(http: Http, settings: Settings, refresh_token: Secret) -> Grant:
    """The refresh grant; a `refresh_token` in its result takes the old one's place, which may be dead already.

    Raises TokenRejectedError when Spotify doesn't take the token any more.
    """
    form = {"grant_type": "refresh_token", "refresh_token": refresh_token.reveal()}
    refusal = TokenRejectedError("Spotify no longer takes the saved token: six months are over, or it was revoked.")
    return _grant(_post(http, settings, form), refusal)


def _post(http: Http, settings: Settings, form: Mapping[str, str]) -> Answer:
    headers = {}
    secret = settings.client_secret.reveal()
    pair = b64encode(f"{settings.client_id}:{secret}".encode()).decode()
    if secret:
        headers["Authorization"] = f"Basic {pair}"
    else:
        form = {**form, "client_id": settings.client_id}
    hidden = (secret, pair, *(form.get(key, "") for key in ("code", "code_verifier", "refresh_token")))
    return http.request(
        "POST", f"{settings.accounts_url}/api/token", headers=headers, form=form, secrets=hidden, private=True
    )


def _grant(answer: Answer, refusal: ProgramError) -> Grant:
    """The grant in an answer; `refusal` is raised for invalid_grant."""
    if answer.status in (401, 403) and not answer.body.lstrip().startswith(b"{"):
        raise NotAllowedError(f"{answer.host} refused ({answer.status}){answer.quote()}")
    body = _fields(answer)
    if answer.status == 200:
        scope = body.get("scope")
        access, renewed = _token(body.get("access_token")), _token(body.get("refresh_token"))
        return Grant(access, renewed, scope if isinstance(scope, str) else None)
    error = body.get("error")
    if error == "invalid_grant":
        raise refusal
    if error in ("invalid_client", "unauthorized_client"):
        raise SettingsError(
            "Spotify doesn't know this SPOTIFY_CLIENT_ID and SPOTIFY_CLIENT_SECRET.",
            "Copy both anew from your app's page in Spotify's developer dashboard into credentials.env.",
        )
    if error == "server_error":
        raise PassingError(f"{answer.host} has a problem ({answer.status}){answer.quote()}")
    raise NotUnderstoodError(f"{answer.host} refused the request ({answer.status}){answer.quote()}")


def _fields(answer: Answer) -> dict[str, Any]:
    """The JSON object in an answer. Raises NotUnderstoodError."""
    body = answer.json()
    if not isinstance(body, dict):
        raise NotUnderstoodError(f"{answer.host} answered {answer.status} with JSON of another shape.")
    return body


def _token(value: Any) -> Secret:
    """A token that can go into a header or a file; empty for anything else."""
    fit = isinstance(value, str) and value.isascii() and value.isprintable() and " " not in value
    return Secret(value if fit else "")


def _query(address: str) -> dict[str, str]:
    parts = address.partition("#")[0].partition("?")
    return {key: values[0] for key, values in parse_qs(parts[2] or parts[0]).items()}


def _code(text: str) -> Secret:
    if not (text.isascii() and text.isprintable()) or "/" in text or len(text) < 8:
        raise PasteError("This is neither an address nor an authorization code.")
    return Secret(text)


def _host(settings: Settings) -> str:
    return urlsplit(settings.accounts_url).hostname or ""
