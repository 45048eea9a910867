"""Reads credentials.env. People own that file; the program never writes it."""

import os
from collections.abc import Mapping
from pathlib import Path

from lib.disk import files
from lib.errors import DiskError, SettingsError
from lib.settings import Settings, parse
from lib.text import for_shell, one_line


def load(path: Path, environ: Mapping[str, str]) -> Settings:
    """The settings from the file and the environment. Raises SettingsError, DiskError."""
    shown = one_line(path)
    if os.path.isdir(path):  # Path.is_dir() raises for a name that's too long
        raise SettingsError(f"{shown} is a folder.", "Name the file itself: --credentials FILE")
    if os.path.islink(path) and not os.path.exists(path):
        raise SettingsError(f"{shown} is a link to a file that can't be found.", f"See: ls -l {for_shell(path)}")
    if os.path.lexists(path) and not os.access(path, os.R_OK):
        raise SettingsError(f"{shown} can't be read by the user that runs this.", f"Run: chmod 600 {for_shell(path)}")
    content = files.read(path)
    if content is None:
        example, typed = for_shell(Path(__file__).parents[2] / "credentials.env.example"), for_shell(path)
        folder = "" if os.path.isdir(path.parent) else f"mkdir -p {for_shell(path.parent)} && "
        raise SettingsError(f"There is no {shown}.", f"Run: {folder}cp {example} {typed} && chmod 600 {typed}")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise SettingsError(f"{shown} isn't UTF-8 text.", "Save it as UTF-8 in your editor.") from None
    settings = parse(text, path, environ)
    for file in (settings.history_log, settings.token_file, settings.state_file):
        if files.is_odd(file):
            raise DiskError(f"{one_line(file)} isn't a regular file.", f"Name another file in {shown}.")
    return settings._replace(token_file=_linked(settings.token_file), state_file=_linked(settings.state_file))


def lock_file(path: Path) -> Path:
    """The lock file for these credentials, which needn't exist."""
    return Path(f"{path}.lock")


def _linked(path: Path) -> Path:
    """Where a link points: replacing the file would otherwise replace the link, and its target would stay old."""
    return Path(os.path.realpath(path)) if os.path.islink(path) else path
