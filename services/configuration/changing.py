"""Changing settings: whole or not at all, one after the other in each company."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import Final, cast

from services import jobs, schedule
from services.configuration import rates, usage
from services.configuration.catalogue import BASE_CURRENCY, PIPELINE, SETTINGS, FollowUp, Setting
from services.configuration.checks import refuse_contradictions
from services.configuration.moving import move_opportunities
from services.configuration.rates import Rates
from services.configuration.stages import Pipeline
from services.configuration.usage import Used
from services.configuration.values import (
    Held,
    erase,
    held,
    take_turns_with_records,
    version_of,
    write,
)
from services.db import Tx
from services.errors import FieldProblem, InvalidInput, Problem


class Reset(Enum):
    """Back to the default: the platform's, else the catalogue's."""

    RESET = "reset"


RESET: Final = Reset.RESET


@dataclass(frozen=True, slots=True)
class Change:
    """One setting's new value, in the type's form or the stored one, or RESET.

    `shown` is the version of the value the person saw; None does not look. `moves` names for keys
    that go (a stage, a role …) the key their records go to.
    """

    setting: Setting[object]
    value: object
    shown: str | None = None
    moves: Mapping[str, str] = field(default_factory=dict[str, str])


@dataclass(frozen=True, slots=True)
class Changed:
    """The names of the settings that are different now, and how many records moved for each."""

    settings: tuple[str, ...]
    moved: Mapping[str, int] = field(default_factory=dict[str, int])


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be done to one setting. `in_use`: the words that go, and what uses them."""

    setting: Setting[object]
    before: Held[object]
    after: object
    is_reset: bool
    moves: Mapping[str, str]
    in_use: Used


async def change(tx: Tx, changes: Sequence[Change]) -> Changed:
    """Change these settings, all or none, with an audit entry for each and what follows from them.

    What is as it was is not written. Needs each setting's permission. Raises InvalidInput, keyed
    by the setting's name (Problem.CHANGED_MEANWHILE when `shown` is not its version any more;
    facts["path"]: where inside the value), and StillUsed when keys would go that are in use and
    `moves` names no target for them.
    """
    for each in changes:
        tx.actor.require(each.setting.permission)
    await take_turns_with_records(tx)
    return await apply(tx, await planned(tx, changes))


async def planned(tx: Tx, changes: Sequence[Change]) -> tuple[Plan, ...]:
    """What the changes come to; what is as it was is left out. Raises InvalidInput."""
    plans: list[Plan] = []
    problems: dict[str, FieldProblem] = {}
    for each in changes:
        try:
            plan = await _plan(tx, each)
        except InvalidInput as error:
            problems |= error.problems
        else:
            plans += [plan] if plan is not None else []
    if problems:
        raise InvalidInput(problems)
    return tuple(plans)


async def apply(tx: Tx, plans: Sequence[Plan], new_rates: Rates | None = None) -> Changed:
    """Do what is planned. For who has taken the turn. Raises as `change`.

    `new_rates` take the place of all rates to their base, which is the base from then on.
    """
    for plan in plans:
        if plan.in_use:
            usage.refuse_unmoved(plan.setting, plan.after, plan.in_use, plan.moves)
    plans = await whole(tx, plans)
    await refuse_contradictions(tx, values_of(plans), new_rates)
    moved = {plan.setting.name: await _move(tx, plan) for plan in plans}
    await _replace_rates(tx, plans, new_rates)
    for plan in plans:
        await _write(tx, plan)
    await follow_up(tx, [plan.setting for plan in plans])
    await _refuse_used_meanwhile(tx, plans)
    names = tuple(plan.setting.name for plan in plans)
    return Changed(names, {name: count for name, count in moved.items() if count})


async def whole(tx: Tx, plans: Sequence[Plan]) -> Sequence[Plan]:
    """With the changes of other settings that name a word that moves."""
    return [*plans, *await _following(tx, plans)]


def values_of(plans: Sequence[Plan]) -> Mapping[str, object]:
    """The values as they will be, by the settings' names."""
    return {plan.setting.name: plan.after for plan in plans}


async def follow_up(tx: Tx, settings: Iterable[Setting[object]]) -> None:
    """What follows from a change of these settings."""
    wanted = {each for setting in settings for each in setting.follow_ups}
    if FollowUp.REMINDERS in wanted:
        await schedule.reconsider(tx, schedule.WEEKLY_REMINDER)
    if FollowUp.RULES in wanted:
        jobs.enqueue(tx, jobs.EVALUATE_ALERT_RULES)
    if FollowUp.HEALTH in wanted:
        jobs.enqueue(tx, jobs.RECOMPUTE_HEALTH)
    if FollowUp.COMMISSIONS in wanted:
        jobs.enqueue(tx, jobs.SETTLE_COMMISSIONS)


async def _plan(tx: Tx, wanted: Change) -> Plan | None:
    setting = wanted.setting
    before = await held(tx, setting)
    is_reset = wanted.value is RESET
    after = before.default if is_reset else setting.checked(wanted.value)
    if _is_as_it_was(setting, before, after, is_reset=is_reset):
        return None
    if wanted.shown is not None and wanted.shown != before.version:
        raise InvalidInput.of(setting.name, Problem.CHANGED_MEANWHILE)
    words = usage.gone(setting, before.value, after)
    in_use = await usage.used(tx, setting, words)
    moves = {word: wanted.moves[word] for word in in_use if word in wanted.moves}
    return Plan(setting, before, after, is_reset, moves, in_use)


def _is_as_it_was(
    setting: Setting[object], before: Held[object], after: object, *, is_reset: bool
) -> bool:
    if is_reset:
        return not before.is_own
    same = version_of(setting.stored(before.value)) == version_of(setting.stored(after))
    return same and before.broken is None


async def _following(tx: Tx, plans: Sequence[Plan]) -> list[Plan]:
    """Changes of other settings that named a word that moves, unless they change themselves."""
    own = {plan.setting.name for plan in plans}
    found: dict[str, Plan] = {}
    for plan in plans:
        if not plan.moves:
            continue
        for name, value in (await usage.refer_anew(tx, plan.setting, plan.moves)).items():
            if name not in own:
                setting = SETTINGS[name]
                found[name] = Plan(setting, await held(tx, setting), value, False, {}, {})
    return list(found.values())


async def _move(tx: Tx, plan: Plan) -> int:
    if plan.setting.name == PIPELINE.name:
        before, after = cast("Pipeline", plan.before.value), cast("Pipeline", plan.after)
        return await move_opportunities(tx, before, after, plan.moves)
    return await usage.move(tx, plan.setting, plan.moves) if plan.moves else 0


async def _refuse_used_meanwhile(tx: Tx, plans: Sequence[Plan]) -> None:
    """Records do not wait for settings: one may have got a word that goes since it was counted."""
    for plan in plans:
        words = usage.gone(plan.setting, plan.before.value, plan.after)
        if in_use := await usage.used(tx, plan.setting, words):
            usage.refuse_unmoved(plan.setting, plan.after, in_use, {})


async def _replace_rates(tx: Tx, plans: Sequence[Plan], new_rates: Rates | None) -> None:
    """Before the base is another: they are worked out from those to the present one."""
    if new_rates is not None:
        await rates.replace_all(tx, new_rates)
        return
    base = values_of(plans).get(BASE_CURRENCY.name)
    if base is not None:
        await rates.replace_all(tx, rates.rebased(await rates.current_rates(tx), str(base)))


async def _write(tx: Tx, plan: Plan) -> None:
    if plan.is_reset:
        await erase(tx, plan.setting)
    else:
        await write(tx, plan.setting, plan.after)
