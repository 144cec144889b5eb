from datetime import timedelta

import pytest
from slack_sdk.errors import SlackApiError

from sandbox import Channel, Member, Person, Sandbox, Team
from tests.sandbox.slack_app import Api, FixedClock, actions, button, client, refusal, section


async def test_a_posted_message_is_seen_by_the_channel(
    api: Api, me: Person, other: Person, deals: Channel, team: Team
) -> None:
    answer = await api.chat_postMessage(channel="C0DEALS", text="hello")

    (message,) = other.sees(deals)
    assert (message.ts, message.text, message.bot_id) == (answer["ts"], "hello", team.bot_id)
    assert answer["message"]["user"] == team.bot_user_id
    assert me.sees(deals) == [message]


async def test_blocks_come_back_with_the_ids_slack_gives(api: Api, deals: Channel) -> None:
    label = {"type": "plain_text", "text": "Go"}
    row = {"type": "actions", "elements": [{"type": "button", "text": label}]}

    answer = await api.chat_postMessage(channel="C0DEALS", text="hello", blocks=[row])

    (block,) = answer["message"]["blocks"]
    assert block["block_id"]
    assert block["elements"][0]["action_id"]


async def test_stray_markup_is_kept_escaped_and_references_are_not(
    api: Api, deals: Channel
) -> None:
    text = "R&D <3 &lt; <@U0ANA> <https://x.example|x> a > b"

    answer = await api.chat_postMessage(channel="C0DEALS", text=text)

    expected = "R&amp;D &lt;3 &lt; <@U0ANA> <https://x.example|x> a &gt; b"
    assert answer["message"]["text"] == expected


async def test_metadata_is_kept_and_given_back(api: Api, deals: Channel) -> None:
    metadata = {"event_type": "card", "event_payload": {"id": 7}}
    await api.chat_postMessage(channel="C0DEALS", text="hello", metadata=metadata)

    plain = await api.conversations_history(channel="C0DEALS")
    full = await api.conversations_history(channel="C0DEALS", include_all_metadata=True)

    assert "metadata" not in plain["messages"][0]
    assert full["messages"][0]["metadata"] == metadata


async def test_metadata_without_its_type_is_refused(api: Api, deals: Channel) -> None:
    call = api.chat_postMessage(channel="C0DEALS", text="x", metadata={"event_payload": {}})

    assert (await refusal(call))["error"] in ("invalid_metadata_format", "invalid_blocks")


async def test_invalid_blocks_are_refused_naming_the_place(
    api: Api, deals: Channel, me: Person
) -> None:
    call = api.chat_postMessage(channel="C0DEALS", text="x", blocks=[section("a" * 3001)])

    told = await refusal(call)

    assert told["error"] == "invalid_blocks"
    place = "[ERROR] must be less than 3001 characters [json-pointer:/blocks/0/text/text]"
    assert told["response_metadata"] == {"messages": [place]}
    assert me.sees(deals) == []


@pytest.mark.parametrize(
    ("args", "error"),
    [
        ({"channel": "C0DEALS"}, "no_text"),
        ({"channel": "C0DEALS", "blocks": "[broken"}, "invalid_blocks_format"),
        ({"channel": "C0NOBODY", "text": "x"}, "channel_not_found"),
        ({"channel": "U0NOBODY", "text": "x"}, "channel_not_found"),
        ({"text": "x"}, "invalid_arguments"),
        ({"channel": "C0DEALS", "text": "x", "thread_ts": "1.000001"}, "thread_not_found"),
    ],
)
async def test_a_bad_post_is_refused(
    api: Api, deals: Channel, args: dict[str, str], error: str
) -> None:
    told = await refusal(api.api_call("chat.postMessage", data=args))

    assert told["error"] == error


async def test_a_private_channel_without_the_bot_is_not_found(
    api: Api, team: Team, ana: Member
) -> None:
    team.add_channel("C0SECRET", "secret", private=True, members=[ana], with_bot=False)

    told = await refusal(api.chat_postMessage(channel="C0SECRET", text="x"))
    info = await refusal(api.conversations_info(channel="C0SECRET"))

    assert (told["error"], info["error"]) == ("channel_not_found", "channel_not_found")


