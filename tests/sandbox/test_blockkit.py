"""The strict Block Kit validator against one valid example of everything, and every limit."""

import pytest

from sandbox.blockkit import Problem, explained
from tests.sandbox.blockkit_samples import (
    BLOCK_SURFACES,
    BLOCKS,
    ELEMENTS,
    LEAVES,
    PLACES,
    Json,
    actions,
    asking,
    bars,
    button,
    card,
    cell,
    confirm,
    container,
    in_place,
    option,
    options,
    pie,
    plain,
    problems_on,
    rich,
    section,
    select,
)

SURFACES = ("message", "modal", "home")
EVERY_PLACE = ("accessory", "actions", "input", "context", "context_actions")


def pointers(problems: list[Problem]) -> list[str]:
    return [problem.pointer for problem in problems]


@pytest.mark.parametrize("surface", SURFACES)
@pytest.mark.parametrize("name", BLOCKS)
def test_a_block_is_welcome_on_its_surfaces_only(name: str, surface: str) -> None:
    problems = problems_on(surface, BLOCKS[name])

    expected = [] if surface in BLOCK_SURFACES[name].split() else ["/blocks/0/type"]
    assert pointers(problems) == expected


@pytest.mark.parametrize("surface", SURFACES)
@pytest.mark.parametrize("place", EVERY_PLACE)
@pytest.mark.parametrize("name", ELEMENTS)
def test_an_element_is_welcome_in_its_places_only(name: str, place: str, surface: str) -> None:
    fits = surface in str(PLACES[name].get(place, "")).split()

    problems = problems_on(surface, in_place(place, ELEMENTS[name]))

    assert (problems == []) is fits


@pytest.mark.parametrize("leaf", LEAVES, ids=lambda leaf: leaf["type"])
def test_every_piece_of_rich_text_is_known(leaf: Json) -> None:
    assert problems_on("message", rich(leaf)) == []


@pytest.mark.parametrize("leaf", LEAVES, ids=lambda leaf: leaf["type"])
def test_a_piece_of_rich_text_has_no_unknown_fields(leaf: Json) -> None:
    problems = problems_on("message", rich({**leaf, "colour": "red"}))

    assert [problem.message for problem in problems] == ["invalid additional property: colour"]


@pytest.mark.parametrize("name", BLOCKS)
def test_a_block_has_no_unknown_fields(name: str) -> None:
    surface = BLOCK_SURFACES[name].split()[0]

    problems = problems_on(surface, {**BLOCKS[name], "colour": "red"})

    assert problems == [Problem("/blocks/0", "invalid additional property: colour")]


@pytest.mark.parametrize("name", BLOCKS)
def test_a_block_may_carry_an_id_of_at_most_255_characters(name: str) -> None:
    surface = BLOCK_SURFACES[name].split()[0]

    assert problems_on(surface, {**BLOCKS[name], "block_id": "b" * 255}) == []
    too_long = problems_on(surface, {**BLOCKS[name], "block_id": "b" * 256})
    assert pointers(too_long) == ["/blocks/0/block_id"]


@pytest.mark.parametrize("name", sorted(set(ELEMENTS) - {"image"}))
def test_an_element_may_carry_an_action_id_of_at_most_255_characters(name: str) -> None:
    place, surfaces = next(iter(PLACES[name].items()))
    surface = str(surfaces).split()[0]

    ids = ({**ELEMENTS[name], "action_id": "a" * length} for length in (255, 256))
    fits, too_long = (problems_on(surface, in_place(place, element)) for element in ids)

    assert fits == []
    assert [pointer.rsplit("/", 1)[1] for pointer in pointers(too_long)] == ["action_id"]


@pytest.mark.parametrize("name", ELEMENTS)
def test_an_element_has_no_unknown_fields(name: str) -> None:
    place, surfaces = next(iter(PLACES[name].items()))

    element = {**ELEMENTS[name], "colour": "red"}
    problems = problems_on(str(surfaces).split()[0], in_place(place, element))

    assert [problem.message for problem in problems] == ["invalid additional property: colour"]


def stretched(block: Json, path: list[str], size: int) -> Json:
    """The same block with what stands at the path grown to this size: text, number or array."""
    return {**block, path[0]: grown(block[path[0]], path[1:], size)}


def grown(value: object, path: list[str], size: int) -> object:
    if path and isinstance(value, list):
        at = int(path[0])
        return [*value[:at], grown(value[at], path[1:], size), *value[at + 1 :]]
    if path and isinstance(value, dict):
        return {**value, path[0]: grown(value[path[0]], path[1:], size)}
    match value:
        case str():
            return value.ljust(size, "x")
        case list():
            return [numbered(value[0], index) for index in range(size)]
        case _:
            return size


def numbered(item: object, index: int) -> object:
    """A copy of the item that differs from others in what must be unique."""
    unique = {"value", "name"} if isinstance(item, dict) and item.get("type") is None else set()
    fields = item.items() if isinstance(item, dict) else ()
    same = {
        key: f"{value}{index}" if key in unique and isinstance(value, str) else value
        for key, value in fields
    }
    return same if isinstance(item, dict) else item


