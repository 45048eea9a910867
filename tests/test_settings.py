"""credentials.env: what people and their editors write into it is understood, or answered by name."""

from pathlib import Path

import hypothesis
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.disk import credentials
from lib.errors import SettingsError
from lib.settings import DEFAULTS, Settings, parse

FILE = Path("/home/me/spotify/credentials.env")
ID = "5fe01282e44241328a84e7c5cc169165"
REAL = f"SPOTIFY_CLIENT_ID={ID}\n"


def settings(text: str = "", **environ: str) -> Settings:
    return parse(REAL + text, FILE, environ)


def problems(text: str, **environ: str) -> tuple[str, ...]:
    found = complaints(text, environ)
    assert found
    assert "\n" not in "".join(found)
    return found


def complaints(text: str, environ: dict[str, str]) -> tuple[str, ...]:
    """The problems that the message names; none if these are settings."""
    try:
        parse(text, FILE, environ)
    except SettingsError as error:
        assert error.remedy == "Correct this in the file; credentials.env.example explains each key."  # noqa: PT017
        return tuple(error.what.removeprefix(f"{FILE}: ").split("; "))
    return ()


def test_an_id_is_all_that_must_be_given() -> None:
    given_ = settings()
    assert given_.client_id == ID
    assert not given_.client_secret
    assert given_.redirect_uri == "http://127.0.0.1:8888/callback"
    assert given_.scope == "user-read-currently-playing user-read-recently-played"
    assert given_.history_log == Path("/home/me/spotify/history.log")
    assert given_.token_file == Path("/home/me/spotify/token.json")
    assert given_.state_file == Path("/home/me/spotify/state.json")
    assert given_.accounts_url == "https://accounts.spotify.com"
    assert given_.api_url == "https://api.spotify.com"


@pytest.mark.parametrize(
    ("line", "secret"),
    [
        ("SPOTIFY_CLIENT_SECRET=abc", "abc"),
        ("SPOTIFY_CLIENT_SECRET = abc ", "abc"),
        ("  export SPOTIFY_CLIENT_SECRET=abc", "abc"),
        ('SPOTIFY_CLIENT_SECRET="abc"', "abc"),
        ("SPOTIFY_CLIENT_SECRET='abc'", "abc"),
        ('SPOTIFY_CLIENT_SECRET=" abc "', "abc"),
        ("SPOTIFY_CLIENT_SECRET=abc # from the dashboard", "abc"),
        ("SPOTIFY_CLIENT_SECRET=a#bc", "a#bc"),
        ("SPOTIFY_CLIENT_SECRET='a#b c'", None),
        ("SPOTIFY_CLIENT_SECRET=$abc", "$abc"),
        ("SPOTIFY_CLIENT_SECRET=a${HOME}b", "a${HOME}b"),
        ("SPOTIFY_CLIENT_SECRET=abc\r", "abc"),
        ("SPOTIFY_CLIENT_SECRET=a=b==", "a=b=="),
        ("SPOTIFY_CLIENT_SECRET=first\nSPOTIFY_CLIENT_SECRET=abc", "abc"),
        ("SPOTIFY_CLIENT_SECRET=", ""),
        ("SPOTIFY_CLIENT_SECRET", ""),
    ],
)
def test_a_secret_is_read_as_it_was_meant(line: str, secret: str | None) -> None:
    text = f"{REAL}{line}\n"
    if secret is None:
        assert problems(text) == ("SPOTIFY_CLIENT_SECRET has a space or a character that no secret has",)
    else:
        assert parse(text, FILE, {"HOME": "/home/me"}).client_secret.reveal() == secret


