import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import timedelta
from uuid import uuid4

import psycopg
import pytest
from aiohttp import web

from bot.delivery import LEASE
from bot.refusals import LONGEST_WAIT, MOST_ATTEMPTS, wait
from services import organizations, outbox
from services.directory import NewInstallation
from services.outbox import Later, Sent
from tests.bot.outbox_support import A_SECOND, Post, a_post, a_wire, losing
from tests.conftest import Urls
from tests.journeys.conftest import World

LONG = timedelta(minutes=10)
POSTED = "chat.postMessage"
PATIENCE_SECONDS = 20


@pytest.fixture
async def post(world: World) -> Post:
    await world.deliver()
    world.slack.calls.clear()
    return a_post(world)


async def test_a_message_whose_answer_was_lost_is_found_and_not_sent_again(post: Post) -> None:
    await post.write("once")

    async with a_wire(losing(post.world.slack.api_url, POSTED, times=1)) as url:
        await post.over(url).deliver_due()
        unknown = await post.states()
        post.world.clock.advance(LONG)
        await post.over(url).deliver_due()

    [row] = await post.rows()
    assert unknown == [("sending", "no answer")]
    assert post.texts() == ["once"]
    assert (row.state, row.is_possibly_twice) == ("sent", False)
    assert row.slack_ts == post.posted()[0].ts


async def test_without_the_history_scope_it_is_sent_again_and_says_so(post: Post) -> None:
    await grant(post, ("chat:write", "channels:read"))
    await post.write("perhaps twice")

    async with a_wire(losing(post.world.slack.api_url, POSTED, times=1)) as url:
        await post.over(url).deliver_due()
        post.world.clock.advance(LONG)
        await post.over(url).deliver_due()

    [row] = await post.rows()
    assert post.texts() == ["perhaps twice"] * 2
    assert (row.state, row.is_possibly_twice) == ("sent", True)


async def test_a_message_that_cannot_be_looked_for_yet_is_not_sent_again_meanwhile(
    post: Post,
) -> None:
    team = post.world.acme.team
    await post.write("once")
    async with a_wire(losing(post.world.slack.api_url, POSTED, times=1)) as url:
        await post.over(url).deliver_due()
    post.world.clock.advance(LONG)
    for _ in range(50):
        post.world.slack.core.rates.call(team.id, "conversations.history", 50)

    await post.deliver()
    asked_to_rest = await post.states()
    await post.deliver(LONG)

    assert asked_to_rest == [("sending", "rate limited")]
    assert post.texts() == ["once"]


async def test_an_unknown_message_of_a_parked_workspace_is_still_looked_for(post: Post) -> None:
    world = post.world
    await post.write("once")
    async with a_wire(losing(world.slack.api_url, POSTED, times=1)) as url:
        await post.over(url).deliver_due()
    world.acme.team.revoke("token_revoked")
    await post.deliver(LONG)
    world.acme.team.revoke(None)
    async with world.db.transaction(world.acme.application) as tx:
        await organizations.unpark(tx, world.acme.workspace_id)

    await post.deliver(LONG)

    assert post.texts() == ["once"]
    assert [state for state, _ in await post.states()] == ["sent"]


async def test_a_message_that_many_followed_may_have_been_sent_twice(post: Post) -> None:
    await post.write("buried")
    async with a_wire(losing(post.world.slack.api_url, POSTED, times=1)) as url:
        await post.over(url).deliver_due()
    ada = post.world.person("ada")
    for number in range(20):
        post.world.clock.advance(A_SECOND)
        ada.write(post.world.acme.deals, f"chatter {number}")

    await post.deliver(LONG)

    [row] = await post.rows()
    assert (row.state, row.is_possibly_twice) == ("sent", True)


