import asyncio
from datetime import timedelta

import pytest
from aiohttp import web

from sandbox import Channel, Member, Person, Sandbox, Team, posting
from sandbox.workspace import ALL_SCOPES
from tests.sandbox.slack_app import Api, FixedClock, Payload, SlackApp

STANDARD = ("type", "user", "channel", "ts")


def told(app: SlackApp, *, of: str = "") -> list[Payload]:
    """The events that arrived, of one type if named."""
    events = [request.payload["event"] for request in app.requests if "event" in request.payload]
    return [event for event in events if of in ("", event["type"])]


def kinds(app: SlackApp) -> list[str]:
    return [event["type"] for event in told(app)]


@pytest.fixture
async def cara(slack: Sandbox, team: Team) -> Member:
    return team.add_person("U0CARA", "Cara", email="cara@acme.example", title="Manager")


async def test_setting_a_scene_tells_nothing(
    slack: Sandbox, team: Team, ana: Member, deals: Channel, app: SlackApp
) -> None:
    team.leave(deals, ana.id)
    team.archive(deals)
    await slack.events.settled()

    assert app.requests == []


async def test_the_apps_own_posts_come_back_with_its_bot_id(
    slack: Sandbox, api: Api, deals: Channel, app: SlackApp
) -> None:
    posted = await api.chat_postMessage(channel=deals.id, text="hello")
    await slack.events.settled()

    (event,) = told(app)
    assert (event["type"], event["bot_id"], event["ts"]) == ("message", "B0ACME", posted["ts"])
    assert event["bot_profile"]["app_id"] == "A0TANDEM"


async def test_a_post_under_another_name_is_a_bot_message(
    slack: Sandbox, api: Api, deals: Channel, app: SlackApp
) -> None:
    await api.chat_postMessage(channel=deals.id, text="hello", username="Robot")
    await slack.events.settled()

    assert told(app)[0]["subtype"] == "bot_message"


async def test_an_edit_and_a_deletion_name_the_message_before(
    slack: Sandbox, api: Api, deals: Channel, app: SlackApp
) -> None:
    ts = (await api.chat_postMessage(channel=deals.id, text="one"))["ts"]
    await api.chat_update(channel=deals.id, ts=ts, text="two")
    await api.chat_delete(channel=deals.id, ts=ts)
    await slack.events.settled()

    changed, deleted = told(app)[1:]
    assert (changed["subtype"], changed["hidden"]) == ("message_changed", True)
    assert (changed["message"]["text"], changed["previous_message"]["text"]) == ("two", "one")
    assert (deleted["subtype"], deleted["deleted_ts"]) == ("message_deleted", ts)
    assert deleted["previous_message"]["text"] == "two"
    assert deleted["channel_type"] == "channel"


async def test_what_one_person_alone_sees_is_no_event(
    slack: Sandbox, api: Api, deals: Channel, app: SlackApp
) -> None:
    await api.chat_postEphemeral(channel=deals.id, user="U0ANA", text="psst")
    await slack.events.settled()

    assert app.requests == []


async def test_a_mention_comes_as_a_message_and_as_a_mention(
    me: Person, team: Team, deals: Channel, app: SlackApp
) -> None:
    await me.say(deals, f"<@{team.bot_user_id}> help")

    message, mention = told(app)
    assert (message["type"], mention["type"]) == ("message", "app_mention")
    assert {key: message[key] for key in STANDARD[1:]} == {
        key: mention[key] for key in STANDARD[1:]
    }
    assert "channel_type" not in mention


async def test_an_edit_of_a_mention_is_a_mention_again(
    slack: Sandbox, team: Team, deals: Channel, me: Person, app: SlackApp
) -> None:
    message = await me.say(deals, "help")

    async with slack.events.acting(me.member.id):
        words = f"<@{team.bot_user_id}> help"
        edited = posting.edit(slack.core, team, message, posting.Draft(words))

    _, changed, mention = told(app)
    assert (changed["subtype"], mention["type"]) == ("message_changed", "app_mention")
    assert (mention["ts"], mention["text"]) == (message.ts, edited.text)
    assert mention["edited"] == {"user": me.member.id, "ts": edited.edited}


async def test_a_mention_in_direct_messages_is_only_a_message(
    me: Person, team: Team, app: SlackApp
) -> None:
    await me.say(me.dm_channel, f"<@{team.bot_user_id}> help")

    assert [(event["type"], event["channel_type"]) for event in told(app)] == [("message", "im")]


