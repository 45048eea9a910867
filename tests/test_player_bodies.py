"""Whatever the player endpoints answer: each error its meaning and exit status, each oddity at most its own field."""

import json
import unicodedata
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import hypothesis
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.disk import history_log
from lib.errors import (
    NotAllowedError,
    NotAuthorizedError,
    NotUnderstoodError,
    PassingError,
    ProgramError,
    RateLimitedError,
)
from lib.fake_spotify.listener import Json, iso, track
from lib.fake_spotify.loopback import Answered
from lib.plays.items import Item
from lib.runner import Report
from lib.secret import Secret
from lib.spotify import player
from lib.spotify.transport import Http
from tests.support.clockwork import START_MS, Clockwork, clockwork_in
from tests.support.home import Home
from tests.support.times import MINUTE

SONG = track("Song", ["Band"], "Album", 200_000)
HTML = "<!doctype html><html><head><title>Log in to the hotel's network</title></head><body>…</body></html>"


@pytest.fixture
def clockwork(tmp_path: Path) -> Iterator[Clockwork]:
    with clockwork_in(tmp_path) as one:
        yield one


# Errors


def error(status: int, message: str | None, **more: str) -> Json:
    fields: Json = {"status": status, **more}
    return {"error": fields if message is None else {**fields, "message": message}}


PREMIUM = "Active premium subscription required for the owner of the app."
ERRORS = [
    (400, error(400, "Only valid bearer authentication supported"), NotUnderstoodError, 76),
    (400, error(400, "invalid id"), NotUnderstoodError, 76),
    (401, error(401, "The access token expired"), PassingError, 75),
    (401, error(401, "Invalid access token"), PassingError, 75),
    (401, error(401, "No token provided"), PassingError, 75),
    (401, "", PassingError, 75),
    (401, error(401, "Permissions missing"), NotAuthorizedError, 77),
    (403, error(403, "Insufficient client scope"), NotAuthorizedError, 77),
    (403, error(403, None), NotAuthorizedError, 77),
    (403, error(403, ""), NotAuthorizedError, 77),
    (403, error(403, "Player command failed: Premium required", reason="PREMIUM_REQUIRED"), NotAllowedError, 77),
    (403, error(403, "Forbidden."), NotAllowedError, 77),
    (403, "User not registered in the Developer Dashboard", NotAllowedError, 77),
    (403, "User not approved for app", NotAllowedError, 77),
    (403, PREMIUM, NotAllowedError, 77),
    (403, {"error": PREMIUM}, NotAllowedError, 77),
    (403, [PREMIUM], NotAllowedError, 77),
    (403, "", NotAllowedError, 77),
    (404, error(404, "Service not found"), NotUnderstoodError, 76),
    (404, error(404, "Resource not found"), NotUnderstoodError, 76),
    (429, error(429, "API rate limit exceeded"), RateLimitedError, 75),
    (429, error(429, "API rate limit exceeded", reason="QUOTA_EXCEEDED"), RateLimitedError, 75),
    (429, {}, RateLimitedError, 75),
    (429, "Too many requests", RateLimitedError, 75),
    (429, "", RateLimitedError, 75),
    (500, error(500, "Server error."), PassingError, 75),
    (500, "", PassingError, 75),
    (502, error(502, "Bad gateway."), PassingError, 75),
    (502, HTML, PassingError, 75),
    (503, "", PassingError, 75),
    (503, "upstream connect error or disconnect/reset before headers", PassingError, 75),
    (301, "", NotUnderstoodError, 76),
    (418, {"error": None}, NotUnderstoodError, 76),
    (200, "", NotUnderstoodError, 76),
    (200, HTML, NotUnderstoodError, 76),
    (200, '{"item": {"name": "Cut of', NotUnderstoodError, 76),
    (200, '{"progress_ms": ' + "9" * 5000 + "}", NotUnderstoodError, 76),
    (200, "[" * 50_000, NotUnderstoodError, 76),
]


errors = partial(pytest.mark.parametrize, ("status", "body", "kind", "exit_status"), ids=lambda value: str(value)[:30])
one_of_each = errors(list({row[2]: row for row in ERRORS}.values()))