DESCRIBED: Json = {**option(), "description": plain()}
LINKED: Json = {**option(), "url": "https://a/"}
GROUPED: Json = {
    "type": "static_select",
    "option_groups": [{"label": plain(), "options": [option()]}],
}
FULL_BUTTON = button(
    url="https://a/", value="v", accessibility_label="l", agent_prompt="p", confirm=confirm()
)
FULL_CARD = card(subtitle=plain(), body=plain(), subtext=plain(), actions=[button()])
AXES = {"categories": ["Q1"], "x_label": "x", "y_label": "y"}
FULL_VIDEO: Json = {**BLOCKS["video"], "author_name": "a", "description": plain()}
WIDE_TABLE: Json = {"type": "table", "rows": [[cell()]], "column_settings": [None]}
DATA: Json = {**BLOCKS["data_table"], "page_size": 5}
TYPING: Json = {"type": "plain_text_input", "min_length": 1, "max_length": 2, "initial_value": "x"}
CHOSEN_FIRST: Json = {
    "type": "multi_users_select",
    "max_selected_items": 2,
    "initial_users": ["U1"],
}
PROVIDER: Json = {**BLOCKS["auth_provider"], "description": plain(), "auth_url": "https://a/"}

LIMITS: list[tuple[str, Json, dict[str, int]]] = [
    ("message", section(fields=[plain()]), {"/text/text": 3000, "/fields/0/text": 2000}),
    ("message", section(fields=[plain()]), {"/fields": 10}),
    ("message", BLOCKS["header"], {"/text/text": 150, "/level": 4}),
    ("message", actions(button()), {"/elements": 25}),
    ("message", BLOCKS["context"], {"/elements": 10, "/elements/0/text": 3000}),
    ("message", BLOCKS["context_actions"], {"/elements": 5}),
    ("modal", asking(select(), hint=plain()), {"/label/text": 2000, "/hint/text": 2000}),
    ("message", BLOCKS["image"], {"/alt_text": 2000, "/title/text": 2000, "/image_url": 3000}),
    ("message", FULL_VIDEO, {"/title/text": 199, "/description/text": 199, "/author_name": 49}),
    ("message", BLOCKS["markdown"], {"/text": 12_000}),
    ("modal", BLOCKS["alert"], {"/text/text": 200}),
    ("message", FULL_CARD, {"/title/text": 150, "/subtitle/text": 150, "/body/text": 200}),
    ("message", FULL_CARD, {"/subtext/text": 200, "/actions": 3}),
    ("message", BLOCKS["carousel"], {"/elements": 10}),
    ("message", container(section(), subtitle=plain()), {"/child_blocks": 10}),
    (
        "message",
        container(section(), subtitle=plain()),
        {"/title/text": 150, "/subtitle/text": 150},
    ),
    ("home", PROVIDER, {"/name/text": 75, "/value": 150, "/description/text": 150}),
    ("home", PROVIDER, {"/auth_url": 3000}),
    ("message", WIDE_TABLE, {"/rows": 100, "/rows/0": 20, "/column_settings": 20}),
    ("message", DATA, {"/rows": 201, "/page_size": 100}),
    ("message", bars(axis_config=AXES), {"/title": 50, "/chart/axis_config/x_label": 50}),
    ("message", bars(axis_config=AXES), {"/chart/series": 12, "/chart/series/0/name": 20}),
    ("message", pie({"label": "a", "value": 1}), {"/chart/segments": 12}),
    ("message", pie({"label": "a", "value": 1}), {"/chart/segments/0/label": 20}),
    ("message", actions(FULL_BUTTON), {"/elements/0/text/text": 75, "/elements/0/value": 2000}),
    ("message", actions(FULL_BUTTON), {"/elements/0/url": 3000, "/elements/0/agent_prompt": 4000}),
    ("message", actions(FULL_BUTTON), {"/elements/0/accessibility_label": 75}),
    ("message", actions(FULL_BUTTON), {"/elements/0/confirm/title/text": 100}),
    ("message", actions(FULL_BUTTON), {"/elements/0/confirm/text/text": 300}),
    ("message", actions(FULL_BUTTON), {"/elements/0/confirm/confirm/text": 30}),
    ("message", actions(FULL_BUTTON), {"/elements/0/confirm/deny/text": 30}),
    ("modal", asking(select(placeholder=plain())), {"/element/placeholder/text": 150}),
    ("modal", asking(select()), {"/element/options": 100, "/element/options/0/text/text": 75}),
    ("modal", asking(select()), {"/element/options/0/value": 150}),
    ("modal", asking(select(options=[DESCRIBED])), {"/element/options/0/description/text": 75}),
    ("modal", asking(GROUPED), {"/element/option_groups/0/options": 100}),
    ("modal", asking(GROUPED), {"/element/option_groups/0/label/text": 75}),
    ("message", actions({"type": "overflow", "options": [LINKED]}), {"/elements/0/options": 5}),
    (
        "message",
        actions({"type": "overflow", "options": [LINKED]}),
        {"/elements/0/options/0/url": 3000},
    ),
    ("modal", asking({"type": "checkboxes", "options": [option()]}), {"/element/options": 10}),
    ("modal", asking({"type": "radio_buttons", "options": [option()]}), {"/element/options": 10}),
    ("modal", asking({**TYPING, "max_length": 3000}), {"/element/min_length": 3000}),
    ("modal", asking(TYPING), {"/element/max_length": 3000, "/element/initial_value": 2}),
    ("modal", asking({"type": "url_text_input", "initial_value": "x"}), {}),
    ("modal", asking({**ELEMENTS["rich_text_input"], "max_lines": 5}), {"/element/max_lines": 100}),
    ("modal", asking(ELEMENTS["file_input"]), {"/element/max_files": 10}),
    ("modal", asking(CHOSEN_FIRST), {"/element/initial_users": 2}),
    ("message", BLOCKS["context_actions"], {"/elements/1/positive_button/text/text": 75}),
    ("message", BLOCKS["context_actions"], {"/elements/1/negative_button/value": 2000}),
]


