"""`bot config platform …`: defaults for all companies, which only the operator writes.

They are rows without an organization. A company that has set its own value keeps it; for each of
the others the new default must be as good as a change of its own.
"""

import json
from argparse import Namespace
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import cast
from uuid import uuid4

from psycopg.types.json import Jsonb

from bot.operator.console import Column
from bot.operator.desk import Company, Desk, Owner, Refused, companies
from bot.operator.parsing import OWNER, Commands, command, group
from bot.operator.wording import in_words
from services import audit, configuration
from services.configuration import rates, usage
from services.configuration.catalogue import (
    ALERTS_CHANNEL,
    BASE_CURRENCY,
    CATALOGUE,
    DEALS_CHANNEL,
    PIPELINE,
    SETTINGS,
    STATUS_CHANNEL,
    Pipeline,
    Setting,
)
from services.configuration.changing import follow_up
from services.configuration.checks import refuse_contradictions
from services.configuration.document import read_value
from services.configuration.rates import Rates
from services.db import Database, Tx
from services.errors import InvalidInput
from services.values import Actor

CHANNELS = (ALERTS_CHANNEL, DEALS_CHANNEL, STATUS_CHANNEL)
FROM_FILE = "@"
SHOWN = 60
COLUMNS = (
    Column("setting", "Setting"),
    Column("value", "Value"),
    Column("is_set", "Set"),
    Column("description", "What it is"),
)
MOST_TOLD = 10
TO_COME = "a new organization"
"""Which has nothing but the defaults: they must go together too."""


def add(commands: Commands) -> None:
    """`config platform list|set|reset`."""
    own = group(commands, "platform", "defaults for every company that has set none of its own")
    listed = command(own, "list", show, "the defaults that are set here", OWNER)
    listed.add_argument("--all", action="store_true", help="also those of the catalogue")
    changed = command(own, "set", change, "set a default")
    changed.add_argument("setting", help="its name, e.g. alerts.stale_days")
    changed.add_argument("value", help="in YAML, e.g. 21 or [EUR, USD]; @FILE reads it from a file")
    removed = command(own, "reset", reset, "back to the catalogue's default")
    removed.add_argument("setting")


async def show(desk: Desk, asked: Namespace) -> None:
    async with desk.owner() as owner:
        stored = await _stored(owner)
    rows = [
        (
            setting.name,
            _told(desk, stored.get(setting.name, setting.stored(setting.default))),
            setting.name in stored,
            setting.description,
        )
        for setting in CATALOGUE
        if asked.all or setting.name in stored
    ]
    if not rows and not desk.console.as_json:
        desk.console.tell("None is set: the catalogue's defaults hold. All of them: --all")
        return
    desk.console.table(COLUMNS, rows)


async def change(desk: Desk, asked: Namespace) -> None:
    setting = _named(asked.setting)
    if setting in CHANNELS:
        raise Refused("A channel is of one workspace: it cannot be a default for all companies.")
    after = setting.checked(read_value(_text(asked.value)))
    affected = await _refuse_harm(desk, setting, after)
    async with desk.owner() as owner:
        await _write(owner, desk, setting, after)
    await _tell_companies(desk, setting, after, affected)
    desk.console.tell(
        f"{setting.name} is set, for {len(affected)} organizations without a value of their own.",
        setting=setting.name,
        value=setting.stored(after),
        organizations=len(affected),
    )


async def reset(desk: Desk, asked: Namespace) -> None:
    setting = _named(asked.setting)
    affected = await _refuse_harm(desk, setting, setting.default)
    async with desk.owner() as owner:
        await owner.execute(
            "DELETE FROM configurations WHERE organization_id IS NULL"
            " AND category = %s AND key = %s",
            [setting.category, setting.key],
        )
    await _tell_companies(desk, setting, setting.default, affected)
    desk.console.tell(
        f"{setting.name} is the catalogue's default again.",
        setting=setting.name,
        value=setting.stored(setting.default),
        organizations=len(affected),
    )


@dataclass(frozen=True, slots=True)
class _Affected:
    """A company that the default is for, the value it had, and why it cannot have the new one."""

    company: Company
    before: object
    reason: str | None
    rates: Rates | None = None
    """Its rates to the new base, where that changes."""


