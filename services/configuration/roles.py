"""What may be allowed, and the roles that allow it. Types and the shipped values; no rows."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Self

from pydantic import Field, model_validator

from services.configuration.stages import Key, Label, Value

ADMIN = "admin"
"""The role of who installs the app and of who recovers a company. It is always there."""


class Feature(StrEnum):
    """What permissions are grouped by."""

    OPPORTUNITIES = "opportunities"
    PARTNERS = "partners"
    WEEKLY_STATUS = "weekly_status"
    TASKS = "tasks"
    GOALS = "goals"
    ALERTS = "alerts"
    ADMINISTRATION = "administration"


@dataclass(frozen=True, slots=True)
class Permission:
    """One action somebody may be allowed. `has_owner`: it is about records that belong to somebody,
    so that it is given for one's own (`:own`) or for everybody's (`:any`).
    """

    name: str
    feature: Feature
    words: str
    has_owner: bool = False

    @property
    def forms(self) -> frozenset[str]:
        """As it may stand in a role; the bare name means everybody's."""
        scoped = {f"{self.name}:own", f"{self.name}:any"} if self.has_owner else set[str]()
        return frozenset({self.name, *scoped})


PERMISSIONS = (
    Permission("opportunities.view", Feature.OPPORTUNITIES, "See opportunities", has_owner=True),
    Permission("opportunities.create", Feature.OPPORTUNITIES, "Create opportunities"),
    Permission(
        "opportunities.move",
        Feature.OPPORTUNITIES,
        "Move opportunities to another stage",
        has_owner=True,
    ),
    Permission(
        "opportunities.share",
        Feature.OPPORTUNITIES,
        "Post cards where others see them",
        has_owner=True,
    ),
    Permission("partners.view", Feature.PARTNERS, "See partners and their interactions"),
    Permission("partners.create", Feature.PARTNERS, "Add partners"),
    Permission("interactions.log", Feature.PARTNERS, "Log interactions with partners"),
    Permission("weekly_status.file", Feature.WEEKLY_STATUS, "File a weekly status"),
    Permission("tasks.create", Feature.TASKS, "Create tasks", has_owner=True),
    Permission("tasks.complete", Feature.TASKS, "Mark tasks as done", has_owner=True),
    Permission("goals.set", Feature.GOALS, "Set goals", has_owner=True),
    Permission("alerts.acknowledge", Feature.ALERTS, "Acknowledge alerts"),
    Permission("settings.change", Feature.ADMINISTRATION, "Change the settings"),
    Permission("roles.manage", Feature.ADMINISTRATION, "Change roles and what they allow"),
    Permission("people.manage", Feature.ADMINISTRATION, "Change people: role, manager, active"),
    Permission("workspaces.manage", Feature.ADMINISTRATION, "Link and unlink Slack workspaces"),
    Permission("audit.view", Feature.ADMINISTRATION, "See who changed what"),
)
"""Every permission there is. Each is checked by an action of `services`."""

FORMS: Mapping[str, Permission] = {form: each for each in PERMISSIONS for form in each.forms}
"""Everything that may stand in a role, and what it is a form of. All else counts for nothing."""


class Role(Value):
    key: Key
    label: Label
    permissions: tuple[str, ...]


class Roles(Value):
    roles: Annotated[tuple[Role, ...], Field(min_length=1, max_length=30)]
    default: Key = "sales_rep"
    """The role of somebody who uses the app for the first time."""

    @model_validator(mode="after")
    def _is_whole(self) -> Self:
        keys = [role.key for role in self.roles]
        if len(set(keys)) != len(keys):
            raise ValueError("two roles have the same key")
        if self.find(self.default) is None:
            raise ValueError("the default role is not among the roles")
        return self

    def without(self, key: str) -> "Roles":
        """All but this one. Raises a validation error when it is the default."""
        left = tuple(role for role in self.roles if role.key != key)
        return Roles(roles=left, default=self.default)

    def find(self, key: str) -> Role | None:
        return next((role for role in self.roles if role.key == key), None)


_EVERYDAY = (
    "opportunities.create",
    "opportunities.view:any",
    "opportunities.share:own",
    "partners.view",
    "interactions.log",
    "weekly_status.file",
    "tasks.create:own",
    "tasks.complete:own",
    "goals.set:own",
    "alerts.acknowledge",
)
_REPS = (*_EVERYDAY, "opportunities.move:own", "partners.create")
_PARTNERSHIPS = (
    *_EVERYDAY,
    "opportunities.move:any",
    "opportunities.share:any",
    "partners.create",
    "tasks.create:any",
)
_LEADING = (*_PARTNERSHIPS, "tasks.complete:any", "goals.set:any")
_ALL = tuple(f"{each.name}:any" if each.has_owner else each.name for each in PERMISSIONS)

SHIPPED = Roles(
    roles=(
        Role(key=ADMIN, label="Admin", permissions=_ALL),
        Role(key="vp", label="VP", permissions=_LEADING),
        Role(key="sales_manager", label="Sales manager", permissions=_LEADING),
        Role(key="partnership_manager", label="Partnership manager", permissions=_PARTNERSHIPS),
        Role(key="sales_rep", label="Sales rep", permissions=_REPS),
    )
)