async def test_a_reply_sent_to_the_channel_too_shows_its_root(
    slack: Sandbox, api: Api, deals: Channel, app: SlackApp
) -> None:
    root = (await api.chat_postMessage(channel=deals.id, text="root"))["ts"]
    await api.chat_postMessage(channel=deals.id, text="reply", thread_ts=root, reply_broadcast=True)
    await slack.events.settled()

    event = told(app)[-1]
    assert (event["subtype"], event["thread_ts"]) == ("thread_broadcast", root)
    assert event["root"]["text"] == "root"


async def test_a_reaction_names_the_message_and_its_author(
    slack: Sandbox, api: Api, deals: Channel, team: Team, app: SlackApp
) -> None:
    ts = (await api.chat_postMessage(channel=deals.id, text="hello"))["ts"]
    await api.reactions_add(channel=deals.id, timestamp=ts, name="eyes")
    await api.reactions_remove(channel=deals.id, timestamp=ts, name="eyes")
    await slack.events.settled()

    added, removed = told(app)[1:]
    assert (added["type"], removed["type"]) == ("reaction_added", "reaction_removed")
    assert (added["reaction"], added["item_user"]) == ("eyes", team.bot_user_id)
    assert added["item"] == {"type": "message", "channel": deals.id, "ts": ts}


async def test_a_channel_made_named_and_archived_by_the_app_is_told(
    slack: Sandbox, api: Api, team: Team, app: SlackApp
) -> None:
    channel = (await api.conversations_create(name="new"))["channel"]["id"]
    await api.conversations_rename(channel=channel, name="newer")
    await api.conversations_archive(channel=channel)
    await slack.events.settled()

    seen = {event["type"]: event for event in told(app)}
    assert {"channel_created", "channel_rename", "channel_archive"} <= seen.keys()
    assert seen["channel_created"]["channel"]["name"] == "new"
    assert seen["channel_rename"]["channel"]["name"] == "newer"
    assert (seen["channel_archive"]["user"], seen["channel_archive"]["is_moved"]) == (
        team.bot_user_id,
        0,
    )


async def test_an_archived_channel_comes_back(
    slack: Sandbox, team: Team, ana: Member, deals: Channel, app: SlackApp
) -> None:
    team.archive(deals)

    async with slack.events.acting(ana.id):
        team.archive(deals, archived=False)

    assert [(event["type"], event["user"]) for event in told(app)] == [
        ("channel_unarchive", ana.id)
    ]


async def test_a_private_channels_events_are_called_groups(
    slack: Sandbox, team: Team, ana: Member, app: SlackApp
) -> None:
    room = team.add_channel("G0ROOM", "room", private=True, members=[ana])

    async with slack.events.acting(ana.id):
        team.archive(room)

    assert kinds(app) == ["group_archive"]


async def test_a_deleted_channel_is_gone_and_told(
    slack: Sandbox, team: Team, ana: Member, deals: Channel, app: SlackApp
) -> None:
    await slack.events.delete_channel(team, deals, ana)

    assert deals.id not in team.channels
    assert (kinds(app), told(app)[0]["actor_id"]) == (["channel_deleted"], ana.id)


async def test_who_comes_and_goes_is_told_where_the_app_is_too(
    slack: Sandbox, team: Team, ana: Member, cara: Member, deals: Channel, app: SlackApp
) -> None:
    elsewhere = team.add_channel("C0ELSE", "elsewhere", with_bot=False)

    async with slack.events.acting(ana.id):
        team.join(deals, cara.id)
        team.join(elsewhere, cara.id)
        team.leave(deals, cara.id)

    came, went = told(app)
    assert (came["type"], came["user"], came["inviter"]) == (
        "member_joined_channel",
        cara.id,
        ana.id,
    )
    assert (went["type"], went["channel_type"], went["team"]) == (
        "member_left_channel",
        "C",
        "T0ACME",
    )


async def test_the_app_hears_that_it_was_taken_out_of_a_channel(
    slack: Sandbox, team: Team, ana: Member, deals: Channel, app: SlackApp
) -> None:
    async with slack.events.acting(ana.id):
        team.remove_bot(deals)

    assert kinds(app) == ["member_left_channel", "channel_left"]


async def test_a_channel_shared_with_another_team_and_no_longer(
    slack: Sandbox, team: Team, ana: Member, deals: Channel, app: SlackApp
) -> None:
    async with slack.events.acting(ana.id):
        deals.shared_with, deals.shared = ["T0GLOBEX"], True
        team.save_channel(deals)
        deals.shared_with, deals.shared = [], False
        team.save_channel(deals)

    shared, unshared = told(app)
    assert (shared["type"], shared["connected_team_id"]) == ("channel_shared", "T0GLOBEX")
    assert (unshared["type"], unshared["previously_connected_team_id"]) == (
        "channel_unshared",
        "T0GLOBEX",
    )
    assert unshared["is_ext_shared"] is False


