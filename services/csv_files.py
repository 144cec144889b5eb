"""Tables as CSV that is safe to open in a spreadsheet and loses nothing. Pure.

A text that a spreadsheet would take for a formula gets an apostrophe in front; so does one that
would otherwise read as if it had got one. Numbers and days are written as they are.
"""

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal

Cell = str | Decimal | int | date | datetime | None

_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_MARK = "\ufeff"
"""Spreadsheets take a file without it for one of an old character set."""


def written(header: Sequence[str], rows: Iterable[Sequence[Cell]]) -> bytes:
    """The file of this table, in UTF-8, lines ended as RFC 4180 has it."""
    text = io.StringIO()
    text.write(_MARK)
    writer = csv.writer(text)
    writer.writerow(header)
    writer.writerows([_text(cell) for cell in row] for row in rows)
    return text.getvalue().encode()


def read_text(cell: str) -> str:
    """The text of a cell as it was before it was written."""
    return cell[1:] if cell.startswith("'") and _is_guarded(cell[1:]) else cell


def _text(cell: Cell) -> str:
    match cell:
        case None:
            return ""
        case str():
            return f"'{cell}" if _is_guarded(cell) else cell
        case Decimal():
            return f"{cell:f}"
        case datetime() | date():
            return cell.isoformat()
        case int():
            return str(cell)


def _is_guarded(text: str) -> bool:
    return text.lstrip("'").startswith(_FORMULA)
