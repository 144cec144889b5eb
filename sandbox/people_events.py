"""The events of people and of the team itself: who joined, who changed, how the team is called,
and whether the app is still in it.
"""

from sandbox.core import Core
from sandbox.happening import Happening
from sandbox.people import app_in, wire_user
from sandbox.wire import JsonObject
from sandbox.workspace import Member, Revoked, Team, TeamAbout


def happened(core: Core, team: Team, member: Member, before: Member | None) -> list[Happening]:
    """https://docs.slack.dev/reference/events/team_join and user_change"""
    if before is not None and vars(before) == vars(member):
        return []
    # Somebody of another company never joins the team.
    if before is None and member.is_stranger:
        return []
    name = "team_join" if before is None else "user_change"
    stamp = core.stamps.next()
    now = int(float(stamp))
    user = wire_user(app_in(core, team), member, with_locale=True) | {"updated": now}
    event: JsonObject = {"type": name, "user": user, "cache_ts": now, "event_ts": stamp}
    return [Happening(team, name, event, "users:read", actor=member.id)]


def team_changed(team: Team, about: TeamAbout, before: TeamAbout) -> list[Happening]:
    """https://docs.slack.dev/reference/events/team_rename, and what `revoked` tells."""
    found = revoked(team, about.revoked, before.revoked)
    if about.name != before.name:
        event: JsonObject = {"type": "team_rename", "name": about.name}
        found.append(Happening(team, "team_rename", event, "team:read"))
    return found


def revoked(team: Team, now: Revoked | None, before: Revoked | None) -> list[Happening]:
    """https://docs.slack.dev/reference/events/tokens_revoked and app_uninstalled: when the bot's
    token dies, and when the app leaves.
    """
    if now is None or now == before:
        return []
    tokens: JsonObject = {"oauth": [], "bot": [team.bot_user_id]}
    last: list[JsonObject] = [{"type": "tokens_revoked", "tokens": tokens}]
    if now == "account_inactive":
        last.append({"type": "app_uninstalled"})
    return [Happening(team, str(event["type"]), event) for event in last]
