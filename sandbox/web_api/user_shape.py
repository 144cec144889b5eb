"""People as the Web API shows them.

https://docs.slack.dev/reference/objects/user-object
"""

from datetime import timedelta
from zoneinfo import ZoneInfo

from sandbox.records import Member
from sandbox.web_api.call import ApiCall
from sandbox.wire import JsonObject


def wire_user(call: ApiCall, member: Member) -> JsonObject:
    """The person. Of somebody from another company, only what Slack Connect lets through."""
    shown: JsonObject = {
        "id": member.id,
        "team_id": member.home_team or call.team.id,
        "name": member.handle,
        "deleted": member.deleted,
        "real_name": member.real_name,
        "profile": wire_profile(call, member),
        "is_bot": member.is_bot,
        "is_app_user": False,
        "updated": 0,
    }
    if not member.deleted:
        shown |= _zone(call, member) | _role(member)
    if member.is_stranger:
        shown["is_stranger"] = not _met(call, member)
    if call.args.flag("include_locale"):
        shown["locale"] = member.locale
    org = call.team.enterprise
    if org is not None and not member.is_bot:
        shown["enterprise_user"] = {
            "id": member.id,
            "enterprise_id": org.id,
            "enterprise_name": org.name,
            "is_admin": False,
            "is_owner": False,
            "teams": [call.team.id],
        }
    return shown


def wire_profile(call: ApiCall, member: Member) -> JsonObject:
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
        "team": member.home_team or call.team.id,
    }
    if member.is_bot and member.id == call.team.bot_user_id:
        profile |= {"bot_id": call.team.bot_id, "api_app_id": call.core.app.id}
    if member.email and "users:read.email" in call.scopes and not member.is_stranger:
        profile["email"] = member.email
    return profile


def _met(call: ApiCall, member: Member) -> bool:
    """Whether the app shares a channel with the person."""
    rooms = call.team.channels.values()
    return any(member.id in room.members and call.is_in(room) for room in rooms)


def _zone(call: ApiCall, member: Member) -> JsonObject:
    local = call.core.clock.now().astimezone(ZoneInfo(member.tz))
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
