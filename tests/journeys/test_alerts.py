from datetime import timedelta
from decimal import Decimal

from sqlalchemy import select

from sandbox import Message, Person
from services import configuration
from services.configuration.catalogue import ALERTS_CHANNEL, STALE_MOVES_TO
from services.opportunities import CreateOpportunity, Opportunity, create_opportunity
from services.partners import CreatePartner, create_partner
from services.tables import Alert
from tests.journeys.conftest import Office, World
from tests.journeys.crafted import forged

LIMIT = timedelta(days=14)


async def deals(world: World, *names: str, office: Office | None = None) -> list[Opportunity]:
    """Opportunities in negotiation, created now, that close in a month."""
    at = office or world.acme
    async with world.db.transaction(at.application) as tx:
        partner = await create_partner(tx, CreatePartner(name="Globex", domain="finops"))
        return [
            await create_opportunity(
                tx,
                CreateOpportunity(
                    customer_name=name,
                    partner_id=partner.id,
                    deal_value=Decimal(1000 * (place + 1)),
                    currency="EUR",
                    stage="negotiation",
                    expected_close_date=tx.now.date() + timedelta(days=30),
                ),
            )
            for place, name in enumerate(names)
        ]


def told(world: World, office: Office | None = None) -> list[Message]:
    """What the app has posted in the alerts channel."""
    return [each for each in world.slack_history((office or world.acme).alerts) if each.bot_id]


def shows(message: Message) -> str:
    return str(message.blocks)


async def a_stale_deal(world: World, name: str = "Acme renewal") -> Message:
    """One alert, as it stands in the channel."""
    await world.set_channels()
    await deals(world, name)
    await world.slack.travel(LIMIT)
    await world.settle()
    return told(world)[-1]


async def a_member(world: World, name: str) -> Person:
    person = world.person(name)
    await person.command("/opp", "help")
    return person


async def test_the_channel_is_told_once_of_an_opportunity_that_does_not_move(world: World) -> None:
    await world.set_channels()
    await deals(world, "Acme renewal")
    await world.slack.travel(LIMIT - timedelta(days=1))
    await world.settle()
    before = told(world)

    for _ in range(3):
        await world.slack.travel(timedelta(days=1))
        await world.settle()

    (message,) = told(world)
    assert before == []
    assert message.text == (
        "#1 Acme renewal has not moved for 14 days (limit 14 in Negotiation). "
        "€1,000, closes in 16 days."
    )


async def test_acknowledging_updates_the_message_for_everybody(world: World) -> None:
    message = await a_stale_deal(world)
    mia = await a_member(world, "mia")

    answer = await mia.press(message, "Acknowledge")
    await world.deliver()

    (shown,) = told(world)
    assert answer.ok
    assert shown.ts == message.ts
    assert f"Acknowledged by <@{mia.member.id}>" in shows(shown)
    assert "alert.acknowledge" not in shows(shown)
    assert [each for each in mia.ephemerals if each.channel == shown.channel] == []


async def test_the_second_person_is_told_who_was_faster(world: World) -> None:
    message = await a_stale_deal(world)
    mia, ron = await a_member(world, "mia"), await a_member(world, "ron")
    said = len(ron.ephemerals)

    await mia.press(message, "Acknowledge")
    await ron.press(message, "Acknowledge")
    await world.deliver()

    (answer,) = ron.ephemerals[said:]
    assert answer.text.startswith("Mia Acme acknowledged this already")
    assert f"Acknowledged by <@{mia.member.id}>" in shows(told(world)[0])


async def test_a_double_click_acknowledges_once(world: World) -> None:
    message = await a_stale_deal(world)
    mia = await a_member(world, "mia")
    said = len(mia.ephemerals)

    first, second = await mia.press(message, "Acknowledge"), await mia.press(message, "Acknowledge")

    assert first.ok
    assert second.ok
    assert mia.ephemerals[said:] == []


async def test_open_shows_the_card_to_who_asked_alone(world: World) -> None:
    message = await a_stale_deal(world)
    ron, mia = await a_member(world, "ron"), await a_member(world, "mia")

    await ron.press(message, "Open #1")

    card = ron.ephemerals[-1]
    assert card.channel == world.acme.alerts.id
    assert "#1 Acme renewal" in card.text
    assert card not in mia.sees(world.acme.alerts)


async def test_a_move_resolves_the_alert_in_place_and_says_who_moved_it(world: World) -> None:
    await a_stale_deal(world)
    ada = await a_member(world, "ada")

    await ada.command("/opp", "move 1 proposal")
    await world.settle()

    (shown,) = told(world)
    assert "Resolved" in shows(shown)
    assert "Ada Acme moved it to Proposal." in shows(shown)
    assert "alert.acknowledge" not in shows(shown)


async def test_the_button_of_an_alert_resolved_meanwhile_says_so(world: World) -> None:
    message = await a_stale_deal(world)
    ada, mia = await a_member(world, "ada"), await a_member(world, "mia")
    await ada.command("/opp", "move 1 proposal")
    await world.tandem.work()

    await mia.press(message, "Acknowledge")

    assert mia.ephemerals[-1].text.startswith("This alert is resolved already.")


