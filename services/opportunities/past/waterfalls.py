"""What happened to the pipeline between two days.

Each opportunity is looked at on both days only, so that what was done and undone between them
cancels out. It has one entry that brings it in (it was there at the start, or was created, reopened
or restored since), one for what its value or its currency became, and one where it ends (still
there, won, lost, archived); what was created and won in between has all of them. So every
opportunity's entries add up, and with them the whole. In the base currency the start counts at the
rates of the first day and all else at those of the last: `RATES` is what that makes of the start.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from pydantic import TypeAdapter

from services.configuration.rates import Rates, current_rates
from services.db import Tx
from services.errors import InvalidInput, Problem
from services.money import minor_digits
from services.opportunities.past import days, movements
from services.opportunities.past.values import Bucket, BucketPage, Move, Step, Waterfall
from services.opportunities.queries import LARGEST_NUMBER, sight

LARGEST = 5
"""Moves told with a waterfall."""
ROWS = 15
"""Of a bucket, on one page of a modal."""


class _Sum(NamedTuple):
    bucket: Bucket
    currency: str
    number: int
    amount: Decimal
    base: Decimal


class _Row(NamedTuple):
    place: int
    bucket: Bucket
    base: Decimal | None
    value_before: Decimal
    currency_before: str
    value_after: Decimal
    currency_after: str
    number: int
    customer_name: str
    partner_name: str
    owner_name: str


_SUMS = TypeAdapter(tuple[_Sum, ...])
_ROWS = TypeAdapter(tuple[_Row, ...])


async def waterfall(tx: Tx, start: date, end: date) -> Waterfall:
    """What came into the pipeline, changed in it and left it from the end of the day `start` to the
    end of the day `end`, days of the organization's zone; adding up exactly in every currency.

    Needs `opportunities.view`; whose own are looked at is as for `as_of`. Raises InvalidInput at
    `start` or `end` for a day in the future or before 1990, at `end` for one before the start.
    """
    meant, rates = await _between(tx, start, end)
    statement = movements.movement(sight(tx), until_now=await _is_now(tx, end))
    ((sums, rows),) = await tx.rows(statement, {**meant, "limit": LARGEST, "offset": 0})
    found = _SUMS.validate_json(str(sums))
    return Waterfall(
        start=start,
        end=end,
        base_currency=rates.base,
        steps=_steps(found),
        without_rate=days.without_rate((each.currency for each in found), rates, start, end),
        largest=_moves(str(rows)),
    )


async def bucket(tx: Tx, start: date, end: date, wanted: Bucket, page: int = 1) -> BucketPage:
    """The opportunities in one bucket of a waterfall, the largest first. Needs and raises as
    `waterfall`.
    """
    meant, _ = await _between(tx, start, end)
    number = min(max(page, 1), LARGEST_NUMBER // ROWS)
    statement = movements.bucket(sight(tx), until_now=await _is_now(tx, end))
    place = {"bucket": str(wanted), "limit": ROWS, "offset": (number - 1) * ROWS}
    ((count, rows),) = await tx.rows(statement, {**meant, **place})
    last = max(1, -(-int(str(count)) // ROWS))
    if number > last:
        return await bucket(tx, start, end, wanted, last)
    return BucketPage(wanted, _moves(str(rows)), number, last, int(str(count)))


async def _between(tx: Tx, start: date, end: date) -> tuple[Mapping[str, object], Rates]:
    tx.actor.require("opportunities.view", tx.actor.user_id)
    since, until = await days.end_of(tx, start, "start"), await days.end_of(tx, end, "end")
    if end < start:
        raise InvalidInput.of("end", Problem.END_BEFORE_START)
    await tx.flush()
    rates = await current_rates(tx)
    meant = {
        "actor_id": tx.actor.user_id,
        "since": since,
        "until": until,
        "rates": days.rates_as_json(rates, start, end),
        "digits": minor_digits(rates.base),
    }
    return meant, rates


async def _is_now(tx: Tx, end: date) -> bool:
    """Then the rows are what they were at the end."""
    return end == await days.today(tx)


def _steps(found: Iterable[_Sum]) -> tuple[Step, ...]:
    by_bucket: dict[Bucket, list[_Sum]] = {Bucket.START: [], Bucket.END: []}
    for each in found:
        by_bucket.setdefault(each.bucket, []).append(each)
    return tuple(_step(name, by_bucket[name]) for name in Bucket if name in by_bucket)


def _step(name: Bucket, found: Iterable[_Sum]) -> Step:
    listed = list(found)
    amounts = {each.currency: each.amount for each in listed if name is not Bucket.RATES}
    base = sum((each.base for each in listed), Decimal(0))
    return Step(name, sum(each.number for each in listed), amounts, base)


def _moves(rows: str) -> tuple[Move, ...]:
    return tuple(
        Move(
            number=each.number,
            customer_name=each.customer_name,
            partner_name=each.partner_name,
            owner_name=each.owner_name or None,
            bucket=each.bucket,
            value_before=each.value_before,
            currency_before=each.currency_before,
            value_after=each.value_after,
            currency_after=each.currency_after,
            base=each.base,
        )
        for each in _ROWS.validate_json(rows)
    )
