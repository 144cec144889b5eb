"""Listens for what changes in the database, so that what is remembered may be trusted."""

import asyncio
import logging
from uuid import UUID

from psycopg import AsyncConnection, Notify, OperationalError

from bot.installations import Installations
from services.memory import CAME, CHANNEL, Memory
from services.values import OrganizationId

log = logging.getLogger(__name__)

BEAT = 0.3
"""Seconds between two questions whether there is news: well within what memory is trusted for."""
TRY_AGAIN = 1.0


class Hearing:
    """Forgets what the database says has changed, in memory and among the installations."""

    def __init__(self, memory: Memory, installations: Installations) -> None:
        self._memory = memory
        self._installations = installations

    async def run(self, url: str) -> None:
        """Listen until cancelled. While the database is away, nothing is trusted."""
        while True:
            try:
                async with await AsyncConnection.connect(url, autocommit=True) as connection:
                    await connection.execute(f"LISTEN {CHANNEL}")
                    await connection.execute(f"LISTEN {CAME}")
                    self._forget_all()
                    await self._listen(connection)
            except OperationalError as lost:
                log.warning("memory.listener_lost", extra={"reason": type(lost).__name__})
                await asyncio.sleep(TRY_AGAIN)

    async def _listen(self, connection: AsyncConnection) -> None:
        """An answer brings all notifications of what was committed before the question; only when
        they are dealt with has it been heard.
        """
        while True:
            asked_at = self._memory.now()
            await connection.execute("SELECT")
            await self._forget_told(connection, 0)
            self._memory.heard(asked_at)
            await self._forget_told(connection, BEAT)

    async def _forget_told(self, connection: AsyncConnection, seconds: float) -> None:
        async for told in connection.notifies(timeout=seconds):
            self._forget(told)

    def _forget(self, told: Notify) -> None:
        if told.channel == CAME:
            self._installations.forget_misses()
        elif told.payload:
            self._memory.forget(OrganizationId(UUID(told.payload)))
        else:
            self._memory.forget_all()

    def _forget_all(self) -> None:
        self._memory.forget_all()
        self._installations.forget_misses()
