from datetime import timedelta

from sqlalchemy import select

from sandbox import Message, Person
from services import configuration
from services.configuration.catalogue import HEALTH, HealthWeights
from services.health.formula import PartName
from services.partners import Partner
from services.tables import HealthSnapshot
from tests.journeys.conftest import World
from tests.journeys.test_interactions import a_partner, a_shared_card, public_cards, top


async def health(person: Person, words: str = "globex") -> Message:
    told = await person.command("/partner", f"health {words}")
    assert told.ephemeral is not None
    return told.ephemeral


async def scores(world: World, partner: Partner) -> list[int]:
    """One for each day that is kept."""
    async with world.db.transaction(world.acme.application) as tx:
        rows = await tx.session.scalars(
            select(HealthSnapshot.score)
            .where(HealthSnapshot.partner_id == partner.id)
            .order_by(HealthSnapshot.day)
        )
        return list(rows)


async def only_counts(world: World, part: PartName) -> None:
    weights = HealthWeights.model_validate(dict.fromkeys(PartName, 0) | {part: 100})
    async with world.db.transaction(world.acme.application) as tx:
        alone = HEALTH.default.model_copy(update={"weights": weights})
        await configuration.write(tx, HEALTH, alone)


async def test_a_contact_changes_the_number_on_the_posted_card_and_what_would_help_does_it_again(
    world: World,
) -> None:
    await a_partner(world, "Globex")
    card = await a_shared_card(world, "Globex")
    olga = world.person("olga")

    await olga.press(card, "Log interaction")
    await olga.submit()
    await world.settle()
    (after,) = public_cards(world, "Globex")
    told = await health(olga)

    assert "50 fair" in card.text
    assert "61 fair" in after.text
    assert told.text == "Globex · 61 fair"
    assert "*Recency* 19 of 25\\n▰▰▰▰▰▰▰▰▱▱ Last contact today" in str(told.blocks)
    assert "One more contact today (*Call*) would raise it from 61 to *67*." in str(told.blocks)

    await olga.press(told, "Log Call")
    chosen = str(top(olga).blocks)
    await olga.submit()
    await world.settle()
    (helped,) = public_cards(world, "Globex")

    assert "'initial_option': {'text': {'type': 'plain_text', 'text': 'Call'" in chosen
    assert "67 fair" in helped.text
    assert (await health(olga)).text == "Globex · 67 fair"


async def test_silence_lowers_it_night_by_night_and_a_promise_is_kept_from_its_explanation(
    world: World,
) -> None:
    globex = await a_partner(world, "Globex")
    card = await a_shared_card(world, "Globex")
    ron = world.person("ron")
    await ron.command("/partner", "log globex")
    ron.fill({"next_step": "Send the <price list>", "next_due": "2026-11-20"})
    await ron.submit()
    await world.settle()

    for nights in (timedelta(hours=15), timedelta(days=6)):
        await world.slack.travel(nights)
        await world.settle()
    (after,) = public_cards(world, "Globex")
    told = await health(ron)

    assert await scores(world, globex) == [61, 60, 55]
    assert after.ts == card.ts
    assert "55 fair" in after.text
    assert told.text == "Globex · 55 fair · \N{MINUS SIGN}6 this week"
    assert "Compared with Wed 18 Nov." in str(told.blocks)
    assert "*Recency* 17 of 25 · \N{MINUS SIGN}2 this week" in str(told.blocks)
    assert "Week by week: 61 · 55" in str(told.blocks)
    assert "1 overdue, 0 kept" in str(told.blocks)

    await only_counts(world, PartName.PROMISES)
    told = await health(ron)
    await ron.press(told, "Mark as done")
    kept = ron.ephemerals[-1]
    await world.settle()

    assert "Keeping the promise *Send the &lt;price list&gt;*" in str(told.blocks)
    assert "would raise it from 33 to *67*" in str(told.blocks)
    assert kept.ts == told.ts
    assert kept.text.startswith("Globex · 67 fair")
    assert "67 fair" in public_cards(world, "Globex")[0].text


async def test_words_that_name_no_partner_are_answered_as_everywhere(world: World) -> None:
    unknown = await health(world.person("ron"), "hooli")

    assert unknown.text == "I know no partner “hooli”."


async def test_a_new_opportunity_is_begun_with_the_partner_that_it_would_help(world: World) -> None:
    await a_partner(world, "Globex")
    ron = world.person("ron")
    await ron.command("/opp", "new Initech 20k via Globex closing 30 dec")
    await ron.submit()
    await only_counts(world, PartName.PIPELINE)

    told = await health(ron)
    await ron.press(told, "New opportunity")

    assert "$20,000 in 1 open opportunity, last moved today" in str(told.blocks)
    assert "A new opportunity with them" in str(told.blocks)
    assert top(ron).callback_id == "opportunity.create"
    assert "Globex" in str(top(ron).blocks)
