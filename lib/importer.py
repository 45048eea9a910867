"""Spotify's export beside the log: reads it, compares the two, and writes the plays that the log doesn't have."""

import gc
import json
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import NamedTuple, TextIO

from lib import settings
from lib.disk import credentials, history_log, history_parts
from lib.disk.files import disk_error
from lib.disk.past_file import Contents, PastFile
from lib.errors import NotUnderstoodError
from lib.export import archive, collect, kept
from lib.export.lines import Line, written
from lib.export.merge import together
from lib.export.model import Batch, NotAnExportError
from lib.export.past import foreign, past
from lib.export.progress import Progress
from lib.export.renewed import renewed
from lib.export.summary import Imported, for_a_person, for_a_program
from lib.log_lines import moment
from lib.runner import failed


class Wishes(NamedTuple):
    """The options of an import. force: also when the export seems to be another account's."""

    private: bool = False
    dry_run: bool = False
    force: bool = False
    verbose: bool = False
    json: bool = False


class Console(NamedTuple):
    """Where an import speaks. width: of the terminal that `err` is, for the progress bar; None when it is none."""

    out: TextIO
    err: TextIO
    width: int | None = None


def import_export(
    paths: Sequence[Path], path: Path, environ: Mapping[str, str], now: datetime, console: Console, wishes: Wishes
) -> int:
    """Imports what `paths` name beside the log of the credentials at `path`, and says so. Returns the exit status.

    Cron's runs go on meanwhile: the job only appends to the log, and an export ends long before the last minutes.
    """
    gc.disable()  # nothing here goes in circles; looking for that takes time
    try:
        log = credentials.load(path, environ).history_log
        done = _import(paths, log, int(now.timestamp()), console, wishes)
    except Exception as error:  # noqa: BLE001 - the boundary: whatever goes wrong becomes one line
        report = failed(error, path)
        print(*report.err, sep="\n", file=console.err)
        return report.status
    finally:
        gc.freeze()  # so that nobody looks through what is left, either
        gc.enable()
    ascii_only = (console.out.encoding or "").lower() != "utf-8"
    if wishes.json:
        print(json.dumps(for_a_program(done), indent=1, ensure_ascii=ascii_only), file=console.out)
    else:
        print(*for_a_person(done, verbose=wishes.verbose), sep="\n", file=console.out)
    return 0


def _import(paths: Sequence[Path], log: Path, now_s: int, console: Console, wishes: Wishes) -> Imported:
    count, new = _read(paths, now_s, console, private=wishes.private)
    file = PastFile(log)
    before = file.read()
    whole, earlier, is_new = _with_earlier(new, before.streams)
    lines = _log_lines(log)
    known = past(whole, lines)
    if is_new and not wishes.force and (known.proof.foreign if whole is new else foreign(new, lines)):
        raise NotAnExportError(
            "This seems to be the export of another account: almost none of its plays are in the log.",
            "Nothing is written. If it is yours, add --force.",
        )
    after = renewed(known, whole, earlier, before.past or b"", _line)
    if not wishes.dry_run:
        streams = kept.encoded(whole.streams, whole.names) if is_new else before.streams
        file.replace(before, Contents(after.content, streams))
    return Imported(
        files=count,
        new=new,
        first_s=whole.streams[0][0] if whole.streams else None,
        last_s=whole.streams[-1][0] if whole.streams else None,
        known=known,
        missing=[text.decode().rstrip("\n") for _, text in written(known.proof.missing, whole.names, known.lengths)],
        file=str(file.path),
        plays=after.plays,
        new_plays=after.new_plays,
        written=not wishes.dry_run,
    )


def _read(paths: Sequence[Path], now_s: int, console: Console, *, private: bool) -> tuple[int, Batch]:
    """How many files there are, and what they bring together."""
    try:
        members = archive.members(paths)
        found = []
        whole_size, size, streams = sum(member.size for member in members), 0, 0
        with collect.batches(members, now_s, private=private) as batches:
            for member, batch in zip(members, batches, strict=True):
                found.append(batch)
                size += member.size
                streams += batch.counts["streams"]
                _show(Progress(len(found), len(members), size, whole_size, streams), console)
    except OSError as error:
        raise disk_error(Path(error.filename or paths[0]), "read", error) from None
    except MemoryError:
        raise NotAnExportError(
            "There isn't enough memory to read this export.", "Name fewer files at a time."
        ) from None
    finally:
        if console.width:
            print("\r\x1b[K", end="", file=console.err, flush=True)
    return len(members), together(found)


def _show(progress: Progress, console: Console) -> None:
    if console.width:
        print(f"\r{progress.bar(console.width)}", end="", file=console.err, flush=True)


def _with_earlier(new: Batch, streams: bytes | None) -> tuple[Batch, Batch | None, bool]:
    """All imports together; the earlier ones, if this one adds a stream to them; and whether it brings anything new.

    streams: what the earlier ones kept; if it's lost or damaged, they don't count.
    """
    try:
        earlier = kept.decoded(streams or b"")
    except NotUnderstoodError:
        return new, None, True
    adds = new.streams != earlier.streams
    whole = together([new, earlier if adds else earlier._replace(streams=[])])
    adds = adds and whole.streams != earlier.streams
    renames = any(whole.names[key] != called for key, called in earlier.names.items())
    return whole, earlier if adds else None, adds or renames


def _log_lines(log: Path) -> list[Line]:
    """The lines of all parts of the log in order of time. A copy of a part is no other part."""
    texts: Counter[str] = Counter()
    for part in history_parts.parts(log):
        if not part.name.startswith(settings.past(log).name):
            texts |= Counter(history_parts.lines(part))
    return sorted(line for text, count in texts.items() if (line := _line(text)) for _ in range(count))


def _line(text: str) -> Line | None:
    text = text.rstrip("\n")
    found = history_log.fields(text)
    at = moment(found["started_at"]) if found else None
    return Line(int(at.timestamp()), found["uri"], found["artists"], found["title"], text) if found and at else None
