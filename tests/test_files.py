"""The files, each by itself: what was written is what is read, and what can't be is told by name, with a remedy."""

import bz2
import errno
import gzip
import lzma
import os
import resource
import shlex
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event, Thread
from zlib import crc32

import pytest

from lib.alerts import ROOM
from lib.disk import atomic_write, credentials, files, history_log, history_parts, run_state, token_store
from lib.disk.credentials import lock_file
from lib.disk.files import disk_error
from lib.disk.lock import Lock, read_note
from lib.disk.past_file import Contents, PastFile
from lib.disk.run_state import State
from lib.disk.token_store import Token
from lib.errors import BusyError, DiskError, NotAuthorizedError, ProgramError, SettingsError, TokenRejectedError
from lib.plays.items import Item
from lib.plays.model import Current, Line, Memory
from lib.secret import Secret
from lib.text import length
from tests.support.clockwork import clockwork_in

NOON_MS = 1_795_435_200_000
SONG = Item("spotify:track:song", "Song", "Band, Guest", "Album", 318_000)
TALK = Item("spotify:episode:talkX", "Talk", "Show", "", 3_723_000)
TAPE = Item("", "Tape", "", "", None)
BOOTSTRAPPED = datetime(2026, 6, 1, 12, tzinfo=UTC)
TOKEN = Token(Secret("first"), "a-scope", "an-app", BOOTSTRAPPED)


