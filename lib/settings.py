"""credentials.env → Settings. Pure: text, environment and folder come in; only `~` is looked up in the system.

credentials.env.example explains the keys and their defaults. A variable of the same name in the environment wins.
"""

import ipaddress
from collections.abc import Iterator, Mapping
from io import StringIO
from pathlib import Path
from posixpath import normpath
from typing import NamedTuple
from urllib.parse import SplitResult, urlsplit

from dotenv.parser import parse_stream

from lib.errors import SettingsError
from lib.secret import Secret
from lib.text import one_line

CURRENTLY_PLAYING = "user-read-currently-playing"
RECENTLY_PLAYED = "user-read-recently-played"

DEFAULTS = {
    "SPOTIFY_CLIENT_ID": "",
    "SPOTIFY_CLIENT_SECRET": "",
    "SPOTIFY_REDIRECT_URI": "http://127.0.0.1:8888/callback",
    "SPOTIFY_SCOPE": f"{CURRENTLY_PLAYING} {RECENTLY_PLAYED}",
    "HISTORY_LOG": "history.log",
    "TOKEN_FILE": "token.json",
    "STATE_FILE": "state.json",
    "SPOTIFY_ACCOUNTS_URL": "https://accounts.spotify.com",
    "SPOTIFY_API_URL": "https://api.spotify.com",
}
OURS = (".tmp", ".lock", ".streams")
"""How the names of files end that only this program writes and reads."""
PAGES = (".html", ".htm")
PAGE = "history.html"
"""The page that --report writes beside the log."""
_FILES = ("HISTORY_LOG", "TOKEN_FILE", "STATE_FILE")


class Settings(NamedTuple):
    """What a run needs to know. An empty `client_secret` means a public client, which uses PKCE."""

    client_id: str
    client_secret: Secret
    redirect_uri: str
    scope: str
    history_log: Path
    token_file: Path
    state_file: Path
    accounts_url: str
    api_url: str


def parse(text: str, credentials: Path, environ: Mapping[str, str]) -> Settings:
    """The settings in `text`, which was read from the file `credentials`, and in `environ`.

    Relative paths start at the credentials file's folder. Raises SettingsError with all problems at once. Each names
    its key or its line, and none quotes a value that could be the secret.
    """
    found, problems = _read(text)
    chosen = {key: environ.get(key, found.get(key, "")).strip() for key in DEFAULTS}
    values = {key: value or DEFAULTS[key] for key, value in chosen.items()}
    problems += [*_misspelled(found), *_problems(values, credentials)]
    if problems:
        what = f"{one_line(credentials)}: " + "; ".join(problems)
        raise SettingsError(what, "Correct this in the file; credentials.env.example explains each key.")
    log, token, state = (_path(values[key], credentials) for key in _FILES)
    return Settings(
        client_id=values["SPOTIFY_CLIENT_ID"],
        client_secret=Secret(values["SPOTIFY_CLIENT_SECRET"]),
        redirect_uri=values["SPOTIFY_REDIRECT_URI"],
        scope=" ".join(values["SPOTIFY_SCOPE"].split()),
        history_log=log,
        token_file=token,
        state_file=state,
        accounts_url=values["SPOTIFY_ACCOUNTS_URL"].rstrip("/"),
        api_url=values["SPOTIFY_API_URL"].rstrip("/"),
    )


def _read(text: str) -> tuple[dict[str, str], list[str]]:
    """What the text sets, with a problem for each line that sets nothing. `$` has no meaning in it."""
    found: dict[str, str] = {}
    problems = []
    for binding in parse_stream(StringIO(text.replace("\r\n", "\n").replace("\r", "\n"))):
        if binding.error:
            original = binding.original.string  # with the blank lines before it
            blank = len(original) - len(original.lstrip())
            line = binding.original.line + original.count("\n", 0, blank)
            problems.append(f"line {line} isn't KEY=value (a quote left open?)")
        elif binding.key:
            found[binding.key] = binding.value or ""
    return found, problems


