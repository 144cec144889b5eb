"""Which installation a request belongs to: a hit costs no query and no call.

What is known of a company's installations is remembered with the rest of the company, so it is
trusted and forgotten as that is (services/memory.py): while the database is not heard, every
request looks anew.
"""

import asyncio
import logging
from collections import OrderedDict
from dataclasses import dataclass
from typing import TypeVar

from services import organizations
from services.db import Database, Tx
from services.directory import FoundWorkspace
from services.errors import NotFound
from services.memory import Team
from services.organizations import UNREADABLE
from services.sealing import SealBrokenError, Sealer
from services.values import Actor, Installation, OrganizationId, WorkspaceId

log = logging.getLogger(__name__)

T = TypeVar("T")

MISSED_FOR = 5.0
"""Seconds for which a team without the app is not looked for again, unless one comes."""
MOST_TEAMS = 20_000


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


class Installations:
    """Finds installations; one look-up at a time for each team."""

    def __init__(self, db: Database, sealer: Sealer) -> None:
        self._db = db
        self._sealer = sealer
        self._companies: OrderedDict[Team, OrganizationId] = OrderedDict()
        self._misses: OrderedDict[Team, float] = OrderedDict()
        self._looking: dict[Team, asyncio.Task[Installed | None]] = {}

    async def of_team(self, enterprise_id: str | None, team_id: str | None) -> Installed | None:
        """The live installation for this Slack team, or for its whole enterprise. None: the app is
        not there, its token cannot be read, or the company is switched off.
        """
        team = enterprise_id, team_id
        known = self._remembered(team)
        if known is not None or self._is_missing(team):
            return known
        looking = self._looking.get(team)
        if looking is None:
            looking = self._looking[team] = asyncio.create_task(self._look_up(team))
            looking.add_done_callback(lambda done: self._looked(team, done))
        return await asyncio.shield(looking)

    async def of_workspace(
        self, organization_id: OrganizationId, workspace_id: WorkspaceId
    ) -> Installed:
        """The installation of a known workspace, always fresh. Raises NotFound, SealBrokenError."""
        async with self._db.transaction(Actor.application(organization_id)) as tx:
            return await self.within(tx, workspace_id)

    async def within(self, tx: Tx, workspace_id: WorkspaceId) -> Installed:
        """As `of_workspace`, in a transaction that there is already."""
        found = await organizations.installation(tx, workspace_id, self._sealer)
        return Installed(tx.organization_id, found)

    async def leaving(
        self, enterprise_id: str | None, team_id: str | None
    ) -> FoundWorkspace | None:
        """Where the app was installed, whether its token can be read or not and whether the company
        is switched off or not: what ends there ends all the same.
        """
        async with self._db.directory() as directory:
            return await directory.leaving_workspace(enterprise_id, team_id)

    def forget_misses(self) -> None:
        """The app has come to some team."""
        self._misses = OrderedDict()

    def _remembered(self, team: Team) -> Installed | None:
        company = self._companies.get(team)
        if company is None:
            return None
        found = self._db.memory.company(company).installations.get(team)
        return None if found is None else Installed(company, found)

    def _is_missing(self, team: Team) -> bool:
        memory = self._db.memory
        return memory.is_trusted() and memory.now() < self._misses.get(team, float("-inf"))

    async def _look_up(self, team: Team) -> Installed | None:
        misses = self._misses
        async with self._db.directory() as directory:
            found = await directory.find_workspace(*team)
        installed = await self._opened(team, found) if found is not None else None
        if installed is None:
            # Into those of before: if the app has come meanwhile, they are forgotten.
            _keep(misses, team, self._db.memory.now() + MISSED_FOR)
        return installed

    async def _opened(self, team: Team, found: FoundWorkspace) -> Installed | None:
        application = Actor.application(found.organization_id)
        try:
            async with self._db.transaction(application) as tx:
                opened = await organizations.installation(tx, found.workspace_id, self._sealer)
                tx.recollection.company.installations[team] = opened
        except NotFound:
            return None
        except SealBrokenError:
            await self._park(found)
            return None
        _keep(self._companies, team, found.organization_id)
        return Installed(found.organization_id, opened)

    async def _park(self, found: FoundWorkspace) -> None:
        facts = {"workspace_id": str(found.workspace_id)}
        log.error("installation.unreadable", extra=facts)
        async with self._db.transaction(Actor.application(found.organization_id)) as tx:
            await organizations.park(tx, found.workspace_id, UNREADABLE)

    def _looked(self, team: Team, done: asyncio.Task[Installed | None]) -> None:
        """Whoever waited has the result, or the error; nobody may have waited."""
        del self._looking[team]
        if not done.cancelled():
            done.exception()


def _keep(kept: OrderedDict[Team, T], team: Team, value: T) -> None:
    kept[team] = value
    kept.move_to_end(team)
    if len(kept) > MOST_TEAMS:
        kept.popitem(last=False)
