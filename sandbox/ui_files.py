"""Files on the page: what a message shows of them, their bytes, and what people upload.

A person uploads as Slack's own client does; how an app does it is the Web API's matter.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import PurePath
from urllib.parse import quote

from sandbox import files, posting
from sandbox.files import Described
from sandbox.mentions import typed
from sandbox.person import Person
from sandbox.posting import Draft, Place
from sandbox.wire import JsonObject
from sandbox.workspace import Channel, File, Message


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
    """Keeps what a person uploaded, not yet shown anywhere; people's files are ready at once."""
    return [_kept(me, each) for each in uploaded]


def _kept(me: Person, uploaded: Uploaded) -> File:
    about = Described(PurePath(uploaded.name).name or "file")
    file = files.keep(me.core, me.team, me.member.id, about, uploaded.content)
    return me.team.put_file(replace(file, ready=True))


def share(
    me: Person, channel: Channel, kept: list[File], comment: str, thread_ts: str | None
) -> None:
    """A message of the person with these files, as `file_share`; the app hears of it later.

    https://docs.slack.dev/reference/events/message/file_share
    """
    place = Place(channel.id, me.member.id, thread_ts, subtype="file_share")
    draft = Draft(typed(me.team, comment, with_names=False), files=[file.id for file in kept])
    with me.events.watching(me.member.id) as seen:
        me.team.join(channel, me.member.id)
        for file in kept:
            files.shared(me.team, file, [channel])
        posting.post(me.core, me.team, place, draft)
    me.events.later(seen)
