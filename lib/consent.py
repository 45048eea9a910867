"""Asks for the consent: prints the address, waits for the answer, and exchanges it for a token.

The answer is pasted into the terminal, or the browser brings it. Both are waited for at the same time, so nothing has
to be pasted on a desktop and nothing is missed over ssh.
"""

import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from io import RawIOBase
from pathlib import Path
from select import select

import httpx  # noqa: TID251 - only its name: the client is an argument

from lib import consent_page
from lib.consent_page import Page
from lib.console import Console, split_command
from lib.errors import CodeRejectedError, Command, DiskError, NotAuthorizedError, PassingError, ProgramError
from lib.runner import message, remedy
from lib.secret import Secret
from lib.settings import Settings
from lib.spotify import accounts, redirect
from lib.spotify.accounts import Grant
from lib.spotify.callback import Callback, Redirect, comes_here, listening
from lib.spotify.redirect import PasteError
from lib.spotify.transport import Http


@contextmanager
def nothing_saved_yet() -> Iterator[None]:
    """Says of trouble that passes by itself what to do here: unlike the job, nobody starts this again."""
    try:
        yield
    except PassingError as error:
        again = "Nothing is saved yet. When that's over, run:"
        raise PassingError(error.what, again, Command.BOOTSTRAP) from None


class Consent:
    """One consent: an authorize URL of its own, and whatever answers it."""

    def __init__(
        self, settings: Settings, client: httpx.Client, path: Path, console: Console, save: Callable[[Grant], str]
    ) -> None:
        """`path`: the credentials. `save` keeps a grant and returns its last day; the browser gets its page then."""
        self._settings = settings
        self._client = client
        self._path = path
        self._console = console
        self._save = save
        self._state = secrets.token_urlsafe(16)
        self._verifier = None if settings.client_secret else Secret(secrets.token_urlsafe(64))
        self._begun = ""  # an address whose end wasn't pasted yet

    def obtain(self) -> Grant:
        """The grant, saved, however many answers it takes. Raises ProgramError if there is none."""
        refused: ProgramError | None = None
        with listening(self._settings.redirect_uri, lambda query: redirect.is_answer(query, self._state)) as callback:
            self._instruct(callback)
            while (answer := self._next_answer(callback)) is not None:
                if refused:
                    self._warn(refused)
                    refused = None
                try:
                    return self._grant(answer)
                except (PasteError, CodeRejectedError) as error:
                    if self._console.typed:
                        self._warn(error)
                    else:
                        refused = error  # it's the last word, if the input ends now
        what = f"{refused.what} Then the input ended." if refused else "The input ended before a code was pasted."
        raise NotAuthorizedError(what, "To try again, run:", Command.BOOTSTRAP)

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
            console.show()
            console.say(f"If it's on another machine (ssh), it shows a page that fails to load. {paste}")
        else:
            if comes_here(uri):
                console.say(f"(This program can't listen at {uri}; is that port in use?)")
            console.say(f"Then the browser shows a page that may fail to load. {paste}")
        if console.browse:
            console.browse(url)

    def _next_answer(self, callback: Callback | None) -> str | Redirect | None:
        """The next paste, or the next redirect; None at the end of the input."""
        pasted = self._console.pasted
        self._console.prompt("\nPaste here:")
        sources: list[RawIOBase | Callback] = [pasted, callback] if callback else [pasted]
        ready, _, _ = select(sources, [], [])
        answer = callback.take() if callback and callback in ready else self._console.line()
        if not isinstance(answer, str):
            self._console.end_prompt()
        return answer

    def _grant(self, answer: str | Redirect) -> Grant:
        """What the answer leads to, saved. A browser that waits gets its page, also when this raises ProgramError."""
        reply = answer.reply if isinstance(answer, Redirect) else lambda _: None
        try:
            code = self._code(answer)
            self._console.progress("Asking Spotify for the token …")
            with nothing_saved_yet():
                grant = accounts.exchange(Http(self._client), self._settings, code, self._verifier)
            until = self._save(grant)
        except ProgramError as error:
            reply(self._failure(error))
            raise
        reply(consent_page.connected(until))
        return grant

    def _code(self, answer: str | Redirect) -> Secret:
        """The code in the redirect; or in a paste, which may be the rest of an address that was begun before."""
        if isinstance(answer, Redirect):
            return redirect.code_from_query(answer.query, self._state)
        whole = self._begun + answer
        self._begun = answer if "code=" in answer else whole if self._begun else ""
        with suppress(PasteError):
            return redirect.code_from_paste(whole, self._state)
        return redirect.code_from_paste(answer, self._state)

    def _warn(self, error: ProgramError) -> None:
        self._console.warn(message(error, self._path))

    def _failure(self, error: ProgramError) -> Page:
        """The page that says what went wrong, and what to do."""
        if isinstance(error, CodeRejectedError):
            again = "Open the address that the terminal shows again, and agree."
            return Page(400, "Spotify doesn't accept this code", (error.what, again))
        title = "Connected, but not saved" if isinstance(error, DiskError) else "Not connected to Spotify"
        prose, command = split_command(remedy(error.remedy, error.command, self._path))
        return Page(400, title, (error.what, prose), command)
