"""bots.info, team.info, blocks.validate: about the app itself, its team, and what it would send."""

from sandbox.blockkit import Problem, explained, problems_of_message, problems_of_view
from sandbox.limits import TIER_3
from sandbox.web_api.arguments import Arguments
from sandbox.web_api.call import ApiCall, Method
from sandbox.wire import JsonObject, SlackError, as_object
from sandbox.workspace import Team

HUNDREDS = 600
PAYLOADS = ("blocks", "message", "view")


def bot(call: ApiCall) -> JsonObject:
    """https://docs.slack.dev/reference/methods/bots.info"""
    asked = call.args.maybe("bot")
    if asked and asked != call.team.bot_id:
        raise SlackError("bot_not_found")
    app = call.core.app
    about = {"id": call.team.bot_id, "deleted": False, "name": app.name, "updated": 0}
    return {"bot": {**about, "app_id": app.id, "user_id": call.team.bot_user_id, "icons": {}}}


def team(call: ApiCall) -> JsonObject:
    """https://docs.slack.dev/reference/methods/team.info: of another team, only of one that shares
    a channel or belongs to the same organization.
    """
    asked = call.args.maybe("team")
    found = call.core.teams.get(asked) if asked else call.team
    if found is None or not _is_near(call, found):
        raise SlackError("team_not_found")
    shown: JsonObject = {
        "id": found.id,
        "name": found.name,
        "url": f"https://{found.domain}.slack.com/",
        "domain": found.domain,
        "email_domain": "",
        "icon": {"image_default": True},
    }
    if found.enterprise is not None:
        org = found.enterprise
        shown |= {"enterprise_id": org.id, "enterprise_name": org.name}
        shown["enterprise_domain"] = org.domain
    return {"team": shown}


def _is_near(call: ApiCall, team: Team) -> bool:
    org = call.token.enterprise_id
    if team is call.team or (org and team.about.enterprise_id == org):
        return True
    return any(team.id in room.shared_with for room in call.team.channels.values())


def validate(call: ApiCall) -> JsonObject:
    """https://docs.slack.dev/reference/methods/blocks.validate"""
    return validated(call.args)


def validated(args: Arguments) -> JsonObject:
    """Judges one of blocks, message and view, for anybody: the method needs no token."""
    given = [name for name in PAYLOADS if args.has(name)]
    if len(given) != 1:
        words = "provide exactly one of: blocks, message, view"
        raise SlackError("invalid_arguments", [f"[ERROR] {words}"])
    name = given[0]
    problems = _problems(name, args.json(name, f"invalid_{name}_format"))
    if problems:
        raise SlackError(f"invalid_{name}", errors=[explained(each) for each in problems])
    return {}


def _problems(name: str, value: object) -> list[Problem]:
    if name == "view":
        return problems_of_view(as_object(value))
    if name == "message":
        return problems_of_message(as_object(value))
    found = problems_of_message({"blocks": value})
    return [Problem(each.pointer.removeprefix("/blocks"), each.message) for each in found]


METHODS = {
    "bots.info": Method(bot, ("users:read",), TIER_3),
    "team.info": Method(team, ("team:read",), TIER_3),
    "blocks.validate": Method(validate, (), HUNDREDS),
}
