"""The stand-in refuses what Spotify refuses, so that a client that gets along with it gets along with Spotify."""

import json
from base64 import b64encode, urlsafe_b64encode
from collections.abc import Callable, Iterator
from hashlib import sha256
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import httpx
import pytest

from lib.fake_spotify.listener import Listener, episode, iso, local_file, track
from lib.fake_spotify.loopback import Answered, serve
from lib.fake_spotify.service import FakeSpotify
from tests.support.times import MINUTE

START_MS = 1_795_000_000_000
SCOPE = "user-read-currently-playing user-read-recently-played"
BACK = "http://127.0.0.1:8888/callback"
VERIFIER = "v" * 64
CHALLENGE = urlsafe_b64encode(sha256(VERIFIER.encode()).digest()).decode().rstrip("=")
SONG = track("Song", ["Band"], "Album", 200_000)


class Client:
    """Asks as a client would, over a real socket."""

    def __init__(self, fake_spotify: FakeSpotify, http: httpx.Client) -> None:
        self.fake_spotify, self.http = fake_spotify, http
        self.now_ms = START_MS
        fake_spotify.now_ms = lambda: self.now_ms

    def authorize(self, **changed: str | None) -> httpx.Response:
        query = {
            "response_type": "code",
            "client_id": self.fake_spotify.client_id,
            "scope": SCOPE,
            "redirect_uri": BACK,
            "state": "s",
            **changed,
        }
        return self.http.get("/authorize", params={key: value for key, value in query.items() if value is not None})

    def code(self, **changed: str | None) -> str:
        return parse_qs(urlsplit(self.authorize(**changed).headers["Location"]).query)["code"][0]

    def token(self, basic: bool = True, **form: str) -> httpx.Response:
        pair = b64encode(f"{self.fake_spotify.client_id}:{self.fake_spotify.client_secret}".encode()).decode()
        headers = {"Authorization": f"Basic {pair}"} if basic else {}
        return self.http.post("/api/token", data=form, headers=headers)

    def exchange(self, code: str, basic: bool = True, **form: str) -> httpx.Response:
        return self.token(basic, **{"grant_type": "authorization_code", "code": code, "redirect_uri": BACK, **form})

    def refresh(self, refresh_token: str, basic: bool = True, **form: str) -> httpx.Response:
        return self.token(basic, grant_type="refresh_token", refresh_token=refresh_token, **form)

    def player(self, what: str, token: str, **query: str) -> httpx.Response:
        return self.http.get(f"/v1/me/player/{what}", headers={"Authorization": f"Bearer {token}"}, params=query)

    def access(self, scope: str = SCOPE) -> str:
        return str(self.exchange(self.code(scope=scope)).json()["access_token"])


@pytest.fixture
def script() -> Listener:
    return Listener(START_MS - MINUTE)


@pytest.fixture
def client(script: Listener) -> Iterator[Client]:
    fake_spotify = FakeSpotify(script, now_ms=lambda: START_MS)
    with serve(fake_spotify.answer) as url, httpx.Client(base_url=url, trust_env=False, verify=False) as http:
        yield Client(fake_spotify, http)


def refused(answer: httpx.Response, error: str, description: str | None = None, status: int = 400) -> None:
    wanted = {"error": error} | ({} if description is None else {"error_description": description})
    assert (answer.status_code, answer.json()) == (status, wanted)


def api_refused(answer: httpx.Response, status: int, message: str) -> None:
    assert (answer.status_code, answer.json()) == (status, {"error": {"status": status, "message": message}})


# Consent


def test_consent_leads_back_with_a_code_and_the_state(client: Client) -> None:
    answer = client.authorize()
    assert answer.status_code == 302
    back, _, query = answer.headers["Location"].partition("?")
    assert back == BACK
    assert parse_qs(query)["state"] == ["s"]
    assert len(parse_qs(query)["code"][0]) > 200