async def _refuse_harm(desk: Desk, setting: Setting[object], after: object) -> list[_Affected]:
    """The companies that the default is for. Raises Refused, naming those whose records or other
    settings it would break, or that a company to come could not have it.
    """
    async with desk.owner() as owner:
        every = await companies(owner)
    to_come = Company(uuid4(), TO_COME, TO_COME, is_active=True)
    async with desk.application() as db:
        looked = [await _look(db, company, setting, after) for company in (*every, to_come)]
    affected = [each for each in looked if each is not None]
    reasons = [f"{each.company.subdomain} {each.reason}" for each in affected if each.reason]
    if reasons:
        told = "; ".join(reasons[:MOST_TOLD])
        raise Refused(f"This would break what companies have: {told}. Nothing was changed.")
    return [each for each in affected if each.company != to_come]


async def _look(
    db: Database, company: Company, setting: Setting[object], after: object
) -> _Affected | None:
    """None: it has a value of its own."""
    async with db.transaction(Actor.operator(company.organization_id)) as tx:
        held = await configuration.held(tx, setting)
        if held.is_own:
            return None
        reason = await _reason_against(tx, setting, held.value, after)
        is_base = setting.name == BASE_CURRENCY.name
        fresh = rates.rebased(await rates.current_rates(tx), str(after)) if is_base else None
    return _Affected(company, held.value, reason, fresh)


async def _reason_against(
    tx: Tx, setting: Setting[object], before: object, after: object
) -> str | None:
    words = [*usage.gone(setting, before, after), *_of_another_kind(setting, before, after)]
    in_use = await usage.used(tx, setting, words)
    if in_use:
        return f"uses {', '.join(in_use)}"
    try:
        await refuse_contradictions(tx, {setting.name: after})
    except InvalidInput as error:
        return f"would have settings that do not go together ({in_words(error)})"
    return None


def _of_another_kind(setting: Setting[object], before: object, after: object) -> list[str]:
    """Stages that stay, and would win, lose or reopen what is in them: a company's own change says
    so in the history of each, a default does not.
    """
    if setting.name != PIPELINE.name:
        return []
    was, now = cast("Pipeline", before), cast("Pipeline", after)
    kinds = {stage.key: stage.kind for stage in was.stages}
    return [stage.key for stage in now.stages if kinds.get(stage.key, stage.kind) != stage.kind]


async def _tell_companies(
    desk: Desk, setting: Setting[object], after: object, affected: Sequence[_Affected]
) -> None:
    """Each company's audit tells of it, and what follows from a change is done there."""
    async with desk.application() as db:
        for each in affected:
            details = {
                "setting": setting.name,
                "from": setting.stored(each.before),
                "to": setting.stored(after),
            }
            async with db.transaction(Actor.operator(each.company.organization_id)) as tx:
                await audit.record(tx, "setting.changed", "setting", details=details)
                if each.rates is not None:
                    await rates.replace_all(tx, each.rates)
                await follow_up(tx, [setting])


async def _write(owner: Owner, desk: Desk, setting: Setting[object], after: object) -> None:
    await owner.execute(
        "INSERT INTO configurations (category, key, value, default_value, data_type, is_required,"
        " validation_rules, created_at) VALUES (%s, %s, %s, %s, %s, %s, %s, %s)"
        " ON CONFLICT (organization_id, category, key) DO UPDATE SET value = excluded.value,"
        " default_value = excluded.default_value, data_type = excluded.data_type,"
        " is_required = excluded.is_required, validation_rules = excluded.validation_rules",
        [
            setting.category,
            setting.key,
            Jsonb(setting.stored(after)),
            Jsonb(setting.stored(setting.default)),
            setting.data_type,
            setting.is_required,
            Jsonb(setting.type.json_schema()),
            desk.clock.now(),
        ],
    )


async def _stored(owner: Owner) -> dict[str, object]:
    found = await owner.execute(
        "SELECT category || '.' || key, value FROM configurations WHERE organization_id IS NULL"
    )
    return {str(name): value async for name, value in found}


def _named(name: str) -> Setting[object]:
    setting = SETTINGS.get(name)
    if setting is None:
        raise Refused(f"There is no setting {name}. All of them: bot config platform list --all")
    return setting


def _text(words: str) -> str:
    if not words.startswith(FROM_FILE):
        return words
    try:
        return Path(words.removeprefix(FROM_FILE)).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise Refused(f"{words[1:]} cannot be read ({type(error).__name__}).") from error


def _told(desk: Desk, value: object) -> object:
    """Whole for a program, a glance for a person."""
    if desk.console.as_json:
        return value
    words = json.dumps(value, ensure_ascii=False)
    return words if len(words) <= SHOWN else f"{words[: SHOWN - 1]}…"
