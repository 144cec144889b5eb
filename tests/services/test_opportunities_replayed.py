from hypothesis import HealthCheck, given, settings

from services.db import Database
from tests.factories import START, Company, FixedClock
from tests.pipelines import Step, as_of, lived, plans, recorded
from tests.services.test_opportunities import a_deal


@settings(max_examples=4, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(plan=plans())
async def test_any_past_state_is_what_the_records_since_undo_to(
    db: Database, acme: Company, clock: FixedClock, plan: list[Step]
) -> None:
    clock.travel_to(START)
    made = await a_deal(db, acme)

    seen = await lived(db, acme, clock, made.number, plan)

    lines = await recorded(db, acme, made.number)
    present = seen[-1].state
    assert [as_of(present, lines, each.at) for each in seen] == [each.state for each in seen]
    moments = {each.at for each in seen}
    assert {line.at for line in lines} <= moments, "a record has the moment of the row"
