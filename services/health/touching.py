"""What asks for a partner's health to be worked out anew."""

from uuid import UUID

from services import jobs
from services.db import Tx


def touch(tx: Tx, partner_id: UUID | None = None) -> None:
    """Have the health of this partner worked out again soon after the commit, or of every partner
    when none is named. For whatever changes contacts, opportunities or promises.

    A burst of changes is worked out once.
    """
    jobs.enqueue(tx, jobs.RECOMPUTE_HEALTH, partner_id)
