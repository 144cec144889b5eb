"""One partner's health, told to a person: its parts and why, what changed, what would raise it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from sqlalchemy import select

from services import configuration
from services.configuration.catalogue import HEALTH, INTERACTION_TYPES, Choice
from services.db import Tx
from services.health.evidence import Evidence
from services.health.facts import Facts, facts
from services.health.formula import Health, score
from services.health.reading import OPEN_TASKS, Gathered, deal_of, gather, local_day
from services.health.snapshots import Change, change, past
from services.health.trying import (
    Action,
    Best,
    BringOpportunity,
    KeepPromise,
    LogContact,
    MoveForward,
    best_of,
)
from services.partners.records import Partner, partner
from services.tables import Interaction, Opportunity, Task
from services.values import UserId

MOST_TRIED = 20
"""Opportunities tried: those whose standing still costs the partner most."""


@dataclass(frozen=True, slots=True)
class Report:
    """`change`: since last week, None without a day of that week. `weeks`: a score for each of the
    last eight weeks that has one, the oldest first, today's last. `best` is among what the actor
    may do, None when nothing raises the score. `base`: the currency of the facts; they tell of
    opportunities only to who may see everybody's.
    """

    partner: Partner
    health: Health
    facts: Facts
    types: tuple[Choice, ...]
    base: str
    may_see_deals: bool
    change: Change | None
    weeks: tuple[tuple[date, int], ...]
    best: Best | None


async def report(tx: Tx, partner_id: UUID) -> Report | None:
    """How healthy the relationship with this partner is now, and why. Needs `partners.view`.

    None for the one that stands for opportunities without a partner. Raises NotFound.
    """
    found = await partner(tx, partner_id)
    gathered = await gather(tx, [found.id])
    evidence = gathered.by_partner.get(found.id)
    if evidence is None:
        return None
    rule = await configuration.get(tx, HEALTH)
    today = gathered.today
    health = score(evidence, rule.weights, rule.half_life_days, today)
    before = await past(tx, found.id, today)
    actions = await _possible(tx, found.id, gathered, evidence)
    return Report(
        partner=found,
        health=health,
        facts=facts(evidence, rule.half_life_days, today),
        types=await configuration.get(tx, INTERACTION_TYPES),
        base=gathered.worth.rates.base,
        may_see_deals=tx.actor.may("opportunities.view"),
        change=change(before.week_ago, health) if before.week_ago else None,
        weeks=(*before.weeks, (today, health.score)),
        best=best_of(actions, evidence, rule, today),
    )


async def _possible(
    tx: Tx, partner_id: UUID, gathered: Gathered, evidence: Evidence
) -> Sequence[Action]:
    """All that this actor could do now, what is asked least of them first."""
    may_log = tx.actor.may("interactions.log")
    may_create = tx.actor.may("opportunities.create")
    return (
        *await _promises(tx, partner_id, gathered.today),
        *([LogContact(each) for each in evidence.types] if may_log else []),
        *await _moves(tx, partner_id, gathered),
        *([BringOpportunity()] if may_create and evidence.typical else []),
    )


async def _promises(tx: Tx, partner_id: UUID, today: date) -> list[KeepPromise]:
    """The one that is overdue for longest: keeping any of them comes to the same."""
    rows = await tx.connection.execute(
        select(Task.id, Task.title, Task.due_date, Task.user_id)
        .join(Interaction, Interaction.id == Task.interaction_id)
        .where(
            Interaction.partner_id == partner_id,
            Task.status.in_(OPEN_TASKS),
            Task.due_date < today,
        )
        .order_by(Task.due_date, Task.id)
    )
    own = [
        KeepPromise(task_id, title, due)
        for task_id, title, due, owner in rows
        if due is not None and tx.actor.may("tasks.complete", UserId(owner))
    ]
    return own[:1]


async def _moves(tx: Tx, partner_id: UUID, gathered: Gathered) -> list[MoveForward]:
    rows = await tx.connection.execute(
        select(
            Opportunity.id,
            Opportunity.number,
            Opportunity.customer_name,
            Opportunity.assigned_user_id,
            Opportunity.deal_value,
            Opportunity.currency,
            Opportunity.stage_since,
        ).where(
            Opportunity.partner_id == partner_id,
            Opportunity.status == "open",
            Opportunity.archived_at.is_(None),
        )
    )
    moves = [
        MoveForward(
            opportunity_id,
            number,
            customer,
            deal_of(
                "open",
                gathered.worth.of(value, currency or "USD"),
                local_day(since, gathered.zone),
            ),
        )
        for opportunity_id, number, customer, owner, value, currency, since in rows
        if _may_move(tx, UserId(owner) if owner else None)
    ]
    return sorted(moves, key=lambda each: _standing(each, gathered.today), reverse=True)[
        :MOST_TRIED
    ]


def _may_move(tx: Tx, owner: UserId | None) -> bool:
    """Who may not see it is not told of it either."""
    return all(tx.actor.may(f"opportunities.{each}", owner) for each in ("view", "move"))


def _standing(move: MoveForward, today: date) -> Decimal:
    """What its standing still may cost: what it is worth, and for how long it has stood."""
    return (move.deal.value or Decimal(0)) * max((today - move.deal.since).days, 0)
