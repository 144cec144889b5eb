"""Who changed what. Append-only: the application may add and read, never change."""

import json
import re
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import StrEnum
from uuid import UUID

from pydantic import BaseModel, ConfigDict
from sqlalchemy import ColumnElement, Select, and_, func, insert, select, tuple_

from services.days import AnyDay
from services.db import Tx
from services.errors import NotFound
from services.tables import (
    Alert,
    AuditEntry,
    Interaction,
    Opportunity,
    Partner,
    Task,
    User,
    Workspace,
)
from services.values import OPERATOR, UserId

VIEW = "audit.view"
ROWS = 8
"""On one page of a modal."""
MOST_AUTHORS = 99
_AT_A_TIME = 1_000

_ADD = insert(AuditEntry)
_UUID = re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}")


class Kind(StrEnum):
    """What entries are sorted by for who looks for one."""

    OPPORTUNITIES = "opportunities"
    PARTNERS = "partners"
    WORK = "work"
    ALERTS = "alerts"
    SETTINGS = "settings"
    PEOPLE = "people"
    WORKSPACES = "workspaces"


KINDS: Mapping[Kind, tuple[str, ...]] = {
    Kind.OPPORTUNITIES: ("opportunity",),
    Kind.PARTNERS: ("partner", "interaction"),
    Kind.WORK: ("weekly_status", "task", "goal"),
    Kind.ALERTS: ("alert", "alert_digest"),
    Kind.SETTINGS: ("setting", "configuration", "exchange_rate"),
    Kind.PEOPLE: ("user", "person", "account"),
    Kind.WORKSPACES: ("workspace", "link_code", "organization"),
}
"""Every type of entity an entry is about."""


