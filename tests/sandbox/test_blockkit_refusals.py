"""What the strict Block Kit validator refuses besides sizes, and how it names the place."""

import pytest

from sandbox.blockkit import Problem, problems_of_message, problems_of_options, problems_of_view
from tests.sandbox.blockkit_samples import (
    BLOCKS,
    ELEMENTS,
    PICTURE,
    Json,
    actions,
    asking,
    bars,
    button,
    card,
    cell,
    confirm,
    container,
    modal,
    mrkdwn,
    option,
    pie,
    plain,
    problems_on,
    rich,
    section,
    select,
)


def without(block: Json, name: str) -> Json:
    return {key: value for key, value in block.items() if key != name}


def typing(**more: object) -> Json:
    return asking({"type": "plain_text_input", **more})


def numeric(**more: object) -> Json:
    return asking({"type": "number_input", "is_decimal_allowed": False, **more})


def many(kind: str, **more: object) -> Json:
    return asking({"type": kind, **more})


def table(**more: object) -> Json:
    return {**BLOCKS["data_table"], **more}


TWO = [option("a"), option("b")]
REFUSED: list[tuple[str, Json, str, str]] = [
    ("message", {"type": "sparkle"}, "/type", "unsupported type: sparkle"),
    ("message", {"text": plain()}, "", "missing required field: type"),
    ("message", {"type": 7}, "/type", "must provide a string"),
    ("message", actions({"type": "slider"}), "/elements/0/type", "unsupported type: slider"),
    ("message", {"type": "section"}, "/type", "must define either `text` or `fields`"),
    ("message", section(text="words"), "/text", "must provide an object"),
    ("message", section(text=mrkdwn("")), "/text/text", "must be more than 0 characters"),
    ("message", section(text={"type": "mrkdwn"}), "/text", "missing required field: text"),
    ("message", section(fields=[]), "/fields", "must provide at least 1 items"),
    ("message", section(fields={}), "/fields", "must provide an array"),
    ("message", section(expand="yes"), "/expand", "must be a boolean"),
    ("message", section(text={**mrkdwn(), "emoji": True}), "/text", "property: emoji"),
    ("message", section(text={**plain(), "verbatim": True}), "/text", "property: verbatim"),
    ("message", section(block_id=""), "/block_id", "more than 0"),
    ("message", section(accessory=None), "/accessory", "must provide an object"),
    ("message", {"type": "header", "text": mrkdwn()}, "/text/type", "valid enum value"),
    ("message", {"type": "header", "text": plain(), "level": 0}, "/level", "greater than"),
    ("message", {"type": "header", "text": plain(), "level": True}, "/level", "an integer"),
    ("message", actions(), "/elements", "must provide at least 1 items"),
    ("message", {"type": "context", "elements": []}, "/elements", "must provide at least 1 items"),
    ("message", actions({"type": "button"}), "/elements/0", "missing required field: text"),
    ("message", actions(button(style="bogus")), "/elements/0/style", "must be a valid enum value"),
    ("message", actions(button(url="nowhere")), "/elements/0/url", "must be a valid URL"),
    ("message", actions(button(text=mrkdwn())), "/elements/0/text/type", "valid enum value"),
    ("message", actions(button(value=7)), "/elements/0/value", "must provide a string"),
    (
        "message",
        actions(button(action_id="a"), button(action_id="b"), button(action_id="a")),
        "/elements/2/action_id",
        '`action_id` "a" already exists',
    ),
    (
        "message",
        actions(button(confirm=without(confirm(), "deny"))),
        "/elements/0/confirm",
        "missing required field: deny",
    ),
    ("message", without(PICTURE, "alt_text"), "", "missing required field: alt_text"),
    ("message", without(PICTURE, "image_url"), "", "must provide one of: image_url, slack_file"),
    ("message", {**PICTURE, "slack_file": {"id": "F1"}}, "", "must not provide both"),
    ("message", {**PICTURE, "image_url": "ftp://a/b"}, "/image_url", "must be a valid URL"),
    (
        "message",
        without({**PICTURE, "slack_file": {"id": "F1", "url": "https://a/b"}}, "image_url"),
        "/slack_file",
        "must not provide both id and url",
    ),
    ("message", {**BLOCKS["video"], "video_url": "http://a/b"}, "/video_url", "an https URL"),
    ("message", {"type": "card", "subtitle": plain()}, "", "must provide one of"),
    ("message", card(title="words"), "/title", "must provide an object"),
    ("message", card(slack_icon={"type": "icon", "name": "x"}), "/slack_icon/name", "enum"),
    (
        "message",
        card(icon=PICTURE, slack_icon={"type": "icon", "name": "star"}),
        "",
        "must not provide both icon and slack_icon",
    ),
    ("message", {**BLOCKS["plan"], "title": plain()}, "/title", "must provide a string"),
    ("message", {**BLOCKS["task_card"], "status": "done"}, "/status", "valid enum value"),
    ("message", container(BLOCKS["card"]), "/child_blocks/0/type", "unsupported type: card"),
    ("message", without(container(section()), "title"), "", "one of: title, rich_text_title"),
    ("message", container(section(), default_collapsed=True), "/default_collapsed", "requires"),
    (
        "message",
        container(section(block_id="a"), section(block_id="a")),
        "/child_blocks/1/block_id",
        "already exists",
    ),
    ("message", {"type": "table", "rows": []}, "/rows", "must provide at least 1 items"),
    ("message", {"type": "table", "rows": [[plain()]]}, "/rows/0/0/type", "unsupported type"),
    ("message", {"type": "table", "rows": [[cell("")]]}, "/rows/0/0/text", "more than 0"),
    ("message", table(rows=[[cell()]]), "/rows", "must provide at least 2 items"),
    ("message", table(rows=[[cell()], [cell()] * 2]), "/rows/1", "same number of cells"),
    ("message", table(rows=[[rich()], [cell()]]), "/rows/0/0", "not allowed in a header cell"),
    ("message", table(row_header_column_index=1), "/row_header_column_index", "a column"),
    ("message", without(table(), "caption"), "", "missing required field: caption"),
    ("message", pie(), "/chart/segments", "must provide at least 1 items"),
    ("message", pie({"label": "a", "value": 0}), "/chart/segments/0/value", "greater than 0"),
    ("message", pie({"label": "a", "value": "1"}), "/chart/segments/0/value", "a number"),
    ("message", bars(type="donut"), "/chart/type", "unsupported type: donut"),
    ("message", bars(axis_config={"categories": ["Q2"]}), "/chart/series/0/data", "exactly one"),
    ("message", rich({"type": "blink", "text": "x"}), "/elements/0/elements/0/type", "blink"),
    ("message", rich({"type": "text", "text": ""}), "/elements/0/elements/0/text", "more than 0"),
    ("modal", asking(button()), "/element/type", "unsupported type: button"),
    ("modal", without(asking(select()), "label"), "", "missing required field: label"),
    ("modal", asking(select(), label=mrkdwn()), "/label/type", "valid enum value"),
    ("modal", asking(ELEMENTS["file_input"], dispatch_action=True), "/dispatch_action", "file"),
    ("modal", asking({"type": "static_select"}), "/element", "one of: options, option_groups"),
    ("modal", asking(select(options=[])), "/element/options", "must provide at least 1 items"),
    ("modal", asking(select(option_groups=[])), "/element/option_groups", "at least 1 items"),
    (
        "modal",
        asking(select(option_groups=[{"label": plain(), "options": [option("b")]}])),
        "/element",
        "must not provide both options and option_groups",
    ),
    ("modal", asking(select(options=[option(""), option()])), "/element/options/0/value", "0 char"),
    ("modal", asking(select(options=[option(), option()])), "/element", "must be unique: a"),
    (
        "modal",
        asking(select(options=[{**option(), "url": "https://a/"}])),
        "/element/options/0",
        "url",
    ),
    (
        "modal",
        asking(select(options=[{**option(), "text": mrkdwn()}])),
        "/element/options/0/text/type",
        "valid enum value",
    ),
    ("modal", asking(select(initial_option=option("b"))), "/element/initial_option", "must match"),
    (
        "modal",
        asking(select(initial_option=option("a", "Other words"))),
        "/element/initial_option",
        "must match one of the options",
    ),
    (
        "modal",
        many("checkboxes", options=TWO, initial_options=[option("a"), option("c")]),
        "/element/initial_options/1",
        "must match one of the options",
    ),
    ("modal", many("checkboxes", options=TWO, initial_options=[]), "/element/initial_options", "1"),
    (
        "modal",
        many("multi_static_select", options=TWO, initial_options=TWO, max_selected_items=1),
        "/element/initial_options",
        "no more than 1 items allowed",
    ),
    (
        "modal",
        many("multi_static_select", options=TWO, max_selected_items=0),
        "/element/max_selected_items",
        "must be greater than 1",
    ),
    ("modal", many("datepicker", initial_date="2026-02-30"), "/element/initial_date", "YYYY-MM-DD"),
    ("modal", many("datepicker", initial_date="30.11.2026"), "/element/initial_date", "YYYY-MM-DD"),
    ("modal", many("timepicker", initial_time="24:00"), "/element/initial_time", "HH:mm"),
    ("modal", many("timepicker", timezone="Mars/Base"), "/element/timezone", "IANA"),
    ("modal", many("datetimepicker", initial_date_time=7), "/element/initial_date_time", "greater"),
    ("modal", many("conversations_select", filter={}), "/element/filter", "one of: include"),
    (
        "modal",
        many("conversations_select", filter={"include": ["dm"]}),
        "/element/filter/include/0",
        "enum",
    ),
    (
        "modal",
        {**numeric(), "element": {"type": "number_input"}},
        "/element",
        "is_decimal_allowed",
    ),
    ("modal", numeric(min_value="ten"), "/element/min_value", "must be a number"),
    ("modal", numeric(min_value=1), "/element/min_value", "must provide a string"),
    ("modal", numeric(min_value="2", max_value="1"), "/element/min_value", "equal to max_value"),
    ("modal", numeric(initial_value="3", max_value="2"), "/element/initial_value", "max_value"),
    ("modal", numeric(initial_value="0.5"), "/element/initial_value", "decimal"),
    ("modal", typing(min_length=3, max_length=2), "/element/min_length", "equal to max_length"),
    ("modal", typing(max_length=0), "/element/max_length", "must be greater than 1"),
    (
        "modal",
        typing(dispatch_action_config={"trigger_actions_on": []}),
        "/element/dispatch_action_config/trigger_actions_on",
        "at least 1 items",
    ),
    ("modal", asking(without(ELEMENTS["rich_text_input"], "action_id")), "/element", "action_id"),
    (
        "home",
        many("conversations_select", response_url_enabled=True),
        "/element/response_url_enabled",
        "modal",
    ),
    (
        "modal",
        actions({"type": "channels_select", "response_url_enabled": True}),
        "/elements/0/response_url_enabled",
        "modal",
    ),
]


