"""Sections that are a list: records are added, edited, moved and removed one by one.

Each step is applied to the list as it is then, so that two people editing two records do not
disturb each other; two who edit the same one do, and the second is told.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from handlers import forms
from handlers.blocks import settings as blocks
from handlers.blocks.settings import Facts, ItemNote, Listing, RemovalNote, Section, SectionNote
from handlers.once import once
from handlers.replies import NOTHING_SAVED, problem_sentence
from handlers.routing import (
    FieldValue,
    Open,
    Press,
    Reply,
    Return,
    Routes,
    Say,
    Show,
    Submit,
    ViewState,
)
from handlers.tandem.settings.facts import (
    STALE,
    drawing_of,
    menu_below,
    read_facts,
    section_named,
)
from services import listing
from services.configuration import RESET, Change, Changed, usage
from services.db import Tx
from services.errors import FieldProblem, InvalidInput, NotFound, Problem, StillUsed
from services.listing import Keyed

_STEPS = {blocks.UP: -1, blocks.DOWN: 1}
_DRAFT = "draft"
"""The key of a new record while its label, which the key is made from, is being read."""


@dataclass(frozen=True, slots=True)
class _Spot:
    """Where somebody is: a list, and the page of it they saw."""

    section: Section
    of: Listing
    channel_id: str | None
    page: int


def routes() -> Routes:
    return Routes(
        presses={
            blocks.ADD: press_add,
            blocks.ROW: press_row,
            blocks.TURN: press_page,
            blocks.RESET_LIST: press_reset,
        },
        submits={blocks.ITEM: submit_item, blocks.REMOVAL: submit_removal},
    )


async def press_add(request: Press) -> Reply:
    """The form of a new record."""
    return await _open_item(request, None)


async def press_row(request: Press) -> Reply:
    """What a row's menu offers: `edit <key> <drawing>`."""
    operation, key, *_ = [*request.value.split(" "), "", ""]
    if operation == blocks.EDIT:
        return await _open_item(request, key)
    if operation == blocks.REMOVE:
        return await _ask(request, key)
    spot = _spot(SectionNote, request.view)
    if spot is None or request.view is None or operation not in _STEPS:
        return Say(text=STALE)
    step = partial(_step, request=request, view=request.view, spot=spot, key=key)
    return await once(request, partial(step, steps=_STEPS[operation]))


async def press_page(request: Press) -> Reply:
    """Another page of the list."""
    spot = _spot(SectionNote, request.view)
    page = request.value.split(" ")[0]
    if spot is None or not page.isdecimal():
        return Say(text=STALE)
    async with request.db.transaction(request.actor) as tx:
        facts = await read_facts(tx, [spot.section], spot.channel_id)
    return Show(view=_list_view(request, spot, facts, page=int(page)))


async def press_reset(request: Press) -> Reply:
    """Asks before the list goes back to its default."""
    return await _ask(request, None)


async def submit_item(request: Submit) -> Reply:
    """Save a record and return to the list."""
    note = forms.unpack(ItemNote, request.view.metadata)
    spot = _spot(ItemNote, request.view)
    if note is None or spot is None:
        return Say(text=STALE)
    try:
        return await once(request, partial(_save_item, request=request, spot=spot, note=note))
    except InvalidInput as refused:
        raise _at_fields(spot.of, refused) from refused


async def submit_removal(request: Submit) -> Reply:
    """Remove a record, or reset the list; what uses a key that goes is asked for first."""
    note = forms.unpack(RemovalNote, request.view.metadata)
    spot = _spot(RemovalNote, request.view)
    if note is None or spot is None:
        return Say(text=STALE)
    try:
        return await once(request, partial(_remove, request=request, spot=spot, note=note))
    except StillUsed as still:
        async with request.db.transaction(request.actor) as tx:
            facts = await read_facts(tx, [spot.section], spot.channel_id)
        return Show(view=blocks.removal_view(spot.of, note, still.used, facts))
    except InvalidInput as refused:
        return _stays(spot.of, refused, request.view.values)


def _spot(
    model: type[SectionNote | ItemNote | RemovalNote], view: ViewState | None
) -> _Spot | None:
    note = forms.unpack(model, view.metadata) if view else None
    section = section_named(note.section) if note else None
    if note is None or section is None or section.listing is None:
        return None
    return _Spot(section, section.listing, note.channel_id, note.page)


