"""Which installation a request belongs to, kept for a minute: a hit costs no query, no call."""

import asyncio
from dataclasses import dataclass
from datetime import datetime, timedelta

from services import organizations
from services.db import Database
from services.organizations import Installation
from services.sealing import Sealer
from services.values import Actor, OrganizationId, WorkspaceId

KEPT_FOR = timedelta(seconds=60)


@dataclass(frozen=True, slots=True)
class Installed:
    """A company's workspace with its token, unsealed."""

    organization_id: OrganizationId
    installation: Installation

    @property
    def workspace_id(self) -> WorkspaceId:
        return self.installation.workspace_id

    @property
    def application(self) -> Actor:
        return Actor.application(self.organization_id)


@dataclass(frozen=True, slots=True)
class _Kept:
    installed: Installed | None
    until: datetime


class Installations:
    """A cache over the workspaces. One look-up at a time; misses are kept too."""

    def __init__(self, db: Database, sealer: Sealer, kept_for: timedelta = KEPT_FOR) -> None:
        self._db = db
        self._sealer = sealer
        self._kept_for = kept_for
        self._by_team: dict[tuple[str | None, str | None], _Kept] = {}
        self._lock = asyncio.Lock()

    async def of_team(self, enterprise_id: str | None, team_id: str | None) -> Installed | None:
        """The live installation for this Slack team, or for its whole enterprise."""
        key = enterprise_id, team_id
        if (kept := self._kept(key)) is not None:
            return kept.installed
        async with self._lock:
            if (kept := self._kept(key)) is not None:
                return kept.installed
            installed = await self._look_up(enterprise_id, team_id)
            self._by_team[key] = _Kept(installed, self._db.clock.now() + self._kept_for)
            return installed

    async def of_workspace(
        self, organization_id: OrganizationId, workspace_id: WorkspaceId
    ) -> Installed:
        """The installation of a known workspace, always fresh."""
        async with self._db.transaction(Actor.application(organization_id)) as tx:
            found = await organizations.installation(tx, workspace_id, self._sealer)
        return Installed(organization_id, found)

    def forget(self, workspace_id: WorkspaceId) -> None:
        """Look this workspace up again at its next request: its token has changed or is gone."""
        self._by_team = {
            key: kept
            for key, kept in self._by_team.items()
            if kept.installed is not None and kept.installed.workspace_id != workspace_id
        }

    def forget_organization(self, organization_id: OrganizationId) -> None:
        """As `forget`, for all its workspaces."""
        self._by_team = {
            key: kept
            for key, kept in self._by_team.items()
            if kept.installed is not None and kept.installed.organization_id != organization_id
        }

    def forget_all(self) -> None:
        self._by_team = {}

    def _kept(self, key: tuple[str | None, str | None]) -> _Kept | None:
        kept = self._by_team.get(key)
        return kept if kept is not None and self._db.clock.now() < kept.until else None

    async def _look_up(self, enterprise_id: str | None, team_id: str | None) -> Installed | None:
        async with self._db.directory() as directory:
            found = await directory.find_workspace(enterprise_id, team_id)
        if found is None:
            return None
        return await self.of_workspace(found.organization_id, found.workspace_id)
