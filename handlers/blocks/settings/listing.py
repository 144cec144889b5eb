"""Sections that are a list: a row for each record, a form for one, the question before one goes."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from handlers.blocks import kit
from handlers.blocks.settings.section import Facts, Section, Values, fingerprint
from handlers.blocks.text import count, escape, isolated
from handlers.forms import Packed, pack
from handlers.routing import View
from services import listing
from services.configuration.catalogue import Setting
from services.configuration.kinds import Value
from services.errors import FieldProblem
from services.listing import Keyed

V = TypeVar("V")
E = TypeVar("E")

ADD = "settings_add"
ROW = "settings_row"
TURN = "settings_page"
RESET_LIST = "settings_reset"
ITEM = "settings_item"
REMOVAL = "settings_removal"
PLACE = "place"
CONSENT = "consent"
FIRST = "-"
"""The place before all others: no key looks like this."""
ROWS = 30
"""On one page."""
EDIT, UP, DOWN, REMOVE = "edit", "up", "down", "remove"
_OPERATIONS = {EDIT: "Edit", UP: "Move up", DOWN: "Move down", REMOVE: "Remove"}


Used = Mapping[str, Mapping[str, int]]
"""What uses which key: how many of which kind."""
_KINDS: Mapping[str, tuple[str, str]] = {
    "opportunity": ("opportunity", "opportunities"),
    "partner": ("partner", "partners"),
    "interaction": ("interaction", "interactions"),
    "goal": ("goal", "goals"),
    "person": ("person", "people"),
    "setting": ("other setting", "other settings"),
}


@dataclass(frozen=True, slots=True)
class Listing:
    """How the records of one setting are shown and edited. Built with `listing_of`."""

    setting: Setting[Any]
    one: str
    """What a record is called: `stage`."""
    items: Callable[[Any], Sequence[Any]]
    rebuilt: Callable[[Any, Sequence[Any]], object]
    """The setting's value with these records, unchecked."""
    row: Callable[[Any, Facts], str]
    """What a row says below the record's label, in mrkdwn; may be empty."""
    form: Callable[[Any, Facts], list[kit.Block]]
    """The fields of a record; of a new one when it is None."""
    read: Callable[[Values, str, Any, Facts], Any]
    """The record of these fields, with this key; it was the third. Raises InvalidInput there."""
    at: Callable[[str, FieldProblem], str]
    """The field that a problem at this path inside a record belongs to."""
    targets: Callable[[Any, Sequence[Any]], Sequence[Any]]
    """Where the users of a record may go when it is removed, among the others."""
    starts_after: Callable[[Sequence[Any]], str | None]
    """Behind which record a new one stands at first."""
    asks: Callable[[Any, Any, Mapping[str, int]], str | None]
    """What a change from the first record to the second does to those who use it, in a few plain
    words, when it is more than they would expect.
    """
    most: int


def _nothing(_: object, __: object, ___: Mapping[str, int]) -> None:
    return None


def listing_of(  # noqa: PLR0913  # what a list is made of
    setting: Setting[V],
    *,
    one: str,
    most: int,
    items: Callable[[V], Sequence[E]],
    rebuilt: Callable[[V, Sequence[E]], object],
    form: Callable[[E | None, Facts], list[kit.Block]],
    read: Callable[[Values, str, E | None, Facts], E],
    at: Callable[[str, FieldProblem], str],
    row: Callable[[E, Facts], str] = lambda _, __: "",
    targets: Callable[[E, Sequence[E]], Sequence[E]] = lambda _, others: others,
    starts_after: Callable[[Sequence[E]], str | None] | None = None,
    asks: Callable[[E, E, Mapping[str, int]], str | None] = _nothing,
) -> Listing:
    """A list of records (E, with a key and a label) inside a setting (V), with its types checked.

    Read what was drawn, untouched, and the same record must come out.
    """
    return Listing(
        setting=setting,
        one=one,
        items=items,
        rebuilt=rebuilt,
        row=row,
        form=form,
        read=read,
        at=at,
        targets=targets,
        starts_after=starts_after or _last,
        asks=asks,
        most=most,
    )


