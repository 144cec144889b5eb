"""Rules of single families: channels, reactions, files, scheduled messages, validation."""

from datetime import timedelta

from tests.sandbox.blockkit_samples import Json, section
from tests.sandbox.conformance.acts import calling
from tests.sandbox.conformance.rule import DOCS, KIT, Example, Rule
from tests.sandbox.conformance.words import long
from tests.sandbox.conformance.world import Outcome, World
from tests.sandbox.slack_app import TOKEN

METHOD = f"{DOCS}reference/methods/"
CREATE = f"{METHOD}conversations.create"
PICTURE = f"{KIT}composition-objects/slack-file-object"
FILES = f"{DOCS}messaging/working-with-files"
SCHEDULE = f"{METHOD}chat.scheduleMessage"
ADD = f"{METHOD}reactions.add"
DEALS = "C0DEALS"
CSV = b"deal,value\n"
PNG = b"\x89PNG\r\n\x1a\n"


def naming(name: str) -> Example:
    """Creates a channel of this name; a star stands for what nobody has used."""

    async def example(world: World) -> Outcome:
        used = name.replace("*", world.fresh("n").lower())
        return await world.call("conversations.create", name=used)

    return example


async def takes_a_free_name(world: World) -> Outcome:
    return await naming("*")(world)


async def takes_a_taken_name(world: World) -> Outcome:
    return await world.call("conversations.create", name="deals")


async def topics_of_250_characters(world: World) -> Outcome:
    return await _topic(world, 250)


async def topics_of_251_characters(world: World) -> Outcome:
    return await _topic(world, 251)


async def _topic(world: World, count: int) -> Outcome:
    channel = world.channel().id
    return await world.call("conversations.setTopic", channel=channel, topic=long(count))


async def invites_somebody_new(world: World) -> Outcome:
    return await _invites(world, world.ben.id)


async def invites_somebody_who_is_there(world: World) -> Outcome:
    return await _invites(world, world.ana.id)


async def invites_nobody_known(world: World) -> Outcome:
    return await _invites(world, "U0NOBODY")


async def invites_itself(world: World) -> Outcome:
    return await _invites(world, world.team.bot_user_id)


async def _invites(world: World, user_id: str) -> Outcome:
    return await world.call("conversations.invite", channel=world.channel().id, users=user_id)


async def removes_a_member(world: World) -> Outcome:
    channel = world.channel().id
    return await world.call("conversations.kick", channel=channel, user=world.ana.id)


async def removes_itself(world: World) -> Outcome:
    channel = world.channel().id
    return await world.call("conversations.kick", channel=channel, user=world.team.bot_user_id)


async def archives_once(world: World) -> Outcome:
    return await world.call("conversations.archive", channel=world.channel().id)


async def archives_twice(world: World) -> Outcome:
    channel = world.channel().id
    await world.call("conversations.archive", channel=channel)
    return await world.call("conversations.archive", channel=channel)


async def joins_a_public_channel(world: World) -> Outcome:
    return await world.call("conversations.join", channel=world.channel(with_bot=False).id)


async def joins_an_archived_channel(world: World) -> Outcome:
    channel = world.channel(with_bot=False)
    world.team.archive(channel)
    return await world.call("conversations.join", channel=channel.id)


async def reacts_once(world: World) -> Outcome:
    return await _reacts(world, "tada")


async def reacts_twice(world: World) -> Outcome:
    ts = await world.said()
    await world.call("reactions.add", channel=DEALS, timestamp=ts, name="tada")
    return await world.call("reactions.add", channel=DEALS, timestamp=ts, name="tada")


async def reacts_with_a_sentence(world: World) -> Outcome:
    return await _reacts(world, "well done")


async def _reacts(world: World, name: str) -> Outcome:
    ts = await world.said()
    return await world.call("reactions.add", channel=DEALS, timestamp=ts, name=name)


async def takes_a_reaction_back(world: World) -> Outcome:
    ts = await world.said()
    await world.call("reactions.add", channel=DEALS, timestamp=ts, name="tada")
    return await world.call("reactions.remove", channel=DEALS, timestamp=ts, name="tada")


async def takes_back_what_it_never_gave(world: World) -> Outcome:
    ts = await world.said()
    return await world.call("reactions.remove", channel=DEALS, timestamp=ts, name="tada")


def planning(ahead: timedelta) -> Example:
    async def example(world: World) -> Outcome:
        moment = int((world.clock.now() + ahead).timestamp())
        return await world.call("chat.scheduleMessage", channel=DEALS, text="x", post_at=moment)

    return example


async def drops_what_is_planned(world: World) -> Outcome:
    planned = await planning(timedelta(hours=1))(world)
    number = planned.body["scheduled_message_id"]
    return await _drops(world, number)


