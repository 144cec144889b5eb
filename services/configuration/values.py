"""Reading settings, and the rows behind them. A setting's row exists only where it was set."""

import hashlib
import json
import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Generic, TypeVar, cast

from sqlalchemy import ColumnElement, delete, select, text
from sqlalchemy.dialects.postgresql import insert

from services import audit, welcome
from services.configuration.catalogue import Setting
from services.db import Tx
from services.errors import InvalidInput, Problem
from services.memory import Company
from services.tables import Configuration, Organization

log = logging.getLogger(__name__)

T = TypeVar("T")
V_co = TypeVar("V_co", covariant=True)

_STORED = select(
    Configuration.category,
    Configuration.key,
    Configuration.value,
    Configuration.organization_id.is_not(None),
    Configuration.updated_at,
)
_ALONE = text(
    "SELECT pg_advisory_xact_lock(hashtextextended('stages:' || CAST(:organization AS text), 0))"
)
_LEARNED = frozenset({"is_reached", "problem", "chosen_by"})
"""What the application notes of a channel by itself: no change of what somebody chose."""
_VERSION = 16


class Origin(StrEnum):
    """Whose value counts."""

    ORGANIZATION = "organization"
    PLATFORM = "platform"
    CATALOGUE = "catalogue"


@dataclass(frozen=True, slots=True)
class Held(Generic[V_co]):
    """A setting's effective value and where it comes from.

    `default` is what a reset goes back to: the platform's value, else the catalogue's. `version`
    is that of the organization's own value, '' when it has none. `broken` says why the own value
    that is stored does not count; a new one or a reset mends it.
    """

    value: V_co
    default: V_co
    origin: Origin
    version: str
    broken: Problem | None = None

    @property
    def is_own(self) -> bool:
        """Whether the organization has set its own, even one that does not count."""
        return bool(self.version)


@dataclass(frozen=True, slots=True)
class _Stored:
    """The rows of one setting, as JSON; those that are not there are absent from `by_origin`, and
    from `written_at`, when each was written.
    """

    by_origin: Mapping[Origin, object]
    written_at: Mapping[Origin, datetime | None] = field(
        default_factory=dict[Origin, "datetime | None"]
    )

    def has(self, origin: Origin) -> bool:
        return origin in self.by_origin


_NOTHING = _Stored({})


async def get(tx: Tx, setting: Setting[T]) -> T:
    """The effective value: the organization's, else the platform's, else the default.

    A stored value that does not fit its type any more counts as not there.
    """
    company = tx.recollection.company
    if setting.name not in company.values:
        rows = await _rows(tx, company)
        company.values[setting.name] = _held(setting, rows.get(setting.name, _NOTHING)).value
    return cast("T", company.values[setting.name])


async def present(tx: Tx, setting: Setting[T], written_at: datetime | None) -> T:
    """As `get`, for who was told by the database when the value in force was written (None: never):
    read anew when what is remembered is another one.
    """
    rows = await _rows(tx, tx.recollection.company)
    remembered = rows.get(setting.name, _NOTHING).written_at
    in_force = Origin.ORGANIZATION if Origin.ORGANIZATION in remembered else Origin.PLATFORM
    if remembered.get(in_force) != written_at:
        tx.recollection.forget()
    return await get(tx, setting)


async def held(tx: Tx, setting: Setting[T]) -> Held[T]:
    """The effective value with its origin, its default and its version. As `get`, no SQL on a
    hit.
    """
    rows = await _rows(tx, tx.recollection.company)
    return _held(setting, rows.get(setting.name, _NOTHING))


async def take_turns(tx: Tx) -> None:
    """Two who change settings at once: the second sees what the first has written."""
    await tx.session.execute(
        select(Organization.id)
        .where(Organization.id == tx.organization_id)
        .with_for_update(key_share=True)
    )
    tx.recollection.forget()


async def take_turns_with_records(tx: Tx) -> None:
    """As `take_turns`, and whoever is at an opportunity has finished; nobody begins before this
    ends (migration 0019).

    For settings that opportunities go by, and for who changes many opportunities at once: each of
    those that are at one may need others of its partner, in no order that both could keep to.
    """
    await take_turns(tx)
    await tx.connection.execute(_ALONE, {"organization": str(tx.organization_id)})


async def hold(tx: Tx, setting: Setting[T]) -> T:
    """As `get`; what the organization has set itself nobody else changes before this ends."""
    await tx.session.execute(select(Configuration.key).where(*_own(tx, setting)).with_for_update())
    tx.recollection.forget()
    return await get(tx, setting)


