"""A page of opportunities with its totals."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import cast
from zoneinfo import ZoneInfo

from sqlalchemy import select

from services import configuration
from services.calendar import moment
from services.configuration import conversion, rates
from services.configuration.catalogue import FISCAL_START, PIPELINE, STALE_DAYS, Pipeline
from services.configuration.rates import Rates
from services.db import Tx
from services.money import minor_digits
from services.opportunities.listing import statements
from services.opportunities.listing.filters import Filter, days_of
from services.opportunities.listing.statements import MOST_WORDS, ROWS, Listed, Shape, like
from services.opportunities.queries import (
    LARGEST_NUMBER,
    Line,
    company_zone,
    name_of,
    possible,
    sight,
    status_of,
    today,
)
from services.opportunities.rules import days_between, is_stale, lost_on, stale_after
from services.tables import Partner, User
from services.values import OpportunityId

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Total:
    currency: str
    value: Decimal
    weighted: Decimal
    """By probability, each line rounded to the currency before it is added."""


@dataclass(frozen=True, slots=True)
class BaseTotal:
    """All in the base currency at today's rates, each line rounded before it is added."""

    currency: str
    value: Decimal
    weighted: Decimal
    without_rate: tuple[str, ...] = ()
    """Currencies that are not in it, for want of a rate."""


@dataclass(frozen=True, slots=True)
class Page:
    rows: tuple[Line, ...]
    number: int
    """From 1; the last there is when one beyond it was asked for."""
    pages: int
    total_count: int
    totals: tuple[Total, ...]
    """By currency, the largest sum first."""
    base: BaseTotal
    names: "Names"


@dataclass(frozen=True, slots=True)
class Names:
    """Of whom and what the filter names; None where it names none, or none that may be seen."""

    owner: str | None = None
    partner: str | None = None


async def list_opportunities(tx: Tx, wanted: Filter, page: int = 1) -> Page:
    """A page of what the actor may see in the order of the filter, with totals over all pages.

    Needs `opportunities.view`, of their own at least.
    """
    tx.actor.require("opportunities.view", tx.actor.user_id)
    await tx.flush()
    given = await _given(tx, wanted)
    shape = _shape(tx, wanted)
    rows, number = await _rows(tx, shape, given, page)
    if rows:
        return await _page(tx, wanted, rows, number)
    base = _in_base(await rates.current_rates(tx), ())
    return Page((), 1, 1, 0, (), base, await names_of(tx, wanted))


def _number(phrase: str) -> int:
    """What `42` and `#42` mean; a number that nothing has for anything else."""
    digits = phrase.removeprefix("#")
    is_one = digits.isascii() and digits.isdecimal() and len(digits) <= len(str(LARGEST_NUMBER))
    return possible(int(digits)) if is_one else 0


