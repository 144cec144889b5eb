"""Finds what a person can touch among blocks, and names what the app left unnamed.

Works on Block Kit that the validator has passed. Knows nothing of messages, views or values.
"""

from collections.abc import Iterator, Sequence
from copy import deepcopy
from dataclasses import dataclass
from typing import Protocol

from sandbox.wire import JsonObject, as_object, as_objects, as_text, text_of

# Elements a person reads; every other element of a block can be touched.
SILENT = frozenset({"image", "mrkdwn", "plain_text"})
BUTTON_LIKE = frozenset({"button", "overflow", "icon_button", "workflow_button"})


class Names(Protocol):
    """Hands out names that were not given before."""

    def next(self) -> str: ...


@dataclass(frozen=True)
class Control:
    """An interactive element where it stands."""

    block: JsonObject
    element: JsonObject

    @property
    def block_id(self) -> str:
        return as_text(self.block.get("block_id"))

    @property
    def action_id(self) -> str:
        return as_text(self.element.get("action_id"))

    @property
    def type(self) -> str:
        return as_text(self.element.get("type"))

    @property
    def label(self) -> str:
        return text_of(self.element.get("text"))

    @property
    def is_input(self) -> bool:
        """Inside an input block: part of a form."""
        return self.block.get("type") == "input"

    @property
    def holds_value(self) -> bool:
        """Has a place in the state of its view or message."""
        return self.type not in BUTTON_LIKE and self.type != "feedback_buttons"

    @property
    def dispatches(self) -> bool:
        """Touching it tells the app at once."""
        return not self.is_input or bool(self.block.get("dispatch_action"))

    def goes_by(self, key: str) -> bool:
        return key in (self.block_id, self.action_id) or (key != "" and key == self.label)


def controls_of(blocks: Sequence[JsonObject]) -> list[Control]:
    """Every interactive element, in reading order, those of nested blocks included."""
    return [control for block in blocks for control in _controls_in(block)]


def _controls_in(block: JsonObject) -> Iterator[Control]:
    for element in _elements_of(block):
        if as_text(element.get("type")) not in SILENT:
            yield Control(block, element)
    for nested in _nested_blocks(block):
        yield from _controls_in(nested)


def _elements_of(block: JsonObject) -> list[JsonObject]:
    match block.get("type"):
        case "actions" | "context_actions":
            return as_objects(block.get("elements"))
        case "section":
            return [as_object(block["accessory"])] if block.get("accessory") else []
        case "input":
            return [as_object(block.get("element"))]
        case "card":
            return as_objects(block.get("actions"))
        case _:
            return []


def _nested_blocks(block: JsonObject) -> list[JsonObject]:
    match block.get("type"):
        case "container":
            return as_objects(block.get("child_blocks"))
        case "carousel":
            return as_objects(block.get("elements"))
        case _:
            return []


def with_names(blocks: Sequence[JsonObject], names: Names) -> list[JsonObject]:
    """The blocks with a block_id and, on each control, an action_id, as Slack gives them back."""
    named = deepcopy(list(blocks))
    for block in named:
        _name_block(block, names)
    return named


def _name_block(block: JsonObject, names: Names) -> None:
    if not block.get("block_id"):
        block["block_id"] = names.next()
    for control in _controls_in(block):
        if not control.block.get("block_id"):
            control.block["block_id"] = names.next()
        if not control.element.get("action_id"):
            control.element["action_id"] = names.next()


def options_of(element: JsonObject) -> list[JsonObject]:
    """The options an element lists itself, groups flattened."""
    grouped = [
        option
        for group in as_objects(element.get("option_groups"))
        for option in as_objects(group.get("options"))
    ]
    return as_objects(element.get("options")) + grouped
