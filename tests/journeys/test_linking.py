import re
from datetime import timedelta

import psycopg
from psycopg import sql
from sqlalchemy import func, select

from sandbox import Message, Person
from services import configuration
from services.configuration import catalogue
from services.configuration.catalogue import DEALS_CHANNEL
from services.partners import CreatePartner, create_partner
from services.tables import Opportunity, Workspace
from services.values import WorkspaceId
from tests.conftest import Urls
from tests.journeys.conftest import Office, World, a_team, install

CODE = re.compile(r"(?:[A-Z2-9]{4}-){5}[A-Z2-9]{4}")


def seen(person: Person) -> str:
    assert person.view is not None
    return person.reads(person.view)


async def a_code(world: World) -> str:
    """As Ada of Acme makes and reads it."""
    ada = world.person("ada")
    await ada.command("/tandem", "workspaces")
    await ada.press_in_view("Connect another")
    await ada.press_in_view("Create a link code")
    found = CODE.search(seen(ada))
    assert found
    await ada.close(everything=True)
    return found[0]


async def joined(world: World, code: str | None = None) -> Person:
    """Globex's workspace belongs to Acme; its Ada did it."""
    ada = world.globex.person("ada")
    await ada.command("/tandem", f"link {code or await a_code(world)}")
    await ada.submit()
    return ada


async def said(person: Person, command: str, words: str) -> str:
    answer = await person.command(command, words)
    assert answer.ephemeral is not None
    return person.reads(answer.ephemeral)


async def a_deal(world: World, person: Person, company: Office | None = None) -> None:
    """Made in Slack by this person, whose records are this company's."""
    async with world.db.transaction((company or world.acme).application) as tx:
        partner = await create_partner(tx, CreatePartner(name="Initech", domain="finops"))
    await person.command("/opp", "new Acme renewal")
    [option, *_] = await person.suggest("partner_id", partner.name)
    await person.choose("partner_id", option)
    person.fill({"deal_value": "48k", "currency": "EUR", "expected_close_date": "2026-12-18"})
    assert (await person.submit()).ok


def public(messages: list[Message]) -> list[Message]:
    return [each for each in messages if each.ephemeral_for is None]


async def another_company(world: World) -> Person:
    """Ada of a third company, installed just now."""
    team = a_team(world.slack, "T0HOOLI", "Hooli")
    await install(world.db, team)
    return world.slack.person(team, team.people["U0ADAHOOLI"])


def a_guest_of_the_channel(world: World) -> Person:
    """Ron of Globex, in Acme's deals channel through Slack Connect."""
    ron = world.globex.members["ron"]
    team, channel = world.acme.team, world.acme.deals
    member = team.add_person(
        ron.id, "ron", real_name=ron.real_name, email=ron.email, home_team=world.globex.team.id
    )
    channel.shared, channel.shared_with = True, [world.globex.team.id]
    team.join(channel, member.id)
    return world.slack.person(team, member)


def kept(urls: Urls) -> str:
    """Whatever of requests, changes and codes is in the database."""
    tables = ("processed_requests", "audit_log", "outbox", "directory.link_codes")
    with psycopg.connect(urls.owner) as connection:
        rows = [
            row
            for table in tables
            for row in connection.execute(
                sql.SQL("SELECT to_jsonb(t)::text FROM {} t").format(sql.SQL(table))
            )
        ]
    assert rows
    return "".join(text for (text,) in rows).replace("-", "")


async def count(world: World, office: Office) -> int:
    async with world.db.transaction(office.application) as tx:
        return await tx.session.scalar(select(func.count()).select_from(Opportunity)) or 0


async def moved_to(world: World) -> WorkspaceId:
    """Globex's workspace, as Acme knows it."""
    async with world.db.transaction(world.acme.application) as tx:
        found = await tx.session.scalars(
            select(Workspace.id).where(Workspace.team_id == world.globex.team.id)
        )
        return WorkspaceId(found.one())