async def test_what_never_reached_slack_is_not_said_to_be_possibly_twice(post: Post) -> None:
    async def unused(_: web.Request, __: bytes) -> web.StreamResponse:
        raise AssertionError

    await post.write("later")
    async with a_wire(unused) as url:
        pass
    await post.over(url).deliver_due()

    not_sent = await post.states()
    await grant(post, ("chat:write", "channels:read"))
    await post.deliver(LONG)

    [row] = await post.rows()
    assert not_sent == [("pending", "not reached")]
    assert (row.state, row.is_possibly_twice) == ("sent", False)


async def test_a_fault_of_slacks_is_tried_again_until_it_has_been_tried_enough(post: Post) -> None:
    async def fails(_: web.Request, __: bytes) -> web.StreamResponse:
        return web.json_response({"ok": False, "error": "internal_error"}, status=503)

    await post.write("hopeless")
    await post.write("next")

    async with a_wire(fails) as url:
        for _ in range(MOST_ATTEMPTS):
            await post.over(url).deliver_due()
            post.world.clock.advance(LONG)
    await post.deliver()

    assert await post.states() == [("dead", "internal_error"), ("sent", None)]


async def test_silence_is_tried_again_until_it_has_been_tried_enough(post: Post) -> None:
    await post.write("hopeless")
    await grant(post, ("chat:write", "channels:read"))

    async with a_wire(losing(post.world.slack.api_url, POSTED, times=100)) as url:
        for _ in range(MOST_ATTEMPTS + 2):
            await post.over(url).deliver_due()
            post.world.clock.advance(LONG)

    assert await post.states() == [("dead", "no answer")]


@pytest.mark.parametrize("body", ["<html>", "{not json"])
async def test_what_is_no_answer_of_slacks_is_no_refusal(post: Post, body: str) -> None:
    async def answers(_: web.Request, __: bytes) -> web.StreamResponse:
        return web.Response(text=body, content_type="application/json")

    await post.write("later")
    async with a_wire(answers) as url:
        await post.over(url).deliver_due()

    [(state, why)] = await post.states()
    assert (state, why) == ("sending", "no_answer")


async def test_a_deliverer_that_is_stopped_ends_what_it_has_begun(post: Post) -> None:
    reached, released = asyncio.Event(), asyncio.Event()
    hand_on = losing(post.world.slack.api_url, POSTED, times=0)

    async def slow(request: web.Request, body: bytes) -> web.StreamResponse:
        reached.set()
        await released.wait()
        return await hand_on(request, body)

    await post.write("once")
    async with asyncio.timeout(PATIENCE_SECONDS), a_wire(slow) as url:
        work = asyncio.create_task(post.over(url).deliver_due())
        await reached.wait()
        work.cancel()
        released.set()
        await asyncio.wait({work})

    assert work.cancelled()
    assert await post.states() == [("sent", None)]


def test_however_often_it_was_tried_the_wait_has_an_end() -> None:
    assert wait(1000) == LONGEST_WAIT


async def test_what_could_not_be_posted_is_not_kept_current(post: Post) -> None:
    about = uuid4()
    post.world.acme.team.archive(post.world.acme.deals)
    await post.write("nowhere", about=about)

    await post.deliver()

    assert await post.change(about, "news of it") == 0


async def test_a_message_that_cannot_be_rendered_is_given_up_and_blocks_nobody(post: Post) -> None:
    await post.write("broken")
    await post.write("next")
    post.render_error = KeyError("of the message's kind")

    for _ in range(MOST_ATTEMPTS):
        await post.deliver(LONG)
    post.render_error = None
    await post.deliver(LONG)

    assert [state for state, _ in await post.states()] == ["dead", "sent"]
    assert post.texts() == ["next"]


async def test_a_message_that_was_mended_is_sent_as_if_nothing_had_been(post: Post) -> None:
    await grant(post, ("chat:write", "channels:read"))
    await post.write("mended")
    post.render_error = KeyError("fixed by the next version")
    await post.deliver()
    post.render_error = None

    await post.deliver(LONG)

    [row] = await post.rows()
    assert (row.state, row.is_possibly_twice) == ("sent", False)