def _last(items: Sequence[Any]) -> str | None:
    return items[-1].key if items else None


class ItemNote(Packed):
    """What the form of one record carries."""

    section: str
    key: str | None = None
    """Of the record; None for a new one."""
    shown: str = ""
    """The fingerprint of the record the form showed."""
    after: str | None = None
    """The key of the record that stood before it."""
    channel_id: str | None = None
    page: int = 1


class RemovalNote(Packed):
    """What the question before a removal carries."""

    section: str
    key: str | None = None
    """Of the record that goes; None when the list goes back to its default."""
    channel_id: str | None = None
    page: int = 1


def body(of: Listing, facts: Facts, drawing: str, page: int) -> list[kit.Block]:
    """The rows of a page, the way to a new record, the way back to the default."""
    held = facts.of(of.setting)
    items = of.items(held.value)
    shown, pages = page_of(items, page)
    first = items.index(shown[0]) if shown else 0
    rows = [
        _row(of, item, facts, drawing, (at == 0, at == len(items) - 1))
        for at, item in enumerate(shown, start=first)
    ]
    at_page = min(max(page, 1), pages)
    turning = kit.paging(at_page, pages, TURN, lambda to: f"{to} {drawing}")
    return [*_adding(of, len(items), drawing), *rows, *turning, *_resetting(of, facts, drawing)]