async def test_a_second_workspace_joins_with_a_code_and_sees_the_same_records(
    world: World, office_urls: Urls
) -> None:
    await a_deal(world, world.person("ron"))
    code = await a_code(world)

    ada = world.globex.person("ada")
    await ada.command("/tandem", f"link {code.lower().replace('-', ' ')}")
    asked = seen(ada)
    await ada.submit()
    await world.deliver()

    assert code.replace("-", "") not in kept(office_urls)
    assert "Globex Corp joins Acme." in asked.replace("*", "")
    assert "This workspace belongs to Acme now." in seen(ada).replace("*", "")
    assert "#1 Acme renewal" in await said(world.globex.person("olga"), "/opp", "list all")
    assert world.person("ada").dm[-1].text.startswith("Globex Corp has joined your company")


async def test_a_card_is_posted_in_the_workspace_where_the_channel_is(world: World) -> None:
    await world.set_channels()
    await joined(world)

    ron = world.globex.person("ron")
    await a_deal(world, ron)
    await world.deliver()
    before = world.cards(world.globex.deals, "Acme renewal")
    shown = (await ron.command("/opp", "show 1", channel=world.globex.deals)).ephemeral
    assert shown is not None
    await ron.press(shown, "opportunity.more", "Share here")
    await world.deliver()
    await world.person("ada").command("/opp", "move 1 qualified")
    await world.deliver()

    [card] = public(world.cards(world.acme.deals, "Acme renewal"))
    [shared] = public(world.cards(world.globex.deals, "Acme renewal"))
    assert public(before) == []
    assert ("Qualified" in card.text, "Qualified" in shared.text) == (True, True)


async def test_a_workspace_with_records_is_moved_only_when_its_admin_knows_what_stays(
    world: World,
) -> None:
    await world.set_channels(world.globex)
    await a_deal(world, world.globex.person("ron"), world.globex)
    ada = world.globex.person("ada")

    await ada.command("/tandem", f"link {await a_code(world)}")
    asked = seen(ada)
    refused = await ada.submit()
    ada.fill({"confirm": ["yes"]})
    await ada.submit()
    await world.deliver()

    assert "1 opportunity" in asked
    assert "last workspace of Globex Corp" in asked
    assert not refused.ok
    assert world.cards(world.globex.deals, "Acme renewal") == []
    assert "there are none" in await said(world.globex.person("olga"), "/opp", "list all")
    assert await count(world, world.globex) == 1
    async with world.db.transaction(world.globex.application) as tx:
        assert await configuration.get(tx, DEALS_CHANNEL) is None


async def test_a_card_of_the_former_company_moves_nothing_in_the_present_one(
    world: World,
) -> None:
    await world.set_channels(world.globex)
    ron, ada = world.globex.person("ron"), world.globex.person("ada")
    await a_deal(world, ron, world.globex)
    await world.deliver()
    [of_globex] = public(world.cards(world.globex.deals, "Acme renewal"))
    await ron.command("/opp", "move 1")
    await ada.command("/tandem", f"link {await a_code(world)}")
    ada.fill({"confirm": ["yes"]})
    await ada.submit()
    await a_deal(world, world.globex.person("olga"))
    await world.person("ada").command("/tandem", "me")

    in_form = await ron.submit()
    pressed = await world.globex.person("olga").press(of_globex, "Move to Qualified")

    assert not in_form.ok or "Moved" not in str(in_form)
    assert pressed.ephemeral is not None
    assert pressed.ephemeral.text.startswith("This button is from an older message.")
    assert "Prospecting" in await said(world.globex.person("olga"), "/opp", "show 1")


async def test_a_code_works_once_for_a_day_and_not_when_it_was_taken_back(world: World) -> None:
    used, late = await a_code(world), await a_code(world)
    own = await said(world.person("ada"), "/tandem", f"link {late}")
    await joined(world, used)
    third = await another_company(world)

    again = await said(third, "/tandem", f"link {used}")
    await world.slack.travel(timedelta(hours=24))
    expired = await said(third, "/tandem", f"link {late}")
    fresh = await a_code(world)
    ada = world.person("ada")
    await ada.command("/tandem", "workspaces")
    await ada.press_in_view("Connect another")
    await ada.press_in_view("Revoke")
    revoked = await said(third, "/tandem", f"link {fresh}")

    assert own.startswith("This workspace belongs to Acme already.")
    assert again.startswith("This code has been used")
    assert expired.startswith("This code is more than a day old")
    assert revoked.startswith("This code was taken back")
    assert "Open codes" not in seen(ada)


