from datetime import timedelta
from uuid import uuid4

import pytest

from bot.delivery import LEASE
from services import organizations, outbox
from services.outbox import Place, Sent
from tests.bot.outbox_support import A_SECOND, KIND, Post, a_post
from tests.journeys.conftest import World


@pytest.fixture
async def post(world: World) -> Post:
    await world.deliver()
    world.slack.calls.clear()
    return a_post(world)


async def test_a_conversation_gets_one_message_a_second_in_order(post: Post) -> None:
    for words in ("one", "two", "three"):
        await post.write(words)

    counts = [await post.deliver(), await post.deliver(), await post.deliver(A_SECOND)]
    counts.append(await post.deliver(A_SECOND))

    assert counts == [1, 0, 1, 1]
    assert post.texts() == ["one", "two", "three"]
    assert {call.error for call in post.world.slack.calls} == {None}


async def test_conversations_do_not_wait_for_each_other(post: Post) -> None:
    await post.write("here")
    await post.write("there", lane=post.world.acme.alerts.id)

    assert await post.deliver() == 2


async def test_a_busy_company_does_not_keep_a_quiet_one_waiting(post: Post) -> None:
    acme, globex = post.world.acme, post.world.globex
    for number in range(30):
        await post.write("many", lane=f"C0{number}")
    await post.write("few", office=globex)

    async with post.world.db.directory() as directory:
        claims = await directory.claim_deliveries(4, LEASE)

    owners = [claim.organization_id for claim in claims]
    assert owners.count(globex.organization_id) == 1
    assert owners.count(acme.organization_id) == 3


async def test_a_conversation_served_long_ago_comes_first(post: Post) -> None:
    for lane in ("C0A", "C0B", "C0C"):
        await post.write("first", lane=lane)
        await post.write("second", lane=lane)

    served: list[str] = []
    for _ in range(3):
        async with post.world.db.directory() as directory:
            [claim] = await directory.claim_deliveries(1, timedelta())
        post.world.clock.advance(A_SECOND)
        served.append(await lane_of(post, claim.outbox_id))

    assert served == ["C0A", "C0B", "C0C"]


async def test_when_slack_asks_for_rest_the_message_waits_and_is_not_lost(post: Post) -> None:
    acme = post.world.acme
    post.world.slack.core.rates.exhaust(acme.team.id, acme.deals.id)
    await post.write("late")
    await post.write("elsewhere", office=post.world.globex)

    await post.deliver()
    waiting = await post.states()
    await post.deliver(A_SECOND)

    assert waiting == [("pending", "rate limited")]
    assert post.texts() == ["late"]
    assert post.texts(post.world.globex) == ["elsewhere"]


async def test_while_slack_rests_the_whole_method_of_the_workspace_rests(post: Post) -> None:
    acme = post.world.acme
    post.world.slack.core.rates.exhaust(acme.team.id, acme.deals.id)
    await post.write("late")
    await post.deliver()
    await post.write("other channel", lane=acme.alerts.id)

    assert await post.deliver() == 0
    assert await post.deliver(A_SECOND) == 2


async def test_a_refused_token_parks_the_workspace_and_loses_nothing(post: Post) -> None:
    world = post.world
    world.acme.team.revoke("token_revoked")
    await post.write("kept")
    await post.write("also kept")
    await post.write("goes on", office=world.globex)

    await post.deliver()
    parked = await post.workspace()
    attempts_while_parked = await post.deliver(timedelta(hours=1))
    world.acme.team.revoke(None)
    async with world.db.transaction(world.acme.application) as tx:
        await organizations.unpark(tx, world.acme.workspace_id)
    await post.deliver()
    await post.deliver(A_SECOND)

    assert parked.parked_because == "token_revoked"
    assert attempts_while_parked == 0
    assert post.texts() == ["kept", "also kept"]
    assert post.texts(world.globex) == ["goes on"]


async def test_an_uninstalled_workspace_gets_nothing_any_more(post: Post) -> None:
    world = post.world
    await post.write("too late")
    async with world.db.transaction(world.acme.application) as tx:
        await organizations.uninstall(tx, world.acme.workspace_id)

    assert await post.deliver() == 0
    assert post.texts() == []


async def test_a_refused_message_is_given_up_with_its_reason_and_blocks_nobody(post: Post) -> None:
    world = post.world
    world.acme.team.archive(world.acme.deals)
    await post.write("nowhere")
    await post.write("nowhere too")

    await post.deliver()
    await post.deliver(A_SECOND)

    assert await post.states() == [("dead", "is_archived")] * 2
    assert post.settled == [outbox.Dead("is_archived")] * 2


async def test_a_message_that_was_deleted_is_not_kept_current_any_more(post: Post) -> None:
    about = uuid4()
    await post.write("soon gone", about=about)
    await post.deliver()
    [message] = post.posted()
    channel = post.world.acme.deals.id
    client = post.world.tandem.host.client(post.world.acme.team.bot_token)
    await client.chat_delete(channel=channel, ts=message.ts)

    await post.change(about, "never seen")
    await post.deliver(A_SECOND)

    [copy] = await post.copies()
    assert await post.states() == [("sent", None), ("dead", "message_not_found")]
    assert copy.gone_at is not None
    assert await post.change(about, "nor this") == 0


async def test_a_channel_shared_with_another_company_gets_no_new_message(post: Post) -> None:
    post.world.acme.deals.shared = True
    await post.write("secret")

    await post.deliver()

    assert await post.states() == [("dead", "externally_shared_channel")]
    assert post.texts() == []


