import asyncio
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from pydantic import ValidationError
from sqlalchemy import func, select, update

from services import configuration, outbox, schedule, weekly_status
from services.configuration import Change
from services.configuration.catalogue import (
    DEADLINE,
    HOLIDAYS,
    REMINDER_DAY,
    REMINDER_TIME,
    SECOND_REMINDER,
    STATUS_CHANNEL,
    TIME_ZONE,
    Channel,
    Deadline,
)
from services.db import Database, Tx
from services.errors import FiledMeanwhile, InvalidInput, NotAllowed, NotFound, Problem
from services.outbox import Dead, Delivery, Outcome, Sent
from services.tables import AuditEntry, MessageCopy, Outbox, ScheduleRun, SlackIdentity, User
from services.tables import WeeklyStatus as Row
from services.values import Actor
from services.weekly_status import FileStatus, FridayReminder
from tests.factories import Company, FixedClock, a_person

THIS_SUNDAY = date(2026, 11, 22)
LAST_SUNDAY = date(2026, 11, 15)
STATUS_PLACE = "C0STATUS"


def utc(words: str) -> datetime:
    return datetime.fromisoformat(words).replace(tzinfo=UTC)


async def _file(
    db: Database,
    actor: Actor,
    *done: str,
    week: date = THIS_SUNDAY,
    seen: int | None = None,
) -> weekly_status.Filed:
    async with db.transaction(actor) as tx:
        return await weekly_status.file_status(
            tx, FileStatus(week_ending=week, accomplishments=done or ("Met Acme",), seen=seen)
        )


async def _choose_channel(db: Database, company: Company, *, is_reached: bool = True) -> None:
    channel = Channel(
        workspace_id=str(company.workspace_id), channel_id=STATUS_PLACE, is_reached=is_reached
    )
    async with db.transaction(company.admin) as tx:
        await configuration.write(tx, STATUS_CHANNEL, channel)


async def _written(db: Database, company: Company, kind: str) -> list[tuple[str, str]]:
    async with db.transaction(company.application) as tx:
        rows = await tx.session.execute(
            select(Outbox.method, Outbox.lane).where(Outbox.kind == kind).order_by(Outbox.id)
        )
        return [(row.method, row.lane) for row in rows]


async def _deliver(db: Database, company: Company, outcome: Outcome) -> list[Delivery]:
    """Settle everything that waits, as the deliverer does."""
    async with db.directory() as directory:
        claims = await directory.claim_deliveries(100, timedelta(seconds=30))
    deliveries: list[Delivery] = []
    for claim in claims:
        async with db.transaction(company.application) as tx:
            delivery = await outbox.begin(tx, claim)
            assert delivery is not None
            await outbox.finish(tx, delivery, outcome)
            deliveries.append(delivery)
    return deliveries


async def test_filing_keeps_one_row_for_a_person_and_week(db: Database, acme: Company) -> None:
    first = await _file(db, acme.rep, "Met Acme")

    second = await _file(db, acme.rep, "Met Acme", "Won Globex")

    assert (first.is_edit, second.is_edit) == (False, True)
    assert second.status.id == first.status.id
    assert second.status.accomplishments == ("Met Acme", "Won Globex")
    async with db.transaction(acme.rep) as tx:
        assert await tx.session.scalar(select(func.count()).select_from(Row)) == 1


async def test_weeks_and_people_have_rows_of_their_own(db: Database, acme: Company) -> None:
    filed = [
        await _file(db, acme.rep),
        await _file(db, acme.rep, week=LAST_SUNDAY),
        await _file(db, acme.other_rep),
    ]

    assert not any(each.is_edit for each in filed)
    assert len({each.status.id for each in filed}) == 3


def test_a_text_is_taken_line_by_line_without_bullets() -> None:
    filed = FileStatus.model_validate(
        {
            "week_ending": THIS_SUNDAY,
            "accomplishments": "- Met Acme\r\n\n  • Won  Globex \n-\n* - Called\u200b Initech",
            "blockers": ["Legal review\nNo budget"],
        }
    )

    assert filed.accomplishments == ("Met Acme", "Won Globex", "Called Initech")
    assert filed.blockers == ("Legal review", "No budget")
    assert filed.upcoming_tasks == ()


