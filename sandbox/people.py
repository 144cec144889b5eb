"""A person as the user object of events: https://docs.slack.dev/reference/objects/user-object."""

from datetime import timedelta
from zoneinfo import ZoneInfo

from sandbox.core import Core
from sandbox.wire import JsonObject
from sandbox.workspace import Member, Team


def wire_user(core: Core, team: Team, member: Member) -> JsonObject:
    """The user object; the email only where the app may read it."""
    home = member.home_team or team.id
    shown: JsonObject = {
        "id": member.id,
        "team_id": home,
        "name": member.handle,
        "deleted": member.deleted,
        "real_name": member.real_name,
        "profile": _profile(team, member) | {"team": home},
        "is_bot": member.is_bot,
        "is_app_user": False,
        "updated": int(core.clock.now().timestamp()),
        "locale": member.locale,
    }
    if member.is_stranger:
        shown["is_stranger"] = True
    return shown if member.deleted else shown | _zone(core, member) | _role(member)


def _profile(team: Team, member: Member) -> JsonObject:
    profile: JsonObject = {
        "real_name": member.real_name,
        "real_name_normalized": member.real_name,
        "display_name": member.name,
        "display_name_normalized": member.name,
        "title": member.title,
    }
    if member.email and not member.is_stranger and "users:read.email" in team.bot_scopes:
        profile["email"] = member.email
    return profile


def _zone(core: Core, member: Member) -> JsonObject:
    local = core.clock.now().astimezone(ZoneInfo(member.tz))
    offset = local.utcoffset() or timedelta(0)
    return {
        "tz": member.tz,
        "tz_label": local.tzname() or member.tz,
        "tz_offset": int(offset.total_seconds()),
    }


def _role(member: Member) -> JsonObject:
    return {
        "is_admin": member.is_admin or member.is_owner,
        "is_owner": member.is_owner,
        "is_primary_owner": member.is_primary_owner,
        "is_restricted": member.is_restricted,
        "is_ultra_restricted": member.is_ultra_restricted,
        "is_email_confirmed": member.email_confirmed,
    }
