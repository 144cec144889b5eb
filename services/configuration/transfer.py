"""The whole configuration as one document: written as YAML, compared, and taken over.

The document is the configuration: what it leaves out is reset to its default, and a diff says so
before anything is done. Exchange rates stand under `revenue.rates`, a channel by the workspace's id
in Slack, and `moves` says where records go whose stage, role or domain goes:

    moves: {pipeline.stages: {qualified: proposal}}

Import it by itself: it stands above the rest of the package, because channels are tested.
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from textwrap import indent
from typing import cast
from uuid import UUID

from sqlalchemy import func, select

from services import audit, channels
from services.configuration import rates
from services.configuration.catalogue import BASE_CURRENCY, CATALOGUE, Category, Channel, Setting
from services.configuration.changing import (
    RESET,
    Change,
    Changed,
    Plan,
    apply,
    planned,
    values_of,
    whole,
)
from services.configuration.checks import refuse_contradictions
from services.configuration.document import Document, commented, read, written
from services.configuration.rates import Rate, Rates, current_rates
from services.configuration.reading import FORMAT, RATES, Reading, in_lines
from services.configuration.usage import VOCABULARIES, Moves, Used
from services.configuration.values import Held, held, take_turns_with_records, version_of
from services.db import Tx
from services.errors import InvalidDocument, InvalidInput, Problem
from services.tables import Workspace

KIND = "configuration"
_INDENT = "  "
_WORKSPACE, _CHANNEL = "workspace", "channel"
_HEAD = f"""\
# The configuration of Tandem. What is left out, or stands in a comment, has its default.
# Records of a stage, a role or a choice that is not here any more move where this says:
#   moves: {{pipeline.stages: {{old_key: new_key}}}}
version: {FORMAT}
"""
_RATES_WORDS = "Units of the base currency for one of a currency, from a day on"
_RATES_EXAMPLE = (Rate("EUR", date(2026, 1, 1), Decimal("1.0825")),)


@dataclass(frozen=True, slots=True)
class Line:
    """One setting that would change, its values as they are stored. `in_use`: words that go, and
    what uses them; those that `moves` does not name must be given a target first.
    """

    setting: str
    before: object
    after: object
    is_reset: bool = False
    in_use: Used = field(default_factory=dict[str, Mapping[str, int]])
    moves: Mapping[str, str] = field(default_factory=dict[str, str])

    @property
    def can_move(self) -> bool:
        """Whether records can go to another word; a currency's cannot."""
        vocabulary = VOCABULARIES.get(self.setting)
        return vocabulary is None or vocabulary.can_move

    @property
    def unmoved(self) -> Used:
        """Words in use for which nobody has said where their records go."""
        return {word: kinds for word, kinds in self.in_use.items() if word not in self.moves}


@dataclass(frozen=True, slots=True)
class Difference:
    """What taking over a document would change. `version` is that of what it was compared with."""

    version: str
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class _Wanted:
    """A document as changes of every setting, with its rates."""

    document: Document
    changes: tuple[Change, ...]
    rates: Rates


async def export(tx: Tx) -> str:
    """The whole configuration as YAML, with each setting's description. Needs `settings.change`."""
    tx.actor.require("settings.change")
    names = await _workspace_names(tx)
    categories = [await _category(tx, category, names) for category in Category]
    await audit.record(tx, "configuration.exported", KIND)
    return "\n".join([_HEAD, *categories])


async def version(tx: Tx) -> str:
    """Tells one state of the company's configuration from another."""
    own = {setting.name: (await held(tx, setting)).version for setting in CATALOGUE}
    return version_of([own, _listed((await current_rates(tx)).all())])


async def diff(tx: Tx, text: str, moves: Mapping[str, Moves] | None = None) -> Difference:
    """What taking over this document would change. Needs the permission of each setting that
    would. `moves` adds to the document's own: by setting, where the records of a word go.

    Raises InvalidDocument with every line that cannot be taken over.
    """
    wanted, plans = await _planned(tx, text, moves)
    lines = [_line(plan) for plan in plans]
    return Difference(await version(tx), (*lines, *await _rates_line(tx, wanted.rates, plans)))


