import asyncio
from dataclasses import replace
from uuid import UUID

import pytest
from sqlalchemy import update

from services import configuration, people
from services.configuration.catalogue import ROLES
from services.configuration.roles import Role
from services.db import Database
from services.errors import InvalidInput, NoSeatLeft, NotAllowed, Problem
from services.people import ChangePerson, ListPeople, Person, PersonForm, form_of
from services.tables import User
from services.values import Actor
from tests.conftest import Urls
from tests.factories import Company
from tests.services.people_support import audited, identifier, person_of, set_seats


async def change(db: Database, by: Actor, who: Actor, **fields: object) -> Person:
    """As the form does it: what is not named stays as it is."""
    async with db.transaction(by) as tx:
        shown = form_of(await people.person(tx, identifier(who)))
        wanted = shown.model_dump() | fields
        return await people.change_person(
            tx, ChangePerson.model_validate({"user_id": who.user_id, "shown": shown, **wanted})
        )


async def refused(db: Database, by: Actor, who: Actor, field: str, **fields: object) -> Problem:
    with pytest.raises(InvalidInput) as error:
        await change(db, by, who, **fields)
    return error.value.problems[field].problem


async def a_deputy(db: Database, company: Company) -> Actor:
    """Mia, whose role may manage people and little more."""
    async with db.transaction(company.application) as tx:
        roles = await configuration.get(tx, ROLES)
        rep = roles.find("sales_rep")
        assert rep is not None
        deputy = Role(key="deputy", label="Deputy", permissions=(*rep.permissions, "people.manage"))
        more = roles.model_copy(update={"roles": (*roles.roles, deputy)})
        await configuration.write(tx, ROLES, more)
        await tx.session.execute(
            update(User).where(User.id == company.manager.user_id).values(role="deputy")
        )
        tx.recollection.forget()
        return await people.actor_for(tx, await people.person(tx, identifier(company.manager)))


async def test_an_admin_changes_role_manager_and_own_permissions(
    db: Database, acme: Company
) -> None:
    ron = await change(
        db,
        acme.admin,
        acme.rep,
        role="vp",
        manager_id=acme.manager.user_id,
        granted=("audit.view",),
        denied=("goals.set",),
    )

    async with db.transaction(acme.application) as tx:
        actor = await people.actor_for(tx, ron)
    assert (ron.role, ron.manager_id) == ("vp", acme.manager.user_id)
    assert actor.may("audit.view")
    assert not actor.may("goals.set")
    assert (await audited(db, acme))[-3:] == [
        "person.role_changed",
        "person.manager_changed",
        "person.permissions_changed",
    ]


@pytest.mark.parametrize("who", ["manager", "rep"])
async def test_nobody_else_may(db: Database, acme: Company, who: str) -> None:
    with pytest.raises(NotAllowed):
        await change(db, getattr(acme, who), acme.rep, role="admin")


@pytest.mark.parametrize(
    ("fields", "field", "problem"),
    [
        ({"role": "emperor"}, "role", Problem.UNKNOWN_ROLE),
        ({"granted": ("the.moon",)}, "granted", Problem.UNKNOWN_CHOICE),
        ({"denied": ("*",)}, "denied", Problem.UNKNOWN_CHOICE),
        ({"manager_id": UUID(int=1)}, "manager_id", Problem.UNKNOWN_PERSON),
    ],
)
async def test_what_does_not_exist_is_refused_at_its_field(
    db: Database, acme: Company, fields: dict[str, object], field: str, problem: Problem
) -> None:
    assert await refused(db, acme.admin, acme.rep, field, **fields) is problem


async def test_the_last_admin_cannot_be_demoted_denied_or_deactivated(
    db: Database, acme: Company
) -> None:
    demoted = await refused(db, acme.admin, acme.admin, "role", role="vp")
    denied = await refused(db, acme.admin, acme.admin, "denied", denied=("people.manage",))
    async with db.transaction(acme.admin) as tx:
        with pytest.raises(InvalidInput) as left:
            await people.end_membership(tx, identifier(acme.admin))

    assert {demoted, denied, left.value.problems["work"].problem} == {Problem.LAST_ADMIN}


async def test_an_admin_to_whom_something_is_denied_is_not_the_one_who_stays(
    db: Database, acme: Company
) -> None:
    await change(db, acme.admin, acme.manager, role="admin")
    await change(db, acme.admin, acme.manager, denied=("people.manage",))

    demoted = await refused(db, acme.admin, acme.admin, "role", role="vp")
    async with db.transaction(acme.admin) as tx:
        with pytest.raises(InvalidInput) as left:
            await people.end_membership(tx, identifier(acme.admin))

    assert {demoted, left.value.problems["work"].problem} == {Problem.LAST_ADMIN}


async def test_of_two_admins_who_demote_each_other_at_once_one_stays(
    db: Database, acme: Company
) -> None:
    await change(db, acme.admin, acme.manager, role="admin")
    mia = replace(acme.admin, user_id=acme.manager.user_id)

    outcomes = await asyncio.gather(
        change(db, acme.admin, acme.manager, role="vp"),
        change(db, mia, acme.admin, role="vp"),
        return_exceptions=True,
    )

    assert sorted(isinstance(each, InvalidInput) for each in outcomes) == [False, True]


async def test_who_manages_people_gives_nobody_more_than_they_have(
    db: Database, acme: Company
) -> None:
    deputy = await a_deputy(db, acme)

    found = {
        await refused(db, deputy, acme.manager, "role", role="admin"),
        await refused(db, deputy, acme.rep, "role", role="vp"),
        await refused(db, deputy, acme.rep, "role", granted=("settings.change",)),
        await refused(db, deputy, acme.admin, "role", role="sales_rep"),
    }

    assert found == {Problem.BEYOND_YOUR_OWN}
    async with db.transaction(deputy) as tx:
        with pytest.raises(InvalidInput):
            await people.end_membership(tx, identifier(acme.admin))
    assert (await change(db, deputy, acme.rep, manager_id=acme.manager.user_id)).manager_id


