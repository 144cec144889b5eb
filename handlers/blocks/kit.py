"""Block Kit's pieces as functions, with Slack's lengths kept. Words come in already escaped."""

import re
from collections.abc import Callable, Iterable, Sequence
from typing import Literal

from handlers.blocks.text import ELLIPSIS, cut, plain

Block = dict[str, object]
Element = dict[str, object]
View = dict[str, object]

SECTION = 3000
FIELD = 2000
HEADER = 150
BUTTON = 75
OPTION = 75
TITLE = 24
LABEL = 2000
PLACEHOLDER = 150
MOST_OPTIONS = 100
_HALVED = re.compile(rf"(?:&[a-z]{{0,3}}|<[^<>]*){ELLIPSIS}$")
"""An escaped character, a link, a mention or a date that was cut: Slack would show its half."""


def mrkdwn(words: str, most: int = SECTION) -> dict[str, object]:
    return {"type": "mrkdwn", "text": _HALVED.sub(ELLIPSIS, cut(words, most))}


def plain_text(words: str, most: int) -> dict[str, object]:
    return {"type": "plain_text", "text": plain(words, most), "emoji": True}


def section(words: str, *, accessory: Element | None = None, block_id: str | None = None) -> Block:
    return _without_none(type="section", text=mrkdwn(words), accessory=accessory, block_id=block_id)


def facts(pairs: Iterable[tuple[str, str]]) -> Block:
    """Two columns of facts: a bold name over its value. At most ten."""
    fields = [mrkdwn(f"*{name}*\n{value}", FIELD) for name, value in pairs][:10]
    return {"type": "section", "fields": fields}


def context(*words: str) -> Block:
    return {"type": "context", "elements": [mrkdwn(each, FIELD) for each in words][:10]}


def header(words: str) -> Block:
    return {"type": "header", "text": plain_text(words, HEADER)}


def divider() -> Block:
    return {"type": "divider"}


def actions(*elements: Element, block_id: str | None = None) -> Block:
    return _without_none(type="actions", elements=list(elements), block_id=block_id)


def button(
    words: str,
    action_id: str,
    value: str,
    *,
    style: Literal["primary", "danger"] | None = None,
    confirm: Element | None = None,
    label: str | None = None,
) -> Element:
    """`label` is read out instead of the text by a screen reader."""
    return _without_none(
        type="button",
        text=plain_text(words, BUTTON),
        action_id=action_id,
        value=value,
        style=style,
        confirm=confirm,
        accessibility_label=plain(label, BUTTON) if label else None,
    )


def confirm(title: str, words: str, yes: str, no: str = "Cancel") -> Element:
    return {
        "title": plain_text(title, 100),
        "text": plain_text(words, 300),
        "confirm": plain_text(yes, 30),
        "deny": plain_text(no, 30),
    }


def option(words: str, value: str, description: str | None = None) -> Element:
    return _without_none(
        text=plain_text(words, OPTION),
        value=value,
        description=plain_text(description, OPTION) if description else None,
    )


def select(
    action_id: str,
    placeholder: str,
    options: Sequence[Element],
    *,
    chosen: Element | None = None,
) -> Element:
    """A list to choose from. `chosen` must be one of the options."""
    return _without_none(
        type="static_select",
        action_id=action_id,
        placeholder=plain_text(placeholder, PLACEHOLDER),
        options=list(options[:MOST_OPTIONS]),
        initial_option=chosen,
    )


def multi_select(
    action_id: str, placeholder: str, options: Sequence[Element], *, chosen: Sequence[Element] = ()
) -> Element:
    """A list to choose several from. `chosen` must be among the options."""
    return _without_none(
        type="multi_static_select",
        action_id=action_id,
        placeholder=plain_text(placeholder, PLACEHOLDER),
        options=list(options[:MOST_OPTIONS]),
        initial_options=list(chosen) or None,
    )


def multi_type_ahead(
    action_id: str, placeholder: str, *, chosen: Sequence[Element] = (), after: int = 0
) -> Element:
    """As `type_ahead`, to choose several."""
    return _without_none(
        type="multi_external_select",
        action_id=action_id,
        placeholder=plain_text(placeholder, PLACEHOLDER),
        min_query_length=after,
        initial_options=list(chosen) or None,
    )


def type_ahead(
    action_id: str, placeholder: str, *, chosen: Element | None = None, after: int = 0
) -> Element:
    """A list of any size that the app answers as the person types."""
    return _without_none(
        type="external_select",
        action_id=action_id,
        placeholder=plain_text(placeholder, PLACEHOLDER),
        min_query_length=after,
        initial_option=chosen,
    )


