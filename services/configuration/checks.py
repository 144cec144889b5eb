"""What must hold between settings, and between a setting and the records there are.

A check looks at the values as they will be; what one value's type can tell alone is there.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import TypeVar, cast

from sqlalchemy import func, select

from services.configuration import rates
from services.configuration.catalogue import (
    ALERTS_CHANNEL,
    BASE_CURRENCY,
    CURRENCIES,
    DEALS_CHANNEL,
    FISCAL_START,
    PIPELINE,
    ROLES,
    RULES,
    STALE_MOVES_TO,
    STATUS_CHANNEL,
    Channel,
    Route,
    Rule,
    Rules,
    Setting,
)
from services.configuration.rates import Rates
from services.configuration.roles import Roles, refusal_of
from services.configuration.values import get
from services.db import Tx
from services.errors import InvalidInput, Problem
from services.permissions import permissions_of
from services.tables import Goal, Partner, User, Workspace

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Values:
    """The settings as they will be: the changed ones, and all others as they are."""

    tx: Tx
    changed: Mapping[str, object]
    new_rates: Rates | None = None

    async def of(self, setting: Setting[T]) -> T:
        if setting.name in self.changed:
            return cast("T", self.changed[setting.name])
        return await get(self.tx, setting)

    def has(self, setting: Setting[object]) -> bool:
        """Whether it is one of those that change."""
        return setting.name in self.changed


Check = Callable[[Values], Awaitable[None]]


async def refuse_contradictions(
    tx: Tx, changed: Mapping[str, object], new_rates: Rates | None = None
) -> None:
    """Raises InvalidInput, keyed by a setting's name, when the values do not go together."""
    values = Values(tx, changed, new_rates)
    for settings, check in _CHECKS:
        if any(values.has(setting) for setting in settings):
            await check(values)


def routes_of(rules: Rules) -> tuple[tuple[str, Route], ...]:
    """Every route with the name of its rule."""
    named = ((name, cast("Rule", getattr(rules, name))) for name in Rules.model_fields)
    return tuple((name, route) for name, rule in named for route in rule.routes)


async def _base_is_listed(values: Values) -> None:
    base = await values.of(BASE_CURRENCY)
    if base not in await values.of(CURRENCIES):
        at = BASE_CURRENCY if values.has(BASE_CURRENCY) else CURRENCIES
        raise InvalidInput.of(at.name, Problem.BASE_NOT_LISTED, currency=base)


async def _rates_are_known(values: Values) -> None:
    base = await values.of(BASE_CURRENCY)
    known = values.new_rates or rates.rebased(await rates.current_rates(values.tx), base)
    missing = await rates.missing_in(values.tx, known)
    if missing:
        listed = ", ".join(missing)
        raise InvalidInput.of(BASE_CURRENCY.name, Problem.RATES_MISSING, currencies=listed)


async def _goals_keep_their_quarters(values: Values) -> None:
    if await values.of(FISCAL_START) == await get(values.tx, FISCAL_START):
        return
    count = await values.tx.session.scalar(select(func.count()).select_from(Goal))
    if count:
        raise InvalidInput.of(FISCAL_START.name, Problem.GOALS_EXIST, count=str(count))


async def _stale_stage_is_known(values: Values) -> None:
    target = await values.of(STALE_MOVES_TO)
    if target is not None and (await values.of(PIPELINE)).find(target) is None:
        raise InvalidInput.of(STALE_MOVES_TO.name, Problem.UNKNOWN_STAGE, word=target)


async def _routes_are_known(values: Values) -> None:
    pipeline, roles = await values.of(PIPELINE), await values.of(ROLES)
    for rule, route in routes_of(await values.of(RULES)):
        if route.role is not None and roles.find(route.role) is None:
            raise InvalidInput.of(RULES.name, Problem.UNKNOWN_ROLE, word=route.role, path=rule)
        for stage in route.stages:
            if pipeline.find(stage) is None:
                raise InvalidInput.of(RULES.name, Problem.UNKNOWN_STAGE, word=stage, path=rule)


async def _partners_are_ours(values: Values) -> None:
    """Those that were named before may have gone meanwhile."""
    before = {
        each for _, route in routes_of(await get(values.tx, RULES)) for each in route.partners
    }
    for rule, route in routes_of(await values.of(RULES)):
        fresh = set(route.partners) - before
        if not fresh:
            continue
        found = await values.tx.session.scalars(select(Partner.id).where(Partner.id.in_(fresh)))
        if fresh - set(found):
            raise InvalidInput.of(RULES.name, Problem.UNKNOWN_PARTNER, path=rule)


async def _channels_are_ours(values: Values) -> None:
    chosen: list[tuple[Setting[object], Channel]] = []
    for setting in _CHANNELS:
        channel = await values.of(setting)
        if values.has(setting) and channel is not None:
            chosen.append((setting, channel))
    if values.has(RULES):
        routes = routes_of(await values.of(RULES))
        chosen += [(RULES, route.channel) for _, route in routes if route.channel is not None]
    if not chosen:
        return
    known = {str(each) for each in await values.tx.session.scalars(select(Workspace.id))}
    for setting, channel in chosen:
        if channel.workspace_id not in known:
            raise InvalidInput.of(setting.name, Problem.UNKNOWN_WORKSPACE)


async def _roles_leave_a_way_back(values: Values) -> None:
    roles, before = await values.of(ROLES), await get(values.tx, ROLES)
    problem = refusal_of(roles, before)
    if problem is not None:
        raise InvalidInput({ROLES.name: problem})
    if await _may_change_roles(values.tx, before) and not await _may_change_roles(values.tx, roles):
        raise InvalidInput.of(ROLES.name, Problem.NOBODY_CHANGES_ROLES)


async def _may_change_roles(tx: Tx, roles: Roles) -> bool:
    """Whether somebody active may, with these roles."""
    people = await tx.session.execute(
        select(User.role, User.permissions).where(User.is_active.is_(True)).distinct()
    )
    return any("roles.manage" in permissions_of(roles, role, personal) for role, personal in people)


_CHANNELS = (DEALS_CHANNEL, ALERTS_CHANNEL, STATUS_CHANNEL)
_CHECKS: tuple[tuple[tuple[Setting[object], ...], Check], ...] = (
    ((BASE_CURRENCY, CURRENCIES), _base_is_listed),
    ((BASE_CURRENCY,), _rates_are_known),
    ((FISCAL_START,), _goals_keep_their_quarters),
    ((STALE_MOVES_TO,), _stale_stage_is_known),
    ((ROLES,), _roles_leave_a_way_back),
    ((RULES,), _routes_are_known),
    ((RULES,), _partners_are_ours),
    ((*_CHANNELS, RULES), _channels_are_ours),
)
"""Each check with the settings whose change asks for it."""
