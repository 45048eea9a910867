"""What a run costs, beside what people would use instead: `python -m tests.benchmark [--runs N] [--log-gib [GIB]]`.

Whole processes, as cron starts them, over TLS against the stand-in, in turn (A B C A B C …): so what else the machine
does meets all alike. The figures are medians, and so are the ratios, each taken within one turn. Each run renews the
access token and asks what is playing, which is still the same track, so that there is nothing new to log but for the
floor, which always adds its line. spotipy and tekore are made to renew the access token as well; spotipy is measured
once more with the token kept in a file for an hour.

Spotify's certificate is signed by an authority of the benchmark's own that stands among all those that Mozilla trusts,
as a real one does. Each job finds it where it would look by itself: httpx, requests and curl in a bundle (a copy of
certifi's, named by SSL_CERT_FILE, REQUESTS_CA_BUNDLE and CURL_CA_BUNDLE), this job in a hashed folder such as the
system's (named by SSL_CERT_DIR). Where a system has no such folder, this job reads certifi's bundle too: the table's
second row. All Python is that of one virtual environment, made with pip below ~/.cache at the first run.

With --log-gib: this job only, its log empty against one of so many GiB with a memory that is full, both while a track
plays on and at the beginning of another.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import venv
from collections.abc import Iterable
from hashlib import sha256
from pathlib import Path
from statistics import median
from typing import NamedTuple

from tests.benchmark.place import PEERS, Place, fill, place
from tests.support.home import CRON, ROOT

REQUIREMENTS = [ROOT / "requirements.txt", Path(__file__).with_name("requirements.txt")]
WARM_UP = 2
"""Runs that don't count: they compile, and the job's first asks for the recent plays as well."""


class Contestant(NamedTuple):
    """A job to be measured."""

    name: str
    command: list[str]
    environ: dict[str, str]


class Cost(NamedTuple):
    """What one run took."""

    cpu_s: float
    wall_s: float
    peak_kib: int
    requests: int


class Stopwatch:
    """The launcher, and what it measures."""

    def __init__(self, stage: Place) -> None:
        self._stage = stage
        self._output = stage.folder / "output"
        command = [sys.executable, "-I", "-S", str(Path(__file__).with_name("launcher.py"))]
        self._launcher = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def run(self, contestant: Contestant) -> Cost:
        """One run, which must end well."""
        assert self._launcher.stdin
        assert self._launcher.stdout
        before = len(self._stage.fake_spotify.requests)
        asked = [contestant.command, contestant.environ, str(self._output)]
        print(json.dumps(asked), file=self._launcher.stdin, flush=True)
        status, cpu_s, wall_s, peak_kib = json.loads(self._launcher.stdout.readline())
        if status:
            sys.exit(f"{contestant.name} failed ({status}):\n{self._output.read_text()}")
        return Cost(cpu_s, wall_s, peak_kib, len(self._stage.fake_spotify.requests) - before)

    def compare(self, contestants: list[Contestant], runs: int) -> dict[str, list[Cost]]:
        """Each one's costs, in turn."""
        costs: dict[str, list[Cost]] = {one.name: [] for one in contestants}
        turns = [(turn, one) for turn in range(runs + WARM_UP) for one in contestants]
        for turn, one in _progress(turns):
            cost = self.run(one)
            if turn >= WARM_UP:
                costs[one.name].append(cost)
        return costs

    def close(self) -> None:
        """Lets the launcher go."""
        self._launcher.communicate()


def python_with_peers() -> str:
    """The Python of a virtual environment with this job's requirements and the peers', made if it isn't there."""
    text = sys.version + "".join(path.read_text(encoding="utf-8") for path in REQUIREMENTS)
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    folder = cache / f"nowplaying-benchmark-{sha256(text.encode()).hexdigest()[:12]}"
    python = folder / "bin/python"
    if not (folder / "complete").exists():
        print(f"Installing spotipy and tekore in {folder} …", file=sys.stderr)
        venv.create(folder, clear=True, with_pip=True)
        options = [word for path in REQUIREMENTS for word in ("-r", str(path))]
        subprocess.run([python, "-m", "pip", "install", "--quiet", *options], check=True)
        (folder / "complete").touch()
    return str(python)


