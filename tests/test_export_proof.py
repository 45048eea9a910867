"""The proof: what an import says about how exact the log is."""

import gzip
import re
from datetime import UTC, datetime, timedelta
from io import BytesIO, StringIO, TextIOWrapper
from pathlib import Path
from random import Random
from time import process_time

import pytest

from lib.importer import Console, Wishes, import_export
from tests.support.exports import Heard, Log, Person, Played, extended, files, line, log, short, zipped
from tests.support.importing import NOW, Desk, desk

SINCE = NOW - timedelta(days=100)


@pytest.fixture(scope="module")
def person() -> Person:
    """Some months of listening, until a little before now."""
    return Person(11, SINCE, collection=200, silence=0.3).listen(1500)


def key(play: Played) -> tuple[str, str]:
    return datetime.fromtimestamp(play.told_s).astimezone().isoformat(), play.song.title


def keys(texts: list[str]) -> list[tuple[str, str]]:
    return sorted((text.split("\t")[0], text.split("\t")[2]) for text in texts)


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.slow
def test_exactly_the_lost_and_doubled_lines_of_a_year_are_found(tmp_path: Path, seed: int) -> None:
    """Ten years of listening, and the log of the last one, which lost 1 % and doubled 0.5 %."""
    here = desk(tmp_path)
    listener = Person(seed, datetime(2016, 11, 1, tzinfo=UTC), collection=400, silence=9).listen(10_000)
    last_ms = listener.played[-1].start_ms
    year = [play for play in listener.played if play.start_ms > last_ms - 365 * 86_400_000]
    kept = log(Random(seed), year)
    assert kept.lost
    here.log.write_text(kept.text, encoding="utf-8")
    export = zipped(tmp_path / "my_spotify_data.zip", files(listener.heard))
    later = datetime.fromtimestamp(last_ms / 1000 + 86_400, UTC)
    compared = here.imports(export, now=later, json=True).facts["compared"]
    assert keys(compared["missing"]) == sorted(map(key, kept.lost))
    assert sorted(compared["doubled"]) == sorted(kept.doubled)
    assert compared["unknown"] == []
    assert compared["plays"] == len(year) == compared["plays_with_line"] + len(kept.lost)
    assert (compared["lines_not_in_export"], compared["lines_doubled"]) == (0, len(kept.doubled))
    assert compared["started_at_error_s"] == {"median": pytest.approx(0, abs=1), "p99": pytest.approx(0, abs=1)}
    without_line = sorted(map(key, [*(play for play in listener.played if play not in set(year)), *kept.lost]))
    assert keys(here.past.read_text(encoding="utf-8").splitlines()) == without_line
    assert here.log.read_text(encoding="utf-8") == kept.text


def imported(folder: Path, heard: list[Heard], parts: dict[str, str]) -> Desk:
    here = desk(folder)
    for name, text in parts.items():
        content = text.encode()
        (folder / name).write_bytes(gzip.compress(content) if name.endswith(".gz") else content)
    zipped(folder / "my_spotify_data.zip", files(heard))
    return here


def whole(person: Person) -> Log:
    return log(Random(1), person.played, lost=0, doubled=0)


def split(person: Person) -> dict[str, str]:
    lines = [f"{one}\n" for one in whole(person).lines]
    return {
        "history.log.2.gz": "".join(lines[:300]),
        "history.log.1": "".join(lines[300:500]),
        "history.log": "".join(lines[500:]),
    }


@pytest.mark.parametrize(
    "copies",
    [[], ["history.log.1", "history.log.1~"], ["history.log.2.gz", "history.log.2"]],
    ids=["rotated and compressed", "with a copy", "with a copy unpacked"],
)
def test_all_parts_of_the_log_count_and_copies_dont(tmp_path: Path, person: Person, copies: list[str]) -> None:
    parts = split(person)
    for copy in copies[1:]:
        parts[copy] = parts[copies[0]]
    here = imported(tmp_path, person.heard, parts)
    facts = here.imports(tmp_path / "my_spotify_data.zip", json=True).facts
    assert (facts["compared"]["plays"], facts["compared"]["plays_with_line"]) == (
        len(person.played),
        len(person.played),
    )
    assert (facts["compared"]["lines_not_in_export"], facts["past_plays"]) == (0, 0)


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("history.log.1.gz", b"\x1f\x8b cut off", "Can't read"),
        ("history.log.1.zst", b"(\xb5/\xfd", "can't unpack .zst"),
    ],
)
def test_a_part_that_cant_be_read_is_said_and_nothing_is_written(
    tmp_path: Path, person: Person, name: str, content: bytes, words: str
) -> None:
    here = imported(tmp_path, person.heard, {})
    (tmp_path / name).write_bytes(content)
    said = here.imports(tmp_path / "my_spotify_data.zip")
    assert (said.status, said.out) == (74, "")
    assert words in said.err
    assert not here.past.exists()


