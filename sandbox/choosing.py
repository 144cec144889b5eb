"""Which element and which option a person means by what they call it."""

from collections.abc import Sequence

from sandbox.answers import Option
from sandbox.controls import Control, controls_of, options_of
from sandbox.values import Entry, Picker
from sandbox.wire import JsonObject, as_text, text_of

Picked = Entry | Option | Sequence[Option]


class NotThere(ValueError):
    """The person does not see what they were told to touch."""


def found(blocks: list[JsonObject], key: str, value: Picked, block_id: str | None) -> Control:
    controls = controls_of(blocks)
    named = [control for control in controls if control.goes_by(key)]
    if block_id is not None:
        named = [control for control in named if control.block_id == block_id]
    same = [control for control in named if control.element.get("value") == value]
    if value is not None and same:
        named = same
    if not named:
        raise NotThere(f"no element {key!r} among {[c.action_id for c in controls]}")
    if len(named) > 1:
        raise NotThere(f"{len(named)} elements are called {key!r}: say which by block_id or value")
    return named[0]


def input_called(blocks: list[JsonObject], key: str) -> Control:
    inputs = [control for control in controls_of(blocks) if control.holds_value]
    named = [control for control in inputs if key in (control.block_id, control.action_id)]
    if len(named) != 1:
        known = [(control.block_id, control.action_id) for control in inputs]
        raise NotThere(f"{len(named)} inputs are called {key!r} among {known}")
    return named[0]


def meant(control: Control, value: Picked, picker: Picker) -> Entry:
    """What is entered: options may be called by their words, too."""
    entry = _entry(value)
    known = [*options_of(control.element), *picker.offered]
    values = {as_text(option.get("value")) for option in known}
    by_words = {text_of(option.get("text")): as_text(option.get("value")) for option in known}

    def value_of(item: str) -> str:
        return item if item in values else by_words.get(item, item)

    if isinstance(entry, str):
        return value_of(entry)
    return [value_of(item) for item in entry] if isinstance(entry, Sequence) else entry


def _entry(value: Picked) -> Entry:
    if isinstance(value, Option):
        return value.value
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [item.value if isinstance(item, Option) else item for item in value]
    return value
