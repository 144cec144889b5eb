"""What a command works with: the console, the clock, and the two logins of the database.

The owner's login sees every company and does what the application may not; where one company and a
service suffice, a command acts as the application, bound by row level security.
"""

from argparse import Namespace
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from uuid import UUID

from psycopg import AsyncConnection
from psycopg.rows import TupleRow, class_row
from psycopg.types.json import Jsonb

from bot import settings
from bot.operator.console import Console
from services.db import Clock, Database, Tx, connect
from services.sealing import Sealer
from services.values import OPERATOR, Actor, OrganizationId

Owner = AsyncConnection[TupleRow]

OPTIONS = "-c timezone=UTC -c lock_timeout=10s"
NO_APPLICATION = "DATABASE_URL: required, the application's login"


class Refused(Exception):
    """A command cannot be done; the reason is in an operator's words."""


@dataclass(frozen=True, slots=True)
class Company:
    """The organization that a command is about."""

    id: UUID
    name: str
    subdomain: str
    is_active: bool

    @property
    def organization_id(self) -> OrganizationId:
        return OrganizationId(self.id)


@dataclass(frozen=True, slots=True)
class Desk:
    """One per command."""

    console: Console
    clock: Clock
    environment: Mapping[str, str] | None = None
    """None: the process's own."""

    @asynccontextmanager
    async def owner(self) -> AsyncGenerator[Owner]:
        """One transaction as the tables' owner, who sees every company; committed at the end.

        Raises SettingsError, psycopg's errors.
        """
        found = settings.load_for_migration(self.environment)
        url = found.migration_database_url.get_secret_value()
        async with await AsyncConnection.connect(
            url, options=OPTIONS, application_name="tandem-operator"
        ) as connection:
            yield connection

    @asynccontextmanager
    async def company(self, subdomain: str) -> AsyncGenerator[Tx]:
        """One transaction as the application inside the company, on the operator's behalf."""
        async with self.owner() as owner:
            company = await find_company(owner, subdomain)
        async with (
            self.application() as db,
            db.transaction(Actor.operator(company.organization_id)) as tx,
        ):
            yield tx

    @asynccontextmanager
    async def application(self) -> AsyncGenerator[Database]:
        """The database as the application's login sees it. Raises SettingsError."""
        url = settings.load_for_migration(self.environment).database_url
        if url is None:
            raise settings.SettingsError([NO_APPLICATION])
        db = connect(url.get_secret_value(), self.clock, pool_size=1)
        try:
            yield db
        finally:
            await db.close()

    def sealer(self) -> Sealer:
        """Seals and opens with the keys of the settings. Raises SettingsError."""
        keys = settings.load(self.environment).encryption_keys
        return Sealer([key.get_secret_value() for key in keys])

    def confirm(self, question: str, *, answer: str, is_given: bool) -> None:
        """Go on only when the operator types `answer`, or has given it beforehand (`--yes`).

        Raises Refused.
        """
        if is_given:
            return
        typed = self.console.ask(question)
        if typed is None:
            raise Refused("Nobody is there to confirm. Nothing was changed; to go on add --yes.")
        if typed != answer:
            raise Refused("Not confirmed. Nothing was changed.")


Work = Callable[[Desk, Namespace], Awaitable[int | None]]
"""One command; its exit code when that is not 0.

Raises Refused, DomainError, and whatever its database or Slack raises.
"""


async def find_company(owner: Owner, subdomain: str) -> Company:
    """The organization with that subdomain. Raises Refused."""
    async with owner.cursor(row_factory=class_row(Company)) as cursor:
        await cursor.execute(
            "SELECT id, name, subdomain, is_active IS NOT FALSE AS is_active FROM organizations"
            " WHERE subdomain = %s",
            [subdomain],
        )
        company = await cursor.fetchone()
    if company is None:
        raise Refused(
            f"No organization has the subdomain “{subdomain}”. "
            "All of them: python -m bot organizations list"
        )
    return company


async def companies(owner: Owner) -> list[Company]:
    """All of them, by subdomain."""
    async with owner.cursor(row_factory=class_row(Company)) as cursor:
        await cursor.execute(
            "SELECT id, name, subdomain, is_active IS NOT FALSE AS is_active FROM organizations"
            " ORDER BY subdomain"
        )
        return await cursor.fetchall()


async def record(
    owner: Owner, desk: Desk, organization_id: UUID, action: str, details: Mapping[str, object]
) -> None:
    """Add what the owner's login did to the organization's audit, as the operator's doing."""
    await owner.execute(
        "INSERT INTO audit_log (at, organization_id, action, entity_type, entity_id, details)"
        " VALUES (%s, %s, %s, 'organization', %s, %s)",
        [
            desk.clock.now(),
            organization_id,
            action,
            organization_id,
            Jsonb({**details, "by": OPERATOR}),
        ],
    )
