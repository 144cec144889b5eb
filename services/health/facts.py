"""The facts that explain each part of a partner's health. Pure; the words are chosen elsewhere."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from services.health.evidence import Deal, Evidence
from services.health.formula import MIX_LIVES


@dataclass(frozen=True, slots=True)
class Facts:
    """What there is to say. Days are counted back from today.

    `lately`: contacts that count within one half-life; `seen` and `missing`: configured types with
    and without a contact in the last `seen_within` days; `open_value` and `won_value` in the base
    currency; `moved`: days since an open opportunity last came into its stage.
    """

    known: int
    last_contact: int | None
    lately: int
    half_life: int
    seen: tuple[str, ...]
    missing: tuple[str, ...]
    seen_within: int
    open_count: int
    open_value: Decimal
    moved: int | None
    without_rate: int
    won: int
    lost: int
    kept: int
    overdue: int


def facts(evidence: Evidence, half_life: int, today: date) -> Facts:
    """What the parts were made of on this day."""
    counted = evidence.counted()
    within = half_life * MIX_LIVES
    seen = {each.type for each in counted if each.on >= today - timedelta(days=within)}
    open_ = _of(evidence, "open")
    return Facts(
        known=max((today - evidence.known_since).days, 0),
        last_contact=_ago([each.on for each in counted], today),
        lately=sum(each.on > today - timedelta(days=half_life) for each in counted),
        half_life=half_life,
        seen=tuple(each for each in evidence.types if each in seen),
        missing=tuple(each for each in evidence.types if each not in seen),
        seen_within=within,
        open_count=len(open_),
        open_value=sum((deal.value for deal in open_ if deal.value is not None), Decimal(0)),
        moved=_ago([deal.since for deal in open_], today),
        without_rate=sum(deal.value is None for deal in open_),
        won=len(_of(evidence, "won")),
        lost=len(_of(evidence, "lost")),
        kept=len(evidence.kept),
        overdue=evidence.overdue(today),
    )


def _of(evidence: Evidence, status: str) -> list[Deal]:
    return [deal for deal in evidence.deals if deal.status == status]


def _ago(days: Sequence[date], today: date) -> int | None:
    """How long ago the last of these days was."""
    return max((today - max(days)).days, 0) if days else None