@pytest.mark.parametrize(("surface", "block", "pointer", "words"), REFUSED)
def test_a_refusal_names_the_place_and_the_reason(
    surface: str, block: Json, pointer: str, words: str
) -> None:
    problems = problems_on(surface, block)

    assert [problem.pointer for problem in problems] == [f"/blocks/0{pointer}"]
    assert words in problems[0].message


def test_a_block_id_may_stand_only_once_in_a_message() -> None:
    problems = problems_on("message", section(block_id="a"), section(block_id="a"))

    assert problems == [Problem("/blocks/1/block_id", '`block_id` "a" already exists')]


def test_only_one_element_takes_the_focus() -> None:
    focused = asking(select(focus_on_load=True))

    problems = problems_on("modal", focused, asking(select(focus_on_load=False)), focused)

    assert [problem.pointer for problem in problems] == ["/blocks/2/element/focus_on_load"]


def test_two_plans_in_one_message_are_refused() -> None:
    problems = problems_on("message", BLOCKS["plan"], BLOCKS["plan"])

    assert problems == [Problem("/blocks/1", "Cannot have more than 1 plan block")]


def test_a_table_in_an_attachment_counts_with_the_one_in_the_message() -> None:
    payload = {"blocks": [BLOCKS["table"]], "attachments": [{"blocks": [BLOCKS["table"]]}]}

    problems = problems_of_message(payload)

    assert problems == [Problem("/attachments/0/blocks/0", "only_one_table_allowed")]


