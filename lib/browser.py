"""Whether there's a desktop with a browser to open, and opening it."""

import atexit
import webbrowser
from collections.abc import Mapping
from html import escape
from pathlib import Path

from lib.disk import atomic_write

_PAGE = (
    "<!doctype html><meta charset=utf-8><meta name=referrer content=no-referrer>"
    '<meta http-equiv=refresh content="0;url={url}"><title>Spotify</title><a href="{url}">Go on to Spotify</a>\n'
)


def has_desktop(environ: Mapping[str, str], platform: str) -> bool:
    """Whether a browser that is started here appears before the person: not over ssh, not without a screen."""
    if "SSH_CONNECTION" in environ:
        return False
    return platform == "darwin" or bool(environ.get("DISPLAY") or environ.get("WAYLAND_DISPLAY"))


def open_address(url: str, page: Path) -> None:
    """Opens the address in the person's browser, if they have one with a window. Says nothing when they don't.

    The browser gets a private file, `page`, that leads to the address: other users can read the arguments of a program,
    and the address is secret. The file is removed at the end of this program. Raises DiskError.
    """
    try:
        browser = webbrowser.get()
    except webbrowser.Error:
        return
    if type(browser) is not webbrowser.GenericBrowser:  # lynx and the like would take over this terminal
        atexit.register(page.unlink, missing_ok=True)
        atomic_write.replace(page, _PAGE.format(url=escape(url)).encode())
        browser.open(page.as_uri())
