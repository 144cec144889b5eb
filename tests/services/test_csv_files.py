import csv
import io
from datetime import UTC, date, datetime
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from services import csv_files


def cells(file: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(file.decode("utf-8-sig"), newline="")))


@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=20))
def test_a_text_is_no_formula_and_comes_back_as_it_was(text: str) -> None:
    [_, [cell]] = cells(csv_files.written(["name"], [[text]])) if text else [[], [""]]

    assert not cell.startswith(("=", "+", "-", "@", "\t", "\r"))
    assert csv_files.read_text(cell) == text


def test_numbers_and_days_are_written_as_they_are() -> None:
    moment = datetime(2026, 11, 18, 10, 0, tzinfo=UTC)
    row = [Decimal("-4800.00"), Decimal("1E+3"), -7, date(2026, 9, 30), moment, None, "=1+1"]

    [_, found] = cells(csv_files.written(["a"] * 7, [row]))

    assert found == [
        "-4800.00",
        "1000",
        "-7",
        "2026-09-30",
        "2026-11-18T10:00:00+00:00",
        "",
        "'=1+1",
    ]


def test_a_text_that_reads_as_if_it_was_guarded_gets_another_apostrophe() -> None:
    [_, [cell]] = cells(csv_files.written(["a"], [["'=1"]]))

    assert (cell, csv_files.read_text(cell), csv_files.read_text("'quoted'")) == (
        "''=1",
        "'=1",
        "'quoted'",
    )