def test_lines_of_skips_and_of_private_sessions_are_no_faults(tmp_path: Path, person: Person) -> None:
    skips = [one for one in person.heard if 5000 < one.played_ms < 20_000 and one.reason_end == "fwdbtn"][:5]
    played = [Played(one.song, one.ended_s * 1000 - one.played_ms, 0) for one in skips]
    text = "".join(f"{one}\n" for one in [*whole(person).lines, *map(line, played)])
    here = imported(tmp_path, person.heard, {"history.log": text})
    compared = here.imports(tmp_path / "my_spotify_data.zip", json=True).facts["compared"]
    assert (compared["lines_too_short"], compared["lines_not_in_export"]) == (5, 0)


def test_how_wrong_started_at_is(tmp_path: Path, person: Person) -> None:
    late = [play._replace(start_ms=play.start_ms + 7000) for play in person.played]
    here = imported(tmp_path, person.heard, {"history.log": "".join(f"{line(play)}\n" for play in late)})
    error = here.imports(tmp_path / "my_spotify_data.zip", json=True).facts["compared"]["started_at_error_s"]
    assert (error["median"], error["p99"]) == (pytest.approx(7, abs=1), pytest.approx(7, abs=1))


def test_the_short_export_is_compared_too(tmp_path: Path, person: Person) -> None:
    here = imported(tmp_path, person.heard, {"history.log": whole(person).text})
    brief = here.file(
        "StreamingHistory_music_0.json", [short(one) for one in person.heard if ":track:" in one.song.uri]
    )
    compared = here.imports(brief, json=True).facts["compared"]
    assert compared["plays_with_line"] / len(person.played) > 0.95
    assert compared["started_at_error_s"] == {"median": None, "p99": None}


def test_an_export_of_another_account_is_refused(tmp_path: Path, person: Person) -> None:
    here = imported(tmp_path, person.heard, {"history.log": whole(person).text})
    other = zipped(tmp_path / "other.zip", files(Person(99, SINCE, collection=200, silence=0.3).listen(500).heard))
    own = tmp_path / "my_spotify_data.zip"
    before = sorted(path.name for path in tmp_path.iterdir())
    said = here.imports(other)
    assert (said.status, said.out) == (2, "")
    assert "another account" in said.err
    assert "--force" in said.err
    assert sorted(path.name for path in tmp_path.iterdir()) == before
    assert here.imports(own).status == 0
    assert here.imports(other).status == 2, "also beside what is one's own"
    assert here.past.read_bytes() == b""
    assert here.imports(other, force=True).status == 0
    assert len(here.lines()) > 200


def test_few_lines_that_an_export_lacks_only_raise_a_question(tmp_path: Path, person: Person) -> None:
    since = datetime.fromtimestamp(person.heard[-1].ended_s, UTC) - timedelta(hours=10)
    text = "".join(
        f"{(since + timedelta(hours=number)).isoformat()}\tShow\tTalk {number}\t\t1:00:00\tspotify:episode:{number}\n"
        for number in range(3)
    )
    here = imported(tmp_path, person.heard, {"history.log": text})
    said = here.imports(tmp_path / "my_spotify_data.zip")
    assert (said.status, said.err) == (0, "")
    assert "Is this the export of another account?\n" in said.out
    assert len(here.lines()) == len(person.played)


SUMMARY = r"""Read 1 file of the export:
  streams                           1,50\d
All imports together, 16 August 2026 to \d+ \w+ 2026:
  streams                           1,50\d
  plays                               {plays}
  too short for a play                \d{3}  under 30 s
  parts of a play                      \d\d  counted with it

Compared with the log, 16 August 2026 to \d+ \w+ 2026:
  plays in the export                 {plays}
  … with their line in the log        \d{3}  98\.\d %
  … without a line                     {lost}  now in the past
  doubled lines                         {doubled}
  lines unknown to the export           0
  started_at is off by [01] s in the median, 1 s at 99 %
--verbose lists the missing, doubled and unknown lines.

The past:
  plays that the log lacks             {lost}  {lost} new
  {past}
"""


