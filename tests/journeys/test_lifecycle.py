import json
from datetime import timedelta

from sandbox import envelopes
from sandbox.wire import JsonObject
from tests.journeys.conftest import World, install


async def file_a_week(world: World, name: str) -> None:
    """Its post for the status channel waits."""
    person = world.person(name)
    await person.command("/weekly", channel=world.acme.deals)
    person.fill({"accomplishments": "Signed the renewal"})
    await person.submit()


async def revoke(world: World) -> None:
    """The bot's token is taken back; the app stays installed in Slack's eyes."""
    team = world.acme.team
    team.revoke("token_revoked")
    tokens = {"oauth": [], "bot": [team.bot_user_id]}
    await world.slack.send_event(team, {"type": "tokens_revoked", "tokens": tokens})


async def install_again(world: World) -> None:
    world.acme.team.revoke(None)
    await install(world.db, world.acme.team)


def posts(world: World) -> list[str]:
    return [each.text.split(":")[0] for each in world.cards(world.acme.status, "week ending")]


async def test_a_workspace_whose_token_was_taken_back_loses_no_message(world: World) -> None:
    await world.set_channels()
    await file_a_week(world, "ron")

    await revoke(world)
    await world.deliver()
    while_parked = posts(world)
    await world.slack.travel(timedelta(days=1))
    await install_again(world)
    await world.deliver()

    assert (while_parked, posts(world)) == ([], ["Ron Acme"])


async def test_a_reinstall_brings_no_flood_of_old_messages(world: World) -> None:
    await world.set_channels()
    await file_a_week(world, "ron")

    await world.slack.uninstall(world.acme.team)
    await world.slack.travel(timedelta(days=30))
    await world.settle()
    await install_again(world)
    await world.deliver()
    before = posts(world)
    await file_a_week(world, "olga")
    await world.deliver()

    assert (before, posts(world)) == ([], ["Olga Acme"])


async def test_an_uninstall_that_is_told_late_does_not_end_what_was_installed_since(
    world: World,
) -> None:
    await world.set_channels()
    event: JsonObject = {"type": "app_uninstalled"}
    told = envelopes.envelope(world.slack.core, world.acme.team, event, "Ev0LATE", "")
    await world.slack.uninstall(world.acme.team)
    await world.slack.travel(timedelta(minutes=30))
    await install_again(world)

    body = json.dumps(told).encode()
    headers = {**world.slack.sign(body), "Content-Type": "application/json"}
    answer = await world.slack.post_raw(headers, body)
    await file_a_week(world, "ron")
    await world.deliver()

    assert (answer.status, posts(world)) == (200, ["Ron Acme"])
