import pytest

from bot.app import Tandem, built
from bot.identity import Identities
from bot.settings import Settings
from services import people
from services.errors import NotAMember
from services.people import ChangePerson, Refusal
from services.values import Actor
from tests.factories import FixedClock
from tests.journeys.conftest import World
from tests.listening import listening


async def actor_in(replica: Tandem, world: World, name: str) -> Actor:
    """Who somebody of Acme is for this replica, remembered if it remembers."""
    installed = await replica.installations.of_team(None, "T0ACME")
    assert installed is not None
    client = replica.bolt.client
    return await Identities(replica.db).actor(installed, world.acme.members[name].id, client)


async def test_a_new_role_and_a_deactivation_count_in_the_other_replica(
    world: World, settings: Settings, clock: FixedClock
) -> None:
    # That nothing older than a second is trusted even without a word is test_memory's to prove.
    await world.person("ron").command("/tandem", "help")
    async with built(settings, clock) as other, listening(other) as heard:
        before = await actor_in(other, world, "ron")
        assert other.db.memory.company(world.acme.organization_id).actors
        assert before.user_id is not None

        async with world.db.transaction(world.acme.application) as tx:
            promoted = ChangePerson(user_id=before.user_id, role="vp")
            await people.change_person(tx, promoted)
        await heard.has_heard()
        after = await actor_in(other, world, "ron")

        async with world.db.transaction(world.acme.application) as tx:
            await people.end_membership(tx, before.user_id)
        await heard.has_heard()
        with pytest.raises(NotAMember) as refused:
            await actor_in(other, world, "ron")

    assert (before.role, after.role) == ("sales_rep", "vp")
    assert after.may("opportunities.share")
    assert refused.value.reason == Refusal.INACTIVE
