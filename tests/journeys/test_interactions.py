from collections.abc import Generator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import event, func, select

from sandbox import Message, Person, View
from services.interactions import Interaction, LogInteraction, latest, log_interaction
from services.partners import CreatePartner, Partner, create_partner
from services.people import actor_for, find_person
from services.tables import Interaction as InteractionRow
from services.tables import Partner as PartnerRow
from services.tables import Task
from tests.journeys.conftest import Office, World
from tests.journeys.crafted import craft, forged


async def a_partner(world: World, name: str, domain: str = "finops", **fields: str) -> Partner:
    return await a_partner_of(world, world.acme, name, domain, **fields)


async def a_partner_of(
    world: World, office: Office, name: str, domain: str = "finops", **fields: str
) -> Partner:
    new = CreatePartner.model_validate({"name": name, "domain": domain} | fields)
    async with world.db.transaction(office.application) as tx:
        return await create_partner(tx, new)


async def interactions(world: World, partner: Partner) -> list[Interaction]:
    async with world.db.transaction(world.acme.application) as tx:
        return await latest(tx, partner.id, most=20)


async def count_interactions(world: World, office: Office) -> int:
    async with world.db.transaction(office.application) as tx:
        return await tx.session.scalar(select(func.count()).select_from(InteractionRow)) or 0


async def tasks(world: World) -> list[Task]:
    async with world.db.transaction(world.acme.application) as tx:
        return list(await tx.session.scalars(select(Task)))


async def a_manager(world: World) -> Person:
    mia = world.person("mia")
    await mia.command("/partner", "help")
    await world.give_role("mia", "sales_manager")
    return mia


async def a_shared_card(world: World, name: str) -> Message:
    mia = await a_manager(world)
    shown = await mia.command("/partner", f"show {name}", channel=world.acme.deals)
    assert shown.ephemeral is not None
    await mia.press(shown.ephemeral, "partner.more", "Share here")
    await world.deliver()
    return public_cards(world, name)[-1]


def public_cards(world: World, words: str) -> list[Message]:
    return [each for each in world.cards(world.acme.deals, words) if each.ephemeral_for is None]


def top(person: Person) -> View:
    assert person.view is not None
    return person.view


def acts(person: Person) -> list[str]:
    """What the rows of the modal in front can be changed by, the newest first."""
    return [each for each in person.touchable(top(person)) if each.startswith("interaction.act")]


async def logged_by(world: World, who: str, words: str = "log globex") -> Message:
    """What somebody reads who has logged an interaction."""
    person = world.person(who)
    await person.command("/partner", words, channel=world.acme.deals)
    await person.submit()
    return person.ephemerals[-1]


async def test_an_interaction_is_logged_in_two_clicks(world: World) -> None:
    globex = await a_partner(world, "Globex, Inc.")
    ron = world.person("ron")

    await ron.command("/partner", "log globex", channel=world.acme.deals)
    answer = await ron.submit()

    assert answer.ok
    assert ron.view is None
    logged = await interactions(world, globex)
    assert [(each.type, each.by, each.at) for each in logged] == [
        ("meeting", "Ron Acme", world.clock.now())
    ]
    assert ron.ephemerals[-1].text == "Meeting with Globex, Inc. on Wed 18 Nov is logged."


async def test_an_interaction_of_an_earlier_day_with_its_notes(world: World) -> None:
    globex = await a_partner(world, "Globex")
    ron = world.person("ron")
    await ron.command("/partner", "log globex")
    await ron.choose("with_whom", [(await ron.suggest("with_whom", "Hank"))[0]])
    ron.fill(
        {
            "interaction_type": "call",
            "interaction_date": "2026-11-12",
            "description": "Wants a pilot & a price.",
        }
    )

    await ron.submit()
    shown = await ron.command("/partner", "show globex")

    logged = (await interactions(world, globex))[0]
    assert logged.at == datetime(2026, 11, 12, 17, tzinfo=UTC)
    assert shown.ephemeral is not None
    assert "last contact 6 days ago (Thu 12 Nov)" in shown.ephemeral.text
    assert "With Hank · Wants a pilot &amp; a price." in str(shown.ephemeral.blocks)


