import asyncio
from itertools import pairwise

from hypothesis import HealthCheck, given, settings

from services.db import Database
from services.errors import ChangedMeanwhile
from services.opportunities import MoveOpportunity, find_opportunity, move_opportunity
from services.values import Actor
from tests.factories import START, Company, FixedClock
from tests.pipelines import Step, as_of, lived, plans, recorded
from tests.services.test_opportunities import a_deal, a_partner

MOVERS = 12


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


async def test_of_many_who_move_at_once_each_loser_is_told_and_the_history_is_a_chain(
    db: Database, acme: Company
) -> None:
    partner_id = await a_partner(db, acme)
    numbers = [(await a_deal(db, acme, partner_id=partner_id)).number for _ in range(3)]

    async def moves_on(by: Actor) -> list[bool]:
        return [await _moved_on(db, by, number) for number in numbers]

    outcomes = await asyncio.gather(*(moves_on(acme.manager) for _ in range(MOVERS)))

    moves = 0
    for number in numbers:
        lines = await recorded(db, acme, number)
        stages = [line for line in reversed(lines) if line.field == "stage"]
        assert all(one.after == other.before for one, other in pairwise(stages))
        assert len({line.at for line in stages}) == len(stages)
        moves += len(stages) - 1
    won = sum(outcome for each in outcomes for outcome in each)
    assert moves == won
    assert won < MOVERS * len(numbers)


async def _moved_on(db: Database, by: Actor, number: int) -> bool:
    """To the next stage of the one it is seen in; False when somebody else was faster."""
    async with db.transaction(by) as tx:
        seen = await find_opportunity(tx, number)
    if seen.next_stage is None:
        return False
    try:
        async with db.transaction(by) as tx:
            move = MoveOpportunity(
                number=number, to_stage=seen.next_stage.key, expected_stage=seen.stage
            )
            return (await move_opportunity(tx, move)).is_change
    except ChangedMeanwhile:
        return False
