"""The reminder: on its day and time in each person's own zone, to who has not filed.

One run per organization, ISO week and zone. A changed day, time or zone is looked at anew within
seconds (`schedule.reconsider`): a time earlier today that nobody was reminded at yet counts if it
is within the grace. What has run for a week does not run again for it, whatever changes. A day that
is not worked moves to the last working day before it.

A second and last one waits in the outbox for its time before the deadline as it was then; like the
first, it is not sent to who has filed meanwhile.
"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from services import configuration, outbox, people
from services.calendar import (
    WEEK,
    Occurrence,
    moment,
    next_occurrence,
    week_ending,
    week_name,
    week_named,
)
from services.configuration.catalogue import (
    DEADLINE,
    REMINDER_DAY,
    REMINDER_TIME,
    SECOND_REMINDER,
    SPREAD_MINUTES,
    TIME_ZONE,
    Deadline,
)
from services.db import Tx
from services.outbox import Place
from services.people import Person
from services.schedule import RETRY_AFTER, WEEKLY_REMINDER, Period
from services.values import UTC
from services.weekly_status.queries import FILE, filed_by, joined_before
from services.weekly_status.values import REMINDER, ReminderNotice
from services.working_time import WorkingTime, working_time
from services.zones import zone_named

_MOST_WEEKS = 60
"""So many weeks are looked through for one in which anybody works."""
LARGE = 50
"""From so many people on the reminders are spread; fewer go out at once."""


@dataclass(frozen=True, slots=True)
class _Rule:
    weekday: int
    at: time
    deadline: Deadline
    hours_before: int | None
    """Of the second reminder; None when there is none."""
    spread: timedelta
    worked: WorkingTime

    def of_week(self, week: date, zone: ZoneInfo) -> Occurrence | None:
        """The reminder of the week that ends on this Sunday; None when nobody works in it."""
        day = self.worked.status_day(week, self.weekday)
        return Occurrence(day, moment(day, self.at, zone)) if day else None

    def latest(self, zone: ZoneInfo, until: datetime) -> Occurrence | None:
        """The last one at or before this moment."""
        week = week_ending(until.astimezone(zone).date()) + WEEK
        weeks = (self.of_week(week - at * WEEK, zone) for at in range(_MOST_WEEKS))
        return next((each for each in weeks if each and each.at <= until), None)

    def next(self, zone: ZoneInfo, after: datetime) -> datetime:
        """The first one after this moment; far off when nobody works for so long."""
        week = week_ending(after.astimezone(zone).date()) - WEEK
        weeks = (self.of_week(week + at * WEEK, zone) for at in range(_MOST_WEEKS))
        found = next((each.at for each in weeks if each and each.at > after), None)
        return found or after + _MOST_WEEKS * WEEK

    def due_after(self, reminded: datetime, zone: ZoneInfo) -> datetime:
        """The deadline: the first such day and time after the reminder."""
        return next_occurrence(self.deadline.day, self.deadline.time, zone, reminded).at

    def again_before(self, due_at: datetime, zone: ZoneInfo) -> datetime | None:
        """The last reminder before a deadline. Where it is quiet at its time it waits for the next
        working hour, and there is none when that comes too late.
        """
        if self.hours_before is None:
            return None
        at = self.worked.when_not_quiet(due_at - timedelta(hours=self.hours_before), zone)
        return at if at < due_at else None


class FridayReminder:
    """Periodic: reminds everybody on the configured day, Friday unless changed."""

    kind = WEEKLY_REMINDER
    grace = timedelta(hours=6)
    """A reminder for the afternoon is not sent in the night."""

    async def first_at(self, tx: Tx) -> datetime:
        return await self.next_at(tx)

    async def periods_due(self, tx: Tx, scheduled_at: datetime) -> list[Period]:
        """In each zone its latest one, unless that lies before all that could still be due."""
        rule = await _rule(tx)
        young = tx.now - self.grace - 2 * RETRY_AFTER
        latest = [(zone, rule.latest(zone, tx.now)) for zone in await _zones(tx)]
        return [
            Period(f"{week_name(each.day)}@{zone.key}", each.at)
            for zone, each in latest
            if each is not None and each.at >= min(scheduled_at, young)
        ]

    async def run(self, tx: Tx, period: Period) -> None:
        """Remind whoever's own time has come and who has not filed."""
        week = week_named(period.key.partition("@")[0])
        rule = await _rule(tx)
        present = await self._to_remind(tx, week)
        step = rule.spread / len(present) if len(present) >= LARGE else timedelta()
        for place, who in enumerate(present):
            await _remind(tx, who, week, rule, tx.now + place * step)

    async def next_at(self, tx: Tx) -> datetime:
        """The earliest next time over the zones people are in."""
        rule = await _rule(tx)
        zones = await _zones(tx)
        return min(rule.next(zone, tx.now) for zone in zones)

    async def _to_remind(self, tx: Tx, week: date) -> list[Person]:
        rule = await _rule(tx)
        present = {
            who.user_id: who
            for who in await _reachable(tx)
            if (its := rule.of_week(week, who.time_zone))
            and timedelta() <= tx.now - its.at <= self.grace
        }
        theirs = await joined_before(tx, week, present) - await filed_by(tx, week)
        return [present[user_id] for user_id in present if user_id in theirs]


async def _rule(tx: Tx) -> _Rule:
    return _Rule(
        weekday=await configuration.get(tx, REMINDER_DAY),
        at=await configuration.get(tx, REMINDER_TIME),
        deadline=await configuration.get(tx, DEADLINE),
        hours_before=await configuration.get(tx, SECOND_REMINDER),
        spread=timedelta(minutes=await configuration.get(tx, SPREAD_MINUTES)),
        worked=await working_time(tx),
    )


async def _zones(tx: Tx) -> set[ZoneInfo]:
    """Where people are; the company's own zone while nobody is there."""
    zones = {who.time_zone for who in await _reachable(tx)}
    return zones or {zone_named(await configuration.get(tx, TIME_ZONE)) or UTC}


async def _reachable(tx: Tx) -> list[Person]:
    return [who for who in await people.people(tx) if who.slack_user_id is not None]


async def _remind(tx: Tx, who: Person, week: date, rule: _Rule, at: datetime) -> None:
    """Once per person and week, wherever they are by then; and once more before the deadline."""
    actor = await people.actor_for(tx, who)
    if who.workspace_id is None or who.slack_user_id is None or not actor.may(FILE):
        return
    place = Place(who.workspace_id, who.slack_user_id)
    if not await _write(tx, place, ReminderNotice(user_id=who.user_id, week_ending=week), at):
        return
    planned = rule.of_week(week, who.time_zone)
    due_at = rule.due_after(planned.at if planned else at, who.time_zone)
    again_at = rule.again_before(due_at, who.time_zone)
    if again_at is not None and again_at > at:
        last = ReminderNotice(user_id=who.user_id, week_ending=week, due_at=due_at)
        await _write(tx, place, last, again_at)


async def _write(tx: Tx, place: Place, notice: ReminderNotice, at: datetime) -> bool:
    which = f"{REMINDER}:last" if notice.due_at else REMINDER
    return await outbox.post(
        tx,
        place,
        REMINDER,
        notice.model_dump(mode="json", exclude_none=True),
        copy_of=notice.record_id,
        dedupe_key=f"{which}:{notice.user_id}:{notice.week_ending.isoformat()}",
        not_before=at,
    )
