"""How far an import is, in one line that fits the terminal. Pure."""

from typing import NamedTuple


class Progress(NamedTuple):
    """Of the files: how many are read, of how many; the same in bytes; and the streams in them."""

    files: int
    all_files: int
    size: int
    whole_size: int
    streams: int

    def bar(self, width: int) -> str:
        """The bar and its figures, `width` columns at most."""
        figures = f"{self.files}/{self.all_files} files"
        for more in (f"{self.size / 1e6:.0f}/{self.whole_size / 1e6:.0f} MB", f"{self.streams:,} streams"):
            if len(figures) + len(more) + 20 < width:
                figures += f"  {more}"
        room = max(min(width - len(figures) - 5, 40), 0)
        filled = room * self.size // max(self.whole_size, 1)
        return f"[{'█' * filled}{' ' * (room - filled)}]  {figures}"[: max(width - 1, 0)]
