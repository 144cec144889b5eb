import asyncio
from collections.abc import Awaitable, Callable

import pytest
from sqlalchemy import func, select

from handlers.once import once
from handlers.routing import Both, Done, Open, Place, Reply, Request, Say
from services import audit
from services.db import Database, Tx
from services.errors import InvalidInput, Problem
from services.sealing import Sealer, new_key
from services.tables import AuditEntry
from services.values import Actor
from tests.factories import Company

Work = Callable[[Tx], Awaitable[Reply]]


def a_request(
    db: Database, company: Company, key: str = "a" * 64, by: Actor | None = None
) -> Request:
    return Request(
        actor=by or company.rep,
        db=db,
        place=Place(company.workspace_id),
        key=key,
        sealer=Sealer([new_key()]),
    )


def doing(reply: Reply) -> Work:
    """Leaves one trace each time it is done."""

    async def work(tx: Tx) -> Reply:
        await audit.record(tx, "test.done", "test")
        return reply

    return work


async def effects(db: Database, company: Company) -> int:
    async with db.transaction(company.application) as tx:
        done = select(func.count()).where(AuditEntry.action == "test.done")
        return await tx.session.scalar(done) or 0


@pytest.mark.parametrize(
    "reply", [Done(), Say(text="moved"), Open(view={"type": "modal", "blocks": []})]
)
async def test_a_repeat_gets_the_first_answer_and_has_no_effect(
    db: Database, acme: Company, reply: Reply
) -> None:
    request = a_request(db, acme)

    first = await once(request, doing(reply))
    second = await once(request, doing(Say(text="another")))

    assert first == second == reply
    assert await effects(db, acme) == 1


async def test_copies_at_the_same_time_have_one_effect_and_one_answer(
    db: Database, acme: Company
) -> None:
    answers = await asyncio.gather(
        *(once(a_request(db, acme), doing(Say(text=f"copy {each}"))) for each in range(4))
    )

    assert len({str(each) for each in answers}) == 1
    assert await effects(db, acme) == 1


async def test_what_is_said_beside_an_answer_is_said_once(db: Database, acme: Company) -> None:
    both = Both(first=Done(), then=Say(text="created"))

    first = await once(a_request(db, acme), doing(both))
    second = await once(a_request(db, acme), doing(both))

    assert (first, second) == (both, Done())


@pytest.mark.parametrize("error", [InvalidInput.of("value", Problem.NEGATIVE), RuntimeError("x")])
async def test_what_failed_may_be_tried_again(
    db: Database, acme: Company, error: Exception
) -> None:
    async def fail(tx: Tx) -> Reply:
        await audit.record(tx, "test.done", "test")
        raise error

    with pytest.raises(type(error)):
        await once(a_request(db, acme), fail)

    assert await effects(db, acme) == 0
    assert await once(a_request(db, acme), doing(Say(text="better"))) == Say(text="better")


async def test_a_copy_that_waited_for_one_that_failed_does_the_work(
    db: Database, acme: Company
) -> None:
    has_begun, may_fail = asyncio.Event(), asyncio.Event()

    async def fail(_: Tx) -> Reply:
        has_begun.set()
        await may_fail.wait()
        raise RuntimeError("after the other came")

    failing = asyncio.create_task(once(a_request(db, acme), fail))
    await has_begun.wait()
    waiting = asyncio.create_task(once(a_request(db, acme), doing(Say(text="done"))))
    may_fail.set()

    assert await waiting == Say(text="done")
    with pytest.raises(RuntimeError, match="after the other came"):
        await failing
    assert await effects(db, acme) == 1


async def test_other_requests_are_no_repeats(db: Database, acme: Company) -> None:
    await once(a_request(db, acme, "a" * 64), doing(Done()))
    await once(a_request(db, acme, "b" * 64), doing(Done()))

    assert await effects(db, acme) == 2


async def test_the_same_key_in_another_company_is_another_request(
    db: Database, acme: Company, globex_corp: Company
) -> None:
    first = await once(a_request(db, acme), doing(Say(text="acme")))
    second = await once(a_request(db, globex_corp), doing(Say(text="globex")))

    assert (first, second) == (Say(text="acme"), Say(text="globex"))
