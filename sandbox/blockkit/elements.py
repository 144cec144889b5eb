"""Interactive elements: their fields, and which block and which surface each one fits.

https://docs.slack.dev/reference/block-kit/block-elements
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from sandbox.blockkit.checks import (
    initial_among_options,
    initial_within_length,
    not_together,
    numbers_in_order,
    one_needed,
    unique_option_values,
    whole_in_order,
    whole_unless_decimal,
    within_max_selected,
)
from sandbox.blockkit.forms import is_day, is_number, is_time, is_zone
from sandbox.blockkit.objects import (
    BUTTON_STYLE,
    CHECK_OPTION,
    CONFIRM,
    CONVERSATION_FILTER,
    DISPATCH_CONFIG,
    IDENTIFIER,
    LINK,
    MENU_OPTION,
    OPTION_GROUP,
    OPTIONS_MOST,
    OVERFLOW_OPTION,
    SLACK_FILE,
    WEB,
    WORKFLOW,
    plain,
)
from sandbox.blockkit.richtext import RICH_TEXT
from sandbox.blockkit.rules import (
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


class Surface(StrEnum):
    """Where blocks are shown."""

    MESSAGE = "message"
    MODAL = "modal"
    HOME = "home"


class Place(StrEnum):
    """The part of a block an element stands in."""

    ACCESSORY = "accessory"
    ACTIONS = "actions"
    INPUT = "input"
    CONTEXT = "context"
    CONTEXT_ACTIONS = "context_actions"


_ACTION: Mapping[str, Rule] = {"action_id": IDENTIFIER}
_CONFIRMED: Mapping[str, Rule] = {**_ACTION, "confirm": CONFIRM}
_FOCUSED: Mapping[str, Rule] = {**_CONFIRMED, "focus_on_load": Flag()}
_PICKER: Mapping[str, Rule] = {**_FOCUSED, "placeholder": plain(150)}
_TYPED: Mapping[str, Rule] = {
    **_ACTION,
    "dispatch_action_config": DISPATCH_CONFIG,
    "focus_on_load": Flag(),
    "placeholder": plain(150),
}
_LABEL: Mapping[str, Rule] = {"accessibility_label": Text(75, least=1)}
_VALUE: Mapping[str, Rule] = {"value": Text(2000, least=1)}
_ID = Text(least=1)
_NUMERIC = Text(least=1, accepts=is_number, otherwise="must be a number")
_LENGTH_MOST = 3000

IMAGE = tagged(
    "image",
    Shape(
        {"alt_text": Text(2000, least=1)},
        {"image_url": WEB, "slack_file": SLACK_FILE},
        (one_needed("image_url", "slack_file"), not_together("image_url", "slack_file")),
    ),
)
BUTTON = tagged(
    "button",
    Shape(
        {"text": plain(75)},
        {
            **_CONFIRMED,
            **_LABEL,
            **_VALUE,
            "url": LINK,
            "style": BUTTON_STYLE,
            "agent_prompt": Text(4000, least=1),
            "agent_prompt_display": Text(least=1),
            "visible_to_user_ids": ListOf(_ID, 1),
        },
    ),
)
OVERFLOW = tagged(
    "overflow",
    Shape({"options": ListOf(OVERFLOW_OPTION, 1, 5)}, _CONFIRMED, (unique_option_values,)),
)
_FEEDBACK = Shape({"text": plain(75), "value": Text(2000, least=1)}, _LABEL)


def _options_from_start(fields: Mapping[str, Rule]) -> Shape:
    """A menu whose options come with it, alone or in groups."""
    return Shape(
        optional={
            **_PICKER,
            **fields,
            "options": ListOf(MENU_OPTION, 1, OPTIONS_MOST),
            "option_groups": ListOf(OPTION_GROUP, 1, OPTIONS_MOST),
        },
        checks=(
            one_needed("options", "option_groups"),
            not_together("options", "option_groups"),
            unique_option_values,
            initial_among_options,
            within_max_selected("initial_options"),
        ),
    )


def _options_by_hand(initial: Mapping[str, Rule]) -> Shape:
    """Checkboxes and radio buttons: all options in sight."""
    return Shape(
        {"options": ListOf(CHECK_OPTION, 1, 10)},
        {**_FOCUSED, **initial},
        (unique_option_values, initial_among_options),
    )


def _many(initial: str, of: Rule, **more: Rule) -> Shape:
    """A menu to choose several from."""
    optional = {**_PICKER, "max_selected_items": Whole(1), initial: ListOf(of, 1), **more}
    return Shape(optional=optional, checks=(within_max_selected(initial),))


def _one(**fields: Rule) -> Shape:
    """A menu to choose one from, or another picker."""
    return Shape(optional={**_PICKER, **fields})


_CONVERSATIONS: Mapping[str, Rule] = {
    "default_to_current_conversation": Flag(),
    "filter": CONVERSATION_FILTER,
}
_SHAPES: Mapping[str, Shape] = {
    "button": BUTTON,
    "overflow": OVERFLOW,
    "image": IMAGE,
    "checkboxes": _options_by_hand({"initial_options": ListOf(CHECK_OPTION, 1)}),
    "radio_buttons": _options_by_hand({"initial_option": CHECK_OPTION}),
    "static_select": _options_from_start({"initial_option": MENU_OPTION}),
    "multi_static_select": _options_from_start(
        {"initial_options": ListOf(MENU_OPTION, 1), "max_selected_items": Whole(1)}
    ),
    "external_select": _one(initial_option=MENU_OPTION, min_query_length=Whole(0)),
    "multi_external_select": _many("initial_options", MENU_OPTION, min_query_length=Whole(0)),
    "users_select": _one(initial_user=_ID),
    "multi_users_select": _many("initial_users", _ID),
    "conversations_select": _one(
        initial_conversation=_ID, response_url_enabled=Flag(), **_CONVERSATIONS
    ),
    "multi_conversations_select": _many("initial_conversations", _ID, **_CONVERSATIONS),
    "channels_select": _one(initial_channel=_ID, response_url_enabled=Flag()),
    "multi_channels_select": _many("initial_channels", _ID),
    "datepicker": _one(initial_date=Text(accepts=is_day, otherwise="must be a date YYYY-MM-DD")),
    "timepicker": _one(
        initial_time=Text(accepts=is_time, otherwise="must be a time HH:mm"),
        timezone=Text(accepts=is_zone, otherwise="must be an IANA time zone"),
    ),
    "datetimepicker": Shape(
        optional={**_FOCUSED, "initial_date_time": Whole(1_000_000_000, 9_999_999_999)}
    ),
    "plain_text_input": Shape(
        optional={
            **_TYPED,
            "initial_value": Text(_LENGTH_MOST),
            "multiline": Flag(),
            "min_length": Whole(0, _LENGTH_MOST),
            "max_length": Whole(1, _LENGTH_MOST),
        },
        checks=(whole_in_order("min_length", "max_length"), initial_within_length),
    ),
    "email_text_input": Shape(optional={**_TYPED, "initial_value": Text()}),
    "url_text_input": Shape(optional={**_TYPED, "initial_value": Text()}),
    "number_input": Shape(
        {"is_decimal_allowed": Flag()},
        {**_TYPED, **dict.fromkeys(("initial_value", "min_value", "max_value"), _NUMERIC)},
        (whole_unless_decimal, numbers_in_order),
    ),
    "rich_text_input": Shape(
        {"action_id": IDENTIFIER},
        {
            **_TYPED,
            "initial_value": tagged("rich_text", RICH_TEXT),
            "min_lines": Whole(1, 100),
            "max_lines": Whole(1, 100),
        },
        (whole_in_order("min_lines", "max_lines"),),
    ),
    "file_input": Shape(
        optional={**_ACTION, "filetypes": ListOf(Text(least=1), 1), "max_files": Whole(1, 10)}
    ),
    "workflow_button": Shape(
        {"text": plain(75), "workflow": WORKFLOW, "action_id": IDENTIFIER},
        {**_CONFIRMED, **_LABEL, "style": BUTTON_STYLE},
    ),
    "feedback_buttons": Shape(
        {"positive_button": _FEEDBACK, "negative_button": _FEEDBACK}, _ACTION
    ),
    "icon_button": Shape(
        {"icon": one_of("trash"), "text": plain(75)},
        {**_CONFIRMED, **_LABEL, **_VALUE, "visible_to_user_ids": ListOf(_ID, 1, 10)},
    ),
}


@dataclass(frozen=True)
class Fit:
    """The places and the surfaces an element may stand on."""

    places: frozenset[Place]
    surfaces: frozenset[Surface]


_ANYWHERE = frozenset(Surface)
_ONLY_MESSAGE = frozenset({Surface.MESSAGE})
_ONLY_MODAL = frozenset({Surface.MODAL})
_PRESSED = frozenset({Place.ACCESSORY, Place.ACTIONS})
_CHOSEN = frozenset({Place.ACCESSORY, Place.ACTIONS, Place.INPUT})
_ASKED = frozenset({Place.INPUT})
_QUIET = frozenset({Place.CONTEXT_ACTIONS})
_MENUS = ("static", "external", "users", "conversations", "channels")
_FITS: Mapping[str, Fit] = {
    **dict.fromkeys(("button", "overflow"), Fit(_PRESSED, _ANYWHERE)),
    "workflow_button": Fit(_PRESSED, _ONLY_MESSAGE),
    "image": Fit(frozenset({Place.ACCESSORY, Place.CONTEXT}), _ANYWHERE),
    **dict.fromkeys(
        ("checkboxes", "radio_buttons", "datepicker", "timepicker"), Fit(_CHOSEN, _ANYWHERE)
    ),
    **{f"{menu}_select": Fit(_CHOSEN, _ANYWHERE) for menu in _MENUS},
    **{f"multi_{menu}_select": Fit(_CHOSEN, _ANYWHERE) for menu in _MENUS},
    "datetimepicker": Fit(
        frozenset({Place.ACTIONS, Place.INPUT}), frozenset({Surface.MESSAGE, Surface.MODAL})
    ),
    "plain_text_input": Fit(_ASKED, _ANYWHERE),
    **dict.fromkeys(
        ("email_text_input", "url_text_input", "number_input", "file_input"),
        Fit(_ASKED, _ONLY_MODAL),
    ),
    "rich_text_input": Fit(
        frozenset({Place.ACTIONS, Place.INPUT}), frozenset({Surface.MODAL, Surface.HOME})
    ),
    **dict.fromkeys(("feedback_buttons", "icon_button"), Fit(_QUIET, _ONLY_MESSAGE)),
}


def shapes_in(place: Place, surface: Surface) -> dict[str, Rule]:
    """The shapes of the elements that fit this place of a block on this surface."""
    return {
        name: tagged(name, _SHAPES[name])
        for name, fit in _FITS.items()
        if place in fit.places and surface in fit.surfaces
    }


def elements_in(place: Place, surface: Surface) -> Tagged:
    """The rule for one element in this place of a block on this surface."""
    return Tagged(shapes_in(place, surface))
