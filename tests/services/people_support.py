"""What several tests of people do to a company behind the services' back."""

from uuid import uuid4

import psycopg
from sqlalchemy import select

from services import people
from services.db import Database
from services.people import Person, SlackProfile
from services.tables import AuditEntry
from services.values import Actor, UserId, WorkspaceId
from tests.conftest import Urls
from tests.factories import Company


async def a_workspace(
    urls: Urls, company: Company, team_id: str, enterprise_id: str | None = None
) -> WorkspaceId:
    """One more workspace of the company, as if it had been linked."""
    workspace_id = WorkspaceId(uuid4())
    async with await psycopg.AsyncConnection.connect(urls.owner, autocommit=True) as connection:
        await connection.execute(
            "INSERT INTO workspaces (id, organization_id, enterprise_id, team_id, team_name,"
            " bot_id, bot_user_id) VALUES (%s, %s, %s, %s, %s, 'B0TANDEM', 'U0TANDEM')",
            (workspace_id, company.organization_id, enterprise_id, team_id, team_id.title()),
        )
    return workspace_id


async def set_seats(urls: Urls, company: Company, seats: int | None) -> None:
    async with await psycopg.AsyncConnection.connect(urls.owner, autocommit=True) as connection:
        await connection.execute(
            "UPDATE organizations SET max_users = %s WHERE id = %s",
            (seats, company.organization_id),
        )


async def welcomed(
    db: Database, company: Company, profile: SlackProfile, workspace_id: WorkspaceId | None = None
) -> Person:
    """The first use of an account, in the company's first workspace unless told."""
    async with db.transaction(company.application) as tx:
        return await people.welcome_person(tx, workspace_id or company.workspace_id, profile)


async def followed(
    db: Database, company: Company, profile: SlackProfile, workspace_id: WorkspaceId | None = None
) -> Person | None:
    async with db.transaction(company.application) as tx:
        return await people.follow_profile(tx, workspace_id or company.workspace_id, profile)


async def person_of(db: Database, company: Company, who: Actor) -> Person:
    async with db.transaction(company.application) as tx:
        return await people.person(tx, identifier(who))


async def audited(db: Database, company: Company) -> list[str]:
    """The actions in the audit, oldest first."""
    async with db.transaction(company.application) as tx:
        found = await tx.session.scalars(select(AuditEntry.action).order_by(AuditEntry.at))
        return list(found)


def identifier(who: Actor) -> UserId:
    assert who.user_id is not None
    return who.user_id
