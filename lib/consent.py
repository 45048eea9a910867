"""Asks for the consent: prints the address, waits for the answer, and exchanges it for a token.

The answer is pasted into the terminal, or the browser brings it. Both are waited for at the same time, so nothing has
to be pasted on a desktop and nothing is missed over ssh.
"""

import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from select import select

from lib.console import Console
from lib.errors import CodeRejectedError, Command, DiskError, NotAuthorizedError, PassingError, ProgramError
from lib.runner import command, message
from lib.secret import Secret
from lib.settings import Settings
from lib.spotify import accounts, redirect
from lib.spotify.accounts import Grant
from lib.spotify.callback import Callback, Page, Redirect, connected, listening
from lib.spotify.transport import Http


@contextmanager
def nothing_saved_yet() -> Iterator[None]:
    """Says of trouble that passes by itself what to do here: unlike the job, nobody starts this again."""
    try:
        yield
    except PassingError as error:
        error.remedy, error.command = "Nothing is saved yet. When that's over, run:", Command.BOOTSTRAP
        raise


class Consent:
    """One consent: an authorize URL of its own, and whatever answers it."""

    def __init__(
        self, settings: Settings, http: Callable[[], Http], path: Path, console: Console, save: Callable[[Grant], str]
    ) -> None:
        """`http` makes a new Http for each answer, because its time runs out while people take theirs.

        `path`: the credentials. `save` keeps a grant and returns its last day; the browser gets its page then.
        """
        self._settings = settings
        self._http = http
        self._path = path
        self._console = console
        self._save = save
        self._state = secrets.token_urlsafe(16)
        self._verifier = None if settings.client_secret else Secret(secrets.token_urlsafe(64))

    def obtain(self) -> Grant:
        """The grant, saved, however many answers it takes. Raises ProgramError if there is none."""
        with listening(self._settings.redirect_uri) as callback:
            self._instruct(callback)
            while (answer := self._next_answer(callback)) is not None:
                try:
                    return self._grant(answer)
                except CodeRejectedError as error:
                    self._console.warn(message(error, self._path))
        raise NotAuthorizedError("The input ended before a code was accepted.", "To try again, run:", Command.BOOTSTRAP)

    def _instruct(self, callback: Callback | None) -> None:
        uri, console = self._settings.redirect_uri, self._console
        url = accounts.authorize_url(self._settings, self._state, self._verifier)
        if console.browse:
            console.say("Your browser opens Spotify's page: agree there. If it doesn't open, use this address:")
        else:
            console.say("Open this address in a browser, on any machine, and agree:")
        console.show(f"\n{url}\n")
        paste = "That's expected: copy the whole address from the address bar and paste it here."
        if callback:
            console.say(f"Then the browser comes back to {uri} by itself, and you're done.")
            console.say(f"If it's on another machine (ssh), it shows a page that fails to load. {paste}")
        else:
            if uri.startswith("http:"):
                console.say(f"(This program can't listen at {uri}; is that port in use?)")
            console.say(f"Then the browser shows a page that may fail to load. {paste}")
        if console.browse:
            console.browse(url)

    def _next_answer(self, callback: Callback | None) -> str | Redirect | None:
        """The next paste, or the next redirect; None at the end of the input."""
        self._console.prompt("\nPaste here:")
        bells = [callback.bell.fileno()] if callback else []
        ready, _, _ = select([self._console.pasted.fileno(), *bells], [], [])
        answer = callback.take() if callback and bells[0] in ready else self._console.line()
        if not isinstance(answer, str):
            self._console.end_prompt()
        return answer

    def _grant(self, answer: str | Redirect) -> Grant:
        """What the answer leads to, saved. A browser that waits gets its page, also when this raises ProgramError."""
        try:
            if isinstance(answer, Redirect):
                code = redirect.code_from_query(answer.query, self._state)
            else:
                code = redirect.code_from_paste(answer, self._state)
            self._console.say("Asking Spotify for the token …")
            with nothing_saved_yet():
                grant = accounts.exchange(self._http(), self._settings, code, self._verifier)
            until = self._save(grant)
        except ProgramError as error:
            if isinstance(answer, Redirect):
                if isinstance(error, CodeRejectedError):
                    error.remedy = CodeRejectedError.remedy  # the browser can't paste
                answer.reply(self._failure(error))
            raise
        if isinstance(answer, Redirect):
            answer.reply(connected(until))
        return grant

    def _failure(self, error: ProgramError) -> Page:
        """The page that says what went wrong, and what to do."""
        title = "Connected, but not saved" if isinstance(error, DiskError) else "Not connected to Spotify"
        again = command(error.command, self._path) if error.command else ""
        return Page(400, title, (error.what, error.remedy), again)
