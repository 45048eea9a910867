"""What isn't an export, or a broken or hostile one: one clear line, an exit status, and nothing lost."""

import json
import os
import struct
import zipfile
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.exports import FOLDER, Heard, Song, dump, extended, short, zipped
from tests.support.importing import NOW, Desk, desk

SONG = Song("spotify:track:" + 22 * "s", "Song", "Band", (), "Album", 180_000)
GOOD = extended(Heard(SONG, int(NOW.timestamp()) - 86_400, 180_000))
BEFORE = "2020-01-01T10:00:00+00:00\tBand\tKnown before\tAlbum\t3:00\tspotify:track:before\n"


@pytest.fixture
def here(tmp_path: Path) -> Desk:
    """Where there is a past already."""
    here = desk(tmp_path / "home")
    here.past.write_text(BEFORE)
    return here


def good_zip(path: Path) -> Path:
    return zipped(path, {"Streaming_History_Audio_2026.json": dump([GOOD] * 200)})


def encrypted(path: Path) -> Path:
    """With the flag set that says so, at the file and in the directory."""
    content = bytearray(good_zip(path).read_bytes())
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = content.find(signature)
        while at >= 0:
            content[at + offset] |= 1
            at = content.find(signature, at + 4)
    path.write_bytes(content)
    return path


def cut(path: Path) -> Path:
    path.write_bytes(good_zip(path).read_bytes()[:-100])
    return path


def damaged(path: Path) -> Path:
    content = bytearray(good_zip(path).read_bytes())
    middle = content.find(b"Streaming_History") + 300
    content[middle : middle + 40] = bytes(40)
    path.write_bytes(content)
    return path


def bomb(path: Path) -> Path:
    """3.5 GiB in 60 files, says its directory."""
    with zipfile.ZipFile(path, "w") as whole:
        for number in range(60):
            whole.writestr(f"Streaming_History_Audio_{number}.json", b"[]")
    return lying(path, 60 << 20)


def one_large(path: Path) -> Path:
    with zipfile.ZipFile(path, "w") as whole:
        whole.writestr("Streaming_History_Audio_1.json", b"[]")
    return lying(path, 300 << 20)


def liar(path: Path) -> Path:
    """A file that would unpack to more than it says."""
    return lying(good_zip(path), 100)


def lying(path: Path, size: int) -> Path:
    """The zip with that size in the directory for each file of the history."""
    content = bytearray(path.read_bytes())
    at = content.find(b"PK\x01\x02")
    while at >= 0:
        if b"Streaming" in content[at + 46 : at + 46 + 90]:
            content[at + 24 : at + 28] = struct.pack("<I", size)
        at = content.find(b"PK\x01\x02", at + 4)
    path.write_bytes(content)
    return path


def climbing(path: Path) -> Path:
    return zipped(path, {"Streaming_History_Audio_2026.json": dump([GOOD])}, folder="../../home")


def account_data(path: Path) -> Path:
    personal = {"Playlist1.json": b"not even JSON", "Userdata.json": b"{}", "YourLibrary.json": b"{}"}
    return zipped(path, personal, folder="MyData")


def text(content: bytes) -> Callable[[Path], Path]:
    def write(path: Path) -> Path:
        path.write_bytes(content)
        return path

    return write


def empty_folder(path: Path) -> Path:
    path.mkdir()
    (path / "Playlist1.json").write_text("[]")
    return path


def zip_in_a_folder(path: Path) -> Path:
    path.mkdir()
    good_zip(path / "my_spotify_data.zip")
    return path


def pipe(path: Path) -> Path:
    os.mkfifo(path)
    return path


def many(what: bytes) -> Callable[[Path], Path]:
    """So many that they take a dozens of times the memory that their file does."""

    def write(path: Path) -> Path:
        path.write_bytes(b"[" + (what + b",") * 6_000_000 + what + b"]")
        return path

    return write


def packed(method: int) -> Callable[[Path], Path]:
    """A damaged zip of a compression that Spotify doesn't use."""

    def write(path: Path) -> Path:
        with zipfile.ZipFile(path, "w", method) as whole:
            whole.writestr("endsong_0.json", dump([GOOD] * 200))
        content = bytearray(path.read_bytes())
        content[80:120] = bytes(40)
        path.write_bytes(content)
        return path

    return write


def unknown_packing(path: Path) -> Path:
    content = bytearray(good_zip(path).read_bytes())
    for signature, offset in ((b"PK\x03\x04", 8), (b"PK\x01\x02", 10)):
        at = content.find(signature)
        while at >= 0:
            content[at + offset] = 77
            at = content.find(signature, at + 4)
    path.write_bytes(content)
    return path


