"""A stand-in of Spotify on loopback: the accounts service and the two player endpoints, played by a script.

`StandIn.answer` is the service itself, a function of one request and the clock; `serve` puts it behind a real
socket. It asks of a client what Spotify asks, and answers a wrong request as Spotify does (the facts are in
Spotify's documentation of the authorization code flow, of PKCE and of the player, and in many bug reports). It
remembers every request in `requests`, so that a test can look at what was sent.
"""

import json
import sys
from base64 import b64decode, urlsafe_b64encode
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256
from http.server import BaseHTTPRequestHandler
from secrets import token_urlsafe
from socketserver import ThreadingTCPServer
from ssl import SSLContext
from threading import Lock, Thread
from typing import Any, NamedTuple, Protocol
from urllib.parse import parse_qs, urlencode, urlsplit

from lib.lapse import expires_at
from lib.spotify.listener import Json

FORM = "application/x-www-form-urlencoded"
CODE_LIFE_MS = 10 * 60_000
ACCESS_LIFE_S = 3600


class Player(Protocol):
    """Whoever knows what is and was played; `lib.spotify.listener.Listener` is one."""

    def currently_playing(self, now_ms: int) -> Json | None:
        """The answer's body at that time, None for 204."""

    def recently_played(self, now_ms: int) -> list[Json]:
        """The entries listed at that time, newest first."""


class Asked(NamedTuple):
    """A request as it arrived; header names in lower case."""

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: str


class Answered(NamedTuple):
    """An answer; a `body` that is not text is sent as JSON."""

    status: int
    body: Any = ""
    headers: Mapping[str, str] = {}


@dataclass
class Grant:
    """A consent, behind one code or one refresh token."""

    scope: str
    authorized_ms: int
    redirect_uri: str = ""
    challenge: str = ""
    dead: str = ""
    """Why it is worth nothing any more, in Spotify's words."""


@dataclass
class StandIn:
    """Spotify for one app and one listener. `now_ms` is its clock; the rest may be changed at any time.

    client_secret: empty for a public client, which must use PKCE and gets a new refresh token each time.
    rotates: whether a confidential client gets new refresh tokens too. consents: whether the user agrees.
    overrule: asked first for each request; what it returns is answered in place of the truth.
    """

    player: Player
    now_ms: Callable[[], int]
    client_id: str = "5fe01282e44241328a84e7c5cc169165"
    client_secret: str = "c6ed4be3e81b4f0abe9c7c38ffdd8c77"  # noqa: S105 - opens nothing but this stand-in
    redirect_uris: tuple[str, ...] = ("http://127.0.0.1:8888/callback",)
    rotates: bool = False
    consents: bool = True
    overrule: Callable[[Asked], Answered | None] = lambda _: None
    requests: list[Asked] = field(default_factory=list)
    codes: dict[str, Grant] = field(default_factory=dict)
    refresh_tokens: dict[str, Grant] = field(default_factory=dict)
    access_tokens: dict[str, tuple[str, int]] = field(default_factory=dict)
    _one_at_a_time: Lock = field(default_factory=Lock, repr=False)

    def answer(self, asked: Asked) -> Answered:
        """What Spotify would say."""
        routes = {
            ("GET", "/authorize"): self._authorize,
            ("POST", "/api/token"): self._token,
            ("GET", "/v1/me/player/currently-playing"): self._currently_playing,
            ("GET", "/v1/me/player/recently-played"): self._recently_played,
        }
        with self._one_at_a_time:
            self.requests.append(asked)
            route = routes.get((asked.method, asked.path), lambda _: _api_error(404, "Service not found"))
            return self.overrule(asked) or route(asked)

    def revoke(self, why: str = "Refresh token revoked") -> None:
        """What the user does on their account page: every refresh token is dead."""
        for grant in self.refresh_tokens.values():
            grant.dead = grant.dead or why

    def _authorize(self, asked: Asked) -> Answered:
        query = asked.query
        redirect = query.get("redirect_uri", "")
        if query.get("client_id") != self.client_id:
            return Answered(400, "INVALID_CLIENT: Invalid client")
        if "://localhost" in redirect:
            return Answered(400, "INVALID_CLIENT: Insecure redirect URI")
        if not self._registered(redirect):
            return Answered(400, "INVALID_CLIENT: Invalid redirect URI")
        if query.get("response_type") != "code" or (not self.client_secret and "code_challenge" not in query):
            return Answered(400, "response_type must be code")
        if query.get("code_challenge_method", "S256") != "S256":
            return Answered(400, "code_challenge_method must be S256")
        given = {"error": "access_denied"}
        if self.consents:
            given = {"code": token_urlsafe(180)}
            challenge = query.get("code_challenge", "")
            self.codes[given["code"]] = Grant(query.get("scope", ""), self.now_ms(), redirect, challenge)
        if "state" in query:
            given["state"] = query["state"]
        return Answered(302, headers={"Location": f"{redirect}?{urlencode(given)}"})

    def _registered(self, redirect: str) -> bool:
        """To the letter; only a loopback literal registered without a port takes any port."""
        parts = urlsplit(redirect)
        portless = parts._replace(netloc=parts.netloc.rsplit(":", 1)[0]).geturl()
        return redirect in self.redirect_uris or (parts.port is not None and portless in self.redirect_uris)

    def _token(self, asked: Asked) -> Answered:
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
        return self._tokens(Grant(grant.scope, self.now_ms()), new_refresh_token=True)

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
        return self._tokens(Grant(grant.scope, grant.authorized_ms), new_refresh_token=rotates)

    def _tokens(self, grant: Grant, *, new_refresh_token: bool) -> Answered:
        access = token_urlsafe(150)
        self.access_tokens[access] = (grant.scope, self.now_ms() + ACCESS_LIFE_S * 1000)
        given = {"access_token": access, "token_type": "Bearer", "expires_in": ACCESS_LIFE_S, "scope": grant.scope}
        if new_refresh_token:
            given["refresh_token"] = token_urlsafe(98)
            self.refresh_tokens[str(given["refresh_token"])] = grant
        return Answered(200, given)

    def _currently_playing(self, asked: Asked) -> Answered:
        if refusal := self._bearer_refused(asked, "user-read-currently-playing"):
            return refusal
        playing = self.player.currently_playing(self.now_ms())
        if playing is None:
            return Answered(204)
        if playing["currently_playing_type"] == "episode" and "episode" not in asked.query.get("additional_types", ""):
            playing = {**playing, "item": None}
        return Answered(200, playing)

    def _recently_played(self, asked: Asked) -> Answered:
        if refusal := self._bearer_refused(asked, "user-read-recently-played"):
            return refusal
        limit = asked.query.get("limit", "20")
        if not limit.isdecimal() or not 1 <= int(limit) <= 50:
            return _api_error(400, "Invalid limit")
        items = self.player.recently_played(self.now_ms())[: int(limit)]
        return Answered(200, {"items": items, "next": None, "cursors": None, "limit": len(items)})

    def _bearer_refused(self, asked: Asked, scope: str) -> Answered | None:
        scheme, _, token = asked.headers.get("authorization", "").partition(" ")
        if not scheme:
            return _api_error(401, "No token provided")
        if scheme != "Bearer":
            return _api_error(400, "Only valid bearer authentication supported")
        granted, until_ms = self.access_tokens.get(token, ("", -1))
        if until_ms < 0:
            return _api_error(401, "Invalid access token")
        if self.now_ms() >= until_ms:
            return _api_error(401, "The access token expired")
        return None if scope in granted.split() else _api_error(403, "Insufficient client scope")


