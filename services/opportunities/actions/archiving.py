"""Putting an opportunity away, out of every list, and fetching it back."""

from services import audit
from services.db import Tx
from services.opportunities import queries
from services.opportunities.actions.consequences import follow
from services.opportunities.held import Held, hold
from services.opportunities.queries import Opportunity
from services.opportunities.recording import write
from services.opportunities.rules import KIND

ARCHIVE = "opportunities.archive"


async def archive(tx: Tx, number: int) -> Opportunity:
    """Put an opportunity away, whatever its status; its history, its cards and what was earned with
    it stay. Needs `opportunities.archive`. Raises NotFound. An archived one stays archived.
    """
    held, _ = await hold(tx, number)
    tx.actor.require(ARCHIVE, held.owner_id)
    if held.archived_at is None:
        after = held._replace(archived_at=held.moment(tx.now))
        await _change(tx, held, after, "opportunity.archived")
    return await queries.as_it_is(tx, held.id)


async def restore(tx: Tx, number: int) -> Opportunity:
    """Fetch an archived opportunity back, as it was. Needs `opportunities.archive`. Raises
    NotFound. One that is not archived stays as it is.
    """
    held, _ = await hold(tx, number)
    tx.actor.require(ARCHIVE, held.owner_id)
    if held.archived_at is not None:
        await _change(tx, held, held._replace(archived_at=None), "opportunity.restored")
    return await queries.as_it_is(tx, held.id)


async def _change(tx: Tx, before: Held, after: Held, action: str) -> None:
    await write(tx, before, after)
    await audit.record(tx, action, KIND, after.id, {"number": after.number})
    await follow(tx, before, after)