BAD = [
    pytest.param(lambda path: path, 2, "isn't there", id="no such file"),
    pytest.param(pipe, 2, "isn't a file or a folder", id="a pipe"),
    pytest.param(text(b"Rar!\x1a\x07"), 2, "neither a zip nor JSON", id="not a zip"),
    pytest.param(text(b""), 2, "neither a zip nor JSON", id="an empty file"),
    pytest.param(account_data, 2, "Extended streaming history", id="account data only"),
    pytest.param(empty_folder, 2, "Extended streaming history", id="a folder without the history"),
    pytest.param(zip_in_a_folder, 2, "/export/my_spotify_data.zip", id="a folder with the zip in it"),
    pytest.param(encrypted, 2, "is encrypted", id="an encrypted zip"),
    pytest.param(cut, 2, "Download it again", id="a truncated zip"),
    pytest.param(damaged, 2, "is broken at", id="a damaged zip"),
    pytest.param(unknown_packing, 2, "can't unpack", id="an unknown compression"),
    pytest.param(packed(zipfile.ZIP_LZMA), 2, "can't unpack", id="LZMA"),
    pytest.param(packed(zipfile.ZIP_BZIP2), 2, "can't unpack", id="bzip2"),
    pytest.param(bomb, 2, "would unpack to 3,600 MiB", id="a bomb"),
    pytest.param(one_large, 2, "would unpack to 300 MiB", id="one file too large"),
    pytest.param(many(b"{}"), 2, "too many objects", id="too many objects"),
    pytest.param(many(b"99"), 2, "too many objects", id="too many numbers"),
    pytest.param(liar, 2, "is broken at", id="a zip that lies on sizes"),
    pytest.param(climbing, 2, "leads out of it", id="paths that climb out"),
    pytest.param(text(dump([GOOD])[:-20]), 76, "isn't whole JSON", id="JSON cut off"),
    pytest.param(text(b'{"ts": 1}'), 76, "no streaming history", id="an object"),
    pytest.param(text(b'[{"playlists": []}, 3]'), 76, "no streaming history", id="an array of something else"),
    pytest.param(text(b"[" * 100_000), 76, "isn't whole JSON", id="JSON without an end"),
    pytest.param(text(b'["\xff"]'), 76, "isn't whole JSON", id="not UTF-8"),
]


@pytest.mark.parametrize(("make", "status", "words"), BAD)
def test_bad_input_is_one_clear_line_and_changes_nothing(
    here: Desk, tmp_path: Path, make: Callable[[Path], Path], status: int, words: str
) -> None:
    good = good_zip(tmp_path / "good.zip")
    for paths in ([make(tmp_path / "export")], [good, tmp_path / "export"]):
        said = here.imports(*paths)
        assert (said.status, said.out) == (status, "")
        assert words in said.err
        assert said.err.count("\n") == 1
        assert here.past.read_text() == BEFORE
        assert {path.name for path in here.folder.iterdir()} == {"credentials.env", "history-past.log"}


def test_files_of_an_archiver_and_personal_ones_are_not_opened(here: Desk, tmp_path: Path) -> None:
    contents = {
        "Streaming_History_Audio_2026.json": dump([GOOD]),
        "Streaming_History_Video_2026.json": dump([extended(Heard(SONG, int(NOW.timestamp()) - 9000, 180_000))]),
        "Userdata.json": b"personal",
        "._Streaming_History_Audio_2026.json": b"\x00\x05\x16\x07",
    }
    export = zipped(tmp_path / "export.zip", contents)
    with zipfile.ZipFile(export, "a") as archive:
        archive.mkdir("Streaming_History_Audio_2026.json")
    said = here.imports(export, json=True)
    assert (said.status, said.facts["files"], said.facts["streams"]) == (0, 2, 2)


@pytest.mark.parametrize(
    ("name", "objects"),
    [
        (f"{FOLDER}/Streaming_History_Audio_2023-2024_3.json", [GOOD]),
        (f"{FOLDER}/Streaming_History_Video_2023.json", [GOOD]),
        ("MyData/endsong_0.json", [GOOD]),
        ("MyData/StreamingHistory0.json", [short(Heard(SONG, int(NOW.timestamp()) - 9000, 180_000))]),
        ("MyData/StreamingHistory_music_0.json", [short(Heard(SONG, int(NOW.timestamp()) - 9000, 180_000))]),
        (
            "MyData/StreamingHistory_podcast_0.json",
            [{"endTime": "2026-11-01 10:00", "podcastName": "P", "episodeName": "E", "msPlayed": 60_000}],
        ),
        (
            "MyData/StreamingHistory_audiobook_0.json",
            [{"endTime": "2026-11-01 10:00", "audiobookName": "B", "chapterName": "C", "msPlayed": 60_000}],
        ),
        (
            "MyData/StreamingHistory_audiobook_1.json",
            [{"endTime": "2026-11-01 10:00", "audiobookName": "B", "authorName": "A", "msPlayed": 60_000}],
        ),
    ],
)
def test_all_names_that_spotify_has_used_are_known(here: Desk, tmp_path: Path, name: str, objects: list[Any]) -> None:
    folder = tmp_path / "unpacked"
    (folder / name).parent.mkdir(parents=True)
    (folder / name).write_bytes(b"\xef\xbb\xbf" + dump(objects))
    assert here.imports(folder).status == 0
    assert len(here.lines()) == 2


