"""The pipeline as it was at the end of a past day."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import NamedTuple
from uuid import UUID

from pydantic import TypeAdapter

from services.configuration.catalogue import Pipeline
from services.configuration.rates import Rates, current_rates
from services.db import Tx
from services.money import minor_digits
from services.opportunities.listing import ROWS, Total
from services.opportunities.past import days, statements
from services.opportunities.past.statements import Listed
from services.opportunities.past.values import Past, PastLine, StageSums, Sums, Wanted
from services.opportunities.queries import LARGEST_NUMBER, sight, status_of
from services.opportunities.rules import label_of
from services.values import OpportunityId, UserId

NOTHING = Wanted()


class _Sum(NamedTuple):
    """What was open in one stage and currency."""

    stage: str
    currency: str
    number: int
    value: Decimal
    in_cents: Decimal
    in_units: Decimal
    base: Decimal | None
    base_weighted: Decimal | None


class _Row(NamedTuple):
    id: UUID
    number: int
    stage: str
    status: str
    deal_value: Decimal
    currency: str
    probability: int
    assigned_user_id: UUID | None
    expected_close_date: date
    actual_close_date: date | None
    archived: bool
    customer_name: str
    partner_name: str
    owner_name: str


_SUMS = TypeAdapter(tuple[_Sum, ...])
_ROWS = TypeAdapter(tuple[_Row, ...])


async def as_of(tx: Tx, day: date, wanted: Wanted = NOTHING, page: int = 1) -> Past:
    """The pipeline at the end of this day of the organization's zone, for today as it is now.

    Of every opportunity the stage, value, currency, probability, owner, close dates and status of
    then; customer and partner are called as they are now. Where a change was never recorded, what
    holds now counts for then. In base at the rates of that day.

    Needs `opportunities.view`. Who may see only their own sees the past of those that are theirs
    now, also from when they belonged to somebody else, and nothing of those given away.

    Raises InvalidInput at `day` for one in the future or before 1990.
    """
    tx.actor.require("opportunities.view", tx.actor.user_id)
    until = await days.end_of(tx, day, "day")
    await tx.flush()
    rates = await current_rates(tx)
    number = min(max(page, 1), LARGEST_NUMBER // ROWS)
    shape = Listed(sight(tx), everything=wanted.everything, stage=wanted.stage is not None)
    meant = {
        "actor_id": tx.actor.user_id,
        "until": until,
        "rates": days.rates_as_json(rates, day, day),
        "digits": minor_digits(rates.base),
        "stage": wanted.stage,
        "limit": ROWS,
        "offset": (number - 1) * ROWS,
    }
    ((sums, count, rows),) = await tx.rows(statements.pipeline(shape), meant)
    last = max(1, -(-int(str(count)) // ROWS))
    if number > last:
        return await as_of(tx, day, wanted, last)
    stages = await days.pipeline_of(tx, until)
    found = _SUMS.validate_json(str(sums))
    return Past(
        day=day,
        base_currency=rates.base,
        total=_summed(found, rates, day),
        stages=_by_stage(found, stages, rates, day),
        rows=tuple(_line(each, stages) for each in _ROWS.validate_json(str(rows))),
        number=number,
        pages=last,
        row_count=int(str(count)),
    )


def _by_stage(
    found: Sequence[_Sum], stages: Pipeline, rates: Rates, day: date
) -> tuple[StageSums, ...]:
    order = {stage.key: at for at, stage in enumerate(stages.stages)}
    keys = sorted({each.stage for each in found}, key=lambda key: (order.get(key, len(order)), key))
    return tuple(
        _of_stage(key, stages, _summed([each for each in found if each.stage == key], rates, day))
        for key in keys
    )


def _of_stage(key: str, stages: Pipeline, sums: Sums) -> StageSums:
    return StageSums(
        count=sums.count,
        totals=sums.totals,
        base=sums.base,
        base_weighted=sums.base_weighted,
        without_rate=sums.without_rate,
        stage=key,
        label=label_of(stages, key),
    )


def _summed(found: Iterable[_Sum], rates: Rates, day: date) -> Sums:
    by_currency: dict[str, list[_Sum]] = {}
    for each in found:
        by_currency.setdefault(each.currency, []).append(each)
    every = [each for listed in by_currency.values() for each in listed]
    return Sums(
        count=sum(each.number for each in every),
        totals=_totals(by_currency),
        base=sum((each.base or Decimal(0) for each in every), Decimal(0)),
        base_weighted=sum((each.base_weighted or Decimal(0) for each in every), Decimal(0)),
        without_rate=days.without_rate(by_currency, rates, day),
    )


def _totals(by_currency: Mapping[str, Sequence[_Sum]]) -> tuple[Total, ...]:
    totals = [
        Total(
            code,
            sum((each.value for each in listed), Decimal(0)),
            sum((_weighted(each) for each in listed), Decimal(0)),
        )
        for code, listed in by_currency.items()
    ]
    return tuple(sorted(totals, key=lambda each: (-each.value, each.currency)))


def _weighted(it: _Sum) -> Decimal:
    return it.in_cents if minor_digits(it.currency) else it.in_units


def _line(it: _Row, stages: Pipeline) -> PastLine:
    return PastLine(
        id=OpportunityId(it.id),
        number=it.number,
        customer_name=it.customer_name,
        partner_name=it.partner_name,
        owner_name=it.owner_name or None,
        value=it.deal_value,
        currency=it.currency,
        stage_label=label_of(stages, it.stage),
        expected_close_date=it.expected_close_date,
        actual_close_date=it.actual_close_date,
        status=status_of(it.status),
        owner_id=UserId(it.assigned_user_id) if it.assigned_user_id else None,
        stage=it.stage,
        probability=it.probability,
        is_archived=it.archived,
    )
