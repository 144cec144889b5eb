"""The events of people and of the team itself: who joined, who changed, how the team is called."""

from dataclasses import replace

from sandbox.core import Core
from sandbox.happening import Happening
from sandbox.people import wire_user
from sandbox.wire import JsonObject
from sandbox.workspace import Member, Team


def happened(core: Core, team: Team, member: Member, before: Member | None) -> list[Happening]:
    """https://docs.slack.dev/reference/events/team_join and user_change"""
    if before is not None and vars(before) == vars(member):
        return []
    # Somebody of another company never joins the team.
    if before is None and member.is_stranger:
        return []
    name = "team_join" if before is None else "user_change"
    stamp = core.stamps.next()
    event: JsonObject = {"type": name, "user": wire_user(core, team, replace(member))}
    event |= {"cache_ts": int(float(stamp)), "event_ts": stamp}
    return [Happening(team, name, event, "users:read", actor=member.id)]


def renamed(team: Team, before: str) -> list[Happening]:
    """https://docs.slack.dev/reference/events/team_rename"""
    if team.name == before:
        return []
    return [Happening(team, "team_rename", {"type": "team_rename", "name": team.name}, "team:read")]
