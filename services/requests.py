"""What was already answered: one effect for a double click, a double submit, a retry."""

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert

from services.db import Tx
from services.tables import JsonObject, ProcessedRequest


async def answered_before(tx: Tx, key: str) -> JsonObject | None:
    """The answer given to this request before, or None for the first time.

    The key is taken in this transaction: a second copy arriving meanwhile waits for the first to
    commit, then gets its answer; if the first rolls back, the second does the work.
    """
    taken = await tx.session.execute(
        insert(ProcessedRequest)
        .values(key=key, created_at=tx.now)
        .on_conflict_do_nothing()
        .returning(ProcessedRequest.key)
    )
    if taken.scalar_one_or_none() is not None:
        return None
    found = await tx.session.execute(
        select(ProcessedRequest.answer).where(ProcessedRequest.key == key)
    )
    return found.scalar_one()


async def remember_answer(tx: Tx, key: str, answer: JsonObject) -> None:
    """Keep the answer for the repeats, in the same transaction as the effect."""
    await tx.session.execute(
        update(ProcessedRequest).where(ProcessedRequest.key == key).values(answer=answer)
    )
