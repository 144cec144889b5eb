"""`/tandem people`: the list, one person's role, manager and rights, and how somebody leaves."""

from collections.abc import Awaitable, Callable, Mapping
from functools import partial

from handlers import forms
from handlers.blocks.people import form as blocks
from handlers.blocks.people import listing
from handlers.notices import Renderer, Settled
from handlers.once import once
from handlers.routing import (
    Both,
    Done,
    FieldValue,
    Open,
    Options,
    Press,
    Reply,
    Request,
    Return,
    Routes,
    Say,
    Show,
    Subcommand,
    Submit,
    Suggest,
    View,
)
from services import configuration, departures, people
from services.configuration.catalogue import ROLES
from services.db import Tx
from services.departures import Leave
from services.errors import NotFound
from services.people import ChangePerson, ListPeople
from services.values import UserId

NOTICES: Mapping[str, Renderer] = {}
SETTLED: Mapping[str, Settled] = {}
_STALE = (
    "This is from an older message or form. Nothing was saved; open it again with `/tandem people`."
)


def routes() -> Routes:
    return Routes(
        presses={
            listing.OPEN_PEOPLE: open_people,
            listing.PAGE: turn_page,
            listing.OPEN_PERSON: open_person,
            blocks.OPEN_LEAVE: open_leave,
            blocks.REACTIVATE: reactivate,
        },
        submits={listing.LIST: search, blocks.PERSON: save_person, blocks.LEAVE: leave},
        suggests={
            blocks.SUGGEST_MANAGER: suggest_manager,
            blocks.SUGGEST_SUCCESSOR: suggest_successor,
        },
    )


async def open_people(request: Request) -> Reply:
    """The list's first page; a command's words are searched for."""
    words = getattr(request, "words", "")
    async with request.db.transaction(request.actor) as tx:
        return Open(view=await _list(tx, forms.read(ListPeople, {"words": words})))


async def turn_page(press: Press) -> Reply:
    packed = forms.unpack(listing.Listed, press.value)
    if packed is None:
        return Say(text=_STALE)
    async with press.db.transaction(press.actor) as tx:
        return Show(view=await _list(tx, packed.wanted))


async def search(submit: Submit) -> Reply:
    wanted = forms.read(ListPeople, submit.view.values)
    async with submit.db.transaction(submit.actor) as tx:
        return Show(view=await _list(tx, wanted))


async def open_person(press: Press) -> Reply:
    async def work(tx: Tx, user_id: UserId) -> Reply:
        return Open(view=blocks.view(await people.card(tx, user_id), _listed(press)))

    return await _about_somebody(press, work)


async def save_person(submit: Submit) -> Reply:
    """Write what was changed; the list below shows it."""
    metadata = forms.unpack(blocks.PersonMetadata, submit.view.metadata)
    if metadata is None:
        return Say(text=_STALE)
    change = forms.read(
        ChangePerson, _chosen(submit.view.values), user_id=metadata.user_id, shown=metadata.shown
    )
    return await once(submit, partial(_save, submit, change, metadata.listed))


async def open_leave(press: Press) -> Reply:
    async def work(tx: Tx, user_id: UserId) -> Reply:
        card, in_hand = await people.card(tx, user_id), await departures.open_work(tx, user_id)
        return Open(view=blocks.leave(card, in_hand, _listed(press)))

    return await _about_somebody(press, work)


async def leave(submit: Submit) -> Reply:
    """Deactivate somebody and hand over what was chosen."""
    metadata = forms.unpack(blocks.LeaveMetadata, submit.view.metadata)
    if metadata is None:
        return Say(text=_STALE)
    how = forms.read(Leave, submit.view.values, user_id=metadata.user_id)
    return await once(submit, partial(_leave, submit, how, metadata.listed))


async def reactivate(press: Press) -> Reply:
    """Who is active stays so: pressed twice, it happens once."""

    async def work(tx: Tx, user_id: UserId) -> Reply:
        await people.reactivate(tx, user_id)
        view, listed = blocks.view(await people.card(tx, user_id), _listed(press)), _listed(press)
        if press.view is None or listed is None:
            return Show(view=view)
        return Show(view=view, also={press.view.root_id: await _list(tx, listed)})

    return await _about_somebody(press, work)


async def suggest_manager(request: Suggest) -> Reply:
    """Nobody, and everybody active but the person and their team."""
    metadata = _metadata(blocks.PersonMetadata, request)
    if metadata is None:
        return Options(options=[])
    async with request.db.transaction(request.actor) as tx:
        found = await people.suggest_people(tx, request.query, metadata.user_id, and_team=True)
    return Options(options=blocks.people_options(found, [blocks.nobody()]))


async def suggest_successor(request: Suggest) -> Reply:
    """Everybody active but who leaves."""
    metadata = _metadata(blocks.LeaveMetadata, request)
    if metadata is None:
        return Options(options=[])
    async with request.db.transaction(request.actor) as tx:
        found = await people.suggest_people(tx, request.query, metadata.user_id)
    return Options(options=blocks.people_options(found))


async def _save(submit: Submit, change: ChangePerson, listed: ListPeople | None, tx: Tx) -> Reply:
    await people.change_person(tx, change)
    below = submit.view.previous_id
    if below is None or listed is None:
        return Done()
    return Return(view_id=below, view=await _list(tx, listed))


async def _leave(submit: Submit, how: Leave, listed: ListPeople | None, tx: Tx) -> Reply:
    user_id = UserId(how.user_id)
    was_active = (await people.person(tx, user_id)).is_active
    moved = await departures.leave(tx, how)
    card = await people.card(tx, user_id)
    said = Say(text=blocks.left(card, was_active, moved))
    below = submit.view.previous_id
    if below is None:
        return Both(first=Done(), then=said)
    also = {submit.view.root_id: await _list(tx, listed)} if listed else {}
    return Both(first=Return(view_id=below, view=blocks.view(card, listed), also=also), then=said)


async def _about_somebody(press: Press, work: Callable[[Tx, UserId], Awaitable[Reply]]) -> Reply:
    """What the press does with the person it names; one that nobody has is an older message."""
    ref = forms.unpack(listing.PersonRef, press.value)
    if ref is None:
        return Say(text=_STALE)
    try:
        async with press.db.transaction(press.actor) as tx:
            return await work(tx, ref.user_id)
    except NotFound:
        return Say(text=_STALE)


async def _list(tx: Tx, wanted: ListPeople) -> View:
    page = await people.list_people(tx, wanted)
    return listing.view(page, await configuration.get(tx, ROLES))


def _listed(press: Press) -> ListPeople | None:
    """The list that is open, from the list itself or from the form above it."""
    if press.view is None:
        return None
    below = forms.unpack(listing.Listed, press.view.metadata)
    if below is not None:
        return below.wanted
    person = forms.unpack(blocks.PersonMetadata, press.view.metadata)
    return person.listed if person else None


def _metadata(model: type[forms.M], request: Suggest) -> forms.M | None:
    return forms.unpack(model, request.view.metadata) if request.view else None


def _chosen(values: Mapping[str, FieldValue]) -> dict[str, FieldValue]:
    return {name: value for name, value in values.items() if value != blocks.NOBODY}


SUBCOMMANDS = (
    Subcommand(
        name="people",
        usage="[name]",
        summary="Roles, managers, who may use Tandem",
        handler=open_people,
        permission="people.manage",
    ),
)
