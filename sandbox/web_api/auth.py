"""auth.test, and the two methods that need no bot token: oauth.v2.access, apps.connections.open."""

from sandbox.web_api.call import ApiCall, Arguments, Method, Services
from sandbox.wire import JsonObject, SlackError

HUNDREDS = 600


def test(call: ApiCall) -> JsonObject:
    """https://docs.slack.dev/reference/methods/auth.test"""
    team = call.team
    return {
        "url": f"https://{team.domain}.slack.com/",
        "team": team.name,
        "user": call.core.app.name.lower(),
        "team_id": team.id,
        "user_id": team.bot_user_id,
        "bot_id": team.bot_id,
        "is_enterprise_install": False,
    }


def oauth_access(services: Services, args: Arguments) -> JsonObject:
    """https://docs.slack.dev/reference/methods/oauth.v2.access"""
    app = services.core.app
    if args.maybe("client_id") != app.client_id:
        raise SlackError("invalid_client_id")
    if args.maybe("client_secret") != app.client_secret:
        raise SlackError("bad_client_secret")
    install = services.codes.take(args.maybe("code"))
    if install.redirect_uri is not None and install.redirect_uri != args.maybe("redirect_uri"):
        raise SlackError("bad_redirect_uri")
    team = install.team
    team.revoke(None)
    return {
        "access_token": team.bot_token,
        "token_type": "bot",
        "scope": ",".join(team.bot_scopes),
        "bot_user_id": team.bot_user_id,
        "app_id": app.id,
        "team": {"id": team.id, "name": team.name},
        "enterprise": None,
        "authed_user": {"id": install.user_id},
        "is_enterprise_install": False,
    }


def connections_open(services: Services) -> JsonObject:
    """https://docs.slack.dev/reference/methods/apps.connections.open"""
    address = services.core.url.replace("http", "ws", 1)
    app_id = services.core.app.id
    return {"url": f"{address}/link/?ticket={services.sockets.ticket()}&app_id={app_id}"}


METHODS = {"auth.test": Method(test, None, HUNDREDS)}
