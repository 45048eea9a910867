"""What to say when a script is run by a Python that lacks its packages: the likeliest slip of a newcomer."""

import sys
from io import TextIOWrapper
from pathlib import Path
from typing import TextIO


def missing_package_hint(missing: ModuleNotFoundError) -> str:
    """One line: which Python to run the script with instead."""
    python = Path(__file__).resolve().parents[1] / ".venv" / "bin" / "python"
    script = Path(sys.argv[0]).resolve()
    package = "python-dotenv" if missing.name == "dotenv" else missing.name
    return f"{package} is not installed for {sys.executable}. README says how .venv is made; run: {python} {script}"


def escape_unencodable(*streams: TextIO | None) -> None:
    """Lets the streams escape what their encoding doesn't know: a locale without UTF-8 must lose no warning."""
    for stream in streams:
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
