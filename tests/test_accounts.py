"""Spotify's accounts service: the address to open, what people paste, the three grants and all that can go wrong."""

import string
from base64 import b64encode, urlsafe_b64encode
from collections.abc import Callable
from hashlib import sha256
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from lib.errors import (
    CodeRejectedError,
    NotAllowedError,
    NotUnderstoodError,
    PassingError,
    ProgramError,
    RateLimitedError,
    SettingsError,
    TokenRejectedError,
)
from lib.fake_spotify.loopback import Answered
from lib.secret import Secret
from lib.spotify import accounts
from lib.spotify.accounts import Grant
from lib.spotify.redirect import code_from_paste
from lib.spotify.transport import Http
from tests.support.home import Home, consent

STATE = "s1-ate_of-this-run"
CODE = "AQ" + string.ascii_letters + string.digits + "-_" * 60
BACK = "http://127.0.0.1:8888/callback"


@pytest.fixture
def http(client: httpx.Client) -> Http:
    return Http(client)


# The address to open


def query_of(url: str) -> dict[str, str]:
    return {key: values[0] for key, values in parse_qs(urlsplit(url).query, strict_parsing=True).items()}


def test_the_address_asks_for_what_the_settings_say(home: Home) -> None:
    url = accounts.authorize_url(home.settings, STATE, None)
    assert url.startswith(f"{home.url}/authorize?")
    assert query_of(url) == {
        "response_type": "code",
        "client_id": home.fake_spotify.client_id,
        "scope": "user-read-currently-playing user-read-recently-played",
        "redirect_uri": BACK,
        "state": STATE,
    }


def test_the_address_is_one_word_whatever_the_settings_hold(home: Home) -> None:
    home.write_credentials(
        SPOTIFY_REDIRECT_URI="https://example.org/a?b=c&d='e'", SPOTIFY_SCOPE="user-read-currently-playing x&y=z"
    )
    url = accounts.authorize_url(home.settings, STATE, None)
    assert not set(url) - set(string.ascii_letters + string.digits + "-._~:/?=&%+")
    assert query_of(url)["redirect_uri"] == "https://example.org/a?b=c&d='e'"
    assert query_of(url)["scope"] == "user-read-currently-playing x&y=z"


def test_without_a_secret_the_address_carries_the_verifiers_s256_challenge(home: Home) -> None:
    verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"  # RFC 7636, appendix B
    query = query_of(accounts.authorize_url(home.settings, STATE, Secret(verifier)))
    assert query["code_challenge_method"] == "S256"
    assert query["code_challenge"] == "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
    assert query["code_challenge"] == urlsafe_b64encode(sha256(verifier.encode()).digest()).decode().rstrip("=")


# The three grants


def code_for(home: Home, verifier: Secret | None = None) -> Secret:
    back = consent(accounts.authorize_url(home.settings, STATE, verifier))
    return code_from_paste(back, STATE)


def test_client_credentials_prove_the_id_and_the_secret(home: Home, http: Http) -> None:
    accounts.client_credentials(http, home.settings)
    (asked,) = home.fake_spotify.requests
    pair = f"{home.fake_spotify.client_id}:{home.fake_spotify.client_secret}"
    assert asked.headers["authorization"] == "Basic " + b64encode(pair.encode()).decode()
    assert asked.headers["content-type"] == "application/x-www-form-urlencoded"
    assert asked.body == "grant_type=client_credentials"


@pytest.mark.parametrize(
    "changed", [{"SPOTIFY_CLIENT_ID": "0" * 32}, {"SPOTIFY_CLIENT_SECRET": "wrong"}], ids=["wrong id", "wrong secret"]
)
def test_a_wrong_id_or_secret_is_a_matter_of_settings(home: Home, http: Http, changed: dict[str, str]) -> None:
    home.write_credentials(**changed)
    with pytest.raises(SettingsError, match="SPOTIFY_CLIENT_ID and SPOTIFY_CLIENT_SECRET"):
        accounts.client_credentials(http, home.settings)


def test_a_code_is_exchanged_for_both_tokens_and_the_scope(home: Home, http: Http) -> None:
    grant = accounts.exchange(http, home.settings, code_for(home), None)
    assert grant.access_token.reveal() in home.fake_spotify.access_tokens
    assert grant.refresh_token.reveal() in home.fake_spotify.refresh_tokens
    assert grant.scope == home.settings.scope


def test_without_a_secret_the_verifier_stands_in_for_it(home: Home, http: Http) -> None:
    home.fake_spotify.client_secret = ""
    home.write_credentials()
    verifier = Secret("v" * 64)
    grant = accounts.exchange(http, home.settings, code_for(home, verifier), verifier)
    asked = home.fake_spotify.requests[-1]
    form = parse_qs(asked.body)
    assert "authorization" not in asked.headers
    assert form["client_id"] == [home.fake_spotify.client_id]
    assert form["code_verifier"] == ["v" * 64]
    renewed = accounts.refresh(http, home.settings, grant.refresh_token)
    assert renewed.refresh_token
    assert renewed.refresh_token != grant.refresh_token
    with pytest.raises(TokenRejectedError):
        accounts.refresh(http, home.settings, grant.refresh_token)