@pytest.mark.parametrize(
    ("surface", "block", "pointer", "limit"),
    [
        (surface, block, pointer, limit)
        for surface, block, limits in LIMITS
        for pointer, limit in limits.items()
    ],
)
def test_a_limit_holds_at_its_value_and_not_one_above(
    surface: str, block: Json, pointer: str, limit: int
) -> None:
    path = pointer[1:].split("/")

    fits = problems_on(surface, stretched(block, path, limit))
    exceeds = problems_on(surface, stretched(block, path, limit + 1))

    assert fits == []
    assert pointers(exceeds) == [f"/blocks/0{pointer}"]


def points(count: int) -> Json:
    names = [f"Q{number}" for number in range(count)]
    data = [{"label": name, "value": 1} for name in names]
    return bars(series=[{"name": "s", "data": data}], axis_config={"categories": names})


def data_table(*rows: list[Json], **more: object) -> Json:
    return {"type": "data_table", "caption": "x", "rows": list(rows), **more}


def groups(count: int) -> Json:
    named = [{"label": plain(), "options": [option(f"v{number}")]} for number in range(count)]
    return asking({"type": "static_select", "option_groups": named})


WHOLES: list[tuple[str, list[Json], list[Json], str]] = [
    ("message", [section()] * 50, [section()] * 51, "/blocks"),
    ("modal", [section()] * 100, [section()] * 101, "/blocks"),
    ("home", [section()] * 100, [section()] * 101, "/blocks"),
    ("modal", [groups(100)], [groups(101)], "/blocks/0/element/option_groups"),
    ("message", [points(20)], [points(21)], "/blocks/0/chart/series/0/data"),
    (
        "message",
        [data_table([cell()] * 20, [cell()] * 20)],
        [data_table([cell()] * 21, [cell()] * 21)],
        "/blocks/0/rows/0",
    ),
    (
        "message",
        [{"type": "table", "rows": [[cell("x" * 10_000)]]}],
        [{"type": "table", "rows": [[cell("x" * 9_999), cell("xx")]]}],
        "/blocks/0/rows",
    ),
    (
        "message",
        [data_table([cell()], [rich({"type": "text", "text": "x" * 19_999})])],
        [data_table([cell()], [rich({"type": "text", "text": "x" * 20_000})])],
        "/blocks/0/rows",
    ),
    (
        "message",
        [{"type": "markdown", "text": "x" * 6000}] * 2,
        [{"type": "markdown", "text": "x" * 6000}, {"type": "markdown", "text": "x" * 6001}],
        "/blocks",
    ),
    ("message", [bars()] * 2, [bars()] * 3, "/blocks/2"),
    ("message", [BLOCKS["table"]], [BLOCKS["table"], BLOCKS["data_table"]], "/blocks/1"),
    (
        "message",
        [container(BLOCKS["table"])],
        [BLOCKS["table"], container(BLOCKS["table"])],
        "/blocks/1/child_blocks/0",
    ),
    ("options", options(100), options(101), "/options"),
]


@pytest.mark.parametrize(("surface", "fits", "exceeds", "pointer"), WHOLES)
def test_what_counts_across_a_payload_holds_at_its_limit(
    surface: str, fits: list[Json], exceeds: list[Json], pointer: str
) -> None:
    assert problems_on(surface, *fits) == []
    assert pointers(problems_on(surface, *exceeds))[0] == pointer


@pytest.mark.parametrize(
    ("message", "code"),
    [
        ("missing required field: text", "missing_field"),
        ("must provide a string", "invalid_type"),
        ("must provide at least 1 items", "failed_constraint"),
        ("must be a boolean", "invalid_type"),
        ("invalid additional property: text", "failed_constraint"),
    ],
)
def test_a_problem_is_explained_with_a_code(message: str, code: str) -> None:
    told = explained(Problem("/blocks/0", message))

    assert (told["code"], told["message"], told["pointer"]) == (code, message, "/blocks/0")


def test_a_missing_field_is_named() -> None:
    assert explained(Problem("/0", "missing required field: text"))["field"] == "text"
