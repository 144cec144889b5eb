"""Links and files at an opportunity."""

from services import audit
from services.db import Tx
from services.errors import NotFound
from services.opportunities import attachments, queries
from services.opportunities.actions.consequences import follow
from services.opportunities.attachments import NewAttachment
from services.opportunities.held import Held, hold_active
from services.opportunities.queries import Opportunity
from services.opportunities.recording import write
from services.opportunities.rules import KIND

EDIT = "opportunities.edit"


async def attach(tx: Tx, number: int, new: NewAttachment) -> Opportunity:
    """Add a link or a file at the end. Needs `opportunities.edit`. Raises NotFound, Archived, and
    InvalidInput at `url` for an address that is there already and for one too many.
    """
    held, _ = await hold_active(tx, number)
    tx.actor.require(EDIT, held.owner_id)
    made = attachments.made(new, tx.actor.user_id, held.moment(tx.now))
    there = attachments.added(attachments.read(held.attachments), made)
    after = held._replace(attachments=attachments.written(there))
    return await _change(tx, held, after, "opportunity.attached", made.kind)


async def detach(tx: Tx, number: int, attachment_id: str) -> Opportunity:
    """Take a link or a file away; a file stays in Slack. Needs `opportunities.edit`. Raises
    NotFound, also for an attachment that is not there any more, and Archived.
    """
    held, _ = await hold_active(tx, number)
    tx.actor.require(EDIT, held.owner_id)
    there = attachments.read(held.attachments)
    gone = next((each for each in there if each.id == attachment_id), None)
    if gone is None:
        raise NotFound("attachment", "that was here")
    left = [each for each in there if each is not gone]
    after = held._replace(attachments=attachments.written(left))
    return await _change(tx, held, after, "opportunity.detached", gone.kind)


async def _change(tx: Tx, before: Held, after: Held, action: str, kind: str) -> Opportunity:
    await write(tx, before, after)
    await audit.record(tx, action, KIND, after.id, {"number": after.number, "kind": kind})
    await follow(tx, before, after)
    return await queries.as_it_is(tx, after.id)
