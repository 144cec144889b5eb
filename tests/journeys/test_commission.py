"""What a partner earns, from the terms that are agreed to the statement that adds up."""

from sandbox import Person
from tests.journeys.conftest import World
from tests.journeys.test_opportunities import a_deal, a_manager, a_partner, last, top


def words(person: Person) -> str:
    """Everything the modal in front shows."""
    return person.reads(top(person))


async def test_a_win_is_earned_stated_explained_and_taken_back_by_a_reopen(world: World) -> None:
    mia = await a_manager(world)
    globex = await a_partner(world)
    await a_deal(world, mia, partner_id=globex.id)

    await mia.command("/opp", "close 1 won")
    won = last(mia).text
    await mia.command("/partner", "statement globex 2026-Q4", channel=world.acme.deals)
    earned = words(mia)
    await mia.press_in_view("Explain")
    why = words(mia)
    await mia.close()
    await mia.press_in_view("← 2026-Q3")
    before = words(mia)
    await mia.press_in_view("→ 2026-Q4")
    back = words(mia)

    assert "Commission: €4,800 earned." in won
    assert "*Globex* · 2026-Q4" in earned
    assert "#1 Acme renewal · *+€4,800.00*" in earned
    assert "*Opening*\n€0.00" in earned
    assert "10% of the value" in why
    assert "10% of €48,000: €4,800" in why
    assert "Globex earned nothing in this period." in before
    assert back == earned
