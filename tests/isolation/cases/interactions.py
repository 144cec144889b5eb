"""Contacts with partners, what was promised in them, and whom a message names."""

from datetime import date
from uuid import UUID

from services import interactions, people, tasks
from services.interactions import EditInteraction, Happening, LogInteraction, history, queries
from services.tables import Interaction
from tests.factories import START
from tests.isolation.cases.case import Case, nothing
from tests.isolation.seeds import Known

FRIDAY = date(2026, 11, 20)


def contact(partner_id: UUID, user_id: UUID | None = None) -> LogInteraction:
    return LogInteraction(
        partner_id=partner_id,
        interaction_type="call",
        interaction_date=START,
        next_step="Send the quote" if user_id else None,
        next_due=FRIDAY if user_id else None,
        next_user_id=user_id,
    )


def edit(interaction_id: UUID, partner_id: UUID) -> EditInteraction:
    return EditInteraction(
        interaction_id=interaction_id,
        version=START,
        partner_id=partner_id,
        interaction_type="call",
        interaction_date=START,
        description="Changed",
    )


def of(its: Known) -> object:
    return queries.select_interactions().where(Interaction.id == its.interaction_id)


def promised(its: Known) -> tasks.CreateTask:
    return tasks.CreateTask(title="Call", interaction_id=its.interaction_id)


CASES: tuple[Case, ...] = (
    Case(queries.interaction_types, nothing),
    Case(queries.usual_type, nothing),
    Case(queries.interaction, lambda its, _: (its.interaction_id,)),
    Case(queries.latest, lambda its, _: (its.partner_id,)),
    Case(queries.known_contacts, lambda its, _: (its.partner_id, "hank")),
    Case(queries.read, lambda its, _: (of(its),)),
    Case(history.timeline, lambda its, _: (its.partner_id,)),
    Case(history.timeline, lambda its, _: (its.partner_id, Happening.AGREEMENT)),
    Case(interactions.log_interaction, lambda its, _: (contact(its.partner_id),)),
    Case(interactions.log_interaction, lambda its, own: (contact(own.partner_id, its.user_id),)),
    Case(
        interactions.edit_interaction, lambda its, own: (edit(its.interaction_id, own.partner_id),)
    ),
    Case(
        interactions.edit_interaction, lambda its, own: (edit(own.interaction_id, its.partner_id),)
    ),
    Case(interactions.delete_interaction, lambda its, _: (its.interaction_id,)),
    Case(tasks.about, lambda its, _: (its.opportunity_id,)),
    Case(tasks.create_task, lambda its, _: (promised(its),)),
    Case(people.names_of, lambda its, _: (its.workspace_id, [its.slack_user_id])),
    Case(people.names_of, lambda its, own: (own.workspace_id, [its.slack_user_id])),
)
