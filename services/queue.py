"""The jobs a transaction asks for, as the last thing that is said in it.

Who asks for a job that another transaction has just asked for waits until that one has ended. So
none is asked for before the message that commits: then the wait is as short as a commit.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import LiteralString

from services.driver import Last

_DEFER: LiteralString = (
    "SELECT jobs.defer_once(job->>'task', job->>'once', job->'arguments')"
    " FROM jsonb_array_elements(CAST(%(asked)s AS jsonb)) AS asked (job)"
)


@dataclass(frozen=True, slots=True)
class Job:
    """One run of a task."""

    task: str
    arguments: Mapping[str, object]


def deferral(jobs: Mapping[str, Job]) -> Last | None:
    """What puts these into the queue, each unless one of its name waits there; None for none.

    In an order that is the same for all, so that no two ever wait for each other.
    """
    if not jobs:
        return None
    asked = [
        {"task": job.task, "once": once, "arguments": dict(job.arguments)}
        for once, job in sorted(jobs.items())
    ]
    return Last(_DEFER, {"asked": json.dumps(asked)})
