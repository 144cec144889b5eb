"""Accounts that come, change and go in Slack, and what admins do about people, over the wire."""

from datetime import date
from decimal import Decimal

import psycopg
from sqlalchemy import func, select

from sandbox import Message, Person
from services import opportunities, partners, people
from services.organizations.linking import issue_link_code
from services.people.approvals import OPEN_FOR
from services.tables import AuditEntry, SlackIdentity
from services.values import UserId
from tests.conftest import Urls
from tests.journeys.conftest import World


async def known(world: World, person: Person) -> people.Person | None:
    """Who the Slack account is in the app."""
    async with world.db.transaction(world.acme.application) as tx:
        return await people.find_person(tx, world.acme.workspace_id, person.member.id)


async def present(world: World, person: Person) -> people.Person:
    found = await known(world, person)
    assert found is not None
    return found


async def uses(person: Person, words: str = "help") -> str:
    answer = await person.command("/tandem", words)
    return answer.ephemeral.text if answer.ephemeral else ""


def newcomer(world: World, email: str) -> Person:
    team = world.acme.team
    eve = team.add_person("U0EVE", "eve", real_name="Eve <Acme>", email=email, email_confirmed=True)
    return world.slack.person(team, eve)


async def asked(world: World, email: str = "ada@acme.example") -> tuple[Person, Message]:
    """Eve with somebody's e-mail, and the question about her."""
    eve = newcomer(world, email)
    words = await uses(eve)
    assert "has to approve this account" in words
    await world.deliver()
    question = world.person("ada").dm[-1]
    assert "Eve &lt;Acme&gt;" in question.text
    return eve, question


async def test_the_admin_approves_a_new_account_with_their_e_mail(world: World) -> None:
    eve, question = await asked(world)
    await uses(eve)

    await world.person("ada").press(question, "It is me")
    await world.deliver()

    ada = await present(world, world.person("ada"))
    assert (await present(world, eve)).user_id == ada.user_id
    assert "Approved: this account is Ada" in eve.dm[-1].text
    now = world.person("ada").dm[-1]
    assert (now.ts, "Approved" in world.person("ada").reads(now)) == (question.ts, True)
    assert "You are Ada" in await uses(eve, "me")


async def test_a_refused_account_stays_out_and_is_told(world: World) -> None:
    eve, question = await asked(world)

    await world.person("ada").press(question, "Not me")
    await world.deliver()

    assert "said that this account is not theirs" in eve.dm[-1].text
    assert "said that this account is not theirs" in await uses(eve)
    assert await known(world, eve) is None


async def test_an_answer_that_comes_too_late_lets_nobody_in(world: World) -> None:
    eve, question = await asked(world)
    world.clock.advance(OPEN_FOR)

    await world.person("ada").press(question, "It is me")
    await world.deliver()

    assert await known(world, eve) is None
    assert "Nobody answered in time" in world.person("ada").reads(world.person("ada").dm[-1])


async def test_what_changes_in_slack_counts_at_once_and_strangers_are_nobody(
    world: World,
) -> None:
    ron, team = world.person("ron"), world.acme.team
    await uses(ron)

    async with world.slack.events.acting(ron.member.id):
        team.change_person(ron.member, real_name="Ron Renamed", tz="Asia/Tokyo")
        stranger = team.add_person("U0FAR", "far", home_team="T0GLOBEX")
        team.change_person(stranger, real_name="Far Away")
        team.add_person("U0NEW", "new", email="new@acme.example", email_confirmed=True)

    found = await present(world, ron)
    async with world.db.transaction(world.acme.application) as tx:
        count = await tx.session.scalar(select(func.count()).select_from(SlackIdentity))
    assert (found.name, found.time_zone.key) == ("Ron Renamed", "Asia/Tokyo")
    assert count == 2


async def test_a_deactivated_slack_account_is_out_at_once_and_comes_back_with_its_records(
    world: World,
) -> None:
    ron, team = world.person("ron"), world.acme.team
    await uses(ron)
    before = await present(world, ron)

    async with world.slack.events.acting(ron.member.id):
        team.change_person(ron.member, deleted=True)
    await world.deliver()

    gone = await present(world, ron)
    assert (gone.is_active, gone.refusal) == (False, "deactivated")
    [told] = [each for each in world.person("ada").dm if "no longer in Slack" in each.text]
    assert "Ron Acme" in told.text

    team.change_person(ron.member, deleted=False)
    assert "You are Ron Acme" in await uses(ron, "me")
    back = await present(world, ron)
    assert (back.user_id, back.refusal) == (before.user_id, None)


async def test_me_says_who_one_is_and_what_one_may_do(world: World) -> None:
    ron = world.person("ron")

    answer = await ron.command("/tandem", "me")

    assert answer.ephemeral is not None
    read = ron.reads(answer.ephemeral)
    for words in ("You are Ron Acme, Sales rep.", "America/New_York", "Create opportunities"):
        assert words in read
    assert "Change the settings" not in read


async def test_who_may_not_manage_people_neither_sees_nor_runs_it(world: World) -> None:
    ron = world.person("ron")
    answer = await ron.command("/tandem", "help")

    assert answer.ephemeral is not None
    assert "/tandem people" not in ron.reads(answer.ephemeral)
    assert "Your role does not let you" in await uses(ron, "people")


async def opened(world: World, name: str) -> Person:
    """Ada with somebody's form open, over the list."""
    ada = world.person("ada")
    await ada.command("/tandem", "people")
    assert ada.view is not None
    ada.fill({"words": name})
    await ada.submit()
    await ada.press_in_view("Open")
    assert ada.view.callback_id == "person"
    return ada


