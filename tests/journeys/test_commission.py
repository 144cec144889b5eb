"""What a partner earns, from the terms that are agreed to the statement that adds up."""

from sandbox import Person
from tests.journeys.conftest import World
from tests.journeys.test_opportunities import a_deal, a_manager, a_partner, last, top


def words(person: Person) -> str:
    """Everything the modal in front shows."""
    return person.reads(top(person))


async def test_a_win_is_earned_stated_and_explained(world: World) -> None:
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
    assert "#1 Acme renewal\n*€4,800.00* · Earned" in earned
    assert "*Opening*\n€0.00" in earned
    assert "10% of the value" in why
    assert "10% of €48,000: €4,800" in why
    assert "Globex earned nothing in this period." in before
    assert back == earned


async def test_tiered_terms_are_agreed_with_the_example_in_sight(world: World) -> None:
    mia = await a_manager(world)
    await a_partner(world)

    await mia.command("/partner", "terms globex", channel=world.acme.deals)
    default = words(mia)
    await mia.press_in_view("Change terms")
    await mia.choose("commission_type", "marginal")
    mia.fill({"commission_tiers": "up to 50,000: 8%\nabove: lots", "commission_currency": "EUR"})
    unreadable = await mia.submit()
    mia.fill({"commission_tiers": "up to 50,000: 8%\nabove: 10%", "commission_sample": "120k"})
    await mia.press_in_view("Work out again")
    tried = words(mia)
    await mia.submit()

    assert "*In force*\n10% of the value" in default
    assert list(unreadable.errors) == ["commission_tiers"]
    assert "I cannot read line 2." in unreadable.errors["commission_tiers"]
    assert "€120,000 → €11,000" in tried
    assert "Agreed with Globex: 8% from zero, 10% from €50,000" in words(mia)
    assert "*In force*\n8% from zero" in words(mia)
    assert "*Was*\n10% of the value, until Tue 17 Nov 2026" in words(mia)


async def test_terms_to_come_are_agreed_after_a_colleagues_and_withdrawn(world: World) -> None:
    mia, ada = await a_manager(world), world.person("ada")
    await a_partner(world)
    for each in (mia, ada):
        await each.command("/partner", "terms globex")
        await each.press_in_view("Change terms")

    ada.fill({"commission_rate": "9", "effective_from": "2027-01-01"})
    await ada.submit()
    await mia.choose("commission_type", "flat")
    mia.fill({"commission_amount": "700", "effective_from": "2027-01-01"})
    mia.fill({"commission_currency": "EUR"})
    await mia.submit()
    stayed = words(mia)
    await mia.submit()
    replaced = words(mia)
    await ada.press_in_view("Withdraw")
    refused = words(ada)
    await mia.press_in_view("Withdraw")

    assert "Mia Acme changed these terms 1 second ago. Nothing was withdrawn." in refused
    assert "To come" in refused
    assert "Ada Acme changed these terms 1 second ago. Today counts: 10% of the value" in stayed
    assert "€48,000 → €700" in stayed
    assert "Agree anyway" in stayed
    assert "Agreed with Globex: €700 for each opportunity, from Fri 1 Jan 2027." in replaced
    assert "9% of the value" not in replaced
    assert "Withdrawn for Globex: €700" in words(mia)
    assert "To come" not in words(mia)


async def test_terms_to_come_are_put_off_and_the_same_ones_are_not_agreed_twice(
    world: World,
) -> None:
    mia = await a_manager(world)
    await a_partner(world)
    await mia.command("/partner", "terms globex")
    await mia.press_in_view("Change terms")

    same = await mia.submit()
    mia.fill({"commission_rate": "9", "effective_from": "2027-01-01"})
    mia.fill({"effective_until": "2027-12-31"})
    await mia.submit()
    await mia.press_in_view("commission.change:2027-01-01")
    mia.fill({"effective_from": "2027-04-01"})
    await mia.submit()

    assert list(same.errors) == ["effective_from"]
    assert "Nothing changed" in same.errors["effective_from"]
    assert "*To come*\n9% of the value, from Thu 1 Apr 2027, until Fri 31 Dec 2027" in words(mia)
    assert "1 Jan 2027" not in words(mia)


