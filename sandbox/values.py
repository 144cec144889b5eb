"""What an input holds, in the shape Slack sends as state, and what a client lets a person enter.

Knows one element at a time; views and messages keep the values.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, time
from decimal import Decimal, InvalidOperation
from typing import Protocol

from sandbox.controls import Control, options_of
from sandbox.wire import JsonObject, as_list, as_object, as_objects, as_text

Entry = str | int | float | Sequence[str] | JsonObject | None

TEXTS = frozenset({"plain_text_input", "email_text_input", "url_text_input", "number_input"})
# Element type → (key in the state, key of the value it starts with).
HOLDS = {
    **dict.fromkeys(TEXTS, ("value", "initial_value")),
    "static_select": ("selected_option", "initial_option"),
    "external_select": ("selected_option", "initial_option"),
    "radio_buttons": ("selected_option", "initial_option"),
    "overflow": ("selected_option", ""),
    "multi_static_select": ("selected_options", "initial_options"),
    "multi_external_select": ("selected_options", "initial_options"),
    "checkboxes": ("selected_options", "initial_options"),
    "users_select": ("selected_user", "initial_user"),
    "multi_users_select": ("selected_users", "initial_users"),
    "channels_select": ("selected_channel", "initial_channel"),
    "multi_channels_select": ("selected_channels", "initial_channels"),
    "conversations_select": ("selected_conversation", "initial_conversation"),
    "multi_conversations_select": ("selected_conversations", "initial_conversations"),
    "datepicker": ("selected_date", "initial_date"),
    "timepicker": ("selected_time", "initial_time"),
    "datetimepicker": ("selected_date_time", "initial_date_time"),
    "rich_text_input": ("rich_text_value", "initial_value"),
    "file_input": ("files", ""),
}
LISTS = frozenset(
    name for name, (key, _) in HOLDS.items() if key.endswith("s") and name != "file_input"
)
# https://docs.slack.dev/reference/block-kit/block-elements/plain-text-input-element
LONGEST_TEXT = 3000
MOST_FILES = 10

REQUIRED = "Please complete this required field."


class CannotEnter(ValueError):
    """A person could not enter this: no such option, no such date, no such user."""


class Directory(Protocol):
    """Who and what can be picked in a team."""

    def has_user(self, user_id: str) -> bool: ...
    def has_channel(self, channel_id: str) -> bool: ...


def no_file(file_id: str) -> JsonObject | None:  # noqa: ARG001 - the shape of `Picker.file`
    """There are no files to choose."""
    return None


@dataclass(frozen=True)
class Picker:
    """What the person may pick from: the team, the options the app has offered so far, and the
    files (as Slack shows them, by id) they uploaded.
    """

    directory: Directory
    offered: Sequence[JsonObject] = ()
    file: Callable[[str], JsonObject | None] = no_file


def starting_value(element: JsonObject) -> JsonObject:
    """What an untouched element holds: its initial value, else emptiness."""
    kind = as_text(element.get("type"))
    key, initial = HOLDS[kind]
    empty: object = [] if kind in LISTS or kind == "file_input" else None
    return {"type": kind, key: element.get(initial, empty)}


def entered(control: Control, entry: Entry, picker: Picker) -> JsonObject:
    """The state after a person enters `entry`. Raises CannotEnter when no client would let them."""
    key, _ = HOLDS[control.type]
    value = ENTER[key](control, entry, picker)
    return {"type": control.type, key: value}


def is_empty(state: JsonObject) -> bool:
    key, _ = HOLDS[as_text(state.get("type"))]
    return state.get(key) in (None, "", [])


def _enter_text(control: Control, entry: Entry, _: Picker) -> object:
    if entry is None or entry == "":
        return None
    if not isinstance(entry, str | int | float):
        raise CannotEnter(f"{control.block_id} takes text, not {entry!r}")
    return str(entry)


def _enter_option(control: Control, entry: Entry, picker: Picker) -> object:
    if entry is None or entry == "":
        return None
    known = [*options_of(control.element), *_current_options(control), *picker.offered]
    for option in known:
        if option.get("value") == entry:
            return option
    offered = [as_text(option.get("value")) for option in known]
    raise CannotEnter(f"{control.block_id} offers {offered}, not {entry!r}")


def _current_options(control: Control) -> list[JsonObject]:
    single = control.element.get("initial_option")
    return ([as_object(single)] if single else []) + as_objects(
        control.element.get("initial_options")
    )


def _enter_options(control: Control, entry: Entry, picker: Picker) -> object:
    chosen = [_enter_option(control, item, picker) for item in _listed(control, entry)]
    most = control.element.get("max_selected_items")
    if isinstance(most, int) and len(chosen) > most:
        raise CannotEnter(f"{control.block_id} takes at most {most} options")
    return chosen


def _enter_user(control: Control, entry: Entry, picker: Picker) -> object:
    return _enter_id(control, entry, picker.directory.has_user)


def _enter_channel(control: Control, entry: Entry, picker: Picker) -> object:
    return _enter_id(control, entry, picker.directory.has_channel)


def _enter_conversation(control: Control, entry: Entry, picker: Picker) -> object:
    def known(item: str) -> bool:
        return picker.directory.has_channel(item) or picker.directory.has_user(item)

    return _enter_id(control, entry, known)


def _enter_id(control: Control, entry: Entry, known: Callable[[str], bool]) -> object:
    if entry is None or entry == "":
        return None
    if not isinstance(entry, str) or not known(entry):
        raise CannotEnter(f"{control.block_id} finds nobody and nothing called {entry!r}")
    return entry


def _each(enter: Callable[[Control, Entry, Picker], object]) -> "Entering":
    def enter_all(control: Control, entry: Entry, picker: Picker) -> object:
        return [enter(control, item, picker) for item in _listed(control, entry)]

    return enter_all


def _listed(control: Control, entry: Entry) -> list[str]:
    if entry is None or entry == "":
        return []
    if isinstance(entry, str | int | float | dict):
        raise CannotEnter(f"{control.block_id} takes a list, not {entry!r}")
    return list(entry)


def _enter_date(control: Control, entry: Entry, _: Picker) -> object:
    return _checked(control, entry, lambda text: date.fromisoformat(text).isoformat())


def _enter_time(control: Control, entry: Entry, _: Picker) -> object:
    return _checked(control, entry, lambda text: time.fromisoformat(text).strftime("%H:%M"))


def _checked(control: Control, entry: Entry, read: Callable[[str], str]) -> object:
    if entry is None or entry == "":
        return None
    try:
        return read(str(entry))
    except ValueError as error:
        raise CannotEnter(f"{control.block_id}: {error}") from error


def _enter_moment(control: Control, entry: Entry, _: Picker) -> object:
    if entry is None or entry == "":
        return None
    if not isinstance(entry, int):
        raise CannotEnter(f"{control.block_id} takes seconds since 1970, not {entry!r}")
    return entry


def _enter_rich_text(control: Control, entry: Entry, _: Picker) -> object:
    if entry is None or entry == "":
        return None
    if isinstance(entry, dict):
        return entry
    if not isinstance(entry, str):
        raise CannotEnter(f"{control.block_id} takes text, not {entry!r}")
    words = {"type": "rich_text_section", "elements": [{"type": "text", "text": entry}]}
    return {"type": "rich_text", "elements": [words]}


def _enter_files(control: Control, entry: Entry, picker: Picker) -> object:
    """https://docs.slack.dev/reference/block-kit/block-elements/file-input-element"""
    chosen = [_enter_file(control, file_id, picker) for file_id in _listed(control, entry)]
    most = control.element.get("max_files", MOST_FILES)
    if isinstance(most, int) and len(chosen) > most:
        raise CannotEnter(f"{control.block_id} takes at most {most} files")
    return chosen