def _misspelled(found: Mapping[str, str]) -> Iterator[str]:
    """A problem for each key that looks like a setting's that has no value. Others may be those of other programs."""
    unset = {key.removeprefix("SPOTIFY_"): key for key in DEFAULTS if not found.get(key)}
    for key in found:
        if key not in DEFAULTS:
            from difflib import get_close_matches  # noqa: PLC0415 - a run with good settings doesn't need it

            likeness = 0.6 if key.startswith("SPOTIFY_") else 0.75
            for close in get_close_matches(key.upper().removeprefix("SPOTIFY_"), unset, n=1, cutoff=likeness):
                yield f"{one_line(key)} isn't a setting: did you mean {unset[close]}?"


def loopback(uri: str) -> bool:
    """Whether the host is a loopback literal (127.x.y.z or [::1]), the only hosts Spotify accepts with plain http."""
    try:
        return ipaddress.ip_address(urlsplit(uri).hostname or "").is_loopback
    except ValueError:
        return False


def _problems(values: Mapping[str, str], credentials: Path) -> Iterator[str]:
    client, secret = values["SPOTIFY_CLIENT_ID"], values["SPOTIFY_CLIENT_SECRET"]
    if not client:
        yield "SPOTIFY_CLIENT_ID is missing: copy it from your app's page in Spotify's developer dashboard"
    elif not (client.isascii() and client.isalnum()):
        yield "SPOTIFY_CLIENT_ID isn't an ID: that has letters and digits only"
    if not (secret.isascii() and secret.isprintable() and " " not in secret):
        yield "SPOTIFY_CLIENT_SECRET has a space or a character that no secret has"
    scopes = values["SPOTIFY_SCOPE"].split()
    if CURRENTLY_PLAYING not in scopes:
        yield f"SPOTIFY_SCOPE must include {CURRENTLY_PLAYING}"
    if not ("".join(scopes).isascii() and "".join(scopes).isprintable()):
        yield "SPOTIFY_SCOPE has a character that no scope has"
    yield from _address_problems(values)
    yield from _file_problems(values, credentials)


def _file_problems(values: Mapping[str, str], credentials: Path) -> Iterator[str]:
    paths = [credentials]
    for key in _FILES:
        if "\0" in values[key]:
            yield f"{key} has a NUL character, which no path has"
            continue
        try:
            paths.append(_path(values[key], credentials))
        except RuntimeError:
            yield f"{key} starts with ~ and the name of a user without a home folder"
            continue
        if paths[-1].suffix in (*OURS, *(PAGES if key == "HISTORY_LOG" else ())):
            yield f"{key} can't end in {paths[-1].suffix}: files that this program makes do"
        if key == "HISTORY_LOG" and paths[-1].name:
            paths.append(past(paths[-1]))
    if len(set(map(normpath, paths))) < len(paths):
        yield "HISTORY_LOG, TOKEN_FILE and STATE_FILE must be three different files that nothing else is kept in"


def _address_problems(values: Mapping[str, str]) -> Iterator[str]:
    """The redirect URI follows Spotify's rule since 2025-11-27 ("Redirect URIs"), which doesn't allow `localhost`."""
    key = "SPOTIFY_REDIRECT_URI"
    parts = _secure(values[key])
    if parts is None or parts.hostname == "localhost" or "@" in parts.netloc or parts.port == 0 or "#" in values[key]:
        yield f"{key} isn't one that Spotify accepts: register {DEFAULTS[key]} in the dashboard and use that"
    for key in ("SPOTIFY_ACCOUNTS_URL", "SPOTIFY_API_URL"):
        parts = _secure(values[key])
        if parts is None or parts.username is not None or parts.query or parts.fragment:
            yield f"{key} must be https, or http with 127.0.0.1 or [::1], without user name, query and fragment"


def _path(value: str, credentials: Path) -> Path:
    """The file that a setting names. Raises RuntimeError for the ~ of a user who doesn't exist."""
    return credentials.parent / Path(value).expanduser()


def _secure(url: str) -> SplitResult | None:
    """The parts of an address that nobody can listen in on: https, or http on this machine; None for anything else."""
    try:
        parts = urlsplit(url)
        _ = parts.port  # raises ValueError for a port that isn't a number
    except ValueError:
        return None
    secure = parts.hostname and (parts.scheme == "https" or (parts.scheme == "http" and loopback(url)))
    return parts if secure and url.isascii() and url.isprintable() and " " not in url else None


def past(log: Path) -> Path:
    """Where the plays from Spotify's export stand: history-past.log beside history.log."""
    return log.with_name(f"{log.stem}-past{log.suffix}")
