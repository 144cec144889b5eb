"""Working days, holidays, hours and quiet hours, in any zone."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services import configuration
from services.calendar import week_beginning, week_ending
from services.configuration.catalogue import (
    HOLIDAYS,
    WORKING_DAYS,
    Deadline,
    Holidays,
    OwnHoliday,
    QuietHours,
    WorkingHours,
)
from services.db import Database
from services.holidays import is_known_country, is_known_subdivision, public_holidays
from services.weekly_status.reminders import _Rule
from services.working_time import WorkingTime, working_time
from tests.factories import Company

LISBON = ZoneInfo("Europe/Lisbon")
NIGHT = QuietHours(start=time(18), end=time(8))
OFFICE = WorkingHours(start=time(9), end=time(17, 30))

days = st.dates(date(2000, 1, 1), date(2090, 12, 31))
weekdays = st.sets(st.integers(1, 7), min_size=1).map(lambda found: tuple(sorted(found)))
zones = st.sampled_from(
    ["UTC", "Europe/Lisbon", "America/New_York", "Asia/Kolkata", "Pacific/Apia"]
).map(ZoneInfo)
moments = st.datetimes(datetime(2020, 1, 1), datetime(2030, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001  # hypothesis wants naive bounds and adds the zone
times = st.times().map(lambda at: at.replace(second=0, microsecond=0))
holidays = st.builds(
    Holidays,
    country=st.sampled_from([None, "DE", "SE"]),
    own=st.lists(
        st.builds(OwnHoliday, day=days, label=st.just("Own")),
        max_size=3,
        unique_by=lambda own: own.day,
    ).map(tuple),
)


@st.composite
def companies(draw: st.DrawFn) -> WorkingTime:
    start, end = sorted(draw(st.lists(times, min_size=2, max_size=2, unique=True)))
    quiet = draw(st.none() | st.just(NIGHT) | st.just(QuietHours(start=time(12), end=time(13))))
    return WorkingTime(draw(weekdays), WorkingHours(start=start, end=end), quiet, draw(holidays))


def a_company(
    worked: tuple[int, ...] = (1, 2, 3, 4, 5), quiet: QuietHours | None = NIGHT, **more: object
) -> WorkingTime:
    return WorkingTime(worked, OFFICE, quiet, Holidays.model_validate(more))


def utc(words: str) -> datetime:
    return datetime.fromisoformat(words).replace(tzinfo=UTC)


def test_a_country_and_a_part_of_it_have_their_holidays() -> None:
    bavaria = a_company(country="DE", subdivision="BY")
    germany = a_company(country="DE")

    assert bavaria.holiday(date(2026, 1, 6)) == "Epiphany"
    assert germany.holiday(date(2026, 1, 6)) is None
    assert germany.is_working_day(date(2026, 1, 6))
    assert not bavaria.is_working_day(date(2026, 1, 6))


def test_a_removed_holiday_is_worked_and_an_own_one_is_not() -> None:
    company = a_company(
        country="DE",
        removed=["2026-01-01"],
        own=[{"day": "2026-12-24", "label": "Christmas Eve"}],
    )

    assert company.is_working_day(date(2026, 1, 1))
    assert company.holiday(date(2026, 12, 24)) == "Christmas Eve"


def test_what_is_known_of_countries() -> None:
    assert is_known_country("PT")
    assert not is_known_country("PRT")
    assert is_known_subdivision("US", "CA")
    assert not is_known_subdivision("PT", "CA")
    assert public_holidays("ZZ", None, 2026) == {}


@given(companies(), days)
def test_the_working_days_around_a_day_are_the_nearest(company: WorkingTime, day: date) -> None:
    after, before = company.next_working_day(day), company.working_day_before(day)

    assert before < day < after
    for found, step in ((after, -1), (before, 1)):
        between = (found - day).days
        if abs(between) < 100:
            assert company.is_working_day(found)
            inside = (found + timedelta(days=step * at) for at in range(1, abs(between)))
            assert not any(company.is_working_day(each) for each in inside)


def test_who_works_only_on_days_that_are_holidays_has_working_days_all_the_same() -> None:
    sundays = a_company(worked=(7,), country="DE", own=[])
    weeks = [date(2026, 1, 4) + timedelta(weeks=at) for at in range(70)]
    closed = WorkingTime(
        (7,), OFFICE, None, Holidays(own=tuple(OwnHoliday(day=day, label="x") for day in weeks))
    )

    assert sundays.next_working_day(date(2026, 1, 1)) == date(2026, 1, 4)
    assert closed.next_working_day(date(2026, 1, 1)) == date(2026, 1, 4)


@given(companies(), days, st.integers(1, 7))
def test_the_status_day_stays_in_its_week_and_is_worked(
    company: WorkingTime, day: date, weekday: int
) -> None:
    week = week_ending(day)
    found = company.status_day(week, weekday)
    wanted = week_beginning(week) + timedelta(days=weekday - 1)

    if found is None:
        assert not any(company.is_working_day(week - timedelta(days=at)) for at in range(7))
        return
    assert week_ending(found) == week
    assert company.is_working_day(found)
    if company.is_working_day(wanted):
        assert found == wanted


@given(companies(), st.integers(1, 7), times, moments, zones)
def test_between_the_latest_status_reminder_and_the_next_there_is_none(
    company: WorkingTime, weekday: int, at: time, until: datetime, zone: ZoneInfo
) -> None:
    deadline = Deadline(day=5, time=time(18))
    rule = _Rule(weekday, at, deadline, None, timedelta(), company)

    latest = rule.latest(zone, until)

    assert latest is not None
    assert latest.at <= until < rule.next(zone, until)
    assert rule.next(zone, latest.at) == rule.next(zone, until)


@pytest.mark.parametrize(
    ("worked", "weekday", "expected"),
    [
        ((1, 2, 3, 4, 5), 5, date(2026, 11, 20)),
        ((1, 2, 3, 4, 7), 5, date(2026, 11, 19)),
        ((1, 2, 3, 4, 5), 7, date(2026, 11, 20)),
        ((4, 5), 1, date(2026, 11, 19)),
    ],
)
def test_a_status_day_that_is_not_worked_moves_to_the_last_working_day_before(
    worked: tuple[int, ...], weekday: int, expected: date
) -> None:
    assert a_company(worked).status_day(date(2026, 11, 22), weekday) == expected


@given(companies(), moments, st.integers(0, 60 * 60), zones)
def test_working_time_added_is_working_time_passed(
    company: WorkingTime, at: datetime, minutes: int, zone: ZoneInfo
) -> None:
    span = timedelta(minutes=minutes)

    end = company.after_working(at, span, zone)

    assert end >= at
    assert company.worked_between(at, end, zone) == span


@given(companies(), moments, zones)
def test_the_next_working_moment_is_worked(
    company: WorkingTime, at: datetime, zone: ZoneInfo
) -> None:
    found = company.next_working_moment(at, zone)

    assert found >= at
    assert (found == at) == company.is_working(at, zone)
    assert company.worked_between(at, found, zone) == timedelta()


@pytest.mark.parametrize(
    ("at", "is_quiet"),
    [
        ("2026-11-20T07:59", True),
        ("2026-11-20T08:00", False),
        ("2026-11-20T17:59", False),
        ("2026-11-20T18:00", True),
        ("2026-11-20T23:59", True),
        ("2026-11-21T12:00", True),
    ],
)
def test_quiet_hours_go_over_midnight_and_no_working_day_is_quiet(at: str, is_quiet: bool) -> None:
    assert a_company().is_quiet(utc(at), LISBON) is is_quiet


def test_without_quiet_hours_only_days_off_are_quiet() -> None:
    always = a_company(quiet=None)
    noon = a_company(quiet=QuietHours(start=time(12), end=time(13)))

    assert not always.is_quiet(utc("2026-11-20T23:00"), LISBON)
    assert noon.is_quiet(utc("2026-11-20T12:30"), LISBON)
    assert not noon.is_quiet(utc("2026-11-20T13:00"), LISBON)


def test_a_message_of_friday_evening_waits_for_monday_morning() -> None:
    company = a_company()

    assert company.when_not_quiet(utc("2026-11-20T18:30"), LISBON) == utc("2026-11-23T09:00")
    assert company.when_not_quiet(utc("2026-11-20T12:00"), LISBON) == utc("2026-11-20T12:00")


def test_working_hours_are_counted_over_the_weekend_and_holidays() -> None:
    company = a_company(own=[{"day": "2026-11-23", "label": "Closed"}])

    found = company.after_working(utc("2026-11-20T16:30"), timedelta(hours=2), LISBON)

    assert found == utc("2026-11-24T10:00")


async def test_a_companys_working_time_follows_its_settings(db: Database, acme: Company) -> None:
    async with db.transaction(acme.admin) as tx:
        shipped = await working_time(tx)
        await configuration.write(tx, WORKING_DAYS, (1, 2, 3, 4, 7))
        await configuration.write(tx, HOLIDAYS, Holidays(country="PT"))
        changed = await working_time(tx)

    assert shipped.is_working_day(date(2026, 12, 25))
    assert not changed.is_working_day(date(2026, 12, 25))
    assert changed.is_working_day(date(2026, 11, 22))
