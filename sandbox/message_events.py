"""The events of messages: posted, changed, deleted, reacted to, with files, links and mentions.

https://docs.slack.dev/reference/events/message and its subtypes. Examples of Slack's payloads:
https://github.com/slackapi/bolt-python/tree/main/tests/scenario_tests (test_message_*.py) and
https://github.com/slackapi/java-slack-sdk/tree/main/json-logs/samples/events.
"""

import re
from collections.abc import Sequence
from urllib.parse import urlsplit

from sandbox import posting
from sandbox.core import Core
from sandbox.happening import Happening, kind_of
from sandbox.wire import JsonObject, as_list, as_text
from sandbox.workspace import Channel, Message, Team

LINK = re.compile(r"<(https?://[^|>]+)(?:\|[^>]*)?>")


def happened(
    core: Core, team: Team, message: Message, before: Message | None, domains: Sequence[str]
) -> list[Happening]:
    """What the app may be told when a message is saved that read `before`."""
    if message.ephemeral_for is not None:
        return []
    channel = team.channels[message.channel]
    if before is None:
        return _posted(core, team, channel, message, domains)
    if message.deleted:
        return [] if before.deleted else [_deleted(core, team, channel, before)]
    changed = [] if _same(message, before) else [_changed(core, team, channel, message, before)]
    if message.edited != before.edited and _mentions(team, channel, message):
        changed.append(_edited_mention(core, team, channel, message))
    return changed + _reactions(core, team, channel, message, before)


def _same(message: Message, before: Message) -> bool:
    """Reactions alone are no change of a message."""
    return (message.text, message.blocks, message.attachments, message.files, message.edited) == (
        before.text,
        before.blocks,
        before.attachments,
        before.files,
        before.edited,
    )


def _posted(
    core: Core, team: Team, channel: Channel, message: Message, domains: Sequence[str]
) -> list[Happening]:
    body = _body(core, team, message) | {"channel": channel.id, "event_ts": message.ts}
    told: JsonObject = {**body, **_subtype(core, team, message)}
    told["channel_type"] = kind_of(channel).removesuffix("s")
    found = [_message(team, channel, told, message.user)]
    if _mentions(team, channel, message):
        found.append(_mention(team, channel, message, body))
    found += [_file_shared(core, team, channel, message, file_id) for file_id in message.files]
    links = [] if message.bot_id else _links(message.text, domains)
    if links:
        found.append(_link_shared(core, team, channel, message, links))
    return found


def _body(core: Core, team: Team, message: Message) -> JsonObject:
    """The message; of a stranger, with the ids of their team as
    https://docs.slack.dev/apis/slack-connect shows them.
    """
    body = posting.wire_message(core, team, message, metadata=True)
    author = team.people.get(message.user)
    if author is not None and author.is_stranger:
        home = author.home_team
        body |= {"team": home, "user_team": home, "source_team": home}
    return body


def _subtype(core: Core, team: Team, message: Message) -> JsonObject:
    root = team.message(message.channel, message.thread_ts or "")
    if message.broadcast and root is not None:
        return {
            "subtype": "thread_broadcast",
            "root": posting.wire_message(core, team, root, metadata=False),
        }
    if message.subtype is None and message.files:
        return {"subtype": "file_share"}
    return {"subtype": message.subtype} if message.subtype else {}


def _message(team: Team, channel: Channel, event: JsonObject, actor: str) -> Happening:
    kind = kind_of(channel)
    told: JsonObject = {**event, "type": "message"}
    return Happening(
        team, f"message.{kind}", told, f"{kind}:history", channel, within=True, actor=actor
    )


def _mentions(team: Team, channel: Channel, message: Message) -> bool:
    """https://docs.slack.dev/reference/events/app_mention: not in direct messages."""
    by_app = message.user == team.bot_user_id
    return channel.kind != "im" and not by_app and f"<@{team.bot_user_id}" in message.text


def _edited_mention(core: Core, team: Team, channel: Channel, message: Message) -> Happening:
    """Each edit of a mention is one more, told apart by `edited`:
    https://github.com/slack-go/slack/pull/1256, https://github.com/slackapi/bolt-js/issues/960
    """
    stamp = core.stamps.next()
    body = _body(core, team, message) | {"channel": channel.id, "event_ts": stamp}
    return _mention(team, channel, message, body)


