from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import pytest
from pydantic import ValidationError
from sqlalchemy import func, insert, select

from services import configuration, outbox
from services.configuration import catalogue
from services.configuration.catalogue import Choice
from services.db import Database
from services.errors import InteractionChanged, InvalidInput, NotAllowed, NotFound, Problem
from services.interactions import (
    Agreed,
    EditInteraction,
    Entry,
    Happening,
    Interaction,
    LogInteraction,
    Moved,
    Timeline,
    delete_interaction,
    edit_interaction,
    interaction,
    latest,
    log_interaction,
    timeline,
    usual_type,
)
from services.interactions.values import moment_of
from services.opportunities import (
    CreateOpportunity,
    MoveOpportunity,
    create_opportunity,
    move_opportunity,
)
from services.outbox import Place
from services.partners import (
    CARD,
    CreatePartner,
    Partner,
    create_partner,
    merge_partners,
    overview,
)
from services.tables import AuditEntry, MessageCopy, Outbox, Task
from services.tables import Interaction as InteractionRow
from services.tasks import complete_task
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
    assert logged.contact_name == "Hank Scorpio"
    assert logged.description == "Talked prices.\nWants a pilot."


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
        ("next_step", "x" * 501, Problem.TOO_LONG),
        ("with_whom", ["x" * 150, "y" * 150], Problem.TOO_LONG),
        ("permalink", "https://evil.example/archives/C1/p1", "string_pattern_mismatch"),
        ("interaction_time", "25:00", "time_parsing"),
        ("description", "x" * 3001, Problem.TOO_LONG),
        ("description", "x" * 1_000_000, Problem.TOO_LONG),
        ("description", "\x00", Problem.CONTROL_CHARACTERS),
        ("with_whom", "Hank\x07", Problem.CONTROL_CHARACTERS),
        ("partner_id", "new:Globex", "uuid_parsing"),
    ],
)
def test_bad_input_is_refused_at_its_field(field: str, value: object, problem: str) -> None:
    given = {"partner_id": str(uuid4()), "interaction_type": "call", "interaction_date": START}

    with pytest.raises(ValidationError) as refused:
        LogInteraction.model_validate(given | {field: value})

    assert [(each["loc"][0], each["type"]) for each in refused.value.errors()] == [(field, problem)]


@pytest.mark.parametrize(
    ("zone", "day", "at", "moment"),
    [
        (NEW_YORK, "2026-11-17", "09:30", datetime(2026, 11, 17, 14, 30, tzinfo=UTC)),
        (NEW_YORK, "2026-03-08", "02:15", datetime(2026, 3, 8, 7, 15, tzinfo=UTC)),
        (NEW_YORK, "2026-11-01", "01:30", datetime(2026, 11, 1, 5, 30, tzinfo=UTC)),
        (SINGAPORE, "2026-11-18", "18:00", START),
        (LISBON, "1990-01-01", "00:00", datetime(1990, 1, 1, tzinfo=UTC)),
    ],
)
def test_a_time_is_one_of_the_person_s_own_clock(
    zone: ZoneInfo, day: str, at: str, moment: datetime
) -> None:
    assert moment_of(told(interaction_date=day, interaction_time=at), START, zone) == moment


@pytest.mark.parametrize(
    ("day", "at", "field", "problem"),
    [
        ("2026-11-18", "10:01", "interaction_time", Problem.TIME_IN_FUTURE),
        ("2026-11-19", "09:00", "interaction_date", Problem.DATE_IN_FUTURE),
        ("9999-12-31", "23:59", "interaction_date", Problem.DATE_IN_FUTURE),
        ("0001-01-01", "00:00", "interaction_date", Problem.DATE_TOO_FAR),
        ("1989-12-31", None, "interaction_date", Problem.DATE_TOO_FAR),
    ],
)
def test_a_moment_to_come_or_long_ago_is_refused_where_it_was_typed(
    day: str, at: str | None, field: str, problem: Problem
) -> None:
    with pytest.raises(InvalidInput) as refused:
        moment_of(told(interaction_date=day, interaction_time=at), START, LISBON)

    assert {name: each.problem for name, each in refused.value.problems.items()} == {field: problem}


def told(**fields: object) -> LogInteraction:
    given = {"partner_id": uuid4(), "interaction_type": "call"}
    return LogInteraction.model_validate(given | fields)