def test_a_hyphen_inside_a_line_stays() -> None:
    filed = FileStatus(week_ending=THIS_SUNDAY, accomplishments=("-5% churn - at last",))

    assert filed.accomplishments == ("-5% churn - at last",)


@pytest.mark.parametrize(
    ("typed", "problem"),
    [
        ("x" * 501, Problem.LINE_TOO_LONG),
        ("\n".join("x" for _ in range(51)), Problem.TOO_MANY_LINES),
        ("\n".join("x" * 400 for _ in range(8)), Problem.TOO_LONG),
        ("Met\x00Acme", Problem.CONTROL_CHARACTERS),
        (7, Problem.NOT_UNDERSTOOD),
        ([7], Problem.NOT_UNDERSTOOD),
    ],
)
def test_what_does_not_fit_is_refused_at_its_field(typed: object, problem: Problem) -> None:
    with pytest.raises(ValidationError) as refused:
        FileStatus.model_validate({"week_ending": THIS_SUNDAY, "blockers": typed})

    [error] = refused.value.errors()
    assert error["type"] == problem
    assert error["loc"] == ("blockers",)


def test_exactly_what_fits_is_taken() -> None:
    lines = tuple("x" * 59 for _ in range(50))

    filed = FileStatus(week_ending=THIS_SUNDAY, accomplishments=lines, blockers=("x" * 500,))

    assert filed.accomplishments == lines


@pytest.mark.parametrize(
    ("day", "problem"),
    [
        (date(2026, 11, 21), Problem.NOT_A_DATE),
        (date(1989, 12, 31), Problem.DATE_TOO_FAR),
        (date(2101, 1, 2), Problem.DATE_TOO_FAR),
    ],
)
def test_a_week_is_named_by_a_sunday_within_reason(day: date, problem: Problem) -> None:
    with pytest.raises(ValidationError) as refused:
        FileStatus(week_ending=day, accomplishments=("Met Acme",))

    assert refused.value.errors()[0]["type"] == problem


async def test_nothing_at_all_is_refused(db: Database, acme: Company) -> None:
    async with db.transaction(acme.rep) as tx:
        with pytest.raises(InvalidInput) as refused:
            await weekly_status.file_status(
                tx, FileStatus(week_ending=THIS_SUNDAY, blockers=(" ", "\n"))
            )

    assert refused.value.problems["accomplishments"].problem is Problem.NOTHING_TO_SAVE


async def test_without_the_permission_nothing_is_filed_or_read(db: Database, acme: Company) -> None:
    filed = await _file(db, acme.rep)
    nobody = replace(acme.rep, permissions=frozenset[str]())

    with pytest.raises(NotAllowed):
        await _file(db, nobody)
    async with db.transaction(nobody) as tx:
        with pytest.raises(NotAllowed):
            await weekly_status.form_for(tx)
        with pytest.raises(NotAllowed):
            await weekly_status.status(tx, filed.status.id)


async def test_the_application_has_no_week_of_its_own(db: Database, acme: Company) -> None:
    with pytest.raises(NotFound):
        await _file(db, acme.application)


async def test_a_week_can_be_filed_from_its_monday_where_the_person_is(
    db: Database, clock: FixedClock, acme: Company
) -> None:
    auckland = replace(acme.rep, time_zone=ZoneInfo("Pacific/Auckland"))
    clock.travel_to(utc("2026-11-15T12:00"))

    with pytest.raises(InvalidInput) as refused:
        await _file(db, acme.rep)
    filed = await _file(db, auckland)

    assert refused.value.problems[""].problem is Problem.WEEK_NOT_BEGUN
    assert filed.status.week_ending == THIS_SUNDAY


