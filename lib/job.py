"""One run: state → token → new access token → Spotify → plays → history.log → state.

`run_once` is the job without its surroundings: the caller holds the lock, and says what is to be said (`duty.py`).
"""

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext, suppress
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple, NoReturn

from lib import expiry
from lib.disk import atomic_write, history_log, run_state, token_store
from lib.disk.run_state import Cooldown, State
from lib.disk.token_store import Token
from lib.errors import (
    CoolingDownError,
    DiskError,
    NotUnderstoodError,
    ProgramError,
    RateLimitedError,
    ScopeError,
    TokenRejectedError,
)
from lib.plays.observe import observe
from lib.plays.recall import recall
from lib.plays.reconcile import finish, recent_due, reconcile
from lib.settings import CURRENTLY_PLAYING, RECENTLY_PLAYED, Settings
from lib.spotify import accounts, player, salvage
from lib.spotify.accounts import Grant
from lib.spotify.transport import Http

if TYPE_CHECKING:
    import httpx

CLOCK_SLACK_MS = 60_000
LONGEST_GUESS_S = 3600

Now = Callable[[], datetime]
Connect = Callable[[], AbstractContextManager["httpx.Client"]]


class Outcome(NamedTuple):
    """What a run came to. error: what went wrong, None when all went well; `lines` were added all the same."""

    error: ProgramError | None = None
    summary: str = ""
    lines: tuple[str, ...] = ()
    reasons: tuple[str, ...] = ()
    authorized_at: datetime | None = None


def run_once(settings: Settings, client: "httpx.Client", now: Now) -> Outcome:
    """Asks Spotify once and logs what is new. Every ProgramError comes back in the Outcome; none is raised."""
    return run(settings, lambda: nullcontext(client), now)


def run(settings: Settings, connect: Connect, now: Now) -> Outcome:
    """`run_once` with a client that is made when there is something to ask, and not in a pause or for a dead token."""
    atomic_write.discard(settings.state_file)
    state = run_state.load(settings.state_file)
    outcome = Outcome()
    try:
        _respect(state.cooldown, _ms(now()))
        token = token_store.load(settings.token_file, settings.client_id)
        outcome = outcome._replace(authorized_at=token.authorized_at)
        with connect() as client:
            http = Http(client)
            return _follow(settings, http, _renew(settings, http, token, now), state, now, outcome)
    except RateLimitedError as error:
        return outcome._replace(error=_kept(settings, cooling(state, error, now)) or error)
    except ProgramError as error:
        return outcome._replace(error=error)


def _renew(settings: Settings, http: Http, token: Token, now: Now) -> Grant:
    """A new access token. A new refresh token that comes with it is on disk before anything else is done.

    A public client's refresh token dies in the asking, so room for the next one is taken on the disk first.
    """
    if token.scope and CURRENTLY_PLAYING not in token.scope.split():
        raise ScopeError(f"The saved consent lacks the scope {CURRENTLY_PLAYING}.")
    rotates = token.rotates or not settings.client_secret
    with token_store.renewal(settings.token_file, reserve=rotates) as keep:
        try:
            grant = accounts.refresh(http, settings, token.refresh_token)
        except TokenRejectedError:
            _reject(token._replace(rotates=rotates), keep, now())
        except ProgramError:
            spent = not settings.client_secret
            if salvaged := salvage.refresh_token(http.status, bytes(http.received), spent=spent):
                keep(token._replace(refresh_token=salvaged, rotates=True))
            raise
        scope = grant.scope if grant.scope is not None else token.scope
        if grant.refresh_token and grant.refresh_token != token.refresh_token:
            keep(token._replace(refresh_token=grant.refresh_token, scope=scope, rotates=True))
    if not grant.access_token:
        raise NotUnderstoodError("Spotify renewed the authorization but sent no access token.")
    return grant._replace(scope=scope)


def _reject(token: Token, keep: Callable[[Token], None], at: datetime) -> NoReturn:
    """Marks the token as dead, so that no run asks with it again, and raises TokenRejectedError."""
    with suppress(DiskError):  # it is in the refuge then, and what a person must do is more than the disk
        keep(token._replace(rejected_at=at))
    raise TokenRejectedError(expiry.why_rejected(token.authorized_at, at, rotates=token.rotates))


def _follow(settings: Settings, http: Http, grant: Grant, state: State, now: Now, outcome: Outcome) -> Outcome:
    """Sees what plays, hears the recent plays if they can tell more, and writes both down."""
    answer = player.currently_playing(http, settings, grant.access_token, now)
    size = history_log.size(settings.history_log)
    memory = state.memory
    at_ms = answer.now_playing.at_ms if answer.now_playing else _ms(now())
    if size != state.log_size:
        entries = history_log.recent(settings.history_log)
        memory = recall(memory, ((entry.identity, entry.start_ms) for entry in entries), at_ms)
    observed = observe(memory, answer.now_playing, at_ms, listed=_recorded(grant))
    error: ProgramError | None = None
    step = observed.step
    if _recorded(grant) and recent_due(observed):
        try:
            step = reconcile(observed, player.recently_played(http, settings, grant.access_token))
        except ProgramError as unheard:
            error = unheard
    step = finish(state.memory, step, at_ms)
    outcome = outcome._replace(error=error, summary=answer.summary, reasons=step.reasons)
    lines = tuple(history_log.line(play.item, play.started_at_ms) for play in step.plays)
    if lines:
        size = history_log.append(settings.history_log, lines)
    after = State(step.memory, size if lines or step.memory is not state.memory else state.log_size)
    if isinstance(error, RateLimitedError):
        after = cooling(state, error, now)._replace(memory=after.memory, log_size=after.log_size)
    failure = _kept(settings, after) if after != state else None
    return outcome._replace(error=failure or error, lines=lines)


def _recorded(grant: Grant) -> bool:
    """Whether the grant covers the recent plays; one that doesn't say what it covers may."""
    return RECENTLY_PLAYED in (grant.scope or RECENTLY_PLAYED).split()


def _kept(settings: Settings, state: State) -> DiskError | None:
    """Saves the state; returns what went wrong."""
    try:
        run_state.save(settings.state_file, state)
    except DiskError as error:
        return error
    return None


def _respect(cooldown: Cooldown | None, now_ms: int) -> None:
    """Raises CoolingDownError while a 429 forbids requests; a clock set back since then lifts it."""
    if cooldown and cooldown.set_ms - CLOCK_SLACK_MS <= now_ms < cooldown.until_ms:
        until = datetime.fromtimestamp(cooldown.until_ms / 1000).astimezone().strftime("%-d %B, %H:%M")
        raise CoolingDownError(f"Spotify asked for a pause (429): no request before {until}.")


def cooling(state: State, error: RateLimitedError, now: Now) -> State:
    """The state with the pause that Spotify wants: as long as it said, or else a minute, doubling to an hour."""
    strikes = 0 if error.wait_s else (state.cooldown.strikes if state.cooldown else 0) + 1
    wait_s = error.wait_s or min(60 * 2 ** (strikes - 1), LONGEST_GUESS_S)
    now_ms = _ms(now())
    return state._replace(cooldown=Cooldown(now_ms, now_ms + wait_s * 1000, strikes))


def _ms(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)