@pytest.mark.parametrize("start", [b"", b"\xef\xbb\xbf"], ids=["plain", "with BOM"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"], ids=["LF", "CRLF", "CR"])
def test_every_editors_file_is_read_alike(tmp_path: Path, start: bytes, end: str) -> None:
    path = tmp_path / "credentials.env"
    lines = [f"SPOTIFY_CLIENT_ID={ID}", "# a comment", "", 'HISTORY_LOG="my plays.log"', "SPOTIFY_CLIENT_SECRET=abc"]
    path.write_bytes(start + end.join(lines).encode())
    read = credentials.load(path, {})
    assert (read.client_id, read.client_secret.reveal()) == (ID, "abc")
    assert read.history_log == tmp_path / "my plays.log"


def test_a_link_to_the_file_will_do(tmp_path: Path) -> None:
    (tmp_path / "elsewhere.env").write_text(REAL)
    (tmp_path / "credentials.env").symlink_to("elsewhere.env")
    assert credentials.load(tmp_path / "credentials.env", {}).client_id == ID


def test_a_file_that_is_no_utf8_says_so(tmp_path: Path) -> None:
    path = tmp_path / "credentials.env"
    path.write_bytes("SPOTIFY_CLIENT_ID=ü\n".encode("latin-1"))
    with pytest.raises(SettingsError, match="isn't UTF-8") as caught:
        credentials.load(path, {})
    assert (caught.value.what, caught.value.remedy) == (f"{path} isn't UTF-8 text.", "Save it as UTF-8 in your editor.")


def test_a_missing_file_says_how_to_make_it(tmp_path: Path) -> None:
    path = tmp_path / "credentials.env"
    with pytest.raises(SettingsError) as caught:
        credentials.load(path, {})
    example = Path(__file__).parents[1] / "credentials.env.example"
    assert caught.value.remedy == f"Run: cp {example} {path} && chmod 600 {path}"
    path = tmp_path / "new" / "credentials.env"
    with pytest.raises(SettingsError, match=f"^There is no {path}.$") as caught:
        credentials.load(path, {})
    assert caught.value.remedy == f"Run: mkdir -p {path.parent} && cp {example} {path} && chmod 600 {path}"


def test_the_environment_wins() -> None:
    read = settings(
        "SPOTIFY_CLIENT_SECRET=file\nHISTORY_LOG=a\n", SPOTIFY_CLIENT_SECRET="env", HISTORY_LOG="/b", PATH="/"
    )
    assert (read.client_secret.reveal(), read.history_log) == ("env", Path("/b"))
    assert not settings("SPOTIFY_CLIENT_SECRET=file\n", SPOTIFY_CLIENT_SECRET="").client_secret


@pytest.mark.parametrize("secret", ["two words", "ünicode", "a\x1bb"])
def test_a_secret_with_a_character_that_no_secret_has_is_refused(secret: str) -> None:
    found = problems(REAL, SPOTIFY_CLIENT_SECRET=secret)
    assert found == ("SPOTIFY_CLIENT_SECRET has a space or a character that no secret has",)


def test_paths_begin_at_the_files_folder_or_at_home() -> None:
    read = settings("HISTORY_LOG=logs/h.log\nTOKEN_FILE=/var/lib/t.json\nSTATE_FILE=~root/s.json\n")
    assert read.history_log == Path("/home/me/spotify/logs/h.log")
    assert read.token_file == Path("/var/lib/t.json")
    assert read.state_file == Path("~root/s.json").expanduser()


@pytest.mark.parametrize(
    ("key", "name"),
    [
        ("HISTORY_LOG", "history.html"),
        ("HISTORY_LOG", "history.htm"),
        ("HISTORY_LOG", "token.json.tmp"),
        ("STATE_FILE", "credentials.env.lock"),
        ("TOKEN_FILE", "history.streams"),
    ],
)
def test_no_file_may_end_as_one_that_the_program_makes(key: str, name: str) -> None:
    ending = Path(name).suffix
    found = problems(f"{REAL}{key}={name}\n")
    assert found == (f"{key} can't end in {ending}: files that this program makes do",)


def test_all_problems_come_at_once_each_by_its_key() -> None:
    text = (
        "SPOTIFY_CLIENT_SECRET='two words'\nSPOTIFY_REDIRECT_URI=callback\nSPOTIFY_SCOPE=user-read-email\n"
        "SPOTIFY_ACCOUNTS_URL=http://accounts.spotify.com\nSPOTIFY_API_URL=ftp://x\nSTATE_FILE=history.log\n"
        "\nthis is no setting\n"
    )
    found = problems(text)
    begun = [problem.split(" ")[0].rstrip(":") for problem in found]
    assert begun == [
        "line",
        "SPOTIFY_CLIENT_ID",
        "SPOTIFY_CLIENT_SECRET",
        "SPOTIFY_SCOPE",
        "SPOTIFY_REDIRECT_URI",
        "SPOTIFY_ACCOUNTS_URL",
        "SPOTIFY_API_URL",
        "HISTORY_LOG,",
    ]
    assert "two words" not in " ".join(found)


@pytest.mark.parametrize("end", ["\n", "\r\n"], ids=["LF", "CRLF"])
def test_a_line_that_is_no_setting_is_named_by_its_number(end: str) -> None:
    lines = [REAL.strip(), "", "", 'SPOTIFY_CLIENT_SECRET="open', "HISTORY_LOG=h.log", "", "no setting"]
    found = problems(end.join(lines) + end)
    assert [problem.split(" isn't")[0] for problem in found] == ["line 4", "line 7"]
    assert "open" not in found[0].replace("left open?", "")


@pytest.mark.parametrize("client", ["", "abc def", "5fe01282-e442", "ünicode", "<your id>"])
def test_an_id_that_is_none_is_refused(client: str) -> None:
    (problem,) = problems(f'SPOTIFY_CLIENT_ID="{client}"\n')
    assert problem.startswith("SPOTIFY_CLIENT_ID ")


@pytest.mark.parametrize(
    "uri",
    [
        "http://127.0.0.1:8888/callback",
        "http://127.0.0.1/",
        "http://127.9.9.9:1/x",
        "http://[::1]:8888/callback",
        "https://example.org/spotify?from=here",
    ],
)
def test_a_redirect_address_that_spotify_takes_is_taken(uri: str) -> None:
    assert settings(f"SPOTIFY_REDIRECT_URI={uri}\n").redirect_uri == uri


@pytest.mark.parametrize(
    "uri",
    [
        "http://localhost:9090/cb",
        "http://localhost/",
        "http://LOCALHOST:9090/cb",
        "https://localhost:9090/cb",
        "http://example.org/cb",
        "http://192.168.1.5:8888/callback",
        "http://127.0.0.1.example.org/cb",
        "http://127.0.0.1@example.org/cb",
        "127.0.0.1:8888/callback",
        "myapp://callback",
        "http://127.0.0.1:port/callback",
        "http://127.0.0.1:0/callback",
        "http://127.0.0.1:8888/callback#",
        "http://127.0.0.1:8888/callback#end",
        "https://user:pw@example.org/cb",
        "http://[::1/callback",
        "https:///callback",
    ],
)
def test_a_redirect_address_that_spotify_refuses_is_answered_with_one_to_register(uri: str) -> None:
    (problem,) = problems(f"{REAL}SPOTIFY_REDIRECT_URI={uri}\n")
    assert problem.startswith("SPOTIFY_REDIRECT_URI")
    assert f"register {DEFAULTS['SPOTIFY_REDIRECT_URI']} in the dashboard" in problem


@pytest.mark.parametrize("key", ["SPOTIFY_ACCOUNTS_URL", "SPOTIFY_API_URL"])
class TestWhereSecretsGo:
    @pytest.mark.parametrize("url", ["https://proxy.example.org/spotify/", "http://127.0.0.1:9/", "http://[::1]:9"])
    def test_encrypted_or_to_this_machine(self, key: str, url: str) -> None:
        read = settings(f"{key}={url}\n")
        assert url.rstrip("/") in (read.accounts_url, read.api_url)

    @pytest.mark.parametrize(
        "url",
        [
            "http://api.spotify.com",
            "http://localhost:9",
            "http://10.0.0.1",
            "file:///etc/passwd",
            "https://user:password@example.org",
            "https://example.org/?x=1",
            "'https://example.org/#x'",
            "spotify",
            "https://",
            "https://exa mple.org",
            "https://exämple.org",
            "https://example.org/\x7f",
            "ftp://127.0.0.1",
            "https://x:99999",
        ],
    )
    def test_nowhere_else(self, key: str, url: str) -> None:
        (problem,) = problems(f"{REAL}{key}={url}\n")
        assert problem.startswith(key)
        assert "password" not in problem


def test_more_scopes_may_be_asked_for() -> None:
    read = settings('SPOTIFY_SCOPE="  user-read-currently-playing   user-library-read "\n')
    assert read.scope == "user-read-currently-playing user-library-read"


@pytest.mark.parametrize("scope", ["user-read-recently-played", "user-read-currently-playing,user-library-read"])
def test_without_the_scope_that_the_job_lives_by_nothing_begins(scope: str) -> None:
    assert problems(f"{REAL}SPOTIFY_SCOPE={scope}\n") == ("SPOTIFY_SCOPE must include user-read-currently-playing",)


@pytest.mark.parametrize(
    "line",
    [
        "HISTORY_LOG=token.json",
        "STATE_FILE=./history.log",
        "TOKEN_FILE=credentials.env",
        "HISTORY_LOG=/home/me/spotify/state.json",
        "STATE_FILE=y/../credentials.env",
        "TOKEN_FILE=history-past.log",
        "HISTORY_LOG=x/h.log\nSTATE_FILE=x/h-past.log",
    ],
)
def test_no_file_is_used_twice(line: str) -> None:
    (problem,) = problems(f"{REAL}{line}\n")
    assert problem.startswith("HISTORY_LOG, TOKEN_FILE and STATE_FILE must be three different files")


@pytest.mark.parametrize("key", ["HISTORY_LOG", "TOKEN_FILE", "STATE_FILE"])
def test_a_path_that_no_system_knows_is_refused_by_its_key(key: str) -> None:
    assert problems(REAL, **{key: "a\0b"}) == (f"{key} has a NUL character, which no path has",)


@pytest.mark.parametrize("scope", ["user-read-currently-playing ünicode", "user-read-currently-playing a\x1bb"])
def test_a_scope_with_a_character_that_no_scope_has_is_refused(scope: str) -> None:
    assert problems(REAL, SPOTIFY_SCOPE=scope) == ("SPOTIFY_SCOPE has a character that no scope has",)


def test_the_home_of_someone_who_is_not_there_is_refused() -> None:
    (problem,) = problems(f"{REAL}HISTORY_LOG=~no-such-user/history.log\n")
    assert problem == "HISTORY_LOG starts with ~ and the name of a user without a home folder"


@pytest.mark.parametrize(
    ("key", "meant"),
    [
        ("SPOTIFY_CLIENTSECRET", "SPOTIFY_CLIENT_SECRET"),
        ("SPOTIFY_SECRET", "SPOTIFY_CLIENT_SECRET"),
        ("CLIENT_SECRET", "SPOTIFY_CLIENT_SECRET"),
        ("client_secret", "SPOTIFY_CLIENT_SECRET"),
        ("SPOTIFY_REDIRECT_URL", "SPOTIFY_REDIRECT_URI"),
        ("REDIRECT_URI", "SPOTIFY_REDIRECT_URI"),
        ("SPOTIFY_SCOPES", "SPOTIFY_SCOPE"),
        ("HISTORYLOG", "HISTORY_LOG"),
        ("TOKENFILE", "TOKEN_FILE"),
    ],
)
def test_a_misspelled_key_is_answered_with_the_one_that_was_meant(key: str, meant: str) -> None:
    assert problems(f"{REAL}{key}=value\n") == (f"{key} isn't a setting: did you mean {meant}?",)


def test_a_misspelled_key_does_not_control_a_terminal() -> None:
    assert problems(f"{REAL}SPOTIFY_SCOPE\x1bS=x\n") == (
        "SPOTIFY_SCOPE\ufffdS isn't a setting: did you mean SPOTIFY_SCOPE?",
    )


@pytest.mark.parametrize("key", ["LASTFM_API_KEY", "MAILTO", "TOKEN", "SPOTIFY_USERNAME", "LISTENBRAINZ_TOKEN"])
def test_a_key_that_means_nothing_here_stops_nothing(key: str) -> None:
    assert settings(f"{key}=value\n") == settings()


def test_another_programs_key_beside_the_real_one_is_no_slip() -> None:
    read = settings("SPOTIFY_CLIENT_SECRET=abc\nSPOTIPY_CLIENT_SECRET=abc\n")
    assert read.client_secret.reveal() == "abc"


@pytest.mark.parametrize("line", ["c6ed4be3e81b4f0abe9c7c38ffdd8c77", "C6ED4BE3E81B", "c6ed4be3e81b4f0a==", "C6-ED=x"])
def test_a_secret_on_a_line_of_its_own_is_not_repeated(line: str) -> None:
    assert settings(f"{line}\n") == settings()


@hypothesis.settings(deadline=None)
@given(st.text())
def test_no_text_whatsoever_gives_anything_but_settings_or_problems_by_name(text: str) -> None:
    named = (*DEFAULTS, "line ")
    assert all(problem.startswith(named) or "isn't a setting" in problem for problem in complaints(text, {}))


@hypothesis.settings(deadline=None)
@given(st.sampled_from(sorted(DEFAULTS)), st.text(st.characters(exclude_categories=["Cs"])))
def test_any_value_in_the_environment_gives_settings_or_named_problems(key: str, value: str) -> None:
    assert all(problem.startswith((key, "HISTORY_LOG, ")) for problem in complaints(REAL, {key: value}))
