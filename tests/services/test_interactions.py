from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import pytest
from pydantic import ValidationError
from sqlalchemy import func, select

from services import configuration, outbox
from services.configuration import catalogue
from services.configuration.catalogue import Choice
from services.db import Database
from services.errors import InvalidInput, NotAllowed, NotFound, Problem
from services.interactions import Interaction, LogInteraction, latest, log_interaction
from services.outbox import Place
from services.partners import CARD, CreatePartner, Partner, create_partner, overview
from services.tables import AuditEntry, MessageCopy, Outbox
from services.tables import Interaction as InteractionRow
from services.values import Actor
from tests.factories import START, Company, FixedClock

LISBON = ZoneInfo("Europe/Lisbon")
SINGAPORE = ZoneInfo("Asia/Singapore")
NEW_YORK = ZoneInfo("America/New_York")


@pytest.fixture
async def globex(db: Database, acme: Company) -> Partner:
    async with db.transaction(acme.rep) as tx:
        return await create_partner(tx, CreatePartner(name="Globex", domain="finops"))


async def log(db: Database, actor: Actor, partner_id: UUID, **fields: object) -> Interaction:
    given = {"interaction_type": "meeting", "interaction_date": START.date()} | fields
    new = LogInteraction.model_validate({"partner_id": partner_id} | given)
    async with db.transaction(actor) as tx:
        return await log_interaction(tx, new)


async def count(db: Database, company: Company) -> int:
    async with db.transaction(company.application) as tx:
        return await tx.session.scalar(select(func.count()).select_from(InteractionRow)) or 0


async def test_an_interaction_keeps_what_happened(
    db: Database, acme: Company, globex: Partner
) -> None:
    logged = await log(
        db,
        acme.rep,
        globex.id,
        interaction_type="call",
        with_whom="Hank Scorpio",
        description="Talked prices.\nWants a pilot.",
    )

    async with db.transaction(acme.other_rep) as tx:
        seen = await latest(tx, globex.id)

    assert seen == [logged]
    assert (logged.partner_name, logged.type_label, logged.by) == ("Globex", "Call", "Ron Rep")
    assert logged.description == "With Hank Scorpio\nTalked prices.\nWants a pilot."


async def test_words_are_optional(db: Database, acme: Company, globex: Partner) -> None:
    logged = await log(db, acme.rep, globex.id, description="  ", with_whom="")

    assert logged.description is None


async def test_today_is_now(db: Database, acme: Company, globex: Partner) -> None:
    logged = await log(db, acme.rep, globex.id, interaction_date="2026-11-18")

    assert logged.at == START


async def test_an_earlier_day_is_its_noon_in_the_person_s_zone(
    db: Database, acme: Company, globex: Partner
) -> None:
    in_new_york = replace(acme.rep, time_zone=NEW_YORK)

    logged = await log(db, in_new_york, globex.id, interaction_date="2026-11-17")

    assert logged.at == datetime(2026, 11, 17, 17, 0, tzinfo=UTC)


async def test_today_is_the_person_s_own_day(
    db: Database, acme: Company, globex: Partner, clock: FixedClock
) -> None:
    clock.travel_to(datetime(2026, 11, 18, 20, 0, tzinfo=UTC))
    tomorrow = date(2026, 11, 19)

    in_singapore = await log(
        db, replace(acme.rep, time_zone=SINGAPORE), globex.id, interaction_date=tomorrow
    )
    with pytest.raises(InvalidInput) as refused:
        await log(db, replace(acme.rep, time_zone=LISBON), globex.id, interaction_date=tomorrow)

    assert in_singapore.at == clock.now()
    assert refused.value.problems["interaction_date"].problem is Problem.DATE_IN_FUTURE


async def test_a_moment_is_kept_as_it_is(db: Database, acme: Company, globex: Partner) -> None:
    moment = datetime(2026, 11, 17, 9, 30, tzinfo=LISBON)

    logged = await log(db, acme.rep, globex.id, interaction_date=moment)

    assert logged.at == moment


@pytest.mark.parametrize(
    ("when", "problem"),
    [
        (date(2026, 11, 19), Problem.DATE_IN_FUTURE),
        (START + timedelta(seconds=1), Problem.DATE_IN_FUTURE),
        (date(1989, 12, 31), Problem.DATE_TOO_FAR),
        (datetime(1989, 12, 31, tzinfo=UTC), Problem.DATE_TOO_FAR),
        (date(1, 1, 1), Problem.DATE_TOO_FAR),
        (date(9999, 12, 31), Problem.DATE_IN_FUTURE),
        (datetime(9999, 12, 31, 23, 59, tzinfo=UTC), Problem.DATE_IN_FUTURE),
        (datetime(1, 1, 1, tzinfo=UTC), Problem.DATE_TOO_FAR),
    ],
)
@pytest.mark.parametrize("zone", [NEW_YORK, SINGAPORE])
async def test_a_day_to_come_or_long_ago_is_refused(
    db: Database,
    acme: Company,
    globex: Partner,
    when: date | datetime,
    problem: Problem,
    zone: ZoneInfo,
) -> None:
    with pytest.raises(InvalidInput) as refused:
        await log(db, replace(acme.rep, time_zone=zone), globex.id, interaction_date=when)

    assert refused.value.problems["interaction_date"].problem is problem
    assert await count(db, acme) == 0


