"""The first message to who has brought a company here. It shows what is set up and what is not, and
is told anew as that changes. What it shows is `organizations.onboarding`.
"""

from services import outbox
from services.db import Tx
from services.outbox import Place

WELCOME = "welcome"


async def greet(tx: Tx, place: Place) -> None:
    """Post it, kept current from then on."""
    company = tx.organization_id
    await outbox.post(tx, place, WELCOME, {"id": str(company)}, copy_of=company)


async def refresh(tx: Tx) -> None:
    """Something it shows has changed. Costs one question where there is none."""
    await outbox.refresh_copies(tx, WELCOME, tx.organization_id)
