"""One run: state → token → new access token → Spotify → plays → history.log → state.

`runner` holds the lock meanwhile, and reports what this returns or raises.
"""

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from typing import NamedTuple

from lib import expiry
from lib.disk import files, history_log, run_state, token_store
from lib.disk.run_state import State
from lib.disk.token_store import Token
from lib.errors import CoolingDownError, DiskError, NotUnderstoodError, RateLimitedError, TokenRejectedError
from lib.plays.model import NowPlaying, epoch_ms
from lib.plays.observe import observe
from lib.plays.recall import recall
from lib.plays.reconcile import finish, reconcile, should_fetch
from lib.settings import RECENTLY_PLAYED, Settings
from lib.spotify import accounts, player
from lib.spotify.accounts import Grant
from lib.spotify.transport import Connect, Http

UNNAMED_WAIT_S = 600
"""The pause after a 429 that names none."""

Now = Callable[[], datetime]


class Outcome(NamedTuple):
    """What a good run saw and did: what is playing, the new lines, and why each play is one or isn't."""

    summary: str
    lines: tuple[str, ...]
    reasons: tuple[str, ...]
    authorized_at: datetime | None


def run(settings: Settings, connect: Connect, now: Now) -> Outcome:
    """Asks Spotify once and logs what is new. Raises ProgramError; what was seen before that is logged all the same.

    `connect` makes the client, but not during a pause or for a dead token, when there's nothing to ask.
    """
    state = run_state.load(settings.state_file)
    if until_ms := state.pause_ends_ms(epoch_ms(now())):
        raise CoolingDownError(pausing(until_ms))
    token = token_store.load(settings.token_file, settings.client_id)
    with connect() as client:
        http = Http(client)
        try:
            grant = _renew(settings, http, token, now)
            seen = player.currently_playing(http, settings, grant.access_token, now)
        except RateLimitedError as error:
            keep_pause(settings, error, now)
            raise
        lines, reasons = _log(settings, http, grant, seen.now_playing, state, now)
    return Outcome(seen.summary, lines, reasons, token.authorized_at)


def keep_pause(settings: Settings, error: RateLimitedError, now: Now) -> State:
    """Saves how long Spotify wants no requests: as long as it said, or ten minutes. Raises DiskError."""
    until_ms = epoch_ms(now()) + (error.wait_s or UNNAMED_WAIT_S) * 1000
    state = run_state.load(settings.state_file)._replace(paused_until_ms=until_ms)
    run_state.save(settings.state_file, state)
    return state


def pausing(until_ms: int) -> str:
    """Says how long a 429 forbids requests."""
    until = datetime.fromtimestamp(until_ms / 1000).astimezone().strftime("%-d %B, %H:%M")
    return f"Spotify asked for a pause (429): no requests before {until}."


def _renew(settings: Settings, http: Http, token: Token, now: Now) -> Grant:
    """A new access token. If a new refresh token comes with it, that is on disk before anything else is done.

    A public client's refresh token is spent by this, so room for the next one is reserved on the disk first.
    """
    rotates = token.rotates or not settings.client_secret
    with token_store.renewal(settings.token_file, reserve=rotates) as save:
        try:
            grant = accounts.refresh(http, settings, token.refresh_token)
        except TokenRejectedError:
            with suppress(DiskError):  # bootstrap is more urgent than the disk
                save(token._replace(rejected_at=now(), rotates=rotates))
            why = expiry.why_rejected(token.authorized_at, now(), rotates=rotates)
            raise TokenRejectedError(why) from None
        scope = grant.scope if grant.scope is not None else token.scope
        if grant.refresh_token and grant.refresh_token != token.refresh_token:
            save(token._replace(refresh_token=grant.refresh_token, scope=scope, rotates=True))
    if not grant.access_token:
        raise NotUnderstoodError("Spotify's answer to the refresh has no access token.")
    return grant._replace(scope=scope)


def _log(
    settings: Settings, http: Http, grant: Grant, now_playing: NowPlaying | None, state: State, now: Now
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Looks at the recent plays, too, if they can tell more, and writes down what is new: its lines, and why they are.

    If the recent plays can't be had, what is playing is written down all the same.
    """
    covered = RECENTLY_PLAYED in (grant.scope or RECENTLY_PLAYED).split()  # a grant without a scope may cover it
    now_ms = now_playing.at_ms if now_playing else epoch_ms(now())
    log_size = files.size(settings.history_log)
    memory = state.memory
    if log_size != state.log_size:  # somebody changed the log, or the memory is older than it
        memory = recall(memory, history_log.recent(settings.history_log), now_ms)
    observed = observe(memory, now_playing, now_ms)
    step = observed.step
    try:
        if covered and should_fetch(observed):
            step = reconcile(observed, player.recently_played(http, settings, grant.access_token))
    except RateLimitedError as error:
        state = keep_pause(settings, error, now)  # at once, because the log may refuse its lines
        raise
    finally:
        step = finish(state.memory, step, now_ms)
        lines = tuple(history_log.line(play.item, play.started_at_ms) for play in step.plays)
        if lines:
            log_size = history_log.append(settings.history_log, lines)
        if step.memory is not state.memory:
            run_state.save(settings.state_file, state._replace(memory=step.memory, log_size=log_size))
    return lines, step.reasons
