"""`/tandem settings`, the channels' test posts, the welcome of an installer."""

from collections.abc import Mapping
from functools import partial

from handlers import forms
from handlers.blocks import settings as blocks
from handlers.notices import Message, Renderer, Settled
from handlers.once import once
from handlers.routing import (
    Both,
    Done,
    Open,
    Options,
    Reply,
    Request,
    Routes,
    Say,
    Subcommand,
    Submit,
    Suggest,
)
from services import channels, people
from services.channels import CHANNEL_PROBLEM, CHANNEL_TEST, ChannelProblem, ChannelTest
from services.db import Tx
from services.organizations import WELCOME
from services.outbox import Dead, Delivery, Outcome, Sent
from services.settings import ChangeSettings, change_settings, current_settings
from services.values import UserId
from services.zones import offered_zones

MOST_OPTIONS = 100


def routes() -> Routes:
    return Routes(
        presses={blocks.OPEN_SETTINGS: open_settings},
        submits={blocks.SETTINGS: save_settings},
        suggests={blocks.SUGGEST_ZONE: suggest_zone},
    )


async def open_settings(request: Request) -> Reply:
    """The settings form, for who may change settings."""
    async with request.db.transaction(request.actor) as tx:
        settings = await current_settings(tx)
    place = request.place
    view = blocks.modal(settings, place.workspace_id, place.channel_id, request.actor.locale)
    return Open(view=view)


async def save_settings(request: Submit) -> Reply:
    """Save what was changed in the form and say so."""
    metadata = forms.unpack(blocks.Metadata, request.view.metadata)
    shown = metadata.shown if metadata else None
    values = {name: value for name, value in request.view.values.items() if value != blocks.NOWHERE}
    change = forms.read(ChangeSettings, values, shown=shown)
    where = metadata.channel_id if metadata else None
    return await once(request, partial(_save, change=change, channel_id=where))


async def suggest_zone(request: Suggest) -> Reply:
    """Time zones whose name holds what was typed; the person's own first."""
    own = request.actor.time_zone.key
    matching = [name for name in offered_zones() if _matches(request.query, name)]
    matching.sort(key=lambda name: (name != own, not _begins(request.query, name)))
    return Options(options=blocks.zone_options(matching[:MOST_OPTIONS], request.db.clock.now()))


async def _save(tx: Tx, *, change: ChangeSettings, channel_id: str | None) -> Reply:
    changed = await change_settings(tx, change)
    text = blocks.saved(changed, tx.actor.locale)
    return Both(first=Done(), then=Say(text=text, channel_id=channel_id))


async def _test_post(tx: Tx, delivery: Delivery) -> Message | None:
    test = ChannelTest.model_validate(delivery.payload)
    settings = await channels.still_chosen(tx, delivery.workspace_id, test)
    if not settings:
        return None
    chosen_by = await people.person(tx, UserId(test.chosen_by)) if test.chosen_by else None
    return Message(*blocks.test_message(settings, chosen_by.name if chosen_by else None))


async def _problem(_: Tx, delivery: Delivery) -> Message | None:
    return Message(*blocks.problem_message(ChannelProblem.model_validate(delivery.payload)))


async def _welcome(_: Tx, __: Delivery) -> Message | None:
    return Message(*blocks.welcome_message())


async def _test_settled(tx: Tx, delivery: Delivery, outcome: Outcome) -> None:
    test = ChannelTest.model_validate(delivery.payload)
    match outcome:
        case Sent():
            await channels.record_test(tx, delivery.workspace_id, test, None)
        case Dead(why):
            await channels.record_test(tx, delivery.workspace_id, test, why)
        case _:
            return


def _matches(query: str, name: str) -> bool:
    return all(word in _words(name) for word in _words(query).split())


def _begins(query: str, name: str) -> bool:
    return _words(name.rpartition("/")[2]).startswith(_words(query))


def _words(name: str) -> str:
    return name.replace("_", " ").replace("/", " ").casefold()


NOTICES: Mapping[str, Renderer] = {
    CHANNEL_TEST: _test_post,
    CHANNEL_PROBLEM: _problem,
    WELCOME: _welcome,
}
SETTLED: Mapping[str, Settled] = {CHANNEL_TEST: _test_settled}
SUBCOMMANDS = (
    Subcommand(
        name="settings",
        usage="",
        summary="Channels, stale opportunities, the weekly reminder, the time zone",
        handler=open_settings,
        permission="settings.change",
    ),
)
