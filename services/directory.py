"""The questions answered before a company is known: which company is this workspace, which
companies have something due, which deliveries are next.

Each is one SECURITY DEFINER function of the database that answers with identifiers only.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import TextClause, text
from sqlalchemy.ext.asyncio import AsyncConnection

from services.values import OrganizationId, WorkspaceId


@dataclass(frozen=True, slots=True)
class FoundWorkspace:
    """`is_active`: whether the operator lets the company use the app."""

    organization_id: OrganizationId
    workspace_id: WorkspaceId
    is_active: bool


@dataclass(frozen=True, slots=True)
class NewInstallation:
    """What Slack tells of an installation. `team_id` is None for a whole Enterprise Grid."""

    name: str
    subdomain: str
    enterprise_id: str | None
    team_id: str | None
    app_id: str | None
    bot_id: str
    bot_user_id: str
    scopes: Sequence[str]


@dataclass(frozen=True, slots=True)
class Installed:
    organization_id: OrganizationId
    workspace_id: WorkspaceId
    is_new: bool
    is_led: bool = False
    """Its installer has become the company's first admin."""


@dataclass(frozen=True, slots=True)
class Claim:
    """A delivery this process may make until its lease ends. `attempts` fences it: a later
    claimer counts one more, and the earlier one's result is then refused.
    """

    organization_id: OrganizationId
    outbox_id: int
    attempts: int
    was_sending: bool


class Directory:
    """Opened by Database.directory(); has no tenant and sees no rows but through its functions.
    Each of them is a transaction of its own.
    """

    def __init__(self, connection: AsyncConnection, now: datetime) -> None:
        self._connection = connection
        self._now = now

    async def find_workspace(
        self, enterprise_id: str | None, team_id: str | None
    ) -> FoundWorkspace | None:
        """The installation for this Slack team, or for its whole enterprise; not one that was
        uninstalled.
        """
        return await self._found(
            text("SELECT * FROM directory.find_workspace(:enterprise, :team)"),
            enterprise_id,
            team_id,
        )

    async def leaving_workspace(
        self, enterprise_id: str | None, team_id: str | None
    ) -> FoundWorkspace | None:
        """As `find_workspace`, for what Slack tells of an end: a team that had an installation of
        its own, which ended before, does not stand for its whole enterprise.
        """
        return await self._found(
            text("SELECT * FROM directory.leaving_workspace(:enterprise, :team)"),
            enterprise_id,
            team_id,
        )

    async def _found(
        self, question: TextClause, enterprise_id: str | None, team_id: str | None
    ) -> FoundWorkspace | None:
        asked = {"enterprise": enterprise_id, "team": team_id}
        row = (await self._connection.execute(question, asked)).one_or_none()
        return FoundWorkspace(row.organization_id, row.workspace_id, row.is_active) if row else None

    async def install_workspace(self, new: NewInstallation) -> Installed:
        """Find the workspace, installed now or before, or create it: in the company of its
        enterprise, where that one has the app, else in a company of its own.
        """
        found = await self._connection.execute(
            text(
                "SELECT * FROM directory.install_workspace(:name, :subdomain, :enterprise, :team,"
                " :app, :bot, :bot_user, :scopes, :now)"
            ),
            {
                "name": new.name,
                "subdomain": new.subdomain,
                "enterprise": new.enterprise_id,
                "team": new.team_id,
                "app": new.app_id,
                "bot": new.bot_id,
                "bot_user": new.bot_user_id,
                "scopes": list(new.scopes),
                "now": self._now,
            },
        )
        row = found.one()
        return Installed(row.organization_id, row.workspace_id, row.is_new)

    async def issue_oauth_state(self, state_hash: bytes, lives: timedelta) -> None:
        """Keep the hash of a state for as long as the install may take."""
        await self._connection.execute(
            text("SELECT directory.issue_oauth_state(:hash, :now, :end)"),
            {"hash": state_hash, "now": self._now, "end": self._now + lives},
        )

    async def consume_oauth_state(self, state_hash: bytes) -> datetime | None:
        """Take a state away, and tell when it ends or ended; of many who try one gets it."""
        found = await self._connection.execute(
            text("SELECT directory.consume_oauth_state(:hash)"), {"hash": state_hash}
        )
        return found.scalar_one()

    async def claim_rotations(
        self, ahead: timedelta, lease: timedelta, at_most: int
    ) -> list[FoundWorkspace]:
        """Which tokens end within `ahead`, this replica's to renew until its lease ends."""
        found = await self._connection.execute(
            text("SELECT * FROM directory.claim_rotations(:now, :before, :lease, :at_most)"),
            {
                "now": self._now,
                "before": self._now + ahead,
                "lease": lease,
                "at_most": at_most,
            },
        )
        return [FoundWorkspace(row.organization_id, row.workspace_id, True) for row in found]

    @property
    def now(self) -> datetime:
        return self._now

    async def look_up_link_code(
        self, code_hash: bytes, source: bytes
    ) -> tuple[str, OrganizationId | None]:
        """What a link code is good for, and its company; counts what `source` got wrong."""
        found = await self._connection.execute(
            text("SELECT * FROM directory.look_up_link_code(:hash, :source, :now)"),
            {"hash": code_hash, "source": source, "now": self._now},
        )
        row = found.one()
        return row.state, row.organization_id

    async def admit_workspace(
        self, code_hash: bytes, new: NewInstallation
    ) -> tuple[str, OrganizationId | None]:
        """Use a link code up for a workspace that is nobody's yet: `joined` and the company, else
        `taken` and whose it is, or `used`.
        """
        found = await self._connection.execute(
            text(
                "SELECT * FROM directory.admit_workspace(:hash, :enterprise, :team, :name, :app,"
                " :bot, :bot_user, :scopes, :now)"
            ),
            {
                "hash": code_hash,
                "enterprise": new.enterprise_id,
                "team": new.team_id,
                "name": new.name,
                "app": new.app_id,
                "bot": new.bot_id,
                "bot_user": new.bot_user_id,
                "scopes": list(new.scopes),
                "now": self._now,
            },
        )
        row = found.one()
        return row.state, row.organization_id

    async def due_organizations(self, at_most: int = 100) -> list[OrganizationId]:
        """Which organizations have something scheduled that is due, longest due first."""
        found = await self._connection.execute(
            text("SELECT directory.due_organizations(:now, :at_most)"),
            {"now": self._now, "at_most": at_most},
        )
        return [OrganizationId(UUID(str(value))) for value in found.scalars()]

    async def claim_deliveries(self, at_most: int, lease: timedelta) -> list[Claim]:
        """Take up to `at_most` due deliveries for the length of `lease`, fair over companies."""
        found = await self._connection.execute(
            text("SELECT * FROM directory.claim_deliveries(:now, :lease, :at_most)"),
            {"now": self._now, "lease": lease, "at_most": at_most},
        )
        return [
            Claim(row.organization_id, row.outbox_id, row.attempts, row.was_sending)
            for row in found
        ]

    async def next_delivery_at(self) -> datetime | None:
        """When the next waiting delivery becomes due; None when nothing waits."""
        found = await self._connection.execute(text("SELECT directory.next_delivery_at()"))
        return found.scalar_one()
