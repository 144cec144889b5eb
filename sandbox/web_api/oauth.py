"""oauth.v2.access and .exchange: codes, refresh tokens and legacy tokens into tokens.

https://docs.slack.dev/authentication/installing-with-oauth, .../using-token-rotation
"""

from sandbox.core import Core
from sandbox.records import Enterprise
from sandbox.tokens import LIFE, Token
from sandbox.web_api.arguments import Arguments
from sandbox.web_api.call import Services
from sandbox.web_api.codes import InstallCode
from sandbox.wire import JsonObject, SlackError
from sandbox.workspace import Team

GRANTS = ("authorization_code", "refresh_token")


def access(services: Services, args: Arguments) -> JsonObject:
    """https://docs.slack.dev/reference/methods/oauth.v2.access"""
    _is_app(services.core, args)
    grant = args.maybe("grant_type") or GRANTS[0]
    if grant not in GRANTS:
        raise SlackError("invalid_grant_type")
    if grant == "refresh_token":
        return _renewed(services.core, args.maybe("refresh_token"))
    install = services.codes.take(services.core, args.maybe("code"))
    _same_address(services.core, install, args)
    return _installed(services.core, install)


def exchange(services: Services, token: str, args: Arguments) -> JsonObject:
    """https://docs.slack.dev/reference/methods/oauth.v2.exchange"""
    core = services.core
    _is_app(core, args)
    if not core.rotates_tokens:
        raise SlackError("token_rotation_not_enabled")
    held = core.tokens.find(token)
    if held is None:
        raise SlackError("invalid_token")
    if held.expires:
        raise SlackError("token_already_exchanged")
    fresh = core.tokens.issue(core.tokens.working(token), "xoxp" if held.user_id else "xoxb")
    return _about(core, fresh) | _secrets(fresh)


def _is_app(core: Core, args: Arguments) -> None:
    if args.maybe("client_id") != core.app.client_id:
        raise SlackError("invalid_client_id")
    if args.maybe("client_secret") != core.app.client_secret:
        raise SlackError("bad_client_secret")


def _same_address(core: Core, install: InstallCode, args: Arguments) -> None:
    """What was sent to authorize must come again; it may be left out with one address only."""
    given, sent = args.maybe("redirect_uri"), install.redirect_uri
    only = core.redirect_urls[0] if len(core.redirect_urls) == 1 else None
    if sent is None or (not given and sent == only):
        return
    if given != sent:
        raise SlackError("bad_redirect_uri")


def _installed(core: Core, install: InstallCode) -> JsonObject:
    token = _org_token(core, install) if install.enterprise else _team_token(core, install)
    told = _about(core, token) | _secrets(token)
    return told | {"authed_user": _authed_user(core, install)}


def _team_token(core: Core, install: InstallCode) -> Token:
    team = install.team
    if install.scopes is not None:
        team.grant(sorted({*team.about.bot_scopes, *install.scopes}))
    team.revoke(None)
    if not core.rotates_tokens:
        return Token(team.about.bot_token, team_id=team.id)
    return core.tokens.issue(Token("", team_id=team.id), "xoxb")


def _org_token(core: Core, install: InstallCode) -> Token:
    org = install.enterprise
    if org is None:
        raise SlackError("invalid_code")
    org.revoked = None
    org.bot_scopes = list(install.scopes or org.bot_scopes or install.team.about.bot_scopes)
    org.bot_token = org.bot_token or f"xoxb-{core.app.secret(f'org {org.id}')[:24]}"
    core.save_enterprise(org)
    if not core.rotates_tokens:
        return Token(org.bot_token, enterprise_id=org.id)
    return core.tokens.issue(Token("", enterprise_id=org.id), "xoxb")


def _authed_user(core: Core, install: InstallCode) -> JsonObject:
    person: JsonObject = {"id": install.user_id}
    if not install.user_scopes:
        return person
    like = Token("", install.team.id, "", install.user_id, list(install.user_scopes))
    token = core.tokens.issue(like, "xoxp", LIFE if core.rotates_tokens else None)
    told: JsonObject = {"scope": ",".join(install.user_scopes), "token_type": "user"}
    return person | told | _secrets(token, kind=False)


def _renewed(core: Core, refresh: str) -> JsonObject:
    token = core.tokens.renew(refresh)
    if not token.user_id:
        return _about(core, token) | _secrets(token)
    team = core.teams[token.team_id]
    person: JsonObject = {"id": token.user_id, "token_type": "user"}
    person["scope"] = ",".join(token.scopes)
    about: JsonObject = {
        "app_id": core.app.id,
        "team": _named(team),
        "enterprise": _named(team.enterprise),
    }
    return about | {"authed_user": person} | _secrets(token) | {"token_type": "user"}


def _about(core: Core, token: Token) -> JsonObject:
    team, org = core.teams.get(token.team_id), core.enterprises.get(token.enterprise_id)
    holder = team or org
    return {
        "app_id": core.app.id,
        "scope": ",".join(core.tokens.scopes(token)),
        "bot_user_id": "" if holder is None else holder.bot_user_id,
        "team": _named(team),
        "enterprise": _named(org if team is None else team.enterprise),
        "is_enterprise_install": team is None,
    }


def _secrets(token: Token, *, kind: bool = True) -> JsonObject:
    kinds: JsonObject = {"token_type": "bot"} if kind else {}
    told = {"access_token": token.secret} | kinds
    if token.refresh:
        told |= {"refresh_token": token.refresh, "expires_in": int(LIFE.total_seconds())}
    return told


def _named(holder: Team | Enterprise | None) -> JsonObject | None:
    return None if holder is None else {"id": holder.id, "name": holder.name}
