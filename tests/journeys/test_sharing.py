"""Cards where others read them: colleagues see everything, guests and other companies do not."""

from dataclasses import replace

import pytest

from sandbox import Channel, Message, Person
from services import configuration
from services.configuration.catalogue import PARTNER_CARDS_OUTSIDE
from tests.journeys.conftest import World
from tests.journeys.editing import opened, saved
from tests.journeys.test_partners import a_manager, a_partner


async def shared_in(world: World, channel: Channel) -> Person:
    """Mia, who has shared Globex's card in this channel."""
    await a_partner(world, "Globex")
    mia = await a_manager(world)
    shown = await mia.command("/partner", "show globex", channel=channel)
    assert shown.ephemeral is not None
    await mia.press(shown.ephemeral, "partner.more", "Share here")
    await world.deliver()
    return mia


def cards(world: World, channel: Channel) -> list[Message]:
    """What everybody in the channel sees of Globex."""
    return [each for each in world.cards(channel, "Globex") if each.ephemeral_for is None]


async def test_a_card_is_not_shared_where_guests_read(world: World) -> None:
    mia = await shared_in(world, world.acme.status)

    assert cards(world, world.acme.status) == []
    assert "guests read it" in mia.dm[-1].text


async def test_a_card_that_was_deleted_is_offered_again_where_it_was(world: World) -> None:
    mia = await shared_in(world, world.acme.deals)
    [card] = cards(world, world.acme.deals)
    world.acme.team.put_message(replace(card, deleted=True))
    await mia.press(card, "Log interaction")
    await mia.submit()
    await world.deliver()

    shown = await mia.command("/partner", "show globex", channel=world.acme.deals)
    assert shown.ephemeral is not None
    await mia.press(shown.ephemeral, "Share again")
    await world.deliver()
    after = await mia.command("/partner", "show globex", channel=world.acme.deals)

    assert "The card that was shared here is gone." in str(shown.ephemeral.blocks)
    assert len(cards(world, world.acme.deals)) == 1
    assert after.ephemeral is not None
    assert "is gone" not in str(after.ephemeral.blocks)


async def test_a_guest_who_comes_later_sees_no_news(world: World) -> None:
    await shared_in(world, world.acme.deals)
    [card] = cards(world, world.acme.deals)
    before = str(card.blocks)
    world.acme.deals.members.append(world.acme.members["gus"].id)

    await world.person("olga").press(card, "Log interaction")
    await world.person("olga").submit()
    await world.deliver()

    assert str(card.blocks) == before


@pytest.mark.parametrize("who", ["guests", "strangers"])
async def test_who_is_no_colleague_may_see_who_a_partner_is_and_no_more(
    world: World, who: str
) -> None:
    world.acme.status.shared = who == "strangers"
    async with world.db.transaction(world.acme.application) as tx:
        await configuration.write(tx, PARTNER_CARDS_OUTSIDE, "redacted")

    await shared_in(world, world.acme.status)

    [card] = cards(world, world.acme.status)
    assert [each["type"] for each in card.blocks] == ["section", "context"]
    assert "50 fair" not in str(card.blocks)


async def test_the_channel_for_deals_has_no_guests(world: World) -> None:
    ada = await opened(world, "channels")
    world.acme.deals.members.append(world.acme.members["gus"].id)

    await saved(ada, deals_channel=world.acme.deals.id)
    await world.deliver()

    assert "guests are in it" in ada.dm[-1].text