async def _open_item(request: Press, key: str | None) -> Reply:
    spot = _spot(SectionNote, request.view)
    if spot is None:
        return Say(text=STALE)
    async with request.db.transaction(request.actor) as tx:
        facts = await read_facts(tx, [spot.section], spot.channel_id)
    item = _found(spot, facts, key) if key else None
    return Open(view=blocks.item_view(spot.section, spot.of, item, facts, spot.page))


async def _ask(request: Press, key: str | None) -> Reply:
    spot = _spot(SectionNote, request.view)
    if spot is None:
        return Say(text=STALE)
    note = RemovalNote(
        section=spot.section.key, key=key, channel_id=spot.channel_id, page=spot.page
    )
    async with request.db.transaction(request.actor) as tx:
        facts = await read_facts(tx, [spot.section], spot.channel_id)
        used = await _used(tx, spot.of, _leaving(spot.of, facts, key))
    return Open(view=blocks.removal_view(spot.of, note, used, facts))


async def _used(tx: Tx, of: Listing, keys: Sequence[str]) -> Mapping[str, Mapping[str, int]]:
    is_referred_to = of.setting.name in usage.VOCABULARIES
    return await usage.used(tx, of.setting, keys) if is_referred_to else {}


def _leaving(of: Listing, facts: Facts, key: str | None) -> list[str]:
    """The keys that go: that one, or with a reset all that the default has not."""
    if key is not None:
        return [key]
    held = facts.of(of.setting)
    kept = {each.key for each in of.items(held.default)}
    return [each.key for each in of.items(held.value) if each.key not in kept]


async def _step(  # who, where, what, how far
    tx: Tx, *, request: Press, view: ViewState, spot: _Spot, key: str, steps: int
) -> Reply:
    facts = await read_facts(tx, [spot.section], spot.channel_id)
    item = _found(spot, facts, key)
    items = listing.moved(_items(spot, facts), key, steps)
    await _write(tx, spot, facts, items)
    now = await read_facts(tx, [spot.section], spot.channel_id)
    told = f"{blocks.named(item)} moved {'up' if steps < 0 else 'down'}."
    page = _page_with(_items(spot, now), key)
    return Show(
        view=_list_view(request, spot, now, page=page, told=told),
        also=await menu_below(tx, view, view.id, spot.channel_id),
    )


async def _save_item(tx: Tx, *, request: Submit, spot: _Spot, note: ItemNote) -> Reply:
    facts = await read_facts(tx, [spot.section], spot.channel_id)
    items, values = _items(spot, facts), request.view.values
    before = listing.find(items, note.key) if note.key else None
    _refuse_outdated(spot.of, note, before)
    key = note.key or _fresh_key(spot, values, facts, items)
    item: Keyed = spot.of.read(values, key, before, facts)
    asked = await _asked(tx, spot, before, item)
    if asked and not values.get(blocks.CONSENT):
        if blocks.CONSENT in values:
            raise InvalidInput.of(blocks.CONSENT, Problem.REQUIRED)
        place = str(values.get(blocks.PLACE) or blocks.FIRST)
        return Show(view=blocks.asking_view(spot.of, item, facts, note, place, asked))
    changed = await _write(tx, spot, facts, _with(items, item, values.get(blocks.PLACE), note))
    told = _told_item(before, item, is_changed=bool(changed.settings))
    moved = blocks.told_moved(sum(changed.moved.values()))
    return await _back(tx, request, spot, told + moved, key)


async def _asked(tx: Tx, spot: _Spot, before: Keyed | None, item: Keyed) -> str | None:
    """What the person should agree to first."""
    if before is None:
        return None
    used = await _used(tx, spot.of, [before.key])
    return spot.of.asks(before, item, used.get(before.key, {}))


async def _remove(tx: Tx, *, request: Submit, spot: _Spot, note: RemovalNote) -> Reply:
    facts = await read_facts(tx, [spot.section], spot.channel_id)
    moves = {key: to for key, to in request.view.values.items() if isinstance(to, str)}
    if note.key is None:
        version = facts.of(spot.of.setting).version
        change = Change(spot.of.setting, RESET, shown=version, moves=moves)
        changed = await spot.section.save(tx, [change])
        told = "The list is back at its default."
    else:
        told = f"{blocks.named(_found(spot, facts, note.key))} removed."
        left = listing.without(_items(spot, facts), note.key)
        changed = await _write(tx, spot, facts, left, moves)
    moved = sum(changed.moved.values())
    return await _back(tx, request, spot, told + blocks.told_moved(moved))