async def test_a_channel_shared_since_gets_no_news_of_an_old_message(post: Post) -> None:
    about = uuid4()
    await post.write("before", about=about)
    await post.deliver()

    post.world.acme.deals.shared = True
    await post.change(about, "secret")
    await post.deliver(A_SECOND)

    assert post.texts() == ["before"]
    assert (await post.states())[-1] == ("dead", "externally_shared_channel")


async def test_changes_that_wait_are_told_in_one_update(post: Post) -> None:
    about = uuid4()
    await post.write("first", about=about)
    await post.deliver()

    written = [await post.change(about, words) for words in ("second", "third", "fourth")]
    await post.deliver(A_SECOND)
    await post.deliver(A_SECOND)

    assert written == [1, 0, 0]
    assert post.texts() == ["fourth"]
    assert [call.method for call in post.world.slack.calls].count("chat.update") == 1


async def test_a_change_during_an_update_is_told_by_another(post: Post) -> None:
    about = uuid4()
    await post.write("first", about=about)
    await post.deliver()
    await post.change(about, "second")
    post.world.clock.advance(A_SECOND)
    async with post.world.db.directory() as directory:
        await directory.claim_deliveries(1, LEASE)

    assert await post.change(about, "third") == 1
    await post.deliver(LEASE)
    await post.deliver(A_SECOND)

    assert post.texts() == ["third"]


async def test_an_update_that_has_to_wait_merges_into_the_one_behind_it(post: Post) -> None:
    about = uuid4()
    await post.write("first", about=about)
    await post.deliver()
    await post.change(about, "second")
    post.world.clock.advance(A_SECOND)
    async with post.world.db.directory() as directory:
        [claim] = await directory.claim_deliveries(1, LEASE)
    await post.change(about, "third")

    async with post.world.db.transaction(post.world.acme.application) as tx:
        delivery = await outbox.begin(tx, claim)
        assert delivery is not None
        later = outbox.Later(tx.now + A_SECOND, "rate limited", gate_method=True)
        assert await outbox.finish(tx, delivery, later)
    await post.deliver(A_SECOND)

    assert [state for state, _ in await post.states()] == ["sent", "dropped", "sent"]
    assert post.texts() == ["third"]


async def test_an_update_is_not_sent_while_a_change_it_should_tell_is_being_saved(
    post: Post,
) -> None:
    about = uuid4()
    await post.write("first", about=about)
    await post.deliver()
    await post.change(about, "second")
    post.world.clock.advance(A_SECOND)

    async with post.world.db.transaction(post.world.acme.application) as tx:
        assert await outbox.refresh_copies(tx, KIND, about) == 0
        sent_before_the_commit = await post.deliver()
        post.words[str(about)] = "third"
    sent_after = await post.deliver()

    assert (sent_before_the_commit, sent_after) == (0, 1)
    assert post.texts() == ["third"]


async def test_a_message_is_not_sent_before_its_time(post: Post) -> None:
    await post.write("at noon", not_before_in=timedelta(hours=2))

    early = await post.deliver(timedelta(hours=1))
    due = await post.deliverer.next_at()
    on_time = await post.deliver(timedelta(hours=1))

    assert (early, on_time) == (0, 1)
    assert due == post.world.clock.now()


async def test_a_message_with_a_key_is_written_once(post: Post) -> None:
    acme = post.world.acme
    place = Place(acme.workspace_id, acme.deals.id)

    async with post.world.db.transaction(acme.application) as tx:
        written = [
            await outbox.post(tx, place, KIND, {"words": "once"}, dedupe_key="once")
            for _ in range(2)
        ]
    await post.deliver()

    assert written == [True, False]
    assert await post.deliver(A_SECOND) == 0


async def test_an_update_of_what_was_never_posted_is_dropped(post: Post) -> None:
    about = uuid4()
    post.world.acme.team.archive(post.world.acme.deals)
    await post.write("refused", about=about)
    await post.change(about, "news")

    await post.deliver()
    await post.deliver(A_SECOND)

    assert await post.states() == [("dead", "is_archived"), ("dropped", "never posted")]


async def test_who_was_late_to_finish_changes_nothing(post: Post) -> None:
    world = post.world
    await post.write("slow")
    async with world.db.directory() as directory:
        [first] = await directory.claim_deliveries(1, LEASE)
    async with world.db.transaction(world.acme.application) as tx:
        slow = await outbox.begin(tx, first)
    assert slow is not None

    world.clock.advance(LEASE)
    async with world.db.directory() as directory:
        [second] = await directory.claim_deliveries(1, LEASE)
    async with world.db.transaction(world.acme.application) as tx:
        is_recorded = await outbox.finish(tx, slow, Sent(world.acme.deals.id, "1.000001"))

    assert (first.was_sending, second.was_sending) == (False, True)
    assert (first.attempts, second.attempts) == (1, 2)
    assert not is_recorded
    assert [row.slack_ts for row in await post.rows()] == [None]


async def test_what_a_crashed_deliverer_held_is_sent_after_its_lease(post: Post) -> None:
    await post.write("survives")
    async with post.world.db.directory() as directory:
        await directory.claim_deliveries(1, LEASE)

    within = await post.deliver(LEASE - A_SECOND)
    after = await post.deliver(A_SECOND)

    assert (within, after) == (0, 1)
    assert post.texts() == ["survives"]


async def lane_of(post: Post, outbox_id: int) -> str:
    return next(row.lane for row in await post.rows() if row.id == outbox_id)
