from datetime import UTC, datetime, timedelta
from decimal import Decimal

from services.opportunities import MoveOpportunity, move_opportunity
from tests.journeys.conftest import World
from tests.journeys.test_opportunities import a_deal, a_partner, actor_of, last, top


async def test_a_past_day_is_asked_for_walked_and_looked_into(world: World) -> None:
    ron = world.person("ron")
    globex = await a_partner(world)
    won = await a_deal(world, ron, partner_id=globex.id, deal_value=Decimal(1000))
    await a_deal(world, ron, partner_id=globex.id, customer_name="<!channel> & *co*")
    first = world.clock.now().date()
    world.clock.travel_to(datetime(first.year, first.month, first.day, 12, tzinfo=UTC))
    world.clock.advance(timedelta(days=5))
    await a_deal(world, ron, partner_id=globex.id, deal_value=Decimal(500))
    async with world.db.transaction(await actor_of(world, ron)) as tx:
        await move_opportunity(tx, MoveOpportunity(number=won.number, to_stage="won"))

    then = await ron.command("/opp", f"asof {first.isoformat()}", channel=world.acme.deals)
    assert then.ephemeral is not None
    said = str(then.ephemeral.blocks)
    await ron.press(then.ephemeral, "past.bucket:won")
    looked = str(top(ron).content)
    await ron.close()
    await ron.press(then.ephemeral, "past.rows")
    rows = str(top(ron).content)
    await ron.close()
    await ron.press(then.ephemeral, "Since last month")
    before = last(ron)

    assert then.text.startswith("Pipeline at the end of ")
    assert "2 open · €49,000 · weighted €4,900" in then.text
    assert "€1,000 · 1 won" in said
    assert "€500 · 1 created" in said
    assert "= *€48,500* now" in said
    assert "*#1 Acme renewal*" in looked
    assert "&lt;!channel&gt; &amp; *co*" in rows
    assert "nothing was open" in before.text


async def test_what_is_no_past_day_is_told_apart(world: World) -> None:
    ron = world.person("ron")

    future = await ron.command("/opp", "asof 9999-12-31", channel=world.acme.deals)
    early = await ron.command("/opp", "asof 0001-01-01", channel=world.acme.deals)
    unread = await ron.command("/opp", "asof whenever", channel=world.acme.deals)
    either = await world.person("olga").command("/opp", "asof", channel=world.acme.deals)

    assert "today or earlier" in future.text
    assert "between 1990" in early.text
    assert "I cannot read “whenever” as a day." in unread.text
    assert "nothing was open" in either.text