def test_consent_refused_leads_back_with_the_error(client: Client) -> None:
    client.fake_spotify.consents = False
    assert client.authorize().headers["Location"] == f"{BACK}?error=access_denied&state=s"


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"client_id": "0" * 32}, "INVALID_CLIENT: Invalid client"),
        ({"redirect_uri": "http://localhost:8888/callback"}, "INVALID_CLIENT: Insecure redirect URI"),
        ({"redirect_uri": f"{BACK}/"}, "INVALID_CLIENT: Invalid redirect URI"),
        ({"redirect_uri": "http://127.0.0.1:8889/callback"}, "INVALID_CLIENT: Invalid redirect URI"),
        ({"redirect_uri": None}, "INVALID_CLIENT: Invalid redirect URI"),
        ({"response_type": "token"}, "response_type must be code"),
        ({"response_type": None}, "response_type must be code"),
        ({"code_challenge_method": "plain", "code_challenge": "x"}, "code_challenge_method must be S256"),
    ],
)
def test_a_wrong_question_is_answered_on_spotifys_own_page(
    client: Client, changed: dict[str, str | None], said: str
) -> None:
    answer = client.authorize(**changed)
    assert (answer.status_code, answer.text) == (400, said)
    assert client.fake_spotify.codes == {}


def test_an_address_registered_without_a_port_takes_every_port_of_that_literal(client: Client) -> None:
    client.fake_spotify.redirect_uris = ("http://127.0.0.1/callback",)
    assert client.authorize(redirect_uri="http://127.0.0.1:41414/callback").status_code == 302
    assert client.authorize(redirect_uri="http://[::1]:41414/callback").status_code == 400


def test_an_app_without_a_secret_must_bring_a_challenge(client: Client) -> None:
    client.fake_spotify.client_secret = ""
    assert client.authorize().status_code == 400
    assert client.authorize(code_challenge=CHALLENGE, code_challenge_method="S256").status_code == 302


# Tokens


def test_a_code_buys_both_tokens(client: Client) -> None:
    answer = client.exchange(client.code())
    body = answer.json()
    assert answer.status_code == 200
    assert (body["token_type"], body["expires_in"], body["scope"]) == ("Bearer", 3600, SCOPE)
    assert body["access_token"] in client.fake_spotify.access_tokens
    assert body["refresh_token"] in client.fake_spotify.refresh_tokens


def test_a_code_serves_once_for_minutes_and_for_its_own_address(client: Client) -> None:
    code = client.code()
    refused(client.exchange(code, redirect_uri=f"{BACK}/"), "invalid_grant", "Invalid redirect URI")
    assert client.exchange(code).status_code == 200
    refused(client.exchange(code), "invalid_grant", "Invalid authorization code")
    refused(client.exchange("AQ-foreign"), "invalid_grant", "Invalid authorization code")
    late = client.code()
    client.now_ms += 11 * MINUTE
    refused(client.exchange(late), "invalid_grant", "Authorization code expired")


def test_a_challenge_must_be_met(client: Client) -> None:
    client.fake_spotify.client_secret = ""
    code = client.code(code_challenge=CHALLENGE, code_challenge_method="S256")
    ident = {"client_id": client.fake_spotify.client_id}
    wrong = "code_verifier was incorrect"
    refused(client.exchange(code, basic=False, **ident), "invalid_grant", wrong)
    refused(client.exchange(code, basic=False, code_verifier="w" * 64, **ident), "invalid_grant", wrong)
    assert client.exchange(code, basic=False, code_verifier=VERIFIER, **ident).status_code == 200


@pytest.mark.parametrize(
    ("basic", "description"),
    [
        ("{id}:{secret}x", "Invalid client secret"),
        ("{id}:", "Invalid client secret"),
        ("{id}", "Invalid client secret"),
        ("x{id}:{secret}", "Invalid client"),
        (":", "Invalid client"),
    ],
)
def test_the_basic_header_must_be_right(client: Client, basic: str, description: str) -> None:
    pair = basic.format(id=client.fake_spotify.client_id, secret=client.fake_spotify.client_secret)
    headers = {"Authorization": "Basic " + b64encode(pair.encode()).decode()}
    form = {"grant_type": "client_credentials"}
    refused(client.http.post("/api/token", data=form, headers=headers), "invalid_client", description)


def test_the_basic_header_must_be_base64(client: Client) -> None:
    headers = {"Authorization": f"Basic {client.fake_spotify.client_id}:{client.fake_spotify.client_secret}"}
    form = {"grant_type": "client_credentials"}
    refused(client.http.post("/api/token", data=form, headers=headers), "invalid_client")


def test_an_app_with_a_secret_must_show_it(client: Client) -> None:
    ident = {"client_id": client.fake_spotify.client_id}
    refused(client.exchange(client.code(), basic=False, **ident), "invalid_client", "Invalid client")
    refused(client.token(basic=False, grant_type="client_credentials"), "invalid_client", "Invalid client")