async def test_a_partner_is_chosen_by_typing(world: World) -> None:
    await a_partner(world, "Initech")
    globex = await a_partner(world, "Globex")
    ron = world.person("ron")
    await ron.command("/partner", "log")

    options = await ron.suggest("partner_id", "glbex")
    await ron.choose("partner_id", options[0])
    await ron.submit()

    assert [option.text for option in options] == ["Globex", "Create partner “glbex”"]
    assert len(await interactions(world, globex)) == 1


@pytest.mark.parametrize(
    ("words", "hint"),
    [
        ("hooli", "I know no partner “hooli”."),
        (
            "globex",
            "Several partners fit “globex”: Globex Iberia (FinOps), Globex Nordics (FinOps).",
        ),
    ],
)
async def test_words_that_name_no_one_partner_leave_the_choice(
    world: World, words: str, hint: str
) -> None:
    await a_partner(world, "Globex Iberia")
    await a_partner(world, "Globex Nordics")
    ron = world.person("ron")

    await ron.command("/partner", f"log {words}")
    answer = await ron.submit()

    assert hint in str(top(ron).blocks)
    assert list(answer.errors) == ["partner_id"]


@pytest.mark.parametrize(
    ("day", "words"),
    [
        ("2026-11-19", "The date must be today or earlier."),
        ("1989-12-31", "The date is too far away; it must be between 1990 and "),
    ],
)
async def test_a_day_to_come_or_long_ago_is_refused_at_the_date(
    world: World, day: str, words: str
) -> None:
    await a_partner(world, "Globex")
    ron = world.person("ron")
    await ron.command("/partner", "log globex")
    ron.fill({"interaction_date": day})

    answer = await ron.submit()

    assert answer.errors["interaction_date"].startswith(words)
    assert await count_interactions(world, world.acme) == 0


async def test_a_crafted_partner_of_another_company_is_refused(world: World) -> None:
    foreign = await a_partner_of(world, world.globex, "Initech")
    ron = world.person("ron")
    words: list[str] = []

    for crafted in (str(foreign.id), str(UUID(int=7))):
        await ron.command("/partner", "log")
        craft(ron, "partner_id", crafted)
        words.append((await ron.submit()).errors["partner_id"])
        await ron.close()

    assert words[0] == words[1]
    assert "I do not know this partner." in words[0]
    assert await count_interactions(world, world.globex) == 0


async def test_a_crafted_value_that_is_no_partner_is_refused(world: World) -> None:
    ron = world.person("ron")
    await ron.command("/partner", "log")
    craft(ron, "partner_id", "globex")

    answer = await ron.submit()

    assert list(answer.errors) == ["partner_id"]


async def test_a_shared_card_is_updated_in_place_when_somebody_logs_a_contact(
    world: World,
) -> None:
    globex = await a_partner(world, "Globex")
    card = await a_shared_card(world, "Globex")
    olga = world.person("olga")

    await olga.press(card, "Log interaction")
    await olga.submit()
    await world.deliver()

    cards = public_cards(world, "Globex")
    assert [each.ts for each in cards] == [card.ts]
    assert "Olga Acme" in str(cards[0].blocks)
    assert len(await interactions(world, globex)) == 1


async def test_a_button_that_cannot_be_read_says_so(world: World) -> None:
    await a_partner(world, "Globex")
    ron = world.person("ron")
    shown = await ron.command("/partner", "show globex")
    assert shown.ephemeral is not None
    touched = forged(shown.ephemeral, "partner.log", '{"v":99}')

    answer = await ron.press(touched, "partner.log")

    assert answer.ephemeral is not None
    assert answer.ephemeral.text.startswith("This button is from an older message.")


