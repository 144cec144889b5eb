"""What a win earns the partner, entered in the ledger; taken back when it is none any more.

The ledger is what is true of each opportunity now, worked out again whenever something it follows
from changes: in which order that was noticed makes no difference. It is its own record of who did
what, so that the audit does not repeat it.
"""

from collections.abc import Iterable
from uuid import UUID

from services.commission import reading
from services.commission.basis import Basis, Details, Hold, HoldReason
from services.commission.calculating import Commission
from services.commission.choosing import Facts, choose
from services.commission.counting import Deal, alone, counted
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
        await _recount(tx, row, before, after, groups)
    else:
        commission = alone(after.accrued) if after.accrued else None
        await write(tx, _own(row, row.live, after, commission), [])


async def unsettled(tx: Tx) -> list[UUID]:
    """What is to be settled, each in a transaction of its own: what waits for an exchange rate, and
    what a change of the stages has won or reopened. The application's own.
    """
    tx.actor.require(EVERYTHING)
    return await reading.unsettled_ids(tx)


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


async def _recount(tx: Tx, row: Row, before: Details, after: Details, groups: set[_Group]) -> None:
    """What is counted together with it, before and now, from its place on: what comes earlier stays
    as it is. The ledger is read again: somebody may have recounted while this waited for the
    partner.
    """
    partner_ids = {row.partner_id} | {group[0] for group in groups}
    partner_ids |= {each.partner_id for each in row.live}
    if len(partner_ids) > 1:
        await reading.hold_partners(tx, partner_ids)
    own_live = await reading.live(tx, row.id)
    commission = alone(after.accrued) if after.accrued else None
    others: list[Change] = []
    for group in groups:
        siblings = await reading.siblings(tx, partner_ids, group, row.id)
        found, later = _counted(row, group, before, after, siblings)
        commission = found.pop(row.id, commission)
        others += [_other(each, details, found[each.id]) for each, details in later]
    await write(tx, _own(row, own_live, after, commission), others)


def _counted(
    row: Row, group: _Group, before: Details, after: Details, siblings: Iterable[Sibling]
) -> tuple[dict[UUID, Commission], list[tuple[Sibling, Details]]]:
    """The commissions of one group from where the opportunity stood or stands, and whose they
    are beside its own.
    """
    was, now = (
        each.accrued if each.accrued and each.accrued.group == group else None
        for each in (before, after)
    )
    [rule, *_] = [each.rule for each in (now, was) if each and each.rule]
    since = min((each.won_on, row.number) for each in (was, now) if each)
    earlier = [each.standing for each in siblings if each.place < since]
    later = [(each, each.details) for each in siblings if each.place > since]
    deals = [
        Deal(each.id, each.number, details.accrued)
        for each, details in later
        if details.accrued is not None
    ]
    own = [Deal(row.id, row.number, now)] if now else []
    return counted(rule, [*deals, *own], earlier), later


def _own(row: Row, live: Iterable[Live], after: Details, commission: Commission | None) -> Change:
    because: Because = "changed" if row.status == "won" else "not_won"
    return Change(row.id, row.partner_id, tuple(live), after, commission, because)


def _other(sibling: Sibling, details: Details, commission: Commission) -> Change:
    return Change(sibling.id, sibling.partner_id, sibling.live, details, commission, "recounted")
