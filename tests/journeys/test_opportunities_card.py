"""What people do with one opportunity, each way walked to its end, its clicks counted."""

from datetime import date, timedelta
from decimal import Decimal

from sandbox import Person
from services import configuration
from services.configuration.catalogue import PIPELINE, Pipeline
from services.opportunities import Opportunity
from services.tasks import CreateTask, create_task
from tests.journeys.conftest import World
from tests.journeys.crafted import forged
from tests.journeys.test_opportunities import (
    a_deal,
    a_manager,
    a_partner,
    a_public_card,
    actor_of,
    found,
    last,
    public,
    stays_of,
    top,
)


async def a_card(world: World, owner: Person, **fields: object) -> Opportunity:
    """A deal of this person, and its private card in the alerts channel, last seen by them."""
    made = await a_deal(world, owner, **fields)
    await owner.command("/opp", f"show {made.number}", channel=world.acme.alerts)
    return made


async def require(world: World, stage: str, *fields: str) -> None:
    """Have a stage require these fields."""
    stages = [
        each.model_copy(update={"required_fields": fields}) if each.key == stage else each
        for each in PIPELINE.default.stages
    ]
    async with world.db.transaction(world.acme.application) as tx:
        await configuration.write(tx, PIPELINE, Pipeline(stages=tuple(stages)))


async def test_quick_text_and_one_click_create_with_the_contact_typed_below(world: World) -> None:
    await a_partner(world, "Globex")
    ron = world.person("ron")

    await ron.command("/opp", "new Acme renewal 48k via Globex closing 18 dec")
    ron.fill({"contact_name": "Jane Doe", "contact_email": "jane@acme.example"})
    ron.fill({"term_months": "24", "probability": "35"})
    clicked = await ron.submit()

    made = await found(world, 1)
    assert clicked.ok
    assert (made.value, made.partner_name) == (48000, "Globex")
    assert made.expected_close_date == date(2026, 12, 18)
    assert (made.contact.name, made.contact.email) == ("Jane Doe", "jane@acme.example")
    assert (made.term_months, made.probability) == (24, 35)


async def test_one_click_moves_and_another_takes_it_back_wherever_the_card_is(
    world: World,
) -> None:
    ron = world.person("ron")
    card = await a_public_card(world, ron)

    await ron.press(card, "Move to Qualified")
    told = last(ron)
    await ron.press(told, "Undo")
    await world.deliver()

    assert told.text == "#1 Acme renewal moved from Prospecting to Qualified."
    assert last(ron).text == "Undone: #1 Acme renewal is back in Prospecting."
    assert "· Prospecting ·" in public(world).text
    assert (await found(world, 1)).probability == 10


async def test_a_move_is_not_taken_back_once_somebody_has_acted_on_it(world: World) -> None:
    mia, ron = await a_manager(world), world.person("ron")
    card = await a_public_card(world, ron)
    await ron.press(card, "Move to Qualified")
    offered = last(ron)
    await mia.command("/opp", "move 1 proposal")

    await ron.press(offered, "Undo")

    assert last(ron).text.startswith("I cannot undo this move of #1: Mia Acme changed it")
    assert "Move to Negotiation" in str(last(ron).blocks)
    assert (await found(world, 1)).stage == "proposal"


async def test_on_home_too_a_move_is_one_click_and_so_is_its_undo(world: World) -> None:
    ron = world.person("ron")
    await a_deal(world, ron)
    await ron.open_home()

    await ron.press_in_view("Move to Qualified", view=ron.home)
    moved = str(ron.home and ron.home.blocks)
    await ron.press_in_view("Undo", view=ron.home)

    assert "moved from Prospecting to Qualified" in moved
    assert "Undone: #1 Acme renewal" in str(ron.home and ron.home.blocks)
    assert (await found(world, 1)).stage == "prospecting"


async def test_a_stage_asks_for_what_it_needs_and_nothing_else(world: World) -> None:
    await require(world, "proposal", "deal_value", "customer_contact", "notes")
    ron = world.person("ron")
    await a_card(world, ron)

    await ron.press(last(ron), "opportunity.move", "Proposal")
    asked = [str(each["block_id"]) for each in top(ron).blocks if each["type"] == "input"]
    ron.fill({"contact_name": "Jane Doe", "notes": "Wants two years"})
    done = await ron.submit()
    again = await ron.command("/opp", "move 1 qualified")
    back = await ron.command("/opp", "move 1 proposal")

    assert asked == ["contact_name", "notes", "reason"]
    assert done.ok
    it = await found(world, 1)
    assert (it.stage, it.contact.name, it.notes) == ("proposal", "Jane Doe", "Wants two years")
    assert all("moved from" in each.text for each in (again, back))


async def test_what_a_chosen_stage_needs_is_asked_for_in_the_form(world: World) -> None:
    await require(world, "won", "customer_contact")
    ron = world.person("ron")
    await a_deal(world, ron)
    await ron.command("/opp", "close 1 won", channel=world.acme.deals)
    by_words = top(ron)
    await ron.close()
    await ron.command("/opp", "move 1")

    await ron.choose("to_stage", "won")
    shown = ron.reads(top(ron))
    ron.fill({"contact_name": "Jane Doe"})
    await ron.submit()

    assert "contact_name" in str(by_words.blocks)
    assert "Won today, it earns" in shown
    assert (await found(world, 1)).status == "won"