async def test_a_late_status_is_taken_and_marked(
    db: Database, clock: FixedClock, acme: Company
) -> None:
    clock.travel_to(utc("2026-11-22T23:59"))
    in_time = await _file(db, acme.rep)
    clock.travel_to(utc("2026-11-23T00:01"))
    late = await _file(db, acme.other_rep)

    assert not in_time.status.is_late
    assert late.status.is_late


async def test_an_edit_after_the_week_makes_nobody_late(
    db: Database, clock: FixedClock, acme: Company
) -> None:
    await _file(db, acme.rep)
    clock.travel_to(utc("2026-11-24T09:00"))

    edited = await _file(db, acme.rep, "Something else")

    assert not edited.status.is_late
    assert edited.status.edited_at == utc("2026-11-24T09:00")
    assert edited.status.version == 2


async def test_filing_the_same_again_changes_nothing(db: Database, acme: Company) -> None:
    await _choose_channel(db, acme)
    first = await _file(db, acme.rep)

    again = await _file(db, acme.rep, seen=0)

    assert not again.has_changed
    assert again.status == first.status
    assert again.status.edited_at is None


async def test_what_was_filed_in_another_window_is_not_overwritten_unseen(
    db: Database, acme: Company
) -> None:
    await _file(db, acme.rep, "From the laptop", seen=0)

    with pytest.raises(FiledMeanwhile) as refused:
        await _file(db, acme.rep, "From the phone", seen=0)
    replaced = await _file(db, acme.rep, "From the phone", seen=refused.value.version)

    assert refused.value.version == 1
    assert replaced.status.accomplishments == ("From the phone",)


async def test_two_windows_at_once_do_not_both_win(db: Database, acme: Company) -> None:
    outcomes = await asyncio.gather(
        *(_file(db, acme.rep, f"From window {number}", seen=0) for number in range(4)),
        return_exceptions=True,
    )

    assert sum(isinstance(each, weekly_status.Filed) for each in outcomes) == 1
    assert sum(isinstance(each, FiledMeanwhile) for each in outcomes) == 3


async def test_filing_is_audited_without_its_words(db: Database, acme: Company) -> None:
    await _file(db, acme.rep, "Met Acme")
    await _file(db, acme.rep, "Met Acme", "Won Globex")

    async with db.transaction(acme.application) as tx:
        entries = (
            await tx.session.scalars(
                select(AuditEntry)
                .where(AuditEntry.entity_type == "weekly_status")
                .order_by(AuditEntry.action.desc())
            )
        ).all()
    assert [entry.action for entry in entries] == ["weekly_status.filed", "weekly_status.edited"]
    assert entries[1].user_id == acme.rep.user_id
    assert entries[1].details == {
        "week_ending": "2026-11-22",
        "accomplishments": 2,
        "upcoming_tasks": 0,
        "blockers": 0,
    }


async def test_a_status_is_posted_once_and_then_edited_in_place(
    db: Database, acme: Company
) -> None:
    await _choose_channel(db, acme)

    first = await _file(db, acme.rep, "Met Acme")
    await _deliver(db, acme, Sent(STATUS_PLACE, "1.1"))
    second = await _file(db, acme.rep, "Met Acme", "Won Globex")

    assert first.place == second.place == outbox.Place(acme.workspace_id, STATUS_PLACE)
    assert await _written(db, acme, "weekly_status") == [
        ("chat.postMessage", STATUS_PLACE),
        ("chat.update", STATUS_PLACE),
    ]


async def test_without_a_channel_a_status_is_kept_and_not_posted(
    db: Database, acme: Company
) -> None:
    filed = await _file(db, acme.rep)

    assert filed.place is None
    assert await _written(db, acme, "weekly_status") == []


async def test_a_channel_that_no_test_post_reached_does_not_count(
    db: Database, acme: Company
) -> None:
    await _choose_channel(db, acme, is_reached=False)

    filed = await _file(db, acme.rep)

    assert filed.place is None


async def test_a_status_filed_before_there_was_a_channel_is_posted_with_its_next_filing(
    db: Database, acme: Company
) -> None:
    await _file(db, acme.rep)
    await _choose_channel(db, acme)

    await _file(db, acme.rep)

    assert await _written(db, acme, "weekly_status") == [("chat.postMessage", STATUS_PLACE)]


