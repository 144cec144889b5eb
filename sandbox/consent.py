"""The page where somebody agrees to install the app: Slack's /oauth/v2/authorize.

Without `team` and `user` in the query it lists who could agree; with them it sends the browser back
with a one-time code.
"""

from html import escape
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from aiohttp import web

from sandbox.core import Core
from sandbox.web_api.call import InstallCode, InstallCodes

PAGE = """<!doctype html><meta charset="utf-8"><title>Install {app}</title>
<h1>Install {app}</h1><p>Who agrees, in which workspace?</p><ul>{choices}</ul>"""


class Consent:
    """Answers the browser of somebody who installs the app."""

    def __init__(self, core: Core, codes: InstallCodes) -> None:
        self._core = core
        self._codes = codes

    async def page(self, request: web.Request) -> web.Response:
        query = dict(request.query)
        if query.get("client_id") != self._core.app.client_id:
            return web.Response(status=400, text="invalid_client_id")
        redirect = query.get("redirect_uri", "")
        if urlsplit(redirect).scheme not in ("http", "https"):
            return web.Response(status=400, text="bad_redirect_uri")
        team = self._core.teams.get(query.get("team", ""))
        member = None if team is None else team.people.get(query.get("user", ""))
        if team is None or member is None:
            return web.Response(text=self._choices(query), content_type="text/html")
        code = self._codes.issue(self._core, InstallCode(team, member.id, redirect))
        back = {"code": code, "state": query.get("state", "")}
        return web.Response(status=302, headers={"Location": _with_query(redirect, back)})

    def _choices(self, query: dict[str, str]) -> str:
        links = [
            _link(query | {"team": team.id, "user": member.id}, f"{member.name}, {team.name}")
            for team in self._core.teams.values()
            for member in team.people.values()
            if not member.is_bot and not member.deleted
        ]
        return PAGE.format(app=escape(self._core.app.name), choices="".join(links))


def _link(query: dict[str, str], label: str) -> str:
    return f'<li><a href="?{escape(urlencode(query))}">{escape(label)}</a></li>'


def _with_query(address: str, more: dict[str, str]) -> str:
    parts = urlsplit(address)
    query = urlencode([*parse_qsl(parts.query), *more.items()])
    return urlunsplit(parts._replace(query=query))
