"""What people may do with an opportunity in a row, drawn at random, and its past worked out again
from what was recorded on the way.
"""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal
from uuid import UUID

from hypothesis import strategies as st
from sqlalchemy import select

from services import opportunities
from services.db import Database, Tx
from services.errors import DomainError
from services.opportunities import EditOpportunity, MoveOpportunity
from services.opportunities.held import FACTS, Held
from services.tables import Opportunity, OpportunityChange, StageChange
from services.values import Actor
from tests.factories import Company, FixedClock

STAGES = ("prospecting", "qualified", "proposal", "negotiation", "won", "lost")
PEOPLE = ("rep", "other_rep", "manager", "admin")

Kind = Literal["move", "undo", "edit", "reassign", "archive", "restore", "reopen"]
KINDS: tuple[Kind, ...] = (
    *("move", "move", "move", "undo", "edit", "edit"),
    *("reassign", "archive", "restore", "reopen"),
)
"""What is done most is drawn most."""

State = Mapping[str, str | None]
"""The recorded fields of an opportunity, as text, and its stage."""

_FIELDS = tuple(name for name in FACTS if name not in ("notes", "customer_contact", "attachments"))


@dataclass(frozen=True)
class Step:
    """What somebody does, so many seconds after the step before. Some are refused: nothing then."""

    kind: Kind
    by: str
    wait: int
    to_stage: str
    fields: Mapping[str, object]
    owner: str | None


def steps() -> st.SearchStrategy[Step]:
    fields = st.fixed_dictionaries(
        {},
        optional={
            "deal_value": st.decimals(0, "9999999999999.99", places=2),
            "currency": st.sampled_from(("EUR", "USD", "GBP")),
            "probability": st.none() | st.integers(0, 100),
            "expected_close_date": st.dates(date(2026, 12, 1), date(2036, 11, 1)),
            "actual_close_date": st.dates(date(2026, 1, 1), date(2026, 11, 18)),
            "customer_name": st.sampled_from(("Acme", "Initech", "Umbrella")),
            "term_months": st.integers(1, 120),
            "notes": st.sampled_from(("Call", "Write")),
        },
    )
    return st.builds(
        Step,
        kind=st.sampled_from(
            (
                "move",
                "move",
                "move",
                "undo",
                "edit",
                "edit",
                "reassign",
                "archive",
                "restore",
                "reopen",
            )
        ),
        by=st.sampled_from(PEOPLE),
        wait=st.sampled_from((0, 0, 1, 30, 700, 100_000)),
        to_stage=st.sampled_from(STAGES),
        fields=fields,
        owner=st.none() | st.sampled_from(PEOPLE),
    )


def plans(most: int = 12) -> st.SearchStrategy[list[Step]]:
    return st.lists(steps(), min_size=4, max_size=most)


@dataclass(frozen=True)
class Seen:
    """How an opportunity was from a moment on."""

    at: datetime
    state: State


@dataclass(frozen=True)
class Recorded:
    """One line of the history (`stage`) or of the record of changes."""

    at: datetime
    field: str
    before: str | None
    after: str | None


async def lived(
    db: Database, company: Company, clock: FixedClock, number: int, plan: Sequence[Step]
) -> list[Seen]:
    """Do it all, and tell how the opportunity was after each step."""
    seen = [await looked_at(db, company, number)]
    for step in plan:
        clock.advance(timedelta(seconds=step.wait))
        with suppress(DomainError):
            async with db.transaction(_person(company, step.by)) as tx:
                await _do(tx, company, number, step)
        seen.append(await looked_at(db, company, number))
    return seen


async def looked_at(db: Database, company: Company, number: int) -> Seen:
    async with db.transaction(company.application) as tx:
        row = (
            await tx.session.scalars(select(Opportunity).where(Opportunity.number == number))
        ).one()
        held = Held._make(getattr(row, name, None) for name in Held._fields)
        told = {name: FACTS[name](held) for name in _FIELDS}
        archived = told.pop("archived_at")
        return Seen(held.updated_at, {**told, "archived": archived, "stage": held.stage})


async def recorded(db: Database, company: Company, number: int) -> list[Recorded]:
    """All there is of it, the newest first."""
    async with db.transaction(company.application) as tx:
        opportunity_id = await tx.session.scalar(
            select(Opportunity.id).where(Opportunity.number == number)
        )
        moves = await tx.session.scalars(
            select(StageChange).where(StageChange.opportunity_id == opportunity_id)
        )
        changes = await tx.session.scalars(
            select(OpportunityChange).where(OpportunityChange.opportunity_id == opportunity_id)
        )
        lines = [
            *(
                Recorded(each.changed_at, "stage", each.from_stage, each.to_stage)
                for each in moves
                if each.changed_at is not None
            ),
            *(
                Recorded(each.changed_at, each.field, each.from_value, each.to_value)
                for each in changes
            ),
        ]
    return sorted(lines, key=lambda each: each.at, reverse=True)


def as_of(present: State, lines: Sequence[Recorded], at: datetime) -> State:
    """How it was then: all that was recorded since is undone."""
    state = dict(present)
    for line in lines:
        if line.at > at and line.field in state:
            assert state[line.field] == line.after, "a gap, or two that began at the same state"
            state[line.field] = line.before
    return state


def _person(company: Company, name: str) -> Actor:
    people = {
        "rep": company.rep,
        "other_rep": company.other_rep,
        "manager": company.manager,
        "admin": company.admin,
    }
    return people[name]


async def _do(tx: Tx, company: Company, number: int, step: Step) -> None:
    version = (await opportunities.find_opportunity(tx, number)).version
    if step.kind == "move":
        loss = "price" if step.to_stage == "lost" else None
        move = MoveOpportunity(number=number, to_stage=step.to_stage, loss_reason=loss)
        await opportunities.move_opportunity(tx, move)
    elif step.kind == "undo":
        await opportunities.undo_move(tx, number, version)
    elif step.kind == "edit":
        edit = EditOpportunity.model_validate(
            {"number": number, "expected_version": version} | dict(step.fields)
        )
        await opportunities.edit_opportunity(tx, edit)
    elif step.kind == "reassign":
        await opportunities.reassign(tx, number, _id(company, step.owner), version)
    elif step.kind == "archive":
        await opportunities.archive(tx, number)
    elif step.kind == "restore":
        await opportunities.restore(tx, number)
    else:
        await opportunities.reopen(tx, opportunities.ReopenOpportunity(number=number))


def _id(company: Company, name: str | None) -> UUID | None:
    return _person(company, name).user_id if name else None