def test_the_summary_is_short_and_fits_a_narrow_terminal(tmp_path: Path, person: Person) -> None:
    faulty = log(Random(5), person.played)
    here = imported(tmp_path, person.heard, {"history.log": faulty.text})
    said = here.imports(tmp_path / "my_spotify_data.zip")
    figures = {"plays": len(person.played), "lost": len(faulty.lost), "doubled": len(faulty.doubled)}
    expected = SUMMARY.replace("{past}", re.escape(str(here.past)))
    for name, figure in figures.items():
        expected = expected.replace(f"{{{name}}}", str(figure))
    assert re.fullmatch(expected, said.out), said.out
    assert max(map(len, said.out.splitlines()[:-1])) <= 60
    verbose = here.imports(tmp_path / "my_spotify_data.zip", verbose=True)
    assert "Almost none" not in verbose.out
    named = [text for text in verbose.out.splitlines() if re.match(r"without a line|doubled|unknown", text)]
    assert len(named) == len(faulty.lost) + len(faulty.doubled)


def test_a_dry_run_says_the_same_and_writes_nothing(tmp_path: Path, person: Person) -> None:
    here = imported(tmp_path, person.heard, {})
    dry = here.imports(tmp_path / "my_spotify_data.zip", dry_run=True, json=True).facts
    assert sorted(path.name for path in tmp_path.iterdir()) == ["credentials.env", "my_spotify_data.zip"]
    wet = here.imports(tmp_path / "my_spotify_data.zip", json=True).facts
    assert dry == wet | {"written": False}
    assert len(here.lines()) == wet["past_plays"] == wet["past_plays_new"] == len(person.played)


def test_a_hebrew_name_leaves_the_columns_of_verbose_in_their_order(tmp_path: Path) -> None:
    here = desk(tmp_path)
    heard = [one._replace(song=one.song._replace(title="שלום")) for one in Person(3, SINCE).listen(40).heard]
    here.log.write_text("2026-08-16T12:00:00+00:00\tBand\tUnheard of\tAlbum\t3:00\tspotify:track:u\n")
    said = here.imports(here.file("endsong_0.json", [extended(one) for one in heard]), verbose=True)
    assert "  \u2068שלום\u2069  " in said.out


def test_json_has_names_as_they_are_where_the_output_can_show_them(tmp_path: Path) -> None:
    here, out = desk(tmp_path), TextIOWrapper(BytesIO(), encoding="utf-8")
    heard = [one._replace(song=one.song._replace(title="坂本")) for one in Person(3, SINCE).listen(40).heard]
    here.log.write_text("2026-08-16T12:00:00+00:00\tBand\tUnheard of\tAlbum\t3:00\tspotify:track:u\n")
    export = here.file("endsong_0.json", [extended(one) for one in heard])
    assert import_export([export], here.credentials, {}, NOW, Console(out, StringIO()), Wishes(json=True)) == 0
    out.seek(0)
    assert "\\t坂本\\t" in out.read()


def test_a_link_that_leads_to_itself_is_named(tmp_path: Path) -> None:
    here = desk(tmp_path)
    here.past.symlink_to(here.past)
    said = here.imports(here.file("endsong_0.json", [extended(one) for one in Person(3, SINCE).listen(20).heard]))
    assert (said.status, said.out) == (74, "")
    assert said.err.startswith(f"Can't read {here.past}: Too many levels of symbolic links.")


@pytest.mark.slow
def test_many_plays_in_one_second_take_no_longer_than_others(tmp_path: Path) -> None:
    here = desk(tmp_path)
    one = Person(3, SINCE).listen(1).heard[0]
    heard = [
        one._replace(song=one.song._replace(uri=f"spotify:track:{number}", title=str(number)), played_ms=60_000)
        for number in range(20_000)
    ]
    before = process_time()
    assert here.imports(here.file("endsong_0.json", [extended(one) for one in heard])).status == 0
    assert process_time() - before < 10
    assert len(here.lines()) == 20_000


def test_nothing_personal_is_kept_or_shown(tmp_path: Path) -> None:
    personal = {
        "username": "PERSONAL-1",
        "ip_addr_decrypted": "PERSONAL-2",
        "user_agent_decrypted": "PERSONAL-3",
        "platform": "PERSONAL-4",
        "conn_country": "PERSONAL-5",
    }
    here = desk(tmp_path)
    heard = Person(3, SINCE).listen(20).heard
    export = here.file("export.json", [*(extended(one, **personal) for one in heard), personal])
    said = [here.imports(export, verbose=True), here.imports(export, json=True)]
    export.unlink()
    assert "PERSONAL" not in repr(said)
    assert not any(b"PERSONAL" in path.read_bytes() for path in tmp_path.iterdir())
