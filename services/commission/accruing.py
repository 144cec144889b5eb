"""What a win earns the partner, entered in the ledger; taken back when it is none any more.

The ledger is what is true of each opportunity now, worked out again whenever something it follows
from changes: in which order that was noticed makes no difference. It is its own record of who did
what, so that the audit does not repeat it.
"""

from collections.abc import Iterable, Iterator
from uuid import UUID

from services.commission import reading
from services.commission.basis import Basis, Details, Hold, HoldReason, as_kept
from services.commission.calculating import Commission
from services.commission.choosing import Facts, choose
from services.commission.counting import Deal, alone, counted
from services.commission.entries import planned
from services.commission.ledger import Because, Change, write
from services.commission.reading import Live, Row, Sibling
from services.db import Tx
from services.values import EVERYTHING

_Group = tuple[UUID, str, str]


async def settle(tx: Tx, opportunity_id: UUID) -> None:
    """Have the ledger say what the opportunity, as it is now, earns its partner.

    To be called after whatever wins or reopens it, or changes the value, currency, term, partner
    or close date of a won one, in the same transaction; again, it changes nothing. What cannot be
    worked out is held, with the reason, until it can be. Raises NotFound. Asks for no permission:
    what it is part of has.
    """
    await tx.flush()
    row = await reading.locked(tx, opportunity_id)
    before = row.details
    found = await _found(tx, row, before)
    after = Details(
        override=before.override,
        accrued=found if isinstance(found, Basis) else None,
        held=found if isinstance(found, Hold) else None,
    )
    if after == before and _is_of(row.live, row.partner_id):
        return
    groups = _groups(before, after)
    if groups:
        await _recount(tx, row, after, groups)
    else:
        commission = alone(after.accrued) if after.accrued else None
        await write(tx, _own(row, row.live, after, commission), [])


async def settle_held(tx: Tx) -> int:
    """Settle what waited for an exchange rate; how many there were. The application's own."""
    tx.actor.require(EVERYTHING)
    waiting = await reading.held_ids(tx)
    for opportunity_id in waiting:
        await settle(tx, opportunity_id)
    return len(waiting)


def facts_of(row: Row) -> Facts:
    """What its rule is chosen by."""
    return Facts(
        partner_id=row.partner_id,
        value=row.value,
        currency=row.currency,
        term=row.term,
        agreement=row.agreement,
        override=row.details.override,
    )


async def _found(tx: Tx, row: Row, before: Details) -> Basis | Hold | None:
    if row.status != "won":
        return None
    if row.closed_on is None:
        return Hold(reason=HoldReason.NO_CLOSE_DATE)
    return await choose(tx, facts_of(row), row.closed_on, _of_same_partner(row, before))


def _of_same_partner(row: Row, before: Details) -> Basis | None:
    """What it is accrued by, unless it went to another partner. The ledger follows a merge."""
    if before.accrued is None:
        return None
    if row.live:
        return before.accrued if _is_of(row.live, row.partner_id) else None
    return before.accrued if before.accrued.counted_as == row.partner_id else None


def _is_of(live: Iterable[Live], partner_id: UUID) -> bool:
    return all(each.partner_id == partner_id for each in live)


def _groups(*details: Details) -> set[_Group]:
    found = (each.accrued.group for each in details if each.accrued)
    return {group for group in found if group is not None}


async def _recount(tx: Tx, row: Row, after: Details, groups: set[_Group]) -> None:
    """All that is counted together with it, before and now. What stands is read again: somebody
    may have recounted while this waited for the partner.
    """
    partner_ids = {row.partner_id} | {group[0] for group in groups}
    partner_ids |= {each.partner_id for each in row.live}
    if len(partner_ids) > 1:
        await reading.hold_partners(tx, partner_ids)
    own_live = await reading.live(tx, row.id)
    siblings = await reading.siblings(tx, partner_ids, {group[1] for group in groups}, row.id)
    commissions: dict[UUID, Commission] = {}
    bases = [(row.id, row.number, after.accrued)]
    bases += [(each.id, each.number, each.accrued) for each in siblings]
    for group in groups:
        commissions |= counted(_deals(bases, group))
    own_commission = commissions.pop(row.id, None)
    if own_commission is None and after.accrued:
        own_commission = alone(after.accrued)
    others = [_other(each, commissions[each.id]) for each in siblings if each.id in commissions]
    await write(tx, _own(row, own_live, after, own_commission), others)


def _deals(bases: Iterable[tuple[UUID, int, Basis | None]], group: _Group) -> Iterator[Deal]:
    for opportunity_id, number, basis in bases:
        if basis is not None and basis.group == group:
            yield Deal(opportunity_id, number, basis)


def _own(row: Row, live: Iterable[Live], after: Details, commission: Commission | None) -> Change:
    basis = after.accrued
    because: Because = "changed" if row.status == "won" else "not_won"
    return Change(
        opportunity_id=row.id,
        partner_id=row.partner_id,
        live=tuple(live),
        planned=planned(basis, commission) if basis and commission else (),
        because=because,
        details=as_kept(after, commission),
    )


def _other(sibling: Sibling, commission: Commission) -> Change:
    details = sibling.details
    return Change(
        opportunity_id=sibling.id,
        partner_id=sibling.partner_id,
        live=sibling.live,
        planned=planned(details.accrued, commission) if details.accrued else (),
        because="recounted",
        details=as_kept(details, commission),
    )