async def test_logging_twice_by_one_submit_counts_once(world: World) -> None:
    globex = await a_partner(world, "Globex")
    ron = world.person("ron")
    await ron.command("/partner", "log globex")
    view = top(ron)

    await ron.submit()
    await ron.submit(view=view)

    assert len(await interactions(world, globex)) == 1


async def test_the_card_counts_days_as_time_goes_by(world: World) -> None:
    await a_partner(world, "Globex")
    ron = world.person("ron")
    await ron.command("/partner", "log globex")
    await ron.submit()

    await world.slack.travel(timedelta(days=20))
    shown = await ron.command("/partner", "show globex")

    assert shown.ephemeral is not None
    assert "last contact 20 days ago" in shown.ephemeral.text


async def test_each_way_to_log_takes_two_clicks_and_keeps_the_last_type(world: World) -> None:
    globex = await a_partner(world, "Globex")
    ron = world.person("ron")
    await ron.command("/partner", "log globex")
    ron.fill({"interaction_type": "call"})
    await ron.submit()
    shown = await ron.command("/partner", "show globex")
    assert shown.ephemeral is not None

    await ron.press(shown.ephemeral, "Log interaction")
    await ron.submit()
    await ron.press(shown.ephemeral, "partner.more", "Timeline")
    await ron.press_in_view("Log interaction")
    await ron.submit()

    assert [each.type for each in await interactions(world, globex)] == ["call"] * 3
    assert "*Globex*: 4 entries" in ron.reads(top(ron))


async def test_a_partner_is_created_on_the_way_and_nothing_typed_is_lost(world: World) -> None:
    ron = world.person("ron")
    await ron.command("/partner", "log", channel=world.acme.deals)
    await ron.choose("with_whom", [(await ron.suggest("with_whom", "Hank Scorpio"))[0]])
    ron.fill({"description": "Wants a pilot", "interaction_type": "event", "next_step": "Quote"})
    options = await ron.suggest("partner_id", "Globex")

    await ron.choose("partner_id", options[0])
    ron.fill({"domain": "finops"})
    await ron.submit()
    answer = await ron.submit()

    assert answer.ok
    async with world.db.transaction(world.acme.application) as tx:
        globex = (await tx.session.scalars(select(PartnerRow.id))).one()
        logged = (await latest(tx, globex))[0]
    assert (logged.contact_name, logged.description, logged.type) == (
        "Hank Scorpio",
        "Wants a pilot",
        "event",
    )
    assert [each.title for each in logged.next_steps] == ["Quote"]


async def test_the_partner_s_contacts_are_offered_and_several_are_chosen(world: World) -> None:
    await a_partner(world, "Initech")
    globex = await a_partner(world, "Globex", contact_name="Hank Scorpio")
    await logged_by(world, "olga")
    ron = world.person("ron")
    await ron.command("/partner", "log initech")

    options = await ron.suggest("partner_id", "Globex")
    await ron.choose("partner_id", options[0])
    known = await ron.suggest("with_whom", "")
    typed = await ron.suggest("with_whom", "Ana, CFO")
    await ron.choose("with_whom", [known[0], typed[0]])
    await ron.submit()

    assert [each.text for each in known] == ["Hank Scorpio"]
    newest = (await interactions(world, globex))[0]
    assert newest.contact_name == "Hank Scorpio, Ana, CFO"


async def test_a_time_of_the_day_is_kept_and_one_to_come_is_refused_at_its_field(
    world: World,
) -> None:
    globex = await a_partner(world, "Globex")
    ron = world.person("ron")
    await ron.command("/partner", "log globex")
    ron.fill({"interaction_time": "05:01"})

    refused = await ron.submit()
    ron.fill({"interaction_time": "04:30"})
    answer = await ron.submit()

    assert refused.errors == {"interaction_time": "This time is still to come. Nothing was saved."}
    assert answer.ok
    assert (await interactions(world, globex))[0].at == datetime(2026, 11, 18, 9, 30, tzinfo=UTC)


