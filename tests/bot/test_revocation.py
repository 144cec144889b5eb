"""What is posted, and what waits, when the app may not post any more."""

from datetime import timedelta

import psycopg
import pytest
from aiohttp import web

from bot import delivery
from services import organizations
from services.organizations import Tokens
from services.organizations.installing import keep_tokens
from services.organizations.workspaces import locked_workspace
from services.sealing import Sealer, new_key
from tests.bot.outbox_support import A_SECOND, Post, a_post, a_wire, losing
from tests.conftest import Urls
from tests.journeys.conftest import World, install


@pytest.fixture
async def post(world: World) -> Post:
    await world.deliver()
    world.slack.calls.clear()
    return a_post(world)


def switch(urls: Urls, *, is_active: bool) -> None:
    with psycopg.connect(urls.owner) as owner:
        owner.execute("UPDATE organizations SET is_active = %s", (is_active,))


async def test_nothing_is_posted_that_slack_was_asked_about_before_an_uninstall(
    post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(delivery, "STILL_INSTALLED", 0.0)
    world = post.world
    passing_on = losing(world.slack.api_url, "", 0)

    async def meanwhile(request: web.Request, body: bytes) -> web.StreamResponse:
        answered = await passing_on(request, body)
        if request.match_info["path"] == "conversations.info":
            async with world.db.transaction(world.acme.application) as tx:
                await organizations.uninstall(tx, world.acme.workspace_id)
        return answered

    await post.write("too late")
    async with a_wire(meanwhile) as url:
        await post.over(url).deliver_due()

    assert post.texts() == []
    assert await post.states() == [("dropped", "uninstalled")]


async def test_what_a_company_is_told_waits_while_it_is_switched_off(
    post: Post, office_urls: Urls
) -> None:
    await post.write("kept")
    switch(office_urls, is_active=False)
    while_off = await post.deliver(timedelta(hours=1))
    due_while_off = await post.deliverer.next_at()
    switch(office_urls, is_active=True)

    await post.deliver(A_SECOND)

    assert (while_off, due_while_off) == (0, None)
    assert post.texts() == ["kept"]


async def test_what_was_claimed_before_the_switch_is_not_lost(
    post: Post, office_urls: Urls
) -> None:
    await post.write("kept")
    async with post.world.db.directory() as directory:
        [claim] = await directory.claim_deliveries(1, delivery.LEASE)
    switch(office_urls, is_active=False)

    await post.deliverer._deliver(claim)
    switch(office_urls, is_active=True)
    await post.deliver(delivery.NOT_INSTALLED)

    assert post.texts() == ["kept"]


async def test_a_lost_key_parks_what_waits_until_the_app_is_installed_again(post: Post) -> None:
    world = post.world
    await post.write("kept")
    async with world.db.transaction(world.acme.application) as tx:
        found = await locked_workspace(tx, world.acme.workspace_id)
        keep_tokens(found, Tokens("xoxb-acme"), Sealer([new_key()]))

    await post.deliver()
    parked = (await post.workspace()).parked_because
    answer = await world.person("ron").command("/opp", "list")
    await install(world.db, world.acme.team)
    await post.deliver(A_SECOND)

    assert parked == "token_unreadable"
    assert answer.ephemeral is not None
    assert "An admin can install it again" in answer.ephemeral.text
    assert post.texts() == ["kept"]
