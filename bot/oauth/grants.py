"""oauth.v2.access: a code, or what renews a token, for tokens. Never logs either."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from pydantic import BaseModel, ConfigDict

from bot.delivery import SlackHost
from bot.slack_client import call_with_secrets
from services.organizations import Tokens

METHOD = "oauth.v2.access"


@dataclass(frozen=True, slots=True)
class Credentials:
    """Who the app is to Slack. Holds a secret: never log it."""

    client_id: str
    client_secret: str = field(repr=False)


class _Slack(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)


class Named(_Slack):
    id: str | None = None
    name: str | None = None


class Grant(_Slack):
    """https://docs.slack.dev/reference/methods/oauth.v2.access"""

    app_id: str | None = None
    access_token: str | None = None
    refresh_token: str | None = None
    expires_in: int | None = None
    bot_user_id: str | None = None
    scope: str = ""
    team: Named | None = None
    enterprise: Named | None = None
    authed_user: Named | None = None
    is_enterprise_install: bool = False

    @property
    def scopes(self) -> tuple[str, ...]:
        return tuple(each for each in self.scope.split(",") if each)

    @property
    def holder(self) -> Named:
        """Who installed the app: a workspace, or a whole organization."""
        return (self.enterprise if self.is_enterprise_install else self.team) or Named()

    def tokens(self, now: datetime) -> Tokens | None:
        """None when Slack gave no bot token."""
        if not self.access_token:
            return None
        if not self.refresh_token or not self.expires_in:
            return Tokens(self.access_token)
        ends_at = now + timedelta(seconds=self.expires_in)
        return Tokens(self.access_token, self.refresh_token, ends_at)


async def exchange(host: SlackHost, credentials: Credentials, code: str) -> Grant:
    """What somebody's consent is worth. Raises SlackRefusedError, and what a connection raises."""
    return await _asked(host, credentials, {"code": code})


async def refreshed(host: SlackHost, credentials: Credentials, refresh_token: str) -> Grant:
    """The next pair of tokens; the old one lives on until its end. Raises as `exchange`."""
    given = {"grant_type": "refresh_token", "refresh_token": refresh_token}
    return await _asked(host, credentials, given)


async def _asked(host: SlackHost, credentials: Credentials, given: Mapping[str, str]) -> Grant:
    login = {"client_id": credentials.client_id, "client_secret": credentials.client_secret}
    answer = await call_with_secrets(host.client(""), METHOD, {**login, **given})
    return Grant.model_validate(answer)