async def import_(
    tx: Tx,
    text: str,
    shown: str | None = None,
    moves: Mapping[str, Moves] | None = None,
) -> Changed:
    """Take over the document, all of it or nothing, and test the channels that are new.

    `shown` is the version of the difference that the person saw; None does not look. Raises as
    `diff`, InvalidInput (Problem.CHANGED_MEANWHILE) when something was changed since, and StillUsed
    for words in use without a target.
    """
    await take_turns_with_records(tx)
    if shown is not None and shown != await version(tx):
        raise InvalidInput.of(KIND, Problem.CHANGED_MEANWHILE)
    wanted, plans = await _planned(tx, text, moves)
    changed_rates = await _rates_line(tx, wanted.rates, plans)
    await channels.post_tests(tx, _fresh_channels(plans))  # conversations are held before settings
    try:
        changed = await apply(tx, plans, wanted.rates)
    except InvalidInput as error:
        raise in_lines(wanted.document, error) from error
    names = (*changed.settings, *(line.setting for line in changed_rates))
    if names:
        await audit.record(tx, "configuration.imported", KIND, details={"settings": list(names)})
    return Changed(names, changed.moved)


async def _category(tx: Tx, category: Category, names: Mapping[str, str]) -> str:
    settings = [setting for setting in CATALOGUE if setting.category is category]
    parts = [_entry(setting, await held(tx, setting), names) for setting in settings]
    if category is Category.REVENUE:
        parts.append(_rates_entry((await current_rates(tx)).all()))
    return f"{category}:\n\n" + "\n".join(parts)


def _entry(setting: Setting[object], current: Held[object], names: Mapping[str, str]) -> str:
    value = _outward(setting.type.dump_python(current.value, mode="json", exclude_none=True), names)
    is_set = current.is_own and current.broken is None
    return _described(setting.description, written({setting.key: value}), is_set=is_set)


def _rates_entry(known: Sequence[Rate]) -> str:
    lines = written({RATES: _listed(known or _RATES_EXAMPLE)})
    return _described(_RATES_WORDS, lines, is_set=bool(known))


def _described(words: str, lines: str, *, is_set: bool) -> str:
    """What is not set stands in a comment, so that whoever edits can take it in."""
    return indent(commented(words) + (lines if is_set else commented(lines)), _INDENT)


def _listed(known: Sequence[Rate]) -> list[dict[str, str]]:
    return [
        {
            "currency": each.currency,
            "valid_from": each.valid_from.isoformat(),
            "rate": each.version,
        }
        for each in known
    ]


def _walked(value: object, change: Callable[[dict[str, object]], dict[str, object]]) -> object:
    """The value with every mapping inside it changed, innermost first."""
    if isinstance(value, dict):
        parts = cast("dict[str, object]", value).items()
        return change({name: _walked(part, change) for name, part in parts})
    if isinstance(value, list):
        return [_walked(part, change) for part in cast("list[object]", value)]
    return value


def _outward(value: object, names: Mapping[str, str]) -> object:
    """Channels by their workspace's id in Slack, without what the application learned of them."""

    def told(part: dict[str, object]) -> dict[str, object]:
        if "channel_id" not in part:
            return part
        workspace = str(part["workspace_id"])
        return {_WORKSPACE: names.get(workspace, workspace), _CHANNEL: part["channel_id"]}

    return _walked(value, told)


@dataclass(frozen=True, slots=True)
class _Channels:
    """What channels of a document stand for: those known as they are, others still to be tested."""

    workspaces: Mapping[str, str]
    """By the workspace's id in Slack, ours."""
    known: Mapping[tuple[object, object], dict[str, object]]
    chosen_by: UUID | None

    def inward(self, value: object) -> object:
        return _walked(value, self._meant)

    def _meant(self, part: dict[str, object]) -> dict[str, object]:
        if part.keys() != {_WORKSPACE, _CHANNEL}:
            return part
        workspace = self.workspaces.get(str(part[_WORKSPACE]), str(part[_WORKSPACE]))
        meant = workspace, part[_CHANNEL]
        fresh = {"workspace_id": meant[0], "channel_id": meant[1], "chosen_by": self.chosen_by}
        return self.known.get(meant, fresh)


