"""The pipeline of past days."""

from datetime import date, timedelta

from services.opportunities import past
from services.opportunities.past import days
from tests.factories import START
from tests.isolation.cases.case import Case, nothing
from tests.isolation.seeds import Known

TODAY = START.date()
MONTH_AGO = TODAY - timedelta(days=30)


def today(_its: Known, _own: Known) -> tuple[object, ...]:
    return (TODAY,)


def between(_its: Known, _own: Known) -> tuple[object, ...]:
    return (MONTH_AGO, TODAY)


CASES: tuple[Case, ...] = (
    Case(past.as_of, today),
    Case(past.as_of, lambda _, __: (TODAY, past.Wanted(everything=True))),
    Case(past.as_of, lambda _, __: (MONTH_AGO,)),
    Case(past.waterfall, between),
    *(Case(past.bucket, lambda _, __, each=each: (MONTH_AGO, TODAY, each)) for each in past.Bucket),
    Case(days.end_of, lambda _, __: (date(2026, 9, 30), "day")),
    Case(days.zone_of, nothing),
    Case(days.today, nothing),
    Case(days.pipeline_of, lambda _, __: (START,)),
)
