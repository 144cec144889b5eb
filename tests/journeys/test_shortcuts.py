from datetime import UTC, datetime, timedelta

import pytest

from sandbox import Message, Person, View
from services.interactions import Interaction, latest
from services.partners import CreatePartner, Partner, create_partner
from tests.journeys.conftest import World

LONG = "and more " * 4_440


async def a_partner(world: World, name: str) -> Partner:
    async with world.db.transaction(world.acme.application) as tx:
        return await create_partner(tx, CreatePartner(name=name, domain="finops"))


async def interactions(world: World, partner: Partner) -> list[Interaction]:
    async with world.db.transaction(world.acme.application) as tx:
        return await latest(tx, partner.id, most=20)


def top(person: Person) -> View:
    assert person.view is not None
    return person.view


def notes_of(person: Person) -> str:
    """What the notes of the form in front are filled in with."""
    value = next(
        state["value"]
        for (block_id, _), state in top(person).values.items()
        if block_id in {"description", "notes"}
    )
    return str(value or "")


def chosen_partner(person: Person) -> str:
    states = [state for (block, _), state in top(person).values.items() if block == "partner_id"]
    return str(states[0].get("selected_option"))


@pytest.mark.parametrize(
    ("callback_id", "title"),
    [
        ("opportunity_new", "New opportunity"),
        ("interaction_log", "Log interaction"),
        ("status_file", "Week ending Sun 22 Nov"),
    ],
)
async def test_a_shortcut_opens_its_form_once_however_fast_it_is_chosen(
    world: World, callback_id: str, title: str
) -> None:
    ron = world.person("ron")

    await ron.shortcut(callback_id)
    answer = await ron.shortcut(callback_id)

    assert answer.ok
    assert len(ron.views) == 1
    assert title in ron.reads(top(ron))


async def test_a_message_is_logged_as_an_interaction_in_two_clicks(world: World) -> None:
    globex = await a_partner(world, "Globex, Inc.")
    await a_partner(world, "Initech")
    ron, olga = world.person("ron"), world.person("olga")
    await olga.command("/partner", "help")
    said = await ron.say(
        world.acme.deals, "@olga met Globex & 3 others: price < 5k, see globex.com"
    )
    await world.slack.travel(timedelta(hours=1))

    await ron.shortcut("message_interaction", said)
    told = ron.reads(top(ron))
    answer = await ron.submit()

    assert answer.ok
    logged = (await interactions(world, globex))[0]
    assert logged.description is not None
    assert logged.description.startswith("@Olga Acme met Globex & 3 others: price < 5k")
    assert logged.at == datetime(2026, 11, 18, 10, 0, tzinfo=UTC)
    assert logged.permalink == link_of(said)
    assert "whose link is kept" in told
    await ron.command("/partner", "timeline globex")
    assert link_of(said) in str(top(ron).blocks)


def link_of(message: Message) -> str:
    return f"https://acme.slack.com/archives/{message.channel}/p{message.ts.replace('.', '')}"


async def test_a_reply_in_a_thread_keeps_the_thread_in_its_link(world: World) -> None:
    globex = await a_partner(world, "Globex")
    ron = world.person("ron")
    first = await ron.say(world.acme.deals, "Globex?")
    reply = await ron.reply(first, "Globex it is")

    await ron.shortcut("message_interaction", reply)
    await ron.submit()

    kept = (await interactions(world, globex))[0].permalink
    assert kept == f"{link_of(reply)}?thread_ts={first.ts}&cid={first.channel}"


async def test_the_longest_message_of_two_partners_shows_what_will_be_stored(world: World) -> None:
    await a_partner(world, "Globex")
    await a_partner(world, "Initech")
    ron = world.person("ron")
    said = await ron.say(world.acme.deals, f"Globex and Initech {LONG}")

    await ron.shortcut("message_interaction", said)

    assert len(notes_of(ron)) == 3000
    assert "Only its first 3,000 characters fit." in ron.reads(top(ron))
    assert chosen_partner(ron) == "None"


async def test_a_message_of_a_file_alone_keeps_its_name(world: World) -> None:
    ron = world.person("ron")
    said = await ron.upload(world.acme.deals, "quote.pdf", b"%PDF-")

    await ron.shortcut("message_interaction", said)

    assert notes_of(ron) == "Files: quote.pdf"


async def test_an_app_s_message_is_taken_with_its_words(world: World) -> None:
    globex = await a_partner(world, "Globex")
    ron = world.person("ron")
    await ron.command("/partner", "log globex", channel=world.acme.deals)
    await ron.submit()
    mia = world.person("mia")
    await mia.command("/partner", "help")
    await world.give_role("mia", "sales_manager")
    shown = await mia.command("/partner", "show globex", channel=world.acme.deals)
    assert shown.ephemeral is not None
    await mia.press(shown.ephemeral, "partner.more", "Share here")
    await world.deliver()
    card = next(each for each in world.cards(world.acme.deals, "Globex") if not each.ephemeral_for)

    await ron.shortcut("message_interaction", card)
    await ron.submit()

    assert len(await interactions(world, globex)) == 2


async def test_a_message_becomes_an_opportunity_that_keeps_its_link(world: World) -> None:
    await a_partner(world, "Globex")
    ron = world.person("ron")
    said = await ron.say(
        world.acme.deals, "*Acme renewal* 48k closing 2026-12-18\nGlobex & us, <b> soon"
    )

    await ron.shortcut("message_opportunity", said)
    notes = notes_of(ron)
    answer = await ron.submit()
    shown = await ron.command("/opp", "show 1")

    assert answer.ok
    assert "Globex & us" in notes
    assert shown.text.startswith("#1 Acme renewal ·")
    assert "Globex" in str(ron.ephemerals[-1].blocks)
    assert shown.ephemeral is not None
    assert link_of(said) in str(shown.ephemeral.blocks)


async def test_guests_and_unknown_shortcuts_are_answered_privately(world: World) -> None:
    gus, ron = world.person("gus"), world.person("ron")
    said = await ron.say(world.acme.deals, "Met Globex")

    await gus.shortcut("interaction_log")
    refused = await gus.shortcut("message_interaction", said)
    unknown = await ron.shortcut("of_next_year")

    assert gus.view is None
    assert "Guests cannot use Tandem." in gus.dm[-1].text
    assert refused.ephemeral is not None
    assert "Guests cannot use Tandem." in refused.ephemeral.text
    assert unknown.ok
    assert "another version of me" in ron.dm[-1].text