async def test_the_author_of_a_status_that_slack_refused_learns_of_it(
    db: Database, acme: Company
) -> None:
    await _choose_channel(db, acme)
    await _file(db, acme.rep)
    [delivery] = await _deliver(db, acme, Dead("is_archived"))

    async with db.transaction(acme.application) as tx:
        await weekly_status.record_refusal(tx, delivery)

    assert await _written(db, acme, "weekly_status_refused") == [("chat.postMessage", "U0RON")]


async def test_a_status_whose_post_is_gone_is_posted_anew_with_its_next_filing(
    db: Database, acme: Company
) -> None:
    await _choose_channel(db, acme)
    await _file(db, acme.rep, "Met Acme")
    [delivery] = await _deliver(db, acme, Dead("msg_too_long"))
    async with db.transaction(acme.application) as tx:
        await weekly_status.record_refusal(tx, delivery)

    again = await _file(db, acme.rep, "Met Acme again")

    assert again.place == outbox.Place(acme.workspace_id, STATUS_PLACE)
    assert await _written(db, acme, "weekly_status") == [("chat.postMessage", STATUS_PLACE)] * 2


async def test_another_companys_status_is_as_unknown_as_one_that_never_was(
    db: Database, acme: Company, globex_corp: Company
) -> None:
    filed = await _file(db, globex_corp.rep)

    for status_id in (filed.status.id, uuid4()):
        async with db.transaction(acme.rep) as tx:
            with pytest.raises(NotFound) as refused:
                await weekly_status.status(tx, status_id)
        assert str(refused.value) == f"weekly status {status_id}"


async def test_the_form_is_of_the_week_of_the_persons_own_today(
    db: Database, clock: FixedClock, acme: Company
) -> None:
    clock.travel_to(utc("2026-11-22T23:30"))
    kiritimati = replace(acme.rep, time_zone=ZoneInfo("Pacific/Kiritimati"))

    async with db.transaction(acme.rep) as tx:
        here = await weekly_status.form_for(tx)
    async with db.transaction(kiritimati) as tx:
        there = await weekly_status.form_for(tx)

    assert here.week_ending == THIS_SUNDAY
    assert there.week_ending == date(2026, 11, 29)


async def test_the_form_holds_what_was_filed_before(db: Database, acme: Company) -> None:
    filed = await _file(db, acme.rep, "Met Acme")

    async with db.transaction(acme.rep) as tx:
        form = await weekly_status.form_for(tx)

    assert form.filed == filed.status


async def test_the_form_offers_the_week_before_while_it_is_missing(
    db: Database, acme: Company
) -> None:
    async with db.transaction(acme.rep) as tx:
        missing = await weekly_status.form_for(tx)
        late = await weekly_status.form_for(tx, LAST_SUNDAY)
    await _file(db, acme.rep, week=LAST_SUNDAY)
    async with db.transaction(acme.rep) as tx:
        complete = await weekly_status.form_for(tx)

    assert (missing.week_before, missing.is_over) == (LAST_SUNDAY, False)
    assert (late.week_before, late.is_over) == (None, True)
    assert complete.week_before is None


async def test_who_joined_this_week_is_not_asked_for_the_week_before(
    db: Database, acme: Company
) -> None:
    await _join(db, acme, acme.rep, utc("2026-11-10T09:00"))

    async with db.transaction(acme.rep) as tx:
        form = await weekly_status.form_for(tx)

    assert form.week_before is None


async def _join(db: Database, company: Company, actor: Actor, at: datetime) -> None:
    async with db.transaction(company.application) as tx:
        await tx.session.execute(update(User).where(User.id == actor.user_id).values(created_at=at))


async def _tick(db: Database, company: Company, now: str, clock: FixedClock) -> schedule.Ran:
    clock.travel_to(utc(now))
    return await schedule.run_organization(db, company.organization_id, [FridayReminder()])


