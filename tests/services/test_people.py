import asyncio
from datetime import timedelta
from uuid import uuid4

import psycopg
import pytest
from psycopg import sql
from sqlalchemy import func, select, update

from services import configuration, people
from services.configuration.catalogue import ROLES, TIME_ZONE
from services.configuration.roles import Role, Roles
from services.db import Database, Tx
from services.errors import NoSeatLeft, NotAMember, NotFound
from services.people import Person, Refusal, SlackProfile
from services.tables import AuditEntry, Schedule, SlackIdentity, User
from services.values import Actor, UserId
from tests.conftest import Urls
from tests.factories import Company, FixedClock, a_profile


async def welcome(db: Database, company: Company, profile: SlackProfile) -> Person:
    async with db.transaction(company.application) as tx:
        return await people.welcome_person(tx, company.workspace_id, profile)


async def set_seats(urls: Urls, company: Company, seats: int | None) -> None:
    await as_owner(
        urls,
        "UPDATE organizations SET max_users = %s WHERE id = %s",
        seats,
        company.organization_id,
    )


async def as_owner(urls: Urls, statement: str, *values: object) -> None:
    async with await psycopg.AsyncConnection.connect(urls.owner, autocommit=True) as connection:
        await connection.execute(sql.SQL(statement), values)  # pyright: ignore[reportArgumentType]  # statements of this file


async def change_user(db: Database, company: Company, who: Actor, **values: object) -> None:
    async with db.transaction(company.application) as tx:
        await tx.session.execute(update(User).where(User.id == who.user_id).values(**values))


async def count_people(db: Database, company: Company) -> int:
    async with db.transaction(company.application) as tx:
        return await tx.session.scalar(select(func.count()).select_from(User)) or 0


async def stored(tx: Tx, who: Person) -> User:
    return (await tx.session.scalars(select(User).where(User.id == who.user_id))).one()


async def test_first_use_makes_a_person_with_the_default_role(
    db: Database, acme: Company, clock: FixedClock
) -> None:
    newcomer = await welcome(db, acme, a_profile())

    async with db.transaction(acme.application) as tx:
        row = await stored(tx, newcomer)
    assert (newcomer.name, newcomer.role, newcomer.is_active) == (
        "Nadia Newcomer",
        "sales_rep",
        True,
    )
    assert newcomer.time_zone.key == "Europe/Lisbon"
    assert newcomer.locale == "en-GB"
    assert (row.email, row.created_at, row.last_login_at) == (
        "nadia@acme.example",
        clock.now(),
        clock.now(),
    )


async def test_nobody_can_log_in_with_the_password_of_such_a_person(
    db: Database, acme: Company
) -> None:
    newcomer = await welcome(db, acme, a_profile())

    async with db.transaction(acme.application) as tx:
        row = await stored(tx, newcomer)
    assert row.password_hash == "!"


async def test_the_second_use_finds_the_person_of_the_first(db: Database, acme: Company) -> None:
    first = await welcome(db, acme, a_profile())

    second = await welcome(db, acme, a_profile())

    async with db.transaction(acme.application) as tx:
        found = await people.find_person(tx, acme.workspace_id, "U0NADIA")
    assert second == first == found


async def test_two_first_uses_at_once_make_one_person(db: Database, acme: Company) -> None:
    before = await count_people(db, acme)

    made = await asyncio.gather(*(welcome(db, acme, a_profile()) for _ in range(4)))

    assert len(set(made)) == 1
    assert await count_people(db, acme) == before + 1


async def test_first_use_is_audited(db: Database, acme: Company) -> None:
    newcomer = await welcome(db, acme, a_profile())

    async with db.transaction(acme.application) as tx:
        entry = (
            await tx.session.scalars(select(AuditEntry).where(AuditEntry.action == "person.joined"))
        ).one()
    assert entry.entity_id == newcomer.user_id
    assert "nadia@acme.example" not in str(entry.details)


async def test_first_use_has_the_reminder_reconsidered(
    db: Database, acme: Company, clock: FixedClock
) -> None:
    await welcome(db, acme, a_profile())

    async with db.transaction(acme.application) as tx:
        due = await tx.session.scalar(select(Schedule.next_at))
    assert due == clock.now()


async def test_a_confirmed_e_mail_is_matched_whatever_its_case(db: Database, acme: Company) -> None:
    await change_user(db, acme, acme.rep, email="ron@acme.example")

    matched = await welcome(db, acme, a_profile(email="  RON@Acme.Example "))

    assert matched.user_id == acme.rep.user_id
    assert matched.slack_user_id == "U0NADIA"