async def drops_what_is_not(world: World) -> Outcome:
    return await _drops(world, "Q0NOTHING")


async def _drops(world: World, number: str) -> Outcome:
    method = "chat.deleteScheduledMessage"
    return await world.call(method, channel=DEALS, scheduled_message_id=number)


async def uploads_what_it_said(world: World) -> Outcome:
    return await _uploads(world, CSV)


async def uploads_more_than_it_said(world: World) -> Outcome:
    return await _uploads(world, CSV * 2)


async def _uploads(world: World, content: bytes) -> Outcome:
    ticket = await _ticket(world)
    async with world.session.post(ticket.body["upload_url"], data=content) as answer:
        return Outcome(None if answer.status == 200 else str(answer.status))


async def _ticket(world: World) -> Outcome:
    method = "files.getUploadURLExternal"
    return await world.form(method, TOKEN, filename="deals.csv", length=str(len(CSV)))


async def completes_what_was_uploaded(world: World) -> Outcome:
    ticket = await _ticket(world)
    async with world.session.post(ticket.body["upload_url"], data=CSV):
        pass
    return await _completes(world, ticket.body["file_id"])


async def shares_with_a_person_among_channels(world: World) -> Outcome:
    return await _shares_with_a_person(world, "channels")


async def shares_with_a_person_as_the_channel(world: World) -> Outcome:
    return await _shares_with_a_person(world, "channel_id")


async def _shares_with_a_person(world: World, by: str) -> Outcome:
    ticket = await _ticket(world)
    async with world.session.post(ticket.body["upload_url"], data=CSV):
        pass
    files = [{"id": ticket.body["file_id"], "title": "Deals"}]
    return await world.call("files.completeUploadExternal", files=files, **{by: "U0ANA"})


async def completes_what_was_not(world: World) -> Outcome:
    return await _completes(world, (await _ticket(world)).body["file_id"])


async def _completes(world: World, file_id: str) -> Outcome:
    files = [{"id": file_id, "title": "Deals"}]
    return await world.call("files.completeUploadExternal", files=files, channel_id=DEALS)


async def shows_a_picture(world: World) -> Outcome:
    return await _shows(world, {"id": await _picture(world)})


async def shows_no_picture(world: World) -> Outcome:
    return await _shows(world, {"id": "F0NOTHING"})


async def shows_a_picture_named_twice(world: World) -> Outcome:
    return await _shows(world, {"id": await _picture(world), "url": "https://a.example/b.png"})


async def _shows(world: World, slack_file: Json) -> Outcome:
    block = {"type": "image", "alt_text": "a deal", "slack_file": slack_file}
    return await world.call("chat.postMessage", channel=DEALS, text="x", blocks=[block])


async def _picture(world: World) -> str:
    """The id of a picture that Slack has had the time to look at."""
    method = "files.getUploadURLExternal"
    ticket = await world.form(method, TOKEN, filename="deal.png", length=str(len(PNG)))
    async with world.session.post(ticket.body["upload_url"], data=PNG):
        pass
    await _completes(world, ticket.body["file_id"])
    return ticket.body["file_id"]


async def reads_with_the_token(world: World) -> Outcome:
    return await _reads(world, {"Authorization": f"Bearer {TOKEN}"})


async def reads_without_a_token(world: World) -> Outcome:
    return await _reads(world, {})


async def _reads(world: World, headers: dict[str, str]) -> Outcome:
    done = await completes_what_was_uploaded(world)
    address = done.body["files"][0]["url_private"]
    async with world.session.get(address, headers=headers, allow_redirects=False) as answer:
        return Outcome(None if answer.status == 200 else str(answer.status))


async def asks_about_a_file(world: World) -> Outcome:
    done = await completes_what_was_uploaded(world)
    return await world.call("files.info", file=done.body["files"][0]["id"])


async def validates_without_a_token(world: World) -> Outcome:
    return await world.call("blocks.validate", "", blocks=[section()])


async def tests_without_a_token(world: World) -> Outcome:
    return await world.call("auth.test", "")


def blocks(*listed: object) -> Example:
    return calling("blocks.validate", blocks=list(listed))


