"""Where an operator reads and answers: a terminal, or a program that wants JSON."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TextIO, cast


@dataclass(frozen=True, slots=True)
class Column:
    """`key` for a program, `title` for a person; numbers stand on the right."""

    key: str
    title: str
    is_number: bool = False


@dataclass(frozen=True, slots=True)
class Console:
    """Results go to `out`, what is asked or refused to `err`. Knows no command."""

    out: TextIO
    err: TextIO
    into: TextIO
    as_json: bool = False

    def table(self, columns: Sequence[Column], rows: Iterable[Sequence[object]]) -> None:
        """Rows of facts: an aligned table, or a JSON array of objects."""
        listed = list(rows)
        if self.as_json:
            keys = [column.key for column in columns]
            self._json([dict(zip(keys, row, strict=True)) for row in listed])
            return
        cells = [[_shown(value) for value in row] for row in listed]
        titles = [column.title for column in columns]
        widths = [max(map(len, each)) for each in zip(titles, *cells, strict=True)]
        for line in (titles, *cells):
            self._line(_aligned(line, widths, columns))

    def tell(self, words: str, **facts: object) -> None:
        """What was done, in words, or as a JSON object of the facts."""
        if self.as_json:
            self._json(facts)
        else:
            self._line(words)

    def note(self, words: str) -> None:
        """Something beside the result; never mixed into it."""
        self.err.write(f"{words}\n")

    def ask(self, question: str) -> str | None:
        """The answer, without spaces around it; None when there is nobody to answer."""
        self.err.write(f"{question} ")
        self.err.flush()
        answer = self.into.readline()
        return answer.strip() if answer else None

    def _line(self, words: str) -> None:
        self.out.write(f"{words}\n")

    def _json(self, value: object) -> None:
        self._line(json.dumps(value, default=_plain, ensure_ascii=False, indent=2))


def _aligned(line: Sequence[str], widths: Sequence[int], columns: Sequence[Column]) -> str:
    cells = [
        cell.rjust(width) if column.is_number else cell.ljust(width)
        for cell, width, column in zip(line, widths, columns, strict=True)
    ]
    return "  ".join(cells).rstrip()


def _shown(value: object) -> str:
    """A cell."""
    match value:
        case None:
            words = "-"
        case bool():
            words = "yes" if value else "no"
        case datetime():
            words = value.strftime("%Y-%m-%d %H:%M")
        case list():
            words = ", ".join(map(str, cast("list[object]", value))) or "-"
        case _:
            words = str(value)
    return one_line(words)


def one_line(words: str) -> str:
    """What comes from a company may not steer the terminal."""
    return "".join(each if each.isprintable() else "?" for each in words)


def _plain(value: object) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)
