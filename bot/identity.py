"""Who is asking: a Slack account becomes an actor of its company, on first use a new person."""

import asyncio
import logging
from datetime import datetime

from aiohttp import ClientError
from pydantic import BaseModel, ConfigDict
from slack_sdk.web.async_client import AsyncWebClient

from bot.installations import Installed
from bot.slack_client import SlackRefusedError, call
from services import people
from services.db import Database
from services.people import Person, SlackProfile
from services.values import Actor

log = logging.getLogger(__name__)

REFRESH_SECONDS = 1.0
"""Of the three that Slack gives for an answer."""


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
        today = self._db.clock.now().date()
        account = installed.workspace_id, slack_user_id, today
        known = self._db.memory.company(installed.organization_id).actors.get(account)
        return known or await self._looked_up(installed, slack_user_id, client)

    async def _looked_up(
        self, installed: Installed, slack_user_id: str, client: AsyncWebClient
    ) -> Actor:
        async with self._db.transaction(installed.application) as tx:
            person = await people.find_person(tx, installed.workspace_id, slack_user_id)
            if person is not None and _is_seen_today(person, tx.now):
                actor = await people.actor_for(tx, person)
                account = installed.workspace_id, slack_user_id, tx.now.date()
                tx.recollection.company.actors[account] = actor
                return actor
        if person is None:
            return await self._welcomed(installed, slack_user_id, client)
        return await self._refreshed(installed, person, client)

    async def _welcomed(
        self, installed: Installed, slack_user_id: str, client: AsyncWebClient
    ) -> Actor:
        profile = await profile_of(client, slack_user_id)
        async with self._db.transaction(installed.application) as tx:
            person = await people.welcome_person(tx, installed.workspace_id, profile)
            return await people.actor_for(tx, person)

    async def _refreshed(
        self, installed: Installed, person: Person, client: AsyncWebClient
    ) -> Actor:
        """The first use of a day takes over what changed in Slack: zone, name, guest or not. What
        is known stays good while Slack does not answer.
        """
        profile = None
        try:
            async with asyncio.timeout(REFRESH_SECONDS):
                profile = await profile_of(client, person.slack_user_id or "")
        except (SlackRefusedError, ClientError, TimeoutError) as failed:
            log.warning("profile.not_refreshed", extra={"reason": type(failed).__name__})
        async with self._db.transaction(installed.application) as tx:
            if profile is not None:
                person = await people.refresh_profile(tx, person, profile)
            return await people.actor_for(tx, person)


def _is_seen_today(person: Person, now: datetime) -> bool:
    return person.last_used_at is not None and person.last_used_at.date() == now.date()


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
