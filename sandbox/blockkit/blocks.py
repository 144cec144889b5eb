"""Blocks: their fields, and which surface each one fits.

https://docs.slack.dev/reference/block-kit/blocks; the surfaces: https://docs.slack.dev/blocks.json
"""

from collections.abc import Callable, Iterator, Mapping
from functools import cache

from sandbox.blockkit.checks import not_together, one_needed, unique_in
from sandbox.blockkit.elements import (
    BUTTON,
    IMAGE,
    OVERFLOW,
    Place,
    Surface,
    elements_in,
    shapes_in,
)
from sandbox.blockkit.forms import is_secure
from sandbox.blockkit.objects import (
    IDENTIFIER,
    SLACK_FILE,
    SLACK_ICON,
    WEB,
    plain,
    text,
    text_shapes,
)
from sandbox.blockkit.problems import Fields, Problem, as_object, below
from sandbox.blockkit.richtext import RICH_TEXT
from sandbox.blockkit.rules import (
    AnyObject,
    Flag,
    ListOf,
    Rule,
    Shape,
    Tagged,
    Text,
    Whole,
    one_of,
    tagged,
)
from sandbox.blockkit.tables import CHART, DATA_TABLE, TABLE

MARKDOWN_MOST = 12_000
_STATUSES = ("pending", "in_progress", "complete", "error")
_SECURE = Text(3000, least=1, accepts=is_secure, otherwise="must be an https URL")


def _no_dispatch_with_files(fields: Fields, at: str) -> Iterator[Problem]:
    element = as_object(fields.get("element")) or {}
    if fields.get("dispatch_action") is True and element.get("type") == "file_input":
        yield Problem(below(at, "dispatch_action"), "unsupported type: file_input")


def _collapsed_only_if_collapsible(fields: Fields, at: str) -> Iterator[Problem]:
    if fields.get("default_collapsed") is True and fields.get("is_collapsible") is not True:
        yield Problem(below(at, "default_collapsed"), "requires is_collapsible to be true")
    if fields.get("has_header_divider") is True and fields.get("is_collapsible") is True:
        yield Problem(
            below(at, "has_header_divider"), "must not be set when is_collapsible is true"
        )


def _text_or_fields(fields: Fields, at: str) -> Iterator[Problem]:
    """In Slack's words: https://github.com/slackapi/java-slack-sdk/issues/1017."""
    if "text" not in fields and "fields" not in fields:
        yield Problem(below(at, "type"), "must define either `text` or `fields`")


def _section(surface: Surface) -> Shape:
    return Shape(
        optional={
            "text": text(),
            "fields": ListOf(text(2000), 1, 10),
            "accessory": elements_in(Place.ACCESSORY, surface),
            "expand": Flag(),
        },
        checks=(_text_or_fields,),
    )


def _actions(surface: Surface) -> Shape:
    elements = ListOf(elements_in(Place.ACTIONS, surface), 1, 25)
    return Shape({"elements": elements}, checks=(unique_in("elements", "action_id"),))


def _context(surface: Surface) -> Shape:
    inside = elements_in(Place.CONTEXT, surface)
    shapes = {**inside.shapes, **text_shapes(3000)}
    return Shape({"elements": ListOf(Tagged(shapes), 1, 10)})


def _input(surface: Surface) -> Shape:
    return Shape(
        {"label": plain(2000), "element": elements_in(Place.INPUT, surface)},
        {"hint": plain(2000), "optional": Flag(), "dispatch_action": Flag()},
        (_no_dispatch_with_files,),
    )


def _context_actions(surface: Surface) -> Shape:
    elements = ListOf(Tagged(shapes_in(Place.CONTEXT_ACTIONS, surface)), 1, 5)
    return Shape({"elements": elements}, checks=(unique_in("elements", "action_id"),))


def _task() -> Shape:
    return Shape(
        {"task_id": Text(least=1), "title": Text(least=1)},
        {
            "status": one_of(*_STATUSES),
            "icon": SLACK_ICON,
            "details": _nested("rich_text", RICH_TEXT),
            "output": _nested("rich_text", RICH_TEXT),
            "sources": ListOf(tagged("url", Shape({"url": WEB, "text": Text(least=1)}))),
        },
    )


def _nested(name: str, shape: Shape) -> Shape:
    """A block of this type, with its own optional block_id."""
    optional = {**shape.optional, "block_id": IDENTIFIER}
    return tagged(name, Shape(shape.required, optional, shape.checks))


def _plan_task() -> Shape:
    """A task in a plan, where the type goes without saying."""
    shape = _task()
    optional = {**shape.optional, "type": one_of("task_card"), "block_id": IDENTIFIER}
    return Shape(shape.required, optional)


def _container(surface: Surface) -> Shape:
    inside = {name: _nested(name, _shape(name, surface)) for name in _IN_CONTAINER}
    return Shape(
        {"child_blocks": ListOf(Tagged(inside), 1, 10)},
        {
            "title": plain(150),
            "rich_text_title": _nested("rich_text", RICH_TEXT),
            "subtitle": text(150),
            "width": one_of("narrow", "standard", "wide", "full"),
            "icon": IMAGE,
            **dict.fromkeys(("is_collapsible", "default_collapsed", "has_header_divider"), Flag()),
        },
        (one_needed("title", "rich_text_title"), _collapsed_only_if_collapsible),
    )


