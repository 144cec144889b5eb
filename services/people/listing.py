"""The company's people for who manages them: a page of all, one's accounts, a type-ahead."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import ColumnElement, and_, func, or_, select, true
from sqlalchemy.orm import aliased

from services import configuration
from services.configuration.catalogue import ROLES
from services.configuration.roles import Roles
from services.db import Tx
from services.people.changing import MANAGE
from services.people.find import person
from services.people.teams import below, count_reports
from services.people.values import Person
from services.tables import SlackIdentity, User, Workspace
from services.values import UserId

ROWS = 20
MOST_SUGGESTED = 99
Who = Literal["active", "inactive", "everybody"]

_Manager = aliased(User)


class ListPeople(BaseModel):
    """Which people, and which page of them. `words` are looked for in names and e-mails."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    words: Annotated[str, Field(max_length=255)] = ""
    who: Who = "active"
    page: Annotated[int, Field(ge=1, le=100_000)] = 1


@dataclass(frozen=True, slots=True)
class Row:
    """One of the listed."""

    user_id: UserId
    name: str
    role: str
    is_active: bool
    manager: str | None
    last_used_at: datetime | None


@dataclass(frozen=True, slots=True)
class Page:
    """A page of people; `total` counts all that fit."""

    wanted: ListPeople
    rows: tuple[Row, ...]
    total: int
    pages: int


@dataclass(frozen=True, slots=True)
class Account:
    """A Slack account of somebody. `is_live` is False where the app is uninstalled."""

    team_name: str
    slack_user_id: str
    closed_because: str | None
    is_live: bool


@dataclass(frozen=True, slots=True)
class Card:
    """One person whole: with their role as it is configured (None: no more), whom they report to,
    who reports to them, their accounts.
    """

    person: Person
    roles: Roles
    manager: Person | None
    reports: int
    accounts: tuple[Account, ...]

    @property
    def role(self) -> str:
        """As people read it."""
        found = self.roles.find(self.person.role)
        return found.label if found else self.person.role


@dataclass(frozen=True, slots=True)
class Named:
    """Somebody to choose."""

    user_id: UserId
    name: str
    email: str


async def list_people(tx: Tx, wanted: ListPeople) -> Page:
    """A page of the company's people by name; the last one when there are fewer. Needs
    `people.manage`.
    """
    tx.actor.require(MANAGE)
    conditions = and_(_is(wanted.who), _has(wanted.words))
    total = await tx.session.scalar(select(func.count()).select_from(User).where(conditions)) or 0
    pages = max(1, -(-total // ROWS))
    page = min(wanted.page, pages)
    found = await tx.session.execute(
        select(User, _Manager)
        .outerjoin(_Manager, _Manager.id == User.manager_id)
        .where(conditions)
        .order_by(func.lower(User.first_name), func.lower(User.last_name), User.id)
        .limit(ROWS)
        .offset((page - 1) * ROWS)
    )
    rows = tuple(_row(user, manager) for user, manager in found)
    return Page(wanted.model_copy(update={"page": page}), rows, total, pages)


async def card(tx: Tx, user_id: UserId) -> Card:
    """Everything about one person. One's own, or with `people.manage`. Raises NotFound."""
    if user_id != tx.actor.user_id:
        tx.actor.require(MANAGE)
    who = await person(tx, user_id)
    return Card(
        person=who,
        roles=await configuration.get(tx, ROLES),
        manager=await person(tx, who.manager_id) if who.manager_id else None,
        reports=await count_reports(tx, user_id),
        accounts=await accounts_of(tx, user_id),
    )


async def accounts_of(tx: Tx, user_id: UserId) -> tuple[Account, ...]:
    """Somebody's Slack accounts, oldest first. One's own, or with `people.manage`."""
    if user_id != tx.actor.user_id:
        tx.actor.require(MANAGE)
    found = await tx.session.execute(
        select(SlackIdentity, Workspace.team_name, Workspace.uninstalled_at)
        .join(Workspace, Workspace.id == SlackIdentity.workspace_id)
        .where(SlackIdentity.user_id == user_id)
        .order_by(SlackIdentity.created_at, SlackIdentity.id)
    )
    return tuple(
        Account(
            team_name=team_name,
            slack_user_id=account.slack_user_id,
            closed_because=account.closed_because,
            is_live=uninstalled_at is None,
        )
        for account, team_name, uninstalled_at in found
    )


async def suggest_people(
    tx: Tx, words: str, without: UserId, *, and_team: bool = False
) -> tuple[Named, ...]:
    """Active people whose name or e-mail has these words, by name, but for one person and, if
    wanted, their team. Needs `people.manage`.
    """
    tx.actor.require(MANAGE)
    conditions = [User.is_active.is_(True), User.id != without, _has(words)]
    if and_team:
        conditions.append(User.id.not_in(below(without)))
    found = await tx.session.execute(
        select(User.id, User.first_name, User.last_name, User.email)
        .where(*conditions)
        .order_by(func.lower(User.first_name), func.lower(User.last_name), User.id)
        .limit(MOST_SUGGESTED)
    )
    return tuple(
        Named(UserId(each.id), f"{each.first_name} {each.last_name}".strip(), each.email)
        for each in found
    )


def _is(who: Who) -> ColumnElement[bool]:
    return true() if who == "everybody" else User.is_active.is_(who == "active")


def _has(words: str) -> ColumnElement[bool]:
    """Each word somewhere in the name or the e-mail."""
    name = func.lower(User.first_name + " " + User.last_name)
    return and_(
        true(),
        *(
            or_(name.contains(each, autoescape=True), User.email.contains(each, autoescape=True))
            for each in words.lower().split()[:10]
        ),
    )


def _row(user: User, manager: User | None) -> Row:
    return Row(
        user_id=UserId(user.id),
        name=f"{user.first_name} {user.last_name}".strip(),
        role=user.role,
        is_active=bool(user.is_active),
        manager=f"{manager.first_name} {manager.last_name}".strip() if manager else None,
        last_used_at=user.last_login_at,
    )
