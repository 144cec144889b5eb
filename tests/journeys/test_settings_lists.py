import asyncio

from sqlalchemy import select

from sandbox import Person
from services import configuration
from services.configuration import catalogue
from services.tables import AuditEntry, Opportunity, StageChange
from tests.journeys.conftest import World
from tests.journeys.editing import opened, refused, row, saved, top, words
from tests.journeys.test_alerts import deals


async def labels(world: World) -> list[str]:
    async with world.db.transaction(world.acme.application) as tx:
        return [each.label for each in (await configuration.get(tx, catalogue.PIPELINE)).stages]


async def stage(world: World, key: str) -> catalogue.Stage:
    async with world.db.transaction(world.acme.application) as tx:
        found = (await configuration.get(tx, catalogue.PIPELINE)).find(key)
    assert found is not None
    return found


async def stages_of_records(world: World) -> list[str]:
    async with world.db.transaction(world.acme.application) as tx:
        found = await tx.session.scalars(select(Opportunity.stage).order_by(Opportunity.number))
        return list(found)


async def another_admin(world: World) -> None:
    await world.person("ron").command("/tandem", "help")
    await world.give_role("ron", "admin")


async def domains(world: World) -> tuple[catalogue.Choice, ...]:
    async with world.db.transaction(world.acme.application) as tx:
        return await configuration.get(tx, catalogue.PARTNER_DOMAINS)


def said(person: Person) -> str:
    """The line above the list."""
    return person.reads(top(person)).split("\n")[1]


async def test_a_stage_is_added_before_the_ends_of_the_pipeline_and_works(world: World) -> None:
    ada = await opened(world)
    await ada.press_in_view("settings_section:pipeline")

    await ada.press_in_view("Add stage")
    await saved(ada, label="Legal & <review>", probability="80", required_fields=["notes"])

    assert [view.title for view in ada.views] == ["Settings", "Pipeline stages"]
    assert said(ada) == "Legal &amp; &lt;review&gt; added."
    assert (await labels(world))[-4:] == ["Negotiation", "Legal & <review>", "Won", "Lost"]
    made = await stage(world, "legal_review")
    assert (made.probability, made.kind, made.required_fields) == (80, "open", ("notes",))
    assert "Legal &amp; &lt;review&gt;" in ada.reads(ada.views[0])


async def test_a_stage_is_edited_and_says_what_it_leads_to(world: World) -> None:
    ada = await opened(world, "pipeline")

    await row(ada, "proposal", "Edit")
    await saved(
        ada,
        label="Offer",
        stale_after_days="10",
        leads="chosen",
        next=["negotiation", "lost"],
        place="prospecting",
    )

    assert said(ada) == "Proposal is called Offer now."
    assert (await labels(world))[:3] == ["Prospecting", "Offer", "Qualified"]
    assert "stale after 10 days · leads only to Negotiation, Lost" in words(ada)
    assert (await stage(world, "proposal")).next == ("negotiation", "lost")


async def test_rows_move_up_and_down_as_often_as_one_likes(world: World) -> None:
    ada = await opened(world)
    await ada.press_in_view("settings_section:pipeline")

    for operation in ("Move up", "Move down", "Move up"):
        await row(ada, "qualified", operation)

    assert said(ada) == "Qualified moved up."
    assert (await labels(world))[:2] == ["Qualified", "Prospecting"]
    assert "6: Qualified, Prospecting" in ada.reads(ada.views[0])


async def test_a_stage_in_use_goes_once_it_is_said_where_its_opportunities_go(
    world: World,
) -> None:
    await deals(world, "Acme renewal", "Globex", "Initech")
    ada = await opened(world)
    await ada.press_in_view("settings_section:pipeline")

    await row(ada, "negotiation", "Remove")
    asked = words(ada)
    await saved(ada, negotiation="qualified")

    assert "3 opportunities use Negotiation: move to" in asked
    assert said(ada) == "Negotiation removed. 3 records moved."
    assert await stages_of_records(world) == ["qualified"] * 3
    async with world.db.transaction(world.acme.application) as tx:
        moves = await tx.session.scalars(
            select(StageChange.to_stage).where(StageChange.from_stage == "negotiation")
        )
        assert list(moves) == ["qualified"] * 3


async def test_a_stage_that_came_into_use_meanwhile_is_asked_about(world: World) -> None:
    ada = await opened(world, "pipeline")
    await row(ada, "negotiation", "Remove")
    before = words(ada)
    await deals(world, "Acme renewal")

    answer = await ada.submit()

    assert answer.ok
    assert "opportunit" not in before
    assert "1 opportunity uses Negotiation: move to" in words(ada)
    await saved(ada, negotiation="proposal")
    assert await stages_of_records(world) == ["proposal"]