async def _reminded(db: Database, company: Company) -> list[str]:
    """Who has a first reminder, by conversation; each has a last one that waits for its time."""
    return [lane for lane, due_at, _ in await _reminders(db, company) if due_at is None]


async def _reminders(db: Database, company: Company) -> list[tuple[str, str | None, datetime]]:
    """Each message that was written: where to, of which deadline, and when it may go."""
    async with db.transaction(company.application) as tx:
        rows = await tx.session.execute(
            select(Outbox.lane, Outbox.payload["due_at"].astext, Outbox.not_before)
            .where(Outbox.kind == "weekly_reminder", Outbox.method == "chat.postMessage")
            .order_by(Outbox.lane, Outbox.not_before)
        )
        return [(lane, due_at, not_before) for lane, due_at, not_before in rows]


async def _runs(db: Database, company: Company) -> dict[str, str]:
    async with db.transaction(company.application) as tx:
        rows = await tx.session.execute(select(ScheduleRun.period, ScheduleRun.outcome))
        return {row.period: row.outcome for row in rows}


async def _move(db: Database, company: Company, actor: Actor, zone: str) -> None:
    async with db.transaction(company.application) as tx:
        await tx.session.execute(
            update(User)
            .where(User.id == actor.user_id)
            .values(personal_settings={"time_zone": zone})
        )
        await schedule.reconsider(tx, schedule.WEEKLY_REMINDER)


async def _set_reminder(db: Database, company: Company, day: int, at: time) -> None:
    async with db.transaction(company.admin) as tx:
        await configuration.write(tx, REMINDER_DAY, day)
        await configuration.write(tx, REMINDER_TIME, at)
        await schedule.reconsider(tx, schedule.WEEKLY_REMINDER)


@pytest.fixture
async def team(db: Database, clock: FixedClock, acme: Company) -> Company:
    """Four people in UTC, on a Wednesday, with the reminder's row made."""
    await _tick(db, acme, "2026-11-18T10:00", clock)
    return acme


async def test_everybody_is_reminded_at_four_on_friday_and_not_before(
    db: Database, clock: FixedClock, team: Company
) -> None:
    before = await _tick(db, team, "2026-11-20T15:59:59", clock)

    after = await _tick(db, team, "2026-11-20T16:00", clock)

    assert (before.count, after.count) == (0, 1)
    assert await _reminded(db, team) == ["U0ADA", "U0MIA", "U0OLGA", "U0RON"]
    assert await _runs(db, team) == {"2026-W47@UTC": "ran"}


async def test_each_person_is_reminded_in_a_zone_of_their_own(
    db: Database, clock: FixedClock, team: Company
) -> None:
    await _move(db, team, team.rep, "Pacific/Auckland")
    await _move(db, team, team.manager, "America/New_York")
    reminded: list[list[str]] = []

    for now in ("2026-11-20T03:00", "2026-11-20T16:00", "2026-11-20T21:00"):
        await _tick(db, team, now, clock)
        reminded.append(await _reminded(db, team))

    assert reminded == [
        ["U0RON"],
        ["U0ADA", "U0OLGA", "U0RON"],
        ["U0ADA", "U0MIA", "U0OLGA", "U0RON"],
    ]
    assert await _runs(db, team) == {
        "2026-W47@Pacific/Auckland": "ran",
        "2026-W47@UTC": "ran",
        "2026-W47@America/New_York": "ran",
    }


async def test_who_has_filed_is_not_reminded(
    db: Database, clock: FixedClock, team: Company
) -> None:
    await _file(db, team.rep)
    await _file(db, team.other_rep, week=LAST_SUNDAY)

    await _tick(db, team, "2026-11-20T16:00", clock)

    assert await _reminded(db, team) == ["U0ADA", "U0MIA", "U0OLGA"]