async def test_a_next_step_is_a_task_with_the_interaction_it_was_promised_in(
    db: Database, acme: Company, globex: Partner
) -> None:
    logged = await log(
        db,
        acme.manager,
        globex.id,
        next_step="Send the quote",
        next_due="2026-11-20",
        next_user_id=acme.rep.user_id,
    )

    async with db.transaction(acme.rep) as tx:
        await complete_task(tx, logged.next_steps[0].task_id)
        seen = (await latest(tx, globex.id))[0]

    promised = logged.next_steps[0]
    assert (promised.title, promised.who, promised.status) == (
        "Send the quote",
        "Ron Rep",
        "pending",
    )
    assert promised.is_overdue(date(2026, 11, 21))
    assert not promised.is_overdue(date(2026, 11, 20))
    assert [each.status for each in seen.next_steps] == ["completed"]


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"next_due": "2026-11-20"}, "next_step"),
        ({"next_step": "Call", "next_due": "2026-11-17"}, "next_due"),
        ({"next_step": "Call", "next_due": "9999-12-31"}, "next_due"),
        ({"next_step": "Call", "next_user_id": uuid4()}, "next_user_id"),
    ],
)
async def test_a_refused_next_step_saves_nothing(
    db: Database, acme: Company, globex: Partner, fields: dict[str, object], field: str
) -> None:
    with pytest.raises(InvalidInput) as refused:
        await log(db, acme.manager, globex.id, **fields)

    assert list(refused.value.problems) == [field]
    assert await count(db, acme) == 0


async def test_an_edit_writes_what_differs_and_has_both_partners_told(
    db: Database, acme: Company, globex: Partner
) -> None:
    async with db.transaction(acme.rep) as tx:
        initech = await create_partner(tx, CreatePartner(name="Initech", domain="data"))
    logged = await log(db, acme.rep, globex.id, description="Called")

    async with db.transaction(acme.rep) as tx:
        await edit_interaction(tx, as_it_is(logged, partner_id=initech.id))
        await edit_interaction(tx, as_it_is(await interaction(tx, logged.id)))

    async with db.transaction(acme.admin) as tx:
        entries = await tx.session.scalars(
            select(AuditEntry).where(AuditEntry.action == "interaction.edited")
        )
        assert [each.details["fields"] for each in entries] == [["partner_id"]]
        seen = await interaction(tx, logged.id)
    assert (seen.partner_name, seen.description, seen.at) == ("Initech", "Called", logged.at)
    assert seen.version > logged.version


async def test_an_edit_of_an_older_version_says_who_was_faster(
    db: Database, acme: Company, globex: Partner
) -> None:
    logged = await log(db, acme.rep, globex.id)
    async with db.transaction(acme.manager) as tx:
        await edit_interaction(tx, as_it_is(logged, description="Theirs"))

    async with db.transaction(acme.rep) as tx:
        with pytest.raises(InteractionChanged) as refused:
            await edit_interaction(tx, as_it_is(logged, description="Mine"))

    assert refused.value.by == "Mia Manager"


def as_it_is(it: Interaction, **fields: object) -> EditInteraction:
    local = it.at.astimezone(UTC)
    given: dict[str, object] = {
        "interaction_id": it.id,
        "version": it.version,
        "partner_id": it.partner_id,
        "interaction_type": it.type,
        "interaction_date": local.date(),
        "interaction_time": local.time().replace(second=0, microsecond=0),
        "with_whom": it.contact_name,
        "description": it.description,
    }
    return EditInteraction.model_validate(given | fields)


async def test_what_is_deleted_is_gone_and_kept_in_the_audit_by_its_partner(
    db: Database, acme: Company, globex: Partner
) -> None:
    logged = await log(db, acme.rep, globex.id, description="Secret", next_step="Call")

    async with db.transaction(acme.rep) as tx:
        await delete_interaction(tx, logged.id)

    async with db.transaction(acme.admin) as tx:
        query = select(AuditEntry).where(AuditEntry.action == "interaction.deleted")
        entry = (await tx.session.scalars(query)).one()
        assert (await tx.session.scalars(select(Task.interaction_id))).all() == [None]
        with pytest.raises(NotFound):
            await delete_interaction(tx, logged.id)
    assert entry.details["partner"] == "Globex"
    assert "Secret" not in str(entry.details)


