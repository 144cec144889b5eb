"""Rules of tables and charts."""

from tests.sandbox.blockkit_samples import BLOCKS, Json, bars, button, cell, pie, plain, rich
from tests.sandbox.conformance.rule import KIT, Rule, on_message, posted
from tests.sandbox.conformance.words import (
    AT_LEAST_ONE,
    ENUM,
    less,
    long,
    missing,
    more,
    without,
)

TABLE = "blocks/table-block"
DATA = "blocks/data-table-block"
CHART = "blocks/data-visualization-block"
ROW = [cell()]


def table(*rows: list[Json], **fields: object) -> Json:
    return {"type": "table", "rows": list(rows), **fields}


def data(*rows: list[Json], **fields: object) -> Json:
    return {"type": "data_table", "caption": "Deals", "rows": list(rows), **fields}


def lines(categories: int, series: int = 1) -> Json:
    """A line chart with so many categories and series."""
    labels = [f"Q{number}" for number in range(categories)]
    points = [{"label": label, "value": 1} for label in labels]
    named = [{"name": f"s{number}", "data": points} for number in range(series)]
    return bars(type="line", series=named, axis_config={"categories": labels})


def slices(count: int) -> Json:
    return pie(*[{"label": f"a{number}", "value": 1} for number in range(count)])


def titled(title: str) -> Json:
    return {**bars(), "title": title}


