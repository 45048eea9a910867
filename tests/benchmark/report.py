"""What `--report` costs beside csv.reader over the same lines: `python -m tests.benchmark.report [PLAYS …]`.

In turn, in one process each: csv.reader reads the log and throws its rows away; the report reads the same log and
writes its page. The ratio is the median of the turns', in CPU time, without what both need first: Python's start and
its imports. The peak is the whole process's.
"""

import json
import subprocess
import sys
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from tests.support.histories import NOW, long
from tests.support.home import ROOT

TURNS = 7
_CSV = """
with open(log, newline="", encoding="utf-8") as file:
    for row in csv.reader(file, delimiter="\\t", quoting=csv.QUOTE_NONE):
        pass
"""
_REPORT = """
write(history_parts.lines(log), log.with_suffix(".html"), log, 1, [], now, StringIO())
"""
_AROUND = """
import csv, gc, json, resource, sys, time
from datetime import datetime
from io import StringIO
from pathlib import Path
from lib.disk import history_parts
from lib.report.command import write
gc.disable()  # as the script does
log, now = Path(sys.argv[1]), datetime.fromisoformat(sys.argv[2])
began = time.process_time()
{}
took_s = time.process_time() - began
print(json.dumps([took_s, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024]))
"""


def measured(program: str, log: Path, now: str) -> tuple[float, float]:
    """CPU time in seconds and peak memory in MiB."""
    command = [sys.executable, "-c", _AROUND.format(program), str(log), now]
    took_s, peak_mib = json.loads(subprocess.run(command, cwd=ROOT, capture_output=True, check=True).stdout)
    return took_s, peak_mib


def main(sizes: list[int]) -> None:
    """Prints the table."""
    print("| plays | csv.reader | the report | ratio | peak memory | page |")
    print("| --- | ---: | ---: | ---: | ---: | ---: |")
    for plays in sizes:
        with TemporaryDirectory(prefix="benchmark-") as folder:
            print(row(Path(folder) / "history.log", plays))


def row(log: Path, plays: int) -> str:
    """One size of a log."""
    log.write_text("".join(f"{line}\n" for line in long(plays)), encoding="utf-8")
    turns = [(measured(_CSV, log, NOW.isoformat()), measured(_REPORT, log, NOW.isoformat())) for _ in range(TURNS)]
    csv_s, report_s = (median(turn[which][0] for turn in turns) for which in (0, 1))
    ratio = median(report[0] / base[0] for base, report in turns)
    peak_mib = max(report[1] for _, report in turns)
    page_kib = log.with_suffix(".html").stat().st_size / 1024
    times = f"{1000 * csv_s:.0f} ms | {1000 * report_s:.0f} ms | {ratio:.1f}"
    return f"| {plays:,} | {times} | {peak_mib:.0f} MiB | {page_kib:.0f} KiB |"


if __name__ == "__main__":
    main([int(size) for size in sys.argv[1:]] or [20_000, 200_000])
