"""Reading and changing settings."""

from typing import TypeVar

from pydantic import ValidationError
from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert

from services import audit
from services.configuration.catalogue import Setting
from services.db import Tx
from services.errors import InvalidInput, Problem
from services.tables import Configuration

T = TypeVar("T")


async def get(tx: Tx, setting: Setting[T]) -> T:
    """The effective value: the organization's, else the platform's, else the default."""
    rows = await tx.session.execute(
        select(Configuration.value)
        .where(Configuration.category == setting.category, Configuration.key == setting.key)
        .order_by(Configuration.organization_id.is_(None))
        .limit(1)
    )
    row = rows.one_or_none()
    return setting.default if row is None else setting.type.validate_python(row.value)


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
    details = {"setting": setting.name, "from": _stored(setting, before), "to": stored}
    await audit.record(tx, "setting.changed", "setting", details=details)


async def reset(tx: Tx, setting: Setting[T]) -> None:
    """Back to the platform's value or the default. Needs `settings.change`."""
    tx.actor.require("settings.change")
    before = await get(tx, setting)
    await tx.session.execute(
        delete(Configuration).where(
            Configuration.organization_id == tx.organization_id,
            Configuration.category == setting.category,
            Configuration.key == setting.key,
        )
    )
    details = {"setting": setting.name, "from": _stored(setting, before), "to": None}
    await audit.record(tx, "setting.reset", "setting", details=details)


def _stored(setting: Setting[T], value: T) -> object:
    try:
        checked = setting.type.validate_python(value)
    except ValidationError as error:
        raise InvalidInput.of(setting.key, Problem.OUT_OF_RANGE) from error
    return setting.type.dump_python(checked, mode="json")
