"""The recipes do what they say, over all parts of the history, with the real tools where they are installed."""

import bz2
import gzip
import json
import lzma
import re
import shutil
import subprocess
from datetime import date
from pathlib import Path

import pytest

from lib.fake_spotify.loopback import Answered, Asked, serve
from tests.support.home import CRON
from tests.support.readme import block

HEROES = '2026-09-22T21:03:12+01:00\tDavid Bowie\t"Heroes"\t"Heroes"\t6:11\tspotify:track:7Jh1bpe76CNTCgdgAdBw4Z\n'
FISHES = (
    "{}T21:10:30-03:30\tRadiohead\tWeird Fishes/ Arpeggi\tIn Rainbows\t5:18\tspotify:track:4wajJ1o7jWIg62YqpkHC7S\n"
)
PRESSURE = (
    "2026-08-01T00:00:00+02:00\tQueen, David Bowie\tUnder Pressure\tHot Space\t4:08\t"
    "spotify:track:11IzgLRXV7Cgek3tEgGgjw\n"
)
EPISODE = (
    "2026-09-23T08:00:00+00:00\tLong Wave\tHow a Bell Is Tuned\t\t1:02:03\tspotify:episode:6kAsbP8pxwaU2kPibKTuHE\n"
)
UNTAGGED = "2026-07-01T23:59:59+00:00\t\tUntagged\t\t\tspotify:local:::Untagged:0\n"
TAPE = "2026-07-01T22:00:00+00:00\tMy old band\tDemo tape\t\t3:07\tspotify:local:My+old+band::Demo+tape:187\n"
SHORT = {name: recipe for recipe, name in re.findall(r"^(.*?) +# (.*)$", block("recipes"), re.MULTILINE)}
"""README's recipes of one line, each by the comment behind it."""


@pytest.fixture
def history(tmp_path: Path) -> Path:
    """A folder with a history in several parts; a line that two of them have is one play."""
    (tmp_path / "history-past.log").write_text(FISHES.format("2020-01-22"))
    (tmp_path / "history-past.log.lock").write_text(" " * 4096)
    (tmp_path / "history.log").write_text(f"# a note\n{HEROES}{EPISODE}2026-11-01T20:0")  # a run died here
    (tmp_path / "history.log.1").write_text(PRESSURE + HEROES)
    (tmp_path / "history.log.2.gz").write_bytes(gzip.compress((TAPE + UNTAGGED).encode()))
    return tmp_path


