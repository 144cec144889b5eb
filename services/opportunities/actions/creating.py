"""A new opportunity: its row, its number, the first line of its history."""

from collections.abc import Sequence
from uuid import UUID, uuid4

from services import audit, channels, configuration, health, welcome
from services.configuration.catalogue import CURRENCIES, DEALS_CHANNEL, Stage
from services.db import Tx
from services.errors import FieldsMissing
from services.opportunities import attachments, queries, recording, rules
from services.opportunities.actions.people import chosen_owner, chosen_partner, tell_owner
from services.opportunities.attachments import Attachment, NewLink
from services.opportunities.held import stages_in_force
from services.opportunities.inputs import CreateOpportunity
from services.opportunities.queries import Opportunity
from services.opportunities.rules import CARD, KIND
from services.sharing import post_card
from services.tables import Opportunity as Row
from services.values import UserId

FIRST = 1
"""The number of a company's first opportunity."""


async def create_opportunity(tx: Tx, new: CreateOpportunity) -> Opportunity:
    """Add an opportunity, with its number; its card goes to the deals channel if that is reached,
    and a colleague whose it is is told.

    Needs `opportunities.create`. Raises InvalidInput at the field for an unknown partner, person,
    stage or currency, for a close date that is past or more than ten years ahead, and (as
    FieldsMissing) for what the stage requires.
    """
    tx.actor.require("opportunities.create")
    stage = rules.starting_stage(await stages_in_force(tx), new.stage)
    rules.refuse_currency(new.currency, await configuration.get(tx, CURRENCIES))
    rules.refuse_close_date(new.expected_close_date, await queries.today(tx))
    row = _row(tx, new, stage)
    row.partner_id = await chosen_partner(tx, new.partner_id)
    if new.assigned_user_id is not None:
        await chosen_owner(tx, new.assigned_user_id)
    _refuse_missing(row, stage)
    tx.session.add(row)
    await tx.session.flush()
    await recording.start(tx, row.id, stage.key)
    details = {"number": row.number, "stage": stage.key}
    await audit.record(tx, "opportunity.created", KIND, row.id, details)
    await _tell(tx, row)
    return await queries.as_it_is(tx, row.id)


def _row(tx: Tx, new: CreateOpportunity, stage: Stage) -> Row:
    return Row(
        id=uuid4(),
        organization_id=tx.organization_id,
        partner_id=new.partner_id,
        assigned_user_id=new.assigned_user_id or tx.actor.user_id,
        customer_name=new.customer_name,
        customer_contact=new.contact(),
        deal_value=new.deal_value,
        currency=new.currency,
        stage=stage.key,
        probability=stage.probability if new.probability is None else new.probability,
        probability_is_manual=new.probability is not None,
        expected_close_date=new.expected_close_date,
        notes=new.notes,
        attachments=attachments.written(_attachments(tx, new)),
        term_months=new.term_months,
        status=stage.kind,
        stage_since=tx.now,
        created_at=tx.now,
        updated_at=tx.now,
    )


def _attachments(tx: Tx, new: CreateOpportunity) -> Sequence[Attachment]:
    source = [NewLink(url=new.source, title=new.source_title)] if new.source else []
    made: tuple[Attachment, ...] = ()
    for each in (*source, *new.attachments):
        made = attachments.added(made, attachments.made(each, tx.actor.user_id, tx.now))
    return made


def _refuse_missing(row: Row, stage: Stage) -> None:
    there = {
        "deal_value": row.deal_value,
        "customer_contact": row.customer_contact,
        "assigned_user_id": row.assigned_user_id,
        "notes": row.notes,
    }
    if fields := rules.missing(stage, there):
        raise FieldsMissing(number=None, stage=stage.key, stage_label=stage.label, fields=fields)


async def _tell(tx: Tx, row: Row) -> None:
    health.touch(tx, row.partner_id)
    await _post_to_deals(tx, row.id)
    await tell_owner(tx, row.id, UserId(row.assigned_user_id) if row.assigned_user_id else None)
    if row.number == FIRST:
        await welcome.refresh(tx)


async def _post_to_deals(tx: Tx, opportunity_id: UUID) -> None:
    place = await channels.reached_channel(tx, DEALS_CHANNEL)
    if place is not None:
        await post_card(tx, CARD, opportunity_id, place)