async def test_wrong_codes_make_their_own_workspace_wait_and_nobody_else(world: World) -> None:
    ada = world.globex.person("ada")
    code = await a_code(world)

    answers = [await said(ada, "/tandem", "link ABCD-EFGH") for _ in range(11)]
    limited = await said(ada, "/tandem", f"link {code}")
    await world.slack.travel(timedelta(hours=1))
    await ada.command("/tandem", "link")
    ada.fill({"code": code})
    await ada.submit()

    assert answers[9].startswith("I do not know this code.")
    assert answers[10].startswith("Too many wrong codes")
    assert limited.startswith("Too many wrong codes")
    assert "joins" in seen(ada)


async def test_an_unlinked_workspace_is_silent_and_a_reinstall_finds_everything(
    world: World,
) -> None:
    await joined(world)
    await world.globex.person("ron").command("/opp", "help")
    await world.set_channels()
    there = catalogue.Channel(
        workspace_id=str(await moved_to(world)), channel_id=world.globex.deals.id, is_reached=True
    )
    async with world.db.transaction(world.acme.application) as tx:
        await configuration.write(tx, DEALS_CHANNEL, there)
    ada = world.person("ada")

    await ada.command("/tandem", "workspaces")
    await ada.press_in_view(f"workspaces_more:{await moved_to(world)}", "Unlink…")
    asked = seen(ada)
    await ada.submit()
    listed = seen(ada)
    await ada.close(everything=True)
    missing = (await said(ada, "/tandem", "")).replace("*", "")
    await ada.command("/tandem", "settings channels")
    settings = seen(ada).replace("*", "")
    gone = await world.globex.person("ron").command("/opp", "list all")
    await install(world.db, world.globex.team)

    assert "Globex Corp will be unlinked" in asked.replace("*", "")
    assert "last workspace" not in asked
    assert "nobody sees new opportunities in a channel" in asked
    assert "Nobody sees new opportunities: their channel is in Globex Corp" in missing
    assert "Nothing is posted in a channel of the workspace Globex Corp" in settings.replace(
        "*", ""
    )
    assert "Not connected since" in listed
    assert gone.ephemeral is not None
    assert "Nothing is lost." in gone.ephemeral.text
    assert "none" in await said(world.globex.person("ron"), "/opp", "list all")


async def test_unlinking_the_last_workspace_warns_and_says_how_to_come_back(
    world: World,
) -> None:
    ada = world.person("ada")

    await ada.command("/tandem", "workspaces")
    await ada.press_in_view(f"workspaces_more:{world.acme.workspace_id}", "Unlink…")

    assert "It is your company's last workspace." in seen(ada)


async def test_who_may_not_manage_workspaces_neither_sees_nor_runs_the_words(
    world: World,
) -> None:
    ron = world.person("ron")

    help_ = await said(ron, "/tandem", "help")
    tried = [await said(ron, "/tandem", each) for each in ("workspaces", "link ABCD")]

    assert "workspaces" not in help_
    assert all(each.startswith("Your role does not let you") for each in tried)


async def test_a_stranger_in_a_shared_channel_is_refused_in_private_though_their_company_has_us(
    world: World,
) -> None:
    await world.set_channels()
    await a_deal(world, world.person("ron"))
    await world.deliver()
    [card] = world.cards(world.acme.deals, "Acme renewal")
    await world.globex.person("ron").command("/opp", "help")
    eve = a_guest_of_the_channel(world)

    await eve.press(card, "Move to Qualified")
    pressed = eve.ephemerals[-1].text
    await eve.press(card, "opportunity.move", "Proposal")

    assert pressed.startswith("Tandem works for the people of the company that installed it.")
    assert eve.ephemerals[-1].text == pressed
    assert eve.view is None
    assert world.cards(world.acme.deals, "Prospecting") != []