def test_a_button_stands_in_the_cells_of_a_data_table_below_its_header() -> None:
    cells = [{"type": "action", "element": button(), "fallback": cell()}]

    assert problems_on("message", table(rows=[[cell()], cells])) == []
    assert [problem.pointer for problem in problems_on("message", table(rows=[cells, cells]))] == [
        "/blocks/0/rows/0/0"
    ]


def test_two_series_of_one_name_are_refused() -> None:
    series = [{"name": "s", "data": [{"label": "Q1", "value": 1}]}] * 2

    problems = problems_on("message", bars(series=series))

    assert problems == [Problem("/blocks/0/chart/series/1/name", '`name` "s" already exists')]


def test_a_pointer_escapes_what_json_pointers_reserve() -> None:
    payload = {"metadata": {"event_type": "x", "event_payload": {}, "a/b~c": 1}}

    problems = problems_of_message(payload)

    assert problems == [Problem("/metadata", "invalid additional property: a/b~c")]


@pytest.mark.parametrize(
    ("payload", "pointer"),
    [
        ({"text": "x" * 40_001}, "/text"),
        ({"text": 7}, "/text"),
        ({"blocks": {}}, "/blocks"),
        ({"blocks": ["x"]}, "/blocks/0"),
        ({"metadata": {"event_type": "x"}}, "/metadata"),
        ({"metadata": {"event_type": "", "event_payload": {}}}, "/metadata/event_type"),
        ({"metadata": {"event_type": "x", "event_payload": []}}, "/metadata/event_payload"),
        ({"attachments": [{"color": "reddish"}]}, "/attachments/0/color"),
        ({"attachments": [{"blocks": [{"type": "nope"}]}]}, "/attachments/0/blocks/0/type"),
    ],
)
def test_a_message_is_refused_at(payload: Json, pointer: str) -> None:
    assert [problem.pointer for problem in problems_of_message(payload)] == [pointer]