@pytest.mark.parametrize(
    ("joined", "is_reminded"),
    [("2026-11-16T23:59", True), ("2026-11-17T00:00", False), ("2026-11-20T15:00", False)],
)
async def test_who_joined_after_the_weeks_monday_is_exempt(
    db: Database, clock: FixedClock, team: Company, joined: str, is_reminded: bool
) -> None:
    await _join(db, team, team.rep, utc(joined))

    await _tick(db, team, "2026-11-20T16:00", clock)

    assert ("U0RON" in await _reminded(db, team)) is is_reminded


async def test_who_cannot_be_reached_or_may_not_file_is_not_reminded(
    db: Database, clock: FixedClock, team: Company
) -> None:
    async with db.transaction(team.application) as tx:
        await tx.session.execute(
            update(User).where(User.id == team.rep.user_id).values(is_active=False)
        )
        await tx.session.execute(
            update(User)
            .where(User.id == team.manager.user_id)
            .values(permissions={"deny": ["weekly_status.file"]})
        )
        for identity in await tx.session.scalars(
            select(SlackIdentity).where(SlackIdentity.user_id == team.other_rep.user_id)
        ):
            await tx.session.delete(identity)

    await _tick(db, team, "2026-11-20T16:00", clock)

    assert await _reminded(db, team) == ["U0ADA"]


async def test_many_ticks_remind_once(db: Database, clock: FixedClock, team: Company) -> None:
    for minute in range(5):
        await _tick(db, team, f"2026-11-20T16:0{minute}", clock)

    assert len(await _reminded(db, team)) == 4


async def test_the_next_week_is_reminded_again(
    db: Database, clock: FixedClock, team: Company
) -> None:
    await _tick(db, team, "2026-11-20T16:00", clock)

    await _tick(db, team, "2026-11-27T16:00", clock)

    assert len(await _reminded(db, team)) == 8


async def test_who_flies_west_after_the_reminder_is_not_reminded_twice(
    db: Database, clock: FixedClock, team: Company
) -> None:
    await _tick(db, team, "2026-11-20T16:00", clock)
    await _move(db, team, team.rep, "America/New_York")

    await _tick(db, team, "2026-11-20T21:00", clock)

    assert (await _reminded(db, team)).count("U0RON") == 1


async def test_who_flies_east_past_their_reminder_still_gets_it(
    db: Database, clock: FixedClock, team: Company
) -> None:
    await _move(db, team, team.rep, "America/New_York")
    await _tick(db, team, "2026-11-20T16:30", clock)
    await _move(db, team, team.rep, "Europe/Berlin")

    await _tick(db, team, "2026-11-20T16:31", clock)

    assert (await _reminded(db, team)).count("U0RON") == 1


async def test_a_reminder_late_by_more_than_its_grace_is_recorded_and_not_sent(
    db: Database, clock: FixedClock, team: Company
) -> None:
    await _tick(db, team, "2026-11-20T22:00:01", clock)

    assert await _reminded(db, team) == []
    assert await _runs(db, team) == {"2026-W47@UTC": "skipped"}


async def test_after_weeks_of_standstill_only_the_last_one_counts(
    db: Database, clock: FixedClock, team: Company
) -> None:
    await _tick(db, team, "2026-12-11T16:30", clock)

    assert await _runs(db, team) == {"2026-W50@UTC": "ran"}
    assert len(await _reminded(db, team)) == 4


async def test_a_failed_run_within_the_grace_is_made_good(
    db: Database, clock: FixedClock, team: Company
) -> None:
    class Failing(FridayReminder):
        async def run(self, tx: Tx, period: schedule.Period) -> None:
            await super().run(tx, period)
            raise RuntimeError("half way")

    clock.travel_to(utc("2026-11-20T16:00"))
    await schedule.run_organization(db, team.organization_id, [Failing()])
    failed = await _reminded(db, team)

    await _tick(db, team, "2026-11-20T16:05", clock)

    assert failed == []
    assert len(await _reminded(db, team)) == 4