def page_of(items: Sequence[E], page: int) -> tuple[Sequence[E], int]:
    """The records of a page (the last one when there are fewer), and how many pages there are."""
    pages = max(-(-len(items) // ROWS), 1)
    at = (min(max(page, 1), pages) - 1) * ROWS
    return items[at : at + ROWS], pages


def item_view(section: Section, of: Listing, item: Keyed | None, facts: Facts, page: int) -> View:
    """The form of a record, or of a new one."""
    items = of.items(facts.value(of.setting))
    after = listing.predecessor(items, item.key) if item else of.starts_after(items)
    note = ItemNote(
        section=section.key,
        key=item.key if item else None,
        shown=fingerprint_item(item) if item else "",
        after=after,
        channel_id=facts.channel_id,
        page=page,
    )
    return kit.modal(
        f"{'Edit' if item else 'Add'} {of.one}",
        [*of.form(item, facts), _place(item, items, after)],
        callback_id=ITEM,
        submit="Save" if item else "Add",
        metadata=pack(note),
    )


def asking_view(
    of: Listing, item: Keyed, facts: Facts, note: ItemNote, place: str | None, asked: str
) -> View:
    """The form of a record again, as it was filled in, with what it does to others to agree to."""
    items = of.items(facts.value(of.setting))
    agree = kit.checkboxes(f"settings_{CONSENT}", [kit.option("Yes, do that", "yes")])
    return kit.modal(
        f"Edit {of.one}",
        [
            kit.field(CONSENT, asked, agree, is_optional=True),
            *of.form(item, facts),
            _place(item, items, None if place == FIRST else place),
        ],
        callback_id=ITEM,
        submit="Save",
        metadata=pack(note),
    )


def removal_view(of: Listing, note: RemovalNote, used: Used, facts: Facts) -> View:
    """Asks before a record goes, and where what refers to it is to go."""
    present = of.items(facts.value(of.setting))
    default = of.items(facts.of(of.setting).default)
    left = listing.without(present, note.key) if note.key else default
    asked = [each for each in present if each.key in used]
    blocks = [kit.section(_question(of, note, present, left))]
    for item in asked:
        blocks += _moving(of, item, used[item.key], left)
    return kit.modal(
        f"Remove {of.one}" if note.key else "Reset to default",
        blocks,
        callback_id=REMOVAL,
        submit="Remove" if note.key else "Reset",
        metadata=pack(note),
    )


def refused_view(of: Listing, words: str) -> View:
    """Why a record stays."""
    return kit.modal(
        f"Remove {of.one}", [kit.section(escape(words))], callback_id=REMOVAL, close="Back"
    )


def fingerprint_item(item: Keyed) -> str:
    """Short, and equal for equal records."""
    return fingerprint(item.model_dump(mode="json") if isinstance(item, Value) else item.label)


def named(item: Keyed) -> str:
    """A record's label inside a line of others, escaped."""
    return escape(isolated(item.label))


def _adding(of: Listing, present: int, drawing: str) -> list[kit.Block]:
    if present >= of.most:
        return [kit.context(f"There are {present} here; more do not fit.")]
    return [kit.actions(kit.button(f"Add {of.one}", ADD, drawing))]


def _row(
    of: Listing, item: Keyed, facts: Facts, drawing: str, ends: tuple[bool, bool]
) -> kit.Block:
    is_first, is_last = ends
    without = {name for name, is_so in ((UP, is_first), (DOWN, is_last)) if is_so}
    if is_first and is_last:
        without.add(REMOVE)
    options = [
        kit.option(words, f"{name} {item.key} {drawing}")
        for name, words in _OPERATIONS.items()
        if name not in without
    ]
    lines = (f"*{named(item)}*", of.row(item, facts))
    menu = kit.overflow(f"{ROW}:{item.key}", options)
    return kit.section("\n".join(line for line in lines if line), accessory=menu)


def _resetting(of: Listing, facts: Facts, drawing: str) -> list[kit.Block]:
    if not facts.of(of.setting).is_own:
        return []
    return [kit.divider(), kit.actions(kit.button("Reset to default", RESET_LIST, drawing))]


def _place(item: Keyed | None, items: Sequence[Keyed], after: str | None) -> kit.Block:
    others = [each for each in items if item is None or each.key != item.key]
    options = {FIRST: kit.option("First", FIRST)}
    options |= {each.key: kit.option(f"After {each.label}", each.key) for each in others}
    chosen = options.get(after or FIRST)
    control = kit.select(
        f"settings_{PLACE}", "Choose a place", list(options.values()), chosen=chosen
    )
    return kit.field(PLACE, "Place in the list", control)


def _question(
    of: Listing, note: RemovalNote, present: Sequence[Keyed], left: Sequence[Keyed]
) -> str:
    if note.key is None:
        labels = ", ".join(named(each) for each in left)
        return f"The list goes back to its default: {labels}."
    item = listing.find(present, note.key)
    return f"Remove *{named(item)}* from the list?" if item else f"This {of.one} is gone already."


def _moving(
    of: Listing, item: Keyed, kinds: Mapping[str, int], left: Sequence[Keyed]
) -> list[kit.Block]:
    users, is_one = counted(kinds), sum(kinds.values()) == 1
    label = f"{users} {'uses' if is_one else 'use'} {isolated(item.label)}: move to"
    options = [kit.option(each.label, each.key) for each in of.targets(item, left)]
    if not options:
        return [kit.section(f"{escape(label)} … nothing: no other {of.one} of its kind is left.")]
    choices = kit.select(f"{REMOVAL}_{item.key}", f"Choose a {of.one}", options)
    return [kit.field(item.key, label, choices)]


def counted(kinds: Mapping[str, int]) -> str:
    """`12 opportunities and 1 other setting`."""
    *most, last = [count(number, *_KINDS.get(kind, (kind, kind))) for kind, number in kinds.items()]
    return f"{', '.join(most)} and {last}" if most else last


def in_use(used: Used) -> str:
    """`EUR (12 opportunities), GBP (1 goal)`: what uses which word."""
    return ", ".join(f"{word} ({counted(kinds)})" for word, kinds in used.items())
