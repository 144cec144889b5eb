"""Several people at the same moment: one is first, nobody loses what they typed."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable
from contextlib import asynccontextmanager
from datetime import timedelta

import psycopg

import handlers
from bot.delivery import Deliverer
from handlers.notices import Notice, Notices
from sandbox import Person
from services.db import Tx
from services.opportunities import CARD, MoveOpportunity, move_opportunity
from services.outbox import Delivery
from tests.conftest import Urls
from tests.journeys.conftest import World
from tests.journeys.test_opportunities import (
    a_deal,
    a_filled_form,
    a_manager,
    a_partner,
    a_public_card,
    actor_of,
    found,
    last,
    saved,
    stays_of,
    top,
)

WAITING = (
    "SELECT count(*) FROM pg_stat_activity"
    " WHERE wait_event_type = 'Lock' AND datname = current_database()"
)
PATIENCE = 30.0
"""Seconds, for what is about the words and not about the time of a busy machine."""


@asynccontextmanager
async def holding(world: World, person: Person, to_stage: str) -> AsyncGenerator[Tx]:
    """This person's move of #1, made and not yet committed."""
    async with world.db.transaction(await actor_of(world, person)) as tx:
        await move_opportunity(tx, MoveOpportunity(number=1, to_stage=to_stage))
        yield tx


async def until_somebody_waits(urls: Urls) -> None:
    async with (
        asyncio.timeout(10),
        await psycopg.AsyncConnection.connect(urls.superuser, autocommit=True) as connection,
    ):
        while True:
            (count,) = await (await connection.execute(WAITING)).fetchone() or (0,)
            if count:
                return


async def test_of_two_who_press_different_stages_at_once_one_is_told_who_was_first(
    world: World,
) -> None:
    mia, ron = await a_manager(world), world.person("ron")
    card = await a_public_card(world, ron)

    answers = await asyncio.gather(
        ron.press(card, "Move to Qualified"),
        mia.press(card, "opportunity.move", "Proposal"),
    )
    await world.deliver()

    assert [answer.ok for answer in answers] == [True, True]
    stages = [stay.stage_label for stay in await stays_of(world, 1)]
    assert stages in (["Prospecting", "Qualified"], ["Prospecting", "Proposal"])
    first, second = (ron, mia) if stages[-1] == "Qualified" else (mia, ron)
    words = f"{first.member.real_name} moved #1 to {stages[-1]} 1 second ago. Nothing was saved."
    assert last(second).text == f"{words} This is how it is now:"
    assert "moved #1" not in last(first).text
    assert f"· {stages[-1]} ·" in world.cards(world.acme.deals, "#1 ")[0].text


async def test_who_waited_for_another_s_move_is_told_of_it_and_keeps_what_was_typed(
    world: World, office_urls: Urls
) -> None:
    mia, ron = await a_manager(world), world.person("ron")
    card = await a_public_card(world, ron)
    await ron.press(card, "opportunity.move", "Lost")
    ron.fill({"loss_reason": "price", "reason": "Half was offered"})

    async with holding(world, mia, "proposal"):
        submitting = asyncio.create_task(ron.submit())
        await until_somebody_waits(office_urls)
    told = await submitting

    assert told.ok
    assert "Mia Acme moved #1 to Proposal 1 second ago. Nothing was saved." in str(top(ron).blocks)
    assert (await found(world, 1)).stage == "proposal"
    again = await ron.submit()
    assert again.ok
    assert ron.view is None
    assert [(stay.stage_label, stay.reason) for stay in await stays_of(world, 1)][1:] == [
        ("Proposal", None),
        ("Lost", "Price: Half was offered"),
    ]


async def test_who_waited_for_the_same_move_finds_it_made(world: World, office_urls: Urls) -> None:
    mia, ron = await a_manager(world), world.person("ron")
    card = await a_public_card(world, ron)

    async with holding(world, mia, "qualified"):
        pressing = asyncio.create_task(ron.press(card, "Move to Qualified"))
        await until_somebody_waits(office_urls)
    answer = await pressing

    assert answer.ok
    assert len(await stays_of(world, 1)) == 2
    assert last(ron).text == "#1 Acme renewal is in Qualified already."


