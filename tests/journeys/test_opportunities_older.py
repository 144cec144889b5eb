"""Cards and forms that have grown old: what they are of has become another, or may not be done."""

from services import configuration
from services.configuration.catalogue import PIPELINE, ROLES, Pipeline
from tests.journeys.conftest import World
from tests.journeys.test_opportunities import a_deal, a_public_card, found, last, top
from tests.journeys.test_opportunities_card import require


async def without(world: World, stage: str) -> None:
    """Have the pipeline end a stage that nothing is in."""
    left = tuple(each for each in PIPELINE.default.stages if each.key != stage)
    async with world.db.transaction(world.acme.application) as tx:
        await configuration.write(tx, PIPELINE, Pipeline(stages=left))


async def let_reps_edit_nothing(world: World) -> None:
    async with world.db.transaction(world.acme.application) as tx:
        known = await configuration.get(tx, ROLES)
        few = [
            each.model_copy(
                update={
                    "permissions": tuple(
                        name for name in each.permissions if "opportunities.edit" not in name
                    )
                }
            )
            if each.key == "sales_rep"
            else each
            for each in known.roles
        ]
        await configuration.write(tx, ROLES, known.model_copy(update={"roles": tuple(few)}))


async def test_a_stage_that_is_gone_is_told_with_the_stages_there_are(world: World) -> None:
    ron = world.person("ron")
    card = await a_public_card(world, ron)
    await require(world, "qualified", "notes")
    await ron.press(card, "Move to Qualified")
    await without(world, "qualified")

    ron.fill({"notes": "Wants two years", "reason": "They asked"})
    refused = await ron.submit()
    again = ron.reads(top(ron))
    await ron.choose("to_stage", "proposal")
    await ron.submit()
    await ron.press(card, "opportunity.move", "Qualified")

    assert refused.ok
    assert "That stage is not there any more. Nothing was saved. Choose another one." in again
    it = await found(world, 1)
    assert (it.stage, last(ron).text) == (
        "proposal",
        "That stage is not there any more. Nothing was saved. This is how it is now:",
    )
    assert "Move to Negotiation" in str(last(ron).blocks)


async def test_a_way_that_is_closed_is_told_with_how_it_is_now(world: World) -> None:
    ron = world.person("ron")
    card = await a_public_card(world, ron)
    await ron.press(card, "opportunity.move", "Lost")
    stages = [
        each.model_copy(update={"next": ("proposal",)}) if each.key == "prospecting" else each
        for each in PIPELINE.default.stages
    ]
    async with world.db.transaction(world.acme.application) as tx:
        await configuration.write(tx, PIPELINE, Pipeline(stages=tuple(stages)))

    await ron.press(card, "Move to Qualified")
    ron.fill({"loss_reason": "price"})
    await ron.submit()

    told = "#1 cannot go from Prospecting to {}. From there it may go to: Proposal."
    assert last(ron).text.startswith(told.format("Qualified"))
    assert "Move to Proposal" in str(last(ron).blocks)
    assert told.format("Lost") in ron.reads(top(ron))
    assert "to_stage" in str(top(ron).blocks)


async def test_what_a_stage_needs_is_not_asked_of_who_may_not_fill_it_in(world: World) -> None:
    ron = world.person("ron")
    card = await a_public_card(world, ron)
    await require(world, "qualified", "notes", "customer_contact")
    await let_reps_edit_nothing(world)

    await ron.press(card, "Move to Qualified")

    assert (
        "Qualified needs notes and a contact first, which your role does not let you fill in. "
        "Ask an admin to." in ron.reads(top(ron))
    )
    assert "input" not in {each["type"] for each in top(ron).blocks}


async def test_no_form_is_opened_for_an_archived_one(world: World) -> None:
    ron = world.person("ron")
    await a_deal(world, ron)
    await ron.command("/opp", "archive 1")
    await ron.submit()

    told = [
        (await ron.command("/opp", each)).text
        for each in ("move 1", "close 1 lost", "edit 1", "assign 1", "archive 1")
    ]

    assert {each[:44] for each in told} == {"#1 is archived, so it stays as it is. Nothin"}
    assert ron.view is None
