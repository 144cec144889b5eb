"""Everything that happened with a partner, newest first: contacts, opportunities, its agreement."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Literal, cast
from uuid import UUID

from sqlalchemy import (
    DateTime,
    Select,
    Subquery,
    func,
    literal,
    or_,
    select,
    type_coerce,
    union_all,
)

from services import configuration
from services.configuration.catalogue import PIPELINE, Pipeline, Stage
from services.db import Tx
from services.interactions.queries import read, select_interactions
from services.interactions.values import Interaction
from services.partners import Partner, partner
from services.tables import AuditEntry, Opportunity, StageChange, User
from services.tables import Interaction as Row
from services.tables import Partner as PartnerRow

ROWS = 20
CREATED, EDITED, MERGED = "partner.created", "partner.edited", "partner.merged"
AGREED = ("name", "status", "agreement_start", "agreement_end", "renewal_alert_days")
"""What of a partner is worth telling when it changes."""

StageKind = Literal["open", "won", "lost"]


class Happening(StrEnum):
    """What a timeline may be narrowed to."""

    INTERACTIONS = "interactions"
    OPPORTUNITIES = "opportunities"
    AGREEMENT = "agreement"


@dataclass(frozen=True, slots=True)
class Moved:
    """An opportunity came into a stage: without `from_label` it was created there."""

    number: int
    customer: str
    value: Decimal
    currency: str
    from_label: str | None
    from_kind: StageKind | None
    to_label: str
    to_kind: StageKind
    reason: str | None


@dataclass(frozen=True, slots=True)
class Agreed:
    """A partner was added, was merged into the one asked about, or changed its name, status or
    agreement: for each field from what to what, as text. `partner_name` is that partner's.
    """

    action: str
    partner_name: str
    changes: Mapping[str, tuple[str | None, str | None]]


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that happened. `by` is None for the application itself."""

    id: UUID
    at: datetime
    by: str | None
    what: Interaction | Moved | Agreed


@dataclass(frozen=True, slots=True)
class Timeline:
    """One page; `page` is the last there is when one beyond it was asked for."""

    partner: Partner
    only: Happening | None
    entries: tuple[Entry, ...]
    total_count: int
    page: int
    pages: int


