"""Each night all partners are worked out again: silence, too, changes how a relationship is."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from services import configuration
from services.calendar import moment
from services.configuration.catalogue import TIME_ZONE
from services.db import Tx
from services.health.touching import touch
from services.schedule import Period
from services.values import UTC
from services.zones import zone_named

AFTER_MIDNIGHT = time(0, 10)
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class NightlyHealth:
    """Asks for it once in each day of the organization's calendar, also late: today's is wanted
    whenever the day is looked at. Days that were missed altogether have no snapshot.
    """

    kind: str = "partner_health"
    grace: timedelta = 2 * _DAY

    async def first_at(self, tx: Tx) -> datetime | None:
        return await self.next_at(tx)

    async def periods_due(self, tx: Tx, scheduled_at: datetime) -> list[Period]:  # noqa: ARG002  # a day missed is not looked for
        day, zone = await _today(tx)
        at = moment(day, AFTER_MIDNIGHT, zone)
        return [Period(day.isoformat(), at)] if at <= tx.now else []

    async def run(self, tx: Tx, period: Period) -> None:  # noqa: ARG002  # every day asks the same
        touch(tx)

    async def next_at(self, tx: Tx) -> datetime:
        day, zone = await _today(tx)
        at = moment(day, AFTER_MIDNIGHT, zone)
        return at if at > tx.now else moment(day + _DAY, AFTER_MIDNIGHT, zone)


async def _today(tx: Tx) -> tuple[date, ZoneInfo]:
    zone = zone_named(await configuration.get(tx, TIME_ZONE)) or UTC
    return tx.now.astimezone(zone).date(), zone
