"""Merging two partners that are one: everything of the first goes to the second.

What is agreed with the one that stays counts from then on. What was earned moves as it was earned.
"""

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from typing import cast
from uuid import UUID, uuid4

from sqlalchemy import ColumnElement, Uuid, func, insert, literal, null, select, update
from sqlalchemy.orm import aliased

from services import audit, configuration, health, outbox
from services.configuration.catalogue import RULES, Route, Rule, Rules
from services.configuration.values import take_turns_with_records
from services.db import Tx
from services.errors import CannotMerge, MergeProblem, NotFound
from services.partners.edit import OPPORTUNITY_CARD
from services.partners.records import (
    CARD,
    KIND,
    Contact,
    Partner,
    as_partner,
    domain_labels,
    read_contacts,
    write_contacts,
)
from services.tables import (
    Alert,
    CommissionEntry,
    HealthSnapshot,
    Interaction,
    MessageCopy,
    Opportunity,
    OpportunityChange,
    Task,
)
from services.tables import Partner as PartnerRow
from services.text import comparable

MERGE = "partners.merge"
MERGED = "partner.merged"
TAKEN_OVER = "partner.taken_over"

_CHANGE = (
    "organization_id",
    "opportunity_id",
    "field",
    "from_value",
    "to_value",
    "changed_by_user_id",
    "changed_at",
)


@dataclass(frozen=True, slots=True)
class Moving:
    """How much goes from one partner to another."""

    opportunities: int
    interactions: int
    tasks: int
    entries: int
    contacts: int
    health_days: int
    alerts: int
    routes: int
    cards: int


@dataclass(frozen=True, slots=True)
class Merge:
    """Two partners that are to become one, or have. `terms_differ`: their commissions are agreed
    otherwise, and those of the one that stays will count.
    """

    gone: Partner
    stays: Partner
    moving: Moving
    terms_differ: bool


async def merge_preview(tx: Tx, partner_id: UUID, into_id: UUID) -> Merge:
    """What a merge would move. Needs `partners.merge`. Raises as `merge_partners`."""
    tx.actor.require(MERGE)
    gone, stays = await _both(tx, partner_id, into_id)
    return await _as_merge(tx, gone, stays)


async def merge_partners(tx: Tx, partner_id: UUID, into_id: UUID) -> Merge:
    """Move everything of the first partner to the second; it stays as what leads there. Needs
    `partners.merge`. The answer tells what was moved.

    Raises NotFound, and CannotMerge for a partner into itself, for one of them merged already and
    for the one that stands for none.
    """
    tx.actor.require(MERGE)
    await take_turns_with_records(tx)
    await _hold_opportunities(tx, partner_id)
    gone, stays = await _both(tx, partner_id, into_id, is_held=True)
    merge = await _as_merge(tx, gone, stays)
    opportunities = await _move_opportunities(tx, gone.id, stays.id)
    await _move_others(tx, gone.id, stays.id)
    await _reroute(tx, gone.id, stays.id)
    await _close(tx, gone, stays)
    await _tell(tx, merge, opportunities)
    return replace(merge, stays=as_partner(stays, await domain_labels(tx)))


async def _both(
    tx: Tx, partner_id: UUID, into_id: UUID, *, is_held: bool = False
) -> tuple[PartnerRow, PartnerRow]:
    """Held in the same order by everybody. Raises as `merge_partners`."""
    wanted = select(PartnerRow).where(PartnerRow.id.in_([partner_id, into_id]))
    if is_held:
        wanted = wanted.order_by(PartnerRow.id).with_for_update()
    rows = {
        row.id: row
        for row in await tx.session.scalars(wanted, execution_options={"populate_existing": True})
    }
    for missing in [each for each in (partner_id, into_id) if each not in rows]:
        raise NotFound(KIND, str(missing))
    await _refuse_impossible(tx, rows[partner_id], rows[into_id])
    return rows[partner_id], rows[into_id]


