"""How many questions it takes to know who reads a channel."""

from collections import Counter

import pytest

from bot import audience
from bot.audience import FEW, GUEST_FOR, Audience, Audiences
from sandbox import Channel
from tests.journeys.conftest import World


class Ticks:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def ticks() -> Ticks:
    return Ticks()


@pytest.fixture
def audiences(ticks: Ticks) -> Audiences:
    return Audiences(ticks)


async def readers(world: World, audiences: Audiences, channel: Channel) -> Audience:
    client = world.tandem.host.client(world.acme.team.bot_token)
    where = world.acme.workspace_id
    return await audiences.of(client, where, channel.id, with_guests=True)


def asked(world: World) -> Counter[str]:
    calls = Counter(call.method for call in world.slack.calls)
    world.slack.calls.clear()
    return calls


async def test_a_few_people_are_asked_for_once(world: World, audiences: Audiences) -> None:
    world.slack.calls.clear()

    first = await readers(world, audiences, world.acme.deals)
    at_first = asked(world)
    again = await readers(world, audiences, world.acme.deals)

    assert (first, again) == (Audience.COLLEAGUES, Audience.COLLEAGUES)
    assert at_first["users.info"] == len(world.acme.deals.members)
    assert asked(world) == {"conversations.info": 1, "conversations.members": 1}


async def test_many_people_are_asked_for_by_one_list(world: World, audiences: Audiences) -> None:
    crowd = [world.acme.team.add_person(f"U0CROWD{each}", f"crowd{each}") for each in range(FEW)]
    hall = world.acme.team.add_channel("C0HALL", "hall", members=crowd)
    world.slack.calls.clear()

    found = await readers(world, audiences, hall)

    assert found is Audience.COLLEAGUES
    calls = asked(world)
    assert (calls["users.list"], calls["users.info"]) == (1, 0)


async def test_who_is_no_guest_any_more_is_known_after_a_while(
    world: World, audiences: Audiences, ticks: Ticks
) -> None:
    before = await readers(world, audiences, world.acme.status)
    world.acme.members["gus"].is_restricted = False

    at_once = await readers(world, audiences, world.acme.status)
    ticks.now += GUEST_FOR
    later = await readers(world, audiences, world.acme.status)

    assert (before, at_once) == (Audience.GUESTS, Audience.GUESTS)
    assert later is Audience.COLLEAGUES


async def test_a_channel_of_too_many_counts_as_one_with_guests(
    world: World, audiences: Audiences, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(audience, "PAGE", 1)
    monkeypatch.setattr(audience, "MOST_PAGES", 2)

    assert await readers(world, audiences, world.acme.deals) is Audience.GUESTS
