"""Who is asking: a Slack account becomes an actor of its company, on first use a new person."""

import asyncio
import logging
from datetime import datetime, timedelta
from weakref import WeakValueDictionary

from aiohttp import ClientError
from slack_sdk.web.async_client import AsyncWebClient

from bot.installations import Installed
from bot.refusals import is_passing, is_rate_limit
from bot.slack_client import SlackRefusedError, call
from handlers.profiles import profile_from
from services import people
from services.db import Database
from services.errors import NotAMember, NotToldWho
from services.memory import Account
from services.people import Person, Refusal, SlackProfile
from services.values import Actor, OrganizationId

log = logging.getLogger(__name__)

ASKED_EVERY = timedelta(minutes=1)
MOST_ASKED = 10_000
LASTING = frozenset({Refusal.BOT, Refusal.GUEST, Refusal.DEACTIVATED, Refusal.STRANGER})
"""What only Slack can change. Whoever it is may press as often as they like: Slack is asked about
them once a minute, or their presses would use up what it answers for the whole workspace.
"""
REFRESH_SECONDS = 1.0
"""Of the three that Slack gives for an answer."""
NEWCOMER_SECONDS = 2.0
"""Nothing is known of them yet, so they wait longer; what is left is for their request itself."""

NOT_SHOWN = frozenset({"user_not_found", "user_not_visible"})
"""https://docs.slack.dev/reference/methods/users.info#errors"""


class Identities:
    """Only identifies; what the actor may do is the services' to check."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._turns = WeakValueDictionary[OrganizationId, asyncio.Lock]()
        self._asked: dict[Account, datetime] = {}
        self._refused: dict[Account, tuple[datetime, str]] = {}

    async def actor(
        self, installed: Installed, slack_user_id: str, client: AsyncWebClient
    ) -> Actor:
        """The person behind a Slack account. Raises NotAMember, NoSeatLeft or NotToldWho."""
        today = self._db.clock.now().date()
        account = installed.workspace_id, slack_user_id, today
        known = self._db.memory.company(installed.organization_id).actors.get(account)
        if known is not None:
            return known
        self._refuse_again(account)
        try:
            return await self._looked_up(installed, slack_user_id, client)
        except NotAMember as refused:
            self._remember(account, refused)
            raise

    def _refuse_again(self, account: Account) -> None:
        """Raises NotAMember for whom Slack was asked about just now."""
        at, reason = self._refused.get(account, (None, ""))
        if at is not None and self._db.clock.now() - at < ASKED_EVERY:
            raise NotAMember(reason)

    def _remember(self, account: Account, refused: NotAMember) -> None:
        if refused.reason in LASTING:
            if len(self._refused) >= MOST_ASKED:
                self._refused.clear()
            self._refused[account] = self._db.clock.now(), refused.reason

    async def _looked_up(
        self, installed: Installed, slack_user_id: str, client: AsyncWebClient
    ) -> Actor:
        async with self._db.transaction(installed.application) as tx:
            person = await people.find_person(tx, installed.workspace_id, slack_user_id)
            account = installed.workspace_id, slack_user_id, tx.now.date()
            if person is not None and _is_seen_today(person, tx.now):
                if people.is_admin(person) or await people.has_admin(tx):
                    actor = await people.actor_for(tx, person)
                    tx.recollection.company.actors[account] = actor
                    return actor
                if self._was_asked(account, tx.now):
                    return await people.actor_for(tx, person)
        if person is None:
            return await self._welcomed(installed, slack_user_id, client)
        return await self._refreshed(installed, person, client)

    async def _welcomed(
        self, installed: Installed, slack_user_id: str, client: AsyncWebClient
    ) -> Actor:
        """A company's newcomers come in one by one: however many there are at once, they neither
        take all connections nor wait for each other in the database until it gives up.
        """
        profile = await _newcomer(client, slack_user_id)
        turn = self._turns.setdefault(installed.organization_id, asyncio.Lock())
        try:
            async with turn, self._db.transaction(installed.application) as tx:
                person = await people.welcome_person(tx, installed.workspace_id, profile)
                return await people.actor_for(tx, person)
        except NotAMember as refused:
            if refused.reason != Refusal.ADMIN_EMAIL:
                raise
        async with self._db.transaction(installed.application) as tx:
            reason = await people.ask_whose(tx, installed.workspace_id, profile)
        raise NotAMember(reason)

    def _was_asked(self, account: Account, now: datetime) -> bool:
        """In a company without an admin the owner of the Slack workspace is looked for at each
        use, but Slack is asked about nobody more than once a minute.
        """
        last = self._asked.get(account)
        if last is not None and now - last < ASKED_EVERY:
            return True
        if len(self._asked) >= MOST_ASKED:
            self._asked.clear()
        self._asked[account] = now
        return False

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
            if person.refusal is None:
                return await people.actor_for(tx, person)
        raise NotAMember(person.refusal)


def _is_seen_today(person: Person, now: datetime) -> bool:
    """Whether they may use the app and Slack was asked about them on this day."""
    is_here = person.last_used_at is not None and person.last_used_at.date() == now.date()
    return person.refusal is None and is_here


async def _newcomer(client: AsyncWebClient, slack_user_id: str) -> SlackProfile:
    """Slack shows all of the team's people; whom it does not show has come through a channel that
    is shared. Raises NotAMember for them, NotToldWho when Slack rests or does not answer.
    """
    try:
        async with asyncio.timeout(NEWCOMER_SECONDS):
            return await profile_of(client, slack_user_id)
    except SlackRefusedError as refused:
        if refused.reason in NOT_SHOWN:
            raise NotAMember(Refusal.STRANGER) from refused
        if is_rate_limit(refused) or is_passing(refused):
            raise _not_told(refused.reason) from refused
        raise
    except (ClientError, TimeoutError) as failed:
        raise _not_told(type(failed).__name__) from failed


def _not_told(why: str) -> NotToldWho:
    log.warning("newcomer.not_told", extra={"reason": why})
    return NotToldWho()


async def profile_of(client: AsyncWebClient, slack_user_id: str) -> SlackProfile:
    """What Slack tells of an account (`users.info`)."""
    answer = await call(client, "users.info", user=slack_user_id, include_locale="true")
    return profile_from(answer.get("user"))