async def test_a_public_channel_without_the_bot_needs_membership_or_the_public_scope(
    slack: Sandbox, team: Team, api: Api
) -> None:
    team.add_channel("C0OPEN", "open", with_bot=False)
    await api.chat_postMessage(channel="C0OPEN", text="x")
    team.grant(["chat:write"])

    told = await refusal(api.chat_postMessage(channel="C0OPEN", text="x"))

    assert told["error"] == "not_in_channel"


async def test_an_archived_channel_takes_no_message(api: Api, team: Team, deals: Channel) -> None:
    team.archive(deals)

    assert (await refusal(api.chat_postMessage(channel="C0DEALS", text="x")))[
        "error"
    ] == "is_archived"


async def test_a_channel_of_another_team_is_not_found(
    slack: Sandbox, deals: Channel, team: Team
) -> None:
    slack.add_team("T0GLOBEX", "Globex", domain="globex", bot_token="xoxb-globex")
    stranger = client(slack.api_url, "xoxb-globex")

    told = await refusal(stranger.chat_postMessage(channel="C0DEALS", text="x"))

    assert told["error"] == "channel_not_found"


async def test_a_post_to_a_person_arrives_in_their_direct_messages(api: Api, me: Person) -> None:
    answer = await api.chat_postMessage(channel="U0ANA", text="psst")

    assert answer["channel"] == "D0ANA"
    assert [message.text for message in me.dm] == ["psst"]


async def test_more_than_a_short_burst_of_posts_is_rate_limited(
    api: Api, deals: Channel, clock: FixedClock, me: Person
) -> None:
    for text in ("one", "two", "three"):
        await api.chat_postMessage(channel="C0DEALS", text=text)

    with pytest.raises(SlackApiError) as caught:
        await api.chat_postMessage(channel="C0DEALS", text="four")
    clock.advance(timedelta(seconds=1))
    await api.chat_postMessage(channel="C0DEALS", text="four")

    response = caught.value.response
    assert (response.status_code, response["error"]) == (429, "ratelimited")
    assert response.headers["Retry-After"] == "1"
    assert [message.text for message in me.sees(deals)] == ["one", "two", "three", "four"]


async def test_other_channels_do_not_wait_for_a_busy_one(
    api: Api, team: Team, deals: Channel
) -> None:
    team.add_channel("C0NEWS", "news")
    for text in ("one", "two", "three"):
        await api.chat_postMessage(channel="C0DEALS", text=text)

    assert (await api.chat_postMessage(channel="C0NEWS", text="one"))["ok"]


async def test_the_fifty_first_update_in_a_minute_is_rate_limited(
    api: Api, deals: Channel, clock: FixedClock
) -> None:
    posted = await api.chat_postMessage(channel="C0DEALS", text="0")
    for number in range(50):
        await api.chat_update(channel="C0DEALS", ts=posted["ts"], text=str(number))
    clock.advance(timedelta(seconds=20))

    with pytest.raises(SlackApiError) as caught:
        await api.chat_update(channel="C0DEALS", ts=posted["ts"], text="50")

    assert caught.value.response.headers["Retry-After"] == "40"


async def test_new_text_without_blocks_is_what_an_update_shows(
    api: Api, deals: Channel, me: Person
) -> None:
    row = actions(button("go", "Go"))
    note = {"color": "#123456", "text": "beside"}
    posted = await api.chat_postMessage(
        channel="C0DEALS", text="one", blocks=[row], attachments=[note]
    )

    await api.chat_update(channel="C0DEALS", ts=posted["ts"], text="two")

    (message,) = me.sees(deals)
    assert (message.text, message.blocks, message.edited is not None) == ("two", [], True)
    assert message.attachments[0]["text"] == "beside"


async def test_an_update_of_something_else_keeps_text_and_blocks(
    api: Api, deals: Channel, me: Person
) -> None:
    row = actions(button("go", "Go"))
    posted = await api.chat_postMessage(channel="C0DEALS", text="one", blocks=[row])

    await api.chat_update(channel="C0DEALS", ts=posted["ts"], attachments=[{"fallback": "beside"}])

    (message,) = me.sees(deals)
    assert (message.text, message.blocks) == ("one", [row])


async def test_a_deleted_message_is_gone(api: Api, deals: Channel, me: Person) -> None:
    posted = await api.chat_postMessage(channel="C0DEALS", text="one")

    await api.chat_delete(channel="C0DEALS", ts=posted["ts"])

    assert me.sees(deals) == []
    again = await refusal(api.chat_delete(channel="C0DEALS", ts=posted["ts"]))
    assert again["error"] == "message_not_found"