RULES: list[Rule] = [
    Rule("a channel has a name", CREATE, naming("*"), naming(""), "invalid_name_required"),
    Rule(
        "a channel's name has at most 80 characters",
        CREATE,
        naming(f"*{long(72)}"),
        naming(f"*{long(73)}"),
        "invalid_name_maxlength",
    ),
    Rule(
        "a channel's name is of small letters, digits and dashes",
        CREATE,
        naming("*-deals_2"),
        naming("Our deals!"),
        "invalid_name_specials",
    ),
    Rule(
        "a channel's name is more than dashes",
        CREATE,
        naming("*"),
        naming("--"),
        "invalid_name_punctuation",
    ),
    Rule("a channel's name is free", CREATE, takes_a_free_name, takes_a_taken_name, "name_taken"),
    Rule(
        "a channel's topic has at most 250 characters",
        f"{METHOD}conversations.setTopic",
        topics_of_250_characters,
        topics_of_251_characters,
        "too_long",
    ),
    Rule(
        "somebody new is invited",
        f"{METHOD}conversations.invite",
        invites_somebody_new,
        invites_somebody_who_is_there,
        "already_in_channel",
    ),
    Rule(
        "somebody known is invited",
        f"{METHOD}conversations.invite",
        invites_somebody_new,
        invites_nobody_known,
        "user_not_found",
    ),
    Rule(
        "an app invites others",
        f"{METHOD}conversations.invite",
        invites_somebody_new,
        invites_itself,
        "cant_invite_self",
    ),
    Rule(
        "an app removes others",
        f"{METHOD}conversations.kick",
        removes_a_member,
        removes_itself,
        "cant_kick_self",
    ),
    Rule(
        "a channel is archived once",
        f"{METHOD}conversations.archive",
        archives_once,
        archives_twice,
        "already_archived",
    ),
    Rule(
        "nobody joins an archived channel",
        f"{METHOD}conversations.join",
        joins_a_public_channel,
        joins_an_archived_channel,
        "is_archived",
    ),
    Rule("an emoji is given once", ADD, reacts_once, reacts_twice, "already_reacted"),
    Rule("an emoji has a name", ADD, reacts_once, reacts_with_a_sentence, "invalid_name"),
    Rule(
        "a reaction is to something",
        ADD,
        reacts_once,
        calling("reactions.add", name="tada"),
        "no_item_specified",
    ),
    Rule(
        "a reaction that was given is taken back",
        f"{METHOD}reactions.remove",
        takes_a_reaction_back,
        takes_back_what_it_never_gave,
        "no_reaction",
    ),
    Rule(
        "a message is scheduled for later",
        SCHEDULE,
        planning(timedelta(minutes=5)),
        planning(timedelta(minutes=-5)),
        "time_in_past",
    ),
    Rule(
        "a message is scheduled for the next 120 days",
        SCHEDULE,
        planning(timedelta(days=119)),
        planning(timedelta(days=121)),
        "time_too_far",
    ),
    Rule(
        "a scheduled message is dropped by its number",
        f"{METHOD}chat.deleteScheduledMessage",
        drops_what_is_planned,
        drops_what_is_not,
        "invalid_scheduled_message_id",
    ),
    Rule(
        "an upload is as long as it was said to be",
        FILES,
        uploads_what_it_said,
        uploads_more_than_it_said,
        "400",
    ),
    Rule(
        "an upload is complete when its bytes are there",
        f"{METHOD}files.completeUploadExternal",
        completes_what_was_uploaded,
        completes_what_was_not,
        "file_not_found",
    ),
    Rule(
        "a person is no channel to share a file in, but may be one of several",
        f"{METHOD}files.completeUploadExternal",
        shares_with_a_person_among_channels,
        shares_with_a_person_as_the_channel,
        "invalid_arguments",
    ),
    Rule(
        "a file is read with a token",
        FILES,
        reads_with_the_token,
        reads_without_a_token,
        "302",
    ),
    Rule(
        "a picture in a block is a file that is there",
        PICTURE,
        shows_a_picture,
        shows_no_picture,
        "invalid_blocks",
        "[ERROR] invalid slack file [json-pointer:/blocks/0/slack_file.id/slack_file]",
    ),
    Rule(
        "a picture in a block is named by its id or its address",
        PICTURE,
        shows_a_picture,
        shows_a_picture_named_twice,
        "invalid_blocks",
        "[ERROR] must not provide both id and url [json-pointer:/blocks/0/slack_file]",
    ),
    Rule(
        "a file that is asked for is there",
        f"{METHOD}files.info",
        asks_about_a_file,
        calling("files.info", file="F0NOTHING"),
        "file_not_found",
    ),
    Rule(
        "blocks are validated without being sent",
        f"{METHOD}blocks.validate",
        blocks(section()),
        blocks({"type": "parrot"}),
        "invalid_blocks",
    ),
    Rule(
        "blocks are validated for whoever has no token",
        f"{METHOD}blocks.validate",
        validates_without_a_token,
        tests_without_a_token,
        "not_authed",
    ),
    Rule(
        "one thing is validated at a time",
        f"{METHOD}blocks.validate",
        blocks(section()),
        calling("blocks.validate", blocks=[section()], message={"blocks": []}),
        "invalid_arguments",
    ),
]