def test_another_verifier_gets_nothing(home: Home, http: Http) -> None:
    home.fake_spotify.client_secret = ""
    home.write_credentials()
    with pytest.raises(CodeRejectedError):
        accounts.exchange(http, home.settings, code_for(home, Secret("v" * 64)), Secret("w" * 64))


def test_a_code_serves_once(home: Home, http: Http) -> None:
    code = code_for(home)
    accounts.exchange(http, home.settings, code, None)
    with pytest.raises(CodeRejectedError, match="used before"):
        accounts.exchange(http, home.settings, code, None)


def test_a_refresh_keeps_the_token_that_spotify_keeps(home: Home, http: Http) -> None:
    token = Secret(home.authorize())
    grant = accounts.refresh(http, home.settings, token)
    assert grant.access_token
    assert not grant.refresh_token


def test_a_refresh_hands_on_the_token_that_spotify_renews(home: Home, http: Http) -> None:
    home.fake_spotify.rotates = True
    grant = accounts.refresh(http, home.settings, Secret(home.authorize()))
    assert grant.refresh_token.reveal() in home.fake_spotify.refresh_tokens


# What can go wrong: status and body of the answer, and what it means at the proof, the exchange and the refresh

INVALID_GRANT = [
    "Refresh token revoked",
    "Refresh token expired",
    "Invalid refresh token",
    "Invalid authorization code",
    "Authorization code expired",
    "Invalid redirect URI",
    "code_verifier was incorrect",
    None,
]
INVALID_CLIENT = ["Invalid client", "Invalid client secret", "Failed to get client", None]
ENVOY = "upstream connect error or disconnect/reset before headers. reset reason: connection termination"
HTML = "<!doctype html><html><head><title>502 Bad Gateway</title></head></html>"

Ask = Callable[[Http, Home], Any]


def prove(http: Http, home: Home) -> None:
    accounts.client_credentials(http, home.settings)


def exchange(http: Http, home: Home) -> Grant:
    return accounts.exchange(http, home.settings, Secret(CODE), None)


def refresh(http: Http, home: Home) -> Grant:
    return accounts.refresh(http, home.settings, Secret("refresh-me"))


ALL = pytest.mark.parametrize("ask", [prove, exchange, refresh])


def failing(home: Home, http: Http, ask: Ask, status: int, body: object, **headers: str) -> ProgramError:
    home.fake_spotify.overrule = lambda _: Answered(status, body, headers)
    with pytest.raises(ProgramError) as caught:
        ask(http, home)
    assert len(home.fake_spotify.requests) == 1, "a POST is never sent twice"
    error = caught.value
    assert error.what.isprintable()
    assert len(error.what) < 300
    return error


def token_error(error: object, description: str | None = None) -> dict[str, object]:
    return {"error": error, **({"error_description": description} if description is not None else {})}


@pytest.mark.parametrize("description", INVALID_GRANT)
def test_invalid_grant_at_the_exchange_is_about_the_code(home: Home, http: Http, description: str | None) -> None:
    error = failing(home, http, exchange, 400, token_error("invalid_grant", description))
    assert type(error) is CodeRejectedError
    assert error.status == 77


@pytest.mark.parametrize("description", INVALID_GRANT)
def test_invalid_grant_at_a_refresh_is_about_the_token(home: Home, http: Http, description: str | None) -> None:
    error = failing(home, http, refresh, 400, token_error("invalid_grant", description))
    assert type(error) is TokenRejectedError
    assert error.status == 77


@pytest.mark.parametrize("only", ["access_token", "refresh_token"])
def test_a_code_that_brings_one_token_of_two_brings_none(home: Home, http: Http, only: str) -> None:
    assert type(failing(home, http, exchange, 200, {only: "AQA"})) is NotUnderstoodError


def test_invalid_grant_at_the_check_of_id_and_secret_is_not_understood(home: Home, http: Http) -> None:
    assert type(failing(home, http, prove, 400, token_error("invalid_grant"))) is NotUnderstoodError


@ALL
@pytest.mark.parametrize("description", INVALID_CLIENT)
@pytest.mark.parametrize("status", [400, 401])
def test_invalid_client_is_about_the_settings(
    home: Home, http: Http, ask: Ask, status: int, description: str | None
) -> None:
    error = failing(home, http, ask, status, token_error("invalid_client", description))
    assert type(error) is SettingsError
    assert "dashboard" in error.remedy


