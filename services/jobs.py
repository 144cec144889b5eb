"""Work that is not the answer to a click, put into the job queue with the change that asks for it.

The one seam to the queue: whoever replaces it replaces this module, what `queue` says, and the
worker.
"""

from uuid import UUID

from services.db import Tx
from services.queue import Job

EVALUATE_ALERT_RULES = "evaluate_alert_rules"
RECOMPUTE_HEALTH = "recompute_health"
"""Of the partner that is its subject, else of all of the organization's."""

SETTLE_COMMISSIONS = "settle_commissions"
"""Of what was won and waits for an exchange rate, or was won by a change of the stages."""


def enqueue(tx: Tx, task: str, subject: UUID | None = None) -> None:
    """Have `task` run for this organization once this transaction has committed, about one record
    of its when it has a subject.

    Arguments are identifiers only. Runs of one task for one organization and subject never overlap,
    and one that still waits is not asked for twice: it sees what is committed with this. Each task
    is a queue of its own: a worker of an older version leaves to others what it does not know.
    """
    about = {} if subject is None else {"subject": str(subject)}
    once = ":".join((task, str(tx.organization_id), *about.values()))
    arguments = {"version": 1, "organization_id": str(tx.organization_id)} | about
    tx.jobs[once] = Job(task, arguments)
