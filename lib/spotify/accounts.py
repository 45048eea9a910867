"""Spotify's accounts service: the authorize URL and the three grants.

Follows Spotify's "Authorization Code Flow", "… with PKCE Flow" and "Client Credentials Flow". Only `error` tells
errors apart, never `error_description`. No POST is sent twice.
"""

import re
from base64 import b64encode, urlsafe_b64encode
from collections.abc import Mapping
from hashlib import sha256
from typing import NamedTuple
from urllib.parse import urlencode

from lib import json_values as values
from lib.errors import CodeRejectedError, NotAllowedError, NotUnderstoodError, SettingsError, TokenRejectedError
from lib.json_values import Json
from lib.secret import Secret
from lib.settings import Settings
from lib.spotify.transport import Answer, Http


class Grant(NamedTuple):
    """What Spotify granted. The access token lasts an hour; a token that didn't come is empty."""

    access_token: Secret
    refresh_token: Secret
    scope: str | None


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


def client_credentials(http: Http, settings: Settings) -> None:
    """Checks the ID and the secret. Raises SettingsError when Spotify doesn't know them."""
    grant = _grant(http, settings, {"grant_type": "client_credentials"})
    if grant is None or not grant.access_token:
        raise NotUnderstoodError("Spotify's answer neither accepts nor refuses the ID and the secret.")


def exchange(http: Http, settings: Settings, code: Secret, verifier: Secret | None) -> Grant:
    """The authorization-code grant. Raises CodeRejectedError when the code can't be used, or no longer."""
    form = {"grant_type": "authorization_code", "code": code.reveal(), "redirect_uri": settings.redirect_uri}
    if verifier:
        form["code_verifier"] = verifier.reveal()
    grant = _grant(http, settings, form)
    if grant is None:
        raise CodeRejectedError("Spotify doesn't accept this code: it was used before, or it's too old.")
    if not (grant.refresh_token and grant.access_token):
        raise NotUnderstoodError("Spotify's answer to the code has no tokens.")
    return grant


def refresh(http: Http, settings: Settings, refresh_token: Secret) -> Grant:
    """The refresh grant. A `refresh_token` in the result replaces the old one, which may be dead already.

    Raises TokenRejectedError when Spotify no longer accepts the token.
    """
    grant = _grant(http, settings, {"grant_type": "refresh_token", "refresh_token": refresh_token.reveal()})
    if grant is None:
        raise TokenRejectedError("Spotify no longer accepts the saved token: six months are over, or it was revoked.")
    return grant


def _grant(http: Http, settings: Settings, form: Mapping[str, str]) -> Grant | None:
    """What Spotify grants for this form; None for `invalid_grant`, whose meaning depends on the grant."""
    answer = _post(http, settings, form)
    fields = values.table(answer.json())
    if answer.status in (401, 403) and not fields:
        raise NotAllowedError(f"{answer.host} refused ({answer.status}).")
    if answer.status == 200:
        scope = fields.get("scope")
        access, renewed = _token(fields.get("access_token")), _token(fields.get("refresh_token"))
        return Grant(access, renewed, scope if isinstance(scope, str) else None)
    error = values.text(fields.get("error"))
    if error == "invalid_grant":
        return None
    if error in ("invalid_client", "unauthorized_client"):
        raise SettingsError(
            "Spotify doesn't know this SPOTIFY_CLIENT_ID and SPOTIFY_CLIENT_SECRET.",
            "Copy both again from your app's page in Spotify's developer dashboard to credentials.env.",
        )
    why = f": {error}" if re.fullmatch("[a-z_]{1,40}", error) else "."
    raise NotUnderstoodError(f"{answer.host} refused the request ({answer.status}){why}")


def _post(http: Http, settings: Settings, form: Mapping[str, str]) -> Answer:
    headers = {}
    if secret := settings.client_secret.reveal():
        pair = b64encode(f"{settings.client_id}:{secret}".encode()).decode()
        headers["Authorization"] = f"Basic {pair}"
    else:
        form = {**form, "client_id": settings.client_id}
    return http.request("POST", f"{settings.accounts_url}/api/token", headers=headers, form=form)


def _token(value: Json) -> Secret:
    """A token that fits into a header; empty for anything else."""
    token = values.text(value)
    return Secret(token if token.isascii() and token.isprintable() and " " not in token else "")
