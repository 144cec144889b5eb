"""Rules of chat.*: what a message is made of, where it may go, whose it is."""

from tests.sandbox.blockkit_samples import Json, section
from tests.sandbox.conformance.acts import calling
from tests.sandbox.conformance.rule import DOCS, Example, Rule
from tests.sandbox.conformance.words import long
from tests.sandbox.conformance.world import Outcome, World

POST = f"{DOCS}reference/methods/chat.postMessage"
EPHEMERAL = f"{DOCS}reference/methods/chat.postEphemeral"
UPDATE = f"{DOCS}reference/methods/chat.update"
DELETE = f"{DOCS}reference/methods/chat.delete"
LINK = f"{DOCS}reference/methods/chat.getPermalink"
METADATA = f"{DOCS}messaging/message-metadata"
ATTACHMENTS = f"{DOCS}legacy/legacy-messaging/legacy-secondary-message-attachments"
DEALS = "C0DEALS"
MOST_ATTACHMENTS = 100


def saying(**args: object) -> Example:
    return calling("chat.postMessage", **{"channel": DEALS, "text": "x", **args})


def marked(**metadata: object) -> Example:
    return saying(metadata=metadata)


def attached(*attachments: Json) -> Example:
    return saying(attachments=list(attachments))


async def posts_where_the_app_is(world: World) -> Outcome:
    return await world.call("chat.postMessage", channel=world.channel().id, text="x")


async def posts_where_the_app_is_not(world: World) -> Outcome:
    team = world.stranger("chat:write")
    channel = team.add_channel(world.fresh("C"), "elsewhere", with_bot=False)
    return await world.call("chat.postMessage", team.bot_token, channel=channel.id, text="x")


async def posts_in_a_private_channel(world: World) -> Outcome:
    channel = world.channel(private=True)
    return await world.call("chat.postMessage", channel=channel.id, text="x")


async def posts_in_a_private_channel_of_others(world: World) -> Outcome:
    channel = world.channel(private=True, with_bot=False)
    return await world.call("chat.postMessage", channel=channel.id, text="x")


async def posts_in_an_archive(world: World) -> Outcome:
    channel = world.channel()
    world.team.archive(channel)
    return await world.call("chat.postMessage", channel=channel.id, text="x")


async def replies(world: World) -> Outcome:
    return await saying(thread_ts=await world.said())(world)


async def shows_to_a_member(world: World) -> Outcome:
    return await _shows(world, world.somebody().member.id)


async def shows_to_an_outsider(world: World) -> Outcome:
    outsider = world.team.add_person(world.fresh("U"), "outsider")
    return await _shows(world, outsider.id)


async def _shows(world: World, user_id: str) -> Outcome:
    return await world.call("chat.postEphemeral", channel=DEALS, user=user_id, text="x")


async def edits(world: World, ts: str, **args: object) -> Outcome:
    return await world.call("chat.update", channel=DEALS, ts=ts, **{"text": "y", **args})


async def edits_its_own(world: World) -> Outcome:
    return await edits(world, await world.said())


async def edits_a_persons(world: World) -> Outcome:
    return await edits(world, _of_a_person(world))


async def edits_nothing(world: World) -> Outcome:
    return await edits(world, "1.000000")


async def edits_to_4000_characters(world: World) -> Outcome:
    return await edits(world, await world.said(), text=long(4000))


async def edits_to_4001_characters(world: World) -> Outcome:
    return await edits(world, await world.said(), text=long(4001))


async def edits_to_silence(world: World) -> Outcome:
    return await world.call("chat.update", channel=DEALS, ts=await world.said())


async def edits_blocks_alone(world: World) -> Outcome:
    ts = await world.said()
    return await world.call("chat.update", channel=DEALS, ts=ts, blocks=[section()])


async def edits_to_bad_blocks(world: World) -> Outcome:
    ts = await world.said()
    return await world.call("chat.update", channel=DEALS, ts=ts, blocks=[{"type": "parrot"}])


async def deletes_its_own(world: World) -> Outcome:
    return await world.call("chat.delete", channel=DEALS, ts=await world.said())


async def deletes_a_persons(world: World) -> Outcome:
    return await world.call("chat.delete", channel=DEALS, ts=_of_a_person(world))


async def deletes_twice(world: World) -> Outcome:
    ts = await world.said()
    await world.call("chat.delete", channel=DEALS, ts=ts)
    return await world.call("chat.delete", channel=DEALS, ts=ts)


async def links(world: World) -> Outcome:
    ts = await world.said()
    return await world.call("chat.getPermalink", channel=DEALS, message_ts=ts)


def _of_a_person(world: World) -> str:
    return world.slack.person(world.team, world.ana).write(world.deals, "mine").ts


