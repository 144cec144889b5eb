"""Small values every feature speaks in: identifiers, and who is acting."""

from dataclasses import dataclass, field
from typing import NewType
from uuid import UUID
from zoneinfo import ZoneInfo

from services.errors import NotAllowed

OrganizationId = NewType("OrganizationId", UUID)
WorkspaceId = NewType("WorkspaceId", UUID)
UserId = NewType("UserId", UUID)
PartnerId = NewType("PartnerId", UUID)
OpportunityId = NewType("OpportunityId", UUID)
AlertId = NewType("AlertId", UUID)

UTC = ZoneInfo("UTC")
EVERYTHING = "*"
"""The permission of the application acting for itself; never given to a person."""
OPERATOR = "operator"
"""The role of who runs the installation: not one of the company's people, at its command line."""


@dataclass(frozen=True, slots=True)
class Installation:
    """What is needed to speak to one workspace. Holds its token: never log it."""

    workspace_id: WorkspaceId
    team_id: str | None
    enterprise_id: str | None
    bot_token: str = field(repr=False)
    bot_id: str
    bot_user_id: str
    scopes: tuple[str, ...]
    parked: bool


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts, inside one organization, with what rights, in which zone and language."""

    organization_id: OrganizationId
    user_id: UserId | None
    name: str
    role: str = "system"
    permissions: frozenset[str] = field(default_factory=lambda: frozenset({EVERYTHING}))
    time_zone: ZoneInfo = UTC
    locale: str = "en-US"
    workspace_id: WorkspaceId | None = None
    slack_user_id: str | None = None

    @classmethod
    def application(cls, organization_id: OrganizationId) -> "Actor":
        """The application itself: the scheduler, a rule, a delivery. Bound to one organization."""
        return cls(organization_id=organization_id, user_id=None, name="Tandem")

    @classmethod
    def operator(cls, organization_id: OrganizationId) -> "Actor":
        """Who runs the installation, by its command line. Bound to one organization."""
        return cls(organization_id, user_id=None, name="Operator", role=OPERATOR)

    @property
    def is_operator(self) -> bool:
        """A company may call a role of its own that: whoever has it is somebody."""
        return self.role == OPERATOR and self.user_id is None

    def may(self, permission: str, owner: UserId | None = None) -> bool:
        """Whether this actor holds `permission`, or its `:own` form for a record of their own."""
        held = self.permissions
        if EVERYTHING in held or permission in held or f"{permission}:any" in held:
            return True
        is_own = owner is not None and owner == self.user_id
        return is_own and f"{permission}:own" in held

    def require(self, permission: str, owner: UserId | None = None) -> None:
        """Raise NotAllowed unless the actor may."""
        if not self.may(permission, owner):
            raise NotAllowed(permission)