async def test_the_message_of_a_person_cannot_be_updated(
    api: Api, deals: Channel, me: Person
) -> None:
    said = await me.say(deals, "mine")

    update = await refusal(api.chat_update(channel="C0DEALS", ts=said.ts, text="yours"))
    delete = await refusal(api.chat_delete(channel="C0DEALS", ts=said.ts))

    assert (update["error"], delete["error"]) == ("cant_update_message", "cant_delete_message")


async def test_an_ephemeral_message_is_only_for_its_reader(
    api: Api, deals: Channel, me: Person, other: Person
) -> None:
    await api.chat_postEphemeral(channel="C0DEALS", user="U0ANA", text="psst")

    assert [message.text for message in me.ephemerals] == ["psst"]
    assert me.sees(deals) == me.ephemerals
    assert other.sees(deals) == []
    assert (await api.conversations_history(channel="C0DEALS"))["messages"] == []


async def test_an_ephemeral_message_cannot_be_updated(api: Api, deals: Channel, me: Person) -> None:
    posted = await api.chat_postEphemeral(channel="C0DEALS", user="U0ANA", text="psst")

    told = await refusal(api.chat_update(channel="C0DEALS", ts=posted["message_ts"], text="x"))

    assert told["error"] == "message_not_found"


async def test_an_ephemeral_message_to_somebody_outside_the_channel_is_refused(
    api: Api, team: Team, deals: Channel
) -> None:
    team.add_person("U0EVE", "Eve")

    told = await refusal(api.chat_postEphemeral(channel="C0DEALS", user="U0EVE", text="psst"))

    assert told["error"] == "user_not_in_channel"


async def test_a_permalink_names_channel_and_time(api: Api, deals: Channel) -> None:
    posted = await api.chat_postMessage(channel="C0DEALS", text="one")

    link = await api.chat_getPermalink(channel="C0DEALS", message_ts=posted["ts"])

    digits = posted["ts"].replace(".", "")
    assert link["permalink"] == f"https://acme.slack.com/archives/C0DEALS/p{digits}"


async def test_a_reply_belongs_to_its_thread_and_not_to_the_history(
    api: Api, deals: Channel, clock: FixedClock
) -> None:
    parent = await api.chat_postMessage(channel="C0DEALS", text="one")
    clock.advance(timedelta(seconds=1))

    reply = await api.chat_postMessage(channel="C0DEALS", text="two", thread_ts=parent["ts"])

    assert reply["message"]["thread_ts"] == parent["ts"]
    history = await api.conversations_history(channel="C0DEALS")
    assert [message["ts"] for message in history["messages"]] == [parent["ts"]]


async def test_history_is_paged_newest_first(api: Api, deals: Channel, clock: FixedClock) -> None:
    for text in ("one", "two", "three"):
        await api.chat_postMessage(channel="C0DEALS", text=text)
        clock.advance(timedelta(seconds=1))

    first = await api.conversations_history(channel="C0DEALS", limit=2)
    cursor = first["response_metadata"]["next_cursor"]
    second = await api.conversations_history(channel="C0DEALS", limit=2, cursor=cursor)

    assert [message["text"] for message in first["messages"]] == ["three", "two"]
    assert [message["text"] for message in second["messages"]] == ["one"]
    assert (first["has_more"], second["has_more"]) == (True, False)


async def test_history_between_two_times_excludes_its_ends_unless_asked(
    api: Api, deals: Channel, clock: FixedClock
) -> None:
    stamps = []
    for text in ("one", "two", "three"):
        posted = await api.chat_postMessage(channel="C0DEALS", text=text)
        stamps.append(posted["ts"])
        clock.advance(timedelta(seconds=1))
    ends = {"oldest": stamps[0], "latest": stamps[2]}

    between = await api.conversations_history(channel="C0DEALS", **ends)
    inclusive = await api.conversations_history(channel="C0DEALS", inclusive=True, **ends)

    assert [message["text"] for message in between["messages"]] == ["two"]
    assert len(inclusive["messages"]) == 3


