"""What one person sees of one team, as the page shows it."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from itertools import islice
from urllib.parse import urlencode, urljoin

from sandbox.controls import controls_of
from sandbox.payloads import view_payload
from sandbox.person import Person
from sandbox.posting import blocks_of
from sandbox.ui_clock import Journeys
from sandbox.ui_files import files_of
from sandbox.ui_seen import Seen, spot_of
from sandbox.views import View, state_of, values_for
from sandbox.wire import JsonObject
from sandbox.workspace import Channel, Member, Message, Team

PAGE_LENGTH = 100


@dataclass(frozen=True)
class Wanted:
    """What of a channel is to be shown: older messages than one, a thread besides."""

    before: str = ""
    thread: str = ""


def state(
    me: Person, seen: Seen, journeys: Journeys, channel: Channel, asked: Wanted
) -> JsonObject:
    """Everything the page shows: who, where, what is said, what is open."""
    found = list(islice(_newest(me, channel, asked.before), PAGE_LENGTH + 1))
    return {
        "version": me.core.changes.version,
        "clock": journeys.shown(),
        "app": _app(me),
        "teams": [_team(team) for team in me.core.teams.values()],
        "team": _team(me.team),
        "me": member_shown(me.team, me.member),
        "people": [member_shown(me.team, member) for member in me.team.people.values()],
        "channels": [_channel(me, seen, room) for room in rooms(me)],
        "dms": [_dm(me, seen)],
        "channel": _here(me, seen, channel),
        "messages": [_message(me, seen, each) for each in reversed(found[:PAGE_LENGTH])],
        "faults": sum(not fault.spent for fault in me.core.faults.active),
        "has_more": len(found) > PAGE_LENGTH,
        "thread": _thread(me, seen, channel, asked.thread),
        "views": [_view(me, view) for view in me.views],
        "home": None if me.home is None else _view(me, me.home),
    }


def rooms(me: Person) -> list[Channel]:
    """The channels and group conversations the person can see, by name."""
    seen = [room for room in me.team.channels.values() if room.kind != "im" and me.can_read(room)]
    return sorted(seen, key=lambda room: room.name)


def _app(me: Person) -> JsonObject:
    core = me.core
    return {
        "name": core.app.name,
        "id": core.app.id,
        "bot_user_id": me.team.bot_user_id,
        "bot_id": me.team.bot_id,
        "connected": me.interactions.courier.connected,
        "deadline": me.interactions.courier.deadline,
        "client_id": core.app.client_id,
        "scopes": list(me.team.bot_scopes),
        "revoked": me.team.about.revoked,
        "install_url": _install_url(me),
        "commands": [asdict(command) for command in core.commands.values()],
        "shortcuts": [asdict(shortcut) for shortcut in core.shortcuts],
    }


def _install_url(me: Person) -> str | None:
    """Where somebody adds the app to a workspace: Bolt's own page, or else Slack's consent page.

    https://docs.slack.dev/tools/bolt-python/concepts/authenticating-oauth
    """
    core, http = me.core, me.interactions.courier.http
    if core.redirect_urls:
        asked = {"client_id": core.app.client_id, "scope": ",".join(me.team.bot_scopes)}
        return f"/oauth/v2/authorize?{urlencode(asked | {'redirect_uri': core.redirect_urls[0]})}"
    return None if http is None else urljoin(http.url, "/slack/install")


def _team(team: Team) -> JsonObject:
    return {
        "id": team.id,
        "name": team.name,
        "domain": team.domain,
        "enterprise": None if team.enterprise is None else team.enterprise.name,
    }


def member_shown(team: Team, member: Member) -> JsonObject:
    """A person as others see them; `home` names the company of somebody from another one."""
    home = member.home_team
    return {
        "id": member.id,
        "name": member.handle,
        "display_name": member.name,
        "real_name": member.real_name,
        "title": member.title,
        "email": member.email,
        "tz": member.tz,
        "locale": member.locale,
        "is_admin": member.is_admin,
        "is_owner": member.is_owner,
        "is_restricted": member.is_restricted,
        "is_bot": member.is_bot,
        "deleted": member.deleted,
        "home": home if home and home != team.id else None,
    }


def _channel(me: Person, seen: Seen, channel: Channel) -> JsonObject:
    return {
        "id": channel.id,
        "name": _shown_name(me, channel),
        "kind": _kind(channel),
        "private": channel.private,
        "archived": channel.archived,
        "shared": channel.shared,
        "member": me.member.id in channel.members,
        "members": len(channel.members),
        "with_bot": me.team.bot_user_id in channel.members,
        "topic": channel.topic,
        "purpose": channel.purpose,
        "unread": seen.unread(me, channel),
    }


def _dm(me: Person, seen: Seen) -> JsonObject:
    channel = me.dm_channel
    return {
        "id": channel.id,
        "user": me.team.bot_user_id,
        "name": me.core.app.name,
        "unread": seen.unread(me, channel),
    }


def _here(me: Person, seen: Seen, channel: Channel) -> JsonObject:
    return {
        "id": channel.id,
        "name": _shown_name(me, channel),
        "kind": _kind(channel),
        "last_read": seen.last_read(me, channel),
    }


def _kind(channel: Channel) -> str:
    return {"im": "dm", "mpim": "group"}.get(channel.kind, "channel")


def _shown_name(me: Person, channel: Channel) -> str:
    if channel.kind == "im":
        return me.core.app.name
    if channel.kind == "mpim":
        others = [one for one in channel.members if one != me.member.id]
        return ", ".join(_name(me, one) for one in others)
    return channel.name


def _name(me: Person, user_id: str) -> str:
    member = me.team.people.get(user_id)
    return user_id if member is None else member.name


def _thread(me: Person, seen: Seen, channel: Channel, ts: str) -> JsonObject | None:
    """A message and all its replies, oldest first; None when none is asked for or it is gone."""
    root = visible(me, channel, ts)
    if root is None:
        return None
    shown = [root, *_replies_to(me, root)]
    return {"ts": ts, "messages": [_message(me, seen, each) for each in shown]}


def visible(me: Person, channel: Channel, ts: str) -> Message | None:
    """The message if it is there and the person sees it."""
    found = me.team.message(channel.id, ts)
    return found if found is not None and _is_for(me, found) else None


def _message(me: Person, seen: Seen, message: Message) -> JsonObject:
    author = me.team.people.get(message.user)
    values = values_for(controls_of(blocks_of(message)), me.core.picked_in(message, me.member.id))
    return {
        "channel": message.channel,
        "ts": message.ts,
        "user": message.user,
        "author": message.user if author is None else author.name,
        "app": message.bot_id is not None,
        "text": message.text,
        "blocks": message.blocks,
        "attachments": message.attachments,
        "files": files_of(me, message),
        "reactions": message.reactions,
        "subtype": message.subtype,
        "broadcast": message.broadcast,
        "thread_ts": message.thread_ts,
        **_thread_facts(me, message),
        "edited": message.edited,
        "ephemeral": message.ephemeral_for is not None,
        "metadata": message.metadata,
        "state": state_of(values),
        "pressed_error": seen.failed.get(spot_of(me, message)),
    }


def _newest(me: Person, channel: Channel, before: str) -> Iterator[Message]:
    """What the person reads in a channel, newest first, older than `before` if it is given."""
    found = me.team.timeline(channel.id).newest(before)
    return (message for message in found if _is_for(me, message))


def _is_for(me: Person, message: Message) -> bool:
    return message.ephemeral_for in (None, me.member.id)


def _replies_to(me: Person, message: Message) -> list[Message]:
    """The replies of its thread that the person sees, oldest first."""
    replies = me.team.timeline(message.channel).replies(message.ts)
    return [reply for reply in replies if _is_for(me, reply)]


def _thread_facts(me: Person, message: Message) -> JsonObject:
    """https://docs.slack.dev/messaging/retrieving-messages#threading, the facts of a parent."""
    replies = _replies_to(me, message)
    users = list(dict.fromkeys(reply.user for reply in replies))
    return {
        "reply_count": len(replies),
        "reply_users": users,
        "latest_reply": replies[-1].ts if replies else None,
    }


def _view(me: Person, view: View) -> JsonObject:
    shown = view_payload(me.core, me.team, view)
    return {**shown, "errors": view.errors, "error": view.error}