async def test_people_who_join_and_change_come_as_whole_users(
    slack: Sandbox, team: Team, ana: Member, app: SlackApp
) -> None:
    async with slack.events.acting(ana.id):
        dan = team.add_person("U0DAN", "Dan", email="dan@acme.example", tz="Europe/Lisbon")
        team.change_person(dan, real_name="Dan Costa")
        team.save_person(dan)

    joined, changed = told(app)
    assert (joined["type"], joined["user"]["profile"]["email"]) == ("team_join", "dan@acme.example")
    assert (changed["type"], changed["user"]["real_name"]) == ("user_change", "Dan Costa")


async def test_a_file_shared_is_told_by_its_id_and_with_its_message(
    me: Person, deals: Channel, app: SlackApp
) -> None:
    await me.upload(deals, "plan.txt", b"hello", comment="look")

    message, shared = told(app)
    assert (message["subtype"], message["files"][0]["name"]) == ("file_share", "plan.txt")
    assert (shared["type"], shared["file_id"]) == ("file_shared", message["files"][0]["id"])
    assert (shared["channel_id"], shared["user_id"]) == (deals.id, "U0ANA")


async def test_links_to_the_apps_domains_are_told_where_it_is_no_member_too(
    slack: Sandbox, me: Person, team: Team, deals: Channel, app: SlackApp
) -> None:
    slack.events.subscribe(["link_shared"], ["tandem.example"])
    team.remove_bot(deals)

    await me.say(deals, "see https://www.tandem.example/d/1?a=1 and https://other.example/x")

    (event,) = told(app)
    assert event["links"] == [
        {"domain": "tandem.example", "url": "https://www.tandem.example/d/1?a=1"}
    ]
    assert (event["source"], event["is_bot_user_member"]) == ("conversations_history", False)
    assert event["unfurl_id"]


async def test_a_link_still_being_written_has_no_message_yet(
    slack: Sandbox, team: Team, ana: Member, app: SlackApp
) -> None:
    slack.events.subscribe(None, ["tandem.example"])

    await slack.events.link_composed(team, ana, ["https://tandem.example/d/1", "https://x.example"])

    (event,) = told(app)
    assert (event["channel"], event["source"]) == ("COMPOSER", "composer")
    assert event["message_ts"] == event["unfurl_id"]


async def test_each_tab_of_the_app_tells_when_it_is_opened(
    slack: Sandbox, team: Team, ana: Member, me: Person, api: Api, app: SlackApp
) -> None:
    home = {"type": "home", "blocks": [{"type": "divider"}]}
    await api.views_publish(user_id=ana.id, view=home)

    await me.open_home()
    await slack.events.home_opened(team, ana, me.home, "messages")

    first, second = told(app, of="app_home_opened")
    assert (first["tab"], first["view"]["type"]) == ("home", "home")
    assert (second["tab"], "view" in second) == ("messages", False)


async def test_without_the_scope_nothing_is_told(
    slack: Sandbox, me: Person, team: Team, deals: Channel, app: SlackApp
) -> None:
    team.grant([scope for scope in ALL_SCOPES if scope != "channels:history"])

    await me.say(deals, f"<@{team.bot_user_id}> hello")

    assert kinds(app) == ["app_mention"]


async def test_uninstalling_through_the_api_tells_that_the_token_died_and_the_app_left(
    slack: Sandbox, api: Api, app: SlackApp, team: Team
) -> None:
    await api.apps_uninstall(
        client_id=slack.core.app.client_id, client_secret=slack.core.app.client_secret
    )
    await slack.events.settled()

    assert kinds(app) == ["tokens_revoked", "app_uninstalled"]
    assert told(app)[0]["tokens"] == {"oauth": [], "bot": [team.bot_user_id]}


async def test_a_team_that_took_the_app_out_tells_it_nothing_more(
    slack: Sandbox, me: Person, team: Team, deals: Channel, app: SlackApp
) -> None:
    await slack.uninstall(team)
    last = len(app.requests)

    await me.say(deals, "alone at last")

    assert len(app.requests) == last