async def test_an_admin_gives_a_role_and_a_manager(world: World) -> None:
    ron, mia = world.person("ron"), world.person("mia")
    await uses(ron)
    await uses(mia)
    ada = await opened(world, "ron")

    [_, mia_there] = await ada.suggest("person_manager", "mia")
    ada.fill({"role": "sales_manager", "manager_id": mia_there.value})
    await ada.submit()

    now, above = await present(world, ron), await present(world, mia)
    assert (now.role, now.manager_id) == ("sales_manager", above.user_id)
    assert ada.view is not None
    assert "reports to Mia Acme" in ada.reads(ada.view)
    assert "Sales manager" in ada.reads(ada.view)


async def test_the_last_admin_and_a_circle_are_refused_at_the_field(world: World) -> None:
    ada = await opened(world, "ada")

    ada.fill({"role": "vp"})
    answer = await ada.submit()

    assert "the only admin" in answer.errors["role"]
    assert [each.value for each in await ada.suggest("person_manager", "")] == ["-"]


async def test_somebody_elses_change_is_not_overwritten(world: World) -> None:
    await uses(world.person("ron"))
    ada = await opened(world, "ron")
    await world.give_role("ron", "vp")

    ada.fill({"role": "sales_manager"})
    answer = await ada.submit()

    assert "changed this while you were here" in answer.errors["role"]
    assert (await present(world, world.person("ron"))).role == "vp"


async def an_opportunity(world: World, owner: Person) -> int:
    """Of this owner, with a partner; its number."""
    who = await present(world, owner)
    async with world.db.transaction(world.acme.application) as tx:
        new_partner = partners.CreatePartner(name="Umbra", domain="cloud")
        partner = await partners.create_partner(tx, new_partner)
        made = await opportunities.create_opportunity(
            tx,
            opportunities.CreateOpportunity(
                customer_name="Acme renewal",
                partner_id=partner.id,
                deal_value=Decimal(48_000),
                currency="EUR",
                stage="proposal",
                expected_close_date=date(2026, 12, 31),
                assigned_user_id=who.user_id,
            ),
        )
    return made.number


async def owner_of(world: World, number: int) -> UserId | None:
    async with world.db.transaction(world.acme.application) as tx:
        return (await opportunities.find_opportunity(tx, number)).owner_id


async def test_who_is_deactivated_hands_over_and_comes_back_for_a_seat(world: World) -> None:
    ron, olga = world.person("ron"), world.person("olga")
    await uses(olga)
    await uses(ron)
    number = await an_opportunity(world, ron)
    ada = await opened(world, "ron")
    await ada.press_in_view("Deactivate…")
    assert ada.view is not None
    assert "1 open opportunity and 0 open tasks" in ada.reads(ada.view)

    refused = await ada.submit()
    [olga_there] = await ada.suggest("person_successor", "olga")
    ada.fill({"successor_id": olga_there.value})
    await ada.submit()

    assert "fill this in" in refused.errors["successor_id"]
    assert "is not active" in await uses(ron)
    assert await owner_of(world, number) == (await present(world, olga)).user_id
    assert "not active" in ada.reads(ada.view)
    assert ada.dm[-1].text == "Ron Acme is no longer active. Handed over: 1 opportunity."
    await ada.press_in_view("Reactivate")
    assert (await present(world, ron)).is_active
    assert "not active" not in ada.reads(ada.view)


async def test_the_work_of_who_left_slack_is_handed_over_from_the_message(world: World) -> None:
    ron, ada = world.person("ron"), world.person("ada")
    await uses(ron)
    await uses(ada)
    number = await an_opportunity(world, ron)
    async with world.slack.events.acting(ron.member.id):
        world.acme.team.change_person(ron.member, deleted=True)
    await world.deliver()

    await ada.press(ada.dm[-1], "Hand over their work")
    [ada_there] = await ada.suggest("person_successor", "ada")
    ada.fill({"successor_id": ada_there.value})
    await ada.submit()

    assert await owner_of(world, number) == (await present(world, ada)).user_id
    assert ada.views == []
    assert "stays not active. Handed over: 1 opportunity." in ada.dm[-1].text


async def test_an_owner_recovers_a_company_without_an_admin(
    world: World, office_urls: Urls
) -> None:
    ron = world.person("ron")
    await uses(ron)
    world.acme.team.change_person(ron.member, is_owner=True)
    with psycopg.connect(office_urls.owner, autocommit=True) as owner:
        owner.execute("UPDATE users SET role = 'vp' WHERE role = 'admin'")

    await uses(ron)

    assert (await present(world, ron)).role == "admin"
    async with world.db.transaction(world.acme.application) as tx:
        actions = list(await tx.session.scalars(select(AuditEntry.action)))
    assert "person.role_changed" in actions


async def test_the_same_confirmed_e_mail_in_a_second_workspace_is_the_same_person(
    world: World,
) -> None:
    ron, there = world.person("ron"), world.globex.person("ron")
    await uses(ron)
    world.globex.team.change_person(there.member, email="Ron@Acme.Example")
    await link_globex(world)

    words = await there.command("/tandem", "me")

    assert words.ephemeral is not None
    read = there.reads(words.ephemeral)
    assert "You are Ron" in read
    assert "Acme" in read
    assert "Globex Corp" in read
    async with world.db.transaction(world.acme.application) as tx:
        same = await people.find_by_email(tx, "ron@acme.example")
        assert same is not None
        accounts = await people.accounts_of(tx, same.user_id)
    assert {each.slack_user_id for each in accounts} == {ron.member.id, there.member.id}


async def link_globex(world: World) -> None:
    """Globex's workspace belongs to Acme from now on."""
    async with world.db.transaction(world.acme.application) as tx:
        issued = await issue_link_code(tx)
    ada = world.globex.person("ada")
    await ada.command("/tandem", f"link {issued.code}")
    await ada.submit()