@errors(ERRORS)
@pytest.mark.parametrize("what", ["currently-playing", "recently-played"])
def test_each_error_has_its_meaning_and_one_clear_line(
    home: Home, client: httpx.Client, what: str, status: int, body: object, kind: type, exit_status: int
) -> None:
    home.fake_spotify.overrule = lambda _: Answered(status, body)
    with pytest.raises(ProgramError) as caught:
        ask(what, client, home)
    assert type(caught.value) is kind
    assert caught.value.status == exit_status
    assert caught.value.what.isprintable()
    assert len(caught.value.what) < 300
    assert caught.value.remedy
    assert len(home.fake_spotify.requests) == 1


@pytest.mark.parametrize(
    ("body", "shown"),
    [
        ("User not registered in the Developer Dashboard", ": User not registered in the Developer Dashboard"),
        (PREMIUM, f": {PREMIUM}"),
        ("  Check settings on\r\n\r\n\tthe  dashboard \n", ": Check settings on the dashboard"),
        ({"error": {"status": 403, "message": "Forbidden."}}, ": Forbidden."),
        ({"error": PREMIUM}, f": {PREMIUM}"),
        ("x" * 23 + " " + "y" * 24 + " z", ": " + "x" * 23 + " … z"),
        ("a bell \x07 and \x1b[2J", ": a bell \ufffd and \ufffd[2J"),
        ("words " * 100, ": " + "words " * 20),
        ("not UTF-8: \ud800", ": not UTF-8: \ufffd\ufffd\ufffd"),
        (f"\n{HTML}", "."),
        ('{"message": "cut of', "."),
        ({"message": "of another kind"}, "."),
        ("", "."),
    ],
    ids=lambda value: str(value)[:30],
)
def test_what_spotify_says_to_people_stays_readable(home: Home, client: httpx.Client, body: object, shown: str) -> None:
    home.fake_spotify.overrule = lambda _: Answered(403, body)
    with pytest.raises(NotAllowedError) as caught:
        ask("currently-playing", client, home)
    assert caught.value.what == f"127.0.0.1 refuses this account or app{shown}"


def ask(what: str, client: httpx.Client, home: Home) -> object:
    if what == "currently-playing":
        return player.currently_playing(Http(client), home.settings, Secret("BQA"), lambda: datetime.now(UTC))
    return player.recently_played(Http(client), home.settings, Secret("BQA"))


def test_plain_text_reasons_reach_the_person(home: Home, client: httpx.Client) -> None:
    home.fake_spotify.overrule = lambda _: Answered(403, PREMIUM)
    with pytest.raises(NotAllowedError) as caught:
        ask("currently-playing", client, home)
    assert PREMIUM in caught.value.what
    assert "dashboard" in caught.value.remedy


@one_of_each
def test_no_error_costs_the_token_or_the_log(
    clockwork: Clockwork, status: int, body: object, kind: type, exit_status: int
) -> None:
    home = clockwork.home
    home.log.write_bytes(b"# what stands here stays\n")
    token = home.token.read_bytes()
    home.fake_spotify.overrule = lambda asked: (
        Answered(status, body) if asked.path.endswith("currently-playing") else None
    )
    report = clockwork.run()
    assert report.status == exit_status
    assert len(report.err) == (1 if exit_status == 77 else 0), "patience with what may pass"
    assert "Traceback" not in "".join(report.err)
    assert home.token.read_bytes() == token
    assert home.log.read_bytes() == b"# what stands here stays\n"


@one_of_each
def test_trouble_with_the_recent_plays_never_costs_the_current_one(
    clockwork: Clockwork, status: int, body: object, kind: type, exit_status: int
) -> None:
    clockwork.listener.begin(SONG).listen()
    clockwork.now_ms += MINUTE
    clockwork.home.fake_spotify.overrule = lambda asked: (
        Answered(status, body) if asked.path.endswith("recently-played") else None
    )
    assert clockwork.run().status == exit_status
    assert clockwork.home.titles() == ["Song"], kind


# Odd shapes of what is playing


def answer(**changed: object) -> Json:
    body = {
        "timestamp": START_MS,
        "progress_ms": 60_000,
        "is_playing": True,
        "item": SONG,
        "currently_playing_type": "track",
        "context": None,
        **changed,
    }
    return {key: value for key, value in body.items() if value is not ...}


