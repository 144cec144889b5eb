"""apps.*: opening a socket with the app's own token, and leaving a team."""

from sandbox.web_api.arguments import Arguments
from sandbox.web_api.call import Services
from sandbox.wire import JsonObject, SlackError


def connections_open(services: Services, token: str) -> JsonObject:
    """https://docs.slack.dev/reference/methods/apps.connections.open"""
    if not token:
        raise SlackError("not_authed")
    if services.core.tokens.find(token) is not None:
        raise SlackError("not_allowed_token_type")
    if token != services.core.app.app_token:
        raise SlackError("invalid_auth")
    address = services.core.url.replace("http", "ws", 1)
    app_id = services.core.app.id
    return {"url": f"{address}/link/?ticket={services.sockets.ticket()}&app_id={app_id}"}


def uninstall(services: Services, token: str, args: Arguments) -> JsonObject:
    """https://docs.slack.dev/reference/methods/apps.uninstall"""
    core = services.core
    held = core.tokens.working(token)
    if args.text("client_id") != core.app.client_id:
        raise SlackError("invalid_client_id")
    if args.text("client_secret") != core.app.client_secret:
        raise SlackError("bad_client_secret")
    team, org = core.teams.get(held.team_id), core.enterprises.get(held.enterprise_id)
    if team is not None:
        team.revoke("account_inactive")
    if org is not None:
        org.revoked = "account_inactive"
        core.save_enterprise(org)
    return {}
