"""users.* and usergroups.*: the people of a team."""

from sandbox.limits import TIER_2, TIER_3, TIER_4
from sandbox.people import Reader, wire_profile, wire_user
from sandbox.records import Member
from sandbox.web_api.call import ApiCall, Method
from sandbox.web_api.pages import page_of
from sandbox.wire import JsonObject, SlackError

# https://docs.slack.dev/reference/methods/users.list: without a limit all are tried, up to a point.
MOST_AT_ONCE = 1000


def info(call: ApiCall) -> JsonObject:
    """https://docs.slack.dev/reference/methods/users.info"""
    return {"user": _shown(call, _member(call, call.args.text("user")))}


def list_all(call: ApiCall) -> JsonObject:
    """https://docs.slack.dev/reference/methods/users.list"""
    people = list(call.team.people.values())
    if not call.args.maybe("limit") and len(people) > MOST_AT_ONCE:
        raise SlackError("limit_required")
    found, more = page_of(call.args, people, "user", lambda one: one.id, MOST_AT_ONCE)
    return {
        "members": [_shown(call, member) for member in found],
        "cache_ts": int(call.core.clock.now().timestamp()),
        "response_metadata": more,
    }


def lookup_by_email(call: ApiCall) -> JsonObject:
    """https://docs.slack.dev/reference/methods/users.lookupByEmail"""
    email = call.args.text("email").lower()
    for member in call.team.people.values():
        known = member.email and not member.deleted and not member.is_stranger
        if known and member.email.lower() == email:
            return {"user": _shown(call, member)}
    raise SlackError("users_not_found")


def get_presence(call: ApiCall) -> JsonObject:
    """https://docs.slack.dev/reference/methods/users.getPresence"""
    member = _member(call, call.args.maybe("user") or call.user_id)
    return {"presence": "away" if member.deleted else member.presence}


def get_profile(call: ApiCall) -> JsonObject:
    """https://docs.slack.dev/reference/methods/users.profile.get"""
    member = _member(call, call.args.maybe("user") or call.user_id)
    return {"profile": wire_profile(_reader(call), member)}


def list_groups(_: ApiCall) -> JsonObject:
    """https://docs.slack.dev/reference/methods/usergroups.list: the sandbox has none"""
    return {"usergroups": []}


def list_group(call: ApiCall) -> JsonObject:
    """https://docs.slack.dev/reference/methods/usergroups.users.list"""
    call.args.text("usergroup")
    raise SlackError("no_such_subteam")


def _shown(call: ApiCall, member: Member) -> JsonObject:
    return wire_user(_reader(call), member, with_locale=call.args.flag("include_locale"))


def _reader(call: ApiCall) -> Reader:
    return Reader(call.core, call.team, call.user_id, call.scopes)


def _member(call: ApiCall, user_id: str) -> Member:
    member = call.team.people.get(user_id)
    if member is None:
        raise SlackError("user_not_found")
    return member


READ = ("users:read",)
GROUPS = ("usergroups:read",)
METHODS = {
    "users.info": Method(info, READ, TIER_4),
    "users.list": Method(list_all, READ, TIER_2, of_team=True),
    "users.lookupByEmail": Method(lookup_by_email, ("users:read.email",), TIER_3),
    "users.getPresence": Method(get_presence, READ, TIER_3),
    "users.profile.get": Method(get_profile, ("users.profile:read",), TIER_4),
    "usergroups.list": Method(list_groups, GROUPS, TIER_2, of_team=True),
    "usergroups.users.list": Method(list_group, GROUPS, TIER_2, of_team=True),
}
