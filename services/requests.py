"""What was already answered: one effect for a double click, a double submit, a retry."""

from sqlalchemy import bindparam, select, update
from sqlalchemy.dialects.postgresql import insert

from services.db import Tx
from services.tables import JsonObject, ProcessedRequest

_TAKE = insert(ProcessedRequest).on_conflict_do_nothing().returning(ProcessedRequest.key)
_ASKED = ProcessedRequest.key == bindparam("of")
_ANSWER = select(ProcessedRequest.answer).where(_ASKED)
_REMEMBER = update(ProcessedRequest).where(_ASKED).values(answer=bindparam("answered"))


async def answered_before(tx: Tx, key: str) -> JsonObject | None:
    """The answer given to this request before, or None for the first time.

    The key is taken in this transaction: a second copy arriving meanwhile waits for the first to
    commit, then gets its answer; if the first rolls back, the second does the work.
    """
    taken = await tx.connection.execute(_TAKE, {"key": key, "created_at": tx.now})
    if taken.scalar_one_or_none() is not None:
        return None
    found = await tx.connection.execute(_ANSWER, {"of": key})
    return found.scalar_one()


async def remember_answer(tx: Tx, key: str, answer: JsonObject) -> None:
    """Keep the answer for the repeats, in the same transaction as the effect."""
    await tx.connection.execute(_REMEMBER, {"of": key, "answered": answer})