def text_input(
    action_id: str,
    *,
    initial: str | None = None,
    placeholder: str | None = None,
    most: int = 3000,
    is_long: bool = False,
) -> Element:
    return _without_none(
        type="plain_text_input",
        action_id=action_id,
        initial_value=initial or None,
        placeholder=plain_text(placeholder, PLACEHOLDER) if placeholder else None,
        max_length=min(most, 3000),
        multiline=is_long or None,
    )


def number_input(
    action_id: str, *, initial: str | None = None, placeholder: str | None = None, decimal: bool
) -> Element:
    """A number; phones show digits for it. Its limits are told by us, in our words."""
    return _without_none(
        type="number_input",
        action_id=action_id,
        is_decimal_allowed=decimal,
        initial_value=initial,
        placeholder=plain_text(placeholder, PLACEHOLDER) if placeholder else None,
    )


def email_input(action_id: str, *, initial: str | None = None) -> Element:
    """An e-mail address; phones show its characters for it."""
    return _without_none(
        type="email_text_input", action_id=action_id, initial_value=initial or None
    )


def url_input(action_id: str, *, initial: str | None = None) -> Element:
    """A web address; Slack refuses what is none."""
    return _without_none(type="url_text_input", action_id=action_id, initial_value=initial or None)


def file_input(action_id: str, *, most: int) -> Element:
    """Files, which stay in Slack; at most ten."""
    return {"type": "file_input", "action_id": action_id, "max_files": min(most, 10)}


def date_picker(action_id: str, *, initial: str | None = None) -> Element:
    return _without_none(type="datepicker", action_id=action_id, initial_date=initial)


def time_picker(action_id: str, *, initial: str | None = None) -> Element:
    return _without_none(type="timepicker", action_id=action_id, initial_time=initial)


def channel_picker(action_id: str, *, initial: str | None = None) -> Element:
    """Public and private channels, without people and without shared ones."""
    return _without_none(
        type="conversations_select",
        action_id=action_id,
        initial_conversation=initial,
        filter={
            "include": ["public", "private"],
            "exclude_external_shared_channels": True,
            "exclude_bot_users": True,
        },
    )


def checkboxes(
    action_id: str, options: Sequence[Element], *, chosen: Sequence[Element] = ()
) -> Element:
    """At most ten boxes. `chosen` must be among them."""
    return _without_none(
        type="checkboxes",
        action_id=action_id,
        options=list(options[:10]),
        initial_options=list(chosen) or None,
    )


def radio(action_id: str, options: Sequence[Element], *, chosen: Element | None = None) -> Element:
    """At most ten choices, all in sight. `chosen` must be one of them."""
    return _without_none(
        type="radio_buttons",
        action_id=action_id,
        options=list(options[:10]),
        initial_option=chosen,
    )


def overflow(action_id: str, options: Sequence[Element]) -> Element:
    return {"type": "overflow", "action_id": action_id, "options": list(options[:5])}


def paging(page: int, pages: int, action_id: str, value_of: Callable[[int], str]) -> list[Block]:
    """Which page it is, and the ones beside it; nothing where there is but one."""
    if pages == 1:
        return []
    around = [("Previous", page - 1), ("Next", page + 1)]
    buttons = [
        button(words, f"{action_id}:{words.lower()}", value_of(number))
        for words, number in around
        if 1 <= number <= pages
    ]
    return [context(f"Page {page} of {pages}"), actions(*buttons)]


def field(  # an input is these six things in Block Kit
    name: str,
    label: str,
    element: Element,
    *,
    hint: str | None = None,
    is_optional: bool = False,
    tells_at_once: bool = False,
) -> Block:
    """An input. `name` is its block_id and the field's name in the service's input, so that an
    error there finds its way back here.
    """
    return _without_none(
        type="input",
        block_id=name,
        label=plain_text(label, LABEL),
        element=element,
        hint=plain_text(hint, LABEL) if hint else None,
        optional=is_optional or None,
        dispatch_action=tells_at_once or None,
    )


def modal(  # a modal is these six things in Block Kit
    title: str,
    blocks: Sequence[Block],
    *,
    callback_id: str,
    submit: str | None = None,
    metadata: str = "",
    close: str = "Cancel",
) -> View:
    return _without_none(
        type="modal",
        callback_id=callback_id,
        title=plain_text(title, TITLE),
        submit=plain_text(submit, TITLE) if submit else None,
        close=plain_text(close, TITLE),
        private_metadata=metadata,
        blocks=list(blocks[:100]),
    )


def _without_none(**entries: object) -> dict[str, object]:
    return {name: value for name, value in entries.items() if value is not None}