async def _channels(tx: Tx) -> _Channels:
    known: dict[tuple[object, object], dict[str, object]] = {}

    def noted(part: dict[str, object]) -> dict[str, object]:
        if "channel_id" in part:
            known[part["workspace_id"], part["channel_id"]] = part
        return part

    for setting in CATALOGUE:
        _walked(setting.stored((await held(tx, setting)).value), noted)
    names = await _workspace_names(tx)
    return _Channels({name: own for own, name in names.items()}, known, tx.actor.user_id)


async def _workspace_names(tx: Tx) -> Mapping[str, str]:
    """Each workspace's id in Slack: its team's, or for a whole organization that one's."""
    name = func.coalesce(Workspace.team_id, Workspace.enterprise_id)
    rows = await tx.session.execute(select(Workspace.id, name).where(Workspace.left_at.is_(None)))
    return {str(workspace_id): str(found) for workspace_id, found in rows}


async def _planned(
    tx: Tx, text: str, moves: Mapping[str, Moves] | None
) -> tuple[_Wanted, tuple[Plan, ...]]:
    tx.actor.require("settings.change")
    document = await asyncio.to_thread(read, text)
    wanted = await _wanted(tx, document, moves or {})
    try:
        plans = await planned(tx, wanted.changes)
    except InvalidInput as error:
        raise in_lines(wanted.document, error) from error
    for plan in plans:
        tx.actor.require(plan.setting.permission)
    if not any(_line(plan).unmoved for plan in plans):
        await _refuse_contradictions(tx, wanted, plans)
    return wanted, plans


async def _refuse_contradictions(tx: Tx, wanted: _Wanted, plans: Sequence[Plan]) -> None:
    try:
        await refuse_contradictions(tx, values_of(await whole(tx, plans)), wanted.rates)
    except InvalidInput as error:
        raise in_lines(wanted.document, error) from error


async def _wanted(tx: Tx, document: Document, moves: Mapping[str, Moves]) -> _Wanted:
    """Raises InvalidDocument with everything that is wrong with its shape and its rates."""
    reading = Reading(document)
    reading.refuse_unknown()
    all_moves = {**reading.moves(), **moves}
    meant = await _channels(tx)
    changes = tuple(
        Change(
            setting,
            meant.inward(reading.value(setting)) if reading.has(setting) else RESET,
            moves=all_moves.get(setting.name, {}),
        )
        for setting in CATALOGUE
    )
    default = (await held(tx, BASE_CURRENCY)).default
    found = reading.rates(str(reading.value(BASE_CURRENCY) or default))
    if reading.problems:
        raise InvalidDocument(reading.problems)
    return _Wanted(document, changes, found)


def _line(plan: Plan) -> Line:
    setting = plan.setting
    return Line(
        setting.name,
        setting.stored(plan.before.value),
        setting.stored(plan.after),
        is_reset=plan.is_reset,
        in_use=plan.in_use,
        moves=plan.moves,
    )


async def _rates_line(tx: Tx, wanted: Rates, plans: Sequence[Plan]) -> tuple[Line, ...]:
    """The rates before and after, if they are others. Those to a new base are all new."""
    is_new_base = BASE_CURRENCY.name in values_of(plans)
    before = () if is_new_base else (await current_rates(tx)).all()
    if before == wanted.all():
        return ()
    return (Line(rates.NAME, _listed(before), _listed(wanted.all())),)


def _fresh_channels(plans: Sequence[Plan]) -> Mapping[str, Channel]:
    return {
        plan.setting.name: plan.after
        for plan in plans
        if isinstance(plan.after, Channel) and not plan.after.is_reached
    }
