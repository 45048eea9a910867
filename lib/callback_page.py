"""The page that the browser shows after Spotify's consent page. Pure: what happened comes in, HTML goes out.

It loads nothing and runs nothing, and the headers that go with it forbid both.
"""

from dataclasses import dataclass
from html import escape

_STYLE = """
:root { color-scheme: light dark; --box: light-dark(#f0f1f3, #262b33); --faint: light-dark(#57606a, #a6adb8); }
:root { --mark: light-dark(#1a7f37, #3fb950); }
:root.problem { --mark: light-dark(#c9252d, #ff7b72); }
body { font: 1.0625rem/1.55 system-ui, sans-serif; margin: 0 auto; padding: 12vh 1.5rem 3rem; max-width: 34rem; }
h1 { font-size: 1.6rem; line-height: 1.25; margin: 0 0 1rem; }
h1::before { content: ""; display: block; width: 3rem; height: .35rem; margin-bottom: 1rem; background: var(--mark); }
p { margin: 0 0 1rem; overflow-wrap: anywhere; }
code { display: block; padding: .8rem 1rem; border-radius: .4rem; background: var(--box); font-size: .9rem; }
footer { margin-top: 2.5rem; font-size: .9rem; color: var(--faint); }
"""

HEADERS = {
    "Content-Type": "text/html; charset=utf-8",
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; img-src data:",
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
}

_HTML = """<!doctype html>
<html lang="en"{kind}>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title} · Spotify listening history</title>
<link rel="icon" href="data:,">
<style>{style}</style>
<main>
<h1>{title}</h1>
{body}
</main>
<footer>Spotify listening history, on this machine</footer>
</html>
"""


@dataclass(frozen=True, slots=True)
class Page:
    """What happened, in a title and plain text; `command`: what to run next, if anything. `status` is HTTP's."""

    status: int
    title: str
    text: tuple[str, ...]
    command: str = ""

    def html(self) -> bytes:
        """The whole page; nothing in it is anything but text, whatever it holds."""
        body = "\n".join(f"<p>{escape(paragraph)}</p>" for paragraph in self.text)
        if self.command:
            body += f"\n<p><code>{escape(self.command)}</code></p>"
        kind = "" if self.status < 400 else ' class="problem"'
        return _HTML.format(kind=kind, title=escape(self.title), style=_STYLE, body=body).encode("utf-8", "replace")


def connected(until: str) -> Page:
    """The end that everybody wants; `until`: the day on which Spotify ends this authorization."""
    lasts = f"Your listening history can read what you play until {until}; it reminds you two weeks before."
    return Page(200, "Connected to Spotify", (lasts, "The terminal shows the next step. You can close this page."))