async def test_a_time_changed_to_an_earlier_one_today_counts_today(
    db: Database, clock: FixedClock, team: Company
) -> None:
    clock.travel_to(utc("2026-11-20T10:00"))
    await _set_reminder(db, team, 5, time(11, 30))
    await _tick(db, team, "2026-11-20T10:00:05", clock)
    before = await _reminded(db, team)

    await _tick(db, team, "2026-11-20T11:30", clock)
    await _tick(db, team, "2026-11-20T16:00", clock)

    assert before == []
    assert len(await _reminded(db, team)) == 4


async def test_a_time_changed_to_one_just_past_today_is_made_good_at_once(
    db: Database, clock: FixedClock, team: Company
) -> None:
    clock.travel_to(utc("2026-11-20T10:00"))
    await _set_reminder(db, team, 5, time(9, 0))

    await _tick(db, team, "2026-11-20T10:00:05", clock)

    assert len(await _reminded(db, team)) == 4


async def test_a_time_changed_to_a_later_one_today_waits_for_it(
    db: Database, clock: FixedClock, team: Company
) -> None:
    await _set_reminder(db, team, 5, time(18, 0))
    await _tick(db, team, "2026-11-20T16:00", clock)
    at_four = await _reminded(db, team)

    await _tick(db, team, "2026-11-20T18:00", clock)

    assert at_four == []
    assert len(await _reminded(db, team)) == 4


async def test_a_changed_day_reminds_nobody_twice_in_a_week(
    db: Database, clock: FixedClock, team: Company
) -> None:
    await _tick(db, team, "2026-11-20T16:00", clock)
    await _set_reminder(db, team, 6, time(9, 0))

    await _tick(db, team, "2026-11-21T09:00", clock)

    assert len(await _reminded(db, team)) == 4


async def test_a_monday_reminder_is_of_the_week_that_begins(
    db: Database, clock: FixedClock, team: Company
) -> None:
    await _set_reminder(db, team, 1, time(9, 0))
    await _tick(db, team, "2026-11-18T10:00:05", clock)

    await _tick(db, team, "2026-11-23T09:00", clock)

    assert await _runs(db, team) == {"2026-W48@UTC": "ran"}


async def test_a_newcomers_zone_counts_from_their_first_day(
    db: Database, clock: FixedClock, team: Company
) -> None:
    await a_person(db, team.organization_id, team.workspace_id, "Ken Kato", time_zone="Asia/Tokyo")
    async with db.transaction(team.application) as tx:
        await schedule.reconsider(tx, schedule.WEEKLY_REMINDER)
    await _tick(db, team, "2026-11-18T10:00:05", clock)

    await _tick(db, team, "2026-11-20T07:00", clock)

    assert await _reminded(db, team) == ["U0KEN"]


async def test_a_company_without_people_waits_in_its_own_zone(
    db: Database, clock: FixedClock, acme: Company
) -> None:
    async with db.transaction(acme.admin) as tx:
        await configuration.write(tx, TIME_ZONE, "Asia/Tokyo")
        await tx.session.execute(update(User).values(is_active=False))

    async with db.transaction(acme.application) as tx:
        next_at = await FridayReminder().next_at(tx)

    assert next_at == utc("2026-11-20T07:00")


async def test_through_the_change_of_clocks_it_stays_four_in_the_afternoon(
    db: Database, clock: FixedClock, acme: Company
) -> None:
    for actor in (acme.admin, acme.manager, acme.rep, acme.other_rep):
        await _move(db, acme, actor, "America/New_York")
    await _tick(db, acme, "2027-03-10T12:00", clock)

    winter = await _tick(db, acme, "2027-03-12T21:00", clock)
    summer_early = await _tick(db, acme, "2027-03-19T19:59", clock)
    summer = await _tick(db, acme, "2027-03-19T20:00", clock)

    assert (winter.count, summer_early.count, summer.count) == (1, 0, 1)