RULES: list[Rule] = [
    Rule(
        "a message says something",
        POST,
        saying(),
        calling("chat.postMessage", channel=DEALS),
        "no_text",
    ),
    Rule(
        "a message of empty text and no blocks says nothing",
        POST,
        saying(text="", blocks=[section()]),
        saying(text="", blocks=[]),
        "no_text",
    ),
    Rule(
        "a message goes somewhere",
        POST,
        saying(),
        calling("chat.postMessage", text="x"),
        "invalid_arguments",
        "[ERROR] missing required field: channel",
    ),
    Rule(
        "a message goes to a channel that is there",
        POST,
        saying(),
        saying(channel="C0NOWHERE"),
        "channel_not_found",
    ),
    Rule(
        "an app writes where it is a member",
        POST,
        posts_where_the_app_is,
        posts_where_the_app_is_not,
        "not_in_channel",
    ),
    Rule(
        "an app knows no private channel of others",
        POST,
        posts_in_a_private_channel,
        posts_in_a_private_channel_of_others,
        "channel_not_found",
    ),
    Rule(
        "nobody writes in an archived channel",
        POST,
        posts_where_the_app_is,
        posts_in_an_archive,
        "is_archived",
    ),
    Rule(
        "a reply is to a message that is there",
        POST,
        replies,
        saying(thread_ts="1.000000"),
        "thread_not_found",
    ),
    Rule(
        "blocks are JSON",
        POST,
        saying(blocks='[{"type": "divider"}]'),
        saying(blocks='[{"type": "divider"'),
        "invalid_blocks_format",
    ),
    Rule(
        "blocks are a list",
        POST,
        saying(blocks=[section()]),
        saying(blocks={"blocks": [section()]}),
        "invalid_blocks_format",
    ),
    Rule(
        "blocks in an attachment are blocks of a message",
        ATTACHMENTS,
        attached({"blocks": [section()]}),
        attached({"blocks": [{"type": "parrot"}]}),
        "invalid_attachments",
        "[ERROR] unsupported type: parrot [json-pointer:/attachments/0/blocks/0/type]",
    ),
    Rule(
        "an attachment's color is hexadecimal or has a name",
        ATTACHMENTS,
        attached({"text": "x", "color": "#36a64f"}, {"text": "x", "color": "danger"}),
        attached({"text": "x", "color": "reddish"}),
        "invalid_attachments",
    ),
    Rule(
        "a message has at most 100 attachments",
        POST,
        attached(*[{"text": "x"}] * MOST_ATTACHMENTS),
        attached(*[{"text": "x"}] * (MOST_ATTACHMENTS + 1)),
        "too_many_attachments",
    ),
    Rule(
        "metadata is of an event",
        METADATA,
        marked(event_type="deal_won", event_payload={}),
        marked(event_payload={}),
        "invalid_metadata_format",
    ),
    Rule(
        "metadata has a payload",
        METADATA,
        marked(event_type="deal_won", event_payload={"id": 7}),
        marked(event_type="deal_won", event_payload="7"),
        "invalid_metadata_format",
    ),
    Rule(
        "metadata has nothing beside",
        METADATA,
        marked(event_type="deal_won", event_payload={}, entities=[]),
        marked(event_type="deal_won", event_payload={}, by="me"),
        "invalid_metadata_schema",
    ),
    Rule(
        "metadata is JSON",
        METADATA,
        saying(metadata='{"event_type": "deal_won", "event_payload": {}}'),
        saying(metadata="{"),
        "invalid_metadata_format",
    ),
    Rule(
        "an ephemeral message is for a member of the channel",
        EPHEMERAL,
        shows_to_a_member,
        shows_to_an_outsider,
        "user_not_in_channel",
    ),
    Rule(
        "an ephemeral message is for somebody",
        EPHEMERAL,
        shows_to_a_member,
        calling("chat.postEphemeral", channel=DEALS, text="x"),
        "invalid_arguments",
        "[ERROR] missing required field: user",
    ),
    Rule(
        "an app edits its own messages",
        UPDATE,
        edits_its_own,
        edits_a_persons,
        "cant_update_message",
    ),
    Rule(
        "an app edits what is there",
        UPDATE,
        edits_its_own,
        edits_nothing,
        "message_not_found",
    ),
    Rule(
        "an edited text has at most 4000 characters",
        UPDATE,
        edits_to_4000_characters,
        edits_to_4001_characters,
        "msg_too_long",
    ),
    Rule(
        "an edit says something",
        UPDATE,
        edits_blocks_alone,
        edits_to_silence,
        "no_text",
    ),
    Rule(
        "an edit's blocks are held to the same rules",
        UPDATE,
        edits_blocks_alone,
        edits_to_bad_blocks,
        "invalid_blocks",
        "[ERROR] unsupported type: parrot [json-pointer:/blocks/0/type]",
    ),
    Rule(
        "an app deletes its own messages",
        DELETE,
        deletes_its_own,
        deletes_a_persons,
        "cant_delete_message",
    ),
    Rule(
        "a message is deleted once",
        DELETE,
        deletes_its_own,
        deletes_twice,
        "message_not_found",
    ),
    Rule(
        "a link leads to a message that is there",
        LINK,
        links,
        calling("chat.getPermalink", channel=DEALS, message_ts="1.000000"),
        "message_not_found",
    ),
]
