"""Builders with good defaults, for what a test needs but is not about."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import uuid4

from services.configuration import catalogue
from services.db import Database
from services.directory import NewInstallation
from services.profiles import SlackProfile
from services.tables import SlackIdentity, User
from services.values import Actor, OrganizationId, UserId, WorkspaceId

START = datetime(2026, 11, 18, 10, 0, tzinfo=UTC)
"""A Wednesday morning."""


class FixedClock:
    """Stands still until a test moves it."""

    def __init__(self, start: datetime = START) -> None:
        self._now = start

    def now(self) -> datetime:
        return self._now

    def advance(self, by: timedelta) -> None:
        self._now += by

    def travel_to(self, moment: datetime) -> None:
        self._now = moment


@dataclass(frozen=True)
class Company:
    """One organization with its workspace and a person of each kind."""

    organization_id: OrganizationId
    workspace_id: WorkspaceId
    admin: Actor
    manager: Actor
    rep: Actor
    other_rep: Actor

    @property
    def application(self) -> Actor:
        return Actor.application(self.organization_id)


async def a_company(db: Database, name: str, team_id: str) -> Company:
    """An installed workspace with four people."""
    new = NewInstallation(
        name=name,
        subdomain=name.lower().replace(" ", "-"),
        enterprise_id=None,
        team_id=team_id,
        app_id="A0TANDEM",
        bot_id="B0TANDEM",
        bot_user_id="U0TANDEM",
        scopes=("chat:write",),
    )
    async with db.directory() as directory:
        installed = await directory.install_workspace(new)
    where = installed.organization_id, installed.workspace_id
    return Company(
        *where,
        admin=await a_person(db, *where, "Ada Admin", "admin"),
        manager=await a_person(db, *where, "Mia Manager", "sales_manager"),
        rep=await a_person(db, *where, "Ron Rep", "sales_rep"),
        other_rep=await a_person(db, *where, "Olga Rep", "sales_rep"),
    )


async def a_person(
    db: Database,
    organization_id: OrganizationId,
    workspace_id: WorkspaceId,
    name: str,
    role: str = "sales_rep",
    **settings: str,
) -> Actor:
    """A person with a Slack account, as the actor they would be. Their Slack id is made of their
    name: `Ron Rep` is `U0RON`.
    """
    first, _, last = name.partition(" ")
    user_id = UserId(uuid4())
    slack_user_id = f"U0{first.upper()}"
    known = catalogue.ROLES.default.find(role)
    async with db.transaction(Actor.application(organization_id)) as tx:
        tx.session.add(
            User(
                id=user_id,
                organization_id=organization_id,
                email=f"{first.lower()}@{organization_id.hex[:8]}.example",
                password_hash="!",
                first_name=first,
                last_name=last,
                role=role,
                personal_settings={"time_zone": "UTC", "locale": "en-US", **settings},
                created_at=tx.now - timedelta(days=90),
            )
        )
        await tx.session.flush()
        tx.session.add(
            SlackIdentity(
                organization_id=organization_id,
                workspace_id=workspace_id,
                slack_user_id=slack_user_id,
                user_id=user_id,
                created_at=tx.now,
            )
        )
    return Actor(
        organization_id=organization_id,
        user_id=user_id,
        name=name,
        role=role,
        permissions=frozenset(known.permissions if known else ()),
        workspace_id=workspace_id,
        slack_user_id=slack_user_id,
    )


def a_profile(**facts: object) -> SlackProfile:
    """What Slack tells of Nadia of Acme, who has not used the app yet."""
    defaults: dict[str, object] = {
        "slack_user_id": "U0NADIA",
        "team_id": "T0ACME",
        "first_name": "Nadia",
        "last_name": "Newcomer",
        "email": "nadia@acme.example",
        "is_email_confirmed": True,
        "time_zone": "Europe/Lisbon",
        "locale": "en-GB",
    }
    return SlackProfile(**(defaults | facts))  # pyright: ignore[reportArgumentType]  # a test's facts