@ALL
def test_an_app_that_may_not_do_this_is_about_the_settings_too(home: Home, http: Http, ask: Ask) -> None:
    assert type(failing(home, http, ask, 400, token_error("unauthorized_client"))) is SettingsError


@ALL
@pytest.mark.parametrize(
    "body",
    [
        token_error("invalid_request", "refresh_token must be supplied"),
        token_error("unsupported_grant_type", "grant_type parameter is missing"),
        token_error("unsupported_grant_type"),
        token_error("something_new", "that nobody knows"),
        token_error(None),
        token_error({"status": 400, "message": "Bad"}),
        token_error(["invalid_grant"]),
        {"error_description": "Refresh token revoked"},
        {},
        [],
        "invalid_grant",
        '"invalid_grant"',
        "null",
        "17",
        "",
        HTML,
        '{"error": "invalid_gr',
        '{"error": ' + "[" * 5000,
    ],
    ids=lambda body: str(body)[:24],
)
def test_any_other_refusal_is_not_understood_and_costs_nothing(home: Home, http: Http, ask: Ask, body: object) -> None:
    error = failing(home, http, ask, 400, body)
    assert type(error) is NotUnderstoodError
    assert error.status == 76


@ALL
@pytest.mark.parametrize(
    ("status", "body"),
    [
        (500, token_error("server_error")),
        (500, token_error("invalid_grant", "Refresh token revoked")),
        (502, ENVOY),
        (502, HTML),
        (503, ""),
        (503, ENVOY),
        (504, "{}"),
        (500, token_error("invalid_client")),
    ],
)
def test_spotifys_own_trouble_passes(home: Home, http: Http, ask: Ask, status: int, body: object) -> None:
    error = failing(home, http, ask, status, body)
    assert type(error) is PassingError
    assert error.status == 75


@ALL
def test_too_many_requests_says_for_how_long(home: Home, http: Http, ask: Ask) -> None:
    error = failing(home, http, ask, 429, "Too many requests", **{"Retry-After": "79892"})
    assert isinstance(error, RateLimitedError)
    assert error.wait_s == 79892


@ALL
@pytest.mark.parametrize("status", [401, 403])
def test_a_refusal_in_plain_text_is_about_account_or_app(home: Home, http: Http, ask: Ask, status: int) -> None:
    error = failing(home, http, ask, status, "User not registered in the Developer Dashboard")
    assert type(error) is NotAllowedError
    assert error.what == f"127.0.0.1 refused ({status})."
    assert "listed under User Management" in error.remedy


@ALL
@pytest.mark.parametrize("status", [400, 403])
def test_of_a_refusal_the_errors_code_is_shown_and_nothing_else(home: Home, http: Http, ask: Ask, status: int) -> None:
    told = failing(home, http, ask, status, token_error("unsupported_grant_type", "grant_type=never-to-be-shown")).what
    assert told.endswith(f"({status}): unsupported_grant_type")
    for code in ("AQnever", "never/to", "n" * 41, "never shown", "", 17):
        home.fake_spotify.requests.clear()
        assert failing(home, http, ask, status, token_error(code)).what.endswith(f"({status}).")


@ALL
@pytest.mark.parametrize(
    "body",
    [
        "",
        HTML,
        "null",
        [],
        '{"access_token": "BQA-never-to-be-shown',
        '"BQA-never-to-be-shown"',
        ["BQA-never-to-be-shown"],
        {"token_type": "Bearer"},
        {"access_token": None, "refresh_token": None},
        {"access_token": 17, "refresh_token": 18},
        {"access_token": "", "refresh_token": ""},
        {"access_token": "line\nbreak", "refresh_token": "line\nbreak"},
        {"access_token": "ünicode", "refresh_token": "\ud800"},
        {"access_token": "trailing ", "refresh_token": "two words"},
    ],
    ids=lambda body: str(body)[:24],
)
def test_a_success_that_holds_no_token_is_none_and_is_never_quoted(
    home: Home, http: Http, ask: Ask, body: object
) -> None:
    home.fake_spotify.overrule = lambda _: Answered(200, body)
    try:
        grant = ask(http, home)
    except NotUnderstoodError as error:
        grant, what = Grant(Secret(""), Secret(""), None), error.what
    else:
        assert ask is refresh, "only the job looks at a refresh's access token itself"
        what = repr(grant)
    assert not grant.access_token
    assert not grant.refresh_token
    assert "never-to-be-shown" not in what


@pytest.mark.parametrize("scope", [None, 17, ["user-read-currently-playing"]])
def test_a_scope_that_is_none_is_not_known(home: Home, http: Http, scope: object) -> None:
    answer = {"access_token": "BQA", "refresh_token": "AQA", "expires_in": "soon", "scope": scope}
    home.fake_spotify.overrule = lambda _: Answered(200, answer)
    assert exchange(http, home).scope is None
