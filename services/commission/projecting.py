"""What an opportunity earns its partner: as it stands when won, as it would be while it is open."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import cast
from uuid import UUID

from sqlalchemy import func, select

from services.commission import reading
from services.commission.accruing import facts_of
from services.commission.basis import Basis, Hold, Source, read_lines
from services.commission.calculating import Commission, Line, LineKind
from services.commission.choosing import choose
from services.commission.counting import Deal, Standing, alone, counted
from services.commission.reading import Live, Row, standing_of
from services.commission.structures import Recurring, Structure, stored
from services.db import Tx
from services.money import rounded
from services.tables import CommissionEntry
from services.values import UserId

_ZERO, _PERCENT = Decimal(0), Decimal("0.01")


class State(StrEnum):
    """How certain it is."""

    PROJECTED = "projected"
    EARNED = "earned"
    HELD = "held"


@dataclass(frozen=True, slots=True)
class Projection:
    """What the partner earns. `on`: the day whose terms count; `structure` is None where nothing
    is agreed, `commission` while it is `held`.

    `weighted`: by probability, while it is open.
    """

    state: State
    commission: Commission | None
    structure: Structure | None
    source: Source
    on: date
    weighted: Decimal | None = None
    held: Hold | None = None


async def projection(tx: Tx, opportunity_id: UUID) -> Projection | None:
    """What a won one has earned; what an open one would, won on its expected close date.

    None for a lost one, and for who lacks `commission.view` or may not see the opportunity, so
    that whoever shows one can always ask. Raises NotFound.
    """
    row = await reading.seen(tx, opportunity_id)
    if not _may_see(tx, row):
        return None
    if row.status == "won":
        return _earned(row)
    return await _projected(tx, row, row.expected_on) if row.status == "open" else None


async def what_if(tx: Tx, opportunity_id: UUID, won_on: date) -> Projection | None:
    """What an opportunity that is not won would earn the partner, won on this day.

    None as for `projection`, and for one that is won already. Raises NotFound.
    """
    row = await reading.seen(tx, opportunity_id)
    if not _may_see(tx, row) or row.status == "won":
        return None
    return await _projected(tx, row, won_on)


async def taken_back(tx: Tx, opportunity_id: UUID) -> dict[str, Decimal]:
    """What this transaction has taken back of what one had earned, by currency; nothing for who
    lacks `commission.view`.
    """
    if not tx.actor.may("commission.view"):
        return {}
    gone = -func.sum(CommissionEntry.amount)
    found = await tx.session.execute(
        select(CommissionEntry.currency, gone)
        .where(
            CommissionEntry.opportunity_id == opportunity_id,
            CommissionEntry.kind == "reversal",
            CommissionEntry.created_at == tx.now,
        )
        .group_by(CommissionEntry.currency)
        .having(gone != 0)
    )
    return {currency: rounded(amount, currency) for currency, amount in found}


def _may_see(tx: Tx, row: Row) -> bool:
    owner = UserId(row.owner_id) if row.owner_id else None
    return tx.actor.may("commission.view") and tx.actor.may("opportunities.view", owner)


def _earned(row: Row) -> Projection | None:
    details = row.details
    if details.held is not None:
        day = row.closed_on or row.expected_on
        return Projection(State.HELD, None, None, Source.NONE, day, held=details.held)
    if details.accrued is None:
        return None
    basis = details.accrued
    commission = _standing(row.live, basis)
    return Projection(State.EARNED, commission, basis.rule, basis.source, basis.won_on)


async def _projected(tx: Tx, row: Row, won_on: date) -> Projection:
    found = await choose(tx, facts_of(row), won_on, None)
    if isinstance(found, Hold):
        return Projection(State.HELD, None, None, Source.NONE, won_on, held=found)
    commission = _counted_with(row, found)
    share = commission.total * (row.probability or 0) * _PERCENT
    return Projection(
        State.PROJECTED,
        commission,
        found.rule,
        found.source,
        won_on,
        weighted=rounded(share, found.currency),
    )


def _counted_with(row: Row, basis: Basis) -> Commission:
    """After what is won before it, where that counts."""
    rule = basis.rule
    if rule is None or basis.window is None:
        return alone(basis)
    group = {"counted_as": str(basis.counted_as), "window": basis.window, "rule": stored(rule)}
    place = basis.won_on.isoformat(), row.number
    before: list[Standing] = []
    for number, kept in row.others or ():
        details = cast("dict[str, dict[str, object]]", kept)
        accrued = details["accrued"]
        is_alike = all(accrued.get(name) == each for name, each in group.items())
        if is_alike and (str(accrued["won_on"]), int(str(number))) < place:
            before.append(standing_of(cast("dict[str, object]", kept)))
    return counted(rule, [Deal(row.id, row.number, basis)], before)[row.id]


def _standing(live: Iterable[Live], basis: Basis) -> Commission:
    """What the ledger says. The months of a recurring one are told together, also those that come
    to nothing and are not in it.
    """
    lines = [line for each in live for line in read_lines(each.details.get("lines", []))]
    if not isinstance(basis.rule, Recurring):
        return Commission(basis.currency, tuple(lines))
    months = alone(basis).lines[0]
    limits: dict[LineKind, Line] = {}
    for line in lines:
        if line.kind is not LineKind.MONTHS:
            before = limits.get(line.kind, Line(line.kind, _ZERO))
            limits[line.kind] = replace(before, amount=before.amount + line.amount)
    return Commission(basis.currency, (months, *limits.values()))
