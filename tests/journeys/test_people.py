from datetime import timedelta
from itertools import pairwise

import psycopg
from sqlalchemy import func, select

from sandbox import Fault, Person
from sandbox.faults import CallKind
from services import people
from services.people import Person as Colleague
from services.tables import User
from tests.conftest import Urls
from tests.journeys.conftest import Office, World


async def everybody(world: World, office: Office | None = None) -> list[Colleague]:
    at = office or world.acme
    async with world.db.transaction(at.application) as tx:
        return await people.people(tx)


async def count(world: World, office: Office | None = None) -> int:
    at = office or world.acme
    async with world.db.transaction(at.application) as tx:
        return await tx.session.scalar(select(func.count()).select_from(User)) or 0


async def set_seats(urls: Urls, office: Office, seats: int) -> None:
    async with await psycopg.AsyncConnection.connect(urls.owner, autocommit=True) as connection:
        await connection.execute(
            "UPDATE organizations SET max_users = %s WHERE id = %s",
            [seats, office.organization_id],
        )


async def told(person: Person, command: str = "help") -> str:
    answer = await person.command("/tandem", command)
    assert answer.ephemeral is not None
    return answer.ephemeral.text


async def test_the_installer_is_the_admin_and_is_told_so(world: World) -> None:
    await world.deliver()

    [welcome] = world.person("ada").dm

    assert "you are its admin" in welcome.text
    assert [each.role for each in await everybody(world)] == ["admin"]


async def test_the_first_use_makes_a_person_with_what_slack_tells(world: World) -> None:
    await world.person("olga").command("/tandem", "help")

    olga = next(each for each in await everybody(world) if each.first_name == "Olga")
    assert (olga.name, olga.role, olga.email) == ("Olga Acme", "sales_rep", "olga@acme.example")
    assert (olga.time_zone.key, olga.locale) == ("Europe/Berlin", "de-DE")


async def test_a_company_without_an_admin_asks_slack_about_somebody_once_a_minute(
    world: World, office_urls: Urls
) -> None:
    ron = world.person("ron")
    await ron.command("/tandem", "help")
    with psycopg.connect(office_urls.owner, autocommit=True) as owner:
        owner.execute("UPDATE users SET role = 'vp' WHERE role = 'admin'")
    asked = [len(world.slack.calls)]

    for wait in (0, 10, 50):
        await world.slack.travel(timedelta(seconds=wait))
        await ron.command("/tandem", "help")
        asked.append(len(world.slack.calls))

    assert [later - before for before, later in pairwise(asked)] == [1, 0, 1]


async def test_the_second_use_asks_slack_nothing(world: World) -> None:
    ron = world.person("ron")
    await ron.command("/tandem", "help")
    before = len(world.slack.calls)

    await ron.command("/tandem", "help")

    assert [call.method for call in world.slack.calls[before:]] == []
    assert await count(world) == 2


async def test_a_guest_is_refused_in_private_and_not_created(world: World) -> None:
    answer = await told(world.person("gus"))

    assert answer.startswith("Guests cannot use Tandem.")
    assert await count(world) == 1


async def test_slack_is_asked_about_a_guest_once_a_minute_however_often_they_press(
    world: World,
) -> None:
    gus = world.person("gus")
    answers = [await told(gus) for _ in range(3)]
    asked = [call.method for call in world.slack.calls].count("users.info")
    world.acme.team.change_person(gus.member, is_restricted=False)
    await world.slack.travel(timedelta(minutes=1))

    await told(gus)

    assert set(answers) == {answers[0]}
    assert asked == 1
    assert await count(world) == 2


async def test_a_newcomer_whom_slack_is_too_busy_to_tell_of_tries_again_in_a_minute(
    world: World,
) -> None:
    olga = world.person("olga")
    answers: list[str] = []
    kinds: tuple[CallKind, ...] = ("rate_limited", "server_error")
    for kind in kinds:
        world.slack.faults.add(Fault(kind, "users.info", times=1))
        answers.append(await told(olga))

    await told(olga)

    wanted = "Nothing was saved. Try again in a minute."
    assert [each.endswith(wanted) for each in answers] == [True, True]
    assert await count(world) == 2


async def test_who_was_deactivated_here_is_refused(world: World) -> None:
    ron = world.person("ron")
    await ron.command("/tandem", "help")
    async with world.db.transaction(world.acme.application) as tx:
        row = (await tx.session.scalars(select(User).where(User.first_name == "Ron"))).one()
        row.is_active = False

    answer = await told(ron)

    assert answer.startswith("Your account in Tandem is not active.")


async def test_without_a_seat_the_words_say_who_can_raise_it(
    world: World, office_urls: Urls
) -> None:
    await set_seats(office_urls, world.acme, 1)

    answer = await told(world.person("ron"))

    assert answer == (
        "Your company's only seat is taken, so nobody more can join. "
        "Whoever runs Tandem for your company can raise the number."
    )
    assert await count(world) == 1


async def test_a_seat_more_lets_the_next_one_in(world: World, office_urls: Urls) -> None:
    await set_seats(office_urls, world.acme, 1)
    ron = world.person("ron")
    await ron.command("/tandem", "help")
    await set_seats(office_urls, world.acme, 2)

    await ron.command("/tandem", "help")

    assert await count(world) == 2


async def test_two_workspaces_are_two_companies(world: World) -> None:
    await world.person("ron").command("/tandem", "help")
    await world.globex.person("ron").command("/tandem", "help")

    here = await everybody(world)
    there = await everybody(world, world.globex)

    assert [each.email for each in here] == ["ada@acme.example", "ron@acme.example"]
    assert [each.email for each in there] == ["ada@globex.example", "ron@globex.example"]
    assert {each.user_id for each in here}.isdisjoint(each.user_id for each in there)


async def test_an_unconfirmed_e_mail_of_a_colleague_takes_over_nobody(world: World) -> None:
    await world.person("ron").command("/tandem", "help")
    eve = world.acme.team.add_person(
        "U0EVE", "eve", real_name="Eve", email="ron@acme.example", email_confirmed=False
    )

    await world.slack.person(world.acme.team, eve).command("/tandem", "help")

    assert {each.email for each in await everybody(world)} == {
        "ada@acme.example",
        "ron@acme.example",
        "u0eve@t0acme.slack.invalid",
    }


async def test_the_confirmed_e_mail_of_the_admin_needs_an_approval(world: World) -> None:
    eve = world.acme.team.add_person("U0EVE", "eve", real_name="Eve", email="Ada@Acme.example")

    answer = await told(world.slack.person(world.acme.team, eve))

    assert answer.startswith("Your e-mail belongs to an admin here")
    assert await count(world) == 1


async def test_whatever_the_name_the_first_use_works(world: World) -> None:
    odd = ["<!channel> & *Eve*", "עִברִית", "🦊🦊", "\u202eevE", "e" * 400, "Eve\u0000Null"]

    for number, name in enumerate(odd):
        eve = world.acme.team.add_person(
            f"U0EVE{number}", f"eve{number}", real_name=name, email=f"eve{number}@acme.example"
        )
        answer = await world.slack.person(world.acme.team, eve).command("/tandem", "help")
        assert answer.ok

    assert await count(world) == 1 + len(odd)