_CARD = Shape(
    optional={
        "hero_image": IMAGE,
        "icon": IMAGE,
        "slack_icon": SLACK_ICON,
        "title": text(150),
        "subtitle": text(150),
        "body": text(200),
        "subtext": text(200),
        "actions": ListOf(BUTTON, 1, 3),
    },
    checks=(
        one_needed("hero_image", "title", "actions", "body"),
        not_together("icon", "slack_icon"),
        unique_in("actions", "action_id"),
    ),
)
_VIDEO = Shape(
    {
        "alt_text": Text(2000, least=1),
        "title": plain(199),
        "thumbnail_url": WEB,
        "video_url": _SECURE,
    },
    {
        "title_url": _SECURE,
        "description": plain(199),
        "author_name": Text(49),
        "provider_name": Text(),
        "provider_icon_url": WEB,
    },
)
_AUTH_PROVIDER = Shape(
    {"value": Text(150, least=1), "name": plain(75), "is_connected": Flag()},
    {
        "description": plain(150),
        "connected_identity": plain(75),
        "connected_context": plain(75),
        **dict.fromkeys(("icon_url", "auth_url", "disconnect_url"), _SECURE),
        "accessory": OVERFLOW,
        "fallback": ListOf(AnyObject()),
    },
)
_IMAGE = Shape(
    {"alt_text": Text(2000, least=1)},
    {"image_url": WEB, "slack_file": SLACK_FILE, "title": plain(2000)},
    (one_needed("image_url", "slack_file"), not_together("image_url", "slack_file")),
)
_ALERT = Shape(
    {"text": text(200)}, {"level": one_of("default", "info", "warning", "error", "success")}
)
_CALL = Shape({"call_id": Text(least=1)}, {"api_decoration_available": Flag(), "call": AnyObject()})
_PLAN = Shape(
    {"title": Text(least=1)},
    {
        "tasks": ListOf(_plan_task()),
        "status": one_of(*_STATUSES),
    },
)

_EVERYWHERE = frozenset(Surface)
_MESSAGE = frozenset({Surface.MESSAGE})
_OUTSIDE_MODALS = frozenset({Surface.MESSAGE, Surface.HOME})


def _fixed(shape: Shape) -> Callable[[Surface], Shape]:
    """A block that is the same on every surface it fits."""

    def anywhere(_surface: Surface) -> Shape:
        return shape

    return anywhere


def _carousel(_surface: Surface) -> Shape:
    return Shape({"elements": ListOf(_nested("card", _CARD), 1, 10)})


_BLOCKS: Mapping[str, tuple[Callable[[Surface], Shape], frozenset[Surface]]] = {
    "section": (_section, _EVERYWHERE),
    "actions": (_actions, _EVERYWHERE),
    "context": (_context, _EVERYWHERE),
    "input": (_input, _EVERYWHERE),
    "divider": (_fixed(Shape()), _EVERYWHERE),
    "header": (_fixed(Shape({"text": plain(150)}, {"level": Whole(1, 4)})), _EVERYWHERE),
    "image": (_fixed(_IMAGE), _EVERYWHERE),
    "rich_text": (_fixed(RICH_TEXT), _EVERYWHERE),
    "video": (_fixed(_VIDEO), _EVERYWHERE),
    "card": (_fixed(_CARD), _EVERYWHERE),
    "auth_provider": (_fixed(_AUTH_PROVIDER), _EVERYWHERE),
    "alert": (_fixed(_ALERT), frozenset({Surface.MODAL})),
    "carousel": (_carousel, _OUTSIDE_MODALS),
    "container": (_container, _MESSAGE),
    "table": (_fixed(TABLE), _OUTSIDE_MODALS),
    "data_table": (_fixed(DATA_TABLE), _OUTSIDE_MODALS),
    "data_visualization": (_fixed(CHART), _MESSAGE),
    "context_actions": (_context_actions, _MESSAGE),
    "markdown": (_fixed(Shape({"text": Text(MARKDOWN_MOST, least=1)})), _MESSAGE),
    "file": (
        _fixed(Shape({"external_id": Text(least=1), "source": one_of("remote")})),
        _MESSAGE,
    ),
    "call": (_fixed(_CALL), _MESSAGE),
    "plan": (_fixed(_PLAN), _MESSAGE),
    "task_card": (_fixed(_task()), _MESSAGE),
}
_IN_CONTAINER = (
    *("actions", "context", "divider", "file", "header", "image"),
    *("input", "rich_text", "section", "table", "video"),
)


def _shape(name: str, surface: Surface) -> Shape:
    build, _ = _BLOCKS[name]
    return build(surface)


@cache
def blocks_on(surface: Surface) -> Rule:
    """The rule for one block on this surface."""
    shapes = {
        name: _nested(name, build(surface))
        for name, (build, surfaces) in _BLOCKS.items()
        if surface in surfaces
    }
    return Tagged(shapes)