async def test_a_next_step_becomes_a_task_of_whom_it_is_given_to(world: World) -> None:
    await a_partner(world, "Globex")
    await world.person("olga").command("/partner", "help")
    mia = await a_manager(world)
    await mia.command("/partner", "log globex")
    ron = world.person("ron")
    await ron.command("/partner", "log globex")
    ron.fill({"next_due": "2026-11-20"})

    unnamed = await ron.submit()
    ron.fill({"next_step": "Send <the> quote"})
    await ron.submit()
    olga = next(each for each in await mia.suggest("next_user_id", "olga"))
    await mia.choose("next_user_id", olga)
    mia.fill({"next_step": "Call back", "next_due": "2026-11-17"})
    late = await mia.submit()
    mia.fill({"next_due": "2026-11-19"})
    await mia.submit()

    assert list(unnamed.errors) == ["next_step"]
    assert list(late.errors) == ["next_due"]
    assert "next_user_id" not in str(ron.ephemerals[-1].blocks)
    assert "Next: Send &lt;the&gt; quote · Ron Acme · by <!date^" in str(ron.ephemerals[-1].blocks)
    assert "Next: Call back · Olga Acme" in str(mia.ephemerals[-1].blocks)
    assert {(each.title, str(each.due_date)) for each in await tasks(world)} == {
        ("Send <the> quote", "2026-11-20"),
        ("Call back", "2026-11-19"),
    }


async def test_the_author_corrects_an_interaction_from_the_answer(world: World) -> None:
    globex = await a_partner(world, "Globex")
    answer = await logged_by(world, "ron")
    ron = world.person("ron")

    await ron.press(answer, "Edit")
    ron.fill({"interaction_type": "call", "description": "It was a call"})
    await ron.submit()

    changed = (await interactions(world, globex))[0]
    assert (changed.type, changed.description) == ("call", "It was a call")
    assert changed.at == world.clock.now()
    assert ron.ephemerals[-1].text == "Call with Globex on Wed 18 Nov is changed."


async def test_who_edits_second_sees_what_the_first_made_of_it_and_keeps_their_words(
    world: World,
) -> None:
    globex = await a_partner(world, "Globex")
    answer = await logged_by(world, "ron")
    ron, mia = world.person("ron"), await a_manager(world)
    await ron.press(answer, "Edit")
    ron.fill({"description": "Mine"})
    await mia.command("/partner", "timeline globex")
    await mia.press_in_view(acts(mia)[0], "Edit")
    mia.fill({"description": "Theirs <b>"})
    await mia.submit()

    refused = await ron.submit()
    warned = ron.reads(top(ron))
    saved = await ron.submit()

    assert refused.ok
    assert "Mia Acme has changed this interaction meanwhile." in warned
    assert "Theirs &lt;b&gt;" in str(warned)
    assert saved.ok
    assert (await interactions(world, globex))[0].description == "Mine"


async def test_deleting_asks_by_name_and_leaves_the_task(world: World) -> None:
    globex = await a_partner(world, "Globex")
    ron = world.person("ron")
    await ron.command("/partner", "log globex")
    ron.fill({"next_step": "Send the quote", "description": "x" * 2900})
    await ron.submit()
    answer = ron.ephemerals[-1]

    await ron.press(answer, "interaction.act:menu", "Delete interaction")
    asked = ron.reads(top(ron))
    await ron.submit()
    await ron.press(answer, "Edit")

    assert "Meeting with Globex on Wed 18 Nov, logged by Ron Acme, is deleted for good." in asked
    assert await interactions(world, globex) == []
    assert [(each.title, each.interaction_id) for each in await tasks(world)] == [
        ("Send the quote", None)
    ]
    assert "1 task promised in it stays open." in ron.ephemerals[-2].text
    assert ron.ephemerals[-1].text.startswith("This interaction is no longer there.")