async def _refuse_impossible(tx: Tx, gone: PartnerRow, stays: PartnerRow) -> None:
    if gone.id == stays.id:
        raise CannotMerge(MergeProblem.ITSELF, gone.name)
    for row in (gone, stays):
        if row.is_direct:
            raise CannotMerge(MergeProblem.DIRECT, row.name)
        if row.merged_into_id is not None:
            into = await tx.session.get(PartnerRow, row.merged_into_id)
            raise CannotMerge(MergeProblem.MERGED, row.name, into and into.name)


async def _as_merge(tx: Tx, gone: PartnerRow, stays: PartnerRow) -> Merge:
    labels = await domain_labels(tx)
    return Merge(
        gone=as_partner(gone, labels),
        stays=as_partner(stays, labels),
        moving=await _moving(tx, gone, stays),
        terms_differ=gone.commission_structure != stays.commission_structure,
    )


async def _moving(tx: Tx, gone: PartnerRow, stays: PartnerRow) -> Moving:
    its = gone.id
    counted = select(
        _many(Opportunity.partner_id == its),
        _many(Interaction.partner_id == its),
        _many(Task.interaction_id.in_(select(Interaction.id).where(Interaction.partner_id == its))),
        _many(CommissionEntry.partner_id == its),
        _many(*_days_of(gone.id, stays.id)),
        _many(*_about(its), Alert.status != "resolved"),
        _many(*_copies_of(its)),
    )
    opportunities, interactions, tasks, entries, days, alerts, cards = (
        await tx.session.execute(counted)
    ).one()
    return Moving(
        opportunities=opportunities,
        interactions=interactions,
        tasks=tasks,
        entries=entries,
        contacts=len(_new_contacts(gone, stays)),
        health_days=days,
        alerts=alerts,
        routes=_routes_naming(await configuration.get(tx, RULES), its),
        cards=cards,
    )


def _many(*conditions: ColumnElement[bool]) -> ColumnElement[int]:
    return select(func.count()).where(*conditions).scalar_subquery()


def _about(partner_id: UUID) -> Sequence[ColumnElement[bool]]:
    return (Alert.entity_type == KIND, Alert.entity_id == partner_id)


def _copies_of(partner_id: UUID) -> Sequence[ColumnElement[bool]]:
    return (
        MessageCopy.entity_type == CARD,
        MessageCopy.entity_id == partner_id,
        MessageCopy.gone_at.is_(None),
    )


def _days_of(gone_id: UUID, stays_id: UUID) -> Sequence[ColumnElement[bool]]:
    """The days of which only the first has a score: of the others the second keeps its own."""
    own = aliased(HealthSnapshot)
    return (
        HealthSnapshot.partner_id == gone_id,
        ~select(own.day).where(own.partner_id == stays_id, own.day == HealthSnapshot.day).exists(),
    )


async def _hold_opportunities(tx: Tx, partner_id: UUID) -> None:
    """Before the partners, as who changes one does: else each could wait for the other."""
    await tx.session.execute(
        select(Opportunity.id)
        .where(Opportunity.partner_id == partner_id)
        .order_by(Opportunity.id)
        .with_for_update()
    )


async def _move_opportunities(tx: Tx, gone_id: UUID, stays_id: UUID) -> Sequence[UUID]:
    """With a change in the record of each, of the moment that is the row's version."""
    found = await tx.session.scalars(
        update(Opportunity)
        .where(Opportunity.partner_id == gone_id)
        .values(partner_id=stays_id)
        .returning(Opportunity.id)
        .execution_options(synchronize_session=False)
    )
    moved = list(found)
    told = select(
        Opportunity.organization_id,
        Opportunity.id,
        literal("partner_id"),
        literal(str(gone_id)),
        literal(str(stays_id)),
        literal(tx.actor.user_id, Uuid) if tx.actor.user_id else null(),
        Opportunity.updated_at,
    ).where(Opportunity.id.in_(moved))
    await tx.session.execute(insert(OpportunityChange).from_select(_CHANGE, told))
    return moved


