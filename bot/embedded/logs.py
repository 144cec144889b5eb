"""The part of a log written since a moment, for the error a person reads."""

from dataclasses import dataclass
from pathlib import Path
from typing import Self

LINES = 15


@dataclass(frozen=True)
class LogTail:
    path: Path
    offset: int

    @classmethod
    def from_now(cls, path: Path) -> Self:
        return cls(path, path.stat().st_size)

    def text(self) -> str:
        """The last lines since then."""
        with self.path.open("rb") as file:
            file.seek(self.offset)
            lines = file.read().decode(errors="replace").splitlines()
        return "\n".join(lines[-LINES:])
