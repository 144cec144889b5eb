"""The way over Slack and back: Bolt's flow, with our states, our exchange and our pages.

Bolt keeps the order of the checks and the browser's cookie. The rest is ours: its own state stores
let several take one state, its exchange logs the code, and what goes wrong there is a bare error.
"""

import logging
import secrets
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from http.cookies import SimpleCookie
from typing import cast
from urllib.parse import unquote, urlencode

from aiohttp import ClientError
from slack_bolt import BoltResponse
from slack_bolt.oauth.async_callback_options import (
    AsyncCallbackOptions,
    AsyncFailureArgs,
    AsyncSuccessArgs,
)
from slack_bolt.oauth.async_oauth_flow import AsyncOAuthFlow
from slack_bolt.oauth.async_oauth_settings import AsyncOAuthSettings
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_sdk.oauth.installation_store import Installation
from slack_sdk.oauth.installation_store.async_installation_store import AsyncInstallationStore
from slack_sdk.oauth.state_store.async_state_store import AsyncOAuthStateStore
from slack_sdk.web.async_client import AsyncWebClient

from bot.delivery import SlackHost
from bot.identity import profile_of
from bot.installations import Installations
from bot.manifest import BOT_SCOPES
from bot.oauth import pages
from bot.oauth.grants import Credentials, Grant, exchange
from bot.oauth.pages import Done, Ending
from bot.refusals import is_passing, is_rate_limit
from bot.settings import Settings
from bot.slack_client import SlackRefusedError, call
from handlers import replies
from services import organizations
from services.db import Database
from services.directory import NewInstallation
from services.errors import DomainError, InvalidInput, SwitchedOff
from services.organizations import STATE_LIVES, Consumed, Tokens, linking
from services.people import SlackProfile
from services.sealing import Sealer
from services.values import Actor

log = logging.getLogger(__name__)

INSTALLED = "tandem_installed"
"""Where what was installed waits in the request's context for its page."""
VISITOR = "tandem_visitor"
"""Where the visitor's address is in the request's context."""
LINK_COOKIE = "tandem-link-code"
STATE_COOKIE = "tandem-install-state"
MISCONFIGURED = frozenset(
    {"invalid_client_id", "bad_client_secret", "bad_redirect_uri", "invalid_scope"}
)
CODE_REFUSED = frozenset({"invalid_code", "code_already_used", "code_expired"})
NOT_ALLOWED = frozenset(
    {"restricted_action", "admin_approval_required", "not_allowed", "user_not_allowed"}
)
_REASONS = {
    "access_denied": Ending.CANCELLED,
    "invalid_browser": Ending.OTHER_BROWSER,
    "missing_code": Ending.CODE_REFUSED,
    **dict.fromkeys(NOT_ALLOWED, Ending.NOT_ALLOWED),
}
"""By what Bolt calls it, or Slack in the address."""


class Stopped(Exception):
    """The install ends here; nothing was saved."""

    def __init__(self, ending: Ending, detail: str | None = None) -> None:
        self.ending = ending
        self.detail = detail
        super().__init__(ending.name)


@dataclass(frozen=True, slots=True)
class Means:
    """What an install works with."""

    db: Database
    sealer: Sealer
    host: SlackHost
    installations: Installations


class StateStore(AsyncOAuthStateStore):
    """States in the database, each good for one who comes back with it."""

    def __init__(self, db: Database) -> None:
        self._db = db

    async def async_issue(self, *_: object, **__: object) -> str:
        async with self._db.directory() as directory:
            return await organizations.issue_state(directory)

    async def async_consume(self, state: str) -> bool:
        """True, or raises Stopped with why not."""
        async with self._db.directory() as directory:
            consumed = await organizations.consume_state(directory, state)
        if consumed is Consumed.EXPIRED:
            raise Stopped(Ending.EXPIRED)
        if consumed is Consumed.UNKNOWN:
            raise Stopped(Ending.USED)
        return True


