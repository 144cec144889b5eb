"""One thing that happened in a team, as an event of the Events API."""

from dataclasses import dataclass

from sandbox.wire import JsonObject
from sandbox.workspace import Channel, Team


@dataclass(frozen=True)
class Happening:
    """`name` is what an app subscribes to, `scope` what it must have been granted (nothing if
    empty), `channel` where it was, `within`: the app hears of it only as a member of that channel;
    `actor` is who did it, for the team ids of shared channels.
    """

    team: Team
    name: str
    event: JsonObject
    scope: str = ""
    channel: Channel | None = None
    within: bool = False
    actor: str = ""


def kind_of(channel: Channel) -> str:
    """The family of scopes and message events: channels, groups, im or mpim."""
    if channel.kind != "channel":
        return channel.kind
    return "groups" if channel.private else "channels"