async def _move_others(tx: Tx, gone_id: UUID, stays_id: UUID) -> None:
    await _resolve_doubled(tx, gone_id, stays_id)
    for statement in (
        update(Interaction).where(Interaction.partner_id == gone_id).values(partner_id=stays_id),
        update(CommissionEntry)
        .where(CommissionEntry.partner_id == gone_id)
        .values(partner_id=stays_id),
        update(HealthSnapshot).where(*_days_of(gone_id, stays_id)).values(partner_id=stays_id),
        update(Alert).where(*_about(gone_id)).values(entity_id=stays_id),
        update(MessageCopy).where(*_copies_of(gone_id)).values(entity_id=stays_id),
    ):
        await tx.session.execute(statement, execution_options={"synchronize_session": False})


async def _resolve_doubled(tx: Tx, gone_id: UUID, stays_id: UUID) -> None:
    """What is raised about both is raised about one: one live alert for a rule and a person."""
    own = aliased(Alert)
    is_raised = (
        select(own.id)
        .where(
            own.entity_type == KIND,
            own.entity_id == stays_id,
            own.status != "resolved",
            own.alert_type == Alert.alert_type,
            own.user_id.is_not_distinct_from(Alert.user_id),
        )
        .exists()
    )
    await tx.session.execute(
        update(Alert)
        .where(*_about(gone_id), Alert.status != "resolved", is_raised)
        .values(status="resolved", resolved_at=tx.now),
        execution_options={"synchronize_session": False},
    )


async def _reroute(tx: Tx, gone_id: UUID, stays_id: UUID) -> None:
    rules = await configuration.get(tx, RULES)
    if _routes_naming(rules, gone_id):
        await configuration.write(tx, RULES, _rerouted(rules, gone_id, stays_id))


def _routes_naming(rules: Rules, partner_id: UUID) -> int:
    return sum(partner_id in route.partners for route in _routes_of(rules))


def _routes_of(rules: Rules) -> Iterator[Route]:
    for name in Rules.model_fields:
        yield from cast("Rule", getattr(rules, name)).routes


def _rerouted(rules: Rules, gone_id: UUID, stays_id: UUID) -> Rules:
    def anew(route: Route) -> Route:
        named = [stays_id if each == gone_id else each for each in route.partners]
        return route.model_copy(update={"partners": tuple(dict.fromkeys(named))})

    changed: dict[str, Rule] = {}
    for name in Rules.model_fields:
        rule = cast("Rule", getattr(rules, name))
        changed[name] = rule.model_copy(update={"routes": tuple(map(anew, rule.routes))})
    return rules.model_copy(update=changed)


async def _close(tx: Tx, gone: PartnerRow, stays: PartnerRow) -> None:
    """What the one that stays has nothing of, it takes over."""
    write_contacts(stays, [*read_contacts(stays), *_new_contacts(gone, stays)])
    stays.website = stays.website or gone.website
    stays.agreement_details = stays.agreement_details or gone.agreement_details
    gone.status, gone.merged_into_id, gone.merged_at = "inactive", stays.id, tx.now
    await tx.session.execute(
        update(PartnerRow)
        .where(PartnerRow.merged_into_id == gone.id)
        .values(merged_into_id=stays.id),
        execution_options={"synchronize_session": False},
    )
    await tx.flush()


def _new_contacts(gone: PartnerRow, stays: PartnerRow) -> list[Contact]:
    """Those of the first whom the second does not have; the same e-mail, or name, is the same."""
    known = {_identity(each) for each in read_contacts(stays)}
    taken = {each.id for each in read_contacts(stays)}
    return [
        replace(each, id=uuid4().hex) if each.id in taken else each
        for each in read_contacts(gone)
        if _identity(each) not in known
    ]


def _identity(contact: Contact) -> str:
    return comparable(contact.email or contact.name or contact.phone or "")


async def _tell(tx: Tx, merge: Merge, opportunities: Sequence[UUID]) -> None:
    counts = {name: count for name, count in asdict(merge.moving).items() if count}
    gone, stays = merge.gone.id, merge.stays.id
    await audit.record(tx, MERGED, KIND, gone, {"into": str(stays), **counts})
    await audit.record(tx, TAKEN_OVER, KIND, stays, {"merged": str(gone), **counts})
    await outbox.refresh_copies(tx, CARD, stays)
    await outbox.refresh_copies(tx, OPPORTUNITY_CARD, *opportunities)
    health.touch(tx, stays)