async def test_an_edit_begins_filled_in_and_saves_what_was_touched(world: World) -> None:
    ron = world.person("ron")
    await a_card(world, ron, notes="Ask for legal", contact_name="Jane")
    await ron.press(last(ron), "Edit")
    begun = {block_id: state for (block_id, _), state in top(ron).values.items()}

    ron.fill({"deal_value": "50k", "contact_email": "jane@acme.example", "probability": ""})
    ron.fill({"notes": ""})
    saved = await ron.submit()

    assert (begun["deal_value"]["value"], begun["notes"]["value"]) == ("48,000", "Ask for legal")
    assert saved.ok
    it = await found(world, 1)
    assert (it.value, it.contact.email, it.notes) == (50000, "jane@acme.example", None)
    assert "is saved: " in last(ron).text
    shown = await ron.command("/opp", "show 1")
    assert "Value: €48,000 → €50,000" in str(shown.blocks)


async def test_two_who_edit_are_told_of_each_other_and_lose_nothing(world: World) -> None:
    mia, ron = await a_manager(world), world.person("ron")
    card = await a_public_card(world, ron)
    await ron.press(card, "Edit")
    ron.fill({"deal_value": "50k", "notes": "Ron's"})
    await mia.command("/opp", "edit 1", channel=world.acme.alerts)
    mia.fill({"deal_value": "60k", "customer_name": "Acme Ltd"})
    await mia.submit()

    told = await ron.submit()
    words = ron.reads(top(ron))
    kept = {
        block_id: state["value"]
        for (block_id, _), state in top(ron).values.items()
        if "value" in state
    }
    again = await ron.submit()
    await world.deliver()

    assert told.ok
    assert "Mia Acme changed #1 meanwhile:\n• Value: €48,000 → €60,000." in words
    assert "Nothing was saved." in words
    assert "Save anyway" in words
    assert (kept["deal_value"], kept["customer_name"]) == ("50k", "Acme Ltd")
    assert again.ok
    assert ron.view is None
    it = await found(world, 1)
    assert (it.value, it.customer_name, it.notes) == (50000, "Acme Ltd", "Ron's")
    assert "#1 Acme Ltd · €50,000" in public(world, "#1").text


async def test_an_edit_is_refused_at_its_field_and_a_partner_created_on_the_way(
    world: World,
) -> None:
    ron = world.person("ron")
    await a_card(world, ron)
    await ron.press(last(ron), "Edit")
    ron.fill({"deal_value": "much", "expected_close_date": "2026-11-01", "notes": "Kept"})

    refused = await ron.submit()
    ron.fill({"deal_value": "49k", "expected_close_date": "2026-12-20"})
    await ron.choose("partner_id", (await ron.suggest("partner_id", "Initech"))[0])
    ron.fill({"domain": "finops"})
    await ron.submit()
    done = await ron.submit()

    assert {"deal_value"} <= set(refused.errors) <= {"deal_value", "expected_close_date"}
    assert done.ok
    it = await found(world, 1)
    assert (it.partner_name, it.value, it.notes) == ("Initech", 49000, "Kept")


async def test_a_colleague_is_given_it_and_told_once(world: World) -> None:
    mia, ron, olga = await a_manager(world), world.person("ron"), world.person("olga")
    await olga.command("/opp", "help")
    await a_card(world, ron)

    await mia.command("/opp", "assign 1", channel=world.acme.deals)
    options = await mia.suggest("assigned_user_id", "olg")
    await mia.choose("assigned_user_id", options[0])
    await mia.submit()
    await mia.command("/opp", "assign 1", channel=world.acme.deals)
    named = await mia.command("/opp", "assign 1 @Mia Acme")
    await mia.choose("assigned_user_id", (await mia.suggest("assigned_user_id", "olg"))[0])
    await mia.submit()
    meanwhile = mia.reads(top(mia))
    await mia.close()
    unknown = await mia.command("/opp", "assign 1 @nobody", channel=world.acme.deals)
    await world.deliver()

    assert [each.text for each in options] == ["Olga Acme"]
    assert named.text == "#1 Acme renewal is now Mia Acme's."
    assert "Owner: Olga Acme → Mia Acme" in meanwhile
    assert unknown.ok
    assert "I know no colleague called" in mia.reads(top(mia))
    assert (await found(world, 1)).owner_name == "Mia Acme"
    assert [each.text for each in mia.dm if "gave you" in each.text] == []


async def test_the_new_owner_opens_it_from_the_message(world: World) -> None:
    mia, olga = await a_manager(world), world.person("olga")
    await olga.command("/opp", "help")
    await a_deal(world, mia)

    await mia.command("/opp", "assign 1 olga")
    await world.deliver()
    [told] = [each for each in olga.dm if "gave you" in each.text]
    await olga.press(told, "Open #1")

    assert (
        told.text == "Mia Acme gave you #1 Acme renewal · €48,000 · Prospecting · closes Fri 18 Dec"
    )
    assert "Time in each stage" in str(last(olga).blocks)


