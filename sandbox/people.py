"""People as the Web API and the events show them, to whoever may see what.

https://docs.slack.dev/reference/objects/user-object
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from zoneinfo import ZoneInfo

from sandbox.core import Core
from sandbox.wire import JsonObject
from sandbox.workspace import Enterprise, Member, Team


@dataclass(frozen=True)
class Reader:
    """Who looks, in which team, and with which scopes."""

    core: Core
    team: Team
    user_id: str
    scopes: Sequence[str]


def app_in(core: Core, team: Team) -> Reader:
    """The app itself, as events see it."""
    return Reader(core, team, team.bot_user_id, team.bot_scopes)


def wire_user(reader: Reader, member: Member, *, with_locale: bool) -> JsonObject:
    """The person. Of somebody from another company, only what Slack Connect lets through."""
    shown: JsonObject = {
        "id": member.id,
        "team_id": member.home_team or reader.team.id,
        "name": member.handle,
        "deleted": member.deleted,
        "real_name": member.real_name,
        "profile": wire_profile(reader, member),
        "is_bot": member.is_bot,
        "is_app_user": False,
        "updated": 0,
    }
    if not member.deleted:
        shown |= _zone(reader.core, member) | _role(member)
    if member.is_stranger:
        shown["is_stranger"] = not _met(reader, member)
    if with_locale:
        shown["locale"] = member.locale
    org = reader.team.enterprise
    if org is not None and not member.is_bot:
        shown["enterprise_user"] = _in_org(org, reader.team, member)
    return shown


def wire_profile(reader: Reader, member: Member) -> JsonObject:
    """https://docs.slack.dev/reference/objects/user-object#profile"""
    first, _, last = member.real_name.partition(" ")
    profile: JsonObject = {
        "title": member.title,
        "phone": "",
        "skype": "",
        "real_name": member.real_name,
        "real_name_normalized": member.real_name,
        "display_name": member.name,
        "display_name_normalized": member.name,
        "first_name": first,
        "last_name": last,
        "status_text": member.status_text,
        "status_emoji": member.status_emoji,
        "status_expiration": member.status_expiration,
        "team": member.home_team or reader.team.id,
    }
    if member.is_bot and member.id == reader.team.bot_user_id:
        profile |= {"bot_id": reader.team.bot_id, "api_app_id": reader.core.app.id}
    if member.email and "users:read.email" in reader.scopes and not member.is_stranger:
        profile["email"] = member.email
    return profile


def _in_org(org: Enterprise, team: Team, member: Member) -> JsonObject:
    return {
        "id": member.id,
        "enterprise_id": org.id,
        "enterprise_name": org.name,
        "is_admin": False,
        "is_owner": False,
        "teams": [team.id],
    }


def _met(reader: Reader, member: Member) -> bool:
    """Whether whoever looks shares a channel with the person."""
    rooms = reader.team.channels.values()
    return any({member.id, reader.user_id} <= set(room.members) for room in rooms)


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
        "is_admin": member.is_admin or member.is_owner or member.is_primary_owner,
        "is_owner": member.is_owner or member.is_primary_owner,
        "is_primary_owner": member.is_primary_owner,
        "is_restricted": member.is_restricted or member.is_ultra_restricted,
        "is_ultra_restricted": member.is_ultra_restricted,
        "is_email_confirmed": member.email_confirmed,
    }
