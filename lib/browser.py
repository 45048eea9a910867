"""Whether there's a desktop with a browser to open, and opening it."""

import webbrowser
from collections.abc import Mapping


def has_desktop(environ: Mapping[str, str], platform: str) -> bool:
    """Whether a browser that is started here appears before the person: not over ssh, not without a screen."""
    if "SSH_CONNECTION" in environ:
        return False
    return platform == "darwin" or bool(environ.get("DISPLAY") or environ.get("WAYLAND_DISPLAY"))


def open_address(url: str) -> None:
    """Opens the address in the person's browser, if they have one with a window. Says nothing when they don't."""
    try:
        browser = webbrowser.get()
    except webbrowser.Error:
        return
    if type(browser) is not webbrowser.GenericBrowser:  # lynx and the like would take over this terminal
        browser.open(url)