async def test_the_type_logged_last_is_the_usual_one_while_it_is_configured(
    db: Database, acme: Company, globex: Partner, clock: FixedClock
) -> None:
    await log(db, acme.rep, globex.id, interaction_type="call")
    clock.advance(timedelta(minutes=1))
    await log(db, acme.rep, globex.id, interaction_type="event", interaction_date="2026-11-01")

    async with db.transaction(acme.rep) as tx:
        mine = await usual_type(tx)
    async with db.transaction(acme.admin) as tx:
        nobodys = await usual_type(tx)
        call = Choice(key="call", label="Call")
        await configuration.write(tx, catalogue.INTERACTION_TYPES, (call,))
    async with db.transaction(acme.rep) as tx:
        gone = await usual_type(tx)

    assert (mine, nobodys, gone) == ("event", None, None)


async def test_a_timeline_has_everything_in_one_order(
    db: Database, acme: Company, globex: Partner, clock: FixedClock
) -> None:
    clock.advance(timedelta(hours=1))
    async with db.transaction(acme.rep) as tx:
        deal = await create_opportunity(tx, a_deal(globex.id, acme.rep.user_id))
    clock.advance(timedelta(hours=1))
    async with db.transaction(acme.rep) as tx:
        await move_opportunity(tx, MoveOpportunity(number=deal.number, to_stage="won"))
    clock.advance(timedelta(hours=1))
    await log(db, acme.other_rep, globex.id)

    everything = await seen_by(db, acme.rep, globex)
    deals = await seen_by(db, acme.rep, globex, Happening.OPPORTUNITIES)
    blind = replace(acme.rep, permissions=frozenset({"partners.view", "opportunities.view:own"}))
    own = await seen_by(db, replace(blind, user_id=acme.other_rep.user_id), globex)

    assert [kind_of(each) for each in everything.entries] == [
        "interaction by Olga Rep",
        "#1 to Won by Ron Rep",
        "#1 to Qualified by Ron Rep",
        "partner.created by Ron Rep",
    ]
    assert [kind_of(each)[:2] for each in deals.entries] == ["#1", "#1"]
    assert own.total_count == 2


async def test_the_last_page_of_five_thousand_entries_is_found(
    db: Database, acme: Company, globex: Partner
) -> None:
    rows = [
        {
            "partner_id": globex.id,
            "user_id": acme.rep.user_id,
            "interaction_type": "call",
            "interaction_date": START - timedelta(hours=number),
        }
        for number in range(5000)
    ]
    async with db.transaction(acme.application) as tx:
        await tx.session.execute(insert(InteractionRow), rows)

    last = await seen_by(db, acme.rep, globex, Happening.INTERACTIONS, page=900)

    assert (last.total_count, last.page, last.pages, len(last.entries)) == (5000, 250, 250, 20)
    assert last.entries[-1].at == START - timedelta(hours=4999)


async def test_what_was_merged_into_a_partner_is_told_by_its_name(
    db: Database, acme: Company, globex: Partner
) -> None:
    async with db.transaction(acme.rep) as tx:
        gone = await create_partner(tx, CreatePartner(name="Globex Wholesale", domain="data"))
    async with db.transaction(acme.admin) as tx:
        await merge_partners(tx, gone.id, globex.id)

    seen = await seen_by(db, acme.rep, globex, Happening.AGREEMENT)

    told = {
        (each.what.action, each.what.partner_name)
        for each in seen.entries
        if isinstance(each.what, Agreed)
    }
    assert told == {
        ("partner.created", "Globex"),
        ("partner.created", "Globex Wholesale"),
        ("partner.merged", "Globex Wholesale"),
    }


async def seen_by(
    db: Database, who: Actor, met: Partner, only: Happening | None = None, page: int = 1
) -> Timeline:
    async with db.transaction(who) as tx:
        return await timeline(tx, met.id, only, page)


def kind_of(entry: Entry) -> str:
    match entry.what:
        case Interaction():
            what = "interaction"
        case Moved(number=number, to_label=to_label):
            what = f"#{number} to {to_label}"
        case Agreed(action=action):
            what = action
    return f"{what} by {entry.by}"


def a_deal(partner_id: UUID, user_id: UUID | None) -> CreateOpportunity:
    return CreateOpportunity.model_validate(
        {
            "customer_name": "Acme renewal",
            "partner_id": partner_id,
            "deal_value": 100,
            "currency": "EUR",
            "stage": "qualified",
            "expected_close_date": "2026-12-31",
            "assigned_user_id": user_id,
        }
    )