def _enter_file(control: Control, file_id: str, picker: Picker) -> JsonObject:
    found = picker.file(file_id)
    if found is None:
        raise CannotEnter(f"{control.block_id}: no file was uploaded as {file_id!r}")
    kinds = [as_text(kind).lower() for kind in as_list(control.element.get("filetypes"))]
    ending = as_text(found.get("name")).rpartition(".")[2].lower()
    if kinds and ending not in kinds:
        raise CannotEnter(f"{control.block_id} takes files of type {kinds}, not {ending!r}")
    return found


Entering = Callable[[Control, Entry, Picker], object]
ENTER: dict[str, Entering] = {
    "value": _enter_text,
    "selected_option": _enter_option,
    "selected_options": _enter_options,
    "selected_user": _enter_user,
    "selected_users": _each(_enter_user),
    "selected_channel": _enter_channel,
    "selected_channels": _each(_enter_channel),
    "selected_conversation": _enter_conversation,
    "selected_conversations": _each(_enter_conversation),
    "selected_date": _enter_date,
    "selected_time": _enter_time,
    "selected_date_time": _enter_moment,
    "rich_text_value": _enter_rich_text,
    "files": _enter_files,
}


def complaint(control: Control, state: JsonObject) -> str | None:
    """What Slack's own client objects to before it submits, in its words; None if nothing."""
    if is_empty(state):
        return None if control.block.get("optional") else REQUIRED
    checks = {
        "plain_text_input": _bad_length,
        "number_input": _bad_number,
        "email_text_input": _bad_email,
        "url_text_input": _bad_url,
    }
    check = checks.get(control.type)
    return check(control.element, as_text(state.get("value"))) if check else None


def _bad_length(element: JsonObject, value: str) -> str | None:
    least, most = element.get("min_length", 0), element.get("max_length", LONGEST_TEXT)
    if isinstance(least, int) and len(value) < least:
        return f"This must be at least {least} characters."
    if isinstance(most, int) and len(value) > most:
        return f"This must be {most} characters or fewer."
    return None


def _bad_number(element: JsonObject, value: str) -> str | None:
    try:
        number = Decimal(value)
    except InvalidOperation:
        return "Please enter a number."
    if not number.is_finite():
        return "Please enter a number."
    if not element.get("is_decimal_allowed") and number != number.to_integral_value():
        return "Please enter a whole number."
    return _out_of_range(element, number)


def _out_of_range(element: JsonObject, number: Decimal) -> str | None:
    least, most = as_text(element.get("min_value")), as_text(element.get("max_value"))
    if least and number < Decimal(least):
        return f"Please enter a number of at least {least}."
    if most and number > Decimal(most):
        return f"Please enter a number of at most {most}."
    return None


def _bad_email(_: JsonObject, value: str) -> str | None:
    fine = re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s]+", value)
    return None if fine else "Please enter a valid email address."


def _bad_url(_: JsonObject, value: str) -> str | None:
    fine = re.fullmatch(r"[a-z][a-z0-9+.-]*://\S+", value, re.IGNORECASE)
    return None if fine else "Please enter a valid URL."