def _mention(team: Team, channel: Channel, message: Message, body: JsonObject) -> Happening:
    # Unlike `message`, its `team` is the app's even when a stranger wrote it.
    event: JsonObject = {**body, "type": "app_mention", "team": team.id}
    return Happening(
        team,
        "app_mention",
        event,
        "app_mentions:read",
        channel,
        within=True,
        actor=message.user,
    )


def _file_shared(
    core: Core, team: Team, channel: Channel, message: Message, file_id: str
) -> Happening:
    """https://docs.slack.dev/reference/events/file_shared"""
    event: JsonObject = {
        "type": "file_shared",
        "channel_id": channel.id,
        "file_id": file_id,
        "user_id": message.user,
        "file": {"id": file_id},
        "event_ts": core.stamps.next(),
    }
    return Happening(
        team, "file_shared", event, "files:read", channel, within=True, actor=message.user
    )


def _links(text: str, domains: Sequence[str]) -> list[JsonObject]:
    """The links to the app's domains and what lies below them, each once."""
    found: dict[str, JsonObject] = {}
    for url in LINK.findall(text):
        domain = domain_of(as_text(url), domains)
        if domain:
            found[as_text(url)] = {"domain": domain, "url": url}
    return list(found.values())


def domain_of(url: str, domains: Sequence[str]) -> str:
    """The registered domain a link belongs to, empty if to none."""
    host = urlsplit(url.replace("&amp;", "&")).hostname or ""
    mine = (name for name in domains if host == name or host.endswith(f".{name}"))
    return next(mine, "")


def _link_shared(
    core: Core, team: Team, channel: Channel, message: Message, links: list[JsonObject]
) -> Happening:
    event = link_event(core, message.user, links)
    event |= {"channel": channel.id, "message_ts": message.ts, "source": "conversations_history"}
    event["is_bot_user_member"] = team.bot_user_id in channel.members
    event["unfurl_id"] = f"{channel.id}.{message.ts}"
    if message.thread_ts is not None:
        event["thread_ts"] = message.thread_ts
    return Happening(team, "link_shared", event, "links:read", channel, actor=message.user)


def link_event(core: Core, user_id: str, links: list[JsonObject]) -> JsonObject:
    """https://docs.slack.dev/reference/events/link_shared, without where it was."""
    stamp = core.stamps.next()
    return {"type": "link_shared", "user": user_id, "links": links, "event_ts": stamp}


def _deleted(core: Core, team: Team, channel: Channel, before: Message) -> Happening:
    """https://docs.slack.dev/reference/events/message/message_deleted"""
    event = _hidden(core, channel, "message_deleted")
    event |= {"deleted_ts": before.ts, "previous_message": _body(core, team, before)}
    return _message(team, channel, event, before.user)


def _changed(
    core: Core, team: Team, channel: Channel, message: Message, before: Message
) -> Happening:
    """https://docs.slack.dev/reference/events/message/message_changed"""
    event = _hidden(core, channel, "message_changed")
    event["message"] = _body(core, team, message)
    event["previous_message"] = _body(core, team, before)
    return _message(team, channel, event, message.user)


def _hidden(core: Core, channel: Channel, subtype: str) -> JsonObject:
    stamp = core.stamps.next()
    return {
        "subtype": subtype,
        "hidden": True,
        "channel": channel.id,
        "channel_type": kind_of(channel).removesuffix("s"),
        "ts": stamp,
        "event_ts": stamp,
    }


def _reactions(
    core: Core, team: Team, channel: Channel, message: Message, before: Message
) -> list[Happening]:
    """https://docs.slack.dev/reference/events/reaction_added and reaction_removed"""
    now, then = _reacted(message), _reacted(before)
    added = [("reaction_added", *each) for each in now if each not in then]
    removed = [("reaction_removed", *each) for each in then if each not in now]
    item: JsonObject = {"type": "message", "channel": channel.id, "ts": message.ts}
    found: list[Happening] = []
    for kind, reaction, user in added + removed:
        event: JsonObject = {"type": kind, "user": user, "reaction": reaction, "item": item}
        event |= {"item_user": message.user, "event_ts": core.stamps.next()}
        found.append(
            Happening(team, kind, event, "reactions:read", channel, within=True, actor=user)
        )
    return found


def _reacted(message: Message) -> list[tuple[str, str]]:
    return [
        (as_text(reaction.get("name")), as_text(user))
        for reaction in message.reactions
        for user in as_list(reaction.get("users"))
    ]