async def _rows(
    tx: Tx, shape: Shape, given: Mapping[str, object], page: int
) -> tuple[Sequence[Listed], int]:
    """Those of the page, or of the last one where there are fewer, and which that is."""
    number = min(max(page, 1), LARGEST_NUMBER // ROWS)
    asked = statements.page(replace(shape, is_first=number == 1))
    found = await tx.rows(asked, {**given, "offset": (number - 1) * ROWS})
    if found or number == 1:
        return [Listed._make(row) for row in found], number
    ((told,),) = await tx.rows(statements.totals(shape), given)
    last = -(-_count(_read_totals(cast("str | None", told))) // ROWS)
    return await _rows(tx, shape, given, max(last, 1))


async def _page(tx: Tx, wanted: Filter, rows: Sequence[Listed], number: int) -> Page:
    calendar = await _calendar(tx)
    totals = _read_totals(rows[0].totals)
    lines = tuple(_read_line(calendar, row) for row in rows)
    return Page(
        rows=lines,
        number=number,
        pages=-(-_count(totals) // ROWS),
        total_count=_count(totals),
        totals=tuple(each.total for each in totals),
        base=_in_base(await rates.current_rates(tx), totals),
        names=Names(
            owner=lines[0].owner_name if wanted.owner_id else None,
            partner=lines[0].partner_name if wanted.partner_id else None,
        ),
    )


async def names_of(tx: Tx, wanted: Filter) -> Names:
    """The names the filter stands for, of those the actor may see."""
    owner, partner = None, None
    if wanted.owner_id is not None and wanted.owner_id != tx.actor.user_id:
        found = await tx.session.execute(
            select(User.first_name, User.last_name).where(User.id == wanted.owner_id)
        )
        owner = next((name_of(first, last) for first, last in found), None)
    if wanted.partner_id is not None and tx.actor.may("partners.view"):
        partner = await tx.session.scalar(
            select(Partner.name).where(Partner.id == wanted.partner_id)
        )
    return Names(owner, partner)


def _shape(tx: Tx, wanted: Filter) -> Shape:
    is_search = wanted.sort == "best"
    is_within = wanted.closing_within_days is not None or wanted.when is not None
    return Shape(
        sight=sight(tx),
        state=wanted.state,
        archived="only" if wanted.is_archived else "too" if is_search else "not",
        stage=wanted.stage is not None,
        owner_id=wanted.owner_id is not None,
        partner_id=wanted.partner_id is not None,
        words=len(_words(wanted)),
        number=is_search,
        first_day=is_within and wanted.when != "overdue",
        last_day=is_within,
        is_stale=wanted.is_stale,
        sort=wanted.sort,
    )


async def _given(tx: Tx, wanted: Filter) -> dict[str, object]:
    """The values of what the filter asks for. Settings are remembered: nothing is read for them
    but by whoever comes first.
    """
    calendar = await _calendar(tx)
    known = await rates.current_rates(tx)
    phrase = " ".join((wanted.words or "").split())
    words = {f"word_{place}": like(each) for place, each in enumerate(_words(wanted))}
    days = days_of(wanted, await today(tx), await configuration.get(tx, FISCAL_START))
    return {
        "actor_id": tx.actor.user_id,
        "stage": wanted.stage,
        "owner_id": wanted.owner_id,
        "partner_id": wanted.partner_id,
        "first_day": days.first if days else None,
        "last_day": days.last if days else None,
        "first_moment": calendar.begin_of(days.first) if days and days.first else None,
        "last_moment": calendar.begin_of(days.last + _DAY) if days and days.last else None,
        "zone": calendar.zone.key,
        "stale_before": calendar.stale_before() if wanted.is_stale else None,
        "stages": [each.key for each in calendar.pipeline.stages]
        if wanted.sort == "stage"
        else None,
        "number": _number(phrase),
        "phrase": phrase,
        "pattern": like(phrase),
        **conversion.parameters(known, calendar.today),
        **words,
    }


def _words(wanted: Filter) -> list[str]:
    """Each counts; what is beyond the first few is looked for as it stands."""
    return (wanted.words or "").split(maxsplit=MOST_WORDS - 1)


@dataclass(frozen=True, slots=True)
class _Calendar:
    """What tells how long an opportunity is in its stage, and whether that is too long."""

    pipeline: Pipeline
    now: datetime
    zone: ZoneInfo
    stale_days: int | None

    @property
    def today(self) -> date:
        return self.now.astimezone(self.zone).date()

    def begin_of(self, day: date) -> datetime:
        return moment(day, time(), self.zone)

    def stale_before(self) -> str:
        """For the database: by stage, the moment before which what is stale came there."""
        limits = {each.key: stale_after(each, self.stale_days) for each in self.pipeline.stages}
        days = {key: self.today - timedelta(days=most - 1) for key, most in limits.items() if most}
        return json.dumps({key: self.begin_of(day).isoformat() for key, day in days.items()})


async def _calendar(tx: Tx) -> _Calendar:
    return _Calendar(
        pipeline=await configuration.get(tx, PIPELINE),
        now=tx.now,
        zone=await company_zone(tx),
        stale_days=await configuration.get(tx, STALE_DAYS),
    )


@dataclass(frozen=True, slots=True)
class _Sum:
    """What the database tells of one currency."""

    total: Total
    count: int
    in_base: tuple[Decimal, Decimal] | None
    """The value and the weighted one; None without a rate."""


_Told = tuple[str, Decimal, Decimal, Decimal, Decimal, Decimal | None, Decimal | None]


def _read_totals(told: str | None) -> Sequence[_Sum]:
    lines = cast("list[_Told]", json.loads(told or "[]", parse_float=Decimal, parse_int=Decimal))
    return [
        _Sum(
            total=Total(name, value, in_cents if minor_digits(name) else in_units),
            count=int(count),
            in_base=None if based is None or weighted is None else (based, weighted),
        )
        for name, value, in_cents, in_units, count, based, weighted in lines
    ]


def _in_base(known: Rates, sums: Sequence[_Sum]) -> BaseTotal:
    told = [each.in_base for each in sums if each.in_base is not None]
    return BaseTotal(
        currency=known.base,
        value=sum((value for value, _ in told), Decimal(0)),
        weighted=sum((weighted for _, weighted in told), Decimal(0)),
        without_rate=tuple(each.total.currency for each in sums if each.in_base is None),
    )


def _count(sums: Sequence[_Sum]) -> int:
    return sum(each.count for each in sums)


def _read_line(calendar: _Calendar, it: Listed) -> Line:
    stage = calendar.pipeline.find(it.stage)
    days = days_between(it.stage_since, calendar.now, calendar.zone)
    is_open = it.status == "open"
    return Line(
        id=OpportunityId(it.id),
        number=it.number,
        customer_name=it.customer_name,
        partner_name=it.partner_name,
        owner_name=name_of(it.owner_first_name, it.owner_last_name),
        value=it.value,
        currency=it.currency,
        stage_label=stage.label if stage else it.stage,
        expected_close_date=it.expected_close_date,
        actual_close_date=it.actual_close_date,
        status=status_of(it.status),
        lost_on=lost_on(it.status, it.actual_close_date, it.stage_since, calendar.zone),
        days_in_stage=days,
        is_stale=is_open and is_stale(days, stale_after(stage, calendar.stale_days)),
        is_archived=it.archived_at is not None,
    )
