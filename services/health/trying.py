"""What would raise a partner's health most: each thing one could do now is tried on the formula.

Pure. What is possible at all (a promise that is open, an opportunity one may move) is handed in.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from services.configuration.catalogue import Health as Rule
from services.health.evidence import Contact, Deal, Evidence
from services.health.formula import Health, score


@dataclass(frozen=True, slots=True)
class LogContact:
    """Be in contact today, in this way."""

    type: str

    def done(self, evidence: Evidence, today: date) -> Evidence:
        return replace(evidence, contacts=(*evidence.contacts, Contact(today, self.type)))


@dataclass(frozen=True, slots=True)
class KeepPromise:
    """Do what was promised for a day that is over."""

    task_id: UUID
    title: str
    due: date

    def done(self, evidence: Evidence, today: date) -> Evidence:
        due = list(evidence.due)
        due.remove(self.due)
        return replace(evidence, due=tuple(due), kept=(*evidence.kept, today))


@dataclass(frozen=True, slots=True)
class MoveForward:
    """Move an open opportunity to another open stage."""

    opportunity_id: UUID
    number: int
    customer_name: str
    deal: Deal

    def done(self, evidence: Evidence, today: date) -> Evidence:
        deals = list(evidence.deals)
        deals.remove(self.deal)
        return replace(evidence, deals=(*deals, self.deal._replace(since=today)))


@dataclass(frozen=True, slots=True)
class BringOpportunity:
    """Create an opportunity of the company's usual value."""

    def done(self, evidence: Evidence, today: date) -> Evidence:
        return replace(evidence, deals=(*evidence.deals, Deal("open", evidence.typical, today)))


Action = LogContact | KeepPromise | MoveForward | BringOpportunity


@dataclass(frozen=True, slots=True)
class Best:
    """The one action that raises the score most, and what it comes to."""

    action: Action
    score: int


def best_of(actions: Sequence[Action], evidence: Evidence, rule: Rule, today: date) -> Best | None:
    """The action that raises the score most, the first of equals; None when none raises it."""

    def after(action: Action) -> Health:
        return score(action.done(evidence, today), rule.weights, rule.half_life_days, today)

    now = score(evidence, rule.weights, rule.half_life_days, today)
    tried = [(action, after(action)) for action in actions]
    if not tried:
        return None
    action, health = max(tried, key=lambda each: each[1].exact)
    return Best(action, health.score) if health.score > now.score else None
