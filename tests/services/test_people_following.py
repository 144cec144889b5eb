import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from services import people
from services.db import Database
from services.errors import NoSeatLeft, NotAllowed, NotAMember
from services.people import LEFT, Refusal
from services.tables import Outbox, Schedule, User
from tests.conftest import Urls
from tests.factories import Company, FixedClock, a_profile
from tests.services.people_support import (
    a_workspace,
    audited,
    followed,
    identifier,
    set_seats,
    welcomed,
)


async def make(db: Database, company: Company, who: object, **values: object) -> None:
    async with db.transaction(company.application) as tx:
        await tx.session.execute(update(User).where(User.id == who).values(**values))


async def told(db: Database, company: Company) -> list[str]:
    async with db.transaction(company.application) as tx:
        return list(await tx.session.scalars(select(Outbox.lane).where(Outbox.kind == LEFT)))


async def test_what_slack_tells_by_itself_is_taken_over(db: Database, acme: Company) -> None:
    nadia = await welcomed(db, acme, a_profile())

    fresh = await followed(
        db,
        acme,
        a_profile(last_name="Jose\u0301", time_zone="Asia/Tokyo", email="nadia.j@acme.example"),
    )

    assert fresh is not None
    assert (fresh.user_id, fresh.name, fresh.time_zone.key, fresh.email) == (
        nadia.user_id,
        "Nadia José",
        "Asia/Tokyo",
        "nadia.j@acme.example",
    )
    assert (await audited(db, acme))[-1] == "person.profile_changed"


async def test_news_that_change_nothing_leave_no_trace(db: Database, acme: Company) -> None:
    await welcomed(db, acme, a_profile())
    before = await audited(db, acme)

    await followed(db, acme, a_profile())

    assert await audited(db, acme) == before


async def test_a_changed_zone_has_the_reminder_reconsidered(
    db: Database, acme: Company, clock: FixedClock
) -> None:
    await welcomed(db, acme, a_profile())
    async with db.transaction(acme.application) as tx:
        await tx.session.execute(update(Schedule).values(next_at=clock.now() + timedelta(days=7)))

    await followed(db, acme, a_profile(time_zone="Asia/Tokyo"))

    async with db.transaction(acme.application) as tx:
        assert await tx.session.scalar(select(Schedule.next_at)) == clock.now()


@pytest.mark.parametrize("facts", [{}, {"is_deleted": True}, {"team_id": "T0OTHER"}])
async def test_news_of_who_has_never_used_the_app_create_nobody(
    db: Database, acme: Company, facts: dict[str, object]
) -> None:
    assert await followed(db, acme, a_profile(**facts)) is None


async def test_news_come_from_the_application_alone(db: Database, acme: Company) -> None:
    async with db.transaction(acme.admin) as tx:
        with pytest.raises(NotAllowed):
            await people.follow_profile(tx, acme.workspace_id, a_profile())


@pytest.mark.parametrize("why", ["is_deleted", "is_guest"])
async def test_a_closed_account_takes_the_person_with_it_and_frees_the_seat(
    db: Database, acme: Company, urls: Urls, why: str
) -> None:
    await set_seats(urls, acme, 5)
    nadia = await welcomed(db, acme, a_profile())

    gone = await followed(db, acme, a_profile(**{why: True}))

    assert gone is not None
    assert (gone.is_active, gone.role) == (False, nadia.role)
    late = a_profile(slack_user_id="U0LATE", email="late@acme.example")
    assert (await welcomed(db, acme, late)).is_active


async def test_the_manager_and_the_admins_are_told_once_each(db: Database, acme: Company) -> None:
    nadia = await welcomed(db, acme, a_profile())
    await make(db, acme, nadia.user_id, manager_id=acme.manager.user_id)

    gone = a_profile(is_deleted=True)
    await asyncio.gather(*(followed(db, acme, gone) for _ in range(4)))

    assert await told(db, acme) == ["U0MIA", "U0ADA"]


async def test_with_another_open_account_the_person_stays(
    db: Database, acme: Company, urls: Urls
) -> None:
    second = await a_workspace(urls, acme, "T0SECOND")
    await welcomed(db, acme, a_profile())
    there = await welcomed(db, acme, a_profile(slack_user_id="U1", team_id="T0SECOND"), second)

    gone = await followed(db, acme, a_profile(is_deleted=True))

    assert gone is not None
    assert (gone.refusal, gone.is_active) == (Refusal.DEACTIVATED, True)
    async with db.transaction(acme.application) as tx:
        left = await people.person(tx, there.user_id)
        assert (left.refusal, left.slack_user_id) == (None, "U1")
    assert await told(db, acme) == []


async def test_two_accounts_closed_at_once_leave_nobody_active(
    db: Database, acme: Company, urls: Urls
) -> None:
    second = await a_workspace(urls, acme, "T0SECOND")
    first, other = a_profile(), a_profile(slack_user_id="U1", team_id="T0SECOND")
    nadia = await welcomed(db, acme, first)
    await welcomed(db, acme, other, second)

    await asyncio.gather(
        followed(db, acme, a_profile(is_deleted=True)),
        followed(
            db, acme, a_profile(slack_user_id="U1", team_id="T0SECOND", is_deleted=True), second
        ),
    )

    async with db.transaction(acme.application) as tx:
        assert not (await people.person(tx, nadia.user_id)).is_active


