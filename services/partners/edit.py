"""Editing a partner: what somebody changed meets what others changed since."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import select

from services import audit, outbox
from services.days import Day
from services.db import Tx
from services.errors import InvalidInput, PartnerEditedMeanwhile, Problem, StandsForNone
from services.partners.likeness import Looks, refuse_duplicates
from services.partners.records import (
    CARD,
    KIND,
    Agreement,
    Partner,
    as_partner,
    domain_labels,
    domains,
    hold,
    write_agreement,
)
from services.partners.websites import OptionalWebsite
from services.tables import AuditEntry, Opportunity, User
from services.tables import Partner as PartnerRow
from services.text import Name

EDITED = "partner.edited"
OPPORTUNITY_CARD = "opportunity_card"
Status = Literal["active", "inactive", "pending"]
FIELDS = (
    "name",
    "domain",
    "website",
    "status",
    "agreement_start",
    "agreement_end",
    "renewal_alert_days",
)
MOST_ALERT_DAYS = 730
_DIGEST = 8

Facts = Mapping[str, str | None]
"""What of a partner is edited, as text by field."""


class EditPartner(BaseModel):
    """A partner as somebody wants it. `opened`: the digest of each field as they were shown it, so
    that what they left alone stays as others have made it meanwhile.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    partner_id: UUID
    opened: Mapping[str, str]
    name: Name
    domain: str
    website: OptionalWebsite = None
    status: Status
    agreement_start: Day | None = None
    agreement_end: Day | None = None
    renewal_alert_days: Annotated[int, Field(ge=0, le=MOST_ALERT_DAYS)] | None = None
    seen: frozenset[UUID] = frozenset()

    @property
    def agreement(self) -> Agreement:
        return Agreement(self.agreement_start, self.agreement_end, self.renewal_alert_days)


@dataclass(frozen=True, slots=True)
class Edited:
    """`fields`: those that changed; none when all was so already."""

    partner: Partner
    fields: tuple[str, ...]


def facts_of(it: Partner | EditPartner) -> Facts:
    """What is edited, as text."""
    agreement = it.agreement
    days = agreement.renewal_alert_days
    return {
        "name": it.name,
        "domain": it.domain,
        "website": it.website,
        "status": it.status,
        "agreement_start": agreement.start and agreement.start.isoformat(),
        "agreement_end": agreement.end and agreement.end.isoformat(),
        "renewal_alert_days": None if days is None else str(days),
    }


def opened(partner: Partner) -> Mapping[str, str]:
    """What a form keeps of a partner to tell later who changed what."""
    return {name: _digest(told) for name, told in facts_of(partner).items()}


def reconciled(edit: EditPartner, now: Partner, fields: Sequence[str]) -> EditPartner:
    """The edit for another try: what they left alone is as it is now, and of `fields` they have
    been told what others made of them.
    """
    known, present = facts_of(now), opened(now)
    wanted = _wanted(known, edit)
    agreed = _agreement(wanted)
    return edit.model_copy(
        update={
            **{name: wanted[name] for name in ("name", "domain", "website", "status")},
            "agreement_start": agreed.start,
            "agreement_end": agreed.end,
            "renewal_alert_days": agreed.renewal_alert_days,
            "opened": {**edit.opened, **{name: present[name] for name in fields}},
        }
    )


async def edit_partner(tx: Tx, edit: EditPartner) -> Edited:
    """Change a partner; every posted card follows. Needs `partners.edit`.

    Raises PartnerEditedMeanwhile when somebody else has changed what this changes, InvalidInput at
    the field (an end before the start, a notice without an end), LikelyDuplicates as for a new
    one when it is renamed or its website changes, StandsForNone, NotFound.
    """
    tx.actor.require("partners.edit")
    row = await hold(tx, edit.partner_id)
    if row.is_direct:
        raise StandsForNone(row.name)
    before = as_partner(row, await domain_labels(tx))
    now, wanted = facts_of(before), _wanted(facts_of(before), edit)
    changed = tuple(name for name in FIELDS if now[name] != wanted[name])
    await _refuse_overwriting(tx, row.id, changed, now, edit)
    if changed:
        await _refuse_unfit(tx, wanted, changed, edit, row.id)
        await _apply(tx, row, wanted)
        details = {"changes": {name: [now[name], wanted[name]] for name in changed}}
        await audit.record(tx, EDITED, KIND, row.id, details)
        await outbox.refresh_copies(tx, CARD, row.id)
        if "name" in changed:
            await tell_renamed(tx, row.id)
    return Edited(as_partner(row, await domain_labels(tx)), changed)


