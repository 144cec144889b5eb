"""Reading and changing settings."""

from collections.abc import Mapping, Sequence
from typing import TypeVar, cast

from pydantic import ValidationError
from sqlalchemy import ColumnElement, delete, select
from sqlalchemy.dialects.postgresql import insert

from services import audit
from services.configuration.catalogue import Setting
from services.db import Tx
from services.errors import InvalidInput, Problem
from services.memory import Company
from services.tables import Configuration

T = TypeVar("T")

_STORED = select(Configuration.category, Configuration.key, Configuration.value).order_by(
    Configuration.organization_id.is_not(None)
)
"""The platform's first, so that the organization's own come over them."""


async def get(tx: Tx, setting: Setting[T]) -> T:
    """The effective value: the organization's, else the platform's, else the default."""
    company = tx.recollection.company
    if setting.name not in company.values:
        company.values[setting.name] = await _effective(tx, company, setting)
    return cast("T", company.values[setting.name])


async def hold(tx: Tx, setting: Setting[T]) -> T:
    """As `get`; what the organization has set itself nobody else changes before this ends."""
    await tx.session.execute(select(Configuration.key).where(*_own(tx, setting)).with_for_update())
    tx.recollection.forget()
    return await get(tx, setting)


async def put(tx: Tx, setting: Setting[T], value: T) -> None:
    """Set the organization's own value, with an audit entry. Needs `settings.change`.

    Raises InvalidInput (field: the setting's key) when the value does not fit its type.
    """
    tx.actor.require("settings.change")
    await write(tx, setting, value)


async def write(tx: Tx, setting: Setting[T], value: T) -> None:
    """As `put`, by the application itself, e.g. when a test post has reached its channel."""
    before = await get(tx, setting)
    stored = _stored(setting, value)
    fresh = insert(Configuration).values(
        organization_id=tx.organization_id,
        category=setting.category,
        key=setting.key,
        value=stored,
        default_value=_stored(setting, setting.default),
        data_type=setting.data_type,
        validation_rules=setting.type.json_schema(),
        created_at=tx.now,
    )
    await tx.session.execute(
        fresh.on_conflict_do_update(
            index_elements=["organization_id", "category", "key"],
            set_={"value": fresh.excluded.value},
        )
    )
    tx.recollection.forget()
    details = {"setting": setting.name, "from": _stored(setting, before), "to": stored}
    await audit.record(tx, "setting.changed", "setting", details=details)


async def reset(tx: Tx, setting: Setting[T]) -> None:
    """Back to the platform's value or the default. Needs `settings.change`."""
    tx.actor.require("settings.change")
    before = await get(tx, setting)
    await tx.session.execute(delete(Configuration).where(*_own(tx, setting)))
    tx.recollection.forget()
    details = {"setting": setting.name, "from": _stored(setting, before), "to": None}
    await audit.record(tx, "setting.reset", "setting", details=details)


def _own(tx: Tx, setting: Setting[T]) -> Sequence[ColumnElement[bool]]:
    return (
        Configuration.organization_id == tx.organization_id,
        Configuration.category == setting.category,
        Configuration.key == setting.key,
    )


async def _effective(tx: Tx, company: Company, setting: Setting[T]) -> T:
    if company.settings is None:
        company.settings = await _stored_settings(tx)
    if setting.name not in company.settings:
        return setting.default
    return setting.type.validate_python(company.settings[setting.name])


async def _stored_settings(tx: Tx) -> Mapping[str, object]:
    """Every stored setting by its name: most requests ask for several."""
    rows = await tx.session.execute(_STORED)
    return {f"{category}.{key}": value for category, key, value in rows}


def _stored(setting: Setting[T], value: T) -> object:
    try:
        checked = setting.type.validate_python(value)
    except ValidationError as error:
        raise InvalidInput.of(setting.key, Problem.OUT_OF_RANGE) from error
    return setting.type.dump_python(checked, mode="json")