async def test_an_unconfirmed_e_mail_is_never_matched(db: Database, acme: Company) -> None:
    await change_user(db, acme, acme.rep, email="ron@acme.example")

    made = await welcome(db, acme, a_profile(email="ron@acme.example", is_email_confirmed=False))

    assert made.user_id != acme.rep.user_id
    assert made.email == "u0nadia@t0acme.slack.invalid"


async def test_a_made_up_address_is_never_matched(db: Database, acme: Company) -> None:
    first = await welcome(db, acme, a_profile(email=None))

    second = await welcome(
        db, acme, a_profile(slack_user_id="U0EVIL", email="u0nadia@t0acme.slack.invalid")
    )

    assert second.user_id != first.user_id


async def test_the_e_mail_of_an_admin_is_not_taken_over(db: Database, acme: Company) -> None:
    await change_user(db, acme, acme.admin, email="ada@acme.example")
    before = await count_people(db, acme)

    with pytest.raises(NotAMember) as refused:
        await welcome(db, acme, a_profile(email="ada@acme.example"))

    assert refused.value.reason == Refusal.ADMIN_EMAIL
    assert await count_people(db, acme) == before


async def test_the_e_mail_of_somebody_granted_the_settings_is_not_taken_over(
    db: Database, acme: Company
) -> None:
    await change_user(
        db, acme, acme.rep, email="ron@acme.example", permissions={"grant": ["settings.change"]}
    )

    with pytest.raises(NotAMember) as refused:
        await welcome(db, acme, a_profile(email="ron@acme.example"))

    assert refused.value.reason == Refusal.ADMIN_EMAIL


async def test_the_e_mail_of_somebody_inactive_does_not_bring_them_back(
    db: Database, acme: Company
) -> None:
    await change_user(db, acme, acme.rep, email="ron@acme.example", is_active=False)

    with pytest.raises(NotAMember) as refused:
        await welcome(db, acme, a_profile(email="ron@acme.example"))

    assert refused.value.reason == Refusal.INACTIVE


async def test_the_same_e_mail_is_another_person_in_another_company(
    db: Database, acme: Company, globex_corp: Company
) -> None:
    here = await welcome(db, acme, a_profile())

    there = await welcome(db, globex_corp, a_profile(team_id="T0GLOBEX"))

    assert here.user_id != there.user_id
    assert here.email == there.email


async def test_who_is_refused_is_not_half_created(db: Database, acme: Company) -> None:
    before = await count_people(db, acme)

    with pytest.raises(NotAMember) as refused:
        await welcome(db, acme, a_profile(is_guest=True))

    assert refused.value.reason == Refusal.GUEST
    assert await count_people(db, acme) == before


async def test_odd_names_are_kept(db: Database, acme: Company) -> None:
    newcomer = await welcome(
        db, acme, a_profile(first_name="Jose\u0301 \u202e\x00<!channel>", last_name="ש" * 300)
    )

    async with db.transaction(acme.application) as tx:
        row = await stored(tx, newcomer)
    assert (row.first_name, row.last_name) == ("José <!channel>", "ש" * 100)


async def test_the_last_seat_is_taken_and_the_next_is_refused(
    db: Database, acme: Company, urls: Urls
) -> None:
    await set_seats(urls, acme, 5)
    await welcome(db, acme, a_profile())

    with pytest.raises(NoSeatLeft) as refused:
        await welcome(db, acme, a_profile(slack_user_id="U0LATE", email="late@acme.example"))

    assert refused.value.seats == 5
    assert await count_people(db, acme) == 5


async def test_two_at_once_cannot_both_take_the_last_seat(
    db: Database, acme: Company, urls: Urls
) -> None:
    await set_seats(urls, acme, 5)
    late = a_profile(slack_user_id="U0LATE", email="late@acme.example")

    async with db.transaction(acme.application) as tx:
        await people.welcome_person(tx, acme.workspace_id, a_profile())
        second = asyncio.create_task(welcome(db, acme, late))
        await until_somebody_waits_for_a_lock(urls)

    with pytest.raises(NoSeatLeft):
        await second
    assert await count_people(db, acme) == 5


async def test_a_newcomer_holds_up_nobody_elses_work(db: Database, acme: Company) -> None:
    async with db.transaction(acme.application) as welcoming:
        await people.welcome_person(welcoming, acme.workspace_id, a_profile())

        async with db.transaction(acme.application) as other:
            other.session.add(
                AuditEntry(
                    organization_id=acme.organization_id, action="x", entity_type="x", details={}
                )
            )

    assert await count_people(db, acme) == 5