class _Server(ThreadingTCPServer):
    """Not an HTTPServer, which would ask a name server for its own name."""

    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that hangs up is its own affair; anything else is ours, and shown."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


@contextmanager
def serve(stand_in: StandIn, tls: SSLContext | None = None) -> Iterator[str]:
    """Serves on 127.0.0.1, at a port that is free; yields the address, which serves for both SPOTIFY_…_URL.

    `tls`: the server's certificate; without, it is plain http.
    """

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def _answer(self) -> None:
            url = urlsplit(self.path)
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
            query = {key: values[0] for key, values in parse_qs(url.query).items()}
            headers = {key.lower(): value for key, value in self.headers.items()}
            answered = stand_in.answer(Asked(self.command, url.path, query, headers, body))
            self._send(answered)

        def _send(self, answered: Answered) -> None:
            text = answered.body if isinstance(answered.body, str) else json.dumps(answered.body)
            kind = "text/plain" if isinstance(answered.body, str) else "application/json; charset=utf-8"
            body = text.encode("utf-8", "surrogatepass")
            self.send_response(answered.status)
            for name, value in {"Content-Type": kind, **answered.headers}.items():
                self.send_header(name, value)
            if answered.status != 204:
                self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            if answered.status != 204:
                self.wfile.write(body)

        def do_GET(self) -> None:
            self._answer()

        def do_POST(self) -> None:
            self._answer()

        def log_message(self, *_: object) -> None:
            """Says nothing: a request line can hold a code."""

    server = _Server(("127.0.0.1", 0), Handler)
    if tls:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
    Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    try:
        yield f"{'https' if tls else 'http'}://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()


def _token_error(status: int, error: str, description: str | None = None) -> Answered:
    body = {"error": error}
    if description is not None:
        body["error_description"] = description
    return Answered(status, body)


def _api_error(status: int, message: str) -> Answered:
    return Answered(status, {"error": {"status": status, "message": message}})


def _expiry_ms(authorized_ms: int) -> int:
    return int(expires_at(datetime.fromtimestamp(authorized_ms / 1000, UTC)).timestamp() * 1000)
