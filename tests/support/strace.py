"""The real job under strace: which system calls it makes on its own files, and what follows when one of them fails."""

import re
import signal
import subprocess
from functools import cache
from typing import NamedTuple

from tests.support.home import Home

WRITING = ("openat", "write", "pwrite64", "fsync", "ftruncate", "rename", "unlink", "flock")
_CALL = re.compile(r"(\d+) +(\w+)\((.*)")


class Call(NamedTuple):
    """The nth call of its name that the job makes: what strace wants to know to reach just this one."""

    name: str
    nth: int
    told: str

    @property
    def target(self) -> str:
        """The name of the file that it is about."""
        names = re.findall(r"/([\w.-]+)[>\"]", self.told)
        return str(names[0]) if names else ""


@cache
def why_not() -> str:
    """Why strace can't be used here; empty when it can."""
    try:
        done = subprocess.run(
            ["strace", "-f", "-o", "/dev/null", "-e", "inject=write:error=EIO:when=9", "true"],
            capture_output=True, text=True, check=False,
        )  # fmt: skip
    except OSError as error:
        return f"there is no strace: {error}"
    return f"strace can't trace here: {done.stderr.strip()[-200:]}" if done.returncode else ""


def calls(home: Home, room: int | None = None) -> list[Call]:
    """What a run does to the files in its folder, in order. `room`: the bytes beyond which no file of it grows."""
    record = home.folder.with_suffix(".strace")
    _run(home, "-y", "-o", str(record), "-e", f"trace={','.join(WRITING)}", room=room)
    counts: dict[str, int] = {}
    found = []
    for pid, name, told in _CALL.findall(record.read_text()):
        counts[pid + name] = counts.get(pid + name, 0) + 1
        if str(home.folder) in told:
            found.append(Call(name, counts[pid + name], told))
    return [call for call in found if call.name != "openat" or "O_CREAT" in call.told]


def kill(home: Home, call: Call, room: int | None = None) -> None:
    """A run of the job that is killed when it makes this call, which is not carried out."""
    # Not by --seccomp-bpf, fast as it is: with that, strace 6.1 loses the signal.
    fault = f"inject={call.name}:signal=KILL:when={call.nth}"
    done = _run(home, "-o", "/dev/null", "-e", f"trace={call.name}", "-e", fault, room=room)
    assert done.returncode == -signal.SIGKILL, f"{call} was never made: {done}"


def fail(home: Home, *faults: str, room: int | None = None) -> "subprocess.CompletedProcess[str]":
    """A run of the job that these faults befall, each as `fault` words it."""
    names = ",".join(fault.partition(":")[0] for fault in faults) or "none"
    injected = [option for fault in faults for option in ("-e", f"inject={fault}")]
    return _run(home, "--seccomp-bpf", "-o", "/dev/null", "-e", f"trace={names}", *injected, room=room)


def fault(call: Call, error: str) -> str:
    """This call fails with this error."""
    return f"{call.name}:error={error}:when={call.nth}"


def _run(home: Home, *options: str, room: int | None = None) -> "subprocess.CompletedProcess[str]":
    limit = ("prlimit", f"--fsize={room}") if room else ()
    prefix = ("strace", "-f", *options, *limit)
    return home.script("nowplaying_job.py", prefix=prefix, env={"PYTHONDONTWRITEBYTECODE": "1"})
