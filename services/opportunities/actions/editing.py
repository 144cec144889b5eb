"""Editing and giving to somebody else, so that nobody's work is overwritten unseen.

Who edits gives the fields they changed and the version they saw. What others changed since and this
person did not touch stays, and is told with the answer: two people who fill different fields of one
form both get what they typed. Fields that are read together (an amount and its currency, a
probability and its stage) count as one.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from services import audit, configuration
from services.configuration.catalogue import CURRENCIES, Pipeline
from services.db import Tx
from services.errors import Difference, EditedMeanwhile, InvalidInput, Problem
from services.opportunities import queries, records, rules
from services.opportunities.actions.consequences import follow
from services.opportunities.actions.people import chosen_owner, chosen_partner
from services.opportunities.held import Held, facts, hold_active
from services.opportunities.inputs import CONTACT, EditOpportunity
from services.opportunities.queries import Opportunity, version_of
from services.opportunities.recording import write
from services.opportunities.records import STAGE, Change
from services.opportunities.rules import KIND

OWNER = "assigned_user_id"
PLAIN = ("customer_name", "deal_value", "currency", "term_months", "notes", "expected_close_date")
"""Fields that are kept as they are given."""

_WITH: Mapping[str, frozenset[str]] = {
    "deal_value": frozenset({"deal_value", "currency"}),
    "currency": frozenset({"deal_value", "currency"}),
    "probability": frozenset({"probability", STAGE}),
    "actual_close_date": frozenset({"actual_close_date", STAGE}),
}
"""What of others' changes a field cannot be changed beside; without an entry, its own."""


@dataclass(frozen=True, slots=True)
class Edited:
    """The opportunity now, the fields this edit changed, and what others had changed meanwhile."""

    opportunity: Opportunity
    changed: tuple[str, ...]
    meanwhile: tuple[Difference, ...] = ()


async def edit_opportunity(tx: Tx, edit: EditOpportunity) -> Edited:
    """Change the fields that are given, each with a line in the record; every card copy follows.

    Needs `opportunities.edit`, for the owner `opportunities.reassign`. Raises NotFound, Archived,
    EditedMeanwhile when somebody changed the same since, and InvalidInput at a field: a close date
    that is past or more than ten years ahead where it was changed and the opportunity is open, an
    actual close date of what is not won, a probability of what is not open, an unknown currency,
    partner or person.
    """
    held, pipeline = await hold_active(tx, edit.number)
    _require(tx, held, edit)
    wanted = _wanted(held, pipeline, edit)
    meanwhile = await _meanwhile(tx, held, pipeline, edit.expected_version, _fields(held, wanted))
    after = await _checked(tx, held, wanted)
    changed = _fields(held, after)
    if changed:
        await write(tx, held, after)
        await _note(tx, held, after)
        await follow(tx, held, after)
    return Edited(await queries.as_it_is(tx, held.id), changed, meanwhile)


async def reassign(tx: Tx, number: int, user_id: UUID | None, expected_version: int) -> Edited:
    """Give an opportunity to a colleague, who is told, or to nobody. Needs
    `opportunities.reassign`. Raises as `edit_opportunity` does.
    """
    edit = EditOpportunity(
        number=number, expected_version=expected_version, assigned_user_id=user_id
    )
    return await edit_opportunity(tx, edit)


def _require(tx: Tx, held: Held, edit: EditOpportunity) -> None:
    given = edit.model_fields_set - {"number", "expected_version"}
    if OWNER in given:
        tx.actor.require("opportunities.reassign", held.owner_id)
    if given != {OWNER}:
        tx.actor.require("opportunities.edit", held.owner_id)


def _wanted(held: Held, pipeline: Pipeline, edit: EditOpportunity) -> Held:
    """The row with what is given in its place."""
    given = edit.model_fields_set
    values: dict[str, object] = {
        name: getattr(edit, name)
        for name in (*PLAIN, "partner_id", "actual_close_date", OWNER)
        if name in given
    }
    if given & {*CONTACT.values()}:
        values["customer_contact"] = edit.contact(held.customer_contact)
    if "probability" in given:
        values |= _probability(held, pipeline, edit.probability)
    return held._replace(**values)


def _probability(held: Held, pipeline: Pipeline, given: int | None) -> Mapping[str, object]:
    """By hand from now on, or the stage's again. The number it has already changes nothing."""
    if given is None:
        stage = pipeline.find(held.stage)
        number = stage.probability if stage else held.probability
        return {"probability": number, "probability_is_manual": False}
    if given == held.probability:
        return {}
    return {"probability": given, "probability_is_manual": True}


def _fields(held: Held, wanted: Held) -> tuple[str, ...]:
    return tuple(each.field for each in facts(held, wanted))


async def _meanwhile(
    tx: Tx, held: Held, pipeline: Pipeline, version: int, touched: Sequence[str]
) -> tuple[Difference, ...]:
    """What others changed since. Raises EditedMeanwhile when it is what this person changes."""
    if version == version_of(held.updated_at):
        return ()
    changed = await records.since(tx, held.id, version)
    taken = {each for field in touched for each in _WITH.get(field, frozenset({field}))}
    hit = [each for each in changed if each.field in taken]
    if found := await records.differences(tx, pipeline, hit):
        raise _edited_meanwhile(tx, held, hit, found)
    return await records.differences(tx, pipeline, changed)


def _edited_meanwhile(
    tx: Tx, held: Held, hit: Sequence[Change], found: Sequence[Difference]
) -> EditedMeanwhile:
    last = hit[-1]
    return EditedMeanwhile(
        number=held.number,
        version=version_of(held.updated_at),
        differences=found,
        by=last.by,
        seconds_ago=max(round((tx.now - last.at).total_seconds()), 0),
    )


async def _checked(tx: Tx, held: Held, wanted: Held) -> Held:
    """What is changed holds the rules; what is as it was need not."""
    today = await queries.today(tx)
    if wanted.currency != held.currency:
        rules.refuse_currency(wanted.currency, await configuration.get(tx, CURRENCIES))
    if wanted.expected_close_date != held.expected_close_date and held.status == "open":
        rules.refuse_close_date(wanted.expected_close_date, today)
    if wanted.actual_close_date and wanted.actual_close_date != held.actual_close_date:
        rules.refuse_actual_close_date(wanted.actual_close_date, held.status, today)
    if wanted.probability != held.probability and held.status != "open":
        raise InvalidInput.of("probability", Problem.ONLY_OPEN)
    if wanted.assigned_user_id and wanted.assigned_user_id != held.assigned_user_id:
        await chosen_owner(tx, wanted.assigned_user_id)
    if wanted.partner_id != held.partner_id:
        return wanted._replace(partner_id=await chosen_partner(tx, wanted.partner_id))
    return wanted


async def _note(tx: Tx, before: Held, after: Held) -> None:
    told = {each.field: {"from": each.before, "to": each.after} for each in facts(before, after)}
    owner = told.pop(OWNER, None)
    if owner is not None:
        details = {"number": after.number, **owner}
        await audit.record(tx, "opportunity.reassigned", KIND, after.id, details)
    if told:
        details = {"number": after.number, "fields": told}
        await audit.record(tx, "opportunity.edited", KIND, after.id, details)
