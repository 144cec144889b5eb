"""Tables and charts.

https://docs.slack.dev/reference/block-kit/blocks/table-block, …/data-table-block and
…/data-visualization-block (as of mid 2026: 201 rows, 12 segments or series; before, 101 and 6).
"""

from collections.abc import Iterator, Mapping

from sandbox.blockkit.checks import unique_in
from sandbox.blockkit.elements import BUTTON
from sandbox.blockkit.problems import Fields, Problem, as_list, as_object, below, objects_in
from sandbox.blockkit.richtext import RICH_TEXT
from sandbox.blockkit.rules import (
    Check,
    Flag,
    ListOf,
    Nullable,
    Number,
    Rule,
    Shape,
    Tagged,
    Text,
    Whole,
    one_of,
    tagged,
)

TABLE_CHARACTERS = 10_000
DATA_TABLE_CHARACTERS = 20_000
_COLUMNS = 20

_RAW: Mapping[str, Rule] = {
    "raw_text": tagged("raw_text", Shape({"text": Text(least=1)})),
    "raw_number": tagged("raw_number", Shape({"value": Number(), "text": Text(least=1)})),
}
_CELLS: Mapping[str, Rule] = {**_RAW, "rich_text": tagged("rich_text", RICH_TEXT)}
_CELL = Tagged(_CELLS)
# A button, and what clients show that cannot draw one in a table.
_ACTION = tagged("action", Shape({"element": BUTTON}, {"fallback": Tagged(_RAW)}))
_DATA_CELL = Tagged({**_CELLS, "action": _ACTION})


def _characters(value: object) -> int:
    """The characters of every text inside a cell, however deep."""
    fields = as_object(value)
    if fields is None:
        return sum(_characters(item) for item in as_list(value) or [])
    text = fields.get("text")
    own = len(text) if isinstance(text, str) else 0
    return own + _characters(fields.get("elements"))


def table_characters(block: Fields) -> int:
    """How many characters all cells of a table hold together."""
    rows = as_list(block.get("rows")) or []
    return sum(_characters(row) for row in rows)


def _within(most: int) -> Check:
    def check(fields: Fields, at: str) -> Iterator[Problem]:
        if table_characters(fields) > most:
            yield Problem(
                below(at, "rows"), f"must be less than {most + 1} characters in all cells"
            )

    return check


def _rows_of_one_length(fields: Fields, at: str) -> Iterator[Problem]:
    rows = [as_list(row) or [] for row in as_list(fields.get("rows")) or []]
    for index, row in enumerate(rows):
        if len(row) != len(rows[0]):
            place = below(below(at, "rows"), index)
            yield Problem(place, "all rows must have the same number of cells")


def _plain_header(fields: Fields, at: str) -> Iterator[Problem]:
    header = (as_list(fields.get("rows")) or [[]])[0]
    for index, cell in enumerate(objects_in(header)):
        if cell.get("type") not in _RAW:
            place = below(below(below(at, "rows"), 0), index)
            yield Problem(place, f"{cell.get('type')} is not allowed in a header cell")


def _header_column_exists(fields: Fields, at: str) -> Iterator[Problem]:
    column, rows = fields.get("row_header_column_index", 0), as_list(fields.get("rows")) or [[]]
    if isinstance(column, int) and column >= len(as_list(rows[0]) or []):
        yield Problem(below(at, "row_header_column_index"), "must be the index of a column")


_SETTINGS = Shape(optional={"align": one_of("left", "center", "right"), "is_wrapped": Flag()})
TABLE = Shape(
    {"rows": ListOf(ListOf(_CELL, 1, _COLUMNS), 1, 100)},
    {"column_settings": ListOf(Nullable(_SETTINGS), 0, _COLUMNS)},
    (_within(TABLE_CHARACTERS),),
)
DATA_TABLE = Shape(
    {"caption": Text(least=1), "rows": ListOf(ListOf(_DATA_CELL, 1, _COLUMNS), 2, 201)},
    {"page_size": Whole(1, 100), "row_header_column_index": Whole(0)},
    (_within(DATA_TABLE_CHARACTERS), _rows_of_one_length, _plain_header, _header_column_exists),
)

_SHORT = Text(20, least=1)
_SERIES_MOST = 12


def _labels(series: Fields) -> list[object]:
    return [point.get("label") for point in objects_in(series.get("data"))]


def _one_point_for_each_category(fields: Fields, at: str) -> Iterator[Problem]:
    config = as_object(fields.get("axis_config")) or {}
    categories = sorted(str(name) for name in as_list(config.get("categories")) or [])
    for index, series in enumerate(objects_in(fields.get("series"))):
        if sorted(str(label) for label in _labels(series)) != categories:
            place = below(below(below(at, "series"), index), "data")
            yield Problem(place, "must have exactly one point for each category")


_SERIES = Shape(
    {"name": _SHORT, "data": ListOf(Shape({"label": _SHORT, "value": Number()}), 1, 20)}
)
_AXIS = Shape(
    {"categories": ListOf(_SHORT, 1, 20)},
    {"x_label": Text(50, least=1), "y_label": Text(50, least=1)},
)
_LINES = Shape(
    {"series": ListOf(_SERIES, 1, _SERIES_MOST), "axis_config": _AXIS},
    checks=(unique_in("series", "name"), _one_point_for_each_category),
)
_PIE = Shape(
    {"segments": ListOf(Shape({"label": _SHORT, "value": Number(above=0)}), 1, _SERIES_MOST)}
)
_CHART = Tagged(
    {"pie": tagged("pie", _PIE)} | {name: tagged(name, _LINES) for name in ("bar", "area", "line")}
)
CHART = Shape({"title": Text(50, least=1), "chart": _CHART})