class Exchanged(Installation):
    """What Bolt carries from the exchange to where it is stored. Holds tokens: never log it."""

    def __init__(
        self, grant: Grant, tokens: Tokens, bot_id: str, installer: SlackProfile | None
    ) -> None:
        super().__init__(user_id=installer.slack_user_id if installer else "")
        self.grant = grant
        self.tokens = tokens
        self.installer = installer
        self.bot_id = bot_id

    def as_new(self) -> NewInstallation:
        """What Slack told, without the tokens."""
        grant = self.grant
        return NewInstallation(
            name=grant.holder.name or "Company",
            subdomain=grant.holder.name or "company",
            enterprise_id=grant.enterprise.id if grant.enterprise else None,
            team_id=None if grant.is_enterprise_install or not grant.team else grant.team.id,
            app_id=grant.app_id,
            bot_id=self.bot_id or "",
            bot_user_id=grant.bot_user_id or "",
            scopes=grant.scopes,
        )


class InstallFlow(AsyncOAuthFlow):
    """What comes back from Slack becomes a workspace of ours, or a page that says why not."""

    def __init__(self, settings: Settings, credentials: Credentials, means: Means) -> None:
        self._means = means
        self._credentials = credentials
        store = StateStore(means.db)
        super().__init__(settings=_bolt_settings(settings, credentials, store), logger=log)

    async def handle_callback(self, request: AsyncBoltRequest) -> BoltResponse:
        try:
            return await super().handle_callback(request)
        except Stopped as stopped:
            log.info("install.stopped", extra={"ending": stopped.ending.name.lower()})
            return shown(stopped.ending, stopped.detail)
        except Exception:
            log.exception("install.failed", extra={"reference": secrets.token_hex(4)})
            return shown(Ending.FAULT)

    async def run_installation(self, code: str) -> Exchanged:
        """What the code is worth. Raises Stopped."""
        with _slack_failing():
            grant = await exchange(self._means.host, self._credentials, code)
        tokens = grant.tokens(self._means.db.clock.now())
        if tokens is None or not grant.bot_user_id or grant.holder.id is None:
            raise Stopped(Ending.NO_BOT)
        client = self._means.host.client(tokens.bot)
        with _slack_failing():
            told = await call(client, "auth.test")
        return Exchanged(
            grant, tokens, str(told.get("bot_id")), await self._installer(grant, client)
        )

    async def store_installation(
        self, request: AsyncBoltRequest, installation: Installation
    ) -> None:
        """Raises Stopped."""
        if not isinstance(installation, Exchanged):
            raise TypeError("an install of somebody else's")
        code = _link_code(request)
        new = installation.as_new()
        try:
            company = await self._linked(code, new, request) if code else None
            installed = await organizations.install(
                self._means.db,
                new,
                installation.tokens,
                self._means.sealer,
                installation.installer,
            )
        except SwitchedOff:
            raise Stopped(Ending.SWITCHED_OFF) from None
        self._means.installations.forget_misses()
        log.info("workspace.installed", extra={"is_new": installed.is_new})
        request.context[INSTALLED] = Done(
            new.name,
            _app_in_slack(new),
            is_new=installed.is_new,
            is_led=installed.is_led,
            company=company,
        )

    async def _linked(self, code: str, new: NewInstallation, request: AsyncBoltRequest) -> str:
        """The name of the company that the code is of, in which the workspace has a place now."""
        address = str(_kept(request)[VISITOR])
        try:
            company = await linking.redeem_at_install(self._means.db, code, new, address)
        except DomainError as refused:
            raise Stopped(Ending.LINK_CODE, words_of(refused)) from None
        async with self._means.db.transaction(Actor.application(company)) as tx:
            return await linking.company_name(tx)

    async def _installer(self, grant: Grant, client: AsyncWebClient) -> SlackProfile | None:
        """Who installs, for the company's first admin. Raises Stopped."""
        if grant.authed_user is None or grant.authed_user.id is None:
            return None
        with _slack_failing(Ending.NO_PROFILE):
            return await profile_of(client, grant.authed_user.id)