def seen(**changed: object) -> Item:
    """What is left of the item when it, or the answer around it, is changed; `...` is a field that is missing."""
    now_playing = player.answer_from(answer(**changed), START_MS).now_playing
    assert now_playing is not None
    return now_playing.item


def song(**changed: object) -> Json:
    return {key: value for key, value in {**SONG, **changed}.items() if value is not ...}


ODD: list[Any] = [None, ..., 17, -1, 1.5, True, "", "text", [], [None], [[]], {}, {"name": None}, {"name": 17}]


def number(odd: object) -> int | None:
    """What's left of it where a time or a length should be."""
    return int(odd) if isinstance(odd, (int, float)) and not isinstance(odd, bool) and odd >= 0 else None


@pytest.mark.parametrize("odd", ODD, ids=repr)
class TestAFieldThatIsOddCostsItselfAndNotThePlay:
    def test_artists(self, odd: object) -> None:
        assert seen(item=song(artists=odd)) == Item(SONG["uri"], "Song", "", "Album", 200_000)

    def test_one_of_the_artists(self, odd: object) -> None:
        artists = [*SONG["artists"], *([] if odd is ... else [odd]), {"name": "Guest"}]
        assert seen(item=song(artists=artists)).artists == "Band, Guest"

    def test_album(self, odd: object) -> None:
        assert seen(item=song(album=odd)) == Item(SONG["uri"], "Song", "Band", "", 200_000)

    def test_name(self, odd: object) -> None:
        assert seen(item=song(name=odd)).title == (odd if isinstance(odd, str) else "")

    def test_uri(self, odd: object) -> None:
        assert seen(item=song(uri=odd)).uri == (odd if isinstance(odd, str) else "")

    def test_show(self, odd: object) -> None:
        item = seen(item=song(type="episode", show=odd, artists=..., album=...))
        assert (item.title, item.artists, item.album) == ("Song", "", "")

    def test_duration(self, odd: object) -> None:
        assert seen(item=song(duration_ms=odd)).duration_ms == number(odd)

    def test_progress(self, odd: object) -> None:
        now_playing = player.answer_from(answer(progress_ms=odd), START_MS).now_playing
        assert now_playing
        assert now_playing.progress_ms == number(odd)

    @pytest.mark.parametrize("field", ["timestamp", "is_playing", "currently_playing_type", "context", "actions"])
    def test_what_surrounds_the_item(self, field: str, odd: object) -> None:
        assert seen(**{field: odd}).title == "Song"

    def test_the_item_itself(self, odd: object) -> None:
        told = player.answer_from(answer(item=odd), START_MS)
        assert (told.now_playing, told.summary) == (None, "Nothing with a name is playing")


@pytest.mark.parametrize("odd", [None, 17, "text", [None]], ids=repr)
def test_no_field_that_is_odd_ends_a_run(clockwork: Clockwork, odd: object) -> None:
    changes: list[Json] = [{key: odd} for key in ("progress_ms", "timestamp", "is_playing", "item")]
    changes += [{"item": song(**{key: odd})} for key in ("artists", "album", "name", "uri", "duration_ms")]
    bodies = iter([answer(**change) for change in changes])
    clockwork.home.fake_spotify.overrule = lambda asked: (
        Answered(200, next(bodies)) if asked.path.endswith("currently-playing") else None
    )
    for _ in changes:
        assert clockwork.run() == Report(0, (), ())
        clockwork.now_ms += MINUTE
    assert clockwork.home.lines()


@pytest.mark.parametrize(
    ("kind", "summary"), [("ad", "An ad is playing"), ("unknown", "Nothing with a name is playing")]
)
def test_an_ad_and_an_unknown_thing_are_no_plays_whatever_they_are_called(kind: str, summary: str) -> None:
    assert player.answer_from(answer(currently_playing_type=kind), START_MS) == (None, summary)


@pytest.mark.parametrize("odd", [None, 17, "", "text", [], [[]], True], ids=repr)
@pytest.mark.parametrize("read", [lambda body: player.answer_from(body, START_MS), player.recent_plays])
def test_an_answer_that_is_no_object_is_not_understood(read: Any, odd: object) -> None:
    with pytest.raises(NotUnderstoodError):
        read(odd)


def test_numbers_beyond_measure_are_none() -> None:
    for odd in (1e400, -1e400, float("nan"), 1 << 64, 10**400):
        assert seen(item=song(duration_ms=odd)).duration_ms is None