async def test_who_waits_too_long_is_told_so_and_may_try_again(
    world: World, office_urls: Urls
) -> None:
    mia, ron = await a_manager(world), world.person("ron")
    card = await a_public_card(world, ron)

    world.slack.courier.deadline = PATIENCE

    async with holding(world, mia, "qualified"):
        await ron.press(card, "Move to Qualified")
        waited = last(ron).text
    await ron.press(card, "Move to Qualified")

    assert waited == (
        "Somebody else is changing this at the moment. Nothing was saved; please try again."
    )
    assert last(ron).text == "#1 Acme renewal is in Qualified already."


async def test_a_loss_and_a_move_at_once_end_in_one_history(world: World) -> None:
    mia, ron = await a_manager(world), world.person("ron")
    card = await a_public_card(world, ron)
    await ron.press(card, "opportunity.move", "Lost")
    ron.fill({"loss_reason": "price"})

    answers = await asyncio.gather(ron.submit(), mia.press(card, "opportunity.move", "Won"))
    await world.deliver()

    assert [answer.ok for answer in answers] == [True, True]
    stages = [stay.stage_label for stay in await stays_of(world, 1)]
    assert stages in (["Prospecting", "Lost"], ["Prospecting", "Won"])
    assert (ron.view is None) == (stages[-1] == "Lost")
    assert f"· {stages[-1]}" in world.cards(world.acme.deals, "#1 ")[0].text


def deliverer(world: World, meanwhile: Awaitable[object]) -> Deliverer:
    """One in whose hands a card is rendered while something happens to what it shows."""
    known = handlers.notices()

    async def render(tx: Tx, delivery: Delivery) -> Notice | None:
        message = await known.renderers[CARD](tx, delivery)
        await meanwhile
        return message

    notices = Notices({**known.renderers, CARD: render}, known.settled)
    return Deliverer(world.db, world.tandem.installations, world.tandem.host, notices)


async def test_a_move_while_the_card_is_on_its_way_shows_on_it_in_the_end(world: World) -> None:
    await world.set_channels()
    ron = world.person("ron")
    await a_deal(world, ron)
    shown = await ron.command("/opp", "show 1", channel=world.acme.alerts)
    assert shown.ephemeral is not None

    move = ron.press(shown.ephemeral, "Move to Qualified")
    await deliverer(world, move).deliver_due()
    (posted,) = world.cards(world.acme.deals, "#1 ")
    await world.deliver()

    (shown_at_last,) = world.cards(world.acme.deals, "#1 ")
    assert "· Prospecting ·" in posted.text
    assert "· Qualified ·" in shown_at_last.text


async def test_a_second_move_while_the_first_one_s_update_is_on_its_way_shows_too(
    world: World,
) -> None:
    ron = world.person("ron")
    card = await a_public_card(world, ron)
    await ron.press(card, "Move to Qualified")
    await world.slack.travel(timedelta(seconds=1))

    move = ron.command("/opp", "move 1 proposal")
    await deliverer(world, move).deliver_due()
    await world.deliver()

    assert "· Proposal ·" in world.cards(world.acme.deals, "#1 ")[0].text


async def test_two_who_create_at_once_get_a_number_each(world: World) -> None:
    ron, olga = world.person("ron"), world.person("olga")
    for each in (ron, olga):
        await a_filled_form(world, each, customer_name=f"Of {each.member.name}")

    answers = await asyncio.gather(ron.submit(), olga.submit())

    assert [answer.ok for answer in answers] == [True, True]
    assert await saved(world) == 2
    assert {(await found(world, number)).customer_name for number in (1, 2)} == {
        "Of ron",
        "Of olga",
    }


async def test_of_two_who_add_the_same_partner_at_once_one_is_told_at_the_name(
    world: World,
) -> None:
    ron, olga = world.person("ron"), world.person("olga")
    for each in (ron, olga):
        await each.command("/partner", "new Globex")
        each.fill({"domain": "finops"})

    answers = await asyncio.gather(ron.submit(), olga.submit())

    assert sorted(answer.errors.get("name", "") for answer in answers) == [
        "",
        "There is already Globex. Nothing was saved.",
    ]
    assert (await a_partner(world, "Umbrella")).name == "Umbrella"
