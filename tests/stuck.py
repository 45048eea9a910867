"""How long the real job takes against peers that never come to an end: python -m tests.stuck (about a minute)."""

import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.support.evening import Evening
from tests.support.raw import raw_server
from tests.test_one_at_a_time import STUCK, silent_name_server


@contextmanager
def whole_runs(folder: Path) -> Iterator[dict[str, tuple[str, list[str]]]]:
    """Each hang by its name: the accounts service's address, and what to put before the job's command."""
    with ExitStack() as stack:
        runs: dict[str, tuple[str, list[str]]] = {}
        for name, (behave, scheme) in STUCK.items():
            runs[name] = (stack.enter_context(raw_server(behave)).replace("http", scheme, 1), [])
        runs["a name server that never answers"] = ("", stack.enter_context(silent_name_server(folder)))
        yield runs


def seconds(name: str, folder: Path, url: str, prefix: list[str]) -> str:
    """Runs the job, and tells how it went."""
    with Evening(folder, public=True).lived() as lived:
        lived.home.write_credentials(SPOTIFY_ACCOUNTS_URL=url)
        began = time.monotonic()
        done = lived.home.script("nowplaying_job.py", prefix=prefix)
        took = time.monotonic() - began
        left = ", ".join(lived.left_over()) or "nothing"
        return (
            f"{name:<34}{took:5.1f} s, status {done.returncode}, said {done.stderr.strip() or 'nothing'}, left {left}"
        )


def main() -> int:
    """Prints a line for each hang; 0 when every run was over within 50 seconds."""
    with TemporaryDirectory() as folder, whole_runs(Path(folder)) as runs, ThreadPoolExecutor(len(runs)) as threads:
        told = [
            threads.submit(seconds, name, Path(folder, str(number)), url, prefix)
            for number, (name, (url, prefix)) in enumerate(runs.items())
        ]
        lines = [line.result() for line in told]
    print("\n".join(lines))
    return 0 if all(float(line[34:39]) < 50 for line in lines) else 1


if __name__ == "__main__":
    sys.exit(main())