@pytest.mark.parametrize(
    ("is_playing", "summary"),
    [(True, "Playing: Band – Song"), (None, "Playing: Band – Song"), (False, "Paused: Band – Song")],
    ids=["playing", "not said", "paused"],
)
def test_a_person_is_told_whether_it_plays(is_playing: bool | None, summary: str) -> None:
    now_playing, told = player.answer_from(answer(is_playing=is_playing), START_MS)
    assert told == summary
    assert now_playing
    assert now_playing.is_playing == (is_playing is not False)


def test_what_plays_is_dated_halfway_between_question_and_answer(home: Home, client: httpx.Client) -> None:
    home.fake_spotify.overrule = lambda _: Answered(200, answer())
    moments = iter([datetime(2026, 11, 23, 10, 0, 0, tzinfo=UTC), datetime(2026, 11, 23, 10, 0, 4, tzinfo=UTC)])
    told = player.currently_playing(Http(client), home.settings, Secret("BQA"), lambda: next(moments))
    assert told.now_playing
    assert told.now_playing.at_ms == datetime(2026, 11, 23, 10, 0, 2, tzinfo=UTC).timestamp() * 1000


@pytest.mark.parametrize(
    ("more", "artists", "album"),
    [
        ({"artists": [{"name": "Band"}, {"name": "Guest"}], "album": {"name": "Album"}}, "Band, Guest", "Album"),
        ({"artists": [{"name": ""}], "album": {"name": ""}}, "", ""),
        ({"show": {"name": "Show"}}, "Show", ""),
        ({"audiobook": {"name": "Book"}}, "Book", ""),
        ({"artists": [{"name": "Band"}], "show": "odd"}, "Band", ""),
    ],
    ids=["track", "local file", "episode", "chapter", "an odd show"],
)
def test_each_kind_of_item_is_named_after_who_made_it(more: Json, artists: str, album: str) -> None:
    found = seen(item={"uri": "spotify:x:1", "name": "Title", "duration_ms": 1000, **more})
    assert found == Item("spotify:x:1", "Title", artists, album, 1000)


def test_all_that_spotify_lists_is_asked_for(home: Home, client: httpx.Client) -> None:
    home.fake_spotify.overrule = lambda _: Answered(200, {"items": []})
    ask("recently-played", client, home)
    (asked,) = home.fake_spotify.requests
    assert (asked.path, asked.query) == ("/v1/me/player/recently-played", {"limit": "50"})


def test_tracks_and_episodes_are_both_asked_for(home: Home, client: httpx.Client) -> None:
    home.fake_spotify.overrule = lambda _: Answered(204)
    ask("currently-playing", client, home)
    (asked,) = home.fake_spotify.requests
    assert set(asked.query["additional_types"].split(",")) == {"track", "episode"}


# Odd shapes of the recent plays


PLAYED_AT = iso(START_MS)


EAST = datetime.fromtimestamp(START_MS / 1000, timezone(timedelta(hours=2))).isoformat()


@pytest.mark.parametrize("played_at", [PLAYED_AT, PLAYED_AT.replace(".000Z", "Z"), PLAYED_AT.replace("Z", ""), EAST])
def test_a_time_is_the_same_however_it_is_written(played_at: str) -> None:
    (record,) = player.recent_plays({"items": [{"track": SONG, "played_at": played_at, "context": None}]})
    assert record.played_at_ms == START_MS


def test_a_time_without_a_zone_is_utc_wherever_the_machine_is(home: Home) -> None:
    home.authorize()
    listed = Answered(200, {"items": [{"track": SONG, "played_at": "2026-11-23T10:00:00", "context": None}]})
    home.fake_spotify.overrule = lambda asked: listed if asked.path.endswith("recently-played") else None
    assert home.job(env={"TZ": "Asia/Kolkata"}).returncode == 0
    ((started_at, *_),) = home.lines()
    ends = datetime.fromisoformat(started_at) + timedelta(milliseconds=SONG["duration_ms"])
    assert ends == datetime(2026, 11, 23, 10, tzinfo=UTC)