async def test_an_app_that_wants_no_retry_gets_none(
    slack: Sandbox, team: Team, app: SlackApp
) -> None:
    async def refuse(_: Payload) -> web.Response:
        return web.Response(status=500, headers={"X-Slack-No-Retry": "1"})

    app.handler = refuse

    await slack.send_event(team, {"type": "team_rename"})

    assert len(app.requests) == 1


async def test_retries_come_at_once_after_a_minute_and_after_five(
    slack: Sandbox, team: Team, app: SlackApp
) -> None:
    waited: list[float] = []

    async def wait(seconds: float) -> None:
        waited.append(seconds)

    slack.events.wait = wait
    app.answers(status=500)

    await slack.send_event(team, {"type": "team_rename"})

    assert waited == [0, 60, 300]


async def test_an_event_that_waits_for_its_retry_holds_up_no_other(
    slack: Sandbox, me: Person, team: Team, deals: Channel, app: SlackApp
) -> None:
    heard = asyncio.Event()

    async def until_the_mention(_: float) -> None:
        await heard.wait()

    async def refuse_messages(payload: Payload) -> web.Response:
        if payload["event"]["type"] == "app_mention":
            heard.set()
        return web.Response(status=200 if heard.is_set() else 500)

    slack.events.wait, app.handler = until_the_mention, refuse_messages

    await me.say(deals, f"<@{team.bot_user_id}> help")

    assert kinds(app) == ["message", "app_mention", "message"]


async def test_any_2xx_is_an_answer_to_an_event(slack: Sandbox, team: Team, app: SlackApp) -> None:
    app.answers(status=204)

    delivery = await slack.send_event(team, {"type": "team_rename"})

    assert (delivery.error, len(app.requests)) == (None, 1)


async def test_an_event_is_redirected_twice_at_most(
    slack: Sandbox, team: Team, app: SlackApp
) -> None:
    async def away(_: Payload) -> web.Response:
        raise web.HTTPTemporaryRedirect(app.url)

    app.handler = away

    delivery = await slack.send_event(team, {"type": "team_rename"})

    assert (delivery.error, delivery.reason) == ("dispatch_failed", "too_many_redirects")


async def test_too_many_events_in_an_hour_are_told_of_once_a_minute(
    slack: Sandbox, team: Team, app: SlackApp, clock: FixedClock
) -> None:
    slack.events.most_an_hour = 2
    for _ in range(4):
        await slack.send_event(team, {"type": "team_rename"})
    clock.advance(timedelta(hours=1))

    await slack.send_event(team, {"type": "team_rename"})

    types = [request.payload["type"] for request in app.requests]
    assert types == ["event_callback", "event_callback", "app_rate_limited", "event_callback"]
    limited = app.requests[2].payload
    assert (limited["team_id"], limited["minute_rate_limited"] % 60) == ("T0ACME", 0)


@pytest.mark.parametrize("style", ["text", "json", "form"])
async def test_an_address_is_verified_by_its_challenge(
    slack: Sandbox, app: SlackApp, style: str
) -> None:
    async def answer(payload: Payload) -> web.Response:
        challenge = payload["challenge"]
        if style == "json":
            return web.json_response({"challenge": challenge})
        return web.Response(text=challenge if style == "text" else f"challenge={challenge}")

    app.handler = answer

    assert await slack.verify_url()
    assert app.last["type"] == "url_verification"


async def test_an_address_that_does_not_know_the_challenge_is_not_verified(
    slack: Sandbox, app: SlackApp
) -> None:
    assert not await slack.verify_url()


async def test_slack_probes_the_address_for_commands(slack: Sandbox, app: SlackApp) -> None:
    assert await slack.check_ssl()

    assert app.last["ssl_check"] == "1"


async def test_what_a_person_writes_comes_as_slacks_composer_sends_it(
    app: SlackApp, deals: Channel, me: Person, other: Person
) -> None:
    await me.say(deals, "@ben look at https://acme.example & #deals :eyes: <b>")

    written = app.requests[-1].payload["event"]
    (block,) = written["blocks"]
    (section,) = block["elements"]
    assert (block["type"], section["type"]) == ("rich_text", "rich_text_section")
    assert section["elements"] == [
        {"type": "user", "user_id": "U0BEN"},
        {"type": "text", "text": " look at "},
        {"type": "link", "url": "https://acme.example"},
        {"type": "text", "text": " & "},
        {"type": "channel", "channel_id": "C0DEALS"},
        {"type": "text", "text": " "},
        {"type": "emoji", "name": "eyes"},
        {"type": "text", "text": " <b>"},
    ]
    assert written["client_msg_id"]