RULES: list[Rule] = [
    on_message(
        "a table has at most 100 rows",
        TABLE,
        table(*[ROW] * 100),
        table(*[ROW] * 101),
        "/0/rows",
        more(100),
    ),
    on_message(
        "a table has at most 20 columns",
        TABLE,
        table(ROW * 20),
        table(ROW * 21),
        "/0/rows/0",
        more(20),
    ),
    on_message(
        "a table has at most 20 column settings",
        TABLE,
        table(ROW, column_settings=[{"align": "left"}] * 20),
        table(ROW, column_settings=[{"align": "left"}] * 21),
        "/0/column_settings",
        more(20),
    ),
    on_message(
        "a column is set left, in the middle or right",
        TABLE,
        table(ROW, column_settings=[{"align": "center"}]),
        table(ROW, column_settings=[{"align": "justify"}]),
        "/0/column_settings/0/align",
        ENUM,
    ),
    on_message(
        "a table's cell is raw or rich text",
        TABLE,
        table([cell(), rich({"type": "text", "text": "x"})]),
        table([plain()]),
        "/0/rows/0/0/type",
        "unsupported type: plain_text",
    ),
    on_message(
        "a table's cell is not empty",
        TABLE,
        table([cell(" ")]),
        table([cell("")]),
        "/0/rows/0/0/text",
        "must be more than 0 characters",
    ),
    on_message(
        "a table's cells hold at most 10 000 characters together",
        TABLE,
        table(*[[cell(long(100))]] * 100),
        table(*[[cell(long(101))]] * 100),
        "/0/rows",
        "must be less than 10001 characters in all cells",
    ),
    on_message(
        "a data table has a caption",
        DATA,
        data(ROW, ROW),
        without(data(ROW, ROW), "caption"),
        "/0",
        missing("caption"),
    ),
    on_message(
        "a data table has a row below its header",
        DATA,
        data(ROW, ROW),
        data(ROW),
        "/0/rows",
        "must provide at least 2 items",
    ),
    on_message(
        "a data table has at most 200 rows below its header",
        DATA,
        data(*[ROW] * 201),
        data(*[ROW] * 202),
        "/0/rows",
        more(201),
    ),
    on_message(
        "a data table's rows are of one length",
        DATA,
        data(ROW * 2, ROW * 2),
        data(ROW * 2, ROW),
        "/0/rows/1",
        "all rows must have the same number of cells",
    ),
    on_message(
        "a data table's header is no rich text",
        DATA,
        data(ROW, [rich({"type": "text", "text": "x"})]),
        data([rich({"type": "text", "text": "x"})], ROW),
        "/0/rows/0/0",
        "rich_text is not allowed in a header cell",
    ),
    on_message(
        "a data table shows at most 100 rows a page",
        DATA,
        data(ROW, ROW, page_size=100),
        data(ROW, ROW, page_size=101),
        "/0/page_size",
        "must be less than 100",
    ),
    on_message(
        "a data table's row header is one of its columns",
        DATA,
        data(ROW * 2, ROW * 2, row_header_column_index=1),
        data(ROW * 2, ROW * 2, row_header_column_index=2),
        "/0/row_header_column_index",
        "must be the index of a column",
    ),
    on_message(
        "a number in a table says how it reads",
        DATA,
        data(ROW, [{"type": "raw_number", "value": 7, "text": "7"}]),
        data(ROW, [{"type": "raw_number", "value": 7}]),
        "/0/rows/1/0",
        missing("text"),
    ),
    on_message(
        "a data table takes no column settings",
        DATA,
        data(ROW, ROW),
        data(ROW, ROW, column_settings=[]),
        "/0",
        "invalid additional property: column_settings",
    ),
    on_message(
        "an action in a data table is a button",
        DATA,
        data(ROW, [{"type": "action", "element": button()}]),
        data(ROW, [{"type": "action", "element": plain()}]),
        "/0/rows/1/0/element/type",
        ENUM,
    ),
    Rule(
        "a message has one table",
        f"{KIT}{TABLE}",
        posted(BLOCKS["table"]),
        posted([BLOCKS["table"], BLOCKS["data_table"]]),
        "invalid_attachments",
        "[ERROR] only_one_table_allowed [json-pointer:/blocks/1]",
    ),
    on_message(
        "a message has at most two charts",
        CHART,
        [bars()] * 2,
        [bars()] * 3,
        "/2",
        "no more than 2 charts allowed",
    ),
    on_message(
        "a chart's title has at most 50 characters",
        CHART,
        titled(long(50)),
        titled(long(51)),
        "/0/title",
        less(50),
    ),
    on_message(
        "a chart is a pie, bars, an area or lines",
        CHART,
        bars(type="area"),
        bars(type="donut"),
        "/0/chart/type",
        "unsupported type: donut",
    ),
    on_message(
        "a pie has at most twelve segments",
        CHART,
        slices(12),
        slices(13),
        "/0/chart/segments",
        more(12),
    ),
    on_message(
        "a pie has at least one segment",
        CHART,
        slices(1),
        slices(0),
        "/0/chart/segments",
        AT_LEAST_ONE,
    ),
    on_message(
        "a pie's segment is more than nothing",
        CHART,
        pie({"label": "a", "value": 0.5}),
        pie({"label": "a", "value": 0}),
        "/0/chart/segments/0/value",
        "must be greater than 0",
    ),
    on_message(
        "a label in a chart has at most 20 characters",
        CHART,
        pie({"label": long(20), "value": 1}),
        pie({"label": long(21), "value": 1}),
        "/0/chart/segments/0/label",
        less(20),
    ),
    on_message(
        "a chart has at most twelve series",
        CHART,
        lines(1, series=12),
        lines(1, series=13),
        "/0/chart/series",
        more(12),
    ),
    on_message(
        "a series has one point for each category",
        CHART,
        bars(axis_config={"categories": ["Q1"]}),
        bars(axis_config={"categories": ["Q1", "Q2"]}),
        "/0/chart/series/0/data",
        "must have exactly one point for each category",
    ),
    on_message(
        "an axis is named in at most 50 characters",
        CHART,
        bars(axis_config={"categories": ["Q1"], "x_label": long(50)}),
        bars(axis_config={"categories": ["Q1"], "x_label": long(51)}),
        "/0/chart/axis_config/x_label",
        less(50),
    ),
]