@contextmanager
def no_file_larger_than(size: int) -> Iterator[None]:
    """As `ulimit -f`, but to the byte: a write that would pass the limit is cut off there, and the next one fails."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


# The log


@pytest.mark.parametrize(
    ("duration_ms", "shown"),
    [
        (None, ""), (0, "0:00"), (999, "0:00"), (59_999, "0:59"), (60_000, "1:00"), (318_000, "5:18"),
        (600_500, "10:00"), (3_599_999, "59:59"), (3_600_000, "1:00:00"), (3_723_000, "1:02:03"),
        (36_000_000, "10:00:00"),
    ],
)  # fmt: skip
def test_a_length_is_written_as_on_a_sleeve(duration_ms: int | None, shown: str) -> None:
    assert length(duration_ms) == shown


def test_a_line_has_six_columns_and_begins_with_a_whole_second() -> None:
    fields = history_log.line(SONG, NOON_MS + 999).split("\t")
    assert fields[1:] == ["Band, Guest", "Song", "Album", "5:18", "spotify:track:song"]
    assert datetime.fromisoformat(fields[0]).timestamp() == NOON_MS // 1000
    assert "." not in fields[0]


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_lines_are_read_back_and_anything_else_is_left_out(tmp_path: Path, end: str) -> None:
    log = tmp_path / "history.log"
    lines = [history_log.line(item, NOON_MS + number * 1000) for number, item in enumerate((SONG, TALK, TAPE))]
    rest = ["# a remark", "", "a\tb\tc\td\te\tf", f"{lines[0]}\tmore", lines[0].replace("5:18", "five"), lines[0][:40]]
    log.write_bytes("".join(f"{line}{end}" for line in [*lines, *rest]).encode())
    with log.open("ab") as file:
        file.write(b"a line from elsewhere: \xff\xfe\n")
    starts_ms = (NOON_MS, NOON_MS + 1000, NOON_MS + 2000)
    assert history_log.recent(log) == list(zip((SONG.identity, TALK.identity, TAPE.identity), starts_ms, strict=True))


def test_an_end_without_a_line_is_an_empty_one(tmp_path: Path) -> None:
    log = tmp_path / "history.log"
    with log.open("wb") as file:
        file.truncate(1 << 30)
    assert history_log.recent(log) == []


def test_a_line_longer_than_the_end_that_is_read_is_read_whole(tmp_path: Path) -> None:
    log = tmp_path / "history.log"
    long = replace(SONG, title="Song" * 100_000)
    history_log.append(log, [history_log.line(SONG, NOON_MS), history_log.line(long, NOON_MS)])
    assert history_log.recent(log)[-1] == (long.identity, NOON_MS)


def test_hundreds_of_lines_at_the_end_are_read(tmp_path: Path) -> None:
    log = tmp_path / "history.log"
    history_log.append(log, [history_log.line(SONG, NOON_MS + number * 1000) for number in range(2000)])
    assert 500 < len(history_log.recent(log)) < 1000


PACKERS: dict[str, Callable[[bytes], bytes]] = {
    "": bytes, ".1": bytes, ".2.gz": gzip.compress, ".3.bz2": bz2.compress, ".4.xz": lzma.compress,
}  # fmt: skip


@pytest.mark.parametrize("name", ["history.log", "plays", "plays [2].l[o]g"])
def test_every_part_of_the_history_is_found_and_unpacked(tmp_path: Path, name: str) -> None:
    for number, (ending, pack) in enumerate(PACKERS.items()):
        (tmp_path / f"{name}{ending}").write_bytes(pack(b"%d \xff X\t\r\n" % number))
    for other in ("history.log.tmp", "plays.html", "history.txt", "other.log", "history.log.5.gz/a-folder"):
        (tmp_path / other).parent.mkdir(exist_ok=True)
        (tmp_path / other).write_text("no part of it\n")
    read = [line for part in history_parts.parts(tmp_path / name) for line in history_parts.lines(part)]
    assert read == [f"{number} \ufffd X\t" for number in range(5)]


@pytest.mark.parametrize("ending", [".gz", ".bz2", ".xz"])
@pytest.mark.parametrize(
    "damage",
    [lambda packed: b"damaged", lambda packed: packed[:-9], lambda packed: packed[:10] + b"\xff" * 99],
    ids=["garbage", "cut off", "overwritten"],
)
def test_a_part_that_is_damaged_is_named(tmp_path: Path, ending: str, damage: Callable[[bytes], bytes]) -> None:
    (pack,) = [pack for name, pack in PACKERS.items() if name.endswith(ending)]
    part = tmp_path / f"history.log{ending}"
    part.write_bytes(damage(pack(b"a line\n" * 99)))
    with pytest.raises(DiskError, match=f"^Can't read {part}: "):
        list(history_parts.lines(part))


def test_a_part_that_went_away_and_a_folder_that_cannot_be_are_named(tmp_path: Path) -> None:
    with pytest.raises(DiskError, match=f"^Can't read {tmp_path}/history.log.1: No such file or directory.$"):
        next(history_parts.lines(tmp_path / "history.log.1"))
    long = tmp_path / ("x" * 300)
    with pytest.raises(DiskError, match=f"^Can't read {long}: File name too long.$"):
        history_parts.parts(long / "history.log")


@pytest.mark.parametrize("ending", [".zst", ".zip", ".7z"])
def test_a_part_that_cannot_be_unpacked_says_what_to_do(tmp_path: Path, ending: str) -> None:
    part = tmp_path / f"history.log.1{ending}"
    part.write_bytes(b"")
    with pytest.raises(DiskError) as caught:
        list(history_parts.lines(part))
    assert caught.value.what == f"Can't read {part}: this program can't unpack {ending}."
    assert caught.value.remedy == "Unpack it, or compress it with gzip, bzip2 or xz."


# The past


def test_the_past_changes_only_where_an_import_changes_it(tmp_path: Path) -> None:
    past = PastFile(tmp_path / "history.log")
    assert past.read() == Contents(None, None)
    past.replace(Contents(None, None), Contents(b"past", b"streams"))
    before = past.path.stat().st_mtime_ns
    past.replace(Contents(b"past", b"streams"), Contents(b"past", b"more"))
    past.replace(Contents(b"past", b"more"), Contents(None, None))
    assert past.read() == Contents(b"past", b"more")
    assert past.path.stat().st_mtime_ns == before


def test_two_imports_at_once_are_told_apart(tmp_path: Path) -> None:
    past = PastFile(tmp_path / "history.log")
    none, some = Contents(None, None), Contents(b"past", b"streams")
    with Lock(tmp_path / "history-past.log.lock") as other:
        other.take()
        with pytest.raises(BusyError, match=r"^Another run hasn't finished yet"):
            past.replace(none, some)
    past.replace(none, some)
    with pytest.raises(BusyError) as changed:
        past.replace(none, Contents(b"other", b"other"))
    assert (changed.value.what, changed.value.remedy) == ("Another import changed the past meanwhile.", "Try again.")
    assert past.read() == some


def test_a_folder_instead_of_the_past_is_named(tmp_path: Path) -> None:
    past = PastFile(tmp_path / "history.log")
    past.path.mkdir()
    with pytest.raises(DiskError) as caught:
        past.read()
    assert (caught.value.what, caught.value.remedy) == (f"{past.path} isn't a regular file.", "Move it away.")


# What is added


def test_lines_are_appended_and_an_unfinished_one_is_ended_first(tmp_path: Path) -> None:
    log = tmp_path / "history.log"
    assert history_log.append(log, ["one", "two"]) == len("one\ntwo\n")
    assert log.stat().st_mode & 0o777 == 0o600
    assert history_log.append(log, ["three"]) == len("one\ntwo\nthree\n")
    log.write_bytes(log.read_bytes() + b"fo")
    assert history_log.append(log, ["five"]) == log.stat().st_size
    assert log.read_bytes() == b"one\ntwo\nthree\nfo\nfive\n"


def test_a_line_that_does_not_fit_leaves_no_half_of_itself(tmp_path: Path) -> None:
    log = tmp_path / "history.log"
    history_log.append(log, ["one"])
    with no_file_larger_than(10), pytest.raises(DiskError, match=f"^Can't write {log}: File too large"):
        history_log.append(log, ["a line that is longer than there is room for"])
    assert log.read_bytes() == b"one\n"


# Any file


@pytest.mark.parametrize("look", [files.read, lambda path: files.read(path, 9), files.size])
def test_a_missing_file_is_empty_and_an_impossible_one_is_named(tmp_path: Path, look: Callable[[Path], object]) -> None:
    assert not look(tmp_path / "none")
    (tmp_path / "file").write_text("")
    assert not look(tmp_path / "file")
    path = tmp_path / "file" / "below"
    with pytest.raises(DiskError, match=f"^Can't read {path}: Not a directory") as caught:
        look(path)
    assert caught.value.remedy == "A part of that path isn't a folder; correct the path."


@pytest.mark.parametrize("write", [token_store.check, atomic_write.adopt])
def test_a_file_that_cannot_be_written_is_named(tmp_path: Path, write: Callable[[Path], None]) -> None:
    path = tmp_path / "gone" / "token.json"
    with pytest.raises(DiskError, match=f"^Can't write {path}.*: No such file") as caught:
        write(path)
    assert caught.value.remedy == f"Create the folder: mkdir -p {path.parent}"


def test_trying_whether_a_token_can_be_saved_changes_nothing(tmp_path: Path) -> None:
    token_store.check(tmp_path / "token.json")
    assert list(tmp_path.iterdir()) == []
    token_store.save(tmp_path / "token.json.tmp", TOKEN)  # as a run of the job does meanwhile
    token_store.check(tmp_path / "token.json")
    assert token_store.load(tmp_path / "token.json", "an-app") == TOKEN


@pytest.mark.parametrize("key", ["HISTORY_LOG", "TOKEN_FILE", "STATE_FILE"])
@pytest.mark.parametrize("value", ["folder", "/"])
def test_a_folder_instead_of_a_file_is_named(tmp_path: Path, key: str, value: str) -> None:
    env = tmp_path / "credentials.env"
    env.write_text(f"SPOTIFY_CLIENT_ID=abc\n{key}={value}\n")
    (tmp_path / "folder").mkdir()
    with pytest.raises(DiskError) as caught:
        credentials.load(env, {})
    assert caught.value.what == f"{tmp_path / value} isn't a regular file."
    assert caught.value.remedy == f"Name another file in {env}."


ODD: dict[str, Callable[[Path], object]] = {
    "no token": lambda path: token_store.load(path, "an-app"),
    "no token in it": lambda path: token_store.load(written(path, ""), "an-app"),
    "another user's token": lambda path: token_store.load(given_away(written(path, "")), "an-app"),
    "another app's token": lambda path: token_store.load(written(path, '{"refresh_token": "AQ"}'), "an-app"),
    "no credentials": lambda path: credentials.load(path, {}),
    "no folder": lambda path: credentials.load(path / "credentials.env", {}),
    "a folder": lambda path: credentials.load(path.parent, {}),
    "a link to nowhere": lambda path: credentials.load(linked(path), {}),
    "wrong settings": lambda path: credentials.load(written(path, ""), {}),
    "a folder as log": lambda path: credentials.load(written(path, "SPOTIFY_CLIENT_ID=abc\nHISTORY_LOG=."), {}),
    "no such folder": lambda path: files.append(path / "history.log", b""),
    "can't be unpacked": lambda path: next(history_parts.lines(path.with_suffix(".zst"))),
    "a folder as past": lambda path: PastFile(path.with_name("history.log")).read(),
    "locked": lambda path: take_twice(path),  # noqa: PLW0108 - it stands below
}


def written(path: Path, text: str) -> Path:
    path.write_text(text)
    return path


def take_twice(path: Path) -> None:
    with Lock(path) as first, Lock(path) as second:
        first.take()
        second.take()


def given_away(path: Path) -> Path:
    try:
        os.chown(path, 54_321, -1)
    except OSError as error:
        pytest.skip(f"only root can give a file away: {error}")
    return path


def linked(path: Path) -> Path:
    path.symlink_to("nowhere")
    return path


@pytest.mark.parametrize("name", ODD)
def test_an_odd_path_controls_no_terminal_and_breaks_no_command(tmp_path: Path, name: str) -> None:
    folder = tmp_path / "it's\x1b[2J mine"
    (folder / "history-past.log").mkdir(parents=True)
    with pytest.raises(ProgramError) as caught:
        ODD[name](folder / "file")
    assert f"{caught.value.what}{caught.value.remedy}".isprintable()
    words = shlex.split(caught.value.remedy.partition(": ")[2])
    assert not [word for word in words if "mine" in word and "/it's\ufffd[2J mine" not in word]


@pytest.mark.parametrize(("mode", "others"), [(0o600, False), (0o700, False), (0o640, True), (0o604, True)])
def test_who_can_read_a_file_is_known(tmp_path: Path, mode: int, others: bool) -> None:
    path = tmp_path / "file"
    path.write_text("")
    path.chmod(mode)
    assert bool(files.readable_by_others([path, tmp_path / "none"])) is others


@pytest.mark.parametrize(
    ("error", "remedy"),
    [
        (errno.ENOENT, "See: ls -ld {folder} {folder}/file"),
        (errno.ENOSPC, "Free some space on that disk: df -h {folder}"),
        (errno.EDQUOT, "Free some space in your quota: quota -s"),
        (errno.EROFS, "Find out why the file system is read-only: dmesg | tail"),
        (errno.ELOOP, "It must not be a symbolic link; see: ls -l {folder}/file"),
        (errno.ENOLCK, "Its file system can't lock files; move credentials.env to a local disk."),
        (errno.EACCES, f"Make both yours, as root: chown {os.geteuid()} {{folder}} {{folder}}/file"),
        (errno.EPERM, f"Make both yours, as root: chown {os.geteuid()} {{folder}} {{folder}}/file"),
        (errno.EMFILE, "See: ls -ld {folder} {folder}/file"),
        (None, "See: ls -ld {folder} {folder}/file"),
    ],
)
def test_an_error_of_the_disk_comes_with_the_command_that_helps(tmp_path: Path, error: int | None, remedy: str) -> None:
    told = disk_error(tmp_path / "file", "read", OSError(error, "") if error else OSError())
    why = os.strerror(error) if error else "its content is damaged"
    assert told.what == f"Can't read {tmp_path}/file: {why}."
    assert told.remedy == remedy.replace("{folder}", str(tmp_path))


def test_a_failing_disk_is_reported_though_the_folder_is_gone(tmp_path: Path) -> None:
    told = disk_error(tmp_path / "gone" / "file", "write", OSError(errno.EIO, ""))
    assert told.remedy == "The disk is failing; see: dmesg | tail"


# The state and the note


def test_what_a_run_remembers_is_what_the_next_one_knows(tmp_path: Path) -> None:
    path = tmp_path / "state.json"
    line = Line(SONG.identity, 1, 2, 3, 4, 5, 6, 7)
    memory = Memory(Current(line, 5, 6, paused=True, gone_ms=7), lines=(line,), entries=((7, SONG.uri),), checked_ms=8)
    for state in (State(), State(memory, 9, 10), State(replace(memory, current=None), 9)):
        run_state.save(path, state)
        assert run_state.load(path) == state
        assert path.stat().st_mode & 0o777 == 0o600
        assert b" " not in path.read_bytes(), "it's read and written each minute, so it's as small as it can be"
    assert os.listdir(tmp_path) == ["state.json"]  # noqa: PTH208


def test_a_note_replaces_the_last_and_the_lock_file_never_grows(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    for note in (b"a first note, and rather long", b"second", b"x" * (ROOM + 9), b"fourth", b""):
        with Lock(path) as held:
            held.take()
            held.note(note)
        assert read_note(path) == note[:ROOM]
        assert path.stat().st_size == ROOM


@pytest.mark.parametrize("room", [0, 100], ids=["none", "a part"])
def test_a_lock_without_room_for_its_note_locks_all_the_same(tmp_path: Path, room: int) -> None:
    path = tmp_path / "lock"
    with no_file_larger_than(room), Lock(path) as held:
        held.take()
        held.note(b"a note")
    assert read_note(path) == (b"a note" if room else b"")


def test_a_lock_file_from_a_full_disk_gets_its_room_later(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    path.write_bytes(b"a note")
    with Lock(path):
        pass
    assert (read_note(path), path.stat().st_size) == (b"a note", ROOM)


def test_a_lock_is_private_and_takes_its_room_at_once(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    with Lock(path):
        assert (path.stat().st_mode & 0o777, path.stat().st_size) == (0o600, ROOM)
    before = path.stat().st_mtime_ns
    with Lock(path):
        assert path.stat().st_mtime_ns == before, "a run without news writes nothing"
    assert lock_file(tmp_path / "credentials.env") == tmp_path / "credentials.env.lock"


def test_credentials_that_are_a_folder_are_named(tmp_path: Path) -> None:
    with pytest.raises(SettingsError) as caught:
        credentials.load(tmp_path, {})
    assert caught.value.what == f"{tmp_path} is a folder."
    assert caught.value.remedy == "Name the file itself: --credentials FILE"


def test_a_file_system_that_cannot_lock_is_named_by_the_file(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    with Lock(path) as lock:
        os.close(lock._fd)
        with pytest.raises(DiskError, match=f"^Can't lock {path}: Bad file descriptor"):
            lock.take()
        lock._fd = -1


def test_one_holds_the_lock_and_who_waits_gets_it_next(tmp_path: Path) -> None:
    path, got = tmp_path / "lock", Event()

    def wait() -> None:
        with Lock(path) as waiting:
            waiting.take(wait=True)
            got.set()

    thread = Thread(target=wait, daemon=True)
    with Lock(path) as first:
        first.take()
        with Lock(path) as second, pytest.raises(BusyError):
            second.take()
        thread.start()
        assert not got.wait(0.05)
    assert got.wait(5)
    thread.join()


def test_a_folder_is_no_lock_and_has_no_note(tmp_path: Path) -> None:
    with Lock(tmp_path) as lock, pytest.raises(DiskError, match=f"^Can't write {tmp_path}: Is a directory"):
        lock.take()
    os.fstat(1)  # what was never opened is not closed in another's stead
    (tmp_path / "file").write_text("")
    assert read_note(tmp_path / "file" / "below") == b""


def test_a_state_that_was_changed_or_is_too_new_is_lost(tmp_path: Path) -> None:
    path = tmp_path / "state.json"
    run_state.save(path, State(log_size=12345))
    saved = path.read_bytes()
    path.write_bytes(saved.replace(b"12345", b"12346"))
    assert run_state.load(path) == State()
    other = saved.partition(b"\n")[0].replace(b'"version":2', b'"version":3')
    path.write_bytes(b"%s\n%d\n" % (other, crc32(other)))
    assert run_state.load(path) == State()


def test_a_state_of_version_1_is_read(tmp_path: Path) -> None:
    path = tmp_path / "state.json"
    memory = b'{"seen": null, "lines": [], "records": [], "checked_ms": 6, "fetched_ms": 7}'
    saved = b'{"version": 1, "log_size": 5, "memory": %s}' % memory
    path.write_bytes(b"%s\n%d\n" % (saved, crc32(saved)))
    assert run_state.load(path) == State(Memory(checked_ms=6, fetched_ms=7), 5)


def test_what_an_interrupted_run_left_is_replaced_and_stays_private(tmp_path: Path) -> None:
    path, beside = tmp_path / "state.json", tmp_path / "state.json.tmp"
    beside.write_bytes(b"x" * 9999)
    beside.chmod(0o644)
    run_state.save(path, State(log_size=5))
    assert run_state.load(path) == State(log_size=5)
    assert path.stat().st_mode & 0o777 == 0o600
    assert list(tmp_path.iterdir()) == [path]


def test_a_state_that_does_not_fit_leaves_the_old_one_and_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "state.json"
    run_state.save(path, State(log_size=5))
    with no_file_larger_than(20), pytest.raises(DiskError, match=f"^Can't write {path}: File too large"):
        run_state.save(path, State(log_size=6))
    assert run_state.load(path) == State(log_size=5)
    assert list(tmp_path.iterdir()) == [path]


def test_no_file_stays_open(tmp_path: Path) -> None:
    before = os.listdir("/proc/self/fd")  # noqa: PTH208
    for _ in range(2):
        token_store.check(tmp_path / "token.json")
        token_store.save(tmp_path / "token.json", TOKEN)
        (tmp_path / "token.json.tmp").write_bytes(content(TOKEN, tmp_path))
        token_store.load(tmp_path / "token.json", "an-app")
        history_log.append(tmp_path / "history.log", ["one"])
        history_log.recent(tmp_path / "history.log")
        with Lock(tmp_path / "lock") as held:
            held.take()
    assert os.listdir("/proc/self/fd") == before  # noqa: PTH208


def test_what_cannot_be_removed_is_in_nobodys_way(tmp_path: Path) -> None:
    path = tmp_path / "token.json"
    (tmp_path / "token.json.tmp").mkdir()
    atomic_write.discard(path)
    with pytest.raises(DiskError, match=f"^Can't write {path}: "):
        atomic_write.replace(path, b"")


# The token


@pytest.mark.parametrize(
    "content",
    [b"", b"{}", b"null", b'{"refresh_token": ""}', b'{"refresh_token": 17}', b'{"refresh_token": "two\\nlines"}',
     b'{"refresh_token": "\xc3\xa4"}', b'{"refresh_token": "AQ", "authorized_at": "yesterday"}',
     b'{"refresh_token": "AQ", "rejected_at": "0001-01-01T00:00:00+14:00"}'],
)  # fmt: skip
def test_a_file_that_holds_no_token_is_damaged(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "token.json"
    path.write_bytes(content)
    with pytest.raises(NotAuthorizedError) as caught:
        token_store.peek(path)
    assert caught.value.what == f"{path} is damaged: no token can be read from it."


def test_a_token_that_is_not_there_or_of_another_app_is_named(tmp_path: Path) -> None:
    path = tmp_path / "token.json"
    with pytest.raises(NotAuthorizedError) as caught:
        token_store.load(path, "an-app")
    assert caught.value.what == f"There is no saved token ({path})."
    path.write_text('{"refresh_token": "AQ"}')
    assert token_store.peek(path) == Token(Secret("AQ"), "", "", None)
    with pytest.raises(NotAuthorizedError, match=f"^{path} is for another app than SPOTIFY_CLIENT_ID"):
        token_store.load(path, "an-app")


def test_a_token_of_another_user_is_not_trusted(tmp_path: Path) -> None:
    path = tmp_path / "token.json"
    token_store.save(path, TOKEN)
    given_away(path)
    with pytest.raises(NotAuthorizedError) as caught:
        token_store.load(path, "an-app")
    assert caught.value.what == f"{path} can't be trusted: it belongs to another user."
    assert caught.value.remedy.endswith(f"chown {os.geteuid()} {path}")
    path.rename(tmp_path / "token.json.tmp")
    with pytest.raises(NotAuthorizedError, match=r"^There is no saved token"):
        token_store.load(path, "an-app")


def content(token: Token, folder: Path) -> bytes:
    path = folder / "as-written.json"
    token_store.save(path, token)
    written = path.read_bytes()
    path.unlink()
    return written


def test_a_token_is_read_as_saved_for_its_own_app_only(tmp_path: Path) -> None:
    path = tmp_path / "token.json"
    for token in (TOKEN, TOKEN._replace(authorized_at=None, scope=""), TOKEN._replace(rotates=True)):
        token_store.save(path, token)
        assert token_store.load(path, "an-app") == token
    with pytest.raises(NotAuthorizedError, match="is for another app"):
        token_store.load(path, "another-app")
    token_store.save(path, TOKEN._replace(rejected_at=BOOTSTRAPPED + timedelta(days=9)))
    with pytest.raises(TokenRejectedError):
        token_store.load(path, "an-app")


def test_an_interrupted_save_is_finished_if_whole_and_forgotten_if_not(tmp_path: Path) -> None:
    path, beside = tmp_path / "token.json", tmp_path / "token.json.tmp"
    renewed = TOKEN._replace(refresh_token=Secret("second"))
    token_store.save(path, TOKEN)
    beside.write_bytes(content(renewed, tmp_path)[:-20])
    assert token_store.load(path, "an-app") == TOKEN
    assert not beside.exists()
    beside.write_bytes(content(renewed, tmp_path))
    assert token_store.load(path, "an-app") == renewed
    assert os.listdir(tmp_path) == ["token.json"]  # noqa: PTH208


@pytest.mark.parametrize("reserve", [True, False])
def test_a_renewed_token_replaces_the_old_one_and_its_reserved_room(tmp_path: Path, reserve: bool) -> None:
    path = tmp_path / "token.json"
    token_store.save(path, TOKEN)
    third = TOKEN._replace(refresh_token=Secret("third"))
    with token_store.renewal(path, reserve=reserve) as keep:
        beside = path.with_name("token.json.tmp")
        assert (beside.exists() and beside.stat().st_size) == (token_store.ROOM if reserve else False)
        with (beside if reserve else path).open("rb") as reserved:
            keep(third)
            into_it = os.path.samestat(os.fstat(reserved.fileno()), path.stat())
        assert into_it is reserve, "written into the room that was reserved"
    assert path.read_bytes() == content(third, tmp_path)
    with token_store.renewal(path, reserve=reserve):
        pass
    assert token_store.peek(path).refresh_token.reveal() == "third"
    assert os.listdir(tmp_path) == ["token.json"]  # noqa: PTH208


def test_a_token_that_cannot_be_saved_comes_with_a_fix(tmp_path: Path) -> None:
    path = tmp_path / "gone" / "token.json"
    with (
        pytest.raises(DiskError, match=f"^Can't write {path}: No such file or directory.") as caught,
        token_store.renewal(path, reserve=False) as save,
    ):
        save(TOKEN)
    os.fstat(1)  # what was never opened is not closed in another's stead
    assert caught.value.remedy == f"Create the folder: mkdir -p {path.parent}"


def test_a_token_that_spotify_refuses_is_told_of_though_the_disk_is_full(tmp_path: Path) -> None:
    with clockwork_in(tmp_path) as clockwork:
        clockwork.home.fake_spotify.revoke()
        with no_file_larger_than(20):
            assert clockwork.run().status == 77


def test_a_public_client_asks_nothing_without_room_for_its_next_token(tmp_path: Path) -> None:
    with clockwork_in(tmp_path) as clockwork:
        clockwork.home.fake_spotify.client_secret = ""
        clockwork.home.write_credentials()
        with no_file_larger_than(token_store.ROOM - 1):
            assert clockwork.run().status == 74
        assert clockwork.home.fake_spotify.requests == []


def test_without_room_for_the_next_token_nothing_is_asked(tmp_path: Path) -> None:
    path = tmp_path / "token.json"
    with no_file_larger_than(token_store.ROOM - 1), pytest.raises(DiskError) as caught:
        token_store.renewal(path, reserve=True).__enter__()
    assert caught.value.what == f"Can't write {path}: File too large."
    assert caught.value.remedy == "The file may not grow any more; see the limit: ulimit -f"
    assert list(tmp_path.iterdir()) == []
