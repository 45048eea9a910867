"""Debian's Chromium, headless, for what people see in a browser. Its fixture `browser` is in conftest."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, sync_playwright

CHROMIUM = shutil.which("chromium") or ""
WHY_NOT = "" if CHROMIUM else "needs Chromium: apt-get install chromium"
"""Why no browser can be started here; empty when one can."""
_QUIET = (
    *("--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"),
    *("--disable-component-update", "--disable-sync"),
)


@contextmanager
def chromium() -> Iterator[Browser]:
    """A browser of its own, without a profile."""
    with sync_playwright() as playwright:
        # Only root needs to give up the sandbox, which Chromium refuses to root.
        flags = [*_QUIET, *(["--no-sandbox"] if os.geteuid() == 0 else [])]
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=flags)
        try:
            yield browser
        finally:
            browser.close()
