"""users.*: the people of a team."""

from datetime import timedelta
from zoneinfo import ZoneInfo

from sandbox.limits import TIER_3, TIER_4
from sandbox.web_api.call import ApiCall, Method
from sandbox.wire import JsonObject, SlackError
from sandbox.workspace import Member


def info(call: ApiCall) -> JsonObject:
    """https://docs.slack.dev/reference/methods/users.info"""
    member = call.team.people.get(call.args.text("user"))
    if member is None:
        raise SlackError("user_not_found")
    return {"user": _shown(call, member)}


def lookup_by_email(call: ApiCall) -> JsonObject:
    """https://docs.slack.dev/reference/methods/users.lookupByEmail"""
    email = call.args.text("email").lower()
    for member in call.team.people.values():
        if member.email and member.email.lower() == email and not member.deleted:
            return {"user": _shown(call, member)}
    raise SlackError("users_not_found")


def _shown(call: ApiCall, member: Member) -> JsonObject:
    shown: JsonObject = {
        "id": member.id,
        "team_id": call.team.id,
        "name": member.handle,
        "deleted": member.deleted,
        "real_name": member.real_name,
        "profile": _profile(call, member),
        "is_bot": member.is_bot,
        "is_app_user": False,
        "updated": 0,
    }
    if not member.deleted:
        shown |= _zone(call, member) | _role(member)
    if call.args.flag("include_locale"):
        shown["locale"] = member.locale
    return shown


def _profile(call: ApiCall, member: Member) -> JsonObject:
    profile: JsonObject = {
        "real_name": member.real_name,
        "real_name_normalized": member.real_name,
        "display_name": member.name,
        "display_name_normalized": member.name,
        "team": call.team.id,
    }
    if member.email and "users:read.email" in call.team.bot_scopes:
        profile["email"] = member.email
    return profile


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
        "is_admin": member.is_admin or member.is_owner,
        "is_owner": member.is_owner,
        "is_primary_owner": False,
        "is_restricted": member.is_restricted,
        "is_ultra_restricted": False,
        "is_email_confirmed": member.email_confirmed,
    }


METHODS = {
    "users.info": Method(info, "users:read", TIER_4),
    "users.lookupByEmail": Method(lookup_by_email, "users:read.email", TIER_3),
}