class Search(BaseModel):
    """Which entries: all unless narrowed. Days are those of who looks."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    user_id: UUID | None = None
    kind: Kind | None = None
    first_day: AnyDay | None = None
    last_day: AnyDay | None = None


class Cursor(BaseModel):
    """Where in the log a page ends."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    at: datetime
    id: UUID


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that was done. `author` is None for the application itself and for the operator;
    `about` is what the record is called now, None when it has no name.
    """

    id: UUID
    at: datetime
    author: str | None
    is_operators: bool
    action: str
    entity_type: str
    about: str | None
    details: Mapping[str, object]
    names: Mapping[str, str]
    """What people, partners and workspaces are called whose identifiers are among the details."""


@dataclass(frozen=True, slots=True)
class AuditPage:
    """Newest first. `older` and `newer` lead to the pages beside it, where there are any."""

    entries: tuple[Entry, ...]
    older: Cursor | None
    newer: Cursor | None


async def record(
    tx: Tx,
    action: str,
    entity_type: str,
    entity_id: UUID | None = None,
    details: Mapping[str, object] | None = None,
) -> None:
    """Add an entry for what the actor just did, e.g. action `opportunity.created`. What the
    operator of the installation did has nobody of the company as its author, and says so.
    """
    by = {"by": OPERATOR} if tx.actor.is_operator else {}
    await tx.connection.execute(
        _ADD,
        {
            "at": tx.now,
            "organization_id": tx.organization_id,
            "user_id": tx.actor.user_id,
            "action": action,
            "entity_type": entity_type,
            "entity_id": entity_id,
            "details": {**(details or {}), **by},
        },
    )


async def entries(
    tx: Tx, wanted: Search, *, before: Cursor | None = None, after: Cursor | None = None
) -> AuditPage:
    """A page of the log: the newest, or what lies next to a cursor. Needs `audit.view`."""
    tx.actor.require(VIEW)
    if after is not None:
        return await _newer(tx, wanted, after)
    rows = await _rows(tx, wanted, _older_than(before) if before else None)
    page = rows[:ROWS]
    return AuditPage(
        entries=await _as_entries(tx, page),
        older=_cursor(page[-1]) if len(rows) > ROWS else None,
        newer=_cursor(page[0]) if before is not None and page else None,
    )


async def latest(tx: Tx, wanted: Search, most: int, until: datetime) -> tuple[Entry, ...]:
    """The newest entries there were at this moment, `most` at most. Needs `audit.view`."""
    tx.actor.require(VIEW)
    found: list[Entry] = []
    before, is_whole = AuditEntry.at <= until, False
    while not is_whole and len(found) < most:
        size = min(_AT_A_TIME, most - len(found))
        rows = await _rows(tx, wanted, before, most=size)
        found += await _as_entries(tx, rows)
        is_whole = len(rows) < size
        before = _older_than(_cursor(rows[-1])) if rows else before
    return tuple(found)


async def entry(tx: Tx, entry_id: UUID) -> Entry:
    """One entry. Needs `audit.view`. Raises NotFound."""
    tx.actor.require(VIEW)
    found = await tx.session.execute(_with_author().where(AuditEntry.id == entry_id))
    rows = [_Row(*row) for row in found]
    if not rows:
        raise NotFound("audit entry", str(entry_id))
    return (await _as_entries(tx, rows))[0]


async def authors(tx: Tx, words: str = "") -> list[tuple[UserId, str]]:
    """People whose name holds the words, also those who are not active any more, by name. Needs
    `audit.view`.
    """
    tx.actor.require(VIEW)
    name = func.concat_ws(" ", User.first_name, User.last_name)
    found = await tx.session.execute(
        select(User.id, name)
        .where(name.icontains(words, autoescape=True))
        .order_by(func.lower(name), User.id)
        .limit(MOST_AUTHORS)
    )
    return [(UserId(user_id), each.strip()) for user_id, each in found]


@dataclass(frozen=True, slots=True)
class _Row:
    entry: AuditEntry
    first_name: str | None
    last_name: str | None


async def _newer(tx: Tx, wanted: Search, after: Cursor) -> AuditPage:
    """The page above; the newest one when it would not be full."""
    key = tuple_(AuditEntry.at, AuditEntry.id)
    above = and_(AuditEntry.at >= after.at, key > (after.at, after.id))
    rows = await _rows(tx, wanted, above, is_upward=True)
    if len(rows) <= ROWS:
        return await entries(tx, wanted)
    page = rows[ROWS - 1 :: -1]
    return AuditPage(await _as_entries(tx, page), _cursor(page[-1]), _cursor(page[0]))


async def _rows(
    tx: Tx,
    wanted: Search,
    where: ColumnElement[bool] | None,
    *,
    is_upward: bool = False,
    most: int = ROWS + 1,
) -> list[_Row]:
    """Of a page one more than it has, so that it is known whether there are more."""
    conditions = [*_conditions(tx, wanted), *([] if where is None else [where])]
    found = await tx.session.execute(
        _with_author()
        .where(*conditions)
        .order_by(
            AuditEntry.at.asc() if is_upward else AuditEntry.at.desc(),
            AuditEntry.id.asc() if is_upward else AuditEntry.id.desc(),
        )
        .limit(most)
    )
    return [_Row(*row) for row in found]


def _with_author() -> Select[AuditEntry, str, str]:
    return select(AuditEntry, User.first_name, User.last_name).outerjoin(
        User, User.id == AuditEntry.user_id
    )


def _older_than(cursor: Cursor) -> ColumnElement[bool]:
    # The first condition alone is one the index on the moment knows.
    key = tuple_(AuditEntry.at, AuditEntry.id)
    return and_(AuditEntry.at <= cursor.at, key < (cursor.at, cursor.id))


def _conditions(tx: Tx, wanted: Search) -> list[ColumnElement[bool]]:
    zone = tx.actor.time_zone
    conditions: list[ColumnElement[bool]] = []
    if wanted.user_id is not None:
        conditions.append(AuditEntry.user_id == wanted.user_id)
    if wanted.kind is not None:
        conditions.append(AuditEntry.entity_type.in_(KINDS[wanted.kind]))
    if wanted.first_day is not None:
        conditions.append(AuditEntry.at >= datetime.combine(wanted.first_day, time(), zone))
    if wanted.last_day is not None:
        after = wanted.last_day + timedelta(days=1)
        conditions.append(AuditEntry.at < datetime.combine(after, time(), zone))
    return conditions


def _cursor(row: _Row) -> Cursor:
    return Cursor(at=row.entry.at, id=row.entry.id)


async def _as_entries(tx: Tx, rows: Sequence[_Row]) -> tuple[Entry, ...]:
    names = await _names(tx, [row.entry for row in rows])
    mentioned = await _mentioned(tx, [row.entry for row in rows])
    return tuple(
        Entry(
            id=row.entry.id,
            at=row.entry.at,
            author=f"{row.first_name} {row.last_name}".strip() if row.entry.user_id else None,
            is_operators=row.entry.user_id is None and row.entry.details.get("by") == OPERATOR,
            action=row.entry.action,
            entity_type=row.entry.entity_type,
            about=names.get(row.entry.entity_id) if row.entry.entity_id else None,
            details={name: each for name, each in row.entry.details.items() if name != "by"},
            names=mentioned,
        )
        for row in rows
    )


_NAMES: Mapping[str, Select[UUID, str]] = {
    "opportunity": select(
        Opportunity.id, func.concat("#", Opportunity.number, " ", Opportunity.customer_name)
    ),
    "partner": select(Partner.id, Partner.name),
    "interaction": select(Interaction.id, Partner.name).join(
        Partner, Partner.id == Interaction.partner_id
    ),
    "task": select(Task.id, Task.title),
    "alert": select(Alert.id, Alert.title),
    "user": select(User.id, func.concat_ws(" ", User.first_name, User.last_name)),
    "workspace": select(Workspace.id, Workspace.team_name),
}
"""What the records of each type are called; the first column is what an entry points to."""


async def _names(tx: Tx, listed: Sequence[AuditEntry]) -> dict[UUID, str]:
    """What the records of these entries are called, by their identifiers."""
    found: dict[UUID, str] = {}
    for entity_type in _NAMES:
        ids = {each.entity_id for each in listed if each.entity_type == entity_type}
        found |= await _called(tx, entity_type, ids - {None})
    return found


async def _mentioned(tx: Tx, listed: Sequence[AuditEntry]) -> dict[str, str]:
    ids = {UUID(each) for entry in listed for each in _UUID.findall(json.dumps(entry.details))}
    found: dict[UUID, str] = {}
    for entity_type in ("user", "partner", "workspace"):
        found |= await _called(tx, entity_type, ids)
    return {str(entity_id): name for entity_id, name in found.items()}


async def _called(tx: Tx, entity_type: str, ids: AbstractSet[UUID | None]) -> dict[UUID, str]:
    if not ids:
        return {}
    names = _NAMES[entity_type]
    rows = await tx.session.execute(names.where(names.selected_columns[0].in_(ids)))
    return {entity_id: name.strip() for entity_id, name in rows}
