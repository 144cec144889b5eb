"""A replica that listens to its database, for tests that wait until it knows of everything."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import pytest

from bot.app import Tandem
from services.memory import Memory

PATIENCE = 10.0


class Listening:
    """Tells when its replica knows of everything."""

    def __init__(self, memory: Memory) -> None:
        self._memory = memory
        self._heard = memory.heard
        self._news = asyncio.Condition()
        self._asked_at = float("-inf")

    async def has_heard(self) -> None:
        """Of all that was committed before this is asked."""
        now = self._memory.now()
        async with asyncio.timeout(PATIENCE), self._news:
            await self._news.wait_for(lambda: self._asked_at > now)

    def heard(self, asked_at: float) -> None:
        self._heard(asked_at)
        self._asked_at = asked_at
        self._told = asyncio.ensure_future(self._tell())

    async def _tell(self) -> None:
        async with self._news:
            self._news.notify_all()


@asynccontextmanager
async def listening(tandem: Tandem) -> AsyncGenerator[Listening]:
    """The replica listens meanwhile."""
    heard = Listening(tandem.db.memory)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(tandem.db.memory, "heard", heard.heard)
        task = asyncio.create_task(tandem.hearing.run(tandem.database_url))
        await heard.has_heard()
        yield heard
        task.cancel()
