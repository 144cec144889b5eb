"""What people do with one opportunity."""

from datetime import datetime
from uuid import UUID

from services import opportunities
from services.configuration import present
from services.configuration.catalogue import PIPELINE
from services.opportunities import EditOpportunity, NewLink, queries, recording, records
from services.opportunities import held as opportunity_rows
from services.opportunities.actions import consequences, people
from services.values import UTC
from tests.isolation.cases.case import Case, nothing
from tests.isolation.seeds import Known

LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
LINK = NewLink(url="https://example.com/offer")


def edit(number: int, **fields: object) -> EditOpportunity:
    return EditOpportunity.model_validate({"number": number, "expected_version": 0} | fields)


def row(known: Known, partner_id: UUID) -> opportunity_rows.Held:
    """As if it were held."""
    return opportunity_rows.Held._make(
        known.opportunity_id
        if name == "id"
        else partner_id
        if name == "partner_id"
        else LONG_AGO
        if name in ("updated_at", "stage_since")
        else None
        for name in opportunity_rows.Held._fields
    )


CASES: tuple[Case, ...] = (
    Case(opportunities.archive, lambda its, _: (its.number,)),
    Case(opportunities.restore, lambda its, _: (its.number,)),
    Case(opportunities.attach, lambda its, _: (its.number, LINK)),
    Case(opportunities.detach, lambda its, _: (its.number, "0")),
    Case(opportunities.edit_opportunity, lambda its, _: (edit(its.number, notes="Theirs"),)),
    Case(
        opportunities.edit_opportunity,
        lambda its, own: (edit(own.number, partner_id=its.partner_id),),
    ),
    Case(
        opportunities.edit_opportunity,
        lambda its, own: (edit(own.number, assigned_user_id=its.user_id),),
    ),
    Case(opportunities.reassign, lambda its, _: (its.number, None, 0)),
    Case(opportunities.reassign, lambda its, own: (own.number, its.user_id, 0)),
    Case(
        opportunities.reopen,
        lambda its, _: (opportunities.ReopenOpportunity(number=its.number),),
    ),
    Case(opportunities.undo_move, lambda its, _: (its.number, 0)),
    Case(opportunities.changes, lambda its, _: (its.opportunity_id,)),
    Case(records.since, lambda its, _: (its.opportunity_id, 0)),
    Case(
        records.differences,
        lambda its, _: (
            PIPELINE.default,
            [records.Change("partner_id", None, str(its.partner_id), None, LONG_AGO)],
        ),
    ),
    Case(
        recording.write,
        lambda its, _: (row(its, its.partner_id), row(its, its.partner_id)._replace(notes="Mine")),
    ),
    Case(recording.start, lambda its, _: (its.opportunity_id, "proposal")),
    Case(opportunity_rows.hold, lambda its, _: (its.number,)),
    Case(opportunity_rows.hold_active, lambda its, _: (its.number,)),
    Case(opportunity_rows.stages_in_force, nothing),
    Case(consequences.follow, lambda its, _: (row(its, its.partner_id), row(its, its.partner_id))),
    Case(people.chosen_partner, lambda its, _: (its.partner_id,)),
    Case(people.chosen_owner, lambda its, _: (its.user_id,)),
    Case(people.tell_owner, lambda its, own: (own.opportunity_id, its.user_id)),
    Case(queries.company_zone, nothing),
    Case(present, lambda _, __: (PIPELINE, None)),
)
