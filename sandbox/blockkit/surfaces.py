"""What whole messages, views and option lists are held to: counts, and what is unique in them."""

import json
from collections.abc import Iterator, Sequence

from sandbox.blockkit.blocks import MARKDOWN_MOST, blocks_on
from sandbox.blockkit.elements import Surface
from sandbox.blockkit.forms import is_color
from sandbox.blockkit.objects import LINK, OPTIONS_ANSWER, WEB, plain
from sandbox.blockkit.problems import ONE_TABLE, Fields, Problem, as_list, as_object, below
from sandbox.blockkit.rules import (
    AnyObject,
    Flag,
    ListOf,
    Number,
    Rule,
    Shape,
    Tagged,
    Text,
    tagged,
)

MESSAGE_BLOCKS = 50
VIEW_BLOCKS = 100
VIEW_BYTES = 250_000
MESSAGE_TEXT = 40_000
_NAMED_COLORS = frozenset({"good", "warning", "danger"})
# https://docs.slack.dev/reference/block-kit/blocks/table-block, …/data-visualization-block; that
# there may be only one plan is said by Slack's refusal alone.
_SCARCE = (
    (("table", "data_table"), 1, ONE_TABLE),
    (("plan",), 1, "Cannot have more than 1 plan block"),
    (("data_visualization",), 2, "no more than 2 charts allowed"),
)


def _placed(blocks: object, at: str) -> Iterator[tuple[str, Fields]]:
    """Every block with its place, those inside containers and carousels too."""
    for index, item in enumerate(as_list(blocks) or []):
        block = as_object(item)
        if block is None:
            continue
        place = below(at, index)
        yield place, block
        yield from _placed(block.get("child_blocks"), below(place, "child_blocks"))
        if block.get("type") == "carousel":
            yield from _placed(block.get("elements"), below(place, "elements"))


def _placed_elements(place: str, block: Fields) -> Iterator[tuple[str, Fields]]:
    """The elements of one block with their places."""
    for name in ("element", "accessory"):
        element = as_object(block.get(name))
        if element is not None:
            yield below(place, name), element
    if block.get("type") == "actions":
        yield from _placed(block.get("elements"), below(place, "elements"))


def _repeated_ids(placed: Sequence[tuple[str, Fields]]) -> Iterator[Problem]:
    seen: set[str] = set()
    for place, block in placed:
        name = block.get("block_id")
        if isinstance(name, str) and name in seen:
            yield Problem(below(place, "block_id"), f'`block_id` "{name}" already exists')
        elif isinstance(name, str):
            seen.add(name)


def _too_many_of_a_kind(placed: Sequence[tuple[str, Fields]]) -> Iterator[Problem]:
    """What a message has at most one or two of, attachments counted with it."""
    for kinds, most, words in _SCARCE:
        found = [place for place, block in placed if block.get("type") in kinds]
        yield from (Problem(place, words) for place in found[most:])


def _too_much_markdown(placed: Sequence[tuple[str, Fields]]) -> Iterator[Problem]:
    texts = [block.get("text") for _, block in placed if block.get("type") == "markdown"]
    lengths = [len(text) for text in texts if isinstance(text, str)]
    if len(lengths) > 1 and sum(lengths) > MARKDOWN_MOST:
        yield Problem(
            "/blocks", f"markdown blocks must be less than {MARKDOWN_MOST + 1} characters"
        )


def _focused_twice(elements: Sequence[tuple[str, Fields]]) -> Iterator[Problem]:
    focused = [place for place, element in elements if element.get("focus_on_load") is True]
    for place in focused[1:]:
        yield Problem(below(place, "focus_on_load"), "only one element can be focused on load")


def _answers_by_url(elements: Sequence[tuple[str, Fields]], surface: Surface) -> Iterator[Problem]:
    """A menu can only ask for a response_url in an input block of a modal."""
    for place, element in elements:
        fits = surface is Surface.MODAL and place.endswith("/element")
        if element.get("response_url_enabled") is True and not fits:
            yield Problem(
                below(place, "response_url_enabled"), "only allowed in an input of a modal"
            )


def _across_blocks(placed: Sequence[tuple[str, Fields]], surface: Surface) -> Iterator[Problem]:
    elements = [found for place, block in placed for found in _placed_elements(place, block)]
    yield from _repeated_ids(placed)
    yield from _too_much_markdown(placed)
    yield from _focused_twice(elements)
    yield from _answers_by_url(elements, surface)
    if surface is Surface.MESSAGE:
        yield from _too_many_of_a_kind(placed)


