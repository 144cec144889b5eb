"""Who is asking: a Slack account becomes an actor of its company, on first use a new person."""

from pydantic import BaseModel, ConfigDict
from slack_sdk.web.async_client import AsyncWebClient

from bot.installations import Installed
from bot.slack_client import call
from services import people
from services.db import Database
from services.people import SlackProfile
from services.values import Actor


class _Slack(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class _Profile(_Slack):
    first_name: str | None = None
    last_name: str | None = None
    display_name: str | None = None
    email: str | None = None


class _EnterpriseUser(_Slack):
    enterprise_id: str | None = None


class _User(_Slack):
    """https://docs.slack.dev/reference/objects/user-object"""

    id: str
    team_id: str | None = None
    real_name: str | None = None
    profile: _Profile = _Profile()
    enterprise_user: _EnterpriseUser | None = None
    is_email_confirmed: bool = False
    tz: str | None = None
    locale: str | None = None
    is_bot: bool = False
    is_restricted: bool = False
    is_ultra_restricted: bool = False
    deleted: bool = False
    is_stranger: bool = False
    is_owner: bool = False
    is_primary_owner: bool = False


class Identities:
    """Only identifies; what the actor may do is the services' to check."""

    def __init__(self, db: Database) -> None:
        self._db = db

    async def actor(
        self, installed: Installed, slack_user_id: str, client: AsyncWebClient
    ) -> Actor:
        """The person behind a Slack account. Raises NotAMember or NoSeatLeft."""
        known = await self._known(installed, slack_user_id)
        if known is not None:
            return known
        profile = await profile_of(client, slack_user_id)
        async with self._db.transaction(installed.application) as tx:
            person = await people.welcome_person(tx, installed.workspace_id, profile)
            return await people.actor_for(tx, person)

    async def _known(self, installed: Installed, slack_user_id: str) -> Actor | None:
        async with self._db.transaction(installed.application) as tx:
            person = await people.find_person(tx, installed.workspace_id, slack_user_id)
            return await people.actor_for(tx, person) if person else None


async def profile_of(client: AsyncWebClient, slack_user_id: str) -> SlackProfile:
    """What Slack tells of an account (`users.info`)."""
    answer = await call(client, "users.info", user=slack_user_id, include_locale="true")
    user = _User.model_validate(answer.get("user"))
    return SlackProfile(
        slack_user_id=user.id,
        team_id=user.team_id or "",
        enterprise_id=user.enterprise_user.enterprise_id if user.enterprise_user else None,
        first_name=user.profile.first_name,
        last_name=user.profile.last_name,
        real_name=user.real_name,
        display_name=user.profile.display_name,
        email=user.profile.email,
        is_email_confirmed=user.is_email_confirmed,
        time_zone=user.tz,
        locale=user.locale,
        is_bot=user.is_bot,
        is_guest=user.is_restricted or user.is_ultra_restricted,
        is_deleted=user.deleted,
        is_stranger=user.is_stranger,
        is_owner=user.is_owner or user.is_primary_owner,
    )