@pytest.mark.parametrize(
    "payload",
    [
        {"text": "x" * 40_000},
        {"blocks": []},
        {"text": "x", "blocks": None, "thread_ts": "1.2"},
        {"metadata": {"event_type": "x", "event_payload": {"a": [1]}}},
        {"attachments": [{"color": "#36a64f", "fallback": "x", "blocks": [section()]}]},
    ],
)
def test_a_message_is_welcome(payload: Json) -> None:
    assert problems_of_message(payload) == []


@pytest.mark.parametrize(
    ("view", "pointer"),
    [
        (modal(), "/blocks"),
        (without(modal(section()), "title"), ""),
        (without(modal(section()), "type"), ""),
        (without(modal(section()), "blocks"), ""),
        (modal(section(), type="sheet"), "/type"),
        (modal(section(), title=mrkdwn()), "/title/type"),
        (modal(section(), title=plain("x" * 25)), "/title/text"),
        (modal(section(), submit=plain("x" * 25)), "/submit/text"),
        (modal(section(), close=plain("x" * 25)), "/close/text"),
        (modal(section(), private_metadata="x" * 3001), "/private_metadata"),
        (modal(section(), callback_id="x" * 256), "/callback_id"),
        (modal(section(), external_id="x" * 256), "/external_id"),
        (modal(section(), clear_on_close="yes"), "/clear_on_close"),
        (modal(section(), color="red"), ""),
        (without(modal(typing()), "submit"), "/blocks/0/input"),
        ({"type": "home", "title": plain(), "blocks": [section()]}, ""),
        ({"type": "home", "blocks": []}, "/blocks"),
    ],
)
def test_a_view_is_refused_at(view: Json, pointer: str) -> None:
    assert [problem.pointer for problem in problems_of_view(view)] == [pointer]


@pytest.mark.parametrize(
    "view",
    [
        modal(section(), title=plain("x" * 24), submit=plain("x" * 24), close=plain("x" * 24)),
        modal(section(), private_metadata="x" * 3000, callback_id="x" * 255, external_id="x" * 255),
        modal(section(), clear_on_close=True, notify_on_close=True),
        without(modal(section()), "submit"),
        {"type": "home", "blocks": [typing()], "private_metadata": "x", "callback_id": "c"},
    ],
)
def test_a_view_is_welcome(view: Json) -> None:
    assert problems_of_view(view) == []


def test_a_view_above_250_kilobytes_is_too_large() -> None:
    blocks = [section(text=plain("x" * 2900)) for _ in range(90)]

    assert problems_of_view(modal(*blocks)) == [Problem("", "view_too_large")]
    assert problems_of_view(modal(*blocks[:80])) == []


GROUP = {"label": plain(), "options": [option()]}


@pytest.mark.parametrize(
    ("answer", "pointers"),
    [
        ({"options": []}, []),
        ({"options": [option()]}, []),
        ({"option_groups": [GROUP]}, []),
        ({}, [""]),
        ({"options": [], "option_groups": []}, [""]),
        ({"options": [option("x" * 151)]}, ["/options/0/value"]),
        ({"options": [option(), option()]}, [""]),
        ({"options": [{"text": mrkdwn(), "value": "a"}]}, ["/options/0/text/type"]),
        ({"options": [{"text": plain(), "value": "a", "url": "https://a/"}]}, ["/options/0"]),
        ({"option_groups": [{"label": plain(), "options": []}]}, ["/option_groups/0/options"]),
        ({"choices": []}, [""]),
    ],
)
def test_an_answer_of_options_is_held_to_the_same_rules(answer: Json, pointers: list[str]) -> None:
    assert [problem.pointer for problem in problems_of_options(answer)] == pointers