async def test_many_at_once_are_one_message(world: World) -> None:
    await world.set_channels()
    await deals(world, *(f"Deal {n}" for n in range(12)))
    await world.slack.travel(LIMIT)

    await world.settle()

    (message,) = told(world)
    assert message.text == "12 opportunities have not moved within the limit: €78,000."


async def test_a_row_of_the_digest_is_acknowledged_and_opened_by_its_own_control(
    world: World,
) -> None:
    await world.set_channels()
    await deals(world, *(f"Deal {n}" for n in range(12)))
    await world.slack.travel(LIMIT)
    await world.settle()
    (message,) = told(world)
    mia = await a_member(world, "mia")
    alert_id = await the_alert(world, "#12 ")

    await mia.press(message, f"alert.row:{alert_id}", "Acknowledge")
    await world.deliver()
    await mia.press(told(world)[0], f"alert.row:{alert_id}", "Open #12")

    assert f"Acknowledged by <@{mia.member.id}>" in shows(told(world)[0])
    assert "#12 Deal 11" in mia.ephemerals[-1].text


async def test_all_of_a_digest_are_acknowledged_at_once(world: World) -> None:
    await world.set_channels()
    await deals(world, *(f"Deal {n}" for n in range(12)))
    await world.slack.travel(LIMIT)
    await world.settle()
    mia, ron = await a_member(world, "mia"), await a_member(world, "ron")
    (message,) = told(world)

    await mia.press(message, "Acknowledge all 12")
    await ron.press(message, "Acknowledge all 12")
    await world.deliver()

    assert "12 acknowledged, 0 resolved." in shows(told(world)[0])
    assert "somebody was faster" in ron.ephemerals[-1].text


async def the_alert(world: World, begins: str, office: Office | None = None) -> str:
    async with world.db.transaction((office or world.acme).application) as tx:
        found = await tx.session.scalar(select(Alert.id).where(Alert.title.startswith(begins)))
        return str(found)


async def test_an_alert_waits_for_its_channel_and_is_told_as_soon_as_that_is_reached(
    world: World,
) -> None:
    await deals(world, "Acme renewal")
    await world.slack.travel(LIMIT)
    await world.settle()
    ada = world.person("ada")

    await ada.command("/tandem", "settings channels")
    ada.fill({"alerts_channel": world.acme.alerts.id})
    await ada.submit()
    await world.deliver()
    (test,) = told(world)
    await world.settle()

    assert test.text == "Tandem will post alerts here."
    (_, alert) = told(world)
    assert alert.text.startswith("#1 Acme renewal has not moved for 14 days")


async def test_a_channel_that_was_archived_is_given_up_and_its_alerts_wait(world: World) -> None:
    await world.set_channels()
    await deals(world, "Acme renewal")
    world.acme.alerts.archived = True
    await world.slack.travel(LIMIT)
    await world.settle()

    async with world.db.transaction(world.acme.application) as tx:
        channel = await configuration.get(tx, ALERTS_CHANNEL)
    world.acme.alerts.archived = False
    await world.set_channels()
    await world.slack.travel(timedelta(hours=1))
    await world.settle()

    assert channel is not None
    assert (channel.is_reached, channel.problem) == (False, "is_archived")
    assert len(told(world)) == 1


async def test_what_the_rule_moved_by_itself_is_told(world: World) -> None:
    async with world.db.transaction(world.acme.application) as tx:
        await configuration.write(tx, STALE_MOVES_TO, "lost")

    await a_stale_deal(world)

    (message,) = told(world)
    assert "I moved it to Lost." in shows(message)


async def test_one_companys_alerts_are_not_anothers(world: World) -> None:
    await world.set_channels()
    await world.set_channels(world.globex)
    await deals(world, "Theirs", office=world.globex)
    await world.slack.travel(LIMIT)

    await world.settle()

    assert told(world) == []
    assert len(told(world, world.globex)) == 1


async def test_a_guest_cannot_acknowledge(world: World) -> None:
    message = await a_stale_deal(world)
    gus = world.person("gus")
    world.acme.alerts.members.append(gus.member.id)

    await gus.press(message, "Acknowledge")
    await world.deliver()

    assert "Guests cannot use Tandem" in gus.ephemerals[-1].text
    assert "Acknowledged" not in shows(told(world)[0])


async def test_a_button_forged_for_another_companys_alert_changes_nothing(world: World) -> None:
    await deals(world, "Theirs", office=world.globex)
    message = await a_stale_deal(world)
    theirs = await the_alert(world, "#1 ", world.globex)
    mia = await a_member(world, "mia")
    touched = forged(message, "alert.acknowledge", f'{{"v":1,"id":"{theirs}"}}')

    await mia.press(touched, "Acknowledge")

    assert mia.ephemerals[-1].text.startswith("This button is from an older message")
    async with world.db.transaction(world.globex.application) as tx:
        assert set(await tx.session.scalars(select(Alert.status))) == {"pending"}