async def test_the_last_stage_of_a_kind_stays_with_the_reason(world: World) -> None:
    ada = await opened(world, "pipeline")

    await row(ada, "won", "Remove")
    await ada.submit()

    assert "Nothing was saved." in words(ada)
    assert "Won" in await labels(world)


async def test_a_stage_becomes_of_another_kind_only_once_its_opportunities_were_thought_of(
    world: World,
) -> None:
    await deals(world, "Acme renewal", "Globex")
    ada = await opened(world, "pipeline")
    await row(ada, "negotiation", "Edit")

    await saved(ada, kind="won", probability=None, label="Signed", place="won")
    asked = words(ada)
    unticked = await refused(ada, label="Signed!")
    await saved(ada, consent=["yes"])

    assert "2 opportunities are in this stage and will be won today" in asked
    assert list(unticked) == ["consent"]
    assert said(ada) == "Negotiation is called Signed! now. 2 records moved."
    signed = await stage(world, "negotiation")
    assert (signed.kind, signed.probability) == ("won", 100)
    assert (await labels(world))[-2:] == ["Signed!", "Lost"]
    async with world.db.transaction(world.acme.application) as tx:
        assert set(await tx.session.scalars(select(Opportunity.status))) == {"won"}


async def test_what_a_stage_cannot_be_is_told_at_its_field(world: World) -> None:
    ada = await opened(world, "pipeline")
    await row(ada, "won", "Edit")

    twice = await refused(ada, label="  proposal ")
    out_of_range = await refused(ada, label="Won", probability="101", stale_after_days="0")
    no_won = await refused(ada, probability="100", stale_after_days=None, kind="open")

    assert twice == {"label": "proposal is there twice; each can be there once. Nothing was saved."}
    assert out_of_range == {
        "probability": "This must be 100 or less. Nothing was saved.",
        "stale_after_days": "This must be 1 or more. Nothing was saved.",
    }
    assert list(no_won) == ["kind"]
    assert (await stage(world, "won")).kind == "won"


async def test_two_admins_editing_two_stages_both_succeed(world: World) -> None:
    await another_admin(world)
    ada, ron = await opened(world, "pipeline"), await opened(world, "pipeline", "ron")
    await row(ada, "proposal", "Edit")
    await row(ron, "qualified", "Edit")

    await saved(ada, label="Offer")
    await saved(ron, label="Fits")

    assert (await labels(world))[1:3] == ["Fits", "Offer"]


async def test_of_two_admins_editing_one_stage_the_second_is_told(world: World) -> None:
    await another_admin(world)
    ada, ron = await opened(world, "pipeline"), await opened(world, "pipeline", "ron")
    await row(ada, "proposal", "Edit")
    await row(ron, "proposal", "Edit")

    await saved(ada, label="Offer")
    told = await refused(ron, label="Quote")

    assert "Somebody changed this while you were here" in told["label"]
    assert "Offer" in await labels(world)


async def test_a_list_is_added_to_renamed_ordered_shortened_and_reset(world: World) -> None:
    ada = await opened(world, "domains")

    await ada.press_in_view("Add partner domain")
    await saved(ada, label="Größe 🚀 مرحبا")
    await row(ada, "finops", "Edit")
    await saved(ada, label="Money")
    await row(ada, "finops", "Move down")
    await row(ada, "security", "Remove")
    await ada.submit()
    changed = await domains(world)
    await ada.press_in_view("Reset to default")
    asked = words(ada)
    await ada.submit()

    assert [each.key for each in changed] == [
        "finops",
        "data",
        "cloud",
        "commerce",
        "other",
        "grosse",
    ]
    assert changed[0].label == "Money"
    assert "FinOps, Security, Data" in asked
    assert await domains(world) == catalogue.PARTNER_DOMAINS.default
    async with world.db.transaction(world.acme.application) as tx:
        actions = list(await tx.session.scalars(select(AuditEntry.action)))
    assert actions.count("setting.changed") == 4
    assert actions.count("setting.reset") == 1


async def test_a_double_click_moves_a_row_once(world: World) -> None:
    ada = await opened(world, "domains")

    await asyncio.gather(*(row(ada, "data", "Move up") for _ in range(2)))

    assert [each.key for each in await domains(world)][:3] == ["finops", "data", "security"]