def cook(name: str, history: Path) -> str:
    """What the recipe prints, typed in the folder `history`."""
    recipe = SHORT.get(name) or block(f"recipe: {name}")
    missing = [tool for tool in ("jq", "sqlite3", "duckdb", "curl") if tool in recipe and not shutil.which(tool)]
    if missing:
        pytest.skip(f"{missing[0]} is not installed")
    path = {"PATH": f"{CRON['PATH']}:{Path(shutil.which('duckdb') or '/').parent}"}
    command = ["sh", "-c", block("recipe: plays") + recipe]
    done = subprocess.run(command, cwd=history, env=path, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


@pytest.mark.parametrize(
    ("name", "said"),
    [
        (
            "your most played artists",
            ["1", "1 David Bowie", "1 Long Wave", "1 My old band", "1 Queen, David Bowie", "1 Radiohead"],
        ),
        (
            "your most played tracks",
            [
                *("1 Untagged", '1 David Bowie "Heroes"', "1 Long Wave How a Bell Is Tuned"),
                *(
                    "1 My old band Demo tape",
                    "1 Queen, David Bowie Under Pressure",
                    "1 Radiohead Weird Fishes/ Arpeggi",
                ),
            ],
        ),
        ("plays by hour of the day, where you were", ["1 00", "1 08", "2 21", "1 22", "1 23"]),
        ("length", ["1 h 20 min"]),
        ("sqlite3", ["2020-01 1 1", "2026-07 2 2", "2026-08 1 1", "2026-09 2 2"]),
        (
            "duckdb",
            [
                *("David Bowie,0.1", "Long Wave,1.0", "My old band,0.1", "NULL,NULL", '"Queen, David Bowie",0.1'),
                *("Radiohead,0.1", "artists,hours"),
            ],
        ),
    ],
    ids=["artists", "tracks", "hours", "length", "sqlite3", "duckdb"],
)
def test_a_recipe_counts_every_part_of_the_history_once(history: Path, name: str, said: list[str]) -> None:
    shown = [" ".join(line.split()) for line in cook(name, history).splitlines()]
    assert sorted(shown) == sorted(said)


def test_what_was_played_most_comes_first(history: Path) -> None:
    (history / "history.log.3").write_text("".join(FISHES.format(f"2020-01-{day}") for day in range(10, 30)))
    assert cook("your most played artists", history).split()[:2] == ["20", "Radiohead"]


def test_this_month_is_the_month_of_today(history: Path) -> None:
    (history / "history.log.3").write_text(FISHES.format(date.today().isoformat()))  # noqa: DTZ011 - as `date` says
    assert cook("this month's artists", history).split() == ["1", "Radiohead"]


@pytest.mark.parametrize(
    ("suffix", "tool", "pack"),
    [(".bz2", "bzcat", bz2.compress), (".xz", "xzcat", lzma.compress), (".zst", "zstd", None)],
    ids=["bz2", "xz", "zst"],
)
def test_parts_compressed_in_other_ways_are_read_too(history: Path, suffix: str, tool: str, pack: object) -> None:
    if not shutil.which(tool):
        pytest.skip(f"{tool} is not installed")
    part, content = history / f"history.log.3{suffix}", FISHES.format("2021-01-22").encode()
    if callable(pack):
        part.write_bytes(pack(content))
    else:
        part.write_bytes(subprocess.run([tool, "-c"], input=content, capture_output=True, check=True).stdout)
    assert "2 Radiohead" in " ".join(cook("your most played artists", history).split())


def test_jq_makes_an_object_of_each_play(history: Path) -> None:
    plays = [json.loads(line) for line in cook("jq", history).splitlines()]
    assert len(plays) == 6
    assert plays[-1] == {
        "started_at": "2026-09-23T08:00:00+00:00",
        "artists": "Long Wave",
        "title": "How a Bell Is Tuned",
        "album": "",
        "length": "1:02:03",
        "uri": "spotify:episode:6kAsbP8pxwaU2kPibKTuHE",
    }


def heroes(listened_at: int) -> dict[str, object]:
    """The listen of that time, as https://listenbrainz.readthedocs.io/en/latest/users/json.html describes one."""
    url = "https://open.spotify.com/track/7Jh1bpe76CNTCgdgAdBw4Z"
    return {
        "listened_at": listened_at,
        "track_metadata": {
            "artist_name": "David Bowie",
            "track_name": '"Heroes"',
            "release_name": '"Heroes"',
            "additional_info": {
                "submission_client": "spotify-listening-history",
                "music_service": "spotify.com",
                "spotify_id": url,
                "origin_url": url,
                "duration_ms": 371_000,
            },
        },
    }


def test_listenbrainz_gets_the_music_by_the_fields_it_documents(history: Path) -> None:
    cook("listenbrainz", history)
    (document,) = map(json.loads, (history / "listens.jsonl").read_text().splitlines())
    assert document["listen_type"] == "import"
    names = [listen["track_metadata"]["track_name"] for listen in document["payload"]]
    assert names == ["Weird Fishes/ Arpeggi", "Demo tape", "Under Pressure", '"Heroes"'], "neither podcast nor unnamed"
    assert [listen["listened_at"] for listen in document["payload"][:3]] == [
        1_579_740_030,
        1_782_943_200,
        1_785_535_200,
    ]
    assert document["payload"][3] == heroes(1_790_107_392)
    assert document["payload"][1]["track_metadata"] == {
        "artist_name": "My old band",
        "track_name": "Demo tape",
        "additional_info": {"submission_client": "spotify-listening-history", "duration_ms": 187_000},
    }, "what isn't known is left out"


@pytest.mark.slow
def test_listenbrainz_gets_at_most_a_thousand_plays_at_once(history: Path) -> None:
    times = [f"T{number // 60:02}:{number % 60:02}:00+01:00\t" for number in range(1_200)]
    (history / "history.log.3").write_text("".join(HEROES.replace("T21:03:12+01:00\t", time) for time in times))
    cook("listenbrainz", history)
    documents = [json.loads(line) for line in (history / "listens.jsonl").read_text().splitlines()]
    assert [len(document["payload"]) for document in documents] == [1_000, 204]


def test_each_document_for_listenbrainz_is_sent_with_the_token(history: Path) -> None:
    if not shutil.which("curl"):
        pytest.skip("curl is not installed")
    asked: list[Asked] = []

    def answer(one: Asked) -> Answered:
        asked.append(one)
        return Answered(200, {"status": "ok"})

    (history / "listens.jsonl").write_text('{"listen_type": "import", "payload": ["a\\\\nb"]}\n{"second": 2}\n')
    (history / "listenbrainz-token").write_text("Authorization: Token t0ken\n")
    with serve(answer) as url:
        send = re.sub(r"https://api\.listenbrainz\.org", url, block("recipe: listenbrainz send"))
        subprocess.run(["sh", "-c", send], cwd=history, env=CRON, capture_output=True, check=True)
    assert [(one.method, one.path, one.headers["authorization"]) for one in asked] == [
        ("POST", "/1/submit-listens", "Token t0ken")
    ] * 2
    assert [one.body for one in asked] == [
        '{"listen_type": "import", "payload": ["a\\\\nb"]}\n',
        '{"second": 2}\n',
    ]
