from datetime import date, timedelta
from decimal import Decimal

from sqlalchemy import update

from services.tables import Opportunity as Row
from tests.journeys.conftest import World
from tests.journeys.test_opportunities import a_deal, a_partner, last, top


async def test_a_list_of_three_pages_is_walked_narrowed_and_sorted(world: World) -> None:
    ron, olga = world.person("ron"), world.person("olga")
    globex = await a_partner(world)
    for each in range(21):
        value = Decimal(1000 + each)
        await a_deal(world, ron, partner_id=globex.id, deal_value=value)
    await a_deal(world, olga, partner_id=globex.id, customer_name="<!channel> & *co*")

    mine = await ron.command("/opp", "list", channel=world.acme.deals)
    assert mine.ephemeral is not None
    first = mine.ephemeral
    await ron.press(first, "Next")
    await ron.press(last(ron), "Next")
    third = last(ron)
    await ron.press(third, "opportunity.list:sort", "By value")
    by_value = last(ron)
    await ron.press(by_value, "Next")
    still_by_value = last(ron)
    await ron.press(still_by_value, "opportunity.list:state", "In Proposal")
    nothing = last(ron)
    await ron.press(nothing, "Show all open ones")
    again = last(ron)
    await ron.press(again, "opportunity.open:10")
    opened = last(ron)

    assert mine.text == "My open opportunities: 21 · €21,210 · weighted €2,121"
    assert (third.ts, "Page 3 of 3" in str(third.blocks)) == (first.ts, True)
    assert by_value.text.startswith("My open opportunities, by value: 21 ·")
    assert "€1,020" in str(by_value.blocks)
    assert "Page 2 of 3" in str(still_by_value.blocks)
    assert "€1,010" in str(still_by_value.blocks)
    assert nothing.text == "My opportunities in Proposal, by value: there are none."
    assert again.text == mine.text
    assert "#10 Acme renewal" in opened.text


async def test_whose_they_are_is_chosen_from_the_people(world: World) -> None:
    ron, olga = world.person("ron"), world.person("olga")
    await a_deal(world, ron)
    await a_deal(world, olga, customer_name="<!channel> & *co*", currency="USD")

    mine = await ron.command("/opp", "list", channel=world.acme.deals)
    assert mine.ephemeral is not None
    offered = await ron.suggest("opportunity.list:whose", "ol", within=mine.ephemeral)
    await ron.press(mine.ephemeral, "opportunity.list:whose", offered[-1].value)
    theirs = last(ron)
    everybodys = await ron.command("/opp", "list all", channel=world.acme.deals)

    assert theirs.text == "Olga Acme's open opportunities: 1 · $48,000 · weighted $4,800"
    assert "&lt;!channel&gt; &amp; *co*" in str(theirs.blocks)
    assert everybodys.text == (
        "All open opportunities: 2 · $48,000 + €48,000 · weighted $4,800 + €4,800"
    )
    assert "There is no exchange rate from EUR to USD" in str(everybodys.ephemeral)


async def test_each_word_narrows_the_list(world: World) -> None:
    ron = world.person("ron")
    globex = await a_partner(world, "Globex")
    await a_deal(world, ron, partner_id=globex.id, expected_close_date=date(2026, 12, 1))
    await a_deal(world, ron, customer_name="Umbrella", stage="negotiation")
    await a_deal(world, ron, customer_name="Initech")
    await a_deal(world, ron, customer_name="Hooli")
    await ron.command("/opp", "move 3 won")
    await ron.command("/opp", "close 4 lost")
    ron.fill({"loss_reason": "price"})
    await ron.submit()
    async with world.db.transaction(world.acme.application) as tx:
        since = tx.now - timedelta(days=40)
        await tx.session.execute(update(Row).where(Row.number == 2).values(stage_since=since))

    async def heading(words: str) -> str:
        return (await ron.command("/opp", words)).text.split(" ·")[0]

    assert await heading("list all stale by value") == "All open opportunities, stale, by value: 1"
    assert await heading("list via globex") == "All open opportunities via Globex: 1"
    assert (
        await heading("list closing 30 days") == "My open opportunities, closing within 30 days: 2"
    )
    assert await heading("list owner @ron in negotiation") == "My opportunities in Negotiation: 1"
    assert await heading("list won") == "My opportunities won this quarter: 1"
    assert await heading("list lost") == "My opportunities lost this quarter: 1"
    assert await heading("list archived") == "My archived opportunities: there are none."
    assert await heading("list umbrella") == "Open opportunities with “umbrella”: 1"
    assert await heading("list all stael") == (
        "Open opportunities with “stael”: there are none. "
        "Did you mean “All open opportunities, stale”?"
    )
    assert await heading("list via initrode") == "I cannot find partner initrode."


async def test_a_search_finds_what_is_closed_and_shows_the_only_one(world: World) -> None:
    ron = world.person("ron")
    await a_deal(world, ron, customer_name="Umbrella Corp")
    await a_deal(world, ron, customer_name="Umbrella")
    await ron.command("/opp", "move 2 won")

    both = await ron.command("/opp", "find umbrella")
    one = await ron.command("/opp", "find corp umbr")
    by_number = await ron.command("/opp", "find #2")
    asked = await ron.command("/opp", "find")

    assert both.text.startswith("Opportunities with “umbrella”: 2 ·")
    assert str(both.ephemeral).index("#2 Umbrella") < str(both.ephemeral).index("#1 Umbrella Corp")
    assert one.text.startswith("#1 Umbrella Corp ·")
    assert by_number.text.startswith("#2 Umbrella ·")
    assert "`/opp find acme`" in asked.text


async def test_an_empty_list_begins_the_first_one(world: World) -> None:
    ron = world.person("ron")
    empty = await ron.command("/opp", "list", channel=world.acme.deals)
    assert empty.ephemeral is not None

    await ron.press(empty.ephemeral, "New opportunity")

    assert empty.text == "You have no open opportunities."
    assert top(ron).title == "New opportunity"
