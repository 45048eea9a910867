"""Runs commands and measures them: for each line of JSON on stdin, one on stdout.

A small process of its own, because the kernel counts towards a child's peak memory what its parent had when it was
started; started from the benchmark itself, with the stand-in inside, each would seem to need that much.
"""

import json
import os
import sys
from time import perf_counter

for asked in sys.stdin:
    command, environ, output = json.loads(asked)
    quiet = [(os.POSIX_SPAWN_OPEN, fd, output, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600) for fd in (1, 2)]
    began = perf_counter()
    process = os.posix_spawn(command[0], command, environ, file_actions=quiet)
    _, status, used = os.wait4(process, 0)
    wall_s = perf_counter() - began
    print(json.dumps([status, used.ru_utime + used.ru_stime, wall_s, used.ru_maxrss]), flush=True)
