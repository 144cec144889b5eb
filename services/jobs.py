"""Work that is not the answer to a click, put into the job queue with the change that asks for it.

The one seam to the queue: whoever replaces it replaces this module and the worker.
"""

import json

from sqlalchemy import text

from services.db import Tx

EVALUATE_ALERT_RULES = "evaluate_alert_rules"

_DEFER = text("SELECT jobs.defer_once(:task, :once, CAST(:args AS jsonb))")


async def enqueue(tx: Tx, task: str) -> bool:
    """Ask for `task` to run for this organization once this transaction has committed.

    Arguments are identifiers only. Runs of one task for one organization never overlap, and one
    that still waits is not asked for twice: then False. Each task is a queue of its own: a worker
    of an older version leaves to others what it does not know.
    """
    key = f"{task}:{tx.organization_id}"
    values = {
        "task": task,
        "once": key,
        "args": json.dumps({"version": 1, "organization_id": str(tx.organization_id)}),
    }
    return bool((await tx.connection.execute(_DEFER, values)).scalar_one())