async def write(tx: Tx, setting: Setting[T], value: T) -> None:
    """Set the organization's own value, by the application itself, e.g. when a test post has
    reached its channel. With an audit entry. Raises InvalidInput when it does not fit its type.
    """
    before = await get(tx, setting)
    stored = setting.stored(value)
    fresh = insert(Configuration).values(
        organization_id=tx.organization_id,
        category=setting.category,
        key=setting.key,
        value=stored,
        default_value=setting.stored(setting.default),
        data_type=setting.data_type,
        is_required=setting.is_required,
        validation_rules=setting.type.json_schema(),
        created_at=tx.now,
    )
    columns = ("value", "default_value", "data_type", "is_required", "validation_rules")
    await tx.session.execute(
        fresh.on_conflict_do_update(
            index_elements=["organization_id", "category", "key"],
            set_={column: fresh.excluded[column] for column in columns},
        )
    )
    tx.recollection.forget()
    details = {"setting": setting.name, "from": setting.stored(before), "to": stored}
    await audit.record(tx, "setting.changed", "setting", details=details)
    await welcome.refresh(tx)


async def erase(tx: Tx, setting: Setting[T]) -> None:
    """Back to the platform's value or the default, with an audit entry that tells which."""
    before = await get(tx, setting)
    await tx.session.execute(delete(Configuration).where(*_own(tx, setting)))
    tx.recollection.forget()
    after = setting.stored(await get(tx, setting))
    details = {"setting": setting.name, "from": setting.stored(before), "to": after}
    await audit.record(tx, "setting.reset", "setting", details=details)
    await welcome.refresh(tx)


def version_of(stored: object) -> str:
    """Tells one stored value from another, for who wants to know whether it was changed."""
    kept = _without_learned(stored)
    written = json.dumps(kept, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(written.encode()).hexdigest()[:_VERSION]


def _without_learned(stored: object) -> object:
    if isinstance(stored, dict):
        fields = cast("dict[str, object]", stored)
        return {
            name: _without_learned(each)
            for name, each in fields.items()
            if not ("channel_id" in fields and name in _LEARNED)
        }
    if isinstance(stored, list):
        return [_without_learned(each) for each in cast("list[object]", stored)]
    return stored


def _own(tx: Tx, setting: Setting[T]) -> tuple[ColumnElement[bool], ...]:
    return (
        Configuration.organization_id == tx.organization_id,
        Configuration.category == setting.category,
        Configuration.key == setting.key,
    )


def _held(setting: Setting[T], stored: _Stored) -> Held[T]:
    default, origin = setting.default, Origin.CATALOGUE
    if stored.has(Origin.PLATFORM):
        found, refused = _read(setting, stored, Origin.PLATFORM)
        if refused is None:
            default, origin = cast("T", found), Origin.PLATFORM
    if not stored.has(Origin.ORGANIZATION):
        return Held(default, default, origin, "")
    version = version_of(stored.by_origin[Origin.ORGANIZATION])
    own, refused = _read(setting, stored, Origin.ORGANIZATION)
    if refused is not None:
        return Held(default, default, origin, version, refused)
    return Held(cast("T", own), default, Origin.ORGANIZATION, version)


def _read(setting: Setting[T], stored: _Stored, origin: Origin) -> tuple[T | None, Problem | None]:
    """The stored value, or why it does not count: of an older version, or changed by hand."""
    try:
        return setting.checked(stored.by_origin[origin]), None
    except InvalidInput as error:
        problem = error.problems[setting.name].problem
        facts = {"setting": setting.name, "origin": str(origin), "problem": str(problem)}
        log.warning("setting.broken", extra=facts)
        return None, problem


async def _rows(tx: Tx, company: Company) -> Mapping[str, _Stored]:
    """Every stored setting by its name: most requests ask for several."""
    if company.settings is None:
        found: dict[str, dict[Origin, object]] = {}
        written: dict[str, dict[Origin, datetime | None]] = {}
        for category, key, value, is_own, at in await tx.session.execute(_STORED):
            origin = Origin.ORGANIZATION if is_own else Origin.PLATFORM
            found.setdefault(f"{category}.{key}", {})[origin] = value
            written.setdefault(f"{category}.{key}", {})[origin] = at
        company.settings = {name: _Stored(each, written[name]) for name, each in found.items()}
    return cast("Mapping[str, _Stored]", company.settings)
