"""However often Slack, a person or a second replica does it, it happens once."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from bot.app import Tandem, built
from bot.settings import Settings
from handlers.blocks.onboarding import WELCOME_TEXT
from sandbox.wire import JsonObject
from services.tables import Alert, AuditEntry
from tests.factories import FixedClock
from tests.journeys.conftest import World, install
from tests.journeys.test_alerts import LIMIT, a_member, a_stale_deal, deals, told
from tests.journeys.test_opportunities import a_filled_form, a_public_card, found, saved, stays_of
from tests.journeys.test_opportunities import top as front
from tests.journeys.test_weekly_status import a_team, is_reminder, utc

ALREADY = [[f"{name} Acme acknowledged this already"] * 2 for name in ("Mia", "Ron")]
UNINSTALLED: JsonObject = {"type": "app_uninstalled"}


@pytest.fixture
async def replica(world: World, settings: Settings, clock: FixedClock) -> AsyncIterator[Tandem]:
    """The application a second time, on the same database and Slack."""
    async with built(settings, clock) as application:
        yield application


async def deliver_side_by_side(world: World, *both: Tandem) -> None:
    """All deliver at the same moments until nothing waits."""
    while True:
        await asyncio.gather(*(each.deliverer.deliver_due() for each in both))
        due = await world.tandem.deliverer.next_at()
        if due is None:
            return
        await world.slack.travel(max(due, world.clock.now() + timedelta(milliseconds=1)))


async def audited(world: World, action: str) -> int:
    async with world.db.transaction(world.acme.application) as tx:
        entries = select(func.count()).select_from(AuditEntry).where(AuditEntry.action == action)
        return await tx.session.scalar(entries) or 0


def updates(world: World) -> int:
    """But of the installer's own message, which is told anew when somebody joins."""
    told = [call for call in world.slack.calls if call.method == "chat.update" and call.ok]
    return sum(WELCOME_TEXT not in str(call.args["text"]) for call in told)


async def test_a_double_click_on_the_next_stage_moves_and_tells_once(world: World) -> None:
    ron = world.person("ron")
    card = await a_public_card(world, ron)

    answers = await asyncio.gather(
        *(ron.press(card, "Move to Qualified") for _ in range(2)),
    )
    await world.deliver()

    assert [answer.ok for answer in answers] == [True, True]
    assert [stay.stage_label for stay in await stays_of(world, 1)] == ["Prospecting", "Qualified"]
    assert updates(world) == 1
    assert await audited(world, "opportunity.moved") == 1


async def test_a_double_submit_creates_one_and_shows_one_card_of_each_kind(world: World) -> None:
    await world.set_channels()
    ron = world.person("ron")
    await a_filled_form(world, ron)
    view = front(ron)

    both = await asyncio.gather(ron.submit(view=view), ron.submit(view=view))
    await world.slack.travel(timedelta(minutes=1))
    later = await ron.submit(view=view)
    await world.deliver()

    assert both[0] == both[1] == later
    assert later.ok
    assert await saved(world) == 1
    cards = world.cards(world.acme.deals, "#1 ")
    assert sorted(each.ephemeral_for or "everybody" for each in cards) == [
        ron.member.id,
        "everybody",
    ]


async def test_a_double_submit_by_a_new_person_makes_one_person(world: World) -> None:
    ron = world.person("ron")

    await asyncio.gather(*(ron.command("/weekly") for _ in range(3)))

    assert await audited(world, "person.joined") == 1 + len(["ada"])


async def test_a_retried_uninstall_does_not_take_out_what_was_installed_again(
    world: World,
) -> None:
    team = world.acme.team
    await world.slack.send_event(team, UNINSTALLED, "Ev0UNINSTALLED")
    await install(world.db, team)
    await world.slack.travel(timedelta(minutes=5))

    again = await world.slack.send_event(team, UNINSTALLED, "Ev0UNINSTALLED")

    assert again.status == 200
    assert "/opp" in (await world.person("ron").command("/opp", "help")).text
    assert await audited(world, "workspace.uninstalled") == 1


async def test_acknowledging_twice_at_once_counts_once(world: World) -> None:
    message = await a_stale_deal(world)
    mia, ron = await a_member(world, "mia"), await a_member(world, "ron")
    said = len(mia.ephemerals) + len(ron.ephemerals)

    answers = await asyncio.gather(
        *(each.press(message, "Acknowledge") for each in (mia, mia, ron, ron))
    )
    await world.deliver()

    assert all(answer.ok for answer in answers)
    assert await audited(world, "alert.acknowledged") == 1
    assert len(mia.ephemerals) + len(ron.ephemerals) == said + 2
    late = [each for each in mia.ephemerals + ron.ephemerals if "already" in each.text]
    assert [each.text.split(",")[0] for each in late] in ALREADY
    assert updates(world) == 1


async def test_two_replicas_that_tick_and_deliver_at_once_send_each_reminder_once(
    world: World, replica: Tandem
) -> None:
    await a_team(world)
    await world.slack.travel(utc("2026-11-27T21:00"))

    await asyncio.gather(*(each.tick() for each in (world.tandem, replica) * 2))
    await deliver_side_by_side(world, world.tandem, replica)

    reminders = {
        name: sum(map(is_reminder, world.person(name).dm)) for name in ("ada", "olga", "ron")
    }
    # Ron's last one comes before a deadline that is over for the others.
    assert reminders == {"ada": 1, "olga": 1, "ron": 2}
    assert sum("the last reminder" in each.text for each in world.person("ron").dm) == 1


async def test_two_replicas_that_evaluate_and_deliver_at_once_alert_once(
    world: World, replica: Tandem
) -> None:
    await world.set_channels()
    await deals(world, "Acme renewal", "Umbrella")
    await world.slack.travel(LIMIT)

    await asyncio.gather(world.tandem.tick(), replica.tick())
    await asyncio.gather(world.tandem.work(), replica.work())
    await deliver_side_by_side(world, world.tandem, replica)

    assert [message.text.split(" has ")[0] for message in told(world)] == [
        "#2 Umbrella",
        "#1 Acme renewal",
    ]
    async with world.db.transaction(world.acme.application) as tx:
        assert await tx.session.scalar(select(func.count()).select_from(Alert)) == 2


async def test_two_deliverers_at_once_post_each_message_once_and_in_order(
    world: World, replica: Tandem
) -> None:
    ron = world.person("ron")
    await a_public_card(world, ron)
    for stage in ("qualified", "proposal", "negotiation"):
        await a_filled_form(world, ron)
        await ron.submit()
        await ron.command("/opp", f"move 1 {stage}")
        await asyncio.gather(*(each.deliverer.deliver_due() for each in (world.tandem, replica)))

    await deliver_side_by_side(world, world.tandem, replica)

    cards = [each for each in world.slack_history(world.acme.deals) if not each.ephemeral_for]
    assert [each.text.split(" ")[0] for each in cards] == ["#1", "#2", "#3", "#4"]
    assert "Negotiation" in cards[0].text
    assert (await found(world, 1)).stage == "negotiation"