async def test_every_call_is_on_record_with_its_outcome(
    slack: Sandbox, api: Api, deals: Channel
) -> None:
    await api.chat_postMessage(channel="C0DEALS", text="one", blocks=[section("one")])
    await refusal(api.chat_postMessage(channel="C0NOBODY", text="two"))

    first, second = slack.calls
    assert (first.method, first.team_id, first.ok) == ("chat.postMessage", "T0ACME", True)
    assert first.args["blocks"] == [section("one")]
    assert (second.ok, second.error) == (False, "channel_not_found")


async def test_a_reply_grows_while_it_is_written(api: Api, deals: Channel, me: Person) -> None:
    asked = await me.say(deals, "What closes this week?")
    stream = await api.chat_startStream(
        channel="C0DEALS",
        thread_ts=asked.ts,
        markdown_text="**Two**",
        recipient_user_id="U0ANA",
        recipient_team_id="T0ACME",
    )
    here = {"channel": "C0DEALS", "ts": stream["ts"]}

    await api.chat_appendStream(**here, markdown_text=" deals")
    halfway = await refusal(api.chat_update(**here, text="x"))
    done = await api.chat_stopStream(**here, blocks=[actions(button("go", "Go"))])
    late = await refusal(api.chat_appendStream(**here, markdown_text="!"))

    assert halfway["error"] == "streaming_state_conflict"
    assert [block["type"] for block in done["message"]["blocks"]] == ["markdown", "actions"]
    assert done["message"]["text"] == "**Two** deals"
    assert late["error"] == "message_not_in_streaming_state"


async def test_a_reply_shows_its_tasks_while_they_are_done(
    api: Api, deals: Channel, me: Person
) -> None:
    asked = await me.say(deals, "What closes this week?")
    whom = {"recipient_user_id": "U0ANA", "recipient_team_id": "T0ACME"}
    stream = await api.chat_startStream(
        channel="C0DEALS", thread_ts=asked.ts, task_display_mode="plan", **whom
    )
    here = {"channel": "C0DEALS", "ts": stream["ts"]}
    looking = {"type": "task_update", "id": "1", "title": "Look", "status": "in_progress"}

    await api.chat_appendStream(**here, chunks=[looking, {"type": "plan_update", "title": "Deals"}])
    await api.chat_appendStream(**here, chunks=[{**looking, "status": "complete", "output": "2"}])
    none = await refusal(api.chat_appendStream(**here, chunks=[{"type": "task_update"}]))
    done = await api.chat_stopStream(**here, markdown_text="Two")

    plan, words = done["message"]["blocks"]
    assert (plan["title"], words["text"]) == ("Deals", "Two")
    assert [(task["title"], task["status"]) for task in plan["tasks"]] == [("Look", "complete")]
    assert none["error"] == "invalid_chunks"


async def test_a_message_may_come_under_another_name_where_that_is_granted(
    api: Api, team: Team, deals: Channel
) -> None:
    named = {"channel": "C0DEALS", "text": "x", "username": "Robin", "icon_emoji": ":bird:"}

    message = (await api.chat_postMessage(**named))["message"]

    assert (message["subtype"], message["username"]) == ("bot_message", "Robin")
    assert message["icons"] == {"emoji": ":bird:"}
    team.grant(["chat:write"])
    assert (await refusal(api.chat_postMessage(**named)))["needed"] == "chat:write.customize"


async def test_markdown_is_shown_as_a_block_and_goes_with_nothing_else(
    api: Api, deals: Channel
) -> None:
    message = (await api.chat_postMessage(channel="C0DEALS", markdown_text="# Won"))["message"]
    both = await refusal(api.chat_postMessage(channel="C0DEALS", text="x", markdown_text="y"))

    assert message["blocks"][0]["text"] == "# Won"
    assert both["error"] == "markdown_text_conflict"


async def test_an_address_in_a_message_is_unfurled(api: Api, deals: Channel, me: Person) -> None:
    said = await me.say(deals, "see https://crm.example/42")
    card = {"https://crm.example/42": {"title": "Deal 42"}}

    await api.chat_unfurl(channel="C0DEALS", ts=said.ts, unfurls=card)
    other = await refusal(
        api.chat_unfurl(channel="C0DEALS", ts=said.ts, unfurls={"https://x.example": {}})
    )

    (message,) = me.sees(deals)
    assert message.attachments[0]["title"] == "Deal 42"
    assert other["error"] == "cannot_unfurl_message"