def test_an_app_without_a_secret_has_no_credentials_of_its_own(client: Client) -> None:
    client.fake_spotify.client_secret = ""
    ident = {"client_id": client.fake_spotify.client_id}
    answer = client.token(basic=False, grant_type="client_credentials", **ident)
    refused(answer, "invalid_client", "Invalid client secret")


def test_client_credentials_bring_an_access_token_that_can_not_see_the_player(client: Client) -> None:
    body = client.token(grant_type="client_credentials").json()
    assert sorted(body) == ["access_token", "expires_in", "token_type"]
    assert client.player("currently-playing", body["access_token"]).status_code == 401


def test_a_request_must_be_a_form_and_name_a_grant(client: Client) -> None:
    answer = client.http.post("/api/token", json={"grant_type": "client_credentials"})
    refused(answer, "server_error", "Unexpected status: 415", status=415)
    refused(client.token(code="x"), "unsupported_grant_type", "grant_type parameter is missing")
    refused(client.token(grant_type="password"), "unsupported_grant_type", "grant_type password is not supported")
    refused(client.token(grant_type="refresh_token"), "invalid_request", "refresh_token must be supplied")


def test_a_refresh_keeps_the_token_of_a_confidential_app(client: Client) -> None:
    refresh_token = client.exchange(client.code()).json()["refresh_token"]
    for _ in range(2):
        body = client.refresh(refresh_token).json()
        assert "refresh_token" not in body
        assert client.player("currently-playing", body["access_token"]).status_code == 204


@pytest.mark.parametrize("public", [True, False])
def test_a_token_that_is_renewed_is_dead(client: Client, public: bool) -> None:
    ident = {}
    if public:
        client.fake_spotify.client_secret = ""
        ident = {"client_id": client.fake_spotify.client_id}
        code = client.code(code_challenge=CHALLENGE, code_challenge_method="S256")
        first = client.exchange(code, basic=False, code_verifier=VERIFIER, **ident).json()["refresh_token"]
    else:
        client.fake_spotify.rotates = True
        first = client.exchange(client.code()).json()["refresh_token"]
    second = client.refresh(first, basic=not public, **ident).json()["refresh_token"]
    refused(client.refresh(first, basic=not public, **ident), "invalid_grant", "Refresh token revoked")
    assert client.refresh(second, basic=not public, **ident).status_code == 200


def test_a_refresh_token_ends_six_months_after_the_consent_whatever_is_refreshed(client: Client) -> None:
    client.fake_spotify.rotates = True
    refresh_token = client.exchange(client.code()).json()["refresh_token"]
    day_ms = 24 * 60 * MINUTE
    client.now_ms += 180 * day_ms
    refresh_token = client.refresh(refresh_token).json()["refresh_token"]
    client.now_ms += 5 * day_ms
    refused(client.refresh(refresh_token), "invalid_grant", "Refresh token expired")


def test_a_user_may_take_the_consent_back(client: Client) -> None:
    refresh_token = client.exchange(client.code()).json()["refresh_token"]
    client.fake_spotify.revoke()
    refused(client.refresh(refresh_token), "invalid_grant", "Refresh token revoked")
    refused(client.refresh("AQ-unknown"), "invalid_grant", "Invalid refresh token")


# The player


def test_the_bearer_must_be_right(client: Client) -> None:
    token = client.access()
    url = "/v1/me/player/currently-playing"
    api_refused(client.http.get(url), 401, "No token provided")
    api_refused(
        client.http.get(url, headers={"Authorization": f"Basic {token}"}),
        400,
        "Only valid bearer authentication supported",
    )
    api_refused(client.player("currently-playing", "BQ-unknown"), 401, "Invalid access token")
    assert client.player("currently-playing", token).status_code == 204
    client.now_ms += 60 * MINUTE
    api_refused(client.player("currently-playing", token), 401, "The access token expired")


def test_each_endpoint_needs_its_scope(client: Client) -> None:
    token = client.access("user-read-currently-playing")
    assert client.player("currently-playing", token).status_code == 204
    api_refused(client.player("recently-played", token), 403, "Insufficient client scope")
    token = client.access("user-read-recently-played")
    api_refused(client.player("currently-playing", token), 403, "Insufficient client scope")
    assert client.player("recently-played", token).status_code == 200


def test_nothing_else_is_there(client: Client) -> None:
    api_refused(client.http.get("/v1/me/player"), 404, "Service not found")
    api_refused(client.http.post("/v1/me/player/currently-playing"), 404, "Service not found")
    api_refused(client.http.get("/api/token"), 404, "Service not found")


