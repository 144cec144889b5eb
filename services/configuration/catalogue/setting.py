"""What an entry of the catalogue is."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Generic, Literal, TypeVar

from pydantic import TypeAdapter, ValidationError

from services.errors import FieldProblem, InvalidInput
from services.validation import refusals

T_co = TypeVar("T_co", covariant=True)

DataType = Literal["string", "number", "boolean", "object", "array"]


class Category(StrEnum):
    ORGANIZATION = "organization"
    TEAM = "team"
    REVENUE = "revenue"
    COMMISSION = "commission"
    PIPELINE = "pipeline"
    ALERTS = "alerts"
    WEEKLY_STATUS = "weekly_status"


class FollowUp(StrEnum):
    """What a change has the application do."""

    REMINDERS = "reminders"
    """When the weekly reminder is due is looked at anew."""
    RULES = "rules"
    """The alert rules are evaluated anew."""
    HEALTH = "health"
    """The health of every partner is worked out anew."""
    COMMISSIONS = "commissions"
    """What was won or reopened by it is settled."""


@dataclass(frozen=True, slots=True)
class Setting(Generic[T_co]):
    """One entry of the catalogue. `permission` is what its change needs."""

    category: Category
    key: str
    type: TypeAdapter[T_co]
    default: T_co
    description: str
    data_type: DataType
    permission: str = "settings.change"
    follow_ups: frozenset[FollowUp] = frozenset()

    @property
    def name(self) -> str:
        return f"{self.category}.{self.key}"

    @property
    def is_required(self) -> bool:
        """Whether it must have a value: it cannot be set to nothing."""
        try:
            self.type.validate_python(None)
        except ValidationError:
            return True
        return False

    def checked(self, value: object) -> T_co:
        """The value as the type keeps it, from one or from its stored form.

        Raises InvalidInput at the setting's name; facts["path"] tells where inside the value.
        """
        try:
            return self.type.validate_python(value)
        except ValidationError as error:
            first = refusals(error)[0]
            path = ".".join(map(str, first.path))
            facts = {**first.problem.facts, **({"path": path} if path else {})}
            problem = FieldProblem(first.problem.problem, facts)
            raise InvalidInput({self.name: problem}) from None

    def stored(self, value: object) -> object:
        """The value as JSON keeps it. Raises as `checked`."""
        return self.type.dump_python(self.checked(value), mode="json")
