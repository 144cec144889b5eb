"""What may be allowed, and the roles that allow it. Types and the shipped values; no rows."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Self

from pydantic import AfterValidator, Field, model_validator

from services.configuration.kinds import Key, Label, Value, refuse_twice
from services.errors import FieldProblem, Problem
from services.text import refused

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

    def form_in(self, permissions: Collection[str]) -> str | None:
        """How it stands among these, the wider form if it stands there twice."""
        everybodys = f"{self.name}:any" if self.has_owner else self.name
        if not {self.name, everybodys}.isdisjoint(permissions):
            return everybodys
        own = f"{self.name}:own"
        return own if self.has_owner and own in permissions else None


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
        "opportunities.edit",
        Feature.OPPORTUNITIES,
        "Edit opportunities, their notes and files",
        has_owner=True,
    ),
    Permission(
        "opportunities.reassign",
        Feature.OPPORTUNITIES,
        "Give opportunities another owner",
        has_owner=True,
    ),
    Permission(
        "opportunities.archive",
        Feature.OPPORTUNITIES,
        "Archive and restore opportunities",
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
    Permission("partners.edit", Feature.PARTNERS, "Edit partners, their contacts and agreements"),
    Permission("partners.merge", Feature.PARTNERS, "Merge partners that are there twice"),
    Permission("interactions.log", Feature.PARTNERS, "Log interactions with partners"),
    Permission(
        "interactions.edit", Feature.PARTNERS, "Change and delete interactions", has_owner=True
    ),
    Permission("commission.view", Feature.PARTNERS, "See commissions and statements"),
    Permission(
        "commission.manage", Feature.PARTNERS, "Agree commissions, override and adjust them"
    ),
    Permission("weekly_status.file", Feature.WEEKLY_STATUS, "File a weekly status"),
    Permission("tasks.create", Feature.TASKS, "Create tasks", has_owner=True),
    Permission("tasks.complete", Feature.TASKS, "Mark tasks as done", has_owner=True),
    Permission("goals.set", Feature.GOALS, "Set goals", has_owner=True),
    Permission("alerts.acknowledge", Feature.ALERTS, "Acknowledge alerts"),
    Permission("settings.change", Feature.ADMINISTRATION, "Change the settings"),
    Permission(
        "roles.manage", Feature.ADMINISTRATION, "Change roles (and so allow themselves anything)"
    ),
    Permission("people.manage", Feature.ADMINISTRATION, "Change people: role, manager, active"),
    Permission("workspaces.manage", Feature.ADMINISTRATION, "Link and unlink Slack workspaces"),
    Permission("audit.view", Feature.ADMINISTRATION, "See who changed what"),
)
"""Every permission there is. Each is checked by an action of `services`."""

FORMS: Mapping[str, Permission] = {form: each for each in PERMISSIONS for form in each.forms}
"""Everything that may stand in a role, and what it is a form of. All else counts for nothing."""


def _in_order(permissions: Collection[str]) -> tuple[str, ...]:
    """One form of each permission, the wider one, in the order of the list above. What is no
    permission stays behind them: it counts for nothing, and may be one of a newer version.
    """
    given = [each.form_in(permissions) for each in PERMISSIONS]
    unknown = sorted({each for each in permissions if each not in FORMS})
    return (*(form for form in given if form is not None), *unknown)


class Role(Value):
    """A name and what it allows. `key` is what people's rows hold; it never changes."""

    key: Key
    label: Label
    permissions: Annotated[tuple[str, ...], Field(max_length=200), AfterValidator(_in_order)]


class Roles(Value):
    roles: Annotated[tuple[Role, ...], Field(min_length=1, max_length=30)]
    default: Key = "sales_rep"
    """The role of somebody who uses the app for the first time."""

    @model_validator(mode="after")
    def _is_whole(self) -> Self:
        refuse_twice(role.key for role in self.roles)
        refuse_twice(role.label for role in self.roles)
        if self.find(self.default) is None:
            raise refused(Problem.NEWCOMERS_WITHOUT_ROLE, word=self.default)
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
    "interactions.edit:own",
    "commission.view",
    "weekly_status.file",
    "tasks.create:own",
    "tasks.complete:own",
    "goals.set:own",
    "alerts.acknowledge",
)
_REPS = (
    *_EVERYDAY,
    "opportunities.move:own",
    "opportunities.edit:own",
    "opportunities.reassign:own",
    "opportunities.archive:own",
    "partners.create",
    "partners.edit",
)
_PARTNERSHIPS = (
    *_EVERYDAY,
    "opportunities.move:any",
    "opportunities.edit:any",
    "opportunities.reassign:any",
    "opportunities.archive:any",
    "opportunities.share:any",
    "partners.create",
    "partners.edit",
    "partners.merge",
    "commission.manage",
    "tasks.create:any",
)
_LEADING = (*_PARTNERSHIPS, "interactions.edit:any", "tasks.complete:any", "goals.set:any")
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

KEPT_BY_ADMIN = ("settings.change", "roles.manage", "people.manage")
"""What the admin role always allows: else nobody could give anything back."""


def refusal_of(roles: Roles, before: Roles) -> FieldProblem | None:
    """Why these roles may not follow on the others, at the path of what is wrong.

    Who may change roles may allow themselves anything, so what the actor holds does not count.
    """
    admin = roles.find(ADMIN)
    if admin is None:
        return FieldProblem(Problem.ADMIN_ROLE_STAYS, {"path": "roles"})
    for name in KEPT_BY_ADMIN:
        if name not in admin.permissions:
            return _at(roles, admin, Problem.ADMIN_KEEPS, permission=FORMS[name].words)
    unknown = _unknown(roles) - _unknown(before)
    for role in roles.roles:
        for each in unknown.intersection(role.permissions):
            return _at(roles, role, Problem.UNKNOWN_PERMISSION, word=each)
    newcomers = roles.find(roles.default)
    if newcomers and not {"roles.manage", "people.manage"}.isdisjoint(newcomers.permissions):
        facts = {"word": newcomers.label, "path": "default"}
        is_its_own = roles.default == before.default
        at = _at(roles, newcomers, Problem.NEWCOMERS_ADMINISTER, word=newcomers.label)
        return at if is_its_own else FieldProblem(Problem.NEWCOMERS_ADMINISTER, facts)
    return None


def _unknown(roles: Roles) -> set[str]:
    return {each for role in roles.roles for each in role.permissions if each not in FORMS}


def _at(roles: Roles, role: Role, problem: Problem, **facts: str) -> FieldProblem:
    path = f"roles.{roles.roles.index(role)}.permissions"
    return FieldProblem(problem, {**facts, "path": path})