def test_what_plays_is_shown_with_its_progress(client: Client, script: Listener) -> None:
    script.begin(SONG).listen()
    body = client.player("currently-playing", client.access()).json()
    assert (body["item"], body["progress_ms"], body["is_playing"]) == (SONG, MINUTE, True)
    assert body["timestamp"] == START_MS - MINUTE, "the last change, not the time of the answer"
    client.now_ms = script.at_ms
    assert client.player("currently-playing", client.access()).status_code == 204


def test_an_episode_is_shown_to_those_who_ask_for_episodes(client: Client, script: Listener) -> None:
    talk = episode("Talk", "Show", 10 * MINUTE)
    script.begin(talk).listen()
    token = client.access()
    without = client.player("currently-playing", token).json()
    assert (without["item"], without["currently_playing_type"]) == (None, "episode")
    assert client.player("currently-playing", token, additional_types="track,episode").json()["item"] == talk


def test_an_ad_has_no_item(client: Client, script: Listener) -> None:
    script.ad(5 * MINUTE)
    body = client.player("currently-playing", client.access()).json()
    assert (body["item"], body["currently_playing_type"], body["is_playing"]) == (None, "ad", True)


def test_the_recent_plays_are_those_that_spotify_lists(client: Client, script: Listener) -> None:
    script.begin(SONG).listen(40_000)
    end_ms = script.at_ms
    script.begin(track("Skipped", ["Band"], "Album", 200_000)).listen(20_000)
    script.begin(local_file("Tape", "Me", 100)).listen()
    script.begin(episode("Talk", "Show", MINUTE)).listen()
    other = track("Other", ["Band"], "Album", 60_000)
    script.begin(other).listen().quiet(0)
    token = client.access()
    assert client.player("recently-played", token).json()["items"] == [
        {"track": SONG, "played_at": iso(end_ms), "context": None}
    ]
    client.now_ms = script.at_ms + script.lag_ms
    body = client.player("recently-played", token).json()
    assert [entry["track"]["name"] for entry in body["items"]] == ["Other", "Song"]
    assert (body["next"], body["cursors"], body["limit"]) == (None, None, 2)


def test_the_recent_plays_are_twenty_or_as_asked_up_to_fifty(client: Client, script: Listener) -> None:
    for number in range(60):
        script.begin(track(f"Song {number}", ["Band"], "Album", 31_000)).listen()
    script.quiet(MINUTE)
    client.now_ms = script.at_ms
    token = client.access()
    counts = {limit: len(recent(client, token, limit)) for limit in ("", "1", "50")}
    assert counts == {"": 20, "1": 1, "50": 50}
    assert recent(client, token, "1")[0]["track"]["name"] == "Song 59"
    for limit in ("0", "51", "-1", "many"):
        api_refused(client.player("recently-played", token, limit=limit), 400, "Invalid limit")


def recent(client: Client, token: str, limit: str) -> list[Any]:
    query = {"limit": limit} if limit else {}
    items: list[Any] = client.player("recently-played", token, **query).json()["items"]
    return items


# What a test may change


def test_any_answer_may_be_overruled_and_every_request_is_remembered(client: Client) -> None:
    client.fake_spotify.overrule = lambda asked: Answered(503, "", {"Retry-After": "7"}) if asked.path == "/x" else None
    answer = client.http.get("/x", params={"a": "b"})
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "7")
    (asked,) = client.fake_spotify.requests
    assert (asked.method, asked.path, dict(asked.query), asked.body) == ("GET", "/x", {"a": "b"}, "")


def test_what_json_may_carry_is_carried(client: Client) -> None:
    client.fake_spotify.overrule = lambda _: Answered(200, {"name": "\ud800\x00\u202e"})
    assert json.loads(client.http.get("/x").content) == {"name": "\ud800\x00\u202e"}


def test_a_script_that_begins_nothing_is_a_mistake(script: Listener) -> None:
    steps: list[Callable[[], Listener]] = [script.listen, lambda: script.pause(1), lambda: script.seek(1)]
    for step in steps:
        with pytest.raises(ValueError, match="begin something first"):
            step()


def test_a_form_is_read_as_it_was_sent(client: Client) -> None:
    body = urlencode({"grant_type": "authorization_code", "code": "a+b/c=&d", "redirect_uri": BACK})
    client.fake_spotify.codes["a+b/c=&d"] = client.fake_spotify.codes.pop(client.code())
    assert client.exchange("a+b/c=&d").status_code == 200
    assert client.fake_spotify.requests[-1].body == body