def contestants(stage: Place, python: str) -> list[Contestant]:
    """Everyone, each with a home of its own."""
    bundle, certificates = str(stage.bundle), str(stage.certificates)

    def peer(name: str, script: str, program: str, variable: str, *options: str) -> Contestant:
        command = [program, str(PEERS / script), str(stage.home(" ".join((script, *options)))), *options]
        return Contestant(name, command, {**CRON, variable: bundle})

    return [
        this_job("this job", stage, python, {"SSL_CERT_DIR": certificates}),
        this_job("… where the system has a bundle of certificates only", stage, python, {"SSL_CERT_FILE": bundle}),
        peer("the least with httpx", "floor.py", python, "SSL_CERT_FILE"),
        peer("with spotipy", "with_spotipy.py", python, "REQUESTS_CA_BUNDLE"),
        peer("… that keeps its access token on disk", "with_spotipy.py", python, "REQUESTS_CA_BUNDLE", "--keep"),
        peer("with tekore", "with_tekore.py", python, "SSL_CERT_FILE"),
        peer("with `curl` and `jq`", "with_curl.sh", "/bin/sh", "CURL_CA_BUNDLE"),
    ]


def this_job(name: str, stage: Place, python: str, environ: dict[str, str]) -> Contestant:
    """The real script, in its own folder, without options, as in the crontab."""
    return Contestant(name, [python, str(stage.home(name) / "nowplaying_job.py")], {**CRON, **environ})


def against_others(stage: Place, watch: Stopwatch, runs: int) -> str:
    """The table of everyone."""
    costs = watch.compare(contestants(stage, python_with_peers()), runs)
    floor = costs["the least with httpx"]
    rows = [["", "CPU time", "beside the least", "wall time", "peak memory", "requests"], ["---"] + 5 * ["---:"]]
    for name, all_of_one in costs.items():
        cpu_s, wall_s, peak_kib, requests = (median(column) for column in zip(*all_of_one, strict=True))
        figures = [f"{1000 * cpu_s:.0f} ms", f"{ratio(all_of_one, floor):.2f}", f"{1000 * wall_s:.0f} ms"]
        rows.append([name, *figures, f"{peak_kib / 1024:.1f} MiB", f"{requests:.0f}"])
    return _table(rows)


def ratio(costs: list[Cost], others: list[Cost]) -> float:
    """How many times the others' CPU time: the median of the ratios turn by turn, as a machine's speed changes."""
    return median(one.cpu_s / other.cpu_s for one, other in zip(costs, others, strict=True))


def against_a_long_log(stage: Place, watch: Stopwatch, runs: int, gib: float) -> str:
    """The table of two logs."""
    environ, python = {"SSL_CERT_DIR": str(stage.certificates)}, python_with_peers()
    both = [this_job(name, stage, python, environ) for name in ("empty", "long")]
    for one in both:
        watch.run(one)
    fill(stage.folder / "long", gib)
    rows = [["", "CPU time, log empty", f"{gib:g} GiB, memory full", "ratio", "peak memory"], ["---"] + 4 * ["---:"]]
    for what, changes in (("a track plays on", False), ("another has begun", True)):
        stage.player.changes = changes
        empty, long = watch.compare(both, runs).values()
        cpu_s = [median(cost.cpu_s for cost in costs) for costs in (empty, long)]
        peak = [median(cost.peak_kib for cost in costs) for costs in (empty, long)]
        figures = [*(f"{1000 * each:.0f} ms" for each in cpu_s), f"{ratio(long, empty):.3f}"]
        rows.append([what, *figures, f"{peak[1] / peak[0]:.3f} ×"])
    return _table(rows)


def _table(rows: list[list[str]]) -> str:
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def _progress(turns: list[tuple[int, Contestant]]) -> Iterable[tuple[int, Contestant]]:
    for done, turn in enumerate(turns, 1):
        yield turn
        if sys.stderr.isatty():
            filled = 40 * done // len(turns)
            print(
                f"\r[{'█' * filled}{' ' * (40 - filled)}] {done}/{len(turns)} runs", end="", file=sys.stderr, flush=True
            )
    if sys.stderr.isatty():
        print(file=sys.stderr)


def main() -> None:
    """Measures and prints."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--runs", type=int, default=15, help="of each job (15)")
    parser.add_argument("--log-gib", type=float, nargs="?", const=1.0, help="an empty log against a long one (1 GiB)")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="benchmark-") as folder, place(Path(folder)) as stage:
        watch = Stopwatch(stage)
        if options.log_gib:
            print(against_a_long_log(stage, watch, options.runs, options.log_gib))
        else:
            print(against_others(stage, watch, options.runs))
        watch.close()


if __name__ == "__main__":
    main()