@contextmanager
def _slack_failing(otherwise: Ending = Ending.SLACK_REFUSED) -> Generator[None]:
    """What Slack says, or that it says nothing, as the end of the install; `otherwise`: what a no
    means that could be about anything.
    """
    try:
        yield
    except SlackRefusedError as refused:
        log.warning("install.slack_refused", extra={"reason": refused.reason})
        raise Stopped(_ending_of(refused, otherwise)) from None
    except (ClientError, TimeoutError, ConnectionError) as failed:
        log.warning("install.slack_away", extra={"reason": type(failed).__name__})
        raise Stopped(Ending.SLACK_AWAY) from None


def _ending_of(refused: SlackRefusedError, otherwise: Ending) -> Ending:
    if refused.reason in CODE_REFUSED:
        return Ending.CODE_REFUSED
    if refused.reason in MISCONFIGURED:
        return Ending.MISCONFIGURED
    is_away = is_passing(refused) or is_rate_limit(refused)
    return Ending.SLACK_AWAY if is_away else otherwise


async def _succeeded(args: AsyncSuccessArgs) -> BoltResponse:
    result = _kept(args.request)[INSTALLED]
    if not isinstance(result, Done):
        raise TypeError("nothing was installed")
    return _page(200, pages.done(result))


async def _failed(args: AsyncFailureArgs) -> BoltResponse:
    """What Bolt found out by itself, or Slack said in the address."""
    ending = _REASONS.get(args.reason, Ending.SLACK_REFUSED)
    log.info("install.stopped", extra={"ending": ending.name.lower()})
    return shown(ending)


def shown(ending: Ending, detail: str | None = None) -> BoltResponse:
    """The page of an install that came to nothing."""
    return _page(ending.status, pages.ended(ending, detail))


def _page(status: int, html: str) -> BoltResponse:
    return BoltResponse(status=status, body=html, headers={"content-type": "text/html"})


def words_of(refused: DomainError) -> str:
    """Why, as a page says it: without Slack's marks."""
    if isinstance(refused, InvalidInput):
        return " ".join(replies.problem_sentence(each) for each in refused.problems.values())
    return replies.sentence(refused).replace("`", "")


def _kept(request: AsyncBoltRequest) -> Mapping[str, object]:
    return cast("Mapping[str, object]", request.context)


def _app_in_slack(new: NewInstallation) -> str:
    """https://docs.slack.dev/interactivity/deep-linking"""
    given = {"app": new.app_id or "", "team": new.team_id or new.enterprise_id or ""}
    return f"https://slack.com/app_redirect?{urlencode(given)}"


def _link_code(request: AsyncBoltRequest) -> str:
    """As typed before the visitor went to Slack."""
    cookies = SimpleCookie("; ".join(request.headers.get("cookie", [])))
    return unquote(cookies[LINK_COOKIE].value) if LINK_COOKIE in cookies else ""


def _bolt_settings(
    settings: Settings, credentials: Credentials, store: StateStore
) -> AsyncOAuthSettings:
    return AsyncOAuthSettings(
        client_id=credentials.client_id,
        client_secret=credentials.client_secret,
        scopes=list(BOT_SCOPES),
        user_scopes=[],
        install_page_rendering_enabled=False,
        callback_options=AsyncCallbackOptions(success=_succeeded, failure=_failed),
        installation_store=_KeptElsewhere(),
        state_store=store,
        state_cookie_name=STATE_COOKIE,
        state_expiration_seconds=int(STATE_LIVES.total_seconds()),
        authorization_url=authorization_url(settings.slack_api_url),
    )


def authorization_url(api_url: str) -> str:
    """Where people agree to an install, beside where the Web API is."""
    return f"{api_url.removesuffix('/').removesuffix('/api')}/oauth/v2/authorize"


class _KeptElsewhere(AsyncInstallationStore):
    """Bolt wants one; without it, it would keep tokens in files. Ours reads and writes nothing:
    installations are `services.organizations`'.
    """

    @property
    def logger(self) -> logging.Logger:
        return log