def test_a_zip_made_on_windows_is_read(here: Desk, tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "export.zip", "w") as archive:
        archive.writestr(f"{FOLDER}\\Streaming_History_Audio_2026.json", dump([GOOD]))
    assert here.imports(tmp_path / "export.zip").status == 0
    assert len(here.lines()) == 2


FIELDS = [name for name in GOOD if name not in ("platform", "conn_country", "ip_addr", "shuffle", "skipped")]
WRONG: list[Any] = [[], {}, 3.5, "\ud800", True, -1, 10**30, "x" * 5000, {"a": [None]}]


@pytest.mark.parametrize("field", FIELDS)
def test_a_wrong_type_in_any_field_costs_that_object_at_most(here: Desk, field: str) -> None:
    objects = [GOOD, *(GOOD | {"ts": "2026-11-01T00:00:00Z", field: wrong} for wrong in WRONG)]
    said = here.imports(here.file("endsong_0.json", objects), json=True)
    assert (said.status, said.err) == (0, "")
    assert datetime.fromisoformat(str(GOOD["ts"])) - timedelta(minutes=3) in here.starts()
    assert all(len(line) == 6 for line in here.lines())


def test_one_odd_object_is_skipped_counted_and_named(here: Desk) -> None:
    objects: list[Any] = [extended(Heard(SONG, 1_700_000_000 + 200 * number, 180_000)) for number in range(3000)]
    objects[1234] = {"ts": None}
    said = here.imports(here.file("endsong_0.json", objects))
    assert said.status == 0
    assert "endsong_0.json, object 1234\n" in said.out
    assert len(here.lines()) == 3000


def test_of_many_odd_objects_some_are_named_and_all_counted(here: Desk) -> None:
    export = here.file("endsong_0.json", [GOOD] + [0] * 250)
    facts = here.imports(export, json=True).facts
    assert (facts["odd_objects"], len(facts["odd"])) == (250, 100)
    assert "object 3\n    and 247 more\n" in here.imports(export).out


def test_names_cannot_break_a_line_or_steer_a_terminal(here: Desk) -> None:
    names = {
        "master_metadata_track_name": "a\tb\nc\x1b[2Jd",
        "master_metadata_album_artist_name": "\u202eevil\r",
        "master_metadata_album_album_name": "\x00\x9b",
        "spotify_track_uri": "spotify:track:\t1",
    }
    said = here.imports(here.file("endsong_0.json", [GOOD | names]), verbose=True)
    line = next(line for line in here.lines() if "Known" not in line[2])
    assert line[1:] == ["evil ", "a b c\ufffd[2Jd", "\ufffd\ufffd", "3:00", "spotify:track: 1"]
    assert "\x1b" not in said.out


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(list(GOOD)), inner, max_size=4),
    max_leaves=8,
)
CHANGED = st.dictionaries(st.sampled_from([*GOOD, "endTime", "msPlayed"]), JSON, max_size=4)
ODD = CHANGED.map(lambda changed: GOOD | changed)


@settings(max_examples=60, deadline=None)
@given(content=st.lists(ODD | JSON, max_size=6).map(lambda value: json.dumps(value).encode()) | st.binary(max_size=80))
@pytest.mark.slow
def test_fuzzed_exports_never_end_in_a_traceback_or_half_a_file(content: bytes) -> None:
    with TemporaryDirectory() as folder:
        here = desk(Path(folder))
        here.past.write_text(BEFORE)
        (here.folder / "endsong_0.json").write_bytes(content)
        said = here.imports(here.folder / "endsong_0.json")
        assert said.status in (0, 2, 76)
        assert said.err.count("\n") == (said.status != 0)
        assert BEFORE in here.past.read_text()
        assert all(len(line) == 6 for line in here.lines())


@settings(max_examples=60, deadline=None)
@given(where=st.integers(0, 10**6), what=st.binary(min_size=1, max_size=4))
@pytest.mark.slow
def test_a_zip_with_any_byte_changed_never_ends_in_a_traceback(where: int, what: bytes) -> None:
    with TemporaryDirectory() as folder:
        here = desk(Path(folder))
        export = good_zip(here.folder / "export.zip")
        content = bytearray(export.read_bytes())
        where %= len(content)
        content[where : where + len(what)] = what
        export.write_bytes(content)
        assert here.imports(export).status in (0, 2, 76)
