import pytest
from psycopg.errors import DeadlockDetected, LockNotAvailable
from sqlalchemy.exc import OperationalError

from bot.edge import _answered  # pyright: ignore[reportPrivateUsage]  # what all listeners share
from handlers.routing import Reply, Say


@pytest.mark.parametrize("cause", [LockNotAvailable, DeadlockDetected])
async def test_who_met_somebody_else_s_change_is_asked_to_try_again(
    cause: type[Exception],
) -> None:
    async def work() -> Reply:
        raise OperationalError("UPDATE", None, cause())

    reply = await _answered(work)

    assert isinstance(reply, Say)
    assert reply.text.startswith("Somebody else is changing this at the moment.")
