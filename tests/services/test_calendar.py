from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.calendar import (
    moment,
    next_occurrence,
    week_beginning,
    week_ending,
    week_name,
    week_named,
)

ZONES = (
    "UTC",
    "Europe/Lisbon",
    "Europe/Berlin",
    "America/New_York",
    "America/Sao_Paulo",
    "America/St_Johns",
    "Asia/Kolkata",
    "Asia/Kathmandu",
    "Africa/Cairo",
    "Africa/Casablanca",
    "Australia/Lord_Howe",
    "Pacific/Apia",
    "Pacific/Auckland",
    "Pacific/Chatham",
    "Pacific/Kiritimati",
    "Pacific/Kwajalein",
    "Antarctica/Troll",
)

zones = st.sampled_from(ZONES).map(ZoneInfo)
days = st.dates(date(1990, 1, 1), date(2100, 12, 31))
times = st.times()
weekdays = st.integers(1, 7)
moments = st.datetimes(datetime(1990, 1, 1), datetime(2100, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001  # hypothesis wants naive bounds and adds the zone


def utc(words: str) -> datetime:
    return datetime.fromisoformat(words).replace(tzinfo=UTC)


@given(days)
def test_a_week_ends_on_the_sunday_of_its_iso_week(day: date) -> None:
    ending = week_ending(day)

    assert ending.isoweekday() == 7
    assert ending.isocalendar()[:2] == day.isocalendar()[:2]
    assert week_beginning(ending).isoweekday() == 1
    assert week_beginning(ending) <= day <= ending


@given(days)
def test_a_week_is_found_again_by_its_name(day: date) -> None:
    assert week_named(week_name(day)) == week_ending(day)


def test_the_first_days_of_a_year_may_belong_to_a_week_of_the_year_before() -> None:
    assert week_name(date(2027, 1, 1)) == "2026-W53"
    assert week_ending(date(2027, 1, 1)) == date(2027, 1, 3)


@given(weekdays, times, zones, moments)
def test_the_next_occurrence_is_the_first_one_strictly_after(
    weekday: int, at: time, zone: ZoneInfo, after: datetime
) -> None:
    found = next_occurrence(weekday, at, zone, after)

    assert found.at > after
    assert found.day.isoweekday() == weekday
    assert moment(found.day - timedelta(weeks=1), at, zone) <= after


@given(weekdays, times, zones, moments)
def test_the_next_occurrence_after_one_is_a_week_later(
    weekday: int, at: time, zone: ZoneInfo, after: datetime
) -> None:
    first = next_occurrence(weekday, at, zone, after)

    second = next_occurrence(weekday, at, zone, first.at)

    assert second.day == first.day + timedelta(weeks=1)


@given(days, times, zones)
def test_a_time_that_exists_reads_the_same_on_the_wall(day: date, at: time, zone: ZoneInfo) -> None:
    wall = moment(day, at, zone).astimezone(zone)

    shift = wall.replace(tzinfo=None) - datetime.combine(day, at)

    assert wall.fold == 0
    assert timedelta(0) <= shift <= timedelta(days=1)
    if shift:
        before, after = _offsets_around(day, at, zone)
        assert shift == after - before


def _offsets_around(day: date, at: time, zone: ZoneInfo) -> tuple[timedelta, timedelta]:
    """The offsets before and after the gap this time lies in (PEP 495: fold 0, fold 1)."""
    wall = datetime.combine(day, at, zone)
    before, after = wall.replace(fold=0).utcoffset(), wall.replace(fold=1).utcoffset()
    assert before is not None
    assert after is not None
    return before, after


@pytest.mark.parametrize(
    ("zone", "day", "at", "expected"),
    [
        ("Europe/Berlin", date(2026, 3, 29), time(2, 15), "2026-03-29T01:15"),
        ("America/New_York", date(2026, 3, 8), time(2, 30), "2026-03-08T07:30"),
        ("Australia/Lord_Howe", date(2026, 10, 4), time(2, 15), "2026-10-03T15:45"),
        ("Pacific/Apia", date(2011, 12, 30), time(16, 0), "2011-12-31T02:00"),
    ],
)
def test_a_time_that_does_not_exist_is_shifted_by_the_gap(
    zone: str, day: date, at: time, expected: str
) -> None:
    assert moment(day, at, ZoneInfo(zone)) == utc(expected)


@pytest.mark.parametrize(
    ("zone", "day", "at", "expected"),
    [
        ("Europe/Berlin", date(2026, 10, 25), time(2, 30), "2026-10-25T00:30"),
        ("America/New_York", date(2026, 11, 1), time(1, 30), "2026-11-01T05:30"),
        ("Australia/Lord_Howe", date(2026, 4, 5), time(1, 45), "2026-04-04T14:45"),
    ],
)
def test_a_time_that_exists_twice_is_the_first(
    zone: str, day: date, at: time, expected: str
) -> None:
    assert moment(day, at, ZoneInfo(zone)) == utc(expected)
    assert moment(day, at.replace(fold=1), ZoneInfo(zone)) == utc(expected)


def test_friday_afternoon_stays_friday_afternoon_through_both_changes() -> None:
    new_york = ZoneInfo("America/New_York")

    moments_of_spring = [
        next_occurrence(5, time(16), new_york, utc(after)).at
        for after in ("2026-03-02T00:00", "2026-03-09T00:00")
    ]
    moments_of_autumn = [
        next_occurrence(5, time(16), new_york, utc(after)).at
        for after in ("2026-10-26T00:00", "2026-11-02T00:00")
    ]

    assert moments_of_spring == [utc("2026-03-06T21:00"), utc("2026-03-13T20:00")]
    assert moments_of_autumn == [utc("2026-10-30T20:00"), utc("2026-11-06T21:00")]


def test_a_friday_that_a_zone_left_out_comes_with_the_saturday_and_keeps_its_week() -> None:
    apia = ZoneInfo("Pacific/Apia")

    found = next_occurrence(5, time(16), apia, utc("2011-12-27T00:00"))

    assert found.day == date(2011, 12, 30)
    assert found.at.astimezone(apia) == datetime(2011, 12, 31, 16, tzinfo=apia)
    assert week_ending(found.day) == date(2012, 1, 1)
    assert next_occurrence(5, time(16), apia, found.at).day == date(2012, 1, 6)


def test_the_moment_itself_is_not_after_itself() -> None:
    lisbon = ZoneInfo("Europe/Lisbon")
    friday = utc("2026-11-20T16:00")

    assert next_occurrence(5, time(16), lisbon, friday).at == utc("2026-11-27T16:00")
