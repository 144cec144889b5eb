"""Renews tokens that end, in the background: also of a company that nobody uses meanwhile."""

import asyncio
import logging

from aiohttp import ClientError
from sqlalchemy.exc import SQLAlchemyError

from bot.delivery import SlackHost
from bot.oauth.grants import Credentials, refreshed
from bot.refusals import is_passing, is_rate_limit
from bot.slack_client import SlackRefusedError
from services import organizations
from services.db import Database
from services.directory import FoundWorkspace
from services.organizations import Renewable
from services.organizations.rotation import AHEAD, LEASE
from services.sealing import Sealer
from services.values import Actor

log = logging.getLogger(__name__)

AT_ONCE = 8
"""Side by side, so that each is done long before its lease ends."""


class Rotation:
    """Any number of replicas do this side by side: each token is leased to one of them."""

    def __init__(
        self, db: Database, sealer: Sealer, host: SlackHost, credentials: Credentials | None
    ) -> None:
        """`credentials`: None for one workspace with its own token, which never ends."""
        self._db = db
        self._sealer = sealer
        self._host = host
        self._credentials = credentials

    async def rotate_due(self) -> int:
        """Renew what ends soon; returns how many were. What fails is tried again after its lease,
        long before the token ends.
        """
        credentials = self._credentials
        if credentials is None:
            return 0
        count = 0
        while due := await self._claimed():
            renewed = await asyncio.gather(*(self._rotated(each, credentials) for each in due))
            count += sum(renewed)
        return count

    async def _claimed(self) -> list[FoundWorkspace]:
        async with self._db.directory() as directory:
            return await directory.claim_rotations(AHEAD, LEASE, AT_ONCE)

    async def _rotated(self, found: FoundWorkspace, credentials: Credentials) -> bool:
        application = Actor.application(found.organization_id)
        facts = {"workspace_id": str(found.workspace_id)}
        try:
            async with self._db.transaction(application) as tx:
                spent = await organizations.renewable(tx, found.workspace_id, self._sealer)
            return spent is not None and await self._renewed(application, spent, credentials)
        except (ClientError, TimeoutError, ConnectionError, SQLAlchemyError) as failed:
            log.warning("token.not_reached", extra={**facts, "reason": type(failed).__name__})
        except Exception:
            log.exception("token.not_rotated", extra=facts)
        return False

    async def _renewed(
        self, application: Actor, spent: Renewable, credentials: Credentials
    ) -> bool:
        """Slack is asked with nothing locked; what it says counts if nobody was faster."""
        facts = {"workspace_id": str(spent.workspace_id)}
        try:
            grant = await refreshed(self._host, credentials, spent.refresh)
        except SlackRefusedError as refused:
            log.warning("token.refused", extra={**facts, "reason": refused.reason})
            if not is_passing(refused) and not is_rate_limit(refused):
                async with self._db.transaction(application) as tx:
                    await organizations.not_renewed(tx, spent, refused.reason, self._sealer)
            return False
        fresh = grant.tokens(self._db.clock.now())
        if fresh is None:
            log.error("token.missing", extra=facts)
            return False
        async with self._db.transaction(application) as tx:
            is_kept = await organizations.renew(tx, spent, fresh, self._sealer)
        log.info("token.rotated", extra={**facts, "is_kept": is_kept})
        return is_kept
