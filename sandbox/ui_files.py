"""Files on the page: what a message shows of them, their bytes, and what people upload.

A person uploads as Slack's own client does; how an app does it is the Web API's matter.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from mimetypes import guess_type
from pathlib import PurePath
from urllib.parse import quote

from sandbox.mentions import typed
from sandbox.person import Person
from sandbox.wire import JsonObject
from sandbox.workspace import Channel, File, Message

PLAIN = "application/octet-stream"


@dataclass(frozen=True)
class Uploaded:
    """A file as it came from the browser."""

    name: str
    content: bytes


def file_shown(file: File) -> JsonObject:
    """A file of a message; `page_url` is where the page fetches it, without a token."""
    if file.deleted:
        return {"id": file.id, "mode": "tombstone"}
    return {
        "id": file.id,
        "name": file.name,
        "title": file.title,
        "mimetype": file.mimetype,
        "filetype": file.filetype,
        "size": file.size,
        "alt_txt": file.alt_text,
        "user": file.user,
        "created": file.created,
        "page_url": f"/ui/file/{quote(file.team_id)}/{quote(file.id)}",
    }


def files_of(me: Person, message: Message) -> list[JsonObject]:
    found = (me.team.files.get(file_id) for file_id in message.files)
    return [file_shown(file) for file in found if file is not None]


def take(me: Person, uploaded: Iterable[Uploaded]) -> list[File]:
    """Keeps what a person uploaded, not yet shown anywhere."""
    return [_kept(me, each) for each in uploaded]


def _kept(me: Person, uploaded: Uploaded) -> File:
    name = PurePath(uploaded.name).name or "file"
    file = File(
        id=f"F{me.core.names.next()[1:]}",
        team_id=me.team.id,
        user=me.member.id,
        name=name,
        title=name,
        mimetype=guess_type(name)[0] or PLAIN,
        filetype=PurePath(name).suffix.removeprefix(".").lower() or "binary",
        size=len(uploaded.content),
        created=int(me.core.clock.now().timestamp()),
        ready=True,
    )
    me.core.store.put_bytes(file.id, uploaded.content)
    return me.team.put_file(file)


def share(
    me: Person, channel: Channel, files: list[File], comment: str, thread_ts: str | None
) -> Message:
    """A message of the person with these files, as `file_share`.

    https://docs.slack.dev/reference/events/message/file_share
    """
    me.team.join(channel, me.member.id)
    for file in files:
        me.team.put_file(replace(file, channels=[channel.id]))
    message = Message(
        team_id=me.team.id,
        channel=channel.id,
        ts=me.core.stamps.next(),
        user=me.member.id,
        text=typed(me.team, comment, with_names=False),
        thread_ts=thread_ts,
        files=[file.id for file in files],
        subtype="file_share",
    )
    return me.team.put_message(message)
