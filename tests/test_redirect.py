"""What comes back from Spotify's consent page: the code in whatever people paste, and only in the right redirect."""

import string

import hypothesis
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.errors import CodeRejectedError, Command, NotAuthorizedError
from lib.spotify.redirect import code_from_paste, code_from_query

STATE = "s1-ate_of-this-run"
CODE = "AQ" + string.ascii_letters + string.digits + "-_" * 60
BACK = "http://127.0.0.1:8888/callback"


@pytest.mark.parametrize(
    "pasted",
    [
        CODE,
        f"{CODE}\n",
        f"  {CODE}\t\r\n",
        f"'{CODE}'",
        f'"{CODE}"\n',
        f"<{CODE}>",
        f"`{CODE}`",
        f"{CODE}#_=_",
        f"{CODE}&state={STATE}",
        f"{CODE[:80]} {CODE[80:]}",
        f"{BACK}?code={CODE}&state={STATE}",
        f"{BACK}?state={STATE}&code={CODE}\n",
        f' "{BACK}?code={CODE}&state={STATE}" \r\n',
        f"'{BACK}?code={CODE}&state={STATE}'",
        f"<{BACK}?code={CODE}&state={STATE}>",
        f"{BACK}?code={CODE}&state={STATE}#",
        f"{BACK}?code={CODE}&state={STATE}#_=_",
        f"{BACK}?from=me&code={CODE}&state={STATE}",
        f"{BACK}?from=me?&code={CODE}&state={STATE}",
        f"{BACK}?code={CODE[:40]} {CODE[40:]}&state={STATE}",
        f"https://example.org/x?code={CODE}&state={STATE}",
        f"127.0.0.1:8888/callback?code={CODE}&state={STATE}",
        f"?code={CODE}&state={STATE}",
        f"code={CODE}&state={STATE}",
    ],
)
def test_the_code_is_found_in_whatever_is_pasted(pasted: str) -> None:
    assert code_from_paste(pasted, STATE).reveal() == CODE


@pytest.mark.parametrize(
    ("pasted", "said"),
    [
        ("", "Nothing was pasted"),
        ("  \r\n", "Nothing was pasted"),
        ("''", "Nothing was pasted"),
        (BACK, "has no code"),
        (f"{BACK}?state={STATE}", "has no code"),
        (f"{BACK}?code=&state={STATE}", "has no code"),
        (f"{BACK}#code={CODE}&state={STATE}", "has no code"),
        ("https://accounts.spotify.com/authorize?response_type=code&client_id=x", "has no code"),
        (f"{BACK}?code={CODE}", "is cut off"),
        (f"{BACK}?code={CODE}&state=", "is cut off"),
        (f"{BACK}?code={CODE}&state={STATE}x", "an earlier run"),
        (f"{BACK}?error=access_denied&state=another", "an earlier run"),
        (f"{BACK}?code=%0d%0aX-Header:%20injected&state={STATE}", "neither an address nor an authorization code"),
        (f"{BACK}?code=%ff%fe%fd%fc%fb%fa%f9%f8&state={STATE}", "neither an address nor an authorization code"),
        ("y", "neither an address nor an authorization code"),
        ("python3 bootstrap_token.py; rm -r /tmp/x", "neither an address nor an authorization code"),
        ("ÄÖÜäöüßéèê", "neither an address nor an authorization code"),
        ("\ud800\ud800\ud800\ud800\ud800\ud800\ud800\ud800", "neither an address nor an authorization code"),
    ],
)
def test_a_useless_paste_says_why_and_may_be_tried_again(pasted: str, said: str) -> None:
    with pytest.raises(CodeRejectedError, match=said) as caught:
        code_from_paste(pasted, STATE)
    assert caught.value.status == 77
    assert caught.value.remedy.startswith(("Paste the whole address", "Open the address that the terminal shows"))
    assert caught.value.what.isprintable()
    assert (caught.value.what[0].isupper(), caught.value.what[-1]) == (True, "."), "a whole sentence"


@pytest.mark.parametrize("code", ["XABCDEFX", "ABCDEFGH", "AQ-_.~XX"])
def test_a_bare_code_is_taken_to_the_letter_from_eight_on(code: str) -> None:
    assert code_from_paste(code, STATE).reveal() == code
    with pytest.raises(CodeRejectedError):
        code_from_paste(code[:7], STATE)


@pytest.mark.parametrize("pasted", [f"error=access_denied&state={STATE}", f"?state={STATE}&error=access_denied"])
def test_consent_refused_is_told_from_the_end_of_the_address_as_well(pasted: str) -> None:
    with pytest.raises(NotAuthorizedError, match="Consent was refused"):
        code_from_paste(pasted, STATE)


@pytest.mark.parametrize(
    ("error", "said"),
    [
        ("x" * 200, f"Spotify reports an error: {'x' * 80}."),
        ("access_denied", "Consent was refused on Spotify's page."),
        ("server_error", "Spotify reports an error: server_error."),
        ("%1b%5b2Jwiped%0aline", "Spotify reports an error: �[2Jwiped line."),
    ],
)
def test_an_address_that_says_error_is_put_in_plain_words(error: str, said: str) -> None:
    with pytest.raises(NotAuthorizedError) as caught:
        code_from_paste(f"{BACK}?error={error}&state={STATE}", STATE)
    assert caught.value.what == said
    assert (caught.value.remedy, caught.value.command) == ("To try again, run:", Command.BOOTSTRAP)


def taken(pasted: str) -> str | None:
    try:
        return code_from_paste(pasted, STATE).reveal()
    except NotAuthorizedError:
        return None


@hypothesis.settings(deadline=None)
@given(st.text() | st.text().map(lambda text: f"{BACK}?code={text}&state={STATE}"))
def test_any_paste_gives_a_code_fit_to_send_or_a_reason(pasted: str) -> None:
    code = taken(pasted)
    assert code is None or (code.isascii() and code.isprintable() and len(code) >= 8)


@pytest.mark.parametrize(
    ("query", "answers"),
    [
        (f"code={CODE}&state={STATE}", True),
        (f"error=access_denied&state={STATE}", True),
        (f"from=me&code={CODE}&state={STATE}", True),
        (f"code={CODE}&state={STATE}x", False),
        (f"code={CODE}&state={STATE[:-1]}", False),
        (f"code={CODE}&state=%ff%fe", False),
        ("error=access_denied&state=another", False),
        (f"code={CODE}", False),
        (f"state={STATE}", False),
        (f"code=planted-by-a-web-page&x=&code={CODE}&state={STATE}", False),
        (f"code={CODE}&state=guessed&state={STATE}", False),
        (f"code={CODE}&state={STATE}&state=guessed", False),
        (f"error=access_denied&error=x&state={STATE}", False),
        (CODE, False),
        ("", False),
    ],
)
def test_only_the_redirect_to_this_address_is_its_answer(query: str, answers: bool) -> None:
    try:
        code_from_query(query, STATE)
    except NotAuthorizedError as error:
        refused = not isinstance(error, CodeRejectedError)
        assert refused is answers
    else:
        assert answers