async def test_links_and_files_are_kept_opened_and_taken_off(world: World) -> None:
    ron = world.person("ron")
    await a_card(world, ron)
    card = last(ron)
    offer = ron.keep("offer.pdf", b"%PDF")

    linked = await ron.command("/opp", "attach 1 https://example.com/a|b?x=<1> The <offer>")
    await ron.press(card, "opportunity.more", "Links and files")
    ron.fill({"url": "https://example.com/terms", "title": "Terms", "files": [offer.id]})
    added = await ron.submit()
    shown = await ron.command("/opp", "show 1", channel=world.acme.alerts)
    await ron.press(last(ron), "opportunity.more", "Links and files")
    ron.fill({"url": "https://example.com/terms"})
    twice = await ron.submit()

    kept = (await found(world, 1)).attachments
    await ron.press_in_view(f"opportunity.detach:{kept[0].id}")

    assert "web address" in linked.text
    assert added.ok
    assert [(each.kind, each.title) for each in kept] == [("link", "Terms"), ("file", "offer.pdf")]
    assert "<https://example.com/terms|Terms>" in str(shown.blocks)
    assert list(twice.errors) == ["url"]
    assert "Terms" not in ron.reads(top(ron))
    assert [each.title for each in (await found(world, 1)).attachments] == ["offer.pdf"]


async def test_it_is_closed_reopened_archived_and_restored(world: World) -> None:
    ron = world.person("ron")
    card = await a_public_card(world, ron)

    won = await ron.command("/opp", "close 1 won", channel=world.acme.alerts)
    await ron.press(last(ron), "Reopen")
    reopened = last(ron).text
    await ron.press(last(ron), "opportunity.more", "Archive")
    asked = ron.reads(top(ron))
    await ron.submit()
    await world.deliver()
    archived = public(world).text
    refused = await ron.command("/opp", "move 1 qualified")
    await ron.press(card, "Move to Qualified")
    stale = last(ron)
    await ron.command("/opp", "show 1", channel=world.acme.alerts)
    await ron.press(last(ron), "Restore")

    assert won.text.startswith("#1 Acme renewal is won: €48,000!")
    assert reopened == (
        "#1 Acme renewal moved from Won to Prospecting. Commission of €4,800 is taken back."
    )
    assert "#1 Acme renewal" in asked
    assert "archived" in archived
    assert "#1 is archived" in refused.text
    assert "#1 is archived" in stale.text
    assert "Restore" in ron.touchable(stale)
    assert last(ron).text == "#1 Acme renewal is back in Prospecting."
    assert [each.stage_label for each in await stays_of(world, 1)] == [
        "Prospecting",
        "Won",
        "Prospecting",
    ]


async def test_a_button_of_last_month_says_so_and_leads_to_how_things_are(world: World) -> None:
    ron = world.person("ron")
    await a_card(world, ron)
    card = last(ron)
    old, other = '{"v":1,"number":1}', '{"v":1,"number":1,"x":"abcdef"}'

    await ron.press(forged(card, "opportunity.edit", old), "Edit")
    older = last(ron)
    await ron.press(older, "Show #1")
    present = last(ron).text
    await ron.press(forged(card, "opportunity.edit", other), "Edit")

    assert older.text.startswith("This button is from an older message. Nothing was changed.")
    assert present.startswith("#1 Acme renewal · €48,000")
    assert last(ron).text.startswith("This button is from an older message. `/opp list`")
    assert ron.view is None


async def test_the_card_with_everything_has_its_contact_tasks_and_changes(world: World) -> None:
    mia, ron = await a_manager(world), world.person("ron")
    it = await a_card(world, ron, contact_name="Jane Doe", contact_phone="+49 30 1234567")
    task = CreateTask(title="Send the offer", due_date=date(2026, 11, 20), opportunity_id=it.id)
    async with world.db.transaction(await actor_of(world, ron)) as tx:
        await create_task(tx, task)
    await world.slack.travel(timedelta(days=1))
    await mia.command("/opp", "edit 1", channel=world.acme.alerts)
    mia.fill({"expected_close_date": "2026-12-24"})
    await mia.submit()

    shown = await ron.command("/opp", "show 1")

    words = str(shown.blocks)
    for each in (
        "Jane Doe · +49 30 1234567",
        "Send the offer · Ron Acme · due Fri 20 Nov",
        "Expected close: Fri 18 Dec → Thu 24 Dec · Mia Acme",
    ):
        assert each in words
    assert it.value == Decimal(48000)


async def test_an_interaction_with_its_partner_is_logged_from_the_card(world: World) -> None:
    ron = world.person("ron")
    it = await a_card(world, ron)

    await ron.press(last(ron), "opportunity.more", "Log interaction")

    assert top(ron).title == "Log interaction"
    assert it.partner_name in str(top(ron).blocks)
