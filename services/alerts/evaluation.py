"""When the rules are evaluated by themselves: every hour, besides whenever something moves."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from services import jobs
from services.db import Tx
from services.schedule import Period

HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class RuleEvaluation:
    """Asks for an evaluation once an hour, counted in UTC. Hours missed are not made up for: what
    one evaluation finds does not depend on those before it.
    """

    kind: str = "alert_rules"
    grace: timedelta = HOUR

    async def first_at(self, tx: Tx) -> datetime | None:
        return tx.now

    async def periods_due(self, tx: Tx, scheduled_at: datetime) -> list[Period]:  # noqa: ARG002  # an hour missed is not looked for
        hour = _hour_of(tx.now)
        return [Period(hour.strftime("%Y-%m-%dT%HZ"), hour)]

    async def run(self, tx: Tx, period: Period) -> None:  # noqa: ARG002  # every hour asks the same
        jobs.enqueue(tx, jobs.EVALUATE_ALERT_RULES)

    async def next_at(self, tx: Tx) -> datetime:
        return _hour_of(tx.now) + HOUR


def _hour_of(moment: datetime) -> datetime:
    return moment.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