async def test_what_follows_a_message_may_fail_without_sending_it_again(post: Post) -> None:
    post.settle_error = RuntimeError("nothing to do with the message")
    await post.write("once")

    await post.deliver()
    await post.deliver(LONG)

    assert await post.states() == [("sent", None)]
    assert post.texts() == ["once"]


async def test_a_token_that_was_renewed_meanwhile_parks_nothing(post: Post) -> None:
    world = post.world
    await post.write("with the old token")
    async with world.db.directory() as directory:
        [claim] = await directory.claim_deliveries(1, LEASE)
    async with world.db.transaction(world.acme.application) as tx:
        delivery = await outbox.begin(tx, claim)
    assert delivery is not None
    await install_again(world)

    async with world.db.transaction(world.acme.application) as tx:
        await outbox.finish(tx, delivery, outbox.Parked("token_revoked"))

    assert (await post.workspace()).parked_at is None
    assert await post.deliver() == 1


async def test_finishing_and_claiming_at_once_do_not_lock_each_other_out(post: Post) -> None:
    world = post.world
    await post.write("slow")
    async with world.db.directory() as directory:
        [claim] = await directory.claim_deliveries(1, LEASE)
    world.clock.advance(LEASE)

    async with world.db.transaction(world.acme.application) as tx:
        delivery = await outbox.begin(tx, claim)
        assert delivery is not None
        assert await outbox.finish(tx, delivery, Sent(world.acme.deals.id, "1.000001"))
        async with world.db.directory() as directory:
            claimed_meanwhile = await directory.claim_deliveries(1, LEASE)

    assert claimed_meanwhile == []
    assert await post.states() == [("sent", None)]


async def test_an_unknown_outcome_stays_unknown_whatever_comes_next(post: Post) -> None:
    world = post.world
    now = world.clock.now()
    await post.write("unknown")
    for later in (Later(now, "no answer", is_unknown=True), Later(now, "rate limited")):
        async with world.db.directory() as directory:
            [claim] = await directory.claim_deliveries(1, LEASE)
        async with world.db.transaction(world.acme.application) as tx:
            delivery = await outbox.begin(tx, claim)
            assert delivery is not None
            await outbox.finish(tx, delivery, later)

    async with world.db.directory() as directory:
        [claim] = await directory.claim_deliveries(1, LEASE)

    assert claim.was_sending


async def test_a_commit_wakes_the_deliverer(post: Post) -> None:
    async with asyncio.timeout(PATIENCE_SECONDS), running(post):
        await post.write("woken")
        await post.arrived.get()

    assert post.texts() == ["woken"]


async def test_losing_the_database_for_a_moment_does_not_end_the_deliverer(
    post: Post, office_urls: Urls
) -> None:
    async with asyncio.timeout(PATIENCE_SECONDS), running(post):
        await post.write("before")
        await post.arrived.get()
        await post.write("after")  # waits for the conversation, until the first is recorded
        cut_connections(office_urls)
        post.world.clock.advance(A_SECOND)
        await post.arrived.get()

    assert post.texts() == ["before", "after"]


@asynccontextmanager
async def running(post: Post) -> AsyncGenerator[None]:
    """The deliverer at work by itself."""
    work = asyncio.create_task(post.deliverer.run(post.world.tandem.database_url))
    yield
    work.cancel()
    await asyncio.wait({work})
    assert work.cancelled()


def cut_connections(urls: Urls) -> None:
    with psycopg.connect(urls.superuser, autocommit=True) as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )


async def grant(post: Post, scopes: tuple[str, ...]) -> None:
    post.world.acme.team.grant(scopes)
    await install_again(post.world)


async def install_again(world: World) -> None:
    team = world.acme.team
    new = NewInstallation(
        name=team.name,
        subdomain=team.domain,
        enterprise_id=None,
        team_id=team.id,
        app_id="A0TANDEM",
        bot_id=team.bot_id,
        bot_user_id=team.bot_user_id,
        scopes=team.bot_scopes,
    )
    tokens = organizations.Tokens(team.bot_token)
    await organizations.install(world.db, new, tokens, world.tandem.sealer)
