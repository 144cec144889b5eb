"""Writing the ledger: what an opportunity shall have, against what stands of it.

Nothing is ever changed or deleted: what does not stand any more is taken back by an entry of the
same day, currency and amount with the sign turned, and accrued anew.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal
from uuid import UUID

from sqlalchemy import Uuid, bindparam, insert, select, update
from sqlalchemy.dialects.postgresql import JSONB

from services.commission.basis import Details, as_kept
from services.commission.calculating import Commission
from services.commission.entries import Planned, planned
from services.commission.reading import Live
from services.db import Tx
from services.tables import CommissionEntry, Opportunity

Because = Literal["not_won", "changed", "recounted"]
"""Why something was taken back: no longer won, something it follows from is another, or something
else of the period is."""

_ADD = insert(CommissionEntry)
_MEANT = Opportunity.id == bindparam("meant_id", type_=Uuid)
_DETAILS = {"commission_details": bindparam("details", type_=JSONB)}
_KEEP = update(Opportunity).where(_MEANT).values(_DETAILS)
_free = (
    select(Opportunity.id).where(_MEANT).with_for_update(key_share=True, skip_locked=True)
).scalar_subquery()
_KEEP_IF_FREE = update(Opportunity).where(Opportunity.id == _free).values(_DETAILS)


@dataclass(frozen=True, slots=True)
class Change:
    """What one opportunity has in the ledger, and what it shall have there and in its details."""

    opportunity_id: UUID
    partner_id: UUID
    live: Sequence[Live]
    details: Details
    commission: Commission | None
    because: Because

    @property
    def planned(self) -> Sequence[Planned]:
        """The accruals that shall stand."""
        basis = self.details.accrued
        return planned(basis, self.commission) if basis and self.commission else ()

    @property
    def is_needed(self) -> bool:
        """Whether the ledger says anything else now."""
        has = sorted((_facts(each) for each in self.live), key=repr)
        shall = sorted((_facts(each) for each in self.planned), key=repr)
        moved = any(each.partner_id != self.partner_id for each in self.live)
        return moved or has != shall


async def write(tx: Tx, own: Change, others: Sequence[Change]) -> None:
    """Write what is needed of these: `own` is held by this transaction, `others` may be by one that
    waits for it. What the ledger says counts; that one brings its own details up to date itself.
    """
    needed = [each for each in (own, *others) if each.is_needed]
    rows = [row for each in needed for row in _rows(tx, each)]
    if rows:
        await tx.connection.execute(_ADD, rows)
    await tx.connection.execute(_KEEP, _kept(own))
    told = [_kept(each) for each in needed if each is not own]
    if told:
        await tx.connection.execute(_KEEP_IF_FREE, told)


def _kept(change: Change) -> dict[str, object]:
    kept = as_kept(change.details, change.commission)
    return {"meant_id": change.opportunity_id, "details": kept}


def _facts(entry: Live | Planned) -> tuple[object, ...]:
    return entry.month, entry.earned_on, entry.currency, entry.amount, entry.details


def _rows(tx: Tx, change: Change) -> Iterator[dict[str, object]]:
    common = {
        "organization_id": tx.organization_id,
        "opportunity_id": change.opportunity_id,
        "created_by_user_id": tx.actor.user_id,
        "created_at": tx.now,
    }
    for live in change.live:
        yield {
            **common,
            "partner_id": live.partner_id,
            "kind": "reversal",
            "month": live.month,
            "earned_on": live.earned_on,
            "currency": live.currency,
            "amount": -live.amount,
            "reverses_id": live.id,
            "details": {**live.details, "because": change.because},
        }
    for accrual in change.planned:
        yield {
            **common,
            "partner_id": change.partner_id,
            "kind": "accrual",
            "month": accrual.month,
            "earned_on": accrual.earned_on,
            "currency": accrual.currency,
            "amount": accrual.amount,
            "reverses_id": None,
            "details": accrual.details,
        }
