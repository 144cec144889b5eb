"""What people ask of opportunities, with what each field may hold. A field's name is its place."""

from datetime import date
from decimal import Decimal
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from services.days import AnyDay, Day
from services.errors import Problem
from services.money import Amount
from services.opportunities.attachments import MOST, NewAttachment, Url
from services.partners.addresses import OptionalEmail, OptionalPhone
from services.tables import JsonObject
from services.text import Name, OptionalName, OptionalProse, refused

CONTACT = {
    "name": "contact_name",
    "email": "contact_email",
    "phone": "contact_phone",
    "title": "contact_title",
}
"""What is kept of the contact at the customer, and the fields it comes from."""

Percentage = Annotated[int, Field(ge=0, le=100)]
Months = Annotated[int, Field(ge=1, le=120)]


def _reference(problem: Problem) -> BeforeValidator:
    """An identifier that came back from a list; one that is none is refused as an unknown one."""

    def checked(value: object) -> object:
        try:
            return UUID(value) if isinstance(value, str) else value
        except ValueError as error:
            raise refused(problem) from error

    return BeforeValidator(checked)


PartnerRef = Annotated[UUID, _reference(Problem.UNKNOWN_PARTNER)]
PersonRef = Annotated[UUID | None, _reference(Problem.UNKNOWN_PERSON)]


class _Input(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)


class _WithContact(_Input):
    """The contact at the customer."""

    contact_name: OptionalName = None
    contact_email: OptionalEmail = None
    contact_phone: OptionalPhone = None
    contact_title: OptionalName = None

    def contact(self, before: JsonObject | None = None) -> JsonObject:
        """The contact with the fields that were given in place of those before."""
        given: dict[str, object] = {
            name: getattr(self, each)
            for name, each in CONTACT.items()
            if each in self.model_fields_set
        }
        merged = {**(before or {}), **given}
        return {name: merged[name] for name in CONTACT if merged.get(name)}


class CreateOpportunity(_WithContact):
    """A new opportunity. Without a probability the stage's counts; without an owner, the actor.

    `source` is the address of the message it was made from, kept among its links.
    """

    customer_name: Name
    partner_id: PartnerRef
    deal_value: Amount
    currency: str
    stage: str
    probability: Percentage | None = None
    expected_close_date: AnyDay
    assigned_user_id: PersonRef = None
    notes: OptionalProse = None
    term_months: Months = 12
    source: Url | None = None
    source_title: OptionalName = None
    attachments: Annotated[tuple[NewAttachment, ...], Field(max_length=MOST - 1)] = ()


class MoveOpportunity(_WithContact):
    """A move to another stage. `expected_stage`: where the person saw it; a loss needs a reason.

    The fields a stage may require (value, contact, owner, notes) are filled where there is nothing
    yet.
    """

    number: int
    to_stage: str
    expected_stage: str | None = None
    reason: OptionalProse = None
    loss_reason: str | None = None
    deal_value: Amount | None = None
    assigned_user_id: PersonRef = None
    notes: OptionalProse = None


class ReopenOpportunity(_Input):
    """Back to where a closed one came from, and why."""

    number: int
    reason: OptionalProse = None


class EditOpportunity(_WithContact):
    """Other values for the fields that are given; the others stay, whatever is their default here.
    `expected_version`: what the person saw.

    `probability` None follows the stage again, `assigned_user_id` None leaves it to nobody, blank
    words take away what was there.
    """

    number: int
    expected_version: int
    customer_name: Name = ""
    partner_id: PartnerRef = UUID(int=0)
    deal_value: Amount = Decimal(0)
    currency: str = ""
    probability: Percentage | None = None
    expected_close_date: Day = date.min
    actual_close_date: Day = date.min
    assigned_user_id: PersonRef = None
    term_months: Months = 12
    notes: OptionalProse = None
