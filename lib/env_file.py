"""The text of credentials.env as keys and values. Pure. python-dotenv parses; `$` has no meaning."""

from collections.abc import Collection
from io import StringIO

from dotenv.parser import parse_stream

from lib.text import one_line

_PREFIX = "SPOTIFY_"


def parse(text: str, settings: Collection[str]) -> tuple[dict[str, str], list[str]]:
    """The values of `settings` in the text, and a problem for each line or key that's probably a mistake.

    No problem quotes a value. Other keys may be those of other programs.
    """
    found: dict[str, str | None] = {}
    problems = []
    for binding in parse_stream(StringIO(text.replace("\r\n", "\n").replace("\r", "\n"))):
        if binding.error:
            original = binding.original.string  # with the blank lines before it
            blank = len(original) - len(original.lstrip())
            line = binding.original.line + original.count("\n", 0, blank)
            problems.append(f"line {line} isn't KEY=value (a quote left open?)")
        elif binding.key:
            found[binding.key] = binding.value
    values = {key: value for key, value in found.items() if key in settings and value}
    unset = [setting for setting in settings if setting not in values]
    problems += [
        f"{one_line(key)} isn't a setting: did you mean {meant}?"
        for key in found
        if key not in settings and (meant := _meant(key, unset))
    ]
    return values, problems


def _meant(key: str, unset: Collection[str]) -> str | None:
    """The one of the settings without a value that looks most like this key, if any does."""
    from difflib import get_close_matches  # noqa: PLC0415 - a run with good settings doesn't need it

    names = {setting.removeprefix(_PREFIX): setting for setting in unset}
    likeness = 0.6 if key.startswith(_PREFIX) else 0.75  # the file may hold keys of other programs
    close = get_close_matches(key.upper().removeprefix(_PREFIX), names, n=1, cutoff=likeness)
    return names[close[0]] if close else None
