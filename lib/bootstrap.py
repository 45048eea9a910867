"""From Spotify's consent to a saved token: check what can be checked, ask for the consent, save, see what's playing."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path

from lib import expiry
from lib.consent import Consent, nothing_saved_yet
from lib.console import Console
from lib.disk import credentials, files, token_store
from lib.disk.lock import Lock
from lib.disk.token_store import Token
from lib.errors import BusyError, Command, RateLimitedError
from lib.job import Now, keep_pause, pausing
from lib.runner import command
from lib.settings import RECENTLY_PLAYED, Settings
from lib.spotify import accounts, player
from lib.spotify.accounts import Grant
from lib.spotify.transport import Connect, Http
from lib.text import for_shell, one_line


def bootstrap(path: Path, environ: Mapping[str, str], connect: Connect, now: Now, console: Console) -> None:
    """Saves a token for the credentials at `path`. Raises ProgramError; an earlier token is never tried."""
    settings = credentials.load(path, environ)
    _check_files(settings, path, console)

    def save(grant: Grant) -> str:
        authorized_at = now().astimezone()
        scope = grant.scope if grant.scope is not None else settings.scope
        with _lock(path, console) as lock:
            token_store.save(settings.token_file, Token(grant.refresh_token, scope, settings.client_id, authorized_at))
            lock.note(b"")  # what earlier runs reported is fixed
        until = expiry.day_of(expiry.expires_at(authorized_at))
        _say_what_follows(settings, path, console, scope, until)
        return until

    with connect() as client, _pauses_kept(settings, path, now, console):
        http = partial(Http, client)
        if settings.client_secret:
            console.say("Checking the credentials with Spotify …")
            with nothing_saved_yet():
                accounts.client_credentials(http(), settings)
        grant = Consent(settings, http, path, console, save).obtain()
        console.say("Asking Spotify what's playing …")
        answer = player.currently_playing(http(), settings, grant.access_token, now)
    console.say(f"{answer.summary} on Spotify now.")


@contextmanager
def _pauses_kept(settings: Settings, path: Path, now: Now, console: Console) -> Iterator[None]:
    """Keeps the pause of a 429 for the job, and says until when it lasts."""
    try:
        yield
    except RateLimitedError as error:
        with _lock(path, console):
            error.what = pausing(keep_pause(settings, error, now).paused_until_ms)
        raise


def _check_files(settings: Settings, path: Path, console: Console) -> None:
    """Raises DiskError when a token couldn't be saved, so that it's known before a code is spent. Warns of the rest."""
    for file in files.readable_by_others((path, settings.history_log)):
        console.warn(f"Warning: others can read {one_line(file)}. Run:", f"chmod 600 {for_shell(file)}")
    token_store.check(settings.token_file)
    with Lock(credentials.lock_file(path)) as lock, suppress(BusyError):  # the run ends before the consent is given
        lock.take()


@contextmanager
def _lock(path: Path, console: Console) -> Iterator[Lock]:
    """The lock of these credentials, once a run of the job that has it has ended."""
    with Lock(credentials.lock_file(path)) as lock:
        try:
            lock.take()
        except BusyError:
            console.say("Waiting for a run of the job to end, which takes a minute at most unless it hangs …")
            lock.take(wait=True)
        yield lock


def _say_what_follows(settings: Settings, path: Path, console: Console, scope: str, until: str) -> None:
    console.say(
        f"Saved. Spotify ends this authorization on {until}. "
        "From two weeks before, the job reminds you to run this again."
    )
    if RECENTLY_PLAYED not in scope.split():
        console.say(f"Without the scope {RECENTLY_PLAYED}, plays between two runs are missed.")
    console.show(f"\n  history  {one_line(settings.history_log)}")
    console.show(f"  token    {one_line(settings.token_file)}")
    console.show(f"  state    {one_line(settings.state_file)}\n")
    console.say("Let cron run the job each minute: crontab -e, and add this line, if it isn't there:")
    job = command(Command.JOB, path)
    console.show(f"\n  * * * * * {job}\n".replace("%", r"\%"))
