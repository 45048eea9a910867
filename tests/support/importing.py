"""An import as a person does it, without a new process: real files in, and what it said and wrote out."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from io import StringIO
from pathlib import Path
from typing import Any, NamedTuple

from lib.importer import Console, Wishes, import_export

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)


class Said(NamedTuple):
    """How an import ended."""

    status: int
    out: str
    err: str

    @property
    def facts(self) -> dict[str, Any]:
        """What --json printed."""
        return dict(json.loads(self.out))


class Desk(NamedTuple):
    """A folder with credentials.env, where exports are imported."""

    folder: Path

    @property
    def credentials(self) -> Path:
        return self.folder / "credentials.env"

    @property
    def past(self) -> Path:
        return self.folder / "history-past.log"

    @property
    def log(self) -> Path:
        return self.folder / "history.log"

    def lines(self) -> list[list[str]]:
        """The past's lines, each as its columns."""
        text = self.past.read_text(encoding="utf-8") if self.past.exists() else ""
        assert not text or text.endswith("\n")
        return [line.split("\t") for line in text.split("\n")[:-1]]

    def starts(self) -> list[datetime]:
        """When the past's plays began, line by line."""
        return [datetime.fromisoformat(line[0]) for line in self.lines()]

    def imports(self, *paths: Path, now: datetime = NOW, width: int | None = None, **wishes: bool) -> Said:
        """One import."""
        out, err = StringIO(), StringIO()
        console = Console(out, err, width)
        status = import_export(paths, self.credentials, {}, now, console, Wishes(**wishes))
        return Said(status, out.getvalue(), err.getvalue())

    def file(self, name: str, objects: Sequence[Any]) -> Path:
        """The objects as a file of an export."""
        path = self.folder / name
        path.write_text(json.dumps(objects))
        return path


def desk(folder: Path) -> Desk:
    """A new one."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "credentials.env").write_text("SPOTIFY_CLIENT_ID=0123456789abcdef\n")
    return Desk(folder)