async def until_somebody_waits_for_a_lock(urls: Urls) -> None:
    """Look at the database until it says so; the test's time-out ends it otherwise."""
    waiting = (
        "SELECT count(*) FROM pg_stat_activity"
        " WHERE datname = current_database() AND wait_event_type = 'Lock'"
    )
    async with await psycopg.AsyncConnection.connect(urls.superuser, autocommit=True) as connection:
        while True:
            row = await (await connection.execute(waiting)).fetchone()
            if row and row[0]:
                return


async def test_a_deactivated_person_takes_no_seat(db: Database, acme: Company, urls: Urls) -> None:
    await set_seats(urls, acme, 4)
    await change_user(db, acme, acme.rep, is_active=False)

    newcomer = await welcome(db, acme, a_profile())

    assert newcomer.is_active


async def test_a_match_needs_no_seat(db: Database, acme: Company, urls: Urls) -> None:
    await set_seats(urls, acme, 4)
    await change_user(db, acme, acme.rep, email="ron@acme.example")

    matched = await welcome(db, acme, a_profile(email="ron@acme.example"))

    assert matched.user_id == acme.rep.user_id


@pytest.mark.parametrize(("seats", "is_welcome"), [(None, True), (0, False)])
async def test_no_limit_lets_anybody_in_and_no_seats_nobody(
    db: Database, acme: Company, urls: Urls, seats: int | None, is_welcome: bool
) -> None:
    await set_seats(urls, acme, seats)

    if is_welcome:
        assert (await welcome(db, acme, a_profile())).is_active
    else:
        with pytest.raises(NoSeatLeft):
            await welcome(db, acme, a_profile())


async def test_the_company_cannot_raise_its_own_seats(db: Database, acme: Company) -> None:
    with pytest.raises(Exception, match="permission denied"):
        await raise_own_seats(db, acme)


async def raise_own_seats(db: Database, company: Company) -> None:
    async with db.transaction(company.admin) as tx:
        connection = await tx.session.connection()
        await connection.exec_driver_sql("UPDATE organizations SET max_users = 1000")


async def test_a_workspace_owner_becomes_admin_while_there_is_none(
    db: Database, acme: Company
) -> None:
    await change_user(db, acme, acme.admin, is_active=False)

    owner = await welcome(db, acme, a_profile(is_owner=True))

    assert owner.role == "admin"


async def test_a_workspace_owner_is_nobody_special_where_there_is_an_admin(
    db: Database, acme: Company
) -> None:
    owner = await welcome(db, acme, a_profile(is_owner=True))

    assert owner.role == "sales_rep"


async def test_the_default_role_is_the_configured_one(db: Database, acme: Company) -> None:
    roles = Roles(
        roles=(
            *ROLES.default.roles,
            Role(key="viewer", label="Viewer", permissions=("partners.view",)),
        ),
        default="viewer",
    )
    async with db.transaction(acme.admin) as tx:
        await configuration.write(tx, ROLES, roles)

    newcomer = await welcome(db, acme, a_profile())

    assert newcomer.role == "viewer"


async def test_an_unknown_zone_falls_back_to_the_companys(db: Database, acme: Company) -> None:
    async with db.transaction(acme.admin) as tx:
        await configuration.write(tx, TIME_ZONE, "Asia/Tokyo")

    newcomer = await welcome(db, acme, a_profile(time_zone="../../etc/passwd"))

    assert newcomer.time_zone.key == "Asia/Tokyo"


async def actor(db: Database, company: Company, who: Actor) -> Actor:
    async with db.transaction(company.application) as tx:
        return await people.actor_for(tx, await people.person(tx, UserId(who.user_id or uuid4())))


async def test_an_actor_has_the_permissions_of_the_role(db: Database, acme: Company) -> None:
    rep = await actor(db, acme, acme.rep)

    assert rep.may("opportunities.move", acme.rep.user_id)
    assert not rep.may("opportunities.move", acme.other_rep.user_id)
    assert not rep.may("settings.change")
    assert (rep.user_id, rep.workspace_id, rep.slack_user_id) == (
        acme.rep.user_id,
        acme.workspace_id,
        "U0RON",
    )


async def test_a_persons_own_grants_and_denials_count(db: Database, acme: Company) -> None:
    await change_user(
        db,
        acme,
        acme.rep,
        permissions={"grant": ["opportunities.move:any"], "deny": ["partners.create"]},
    )

    rep = await actor(db, acme, acme.rep)

    assert rep.may("opportunities.move", acme.other_rep.user_id)
    assert not rep.may("partners.create")


