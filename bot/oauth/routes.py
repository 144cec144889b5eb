"""The pages of an install on the web: who may ask how often, cookies, and what a browser must know.

The page with the button sets a cookie that no other site's form can send along, so that nobody is
led into an install with somebody else's link code. The state comes only with the press.
"""

import logging
from urllib.parse import quote, urlsplit

from aiohttp import web
from slack_bolt import BoltResponse
from slack_bolt.adapter.aiohttp import to_aiohttp_response
from slack_bolt.request.async_request import AsyncBoltRequest

from bot.oauth import pages
from bot.oauth.flow import (
    LINK_COOKIE,
    VISITOR,
    InstallFlow,
    authorization_url,
    words_of,
)
from bot.oauth.limiter import Limiter, visitor
from bot.oauth.pages import Ending
from bot.settings import Settings
from services.db import Database
from services.errors import InvalidInput
from services.organizations import STATE_LIVES, linking

log = logging.getLogger(__name__)

HERE_COOKIE = "tandem-install"
DAY = 24 * 60 * 60
LONGEST_CODE = 100


class InstallRoutes:
    """`GET` and `POST /slack/install`, and `GET /slack/oauth_redirect`."""

    def __init__(self, flow: InstallFlow, db: Database, settings: Settings) -> None:
        self._flow = flow
        self._db = db
        self._proxies = settings.trusted_proxies
        self._limiter = Limiter()
        self._policy = _policy(authorization_url(settings.slack_api_url))

    def add_to(self, application: web.Application) -> None:
        application.router.add_get(self._flow.install_path, self.landing)
        application.router.add_post(self._flow.install_path, self.begin)
        # A HEAD would use the state up.
        application.router.add_get(self._flow.redirect_uri_path, self.back, allow_head=False)

    async def landing(self, request: web.Request) -> web.StreamResponse:
        """The page with the button."""
        del request
        return self._landing(pages.landing())

    async def begin(self, request: web.Request) -> web.StreamResponse:
        """The button was pressed: on to Slack, with a state that belongs to this browser."""
        address = self._address(request)
        if (wait := self._limiter.seconds_to_wait(address)) > 0:
            return self._told_to_wait(wait)
        if HERE_COOKIE not in request.cookies:
            return self._ended(Ending.OTHER_BROWSER)
        form = await request.post()
        code = str(form.get("link_code", "")).strip()[:LONGEST_CODE]
        if code and (wrong := await self._wrong_with(code, address)) is not None:
            return self._landing(pages.landing(code, wrong), status=400)
        answer = await self._flow.handle_installation(AsyncBoltRequest(body=""))
        return await self._sent_on(answer, code)

    async def back(self, request: web.Request) -> web.StreamResponse:
        """Slack sent the browser back."""
        address = self._address(request)
        if (wait := self._limiter.seconds_to_wait(address)) > 0:
            return self._told_to_wait(wait)
        cookies = {"cookie": [request.headers.get("Cookie", "")]}
        asked = AsyncBoltRequest(body="", query=request.query_string, headers={**cookies})
        asked.context[VISITOR] = address
        answer = self._dressed(await to_aiohttp_response(await self._flow.handle_callback(asked)))
        if answer.status == web.HTTPOk.status_code:
            answer.del_cookie(LINK_COOKIE, secure=True, httponly=True, samesite="Lax")
        return answer

    async def _wrong_with(self, code: str, address: str) -> str | None:
        """Why the link code cannot be used, in words."""
        try:
            await linking.check_at_install(self._db, code, address)
        except InvalidInput as refused:
            return words_of(refused)
        return None

    async def _sent_on(self, answer: BoltResponse, code: str) -> web.StreamResponse:
        response = self._dressed(await to_aiohttp_response(answer))
        _keep_from_other_sites(response)
        lives = int(STATE_LIVES.total_seconds())
        if code:
            response.set_cookie(
                LINK_COOKIE, quote(code), max_age=lives, secure=True, httponly=True, samesite="Lax"
            )
        else:
            response.del_cookie(LINK_COOKIE, secure=True, httponly=True, samesite="Lax")
        return response

    def _landing(self, html: str, status: int = 200) -> web.Response:
        response = self._dressed(_page(html, status))
        response.set_cookie(
            HERE_COOKIE, "here", max_age=DAY, secure=True, httponly=True, samesite="Strict"
        )
        return response

    def _told_to_wait(self, seconds: float) -> web.Response:
        response = self._ended(Ending.TOO_MANY)
        response.headers["Retry-After"] = str(int(seconds) + 1)
        return response

    def _ended(self, ending: Ending) -> web.Response:
        return self._dressed(_page(pages.ended(ending), ending.status))

    def _dressed(self, response: web.Response) -> web.Response:
        response.headers.update(
            {
                "Content-Security-Policy": self._policy,
                "Cache-Control": "no-store",
                "Referrer-Policy": "no-referrer",
                "X-Content-Type-Options": "nosniff",
            }
        )
        return response

    def _address(self, request: web.Request) -> str:
        forwarded = request.headers.getall("X-Forwarded-For", [])
        return visitor(request.remote, forwarded, self._proxies)


def _page(html: str, status: int) -> web.Response:
    return web.Response(text=html, status=status, content_type="text/html")


def _keep_from_other_sites(response: web.Response) -> None:
    """Slack's way back is a link that somebody follows: there the cookie goes along."""
    for cookie in response.cookies.values():
        cookie["samesite"] = "Lax"


def _policy(authorization: str) -> str:
    """A form's answer may lead to Slack, and from there to a workspace's own address."""
    parts = urlsplit(authorization)
    slack = f"{parts.scheme}://{parts.netloc} {parts.scheme}://*.{parts.netloc}"
    return (
        f"default-src 'none'; style-src 'sha256-{pages.STYLE_HASH}'; form-action 'self' {slack}; "
        "base-uri 'none'; frame-ancestors 'none'"
    )