async def test_who_left_with_their_account_comes_back_with_it_for_a_seat(
    db: Database, acme: Company, urls: Urls
) -> None:
    await set_seats(urls, acme, 5)
    nadia = await welcomed(db, acme, a_profile())
    gone = await followed(db, acme, a_profile(is_deleted=True))
    assert gone is not None
    await set_seats(urls, acme, 4)

    async with db.transaction(acme.application) as tx:
        with pytest.raises(NoSeatLeft):
            await people.refresh_profile(tx, gone, a_profile())
    await set_seats(urls, acme, 5)
    async with db.transaction(acme.application) as tx:
        back = await people.refresh_profile(tx, gone, a_profile())

    assert (back.user_id, back.refusal) == (nadia.user_id, None)


async def test_who_left_with_their_account_comes_back_with_a_new_one(
    db: Database, acme: Company
) -> None:
    nadia = await welcomed(db, acme, a_profile())
    await followed(db, acme, a_profile(is_deleted=True))

    back = await welcomed(db, acme, a_profile(slack_user_id="U0AGAIN"))

    assert (back.user_id, back.refusal) == (nadia.user_id, None)


async def test_who_was_deactivated_here_does_not_come_back_with_slack(
    db: Database, acme: Company
) -> None:
    nadia = await welcomed(db, acme, a_profile())
    await followed(db, acme, a_profile(is_deleted=True))
    async with db.transaction(acme.admin) as tx:
        await people.end_membership(tx, nadia.user_id)

    async with db.transaction(acme.application) as tx:
        back = await people.refresh_profile(tx, nadia, a_profile())

    assert back.refusal == Refusal.INACTIVE
    with pytest.raises(NotAMember):
        await welcomed(db, acme, a_profile(slack_user_id="U0AGAIN"))


async def test_an_owner_who_is_here_becomes_admin_when_there_is_none(
    db: Database, acme: Company
) -> None:
    nadia = await welcomed(db, acme, a_profile())
    async with db.transaction(acme.application) as tx:
        still = await people.refresh_profile(tx, nadia, a_profile(is_owner=True))
    await make(db, acme, identifier(acme.admin), is_active=False)

    async with db.transaction(acme.application) as tx:
        owner = await people.refresh_profile(tx, nadia, a_profile(is_owner=True))

    assert (still.role, owner.role) == ("sales_rep", "admin")
    assert "person.role_changed" in await audited(db, acme)


async def test_an_owner_who_is_an_admin_in_part_gets_all_rights_when_nobody_has_them(
    db: Database, acme: Company
) -> None:
    nadia = await welcomed(db, acme, a_profile())
    in_part = {"grant": [], "deny": ["people.manage"]}
    await make(db, acme, nadia.user_id, role="admin", permissions=in_part)
    async with db.transaction(acme.application) as tx:
        still = await people.refresh_profile(tx, nadia, a_profile(is_owner=True))
    await make(db, acme, identifier(acme.admin), is_active=False)

    async with db.transaction(acme.application) as tx:
        had_one = await people.has_admin(tx)
        owner = await people.refresh_profile(tx, nadia, a_profile(is_owner=True))
        has_one = await people.has_admin(tx)

    assert (had_one, has_one) == (False, True)
    assert still.permissions == in_part
    assert owner.permissions == {"grant": [], "deny": []}
    assert "person.permissions_changed" in await audited(db, acme)


async def test_one_e_mail_in_two_workspaces_at_once_is_one_person(
    db: Database, acme: Company, urls: Urls
) -> None:
    second = await a_workspace(urls, acme, "T0SECOND")

    here, there = await asyncio.gather(
        welcomed(db, acme, a_profile()),
        welcomed(db, acme, a_profile(slack_user_id="U1", team_id="T0SECOND"), second),
    )

    assert here.user_id == there.user_id
    assert {here.workspace_id, there.workspace_id} == {acme.workspace_id, second}


async def test_one_account_in_two_workspaces_of_a_grid_is_one_person_without_any_e_mail(
    db: Database, acme: Company, urls: Urls
) -> None:
    first = await a_workspace(urls, acme, "T1", "E0GRID")
    second = await a_workspace(urls, acme, "T2", "E0GRID")
    facts: dict[str, object] = {"enterprise_id": "E0GRID", "email": None}

    here = await welcomed(db, acme, a_profile(team_id="T1", **facts), first)
    there = await welcomed(db, acme, a_profile(team_id="T2", **facts), second)

    assert here.user_id == there.user_id


async def test_the_same_identifier_outside_of_a_grid_is_another_account(
    db: Database, acme: Company, urls: Urls
) -> None:
    second = await a_workspace(urls, acme, "T0SECOND")

    here = await welcomed(db, acme, a_profile(email=None))
    there = await welcomed(db, acme, a_profile(email=None, team_id="T0SECOND"), second)

    assert here.user_id != there.user_id


async def test_of_two_accounts_the_first_ones_e_mail_counts(
    db: Database, acme: Company, urls: Urls, clock: FixedClock
) -> None:
    second = await a_workspace(urls, acme, "T0SECOND")
    await welcomed(db, acme, a_profile())
    clock.advance(timedelta(minutes=1))
    other = {"slack_user_id": "U1", "team_id": "T0SECOND"}
    await welcomed(db, acme, a_profile(**other), second)

    fresh = await followed(db, acme, a_profile(**other, email="other@acme.example"), second)

    assert fresh is not None
    assert fresh.email == "nadia@acme.example"