def _in_message(payload: Fields) -> list[tuple[str, Fields]]:
    """Every block of a message with its place, those of attachments too."""
    placed = list(_placed(payload.get("blocks"), "/blocks"))
    for index, attachment in enumerate(as_list(payload.get("attachments")) or []):
        blocks = (as_object(attachment) or {}).get("blocks")
        placed += _placed(blocks, f"/attachments/{index}/blocks")
    return placed


def _is_attachment_color(color: str) -> bool:
    return color in _NAMED_COLORS or is_color(color if color.startswith("#") else f"#{color}")


_FIELD = Shape({"title": Text()}, {"value": Text(), "short": Flag()})
_ATTACHMENT_TEXTS = (
    "fallback pretext author_name author_subname title text footer callback_id service_name"
)
_ATTACHMENT = Shape(
    optional={
        **dict.fromkeys(_ATTACHMENT_TEXTS.split(), Text()),
        **dict.fromkeys(("title_link", "author_link", "from_url", "original_url"), LINK),
        **dict.fromkeys(("author_icon", "image_url", "thumb_url", "footer_icon"), WEB),
        "color": Text(accepts=_is_attachment_color, otherwise="must be a color"),
        "fields": ListOf(_FIELD),
        "mrkdwn_in": ListOf(Text(least=1)),
        "ts": Number(),
        "blocks": ListOf(blocks_on(Surface.MESSAGE), 0, MESSAGE_BLOCKS),
    }
)
_METADATA = Shape(
    {"event_type": Text(255, least=1), "event_payload": AnyObject()},
    {"entities": ListOf(AnyObject())},
)
_MESSAGE_PARTS: dict[str, Rule] = {
    "text": Text(MESSAGE_TEXT),
    "blocks": ListOf(blocks_on(Surface.MESSAGE), 0, MESSAGE_BLOCKS),
    "attachments": ListOf(_ATTACHMENT, 0, 100),
    "metadata": _METADATA,
}


def message_problems(payload: Fields) -> Iterator[Problem]:
    """Yield what is wrong with the text, blocks, attachments and metadata of a message.

    Whether anything was said at all, and every other argument, is for the caller to judge.
    """
    for name, rule in _MESSAGE_PARTS.items():
        given = payload.get(name)
        if given is not None and (name, given) != ("metadata", {}):  # {} takes metadata away
            yield from rule.problems(given, f"/{name}")
    yield from _across_blocks(_in_message(payload), Surface.MESSAGE)


_VIEW_FIELDS: dict[str, Rule] = {
    "private_metadata": Text(3000),
    "callback_id": Text(255),
    "external_id": Text(255),
}
_MODAL = Shape(
    {"title": plain(24), "blocks": ListOf(blocks_on(Surface.MODAL), 1, VIEW_BLOCKS)},
    {
        **_VIEW_FIELDS,
        "submit": plain(24),
        "close": plain(24),
        **dict.fromkeys(("clear_on_close", "notify_on_close"), Flag()),
    },
)
_HOME = Shape({"blocks": ListOf(blocks_on(Surface.HOME), 1, VIEW_BLOCKS)}, _VIEW_FIELDS)
_VIEW = Tagged({"modal": tagged("modal", _MODAL), "home": tagged("home", _HOME)})


def _needs_submit(view: Fields) -> Iterator[Problem]:
    """https://docs.slack.dev/reference/views/modal-views; the words and place are Slack's."""
    placed = _placed(view.get("blocks"), "/blocks")
    inputs = [place for place, block in placed if block.get("type") == "input"]
    if view.get("type") == "modal" and inputs and "submit" not in view:
        words = "must define `submit` to use an `input` block in modals"
        yield Problem(below(inputs[0], "input"), words)


def view_problems(view: Fields) -> Iterator[Problem]:
    """Yield what is wrong with a modal or a Home tab as an app sends it."""
    yield from _VIEW.problems(view, "")
    surface = Surface.HOME if view.get("type") == "home" else Surface.MODAL
    yield from _across_blocks(list(_placed(view.get("blocks"), "/blocks")), surface)
    yield from _needs_submit(view)
    if len(json.dumps(view, ensure_ascii=False, separators=(",", ":")).encode()) > VIEW_BYTES:
        yield Problem("", "view_too_large")


def options_problems(payload: Fields) -> Iterator[Problem]:
    """Yield what is wrong with an app's answer to a menu that asked for options."""
    return OPTIONS_ANSWER.problems(payload, "")
