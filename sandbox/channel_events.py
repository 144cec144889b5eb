"""The events of channels: made, named, archived, shared, and who comes and goes.

https://docs.slack.dev/reference/events; payloads as in
https://github.com/slackapi/java-slack-sdk/tree/main/json-logs/samples/events.
"""

from collections.abc import Sequence

from sandbox.core import Core
from sandbox.happening import Happening
from sandbox.wire import JsonObject
from sandbox.workspace import Channel, Team


def happened(
    core: Core, team: Team, channel: Channel, before: Channel | None, actor: str
) -> list[Happening]:
    """What the app may be told when a channel is saved that was `before`."""
    if channel.kind != "channel":
        return []
    old = before or Channel(channel.id, channel.team_id, channel.name)
    found = [] if before is not None else _created(core, team, channel, actor)
    if channel.name != old.name:
        found.append(_renamed(core, team, channel, actor))
    if channel.archived != old.archived:
        found.append(_archived(core, team, channel, actor))
    return found + _moved(core, team, channel, old, actor) + _shared(core, team, channel, old)


def deleted(core: Core, team: Team, channel: Channel, actor: str) -> Happening:
    """https://docs.slack.dev/reference/events/channel_deleted"""
    event: JsonObject = {"channel": channel.id, "actor_id": actor}
    return _event(core, team, channel, "deleted", event)


def _event(core: Core, team: Team, channel: Channel, what: str, event: JsonObject) -> Happening:
    """`channel_…` of public channels, `group_…` of private ones, which only members hear of."""
    family, scope = ("group", "groups:read") if channel.private else ("channel", "channels:read")
    name = f"{family}_{what}"
    told: JsonObject = {"type": name, **event, "event_ts": core.stamps.next()}
    actor = event.get("user")
    return Happening(
        team,
        name,
        told,
        scope,
        channel,
        within=channel.private,
        actor=actor if isinstance(actor, str) else "",
    )


def _created(core: Core, team: Team, channel: Channel, actor: str) -> list[Happening]:
    """https://docs.slack.dev/reference/events/channel_created; of private ones nobody is told."""
    if channel.private:
        return []
    shown = _named(channel) | {
        "creator": channel.creator or actor,
        "is_shared": channel.shared,
        "is_org_shared": False,
        "is_ext_shared": channel.shared,
        "is_private": False,
        "is_archived": channel.archived,
        "context_team_id": team.id,
        "shared_team_ids": [team.id, *channel.shared_with],
    }
    return [_event(core, team, channel, "created", {"channel": shown})]


def _named(channel: Channel) -> JsonObject:
    return {
        "id": channel.id,
        "is_channel": not channel.private,
        "is_mpim": False,
        "name": channel.name,
        "name_normalized": channel.name,
        "created": channel.created,
    }


def _renamed(core: Core, team: Team, channel: Channel, _: str) -> Happening:
    """https://docs.slack.dev/reference/events/channel_rename"""
    return _event(core, team, channel, "rename", {"channel": _named(channel)})


def _archived(core: Core, team: Team, channel: Channel, actor: str) -> Happening:
    """https://docs.slack.dev/reference/events/channel_archive and channel_unarchive"""
    event: JsonObject = {"channel": channel.id, "user": actor}
    if channel.archived:
        return _event(core, team, channel, "archive", {**event, "is_moved": 0})
    return _event(core, team, channel, "unarchive", event)


def _moved(core: Core, team: Team, channel: Channel, old: Channel, actor: str) -> list[Happening]:
    came = [user for user in channel.members if user not in old.members]
    went = [user for user in old.members if user not in channel.members]
    found = [_member(core, team, channel, "member_joined_channel", user, actor) for user in came]
    found += [_member(core, team, channel, "member_left_channel", user, "") for user in went]
    if team.bot_user_id in went:
        left: JsonObject = {"channel": channel.id}
        gone = _event(core, team, channel, "left", left)
        found.append(Happening(team, gone.name, gone.event, gone.scope, channel))
    return found


def _member(
    core: Core, team: Team, channel: Channel, name: str, user: str, inviter: str
) -> Happening:
    """https://docs.slack.dev/reference/events/member_joined_channel and member_left_channel"""
    person = team.people.get(user)
    event: JsonObject = {
        "type": name,
        "user": user,
        "channel": channel.id,
        "channel_type": "G" if channel.private else "C",
        "team": person.home_team if person is not None and person.is_stranger else team.id,
    }
    if inviter and inviter != user:
        event["inviter"] = inviter
    event["event_ts"] = core.stamps.next()
    scope = "groups:read" if channel.private else "channels:read"
    # The app hears of its own coming and going, and of others' where it is itself.
    own = user == team.bot_user_id
    return Happening(team, name, event, scope, channel, within=not own, actor=user)


def _shared(core: Core, team: Team, channel: Channel, old: Channel) -> list[Happening]:
    """https://docs.slack.dev/reference/events/channel_shared and channel_unshared"""
    found = [
        _sharing(core, team, channel, "channel_shared", {"connected_team_id": other})
        for other in _only_in(channel.shared_with, old.shared_with)
    ]
    return found + [
        _sharing(
            core,
            team,
            channel,
            "channel_unshared",
            {"previously_connected_team_id": other, "is_ext_shared": bool(channel.shared_with)},
        )
        for other in _only_in(old.shared_with, channel.shared_with)
    ]


def _only_in(these: Sequence[str], those: Sequence[str]) -> list[str]:
    return [each for each in these if each not in those]


def _sharing(core: Core, team: Team, channel: Channel, name: str, more: JsonObject) -> Happening:
    event: JsonObject = {"type": name, **more, "channel": channel.id}
    event["event_ts"] = core.stamps.next()
    scope = "groups:read" if channel.private else "channels:read"
    return Happening(team, name, event, scope, channel, within=channel.private)