async def test_somebody_inactive_is_refused(db: Database, acme: Company) -> None:
    await change_user(db, acme, acme.rep, is_active=False)

    with pytest.raises(NotAMember) as refused:
        await actor(db, acme, acme.rep)

    assert refused.value.reason == Refusal.INACTIVE


async def test_everybody_active_is_listed_by_name(db: Database, acme: Company) -> None:
    await change_user(db, acme, acme.manager, is_active=False)

    async with db.transaction(acme.rep) as tx:
        listed = await people.people(tx)

    assert [each.name for each in listed] == ["Ada Admin", "Olga Rep", "Ron Rep"]
    assert {each.workspace_id for each in listed} == {acme.workspace_id}


async def test_a_person_with_two_accounts_is_listed_once(
    db: Database, acme: Company, clock: FixedClock
) -> None:
    await change_user(db, acme, acme.rep, email="ron@acme.example")
    clock.advance(timedelta(hours=1))
    await welcome(db, acme, a_profile(email="ron@acme.example"))

    async with db.transaction(acme.rep) as tx:
        listed = await people.people(tx)

    assert [each.slack_user_id for each in listed if each.user_id == acme.rep.user_id] == ["U0RON"]


async def test_a_person_without_an_account_is_listed_without(db: Database, acme: Company) -> None:
    async with db.transaction(acme.application) as tx:
        rows = await tx.session.scalars(
            select(SlackIdentity).where(SlackIdentity.user_id == acme.rep.user_id)
        )
        await tx.session.delete(rows.one())

    async with db.transaction(acme.rep) as tx:
        ron = await people.person(tx, UserId(acme.rep.user_id or uuid4()))

    assert (ron.slack_user_id, ron.workspace_id) == (None, None)


async def test_a_person_of_another_company_is_not_found(
    db: Database, acme: Company, globex_corp: Company
) -> None:
    async with db.transaction(acme.rep) as tx:
        with pytest.raises(NotFound) as foreign:
            await people.person(tx, UserId(globex_corp.rep.user_id or uuid4()))
        nowhere = uuid4()
        with pytest.raises(NotFound) as missing:
            await people.person(tx, UserId(nowhere))

    assert foreign.value.kind == missing.value.kind


async def test_the_workspace_of_another_company_welcomes_nobody(
    db: Database, acme: Company, globex_corp: Company
) -> None:
    async with db.transaction(acme.application) as tx:
        with pytest.raises(NotFound):
            await people.welcome_person(tx, globex_corp.workspace_id, a_profile(team_id="T0GLOBEX"))


async def refreshed(db: Database, company: Company, who: Person, profile: SlackProfile) -> Person:
    async with db.transaction(company.application) as tx:
        return await people.refresh_profile(tx, who, profile)


async def test_a_changed_profile_is_taken_over(
    db: Database, acme: Company, clock: FixedClock
) -> None:
    nadia = await welcome(db, acme, a_profile(email=None))
    clock.advance(timedelta(days=1))

    fresh = await refreshed(
        db, acme, nadia, a_profile(last_name="Married", time_zone="Asia/Tokyo", locale="ja-JP")
    )

    async with db.transaction(acme.application) as tx:
        row = await stored(tx, fresh)
    assert (fresh.name, fresh.time_zone.key, fresh.locale) == (
        "Nadia Married",
        "Asia/Tokyo",
        "ja-JP",
    )
    assert fresh.email == "nadia@acme.example"
    assert row.last_login_at == clock.now()


async def test_an_e_mail_that_belongs_to_another_is_not_taken_over(
    db: Database, acme: Company
) -> None:
    await change_user(db, acme, acme.admin, email="ada@acme.example")
    nadia = await welcome(db, acme, a_profile())

    fresh = await refreshed(db, acme, nadia, a_profile(email="ada@acme.example"))

    assert fresh.email == "nadia@acme.example"


async def test_who_has_become_a_guest_is_refused_on_refresh(db: Database, acme: Company) -> None:
    nadia = await welcome(db, acme, a_profile())

    fresh = await refreshed(db, acme, nadia, a_profile(is_guest=True))

    assert fresh.refusal == Refusal.GUEST
    with pytest.raises(NotAMember) as refused:
        async with db.transaction(acme.application) as tx:
            await people.actor_for(tx, fresh)
    assert refused.value.reason == Refusal.GUEST


async def test_one_profile_never_refreshes_another_person(db: Database, acme: Company) -> None:
    nadia = await welcome(db, acme, a_profile())

    with pytest.raises(NotFound):
        await refreshed(db, acme, nadia, a_profile(slack_user_id="U0OTHER"))
