"""The stand-in itself: a function of one request and the clock, and what it remembers."""

from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Lock
from typing import Protocol

from lib.fake_spotify.accounts import Accounts
from lib.fake_spotify.listener import Json
from lib.fake_spotify.loopback import Answered, Asked


class Player(Protocol):
    """Whoever knows what is and was played; `listener.Listener` is one."""

    def currently_playing(self, now_ms: int) -> Json | None:
        """The answer's body at that time, None for 204."""

    def recently_played(self, now_ms: int) -> list[Json]:
        """The entries listed at that time, newest first."""


@dataclass
class FakeSpotify(Accounts):
    """Spotify for one app and one listener: the accounts service, and the two player endpoints.

    overrule: asked first for each request; what it returns is answered in place of the truth.
    requests: all that was asked, so that a test can look at what was sent.
    """

    player: Player
    overrule: Callable[[Asked], Answered | None] = lambda _: None
    requests: list[Asked] = field(default_factory=list)
    _one_at_a_time: Lock = field(default_factory=Lock, repr=False)

    def answer(self, asked: Asked) -> Answered:
        """What Spotify would say."""
        routes = {
            ("GET", "/authorize"): self.authorize,
            ("POST", "/authorize"): self.decide,
            ("POST", "/api/token"): self.token,
            ("GET", "/v1/me/player/currently-playing"): self._currently_playing,
            ("GET", "/v1/me/player/recently-played"): self._recently_played,
        }
        with self._one_at_a_time:
            self.requests.append(asked)
            route = routes.get((asked.method, asked.path), lambda _: _api_error(404, "Service not found"))
            return self.overrule(asked) or route(asked)

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


def _api_error(status: int, message: str) -> Answered:
    return Answered(status, {"error": {"status": status, "message": message}})
