"""What Spotify's consent page is to a browser: what is asked for, and two buttons."""

from collections.abc import Mapping
from html import escape

_PAGE = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Authorize</title>
<link rel="icon" href="data:,">
<h1>Let this app see what you play?</h1>
<p>It asks for: {scope}</p>
<form method="post" action="/authorize">
{fields}
<button name="answer" value="agree">Agree</button>
<button name="answer" value="cancel">Cancel</button>
</form>
</html>
"""


def consent_page(query: Mapping[str, str]) -> str:
    """The page for the query of an authorize URL; both buttons post it to /authorize, with the `answer`."""
    fields = "\n".join(
        f'<input type="hidden" name="{escape(key)}" value="{escape(value)}">' for key, value in query.items()
    )
    return _PAGE.format(scope=escape(query.get("scope", "")), fields=fields)