@pytest.mark.parametrize(
    "odd",
    [
        *(entry for entry in ODD if entry is not ...),
        {"track": SONG},
        {"track": SONG, "played_at": None},
        {"track": SONG, "played_at": START_MS},
        {"track": SONG, "played_at": ""},
        {"track": SONG, "played_at": "yesterday"},
        {"track": SONG, "played_at": "0001-01-01T00:00:00+23:59"},
        {"track": SONG, "played_at": "9999-12-31T23:59:59-23:59"},
        {"track": SONG, "played_at": "2026-02-30T00:00:00Z"},
        {"track": None, "played_at": PLAYED_AT},
        {"track": {}, "played_at": PLAYED_AT},
        {"track": [SONG], "played_at": PLAYED_AT},
        {"played_at": PLAYED_AT},
    ],
    ids=repr,
)
def test_an_entry_that_is_odd_costs_itself_and_not_its_neighbours(odd: Any) -> None:
    good: Json = {"track": SONG, "played_at": PLAYED_AT}
    assert [record.item.title for record in player.recent_plays({"items": [good, odd, good]})] == ["Song", "Song"]


def test_an_empty_list_is_an_answer() -> None:
    assert player.recent_plays({"items": [], "cursors": None}) == []


# Names that would do something to a log that is read in a terminal


FORBIDDEN = {"Cc", "Cs", "Zl", "Zp"}
OVERRIDES = set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def harmless_sentence(line: str) -> bool:
    """As a field; but right-to-left names are between isolates, each of which is closed."""
    names = line.split("\u2068")
    return (
        harmless(names[0])
        and all(name.count("\u2069") == 1 for name in names[1:])
        and harmless(line.replace("\u2068", "").replace("\u2069", ""))
    )


def harmless(field: str) -> bool:
    """No control character (C0, C1, DEL), no tab, no line break of any kind, no lone surrogate, no override."""
    return not any(unicodedata.category(char) in FORBIDDEN or char in OVERRIDES for char in field)


@pytest.mark.parametrize(
    ("name", "logged"),
    [
        ("a\tb", "a b"),
        ("a\nb\r\nc\rd", "a b  c d"),
        ("a\vb\fc\x1cd\x85e\u2028f\u2029g", "a b c d e f g"),
        ("\x1b[2J\x1b]0;title\x07", "\ufffd[2J\ufffd]0;title\ufffd"),
        ("\x9b31mred", "\ufffd31mred"),
        ("nul\0del\x7f", "nul\ufffddel\ufffd"),
        ("gnp\u202e.exe\u2066x\u2069", "gnp.exex"),
        ("lone \ud83c and \udfb5", "lone \ufffd and \ufffd"),
        ("pair \U0001f3b5", "pair \U0001f3b5"),
        ("  blanks  ", "  blanks  "),
        ("שלום‎", "שלום‎"),
        ('"quotes" \\ \' $HOME %s {bootstrap}', '"quotes" \\ \' $HOME %s {bootstrap}'),
        ("x" * 10_000, "x" * 10_000),
        ("é" * 10_000, "é" * 10_000),
    ],
    ids=lambda name: ascii(name)[:24],
)
def test_a_hostile_name_takes_one_field_of_one_line(clockwork: Clockwork, name: str, logged: str) -> None:
    item = {
        "uri": f"spotify:track:{name}",
        "name": name,
        "artists": [{"name": name}],
        "album": {"name": name},
        "duration_ms": 200_000,
    }
    home = clockwork.home
    home.fake_spotify.overrule = lambda asked: (
        Answered(200, answer(item=item)) if asked.path.endswith("currently-playing") else None
    )
    report = clockwork.run(verbose=True)
    assert (report.status, report.err) == (0, ())
    assert all(harmless_sentence(line) for line in report.out)
    (line,) = home.lines()
    assert line[1:] == [logged, logged, logged, "3:20", f"spotify:track:{logged}"]
    home.state.unlink()
    clockwork.now_ms += MINUTE
    clockwork.run()
    assert len(home.lines()) == 1, "and is known again from the log alone"


def test_sixty_artists_are_all_credited(clockwork: Clockwork) -> None:
    names = [f"Artist {number}" for number in range(60)]
    clockwork.listener.begin(track("Song", names, "Album", 200_000)).listen()
    clockwork.now_ms += MINUTE
    clockwork.run()
    ((_, artists, *_),) = clockwork.home.lines()
    assert artists == ", ".join(names)


