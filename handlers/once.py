"""One effect for each request, however often it arrives, and the same answer to each copy; what is
said beside the answer is said with the first one only.
"""

from collections.abc import Awaitable, Callable

from pydantic import TypeAdapter

from handlers.routing import Both, Reply, Request
from services.db import Tx
from services.requests import answered_before, remember_answer

_REPLY: TypeAdapter[Reply] = TypeAdapter(Reply)


async def once(request: Request, work: Callable[[Tx], Awaitable[Reply]]) -> Reply:
    """Do `work` in one transaction as the request's actor, or give the first answer again.

    An error rolls everything back, the key too: the person may try again.
    """
    async with request.db.transaction(request.actor) as tx:
        answer = await answered_before(tx, request.key)
        if answer is not None:
            return _again(_REPLY.validate_python(answer))
        reply = await work(tx)
        await remember_answer(tx, request.key, _REPLY.dump_python(reply, mode="json"))
        return reply


def _again(reply: Reply) -> Reply:
    return reply.first if isinstance(reply, Both) else reply
