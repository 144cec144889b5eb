"""Work that is not the answer to a click, put into the job queue with the change that asks for it.

The one seam to the queue: whoever replaces it replaces this module and the worker.
"""

import json
from uuid import UUID

from sqlalchemy import text

from services.db import Tx

EVALUATE_ALERT_RULES = "evaluate_alert_rules"
RECOMPUTE_HEALTH = "recompute_health"
"""Of the partner that is its subject, else of all of the organization's."""

SETTLE_COMMISSIONS = "settle_commissions"
"""Of what was won and waits for an exchange rate, or was won by a change of the stages."""

_DEFER = text("SELECT jobs.defer_once(:task, :once, CAST(:args AS jsonb))")


async def enqueue(tx: Tx, task: str, subject: UUID | None = None) -> bool:
    """Ask for `task` to run for this organization once this transaction has committed, about one
    record of its when it has a subject.

    Arguments are identifiers only. Runs of one task for one organization and subject never overlap,
    and one that still waits is not asked for twice: then False. Each task is a queue of its own: a
    worker of an older version leaves to others what it does not know.
    """
    about = {} if subject is None else {"subject": str(subject)}
    arguments = {"version": 1, "organization_id": str(tx.organization_id)} | about
    values = {
        "task": task,
        "once": ":".join((task, str(tx.organization_id), *about.values())),
        "args": json.dumps(arguments),
    }
    return bool((await tx.connection.execute(_DEFER, values)).scalar_one())