def _wanted(now: Facts, edit: EditPartner) -> Facts:
    """What they changed as they typed it, and what they left alone as it is now."""
    typed = facts_of(edit)
    return {
        name: now[name] if edit.opened.get(name) == _digest(typed[name]) else typed[name]
        for name in FIELDS
    }


async def _refuse_overwriting(
    tx: Tx, partner_id: UUID, changed: Sequence[str], now: Facts, edit: EditPartner
) -> None:
    fields = [name for name in changed if edit.opened.get(name) != _digest(now[name])]
    if not fields:
        return
    rows = await tx.session.execute(
        select(AuditEntry.at, User.first_name, User.last_name)
        .join(User, User.id == AuditEntry.user_id)
        .where(
            AuditEntry.entity_type == KIND,
            AuditEntry.entity_id == partner_id,
            AuditEntry.action == EDITED,
            AuditEntry.details["changes"].has_key(fields[0]),
        )
        .order_by(AuditEntry.at.desc())
        .limit(1)
    )
    last = [(at, f"{first} {family}".strip()) for at, first, family in rows]
    at, by = last[0] if last else (tx.now, None)
    ago = max(tx.now - at, timedelta(0))
    raise PartnerEditedMeanwhile(
        fields=tuple(fields), by=by, seconds_ago=round(ago.total_seconds())
    )


async def _refuse_unfit(
    tx: Tx, wanted: Facts, changed: Sequence[str], edit: EditPartner, itself: UUID
) -> None:
    known = {choice.key for choice in await domains(tx)}
    if "domain" in changed and wanted["domain"] not in known:
        raise InvalidInput.of("domain", Problem.UNKNOWN_CHOICE)
    agreement = _agreement(wanted)
    if agreement.start and agreement.end and agreement.end < agreement.start:
        raise InvalidInput.of("agreement_end", Problem.DATES_OUT_OF_ORDER)
    if agreement.renewal_alert_days is not None and agreement.end is None:
        raise InvalidInput.of("agreement_end", Problem.REQUIRED)
    looks = Looks(
        name=wanted["name"] or "",
        domain=wanted["domain"] or "",
        website=wanted["website"],
        is_renamed="name" in changed,
        is_moved="website" in changed,
    )
    if {"name", "domain", "website"} & set(changed):
        await refuse_duplicates(tx, looks, edit.seen, itself)


async def _apply(tx: Tx, row: PartnerRow, wanted: Facts) -> None:
    row.name, row.domain = wanted["name"] or row.name, wanted["domain"] or row.domain
    row.website, row.status = wanted["website"], wanted["status"]
    write_agreement(row, _agreement(wanted))
    await tx.flush()


async def tell_renamed(tx: Tx, partner_id: UUID) -> None:
    """Have the cards of opportunities told anew that name the partner."""
    naming = await tx.session.scalars(
        select(Opportunity.id).where(Opportunity.partner_id == partner_id)
    )
    await outbox.refresh_copies(tx, OPPORTUNITY_CARD, *naming)


def _agreement(told: Facts) -> Agreement:
    start, end, days = (told[name] for name in FIELDS[-3:])
    return Agreement(
        start=date.fromisoformat(start) if start else None,
        end=date.fromisoformat(end) if end else None,
        renewal_alert_days=int(days) if days else None,
    )


def _digest(told: str | None) -> str:
    return hashlib.sha256(repr(told).encode()).hexdigest()[:_DIGEST]