async def _write(
    tx: Tx,
    spot: _Spot,
    facts: Facts,
    items: Sequence[Keyed],
    moves: Mapping[str, str] | None = None,
) -> Changed:
    held = facts.of(spot.of.setting)
    value = spot.of.rebuilt(held.value, items)
    change = Change(spot.of.setting, value, shown=held.version, moves=moves or {})
    return await spot.section.save(tx, [change])


async def _back(tx: Tx, request: Submit, spot: _Spot, told: str, key: str | None = None) -> Reply:
    """The form closes, the list below shows what was done, and the menu below that."""
    facts = await read_facts(tx, [spot.section], spot.channel_id)
    list_id = request.view.previous_id or request.view.root_id
    page = _page_with(_items(spot, facts), key) if key else spot.page
    return Return(
        view_id=list_id,
        view=_list_view(request, spot, facts, page=page, told=told),
        also=await menu_below(tx, request.view, list_id, spot.channel_id),
    )


def _list_view(
    request: Press | Submit, spot: _Spot, facts: Facts, *, page: int, told: str | None = None
) -> dict[str, object]:
    return blocks.section_view(spot.section, facts, drawing_of(request), page=page, told=told)


def _items(spot: _Spot, facts: Facts) -> Sequence[Keyed]:
    return spot.of.items(facts.value(spot.of.setting))


def _found(spot: _Spot, facts: Facts, key: str) -> Keyed:
    item = listing.find(_items(spot, facts), key)
    if item is None:
        raise NotFound(spot.of.one, key)
    return item


def _page_with(items: Sequence[Keyed], key: str) -> int:
    keys = [each.key for each in items]
    return keys.index(key) // blocks.ROWS + 1 if key in keys else 1


def _fresh_key(
    spot: _Spot, values: Mapping[str, FieldValue], facts: Facts, items: Sequence[Keyed]
) -> str:
    draft: Keyed = spot.of.read(values, _DRAFT, None, facts)
    return listing.fresh_key(draft.label, [each.key for each in items])


def _with(
    items: Sequence[Keyed], item: Keyed, place: FieldValue, note: ItemNote
) -> Sequence[Keyed]:
    """In the chosen place; where that was not changed, in the one it has by now."""
    after = place if isinstance(place, str) and place != blocks.FIRST else None
    if note.key is not None and after == note.after:
        return listing.with_item(items, item)
    return listing.placed(items, item, after)


def _refuse_outdated(of: Listing, note: ItemNote, before: Keyed | None) -> None:
    if note.key is None:
        return
    if before is None or blocks.fingerprint_item(before) != note.shown:
        problem = FieldProblem(Problem.CHANGED_MEANWHILE)
        raise InvalidInput({of.at("", problem): problem})


def _told_item(before: Keyed | None, item: Keyed, *, is_changed: bool) -> str:
    name = blocks.named(item)
    if not is_changed:
        return "No setting was changed."
    if before is None:
        return f"{name} added."
    if before.label != item.label:
        return f"{blocks.named(before)} is called {name} now."
    return f"{name} saved."


def _at_fields(of: Listing, refused: InvalidInput) -> InvalidInput:
    """A refusal of the whole list, told at the fields of the record."""
    problems: dict[str, FieldProblem] = {}
    for name, problem in refused.problems.items():
        inside = of.at(_inside(problem), problem) if name == of.setting.name else name
        problems.setdefault(inside, problem)
    return InvalidInput(problems)


def _inside(problem: FieldProblem) -> str:
    """The path inside a record: what follows its number in `stages.3.label`."""
    steps = problem.facts.get("path", "").split(".")
    numbers = [at for at, step in enumerate(steps) if step.isdecimal()]
    return ".".join(steps[numbers[0] + 1 :]) if numbers else ""


def _stays(of: Listing, refused: InvalidInput, values: Mapping[str, FieldValue]) -> Reply:
    """At the field that was asked for, or in place of the question."""
    at_fields = {problem.facts.get("path", ""): problem for problem in refused.problems.values()}
    if all(path in values for path in at_fields):
        raise InvalidInput(at_fields)
    words = " ".join(problem_sentence(each) for each in refused.problems.values())
    return Show(view=blocks.refused_view(of, f"{words} {NOTHING_SAVED}"))