async def test_a_type_that_is_not_configured_is_refused(
    db: Database, acme: Company, globex: Partner
) -> None:
    with pytest.raises(InvalidInput) as refused:
        await log(db, acme.rep, globex.id, interaction_type="séance")

    assert refused.value.problems["interaction_type"].problem is Problem.UNKNOWN_CHOICE


async def test_a_configured_type_is_accepted(db: Database, acme: Company, globex: Partner) -> None:
    async with db.transaction(acme.admin) as tx:
        workshop = Choice(key="workshop", label="Workshop")
        await configuration.write(tx, catalogue.INTERACTION_TYPES, (workshop,))

    logged = await log(db, acme.rep, globex.id, interaction_type="workshop")

    assert logged.type_label == "Workshop"


async def test_a_partner_of_another_company_is_refused_like_one_that_never_was(
    db: Database, acme: Company, globex_corp: Company
) -> None:
    async with db.transaction(globex_corp.rep) as tx:
        foreign = await create_partner(tx, CreatePartner(name="Initech", domain="data"))

    problems: list[object] = []
    for missing in (foreign.id, uuid4()):
        with pytest.raises(InvalidInput) as refused:
            await log(db, acme.rep, missing)
        problems.append(refused.value.problems)
        async with db.transaction(acme.rep) as tx:
            with pytest.raises(NotFound):
                await latest(tx, missing)

    assert problems[0] == problems[1]
    assert await count(db, globex_corp) == 0


async def test_logging_needs_its_permission(db: Database, acme: Company, globex: Partner) -> None:
    viewer = replace(acme.rep, permissions=frozenset({"partners.view"}))

    with pytest.raises(NotAllowed):
        await log(db, viewer, globex.id)

    assert await count(db, acme) == 0


async def test_the_application_itself_meets_nobody(
    db: Database, acme: Company, globex: Partner
) -> None:
    with pytest.raises(NotAllowed):
        await log(db, acme.application, globex.id)


async def test_an_interaction_is_in_the_audit(db: Database, acme: Company, globex: Partner) -> None:
    logged = await log(db, acme.rep, globex.id)

    async with db.transaction(acme.admin) as tx:
        query = select(AuditEntry).where(AuditEntry.action == "interaction.logged")
        entry = (await tx.session.scalars(query)).one()

    assert (entry.entity_id, entry.user_id) == (logged.id, acme.rep.user_id)


async def test_the_latest_come_first_and_no_more_than_asked(
    db: Database, acme: Company, globex: Partner
) -> None:
    for day in (3, 1, 4, 2):
        await log(db, acme.rep, globex.id, interaction_date=date(2026, 11, day))

    async with db.transaction(acme.rep) as tx:
        seen = await latest(tx, globex.id, most=2)

    assert [each.at.day for each in seen] == [4, 3]


async def test_the_last_contact_of_a_partner_is_the_latest_day(
    db: Database, acme: Company, globex: Partner
) -> None:
    await log(db, acme.rep, globex.id, interaction_date=date(2026, 11, 10))
    await log(db, acme.rep, globex.id, interaction_date=date(2026, 11, 3))

    async with db.transaction(acme.rep) as tx:
        seen = await overview(tx, globex.id)

    assert seen.last_contact_at == datetime(2026, 11, 10, 12, tzinfo=UTC)


async def test_each_posted_card_is_told_anew(db: Database, acme: Company, globex: Partner) -> None:
    async with db.transaction(acme.rep) as tx:
        place = Place(acme.workspace_id, "C0PARTNERS")
        await outbox.post(tx, place, CARD, {"id": str(globex.id)}, copy_of=globex.id)

    await log(db, acme.rep, globex.id)

    async with db.transaction(acme.application) as tx:
        update = (
            await tx.session.scalars(select(Outbox).where(Outbox.method == outbox.UPDATE))
        ).one()
        copy = (await tx.session.scalars(select(MessageCopy))).one()
    assert (update.kind, update.copy_id) == (CARD, copy.id)
    assert update.payload["id"] == str(globex.id)


@pytest.mark.parametrize(
    ("field", "value", "problem"),
    [
        ("description", "x" * 3001, Problem.TOO_LONG),
        ("description", "x" * 1_000_000, Problem.TOO_LONG),
        ("description", "\x00", Problem.CONTROL_CHARACTERS),
        ("with_whom", "Hank\x07", Problem.CONTROL_CHARACTERS),
        ("partner_id", "new:Globex", "uuid_parsing"),
    ],
)
def test_bad_input_is_refused_at_its_field(field: str, value: str, problem: str) -> None:
    given = {"partner_id": str(uuid4()), "interaction_type": "call", "interaction_date": START}

    with pytest.raises(ValidationError) as refused:
        LogInteraction.model_validate(given | {field: value})

    assert [(each["loc"][0], each["type"]) for each in refused.value.errors()] == [(field, problem)]