async def timeline(
    tx: Tx, partner_id: UUID, only: Happening | None = None, page: int = 1
) -> Timeline:
    """A page of what happened with a partner. Opportunities are those the actor may see. Raises
    NotFound.

    As many statements for twenty entries as for one.
    """
    met = await partner(tx, partner_id)
    listed = union_all(*_parts(tx, met.id, only)).subquery()
    total = await tx.session.scalar(select(func.count()).select_from(listed)) or 0
    pages = max(1, -(-total // ROWS))
    at_page = min(max(page, 1), pages)
    entries = await _entries(tx, listed, at_page)
    return Timeline(met, only, entries, total, at_page, pages)


async def _entries(tx: Tx, listed: Subquery, page: int) -> tuple[Entry, ...]:
    rows = await tx.session.execute(
        select(listed.c.kind, listed.c.id)
        .order_by(listed.c.at.desc(), listed.c.id)
        .limit(ROWS)
        .offset((page - 1) * ROWS)
    )
    found = [(Happening(kind), entry_id) for kind, entry_id in rows]
    by_id: dict[UUID, Entry] = {}
    for kind, load in _LOADERS.items():
        ids = [entry_id for each, entry_id in found if each is kind]
        by_id |= {entry.id: entry for entry in (await load(tx, ids) if ids else [])}
    return tuple(by_id[entry_id] for _, entry_id in found if entry_id in by_id)


def _parts(tx: Tx, partner_id: UUID, only: Happening | None) -> list[Select[datetime, str, UUID]]:
    parts = {
        Happening.INTERACTIONS: _contacts(partner_id),
        Happening.OPPORTUNITIES: _moves(tx, partner_id),
        Happening.AGREEMENT: _agreements(partner_id),
    }
    return list(parts.values()) if only is None else [parts[only]]


def _contacts(partner_id: UUID) -> Select[datetime, str, UUID]:
    return select(
        Row.interaction_date.label("at"),
        literal(Happening.INTERACTIONS.value).label("kind"),
        Row.id.label("id"),
    ).where(Row.partner_id == partner_id)


def _moves(tx: Tx, partner_id: UUID) -> Select[datetime, str, UUID]:
    at = type_coerce(func.coalesce(StageChange.changed_at, func.now()), DateTime(timezone=True))
    moves = (
        select(
            at.label("at"),
            literal(Happening.OPPORTUNITIES.value).label("kind"),
            StageChange.id.label("id"),
        )
        .join(Opportunity, Opportunity.id == StageChange.opportunity_id)
        .where(Opportunity.partner_id == partner_id)
    )
    if tx.actor.may("opportunities.view"):
        return moves
    me = tx.actor.user_id
    sees_own = me is not None and tx.actor.may("opportunities.view", me)
    return moves.where(Opportunity.assigned_user_id == (me if sees_own else None))


def _agreements(partner_id: UUID) -> Select[datetime, str, UUID]:
    """Also of those that were merged into it."""
    merged = select(PartnerRow.id).where(PartnerRow.merged_into_id == partner_id)
    changes = AuditEntry.details["changes"]
    is_agreed = or_(*(changes.has_key(name) for name in AGREED))
    return select(
        AuditEntry.at.label("at"),
        literal(Happening.AGREEMENT.value).label("kind"),
        AuditEntry.id.label("id"),
    ).where(
        AuditEntry.entity_type == "partner",
        or_(AuditEntry.entity_id == partner_id, AuditEntry.entity_id.in_(merged)),
        or_(AuditEntry.action.in_([CREATED, MERGED]), (AuditEntry.action == EDITED) & is_agreed),
    )


async def _load_contacts(tx: Tx, ids: Sequence[UUID]) -> list[Entry]:
    found = await read(tx, select_interactions().where(Row.id.in_(ids)))
    return [Entry(each.id, each.at, each.by, each) for each in found]


async def _load_moves(tx: Tx, ids: Sequence[UUID]) -> list[Entry]:
    pipeline = await configuration.get(tx, PIPELINE)
    rows = await tx.session.execute(
        select(StageChange, Opportunity, _NAME)
        .join(Opportunity, Opportunity.id == StageChange.opportunity_id)
        .outerjoin(User, User.id == StageChange.changed_by_user_id)
        .where(StageChange.id.in_(ids))
    )
    return [
        Entry(change.id, change.changed_at or tx.now, by or None, _moved(pipeline, change, it))
        for change, it, by in rows
    ]


async def _load_agreements(tx: Tx, ids: Sequence[UUID]) -> list[Entry]:
    rows = await tx.session.execute(
        select(AuditEntry, PartnerRow.name, _NAME)
        .join(PartnerRow, PartnerRow.id == AuditEntry.entity_id)
        .outerjoin(User, User.id == AuditEntry.user_id)
        .where(AuditEntry.id.in_(ids))
    )
    return [
        Entry(entry.id, entry.at, by or None, Agreed(entry.action, name, _changes(entry.details)))
        for entry, name, by in rows
    ]


def _moved(pipeline: Pipeline, change: StageChange, it: Opportunity) -> Moved:
    before = pipeline.find(change.from_stage) if change.from_stage else None
    after = pipeline.find(change.to_stage)
    return Moved(
        number=it.number,
        customer=it.customer_name,
        value=it.deal_value,
        currency=it.currency or "USD",
        from_label=_label(before, change.from_stage),
        from_kind=before.kind if before else None,
        to_label=_label(after, change.to_stage) or change.to_stage,
        to_kind=after.kind if after else "open",
        reason=change.change_reason,
    )


def _label(stage: Stage | None, key: str | None) -> str | None:
    """Its key when it is no longer configured."""
    return stage.label if stage else key


def _changes(details: Mapping[str, object]) -> Mapping[str, tuple[str | None, str | None]]:
    """What an edit left in the audit log: `{field: [from, to]}`."""
    changes = details.get("changes")
    if not isinstance(changes, dict):
        return {}
    known = cast("dict[str, list[str | None]]", changes)
    return {name: (known[name][0], known[name][-1]) for name in AGREED if known.get(name)}


_NAME = func.concat_ws(" ", func.nullif(User.first_name, ""), func.nullif(User.last_name, ""))
_LOADERS: Mapping[Happening, Callable[[Tx, Sequence[UUID]], Awaitable[list[Entry]]]] = {
    Happening.INTERACTIONS: _load_contacts,
    Happening.OPPORTUNITIES: _load_moves,
    Happening.AGREEMENT: _load_agreements,
}
