"""The partner that stands for opportunities without one."""

from uuid import uuid4

from sqlalchemy import select, text
from sqlalchemy.dialects.postgresql import insert

from services import configuration
from services.commission import NoCommission, stored
from services.configuration.catalogue import DIRECT_PARTNER
from services.db import Tx
from services.partners.edit import tell_renamed
from services.partners.records import DIRECT_DOMAIN, Partner, as_partner, domain_labels
from services.tables import Partner as PartnerRow


async def direct(tx: Tx) -> Partner | None:
    """What is offered first for the partner of an opportunity: made on first use, called as the
    setting says, without commission. None when each opportunity is to have a partner. Needs
    `partners.view`.
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


async def _find(tx: Tx) -> PartnerRow | None:
    return await tx.session.scalar(select(PartnerRow).where(PartnerRow.is_direct))


async def _make(tx: Tx, name: str) -> PartnerRow:
    """Two who need it at once make one."""
    fresh = insert(PartnerRow).values(
        id=uuid4(),
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
