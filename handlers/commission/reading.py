"""What all of commission's listeners read: who reads, and what is said of what has grown old."""

from handlers.blocks.commission.values import Reader
from services import fiscal
from services.commission.agreements import MANAGE
from services.db import Tx

STALE = (
    "This is from an older message or form. Nothing was saved; open it again with "
    "`/partner statement`."
)


async def reader(tx: Tx) -> Reader:
    """Days are the company's: a commission counts by them."""
    return Reader(tx.actor.locale, await fiscal.today(tx), tx.actor.may(MANAGE))
