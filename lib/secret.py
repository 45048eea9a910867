"""Text that must not be shown."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, repr=False)
class Secret:
    """A token, code, verifier or client secret: no repr, str or format shows it, only `reveal()` gives it."""

    _text: str

    def reveal(self) -> str:
        """The text itself: for the request or the file it belongs in, never for a message."""
        return self._text

    def __repr__(self) -> str:
        return "Secret(…)" if self._text else "Secret()"

    def __bool__(self) -> bool:
        return bool(self._text)
