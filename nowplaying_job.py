#!/usr/bin/env python3
"""Appends what Spotify says you play to history.log.

cron runs it once a minute; run bootstrap_token.py first.
"""

import sys

try:
    import gc
    import os
    from functools import partial

    from lib.cli import HOME, guarded, now, say, stamp
except KeyboardInterrupt:
    sys.exit(130)


def main(argv: list[str]) -> int:
    """Exit status as README lists them; silent when all is well and no terminal watches."""
    path, verbose = HOME / "credentials.env", False
    if argv:
        from lib.options import act, parse  # noqa: PLC0415 - cron gives no options and doesn't pay for reading them

        options = parse(argv, str(__doc__))
        if options.action:
            return act(partial(options.action.run, options), options.credentials)
        path, verbose = options.credentials, options.verbose
    gc.disable()  # a run leaves hardly any garbage, and looking for it takes 7 % of its time
    from lib.runner import Report, run_and_report  # noqa: PLC0415 - what the options start brings its own
    from lib.spotify.transport import connect  # noqa: PLC0415 - as above

    def tell(report: Report) -> None:
        for stream, lines in ((sys.stderr, report.err), (sys.stdout, report.out)):
            say(stream, *(stamp(stream) + line for line in lines))

    terminal = sys.stdout.isatty()
    report = run_and_report(path, os.environ, connect, now, terminal=terminal, verbose=verbose, say=tell)
    gc.freeze()  # as does a last look through everything when Python ends: 13 %
    return report.status


if __name__ == "__main__":
    sys.exit(guarded(main))
