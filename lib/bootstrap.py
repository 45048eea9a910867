"""The walk through Spotify's consent: prove the credentials, print the address, take the answer, save the token."""

import secrets
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import datetime
from io import RawIOBase
from pathlib import Path
from typing import NamedTuple, TextIO

import httpx  # noqa: TID251 - only its name: the client is an argument

from lib import expiry
from lib.disk import credentials, files, token_store
from lib.disk.lock import Lock
from lib.disk.token_store import Token
from lib.errors import BusyError, CodeRejectedError, Command, NotAuthorizedError, PassingError, RateLimitedError
from lib.job import keep_pause
from lib.runner import command, message
from lib.secret import Secret
from lib.settings import RECENTLY_PLAYED, Settings
from lib.spotify import accounts, player
from lib.spotify.accounts import Grant, PasteError
from lib.spotify.callback import Callback, comes_here, listening, next_answer
from lib.spotify.transport import Http
from lib.text import for_shell, one_line


class Console(NamedTuple):
    """Where the person is. `pasted` must be unbuffered."""

    pasted: RawIOBase
    out: TextIO
    err: TextIO

    def say(self, text: str = "") -> None:
        """A line for the person, at once."""
        print(text, file=self.out, flush=True)

    def warn(self, text: str) -> None:
        """A line about something that is wrong."""
        print(text, file=self.err, flush=True)


def bootstrap(
    path: Path,
    environ: Mapping[str, str],
    connect: Callable[[], httpx.Client],
    now: Callable[[], datetime],
    console: Console,
) -> None:
    """Saves a token for the credentials at `path`. Raises ProgramError; an earlier token is never tried."""
    settings = credentials.load(path, environ)
    if files.others_can_read(path):
        console.warn(f"Warning: others can read {one_line(str(path))}. Run: chmod 600 {for_shell(path)}")
    token_store.check(settings.token_file)
    with connect() as client:
        with _to_be_repeated():
            if settings.client_secret:
                accounts.client_credentials(Http(client), settings)
            grant = _consent(settings, client, path, console)
        authorized_at = now().astimezone()
        _save(settings, grant, authorized_at, path, console)
        _farewell(settings, path, authorized_at, console)
        try:
            summary = player.currently_playing(Http(client), settings, grant.access_token, now).summary
        except RateLimitedError as error:
            _pause(settings, path, error, now)
            raise
    console.say(f"On Spotify now: {summary}.")


@contextmanager
def _to_be_repeated() -> Iterator[None]:
    """Gives trouble that passes by itself another remedy than the job's: here nothing comes back by itself."""
    try:
        yield
    except PassingError as error:
        error.remedy, error.command = "Nothing is saved yet. When it has passed, run:", Command.BOOTSTRAP
        raise


def _consent(settings: Settings, client: httpx.Client, path: Path, console: Console) -> Grant:
    """The grant that the user's consent leads to, however many pastes it takes."""
    state = secrets.token_urlsafe(16)
    verifier = None if settings.client_secret else Secret(secrets.token_urlsafe(64))
    with listening(settings.redirect_uri) as callback:
        _instruct(settings, accounts.authorize_url(settings, state, verifier), callback, console)
        refused: PasteError | CodeRejectedError | None = None
        begun = ""
        while (answer := next_answer(console.pasted, callback)) is not None:
            if refused:
                console.warn(message(refused, path))
            try:
                return accounts.exchange(Http(client), settings, _code(begun, answer, state), verifier)
            except (PasteError, CodeRejectedError) as error:
                refused, begun = error, answer if "code=" in answer else ""
                if console.pasted.isatty():
                    console.warn(message(error, path))
                    refused = None
    what = f"{refused.what} Then the input ended." if refused else "The input ended before a code was pasted."
    raise NotAuthorizedError(what, "To try again, run:", Command.BOOTSTRAP)


def _code(begun: str, answer: str, state: str) -> Secret:
    """The code in what was pasted: the rest of an address that was begun before, or by itself. Raises PasteError."""
    with suppress(PasteError):
        return accounts.code_from(begun + answer, state)
    return accounts.code_from(answer, state)


def _instruct(settings: Settings, url: str, callback: Callback | None, console: Console) -> None:
    console.say(f"Open this address in a browser, on any machine, and agree:\n\n{url}\n")
    if callback:
        console.say(f"Then the browser comes back to {settings.redirect_uri} by itself and you are done.")
        console.say("If this machine is not the browser's (ssh), it shows a page that fails to load. That is expected:")
    else:
        if comes_here(settings.redirect_uri):
            console.say(f"(This program can't listen at {settings.redirect_uri}; is that port in use?)")
        console.say("Then the browser shows a page that may fail to load. That is expected:")
    console.say("copy that page's whole address from the address bar, paste it here and press Enter.")


def _save(settings: Settings, grant: Grant, authorized_at: datetime, path: Path, console: Console) -> None:
    scope = grant.scope if grant.scope is not None else settings.scope
    token = Token(grant.refresh_token, scope, settings.client_id, authorized_at)
    with Lock(credentials.lock_file(path)) as lock:
        try:
            lock.take()
        except BusyError:
            console.say("Waiting for a run of the job to end, which takes a minute at most unless it hangs …")
            lock.take(wait=True)
        token_store.save(settings.token_file, token)
        lock.note(b"")  # what earlier runs reported is fixed


def _pause(settings: Settings, path: Path, error: RateLimitedError, now: Callable[[], datetime]) -> None:
    """Keeps the pause that Spotify wants, so that the job does too."""
    with Lock(credentials.lock_file(path)) as lock:
        lock.take(wait=True)
        keep_pause(settings, error, now)


def _farewell(settings: Settings, path: Path, authorized_at: datetime, console: Console) -> None:
    console.say()
    console.say(f"Saved. Spotify ends this authorization on {expiry.expires_at(authorized_at):%-d %B %Y}.")
    console.say("From two weeks before, the job reminds you to run this again.")
    if RECENTLY_PLAYED not in settings.scope.split():
        console.say(f"Without the scope {RECENTLY_PLAYED}, plays are missed that fall between two runs.")
    console.say(f"  history  {settings.history_log}")
    console.say(f"  token    {settings.token_file}")
    console.say(f"  memory   {settings.state_file}")
    console.say("Let cron run the job each minute: crontab -e, and add this line, if it isn't there:")
    console.say(f"  * * * * * {command(Command.JOB, path)}".replace("%", r"\%"))