async def test_who_may_only_look_is_offered_no_change(world: World) -> None:
    ron = world.person("ron")
    await a_partner(world)

    await ron.command("/partner", "terms globex")
    offered = set(ron.touchable(top(ron)))
    await ron.press_in_view("Statement")

    assert offered.isdisjoint({"Change terms", "commission.change"})
    assert "Adjust" not in words(ron)
    assert "Record payment" not in words(ron)


async def test_what_was_paid_for_a_win_that_is_reopened_is_to_recover(world: World) -> None:
    mia = await a_manager(world)
    await a_deal(world, mia, partner_id=(await a_partner(world)).id)
    await mia.command("/opp", "close 1 won")
    await mia.command("/partner", "statement globex", channel=world.acme.deals)

    await mia.press_in_view("Adjust")
    mia.fill({"amount": "-300", "reason": "Booth\u202e costs"})
    await mia.submit()
    adjusted = words(mia)
    await mia.press_in_view("Record payment")
    due = words(mia)
    mia.fill({"amount": "5000"})
    too_much = await mia.submit()
    mia.fill({"amount": "2,000"})
    await mia.submit()
    paid = words(mia)
    await mia.close()
    await mia.command("/opp", "reopen 1")
    reopened = last(mia).text
    await mia.command("/partner", "statement globex this quarter")

    assert "Recorded: €300.00 less for Globex on Wed 18 Nov." in adjusted
    assert "Due today: €4,500.00" in due
    assert list(too_much.errors) == ["amount"]
    assert "Recorded: €2,000.00 paid to Globex on Wed 18 Nov." in paid
    assert "*Due*\n*€2,500.00*" in paid
    assert "Commission of €4,800 is taken back; €2,300 is to recover from Globex." in reopened
    assert "*To recover*\n*€2,300.00*" in words(mia)
    assert "Taken back: it is not won any more" in words(mia)


async def test_two_who_override_at_once_do_not_overwrite_each_other(world: World) -> None:
    mia, ada = await a_manager(world), world.person("ada")
    await a_deal(world, mia, partner_id=(await a_partner(world)).id)
    for each in (mia, ada):
        await each.command("/opp", "terms 1", channel=world.acme.deals)
        await each.press_in_view("Override")

    ada.fill({"commission_rate": "9", "reason": "Promised"})
    await ada.submit()
    await mia.choose("commission_type", "flat")
    mia.fill({"commission_amount": "700", "commission_currency": "EUR", "reason": "Strategic"})
    await mia.submit()
    stayed = words(mia)
    await mia.submit()

    assert "Ada Acme changed these terms 1 second ago." in stayed
    assert "For #1 counts now: 9% of the value. Nothing was saved" in stayed
    assert "€48,000 → €700" in stayed
    assert "agreed for this opportunity alone: Promised" in words(ada)
    assert "For #1 alone counts: €700 for each opportunity." in words(mia)
    assert "agreed for this opportunity alone: Strategic" in words(mia)


async def test_one_opportunity_gets_terms_of_its_own_and_its_partners_again(world: World) -> None:
    mia, ron = await a_manager(world), world.person("ron")
    await a_deal(world, ron, partner_id=(await a_partner(world)).id)

    shown = await mia.command("/opp", "show 1", channel=world.acme.deals)
    assert shown.ephemeral is not None
    await mia.press(shown.ephemeral, "Explain")
    theirs = words(mia)
    await mia.press_in_view("Override")
    tried = [each["value"] for key, each in top(mia).values.items() if "commission_sample" in key]
    mia.fill({"commission_rate": "12.5"})
    unexplained = await mia.submit()
    mia.fill({"reason": "Strategic", "commission_sample": "1000"})
    await mia.submit()
    own = words(mia)
    await mia.press_in_view("Change override")
    mia.fill({"reason": "Over", "commission.remove_override": ["remove"]})
    await mia.submit()
    again = words(mia)
    await ron.command("/opp", "terms 1")

    assert "*€4,800.00* projected, if won on Fri 18 Dec" in theirs
    assert "(the partner's terms)\n10% of the value" in theirs
    assert tried == ["48,000"]
    assert list(unexplained.errors) == ["reason"]
    assert "For #1 alone counts: 12.5% of the value." in own
    assert "*€6,000.00* projected" in own
    assert "agreed for this opportunity alone: Strategic" in own
    assert "The partner's terms count for #1 again." in again
    assert "*€4,800.00* projected" in again
    assert "*€4,800.00* projected" in words(ron)
    assert "commission.override" not in ron.touchable(top(ron))
