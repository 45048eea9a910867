"""What an import costs, beside `json.loads` of the same files: `python -m tests.benchmark.importing [--streams N]`.

An export is made up: 300,000 streams of more than ten years in 25 files, 250 MB of JSON, zipped. Whole processes, in
turn (A B A B …), so that what else the machine does meets both; the figures are medians. An import reads the zip,
compares it with a log of the last year, and writes the past; the second finds all of it there. Memory is that of all
its processes together, what they share counted once, looked at 50 times a second in a run of its own.
"""

import argparse
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from statistics import median

from tests.support.exports import Person, files, log, zipped
from tests.support.home import CRON, ROOT

YEAR_MS = 365 * 86_400_000
LOADS = """
import json, sys, time, zipfile
from pathlib import Path
took = 0
with zipfile.ZipFile(sys.argv[1]) as archive:
    for name in archive.namelist():
        if name.endswith(".json"):
            content = archive.read(name)
            began = time.perf_counter()
            json.loads(content)
            took += time.perf_counter() - began
print(took)
"""
"""The yardstick; unpacking doesn't count."""


def command(folder: Path, export: Path) -> list[str]:
    """The real script."""
    script = [sys.executable, str(ROOT / "nowplaying_job.py"), "--credentials", str(folder / "credentials.env")]
    return [*script, "--import", str(export)]


def forget(folder: Path) -> None:
    """Makes the next import the first."""
    for past in folder.glob("history-past.*"):
        past.unlink()


def make(folder: Path, streams: int) -> Path:
    """The export, and beside it credentials and the log of the last year, which lost 1 % and doubled 0.5 %."""
    listener = Person(1, datetime(2012, 3, 14, tzinfo=UTC), silence=0.1 * 300_000 / streams).listen(streams)
    last_ms = listener.played[-1].start_ms
    kept = log(Random(1), [play for play in listener.played if play.start_ms > last_ms - YEAR_MS])
    (folder / "credentials.env").write_text("SPOTIFY_CLIENT_ID=0123456789abcdef\n")
    (folder / "history.log").write_text(kept.text, encoding="utf-8")
    contents = files(listener.heard, size=-(-len(listener.heard) // 25))
    size = sum(map(len, contents.values()))
    print(f"{len(listener.heard):,} streams in {len(contents)} files, {size / 1e6:.0f} MB; {len(kept.lines):,} lines")
    return zipped(folder / "my_spotify_data.zip", contents)


def family(pid: int) -> Iterator[int]:
    """The process and its children."""
    yield pid
    with suppress(OSError):
        yield from map(int, Path(f"/proc/{pid}/task/{pid}/children").read_text().split())


def memory_kib(pid: int) -> int:
    """Of the process and its children, what they share counted once (Pss)."""
    total = 0
    for one in family(pid):
        with suppress(OSError):
            rows = Path(f"/proc/{one}/smaps_rollup").read_text().splitlines()
            total += sum(int(row.split()[1]) for row in rows if row.startswith("Pss:"))
    return total


def import_once(folder: Path, export: Path) -> float:
    """The seconds that one import takes, by the real script."""
    began = time.perf_counter()
    subprocess.run(command(folder, export), env=CRON, stdout=subprocess.DEVNULL, check=True)
    return time.perf_counter() - began


def peak_mib(folder: Path, export: Path) -> float:
    """The memory of one import more, which looking at it makes slower."""
    peak_kib = 0
    with subprocess.Popen(command(folder, export), env=CRON, stdout=subprocess.DEVNULL) as process:
        while process.poll() is None:
            peak_kib = max(peak_kib, memory_kib(process.pid))
            time.sleep(0.02)
    return peak_kib / 1024


def loads_once(export: Path) -> float:
    """The yardstick, in seconds."""
    done = subprocess.run([sys.executable, "-c", LOADS, str(export)], capture_output=True, text=True, check=True)
    return float(done.stdout)


def main() -> None:
    """Measures and prints."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--runs", type=int, default=5, help="of each (5)")
    parser.add_argument("--streams", type=int, default=300_000, help="in the export (300,000)")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="benchmark-") as name:
        folder = Path(name)
        export = make(folder, options.streams)
        loads: list[float] = []
        imports: dict[str, list[float]] = {"the first import": [], "the second": []}
        for _ in range(options.runs):
            forget(folder)
            loads.append(loads_once(export))
            for took_s in imports.values():
                took_s.append(import_once(folder, export))
        forget(folder)
        peaks_mib = [peak_mib(folder, export) for _ in imports]
    print("| | wall time | beside json.loads | peak memory |\n| --- | ---: | ---: | ---: |")
    print(f"| `json.loads` of the same files | {median(loads):.1f} s | 1 | |")
    for (what, took_s), peak in zip(imports.items(), peaks_mib, strict=True):
        ratio = median(one / other for one, other in zip(took_s, loads, strict=True))
        print(f"| {what} | {median(took_s):.1f} s | {ratio:.2f} | {peak:.0f} MiB |")


if __name__ == "__main__":
    main()
