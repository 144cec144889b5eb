"""How files come to be: kept, shared in conversations, made ready, and read by who may.

Serves the Web API and people alike. Knows nothing of HTTP.
"""

from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial

from sandbox.core import Core
from sandbox.filetypes import kind_of
from sandbox.records import Channel, File
from sandbox.workspace import Team


@dataclass(frozen=True)
class Described:
    """What is said of a file before its bytes are there."""

    name: str
    title: str = ""
    alt_text: str = ""
    snippet_type: str = ""


def keep(core: Core, team: Team, user_id: str, about: Described, content: bytes) -> File:
    """A file with these bytes, under a new id, not yet shared or ready."""
    return keep_as(core, team, new_id(core), user_id, about, content)


def new_id(core: Core) -> str:
    return f"F{core.names.next()[1:]}"


def keep_as(
    core: Core, team: Team, file_id: str, user_id: str, about: Described, content: bytes
) -> File:
    """As `keep`, under an id that was given out before."""
    filetype, mimetype = kind_of(about.name, content)
    core.store.put_bytes(file_id, content)
    file = File(
        id=file_id,
        team_id=team.id,
        user=user_id,
        name=about.name,
        title=about.title or about.name,
        mimetype=mimetype,
        filetype=about.snippet_type or filetype,
        size=len(content),
        created=int(core.clock.now().timestamp()),
        alt_text=about.alt_text,
    )
    return team.put_file(file)


def shared(team: Team, file: File, channels: list[Channel]) -> File:
    """The file as one of these conversations, too."""
    ids = [*file.channels, *(room.id for room in channels if room.id not in file.channels)]
    return team.put_file(replace(file, channels=ids))


def look_at(core: Core, team: Team, file: File) -> None:
    """Makes the file ready once Slack has had its time to look at it."""
    act = partial(_ready, team, file.id)
    core.agenda.at(core.clock.now() + core.processing, act)
    if core.processing <= timedelta(0):
        core.agenda.catch_up()


def remove(core: Core, team: Team, file: File) -> None:
    """Messages that showed it show that it is gone."""
    core.store.put_bytes(file.id, b"")
    team.put_file(replace(file, deleted=True, channels=[]))


def can_see(team: Team, file: File, user_id: str) -> bool:
    """Whoever uploaded it, and the members of where it is shared; all of a public channel."""
    rooms = [team.channels[each] for each in file.channels if each in team.channels]
    return file.user == user_id or any(
        not room.private or user_id in room.members for room in rooms
    )


def _ready(team: Team, file_id: str) -> None:
    file = team.files.get(file_id)
    if file is not None and not file.deleted:
        team.put_file(replace(file, ready=True))