async def test_filing_has_the_reminder_told_anew_in_place(
    db: Database, clock: FixedClock, team: Company
) -> None:
    await _tick(db, team, "2026-11-20T16:00", clock)

    await _file(db, team.rep, "Met Acme")
    await _file(db, team.rep, "Met Acme", "Won Globex")

    written = await _written(db, team, "weekly_reminder")
    assert written.count(("chat.update", "U0RON")) == 2
    async with db.transaction(team.application) as tx:
        [payload] = await tx.session.scalars(
            select(Outbox.payload)
            .where(Outbox.kind == "weekly_reminder", Outbox.method == "chat.update")
            .distinct()
        )
        copies = await tx.session.scalar(
            select(func.count()).where(MessageCopy.entity_type == "weekly_reminder")
        )
    assert payload == {
        "v": 1,
        "user_id": str(team.rep.user_id),
        "week_ending": "2026-11-22",
    }
    assert copies == 8


@pytest.mark.parametrize(
    ("deadline", "hours", "again_at", "due_at"),
    [
        (Deadline(day=5, time=time(18)), 1, "2026-11-20T17:00", "2026-11-20T18:00"),
        (Deadline(day=1, time=time(10)), 24, "2026-11-23T09:00", "2026-11-23T10:00"),
        (Deadline(day=1, time=time(8, 30)), 1, None, None),
        (Deadline(day=5, time=time(15)), 72, "2026-11-24T15:00", "2026-11-27T15:00"),
        (Deadline(day=5, time=time(18)), 3, None, None),
        (Deadline(day=5, time=time(18)), None, None, None),
    ],
)
async def test_the_last_reminder_waits_for_its_hours_before_the_deadline(
    db: Database,
    clock: FixedClock,
    team: Company,
    deadline: Deadline,
    hours: int | None,
    again_at: str | None,
    due_at: str | None,
) -> None:
    async with db.transaction(team.admin) as tx:
        await configuration.write(tx, DEADLINE, deadline)
        await configuration.write(tx, SECOND_REMINDER, hours)

    await _tick(db, team, "2026-11-20T16:00", clock)

    found = [(due, at) for _, due, at in await _reminders(db, team) if due is not None]
    expected = [(utc(due_at), utc(again_at))] * 4 if due_at and again_at else []
    assert [(datetime.fromisoformat(due), at) for due, at in found] == expected


async def test_many_people_are_reminded_over_a_few_minutes(
    db: Database, clock: FixedClock, team: Company
) -> None:
    for number in range(46):
        await a_person(db, team.organization_id, team.workspace_id, f"P{number:02d} Rep")

    await _tick(db, team, "2026-11-20T16:00", clock)

    first = sorted(at for _, due, at in await _reminders(db, team) if due is None)
    apart = timedelta(minutes=10) / 50
    assert first == [utc("2026-11-20T16:00") + apart * place for place in range(50)]


async def test_one_companys_people_are_not_reminded_by_anothers_run(
    db: Database, clock: FixedClock, team: Company, globex_corp: Company
) -> None:
    await _tick(db, team, "2026-11-20T16:00", clock)

    assert await _reminded(db, globex_corp) == []


async def test_on_a_holiday_the_reminder_comes_on_the_last_working_day_before(
    db: Database, clock: FixedClock, team: Company
) -> None:
    async with db.transaction(team.admin) as tx:
        friday = {"day": "2026-11-20", "label": "Closed"}
        await configuration.change(tx, [Change(HOLIDAYS, {"own": [friday]})])

    early = await _tick(db, team, "2026-11-19T15:59", clock)
    await _tick(db, team, "2026-11-19T16:00", clock)
    thursday = await _reminded(db, team)
    await _tick(db, team, "2026-11-20T16:00", clock)

    assert early.count == 0
    assert thursday
    assert await _reminded(db, team) == thursday


async def test_in_a_week_nobody_works_there_is_no_reminder(
    db: Database, clock: FixedClock, team: Company
) -> None:
    async with db.transaction(team.admin) as tx:
        off = [{"day": f"2026-11-{day}", "label": "Off"} for day in range(16, 21)]
        await configuration.change(tx, [Change(HOLIDAYS, {"own": off})])

    await _tick(db, team, "2026-11-20T16:00", clock)
    none = await _reminded(db, team)
    await _tick(db, team, "2026-11-27T16:00", clock)

    assert none == []
    assert await _reminded(db, team)
