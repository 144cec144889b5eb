"""Editors of one field each, with the control of the setting's type and its default beside it."""

from collections.abc import Callable, Sequence
from datetime import time
from typing import Any, TypeVar, cast

from babel.dates import format_time, get_month_names

from handlers import forms
from handlers.blocks import kit
from handlers.blocks.settings.section import Editor, Facts, Values, editor
from handlers.blocks.text import english, plain
from handlers.routing import FieldValue
from services.configuration import Held
from services.configuration.catalogue import Setting

T = TypeVar("T")

DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
NONE = "-"
"""The choice of nothing, because a select cannot be emptied in Slack. No key looks like this."""
Choices = Sequence[tuple[str, str]]
"""What may be chosen: the value that is sent, and its words."""
_BEFORE_DAYPART = "\u202f"


def field(  # noqa: PLR0913  # what a field is made of
    setting: Setting[T],
    label: str,
    control: Callable[[T, Facts], kit.Element],
    words: Callable[[T, Facts], str],
    *,
    hint: str = "",
    name: str | None = None,
    prepare: Callable[[FieldValue], object] = lambda raw: raw,
    told: Callable[[T, Facts], str] | None = None,
    is_optional: bool = False,
) -> Editor:
    """The editor of a setting that fits one control.

    `prepare` turns what the control sends into what the setting's type takes; an empty control
    sends None. `name` is the field's, by itself the setting's key; in a section no two are equal.
    """
    block_id = name or setting.key

    def draw(held: Held[T], facts: Facts) -> list[kit.Block]:
        beside = f"{hint} Default: {words(held.default, facts)}.".strip()
        element = control(held.value, facts)
        drawn = kit.field(block_id, label, element, hint=beside, is_optional=is_optional)
        return [drawn]

    def read(values: Values, _: Facts) -> T:
        raw = values.get(block_id) or None
        return forms.read_value(setting.type, prepare(raw), lambda _: block_id)

    return editor(
        setting, label, draw=draw, read=read, words=words, told=told, at=lambda _: block_id
    )


def number(  # noqa: PLR0913  # what a field is made of
    setting: Setting[Any],
    label: str,
    *,
    one: str,
    many: str,
    hint: str = "",
    empty: str | None = None,
    name: str | None = None,
) -> Editor:
    """A whole number of something; `empty` is what no number means, where that is allowed."""

    def control(value: int | None, _: Facts) -> kit.Element:
        initial = None if value is None else str(value)
        return kit.number_input(action(setting, name), initial=initial, decimal=False)

    def words(value: int | None, _: Facts) -> str:
        if value is None:
            return empty or "none"
        return f"{value} {one if value == 1 else many}"

    return field(
        setting, label, control, words, hint=hint, name=name, is_optional=empty is not None
    )


def choice(  # noqa: PLR0913  # what a field is made of
    setting: Setting[Any],
    label: str,
    choices: Callable[[Facts], Choices],
    *,
    placeholder: str,
    hint: str = "",
    none: str | None = None,
    name: str | None = None,
) -> Editor:
    """One of a list; `none` is the choice of nothing in words, where that is allowed.

    What is set and no longer in the list stays in it, so that it is not changed unseen.
    """

    def offered(value: object, facts: Facts) -> dict[str, str]:
        nothing = {NONE: none} if none else {}
        listed = nothing | dict(choices(facts))
        present = NONE if value is None else str(value)
        return listed if present in listed else {**listed, present: present}

    def control(value: object, facts: Facts) -> kit.Element:
        options = {key: kit.option(each, key) for key, each in offered(value, facts).items()}
        chosen = options[NONE if value is None else str(value)]
        return kit.select(action(setting, name), placeholder, list(options.values()), chosen=chosen)

    def words(value: object, facts: Facts) -> str:
        return plain(offered(value, facts)[NONE if value is None else str(value)])

    def prepare(raw: FieldValue) -> FieldValue:
        return None if raw == NONE else raw

    return field(setting, label, control, words, hint=hint, name=name, prepare=prepare)


def clock(setting: Setting[time], label: str, *, hint: str = "", name: str | None = None) -> Editor:
    """A time of day."""

    def control(value: time, _: Facts) -> kit.Element:
        return kit.time_picker(action(setting, name), initial=f"{value:%H:%M}")

    return field(setting, label, control, in_clock, hint=hint, name=name)


def action(setting: Setting[Any], name: str | None = None) -> str:
    """The action id of a field's control."""
    return f"settings_{name or setting.key}"


def in_clock(value: time, facts: Facts) -> str:
    """`4:00 PM`, `16:00`: a time as the reader writes it."""
    words = format_time(value, "short", locale=english(facts.locale))
    return plain(words.replace(_BEFORE_DAYPART, " "))


def weekdays(_: Facts) -> Choices:
    """The days of the week; Monday is 1."""
    return tuple((str(number), day) for number, day in enumerate(DAYS, start=1))


def months(facts: Facts) -> Choices:
    """The months; January is 1."""
    names = get_month_names("wide", locale=english(facts.locale))
    return tuple((str(number), cast("str", names[number])) for number in range(1, 13))
