"""What a developer makes happen in a workspace from the page, for the app to hear of: channels come
and go, people change, the app is uninstalled.

Changes the state as a person would; what the app is told of it is the events' matter.
"""

import re
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from zoneinfo import available_timezones

from sandbox.person import Person
from sandbox.ui_acts import DONE, AnyAct, Later, channel_of
from sandbox.ui_inputs import (
    AppActed,
    Asked,
    ChannelActed,
    ChannelAdded,
    PersonAdded,
    PersonChanged,
)
from sandbox.wire import JsonObject
from sandbox.workspace import Channel

# https://docs.slack.dev/reference/methods/conversations.create#naming
CHANNEL_NAME = re.compile(r"[\w-]{1,80}")


@dataclass(frozen=True)
class Provoking:
    """The acts. `later` goes on behind the page, so that nobody waits for the app."""

    later: Later

    def table(self) -> dict[str, tuple[type[Asked], AnyAct]]:
        """Path under /ui/ → the input it takes, and the act."""
        return {
            "channel": (ChannelActed, self.channel),
            "channels/add": (ChannelAdded, self.add_channel),
            "person": (PersonChanged, self.person),
            "people/add": (PersonAdded, self.add_person),
            "app": (AppActed, self.app),
        }

    async def channel(self, me: Person, asked: ChannelActed) -> JsonObject:
        room = channel_of(me, asked.channel)
        team, bot = me.team, me.team.bot_user_id
        with _told(me):
            match asked.act:
                case "join":
                    team.join(room, me.member.id)
                case "leave":
                    team.leave(room, me.member.id)
                case "add_app":
                    team.join(room, bot)
                case "remove_app":
                    team.leave(room, bot)
                case "rename":
                    _rename(me, room, asked.name)
                case "archive" | "unarchive":
                    team.archive(room, archived=asked.act == "archive")
        return DONE

    async def add_channel(self, me: Person, asked: ChannelAdded) -> JsonObject:
        name = _free_name(me, asked.name)
        channel_id = f"C{me.core.names.next()[1:]}"
        with _told(me):
            me.team.add_channel(
                channel_id, name, private=asked.private, members=[me.member], with_bot=False
            )
        return {"ok": True, "channel": channel_id}

    async def person(self, me: Person, asked: PersonChanged) -> JsonObject:
        member = me.team.people.get(asked.person)
        if member is None or member.is_bot:
            raise LookupError(f"there is no person {asked.person!r}")
        changes = asked.changes.model_dump(exclude_none=True)
        _known_zone(asked.changes.tz)
        if asked.changes.real_name:
            changes["name"] = asked.changes.real_name
        with _told(me):
            me.team.change_person(member, **changes)
        return DONE

    async def add_person(self, me: Person, asked: PersonAdded) -> JsonObject:
        _known_zone(asked.tz)
        user_id = f"U{me.core.names.next()[1:]}"
        locale = me.member.locale
        with _told(me):
            me.team.add_person(user_id, asked.name, email=asked.email, tz=asked.tz, locale=locale)
        return {"ok": True, "person": user_id}

    async def app(self, me: Person, asked: AppActed) -> JsonObject:
        team = me.team
        if asked.act == "uninstall":
            team.revoke("account_inactive")
            self.later(me.events.uninstalled(team))
        else:
            team.revoke("token_revoked" if asked.act == "revoke" else None)
        return DONE


@contextmanager
def _told(me: Person) -> Generator[None]:
    """What the person does within is told to the app, without waiting for it."""
    with me.events.watching(me.member.id) as seen:
        yield
    me.events.later(seen)


def _rename(me: Person, room: Channel, name: str) -> None:
    room.name = _free_name(me, name)
    me.team.save_channel(room)


def _free_name(me: Person, name: str) -> str:
    """Raises ValueError for a name that no channel can have, or another one has."""
    wanted = name.strip().removeprefix("#").lower().replace(" ", "-")
    if CHANNEL_NAME.fullmatch(wanted) is None:
        raise ValueError("a channel's name has letters, digits, - and _, 80 at most")
    if any(room.name == wanted for room in me.team.channels.values() if room.kind == "channel"):
        raise ValueError(f"there is a #{wanted} already")
    return wanted


def _known_zone(zone: str | None) -> None:
    if zone and zone not in available_timezones():
        raise ValueError(f"there is no time zone {zone!r}")