async def test_a_circle_of_managers_is_refused(db: Database, acme: Company) -> None:
    await change(db, acme.admin, acme.rep, manager_id=acme.manager.user_id)
    await change(db, acme.admin, acme.other_rep, manager_id=acme.rep.user_id)

    own = await refused(db, acme.admin, acme.rep, "manager_id", manager_id=acme.rep.user_id)
    wide = await refused(
        db, acme.admin, acme.manager, "manager_id", manager_id=acme.other_rep.user_id
    )

    assert {own, wide} == {Problem.CIRCLE}


async def test_two_changes_at_once_make_no_circle(db: Database, acme: Company) -> None:
    outcomes = await asyncio.gather(
        change(db, acme.admin, acme.rep, manager_id=acme.other_rep.user_id),
        change(db, acme.admin, acme.other_rep, manager_id=acme.rep.user_id),
        return_exceptions=True,
    )

    assert sorted(isinstance(each, InvalidInput) for each in outcomes) == [False, True]


async def test_a_team_is_direct_and_indirect_reports(db: Database, acme: Company) -> None:
    await change(db, acme.admin, acme.rep, manager_id=acme.manager.user_id)
    await change(db, acme.admin, acme.other_rep, manager_id=acme.rep.user_id)

    async with db.transaction(acme.manager) as tx:
        whole = await people.team_of(tx, identifier(acme.manager))
        none = await people.team_of(tx, identifier(acme.other_rep))

    assert whole == {acme.rep.user_id, acme.other_rep.user_id}
    assert none == frozenset()


async def test_only_what_was_changed_since_it_was_shown_is_written(
    db: Database, acme: Company
) -> None:
    shown = PersonForm(role="sales_rep")
    await change(db, acme.admin, acme.rep, manager_id=acme.manager.user_id)

    async with db.transaction(acme.admin) as tx:
        mine = ChangePerson(user_id=identifier(acme.rep), role="vp", shown=shown)
        await people.change_person(tx, mine)
        theirs = ChangePerson(user_id=identifier(acme.rep), role="sales_manager", shown=shown)
        with pytest.raises(InvalidInput) as stale:
            await people.change_person(tx, theirs)

    ron = await person_of(db, acme, acme.rep)
    assert (ron.role, ron.manager_id) == ("vp", acme.manager.user_id)
    assert stale.value.problems["role"].problem is Problem.CHANGED_MEANWHILE


async def test_reactivation_takes_a_seat_again(db: Database, acme: Company, urls: Urls) -> None:
    ron = identifier(acme.rep)
    async with db.transaction(acme.admin) as tx:
        await people.end_membership(tx, ron)
    await set_seats(urls, acme, 3)

    async with db.transaction(acme.admin) as tx:
        with pytest.raises(NoSeatLeft):
            await people.reactivate(tx, ron)
    await set_seats(urls, acme, 4)
    async with db.transaction(acme.admin) as tx:
        back = await people.reactivate(tx, ron)

    assert back.is_active


async def test_the_operator_makes_anybody_an_admin_by_e_mail(db: Database, acme: Company) -> None:
    async with db.transaction(acme.admin) as tx:
        await people.end_membership(tx, identifier(acme.rep))

    async with db.transaction(acme.application) as tx:
        email = (await people.person(tx, identifier(acme.rep))).email
        ron = await people.find_by_email(tx, f"  {email.upper()} ")
        assert ron is not None
        admin = await people.make_admin(tx, ron.user_id)

    assert (admin.role, admin.is_active) == ("admin", True)
    async with db.transaction(acme.admin) as tx:
        with pytest.raises(NotAllowed):
            await people.make_admin(tx, identifier(acme.rep))


async def test_people_are_found_by_words_of_name_and_e_mail_page_by_page(
    db: Database, acme: Company
) -> None:
    async with db.transaction(acme.application) as tx:
        tx.session.add_all(
            User(
                organization_id=acme.organization_id,
                email=f"many{number}@acme.example",
                password_hash="!",
                first_name=f"Many {number:02}",
                last_name="100%_Wild",
                role="sales_rep",
            )
            for number in range(45)
        )

    async with db.transaction(acme.admin) as tx:
        last = await people.list_people(tx, ListPeople(words="many wild", page=9))
        literal = await people.list_people(tx, ListPeople(words="0%_w"))
        nobody = await people.list_people(tx, ListPeople(words="%ada%"))
        everybody = await people.list_people(tx, ListPeople(who="everybody"))
        inactive = await people.list_people(tx, ListPeople(who="inactive"))

    assert (last.total, last.pages, last.wanted.page, len(last.rows)) == (45, 3, 3, 5)
    assert (literal.total, nobody.total, everybody.total, inactive.total) == (45, 0, 49, 0)
    assert last.rows[0].name == "Many 40 100%_Wild"


async def test_a_manager_is_suggested_but_for_the_person_and_their_team(
    db: Database, acme: Company
) -> None:
    await change(db, acme.admin, acme.rep, manager_id=acme.manager.user_id)

    async with db.transaction(acme.admin) as tx:
        found = await people.suggest_people(tx, "", identifier(acme.manager), and_team=True)
        narrow = await people.suggest_people(tx, "olga", identifier(acme.manager))

    assert [each.name for each in found] == ["Ada Admin", "Olga Rep"]
    assert [each.name for each in narrow] == ["Olga Rep"]
