"""Agreeing on terms: with a partner from a day on, for one opportunity alone.

Terms are never rewritten for what is accrued by them: who wants others agrees on them from a later
day, or overrides them for that opportunity.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from pydantic import TypeAdapter, ValidationError
from sqlalchemy import Date, cast, func, select, update

from services import audit, configuration, fiscal
from services.commission import reading
from services.commission.accruing import settle
from services.commission.basis import Override, Source
from services.commission.structures import NoCommission, Structure, bare, in_force, stored
from services.commission.terms import (
    agreed_on,
    are_alike,
    as_stored,
    read_versions,
    terms_on,
    with_version,
)
from services.configuration.catalogue import COMMISSION, CURRENCIES
from services.configuration.values import version_of
from services.db import Tx
from services.errors import InvalidInput, NotFound, Problem, StandsForNone, TermsChanged
from services.tables import AuditEntry, Opportunity, Partner, User
from services.text import Line
from services.validation import refusals
from services.values import UserId

VIEW, MANAGE = "commission.view", "commission.manage"
PARTNER = "partner"
AGREED, WITHDRAWN = "commission.agreed", "commission.withdrawn"
OVERRIDDEN = "commission.overridden"
LARGEST_NUMBER = 2**31 - 1
_LINE: TypeAdapter[str] = TypeAdapter(Line)


@dataclass(frozen=True, slots=True)
class Version:
    """Terms with the days on which they count; `until` also where the next ones end them."""

    structure: Structure
    until: date | None
    is_in_force: bool
    is_to_come: bool


@dataclass(frozen=True, slots=True)
class Agreed:
    """What is agreed with a partner, oldest first. `present` is what counts today, and `source`
    says whether it is theirs or the default; `version` is sent back with a change.
    """

    partner_id: UUID
    versions: tuple[Version, ...]
    present: Structure | None
    source: Source
    version: str


async def agreement(tx: Tx, partner_id: UUID) -> Agreed:
    """The terms of a partner, those to come too. Needs `commission.view`. Raises NotFound."""
    tx.actor.require(VIEW)
    return await _agreed(tx, partner_id, await _kept(tx, partner_id))


async def agree(
    tx: Tx,
    partner_id: UUID,
    structure: Structure,
    expected_version: str,
    instead_of: date | None = None,
) -> Agreed:
    """Agree on terms from their first day on, instead of others that begin that day, and of those
    still to come that begin on the day `instead_of`. Needs `commission.manage`.

    Raises NotFound, TermsChanged when somebody else changed them since, and InvalidInput: at
    `currency` for one the company does not use, at `effective_from` or `effective_until` for days
    of other terms, and at `effective_from` when something is accrued by other terms there or the
    same terms count on every day already; StandsForNone.
    """
    tx.actor.require(MANAGE)
    await refuse_none(tx, partner_id)
    kept = await _held(tx, partner_id, expected_version)
    await refuse_currency(tx, structure)
    versions = read_versions(kept)
    after = with_version(await _without(tx, versions, instead_of), structure)
    if are_alike(versions, after):
        raise InvalidInput.of("effective_from", Problem.TERMS_SAME)
    await _refuse_rewriting(tx, partner_id, versions, after)
    return await _write(tx, partner_id, kept, after, AGREED)


async def withdraw(tx: Tx, partner_id: UUID, effective_from: date, expected_version: str) -> Agreed:
    """Take back terms that are still to come: those before them go on. Needs `commission.manage`.

    Raises NotFound, also for terms that are not there, TermsChanged when somebody else changed them
    since, and InvalidInput at `effective_from` when they count already.
    """
    tx.actor.require(MANAGE)
    kept = await _held(tx, partner_id, expected_version)
    versions = read_versions(kept)
    left = [each for each in versions if each.effective_from != effective_from]
    if len(left) == len(versions):
        raise NotFound("terms", effective_from.isoformat())
    if effective_from <= await fiscal.today(tx):
        raise InvalidInput.of("effective_from", Problem.TERMS_BEGUN)
    return await _write(tx, partner_id, kept, left, WITHDRAWN)


def override_version(override: Override | None) -> str:
    """What is sent back with a change of the terms of one opportunity, or of none of its own."""
    return version_of(override.model_dump(mode="json") if override else None)


async def override(
    tx: Tx, number: int, structure: Structure | None, reason: str, expected_version: str
) -> None:
    """Have these terms count for one opportunity instead of all others, whatever the day; None:
    the partner's count again. What is won is accrued anew. Needs `commission.manage`.

    Raises NotFound, also for one the actor may not see, TermsChanged when somebody else overrode
    them since, and InvalidInput: at `reason` without one, at `currency` for one the company does
    not use; StandsForNone.
    """
    tx.actor.require(MANAGE)
    why = _reason(reason)
    if structure is not None:
        await refuse_currency(tx, structure)
    opportunity_id = await _numbered(tx, number)
    row = await reading.locked(tx, opportunity_id)
    if structure is not None:
        await refuse_none(tx, row.partner_id)
    before = row.details.override
    if override_version(before) != expected_version:
        raise await _changed(tx, reading.OPPORTUNITY, opportunity_id, (OVERRIDDEN,))
    after = structure and Override(
        structure=bare(structure), reason=why, by=tx.actor.user_id, at=tx.now
    )
    kept = {name: each for name, each in (row.kept or {}).items() if name != "override"}
    await tx.connection.execute(
        update(Opportunity)
        .where(Opportunity.id == opportunity_id)
        .values(commission_details={**kept, **_as_kept(after)})
    )
    details = {
        "number": number,
        "from": stored(before.structure) if before else None,
        "to": stored(after.structure) if after else None,
        "reason": why,
    }
    await audit.record(tx, OVERRIDDEN, reading.OPPORTUNITY, opportunity_id, details)
    await settle(tx, opportunity_id)


async def refuse_none(tx: Tx, partner_id: UUID) -> None:
    """Raises StandsForNone for the one that stands for opportunities without a partner."""
    stands = select(Partner.name).where(Partner.id == partner_id, Partner.is_direct)
    name = await tx.session.scalar(stands)
    if name is not None:
        raise StandsForNone(name)


async def refuse_currency(tx: Tx, structure: Structure) -> None:
    """Raises InvalidInput at `currency` for amounts in one the company does not use."""
    if not isinstance(structure, NoCommission) and structure.currency is not None:
        await refuse_unused(tx, structure.currency)


async def refuse_unused(tx: Tx, currency: str) -> None:
    """Raises InvalidInput at `currency` for one the company does not use."""
    used = await configuration.get(tx, CURRENCIES)
    if currency not in used:
        raise InvalidInput.of("currency", Problem.UNKNOWN_CURRENCY, choices=", ".join(used))


def _as_kept(override: Override | None) -> dict[str, object]:
    return {"override": override.model_dump(mode="json")} if override else {}


def _reason(words: str) -> str:
    try:
        return _LINE.validate_python(words)
    except ValidationError as error:
        raise InvalidInput({"reason": refusals(error)[0].problem}) from error


async def _numbered(tx: Tx, number: int) -> UUID:
    found = await tx.session.execute(
        select(Opportunity.id, Opportunity.assigned_user_id).where(
            Opportunity.number == min(max(number, 0), LARGEST_NUMBER)
        )
    )
    for opportunity_id, owner_id in found:
        if tx.actor.may("opportunities.view", UserId(owner_id) if owner_id else None):
            return opportunity_id
    raise NotFound(reading.OPPORTUNITY, f"#{number}")


async def _kept(tx: Tx, partner_id: UUID) -> object:
    found = await tx.session.execute(
        select(Partner.commission_structure).where(
            Partner.id == partner_id, Partner.merged_into_id.is_(None)
        )
    )
    for (kept,) in found:
        return kept
    raise NotFound(PARTNER, str(partner_id))


async def _held(tx: Tx, partner_id: UUID, expected_version: str) -> object:
    """The terms, with the partner held as accruing holds it."""
    await tx.session.execute(
        select(Partner.id).where(Partner.id == partner_id).with_for_update(key_share=True)
    )
    kept = await _kept(tx, partner_id)
    if version_of(kept) != expected_version:
        raise await _changed(tx, PARTNER, partner_id, (AGREED, WITHDRAWN))
    return kept


async def _changed(tx: Tx, kind: str, entity_id: UUID, actions: Sequence[str]) -> TermsChanged:
    """Who did one of these last, and when."""
    found = await tx.session.execute(
        select(AuditEntry.at, func.concat_ws(" ", User.first_name, User.last_name))
        .join(User, User.id == AuditEntry.user_id)
        .where(
            AuditEntry.entity_type == kind,
            AuditEntry.entity_id == entity_id,
            AuditEntry.action.in_(actions),
        )
        .order_by(AuditEntry.at.desc())
        .limit(1)
    )
    for at, by in found:
        ago = max(tx.now - at, timedelta(0))
        return TermsChanged(by=by.strip() or None, seconds_ago=round(ago.total_seconds()))
    return TermsChanged(by=None, seconds_ago=0)


async def _without(
    tx: Tx, versions: Sequence[Structure], first: date | None
) -> Sequence[Structure]:
    """What has begun stays."""
    if first is None or first <= await fiscal.today(tx):
        return versions
    return [each for each in versions if each.effective_from != first]


async def _refuse_rewriting(
    tx: Tx, partner_id: UUID, before: Sequence[Structure], after: Sequence[Structure]
) -> None:
    """What is accrued keeps the terms of its day."""
    for day in await _accrued_days(tx, partner_id):
        if terms_on(before, day) != terms_on(after, day):
            raise InvalidInput.of("effective_from", Problem.TERMS_ACCRUED, day=day.isoformat())


async def _accrued_days(tx: Tx, partner_id: UUID) -> list[date]:
    """The latest first: it is the one to name. What came with a merged partner has its terms."""
    accrued = Opportunity.commission_details["accrued"]
    won_on = cast(accrued["won_on"].astext, Date)
    found = await tx.session.scalars(
        select(won_on)
        .where(
            Opportunity.partner_id == partner_id,
            Opportunity.status == "won",
            accrued["counted_as"].astext == str(partner_id),
            accrued["source"].astext != Source.OVERRIDE.value,
        )
        .distinct()
        .order_by(won_on.desc())
    )
    return list(found)


async def _write(
    tx: Tx, partner_id: UUID, kept: object, versions: Sequence[Structure], action: str
) -> Agreed:
    after = as_stored(versions)
    await tx.session.execute(
        update(Partner).where(Partner.id == partner_id).values(commission_structure=after)
    )
    details = {"from": kept, "to": after}
    await audit.record(tx, action, PARTNER, partner_id, details)
    return await _agreed(tx, partner_id, after)


async def _agreed(tx: Tx, partner_id: UUID, kept: object) -> Agreed:
    today = await fiscal.today(tx)
    versions = read_versions(kept)
    present, source = agreed_on(versions, today), Source.AGREEMENT
    shown = tuple(
        Version(
            structure=each,
            until=_until(each, following),
            is_in_force=each is present,
            is_to_come=each.effective_from is not None and each.effective_from > today,
        )
        for each, following in zip(versions, [*versions[1:], None], strict=False)
    )
    if present is None:
        default = await configuration.get(tx, COMMISSION)
        present = default if in_force(default, today) else None
        source = Source.DEFAULT if present else Source.NONE
    return Agreed(partner_id, shown, present, source, version_of(kept))


def _until(version: Structure, following: Structure | None) -> date | None:
    next_day = following.effective_from if following else None
    ended = None if next_day is None else date.fromordinal(next_day.toordinal() - 1)
    return version.effective_until or ended
