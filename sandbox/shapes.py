"""Messages and files as Slack's API, events and payloads show them.

https://docs.slack.dev/reference/objects/file-object, https://docs.slack.dev/messaging/retrieving-messages.
Builds values only.
"""

import re
from uuid import NAMESPACE_URL, uuid5

from sandbox.composed import rich_text
from sandbox.core import Core
from sandbox.filetypes import pretty_type
from sandbox.records import Channel, File, Message
from sandbox.wire import JsonObject
from sandbox.workspace import Team

MOST_REPLIERS = 5
WRITTEN = frozenset({None, "thread_broadcast", "file_share"})
"""Subtypes of what a person wrote."""
UNFIT = re.compile(r"[^\w.-]", re.ASCII)


def wire_message(core: Core, team: Team, message: Message, *, metadata: bool) -> JsonObject:
    """The message; its metadata only where asked for."""
    body: JsonObject = {"type": "message", "ts": message.ts, "text": message.text}
    body |= {"team": team.id} | _author(core, team, message) | _thread(team, message)
    body |= _composed(message)
    body |= {name: held for name, held in _optional_parts(core, team, message).items() if held}
    if message.subtype == "tombstone":
        body["hidden"] = True
    if message.plain:
        body["mrkdwn"] = False
    if metadata and message.metadata:
        body["metadata"] = message.metadata
    return body


def wire_file(core: Core, team: Team, file: File) -> JsonObject:
    """The file. Until Slack has looked at it, its type and where it is shared are not told."""
    if file.deleted:
        return {"id": file.id, "mode": "tombstone"}
    place, name = f"{core.url}/files-pri/{team.id}-{file.id}", _in_address(file.name)
    body: JsonObject = {
        "id": file.id,
        "created": file.created,
        "timestamp": file.created,
        "name": file.name,
        "title": file.title,
        "mimetype": file.mimetype if file.ready else "",
        "filetype": file.filetype if file.ready else "",
        "pretty_type": pretty_type(file.filetype) if file.ready else "",
        "user": file.user,
        "user_team": team.id,
        "editable": False,
        "size": file.size,
        "mode": "hosted",
        "is_external": False,
        "external_type": "",
        "public_url_shared": False,
        "display_as_bot": False,
        "username": "",
        "url_private": f"{place}/{name}",
        "url_private_download": f"{place}/download/{name}",
        "media_display_type": "unknown",
        "permalink": f"https://{team.domain}.slack.com/files/{file.user}/{file.id}/{name}",
        "comments_count": 0,
        "is_starred": False,
        "has_rich_preview": False,
        "file_access": "visible",
    }
    if file.alt_text:
        body["alt_txt"] = file.alt_text
    return body | _shares(team, file)


def _in_address(name: str) -> str:
    """A file's name as its addresses carry it: "Q3 (final).pdf" is q3__final_.pdf."""
    return UNFIT.sub("_", name.lower()).strip(".") or "file"


def _author(core: Core, team: Team, message: Message) -> JsonObject:
    if message.bot_id is None:
        return {"user": message.user}
    app: JsonObject = {"bot_id": message.bot_id, "app_id": core.app.id}
    if message.username or message.icons:
        named = message.username or core.app.name
        shown = app | {"subtype": "bot_message", "username": named}
        return shown | ({"icons": message.icons} if message.icons else {})
    profile = {"id": team.bot_id, "app_id": core.app.id, "name": core.app.name}
    profile |= {"deleted": False, "team_id": team.id, "updated": 0, "icons": {}}
    return {"user": message.user, **app, "bot_profile": profile}


def _thread(team: Team, message: Message) -> JsonObject:
    line = team.timeline(message.channel)
    if message.is_reply and message.thread_ts is not None:
        parent = line.living(message.thread_ts)
        told: JsonObject = {"thread_ts": message.thread_ts}
        return told | ({} if parent is None else {"parent_user_id": parent.user})
    replies = line.replies(message.ts)
    if not replies:
        return {"thread_ts": message.thread_ts} if message.thread_ts else {}
    who = list(dict.fromkeys(reply.user for reply in replies))
    return {
        "thread_ts": message.ts,
        "reply_count": len(replies),
        "reply_users_count": len(who),
        "latest_reply": replies[-1].ts,
        "reply_users": who[:MOST_REPLIERS],
        "is_locked": False,
        "subscribed": team.bot_user_id in (message.user, *who),
    }


def _composed(message: Message) -> JsonObject:
    """What Slack's composer adds to what a person wrote."""
    if message.bot_id is not None or not message.text or message.subtype not in WRITTEN:
        return {}
    name = uuid5(NAMESPACE_URL, f"{message.team_id}/{message.channel}/{message.ts}")
    shown = rich_text(message.text, name.hex[:5])
    return {"client_msg_id": str(name), "blocks": [shown]}


def _optional_parts(core: Core, team: Team, message: Message) -> JsonObject:
    files = [team.files[each] for each in message.files if each in team.files]
    return {
        "subtype": message.subtype,
        "blocks": message.blocks,
        "attachments": message.attachments,
        "edited": {"user": message.user, "ts": message.edited} if message.edited else None,
        "is_ephemeral": message.ephemeral_for is not None,
        "reactions": message.reactions,
        "files": [wire_file(core, team, file) for file in files],
        "streaming_state": "in_progress" if message.streaming else "",
        "upload": message.subtype == "file_share",
    }


def _shares(team: Team, file: File) -> JsonObject:
    rooms = [team.channels[each] for each in file.channels if each in team.channels]
    public = [room for room in rooms if room.kind == "channel" and not room.private]
    private = [room for room in rooms if room not in public]
    shares: JsonObject = {}
    if file.ready:
        shown = {"public": _shared_in(team, file, public)}
        shown["private"] = _shared_in(team, file, private)
        shares = {name: held for name, held in shown.items() if held}
    return {
        "is_public": bool(public),
        "channels": [room.id for room in public],
        "groups": [room.id for room in private if room.kind == "channel"],
        "ims": [room.id for room in private if room.kind != "channel"],
        "shares": shares,
    }


def _shared_in(team: Team, file: File, rooms: list[Channel]) -> dict[str, list[JsonObject]]:
    return {room.id: found for room in rooms if (found := _messages_with(team, file, room))}


def _messages_with(team: Team, file: File, room: Channel) -> list[JsonObject]:
    """The message that showed the file last there: nobody needs more, and a walk is long."""
    found = (each for each in team.timeline(room.id).newest() if file.id in each.files)
    message = next(found, None)
    if message is None:
        return []
    share: JsonObject = {"ts": message.ts, "channel_name": room.name, "team_id": team.id}
    share |= {"share_user_id": message.user, "reply_users": [], "reply_count": 0}
    return [share | ({"thread_ts": message.thread_ts} if message.is_reply else {})]
