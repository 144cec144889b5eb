"""auth.*: whose token it is, and its end."""

from sandbox.limits import TIER_2, TIER_3
from sandbox.records import Enterprise
from sandbox.web_api.call import ApiCall, Method
from sandbox.web_api.pages import page_of
from sandbox.wire import JsonObject
from sandbox.workspace import Team

HUNDREDS = 600


def test(call: ApiCall) -> JsonObject:
    """https://docs.slack.dev/reference/methods/auth.test"""
    org = call.core.enterprises.get(call.token.enterprise_id)
    told = _team(call.team) if org is None else _org(org)
    person = call.team.people.get(call.token.user_id)
    told |= {"user_id": call.user_id, "is_enterprise_install": org is not None}
    if call.team.enterprise is not None:
        told["enterprise_id"] = call.team.enterprise.id
    if call.token.expires:
        now = call.core.clock.now().timestamp()
        told["expires_in"] = int(call.token.expires - now)
    if person is not None:
        return told | {"user": person.handle}
    return told | {"user": call.core.app.name.lower(), "bot_id": call.team.bot_id}


def revoke(call: ApiCall) -> JsonObject:
    """https://docs.slack.dev/reference/methods/auth.revoke"""
    if call.args.flag("test"):
        return {"revoked": False}
    org = call.core.enterprises.get(call.token.enterprise_id)
    if call.token.expires or call.token.user_id:
        call.core.tokens.revoke(call.token)
    elif org is not None:
        org.revoked = "token_revoked"
        call.core.save_enterprise(org)
    else:
        call.team.revoke("token_revoked")
    return {"revoked": True}


def list_teams(call: ApiCall) -> JsonObject:
    """https://docs.slack.dev/reference/methods/auth.teams.list"""
    org_id = call.token.enterprise_id
    teams = [call.team]
    if org_id:
        held = call.core.teams.values()
        teams = [team for team in held if team.enterprise and team.enterprise.id == org_id]
    found, more = page_of(call.args, teams, "team", lambda team: team.id)
    shown = [{"id": team.id, "name": team.name} for team in found]
    return {"teams": shown, "response_metadata": more}


def _team(team: Team) -> JsonObject:
    return {"url": f"https://{team.domain}.slack.com/", "team": team.name, "team_id": team.id}


def _org(org: Enterprise) -> JsonObject:
    """For an org-wide token the enterprise stands where the team does."""
    url = f"https://{org.domain}.enterprise.slack.com/"
    return {"url": url, "team": org.name, "team_id": org.id}


METHODS = {
    "auth.test": Method(test, (), HUNDREDS),
    "auth.revoke": Method(revoke, (), TIER_3),
    "auth.teams.list": Method(list_teams, (), TIER_2),
}
