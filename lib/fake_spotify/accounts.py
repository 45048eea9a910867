"""The stand-in's accounts service: the consent page and the three grants."""

from base64 import b64decode, urlsafe_b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256
from secrets import token_urlsafe
from urllib.parse import parse_qs, urlencode, urlsplit

from lib.expiry import expires_at
from lib.fake_spotify.consent_page import consent_page
from lib.fake_spotify.loopback import Answered, Asked

FORM = "application/x-www-form-urlencoded"
CODE_LIFE_MS = 10 * 60_000
ACCESS_LIFE_S = 3600


@dataclass
class Authorization:
    """A consent, behind one code or one refresh token."""

    scope: str
    authorized_ms: int
    redirect_uri: str = ""
    challenge: str = ""
    dead: str = ""
    """Why it is worth nothing any more, in Spotify's words."""


@dataclass(kw_only=True)
class Accounts:
    """The accounts service for one app. `now_ms` is its clock; the rest may be changed at any time.

    client_secret: empty for a public client, which must use PKCE and gets a new refresh token each time.
    rotates: whether a confidential client gets new refresh tokens too. consents: whether the user agrees; None when
    they haven't decided, and a page asks them.
    access_tokens: the scope of each, and when it ends (UTC, ms).
    """

    now_ms: Callable[[], int]
    client_id: str = "5fe01282e44241328a84e7c5cc169165"
    client_secret: str = "c6ed4be3e81b4f0abe9c7c38ffdd8c77"  # noqa: S105 - opens nothing but this stand-in
    redirect_uris: tuple[str, ...] = ("http://127.0.0.1:8888/callback",)
    rotates: bool = False
    consents: bool | None = True
    codes: dict[str, Authorization] = field(default_factory=dict)
    refresh_tokens: dict[str, Authorization] = field(default_factory=dict)
    access_tokens: dict[str, tuple[str, int]] = field(default_factory=dict)

    def authorize(self, asked: Asked) -> Answered:
        """The consent page; for a user who has decided, it is a redirect."""
        refusal = self._not_asked(asked.query)
        if refusal:
            return Answered(400, refusal)
        if self.consents is None:
            return Answered(200, consent_page(asked.query), {"Content-Type": "text/html; charset=utf-8"})
        return self._redirect(asked.query, agreed=self.consents)

    def decide(self, asked: Asked) -> Answered:
        """A button of the consent page."""
        form = {key: values[0] for key, values in parse_qs(asked.body).items()}
        refusal = self._not_asked(form)
        return Answered(400, refusal) if refusal else self._redirect(form, agreed=form.get("answer") == "agree")

    def _not_asked(self, query: Mapping[str, str]) -> str:
        """Why Spotify doesn't ask the user at all; empty when it does."""
        redirect = query.get("redirect_uri", "")
        if query.get("client_id") != self.client_id:
            return "INVALID_CLIENT: Invalid client"
        if "://localhost" in redirect:
            return "INVALID_CLIENT: Insecure redirect URI"
        if not self._registered(redirect):
            return "INVALID_CLIENT: Invalid redirect URI"
        if query.get("response_type") != "code" or (not self.client_secret and "code_challenge" not in query):
            return "response_type must be code"
        if query.get("code_challenge_method", "S256") != "S256":
            return "code_challenge_method must be S256"
        return ""

    def _redirect(self, query: Mapping[str, str], *, agreed: bool) -> Answered:
        redirect = query["redirect_uri"]
        given = {"error": "access_denied"}
        if agreed:
            given = {"code": token_urlsafe(180)}
            challenge = query.get("code_challenge", "")
            self.codes[given["code"]] = Authorization(query.get("scope", ""), self.now_ms(), redirect, challenge)
        if "state" in query:
            given["state"] = query["state"]
        return Answered(302, headers={"Location": f"{redirect}?{urlencode(given)}"})

    def token(self, asked: Asked) -> Answered:
        """A grant, or why there is none."""
        if asked.headers.get("content-type", "").split(";")[0] != FORM:
            return _token_error(415, "server_error", "Unexpected status: 415")
        form = {key: values[0] for key, values in parse_qs(asked.body).items()}
        if refusal := self._client_refused(asked, form):
            return refusal
        grants = {
            "client_credentials": self._client_credentials,
            "authorization_code": self._authorization_code,
            "refresh_token": self._refresh_token,
        }
        kind = form.get("grant_type", "")
        if kind not in grants:
            what = "grant_type parameter is missing" if not kind else f"grant_type {kind} is not supported"
            return _token_error(400, "unsupported_grant_type", what)
        return grants[kind](form)

    def revoke(self, why: str = "Refresh token revoked") -> None:
        """What the user does on their account page: every refresh token is dead."""
        for grant in self.refresh_tokens.values():
            grant.dead = grant.dead or why

    def _registered(self, redirect: str) -> bool:
        """Whether it's exactly a registered one. A loopback literal registered without a port takes any port."""
        parts = urlsplit(redirect)
        portless = parts._replace(netloc=parts.netloc.rsplit(":", 1)[0]).geturl()
        return redirect in self.redirect_uris or (parts.port is not None and portless in self.redirect_uris)

    def _client_refused(self, asked: Asked, form: Mapping[str, str]) -> Answered | None:
        scheme, _, basic = asked.headers.get("authorization", "").partition(" ")
        if scheme != "Basic":
            wrong = form.get("client_id") != self.client_id
            secret_needed = bool(self.client_secret) and "code_verifier" not in form
            return _token_error(400, "invalid_client", "Invalid client") if wrong or secret_needed else None
        try:
            client_id, _, secret = b64decode(basic, validate=True).decode().partition(":")
        except ValueError:
            return _token_error(400, "invalid_client")
        if client_id != self.client_id:
            return _token_error(400, "invalid_client", "Invalid client")
        if secret != self.client_secret or not secret:
            return _token_error(400, "invalid_client", "Invalid client secret")
        return None

    def _client_credentials(self, _: Mapping[str, str]) -> Answered:
        if not self.client_secret:
            return _token_error(400, "invalid_client", "Invalid client secret")
        return Answered(200, {"access_token": token_urlsafe(90), "token_type": "Bearer", "expires_in": ACCESS_LIFE_S})

    def _authorization_code(self, form: Mapping[str, str]) -> Answered:
        grant = self.codes.get(form.get("code", ""))
        if grant is None or grant.dead:
            return _token_error(400, "invalid_grant", "Invalid authorization code")
        if form.get("redirect_uri") != grant.redirect_uri:
            return _token_error(400, "invalid_grant", "Invalid redirect URI")
        if self.now_ms() - grant.authorized_ms > CODE_LIFE_MS:
            return _token_error(400, "invalid_grant", "Authorization code expired")
        verifier = sha256(form.get("code_verifier", "").encode()).digest()
        if grant.challenge and urlsafe_b64encode(verifier).decode().rstrip("=") != grant.challenge:
            return _token_error(400, "invalid_grant", "code_verifier was incorrect")
        grant.dead = "used"
        return self._tokens(Authorization(grant.scope, self.now_ms()), new_refresh_token=True)

    def _refresh_token(self, form: Mapping[str, str]) -> Answered:
        if "refresh_token" not in form:
            return _token_error(400, "invalid_request", "refresh_token must be supplied")
        grant = self.refresh_tokens.get(form["refresh_token"])
        if grant is None:
            return _token_error(400, "invalid_grant", "Invalid refresh token")
        if not grant.dead and self.now_ms() >= _expiry_ms(grant.authorized_ms):
            grant.dead = "Refresh token expired"
        if grant.dead:
            return _token_error(400, "invalid_grant", grant.dead)
        rotates = self.rotates or not self.client_secret
        if rotates:
            grant.dead = "Refresh token revoked"
        return self._tokens(Authorization(grant.scope, grant.authorized_ms), new_refresh_token=rotates)

    def _tokens(self, grant: Authorization, *, new_refresh_token: bool) -> Answered:
        access = token_urlsafe(150)
        self.access_tokens[access] = (grant.scope, self.now_ms() + ACCESS_LIFE_S * 1000)
        given = {"access_token": access, "token_type": "Bearer", "expires_in": ACCESS_LIFE_S, "scope": grant.scope}
        if new_refresh_token:
            given["refresh_token"] = token_urlsafe(98)
            self.refresh_tokens[str(given["refresh_token"])] = grant
        return Answered(200, given)


def _token_error(status: int, error: str, description: str | None = None) -> Answered:
    body = {"error": error}
    if description is not None:
        body["error_description"] = description
    return Answered(status, body)


def _expiry_ms(authorized_ms: int) -> int:
    return int(expires_at(datetime.fromtimestamp(authorized_ms / 1000, UTC)).timestamp() * 1000)
