"""The partner that stands for opportunities without one."""

from dataclasses import replace
from uuid import UUID, uuid5

from sqlalchemy import select, text
from sqlalchemy.dialects.postgresql import insert

from services import configuration
from services.commission import NoCommission, stored
from services.configuration.catalogue import DIRECT_PARTNER
from services.db import Tx
from services.partners.edit import tell_renamed
from services.partners.records import DIRECT_DOMAIN, Partner, as_partner, domain_labels
from services.tables import Partner as PartnerRow


async def offered_direct(tx: Tx) -> Partner | None:
    """What is offered first for the partner of an opportunity, called as the setting says. None
    when each opportunity is to have a partner. Needs `partners.view`.

    Offering writes nothing: until `direct` has made it, its identifier is that of no row.
    """
    tx.actor.require("partners.view")
    name = await configuration.get(tx, DIRECT_PARTNER)
    if name is None:
        return None
    row = await _find(tx) or _unmade(tx, name)
    return replace(as_partner(row, await domain_labels(tx)), name=name)


async def direct(tx: Tx) -> Partner | None:
    """The one that is offered, made on first use and called as the setting says, without
    commission. None when each opportunity is to have a partner. Needs `partners.view`.
    """
    tx.actor.require("partners.view")
    name = await configuration.get(tx, DIRECT_PARTNER)
    if name is None:
        return None
    row = await _find(tx) or await _make(tx, name)
    if row.name != name:
        row.name = name
        await tx.flush()
        await tell_renamed(tx, row.id)
    return as_partner(row, await domain_labels(tx))


def direct_id(tx: Tx) -> UUID:
    """By which the company's is chosen before there is a row."""
    return uuid5(tx.organization_id, "direct")


def _unmade(tx: Tx, name: str) -> PartnerRow:
    return PartnerRow(
        id=direct_id(tx),
        organization_id=tx.organization_id,
        name=name,
        domain=DIRECT_DOMAIN,
        commission_structure=stored(NoCommission()),
        other_contacts=[],
        is_direct=True,
        status="active",
        created_at=tx.now,
        updated_at=tx.now,
    )


async def _find(tx: Tx) -> PartnerRow | None:
    return await tx.session.scalar(select(PartnerRow).where(PartnerRow.is_direct))


async def _make(tx: Tx, name: str) -> PartnerRow:
    """Two who need it at once make one."""
    fresh = insert(PartnerRow).values(
        id=direct_id(tx),
        organization_id=tx.organization_id,
        name=name,
        domain=DIRECT_DOMAIN,
        commission_structure=stored(NoCommission()),
        is_direct=True,
        created_at=tx.now,
        updated_at=tx.now,
    )
    await tx.session.execute(
        fresh.on_conflict_do_nothing(
            index_elements=["organization_id"], index_where=text("is_direct")
        )
    )
    return (await tx.session.scalars(select(PartnerRow).where(PartnerRow.is_direct))).one()