def test_a_line_of_several_hundred_kilobytes_is_written_once(clockwork: Clockwork) -> None:
    """Sixty artists of ten thousand characters each, and state.json lost after each run."""
    names = [f"{number}" + "x" * 10_000 for number in range(60)]
    clockwork.listener.begin(track("Song", names, "Album", 200_000)).listen()
    for _ in range(3):
        clockwork.now_ms += MINUTE
        clockwork.run()
        clockwork.home.state.unlink()
    assert len(clockwork.home.lines()) == 1


@pytest.mark.parametrize("body", [{"item": None}, {"is_playing": True}])
def test_an_answer_without_an_item_is_about_something_without_a_name(body: Json) -> None:
    assert player.answer_from(body, 1) == (None, "Nothing with a name is playing")


@pytest.mark.parametrize("body", [{}, {"error": {"status": 500, "message": "Server error."}}, {"data": []}])
def test_an_answer_about_something_else_is_not_taken_for_silence(body: Any) -> None:
    with pytest.raises(NotUnderstoodError):
        player.answer_from(body, 1)


# Anything whatsoever


text = st.text(st.characters(), max_size=12) | st.sampled_from(["\ud800", "\u202e\t\n", "\x1b[2J", "spotify:track:x"])
scalar = st.none() | st.booleans() | st.integers() | st.floats() | text
anything = st.recursive(
    scalar, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(text, inner, max_size=3), max_leaves=8
)
item = anything | st.fixed_dictionaries(
    {},
    optional={
        "uri": anything,
        "name": text | anything,
        "artists": anything | st.lists(st.fixed_dictionaries({"name": text | anything}), max_size=3),
        "album": anything | st.fixed_dictionaries({"name": text | anything}),
        "show": anything | st.fixed_dictionaries({"name": text | anything}),
        "duration_ms": scalar | anything,
        "type": anything,
    },
)
playing = anything | st.fixed_dictionaries(
    {"item": item},
    optional={
        "progress_ms": scalar | anything,
        "timestamp": scalar | anything,
        "is_playing": scalar | anything,
        "currently_playing_type": scalar | anything,
    },
)
recent = anything | st.fixed_dictionaries(
    {"items": st.lists(anything | st.fixed_dictionaries({"track": item, "played_at": scalar | st.just(PLAYED_AT)}))}
)


def items_in(body: Any, *, listed: bool) -> list[tuple[Item, int]]:
    try:
        if listed:
            return [(record.item, record.played_at_ms) for record in player.recent_plays(body)]
        now_playing = player.answer_from(body, START_MS).now_playing
    except NotUnderstoodError:
        return []
    return [(now_playing.item, now_playing.began_ms)] if now_playing else []


@hypothesis.settings(deadline=None, max_examples=300)
@given(playing, recent)
@pytest.mark.slow
def test_no_answer_whatsoever_puts_anything_but_six_harmless_fields_into_the_log(now: object, before: object) -> None:
    for http in (now, json.loads(json.dumps(now))):
        for found, at_ms in [*items_in(http, listed=False), *items_in(before, listed=True)]:
            fields = history_log.line(found, at_ms).split("\t")
            assert len(fields) == 6
            assert all(harmless(field) for field in fields)
            assert datetime.fromisoformat(fields[0]).timestamp() == at_ms // 1000
            "\t".join(fields).encode()


@hypothesis.settings(deadline=None, max_examples=25)
@given(st.lists(playing, min_size=1, max_size=4), recent)
@pytest.mark.slow
def test_no_answer_whatsoever_gives_a_traceback(
    tmp_path_factory: pytest.TempPathFactory, bodies: list[object], before: object
) -> None:
    with clockwork_in(tmp_path_factory.mktemp("any")) as clockwork:
        shown = iter(bodies)
        clockwork.home.fake_spotify.overrule = lambda asked: (
            Answered(200, next(shown) if asked.path.endswith("currently-playing") else before)
            if asked.path.startswith("/v1/")
            else None
        )
        for _ in bodies:
            report = clockwork.run(verbose=True)
            assert report.status in (0, 76)
            assert all(harmless_sentence(line) for line in (*report.err, *report.out))
            clockwork.now_ms += MINUTE
        assert all(len(line) == 6 for line in clockwork.home.lines())