async def test_others_interactions_are_not_offered_for_change_and_refused_when_crafted(
    world: World,
) -> None:
    globex = await a_partner(world, "Globex")
    answer = await logged_by(world, "ron")
    olga = world.person("olga")

    await olga.command("/partner", "timeline globex")
    offered = acts(olga)
    await olga.close()
    touched = forged(await logged_by(world, "olga"), "interaction.act:edit", _act_of(answer))
    refused = await olga.press(touched, "interaction.act:edit")

    assert offered == []
    assert refused.ephemeral is not None
    assert "does not let you change and delete interactions" in refused.ephemeral.text
    assert len(await interactions(world, globex)) == 2


def _act_of(answer: Message) -> str:
    found = next(
        each for each in str(answer.blocks).split("'value': '")[1:] if '"do":"edit"' in each
    )
    return found.split("'", 1)[0]


async def test_a_timeline_is_paged_narrowed_and_changed_in_place(world: World) -> None:
    globex = await a_partner(world, "Globex")
    await world.person("ron").command("/partner", "help")
    await many(world, globex, 24)
    ron = world.person("ron")

    with statements_of(world) as statements:
        await ron.command("/partner", "timeline globex")
    first = ron.reads(top(ron))
    await ron.press_in_view("Next")
    second = ron.reads(top(ron))
    await ron.press_in_view("timeline.page:only", "Agreement and status")
    narrowed = ron.reads(top(ron))
    await ron.press_in_view("timeline.page:only", "Interactions")
    await ron.press_in_view(acts(ron)[0], "Delete interaction")
    await ron.submit()

    assert "*Globex*: 25 entries" in first
    assert "*Globex added*" in first
    assert "Call 24" in first
    assert "Call 4" not in first.splitlines()
    assert "Page 2 of 2" in second
    assert "1 entry" in narrowed
    assert "*Globex*: 23 entries" in ron.reads(top(ron))
    assert len(statements) < 25


async def test_long_notes_are_cut_in_a_timeline_and_shown_whole(world: World) -> None:
    await a_partner(world, "Globex")
    ron = world.person("ron")
    await ron.command("/partner", "log globex")
    ron.fill({"description": f"First\n{'so ' * 200}on"})
    await ron.submit()

    await ron.command("/partner", "timeline globex")
    cut = ron.reads(top(ron))
    await ron.press_in_view(acts(ron)[0], "Show all")

    assert "First so so" in cut
    assert "so on" not in cut
    assert "so on" in ron.reads(top(ron))


@contextmanager
def statements_of(world: World) -> Generator[list[str]]:
    """What is sent to the database meanwhile."""
    sent: list[str] = []

    def note(*args: object) -> None:
        sent.append(str(args[2]))

    event.listen(world.db._engine.sync_engine, "before_cursor_execute", note)
    yield sent
    event.remove(world.db._engine.sync_engine, "before_cursor_execute", note)


async def test_words_that_name_no_one_partner_are_asked_about_before_a_timeline(
    world: World,
) -> None:
    await a_partner(world, "Globex Iberia")
    await a_partner(world, "Globex Nordics")
    ron = world.person("ron")

    several = await ron.command("/partner", "timeline globex")
    nobody = await ron.command("/partner", "timeline hooli")

    assert "Which one do you mean?" in several.text
    assert "I know no partner “hooli”." in nobody.text
    assert ron.view is None


async def many(world: World, globex: Partner, number: int) -> None:
    """Contacts of Ron, one a day, the last one newest."""
    ron = world.acme.members["ron"]
    async with world.db.transaction(world.acme.application) as tx:
        who = await find_person(tx, world.acme.workspace_id, ron.id)
        assert who is not None
        acting = tx.acting_as(await actor_for(tx, who), tx.now)
        for day in range(number, 0, -1):
            at = tx.now - timedelta(days=day)
            words = f"Call {number + 1 - day}"
            await log_interaction(
                acting,
                LogInteraction(
                    partner_id=globex.id,
                    interaction_type="call",
                    interaction_date=at,
                    description=words,
                ),
            )
