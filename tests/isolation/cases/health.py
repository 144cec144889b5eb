"""Functions about the health of partners."""

from datetime import timedelta

from services import health
from services.health import levels, reading, recomputing, snapshots
from services.health.report import report
from services.schedule import Period
from tests.factories import START
from tests.isolation.cases.case import Case, nothing

NIGHTLY = health.NightlyHealth()
TODAY = START.date()

CASES: tuple[Case, ...] = (
    Case(health.trend, lambda its, own: ([its.partner_id, own.partner_id],)),
    Case(levels.today, nothing),
    Case(reading.gather, lambda its, _: ([its.partner_id],), by="application"),
    Case(reading.gather, nothing, by="application"),
    Case(recomputing.recompute, lambda its, _: (its.partner_id,), by="application"),
    Case(recomputing.recompute, nothing, by="application"),
    Case(report, lambda its, _: (its.partner_id,)),
    Case(snapshots.past, lambda its, _: (its.partner_id, TODAY + timedelta(days=7))),
    Case(NIGHTLY.first_at, nothing, by="application"),
    Case(NIGHTLY.periods_due, lambda _, __: (START,), by="application"),
    Case(NIGHTLY.run, lambda _, __: (Period("2026-11-18", START),), by="application"),
    Case(NIGHTLY.next_at, nothing, by="application"),
)
