"""The row of selects that changes what a list shows, and how it carries the list it belongs to.

An option has room for 150 characters and a private message is not sent back with a press, so the
row's block_id carries the list, and an option says only what it changes.
"""

from collections.abc import Mapping
from functools import lru_cache
from uuid import UUID

from pydantic import ValidationError

from handlers.blocks import kit
from handlers.blocks.kit import Block, Element
from handlers.blocks.opportunities.list_words import SORTS, is_mine
from handlers.blocks.opportunities.values import Reader
from services.configuration.catalogue import Pipeline
from services.opportunities import Filter, Names, Sort

LIST = "opportunity.list"
WHOSE, STATE, SORT = f"{LIST}:whose", f"{LIST}:state", f"{LIST}:sort"
MINE, EVERYBODY, AS_IT_IS = "mine", "all", "as_it_is"
_STAGE = "stage."
_MARK = "opportunities"
_SEPARATOR = "|"
_LONGEST = 255
"""Of a block_id."""

_CARRIED = (
    "owner_id",
    "partner_id",
    "stage",
    "status",
    "when",
    "closing_within_days",
    "with_closed",
    "is_stale",
    "is_archived",
    "sort",
    "words",
)
"""What of a list; the words, which may have any character, last."""
_PLAIN: Mapping[str, object] = {
    "stage": None,
    "with_closed": False,
    "status": None,
    "closing_within_days": None,
    "when": None,
    "is_stale": False,
    "is_archived": False,
}
_STATES: Mapping[str, tuple[str, Mapping[str, object]]] = {
    "open": ("Open", {}),
    "stale": ("Stale", {"is_stale": True}),
    "overdue": ("Overdue", {"when": "overdue"}),
    "days.30": ("Closing within 30 days", {"closing_within_days": 30}),
    "closing.this_month": ("Closing this month", {"when": "this_month"}),
    "closing.this_quarter": ("Closing this quarter", {"when": "this_quarter"}),
    "closing.next_quarter": ("Closing next quarter", {"when": "next_quarter"}),
}
_CLOSED: Mapping[str, tuple[str, Mapping[str, object]]] = {
    "won.this_quarter": ("Won this quarter", {"status": "won", "when": "this_quarter"}),
    "lost.this_quarter": ("Lost this quarter", {"status": "lost", "when": "this_quarter"}),
    "closed.this_quarter": ("Closed this quarter", {"status": "closed", "when": "this_quarter"}),
    "closed.last_quarter": ("Closed last quarter", {"status": "closed", "when": "last_quarter"}),
    "won": ("Won, at any time", {"status": "won"}),
    "lost": ("Lost, at any time", {"status": "lost"}),
    "archived": ("Archived", {"is_archived": True}),
}
_WHOLE = {key: {**_PLAIN, **given} for key, (_, given) in {**_STATES, **_CLOSED}.items()}
_SORTED: tuple[Sort, ...] = ("close", "value", "stage", "moved", "number")


def controls(wanted: Filter, names: Names, pipeline: Pipeline, reader: Reader) -> Block:
    """Whose, which and in which order."""
    whose = [_whose(wanted, names, reader)] if may_see_all(reader) else []
    return kit.actions(*whose, _state(wanted, pipeline), _sort(wanted), block_id=packed(wanted))


def changed(wanted: Filter, control: str, value: str, me: UUID | None) -> Filter | None:
    """The list after something else was chosen; None for what is no choice."""
    if value == AS_IT_IS:
        return wanted
    given: Mapping[str, object] | None = None
    if control == STATE:
        given = _state_of(value)
    elif control == SORT:
        given = {"sort": value}
    elif control == WHOSE:
        given = _owner_of(value, me)
    return _read({**wanted.model_dump(), **given}) if given is not None else None


def whose_options(people: Mapping[UUID, str], me: UUID | None) -> list[Element]:
    """Mine, everybody's, then everybody else by name."""
    others = [kit.option(name, key.hex) for key, name in people.items() if key != me]
    return [kit.option("Mine", MINE), kit.option("Everybody's", EVERYBODY), *others]


def packed(wanted: Filter) -> str:
    """The list in a block_id."""
    values = (getattr(wanted, name) for name in _CARRIED)
    return _SEPARATOR.join([_MARK, *map(_short, values)])[:_LONGEST]


def unpacked(block_id: str) -> Filter | None:
    """What `packed` wrote; None for anything else."""
    mark, *parts = block_id.split(_SEPARATOR, len(_CARRIED))
    if mark != _MARK or len(parts) != len(_CARRIED):
        return None
    given = dict(zip(_CARRIED, parts, strict=True))
    return _read({name: value for name, value in given.items() if value})


def _read(given: Mapping[str, object]) -> Filter | None:
    try:
        return Filter.model_validate(given)
    except ValidationError:
        return None


def _short(value: object) -> str:
    if isinstance(value, UUID):
        return value.hex
    return "" if value is None or value is False else str(value)


def may_see_all(reader: Reader) -> bool:
    return reader.actor is not None and reader.actor.may("opportunities.view")


def _whose(wanted: Filter, names: Names, reader: Reader) -> Element:
    if is_mine(wanted, reader):
        chosen = kit.option("Mine", MINE)
    elif wanted.owner_id is None:
        chosen = kit.option("Everybody's", EVERYBODY)
    else:
        chosen = kit.option(names.owner or "Somebody else's", wanted.owner_id.hex)
    return kit.type_ahead(WHOSE, "Whose", chosen=chosen)


def _state(wanted: Filter, pipeline: Pipeline) -> Element:
    stages = [_in_stage(each.key, each.label) for each in pipeline.stages]
    options = [*_OPEN_OPTIONS, *stages, *_CLOSED_OPTIONS]
    value = _value_of(wanted)
    chosen = next((each for each in options if each["value"] == value), None)
    if chosen is None:
        chosen = kit.option("As in the heading", AS_IT_IS)
        options.insert(0, chosen)
    return kit.select(STATE, "Which", options, chosen=chosen)


@lru_cache(maxsize=5_000)
def _in_stage(key: str, label: str) -> Element:
    return kit.option(f"In {label}", f"{_STAGE}{key}")


def _sort(wanted: Filter) -> Element:
    return kit.select(
        SORT, "Order", _SORT_OPTIONS, chosen=_SORT_OPTIONS[_SORTED.index(wanted.sort)]
    )


def _value_of(wanted: Filter) -> str | None:
    """The option that is this state; None for a combination that only words can ask for."""
    present = {name: getattr(wanted, name) for name in _PLAIN}
    if wanted.stage and present == {**_PLAIN, "stage": wanted.stage}:
        return f"{_STAGE}{wanted.stage}"
    return next((key for key, given in _WHOLE.items() if present == given), None)


def _state_of(value: str) -> Mapping[str, object] | None:
    if value.startswith(_STAGE):
        return {**_PLAIN, "stage": value.removeprefix(_STAGE)}
    return _WHOLE.get(value)


def _owner_of(value: str, me: UUID | None) -> Mapping[str, object] | None:
    if value in (MINE, EVERYBODY):
        return {"owner_id": me if value == MINE else None}
    try:
        return {"owner_id": UUID(hex=value)}
    except ValueError:
        return None


_OPEN_OPTIONS = [kit.option(words, value) for value, (words, _) in _STATES.items()]
_CLOSED_OPTIONS = [kit.option(words, value) for value, (words, _) in _CLOSED.items()]
_SORT_OPTIONS = [kit.option(SORTS[each].capitalize(), each) for each in _SORTED]
