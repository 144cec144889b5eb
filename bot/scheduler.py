"""The ticker of all that is periodic. Correctness never depends on it: what is due and what has
run is in the database, so any number of replicas may tick.
"""

import logging
from collections.abc import Awaitable, Callable, Sequence

from apscheduler.schedulers.asyncio import (  # pyright: ignore[reportMissingTypeStubs]  # has none
    AsyncIOScheduler,
)

from services import schedule
from services.db import Database
from services.schedule import Periodic

log = logging.getLogger(__name__)

TICK_SECONDS = 5
ROTATE_SECONDS = 60
AT_ONCE = 200


async def tick(db: Database, periodics: Sequence[Periodic]) -> int:
    """Run what is due, organization by organization; one's failure holds up no other."""
    async with db.directory() as directory:
        due = await directory.due_organizations(AT_ONCE)
    count = 0
    for organization_id in due:
        ran = await schedule.run_organization(db, organization_id, periodics)
        count += ran.count
        for kind, error in ran.failures.items():
            facts = {"kind": kind, "organization_id": str(organization_id)}
            log.error("schedule.failed", extra=facts, exc_info=error)
    return count


def ticker(
    db: Database, periodics: Sequence[Periodic], rotate: Callable[[], Awaitable[object]]
) -> AsyncIOScheduler:
    """A scheduler with nothing in it but our tick and the renewal of tokens; late ones merge."""
    scheduler = AsyncIOScheduler(timezone="UTC")
    scheduler.add_job(  # pyright: ignore[reportUnknownMemberType]  # untyped library
        tick,
        "interval",
        args=(db, periodics),
        seconds=TICK_SECONDS,
        coalesce=True,
        max_instances=1,
        misfire_grace_time=None,
    )
    scheduler.add_job(  # pyright: ignore[reportUnknownMemberType]  # untyped library
        rotate,
        "interval",
        seconds=ROTATE_SECONDS,
        coalesce=True,
        max_instances=1,
        misfire_grace_time=None,
    )
    return scheduler
