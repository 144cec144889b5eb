"""A page of opportunities with its totals."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import cast
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from services import configuration
from services.configuration.catalogue import PIPELINE, Pipeline
from services.db import Tx
from services.money import minor_digits
from services.opportunities.listing import statements
from services.opportunities.listing.statements import Listed, Shape, like
from services.opportunities.queries import LARGEST_NUMBER, Line, name_of, sight, status_of
from services.opportunities.rules import label_of
from services.text import OptionalName
from services.values import OpportunityId

ROWS = 10
"""On one page of a message."""


class Filter(BaseModel):
    """Which opportunities: all open ones unless narrowed; a stage brings its closed ones too."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    owner_id: UUID | None = None
    stage: OptionalName = None
    partner_id: UUID | None = None
    words: OptionalName = None
    """Part of the customer's or the partner's name."""
    with_closed: bool = False


@dataclass(frozen=True, slots=True)
class Total:
    currency: str
    value: Decimal
    weighted: Decimal
    """By probability, each line rounded to the currency before it is added."""


@dataclass(frozen=True, slots=True)
class Page:
    rows: tuple[Line, ...]
    number: int
    """From 1; the last there is when one beyond it was asked for."""
    pages: int
    total_count: int
    totals: tuple[Total, ...]


async def list_opportunities(tx: Tx, wanted: Filter, page: int = 1) -> Page:
    """A page of what the actor may see, soonest to close first, with totals over all pages.

    Needs `opportunities.view`, of their own at least.
    """
    tx.actor.require("opportunities.view", tx.actor.user_id)
    number = min(max(page, 1), LARGEST_NUMBER // ROWS)
    await tx.flush()
    meant = {"actor_id": tx.actor.user_id, **_meant(wanted, number)}
    found = await tx.rows(statements.page(_shape(tx, wanted)), meant)
    rows = [Listed._make(row) for row in found]
    if rows:
        return await _page(tx, rows, number)
    last = -(-_count(await _totals(tx, wanted)) // ROWS)
    if 0 < last < number:
        return await list_opportunities(tx, wanted, last)
    return Page((), 1, 1, 0, ())


async def _page(tx: Tx, rows: Sequence[Listed], number: int) -> Page:
    pipeline = await configuration.get(tx, PIPELINE)
    totals = _read_totals(rows[0].totals)
    return Page(
        rows=tuple(_read_line(pipeline, row) for row in rows),
        number=number,
        pages=-(-_count(totals) // ROWS),
        total_count=_count(totals),
        totals=tuple(total for total, _ in totals),
    )


def _shape(tx: Tx, wanted: Filter) -> Shape:
    return Shape(
        sight=sight(tx),
        stage=wanted.stage is not None,
        with_closed=wanted.with_closed,
        owner_id=wanted.owner_id is not None,
        partner_id=wanted.partner_id is not None,
        words=bool(wanted.words),
    )


def _meant(wanted: Filter, number: int) -> Mapping[str, object]:
    return {
        "stage": wanted.stage,
        "owner_id": wanted.owner_id,
        "partner_id": wanted.partner_id,
        "words": like(wanted.words or ""),
        "limit": ROWS,
        "offset": (number - 1) * ROWS,
    }


_Totals = Sequence[tuple[Total, int]]


async def _totals(tx: Tx, wanted: Filter) -> _Totals:
    meant = {"actor_id": tx.actor.user_id, **_meant(wanted, 1)}
    ((told,),) = await tx.rows(statements.totals(_shape(tx, wanted)), meant)
    return _read_totals(cast("str | None", told))


def _read_totals(told: str | None) -> _Totals:
    lines = cast(
        "list[tuple[str, Decimal, Decimal, Decimal, Decimal]]",
        json.loads(told or "[]", parse_float=Decimal, parse_int=Decimal),
    )
    return [
        (Total(name, value, in_cents if minor_digits(name) else in_units), int(count))
        for name, value, in_cents, in_units, count in lines
    ]


def _count(totals: _Totals) -> int:
    return sum(number for _, number in totals)


def _read_line(pipeline: Pipeline, it: Listed) -> Line:
    return Line(
        id=OpportunityId(it.id),
        number=it.number,
        customer_name=it.customer_name,
        partner_name=it.partner_name,
        owner_name=name_of(it.owner_first_name, it.owner_last_name),
        value=it.value,
        currency=it.currency,
        stage_label=label_of(pipeline, it.stage),
        expected_close_date=it.expected_close_date,
        actual_close_date=it.actual_close_date,
        status=status_of(it.status),
    )
