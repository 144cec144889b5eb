"""Any value a setting may have, and values it may not, for every setting of the catalogue."""

from collections.abc import Mapping, Sequence
from datetime import date, time
from decimal import Decimal
from typing import cast, get_args
from uuid import UUID

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from services.configuration import catalogue
from services.configuration.catalogue import (
    CATALOGUE,
    RULES,
    Channel,
    Choice,
    Deadline,
    Health,
    HealthWeights,
    Holidays,
    Kpi,
    OwnHoliday,
    Pipeline,
    QuietHours,
    Route,
    Rule,
    Rules,
    Stage,
    WorkingHours,
)
from services.configuration.roles import ADMIN, FORMS, SHIPPED, Role, Roles
from services.configuration.stages import RequiredField
from services.money import known_currencies
from services.text import comparable
from services.zones import offered_zones
from tests.commissions import structures

WORKSPACE = UUID("00000000-0000-0000-0000-0000000000aa")
"""The workspace of every channel; a test that needs a real one replaces it."""

CODES = st.sampled_from(sorted(known_currencies()))
KEYS = st.from_regex(r"[a-z][a-z0-9_]{0,39}", fullmatch=True)
LABELS = st.one_of(
    st.from_regex(r"[A-Za-z0-9][A-Za-z0-9 &<>*_~`@#:'\"\-]{0,40}[A-Za-z0-9]", fullmatch=True),
    st.sampled_from(
        ["Größe", "案件", "שלום", "🙂 Deal", "null", "true", "1e3", "2026-01-01", "- x"]
    ),
)
REQUIRED: tuple[RequiredField, ...] = get_args(RequiredField)
TIMES = st.times().map(lambda at: at.replace(second=0, microsecond=0))
DAYS = st.dates(date(1990, 1, 1), date(2100, 12, 31))
AMOUNTS = st.decimals(0, Decimal("9999999999999.99"), places=2)
STAGE_KEYS = [stage.key for stage in catalogue.PIPELINE.default.stages]
CHANNEL_IDS = st.from_regex(r"C0[A-Z0-9]{4,9}", fullmatch=True)


def choices(least: int = 1) -> SearchStrategy[tuple[Choice, ...]]:
    return st.lists(
        st.builds(Choice, key=KEYS, label=LABELS),
        min_size=least,
        max_size=8,
        unique_by=(lambda each: each.key, lambda each: comparable(each.label)),
    ).map(tuple)


def channels() -> SearchStrategy[Channel | None]:
    chosen = st.builds(Channel, workspace_id=st.just(str(WORKSPACE)), channel_id=CHANNEL_IDS)
    return st.none() | chosen


@st.composite
def pipelines(draw: st.DrawFn) -> Pipeline:
    words = draw(choices(least=3))
    kinds = ["open", "won", "lost", *draw(st.lists(st.sampled_from(["open", "won", "lost"])))]
    keys = [each.key for each in words]
    return Pipeline(
        stages=tuple(
            Stage(
                key=each.key,
                label=each.label,
                kind=cast("Sequence[str]", kinds)[at % len(kinds)],  # pyright: ignore[reportArgumentType]  # one of the three
                probability=draw(st.integers(0, 100)),
                stale_after_days=draw(st.none() | st.integers(1, 3650)),
                next=draw(st.none() | st.lists(st.sampled_from(keys), max_size=3).map(tuple)),
                required_fields=draw(
                    st.lists(st.sampled_from(REQUIRED), unique=True, max_size=3).map(tuple)
                ),
            )
            for at, each in enumerate(words)
        )
    )


@st.composite
def weights(draw: st.DrawFn) -> HealthWeights:
    cuts = sorted(draw(st.lists(st.integers(0, 100), min_size=5, max_size=5)))
    parts = [after - before for before, after in zip([0, *cuts], [*cuts, 100], strict=True)]
    return HealthWeights(**dict(zip(HealthWeights.model_fields, parts, strict=True)))


@st.composite
def hours(draw: st.DrawFn) -> tuple[time, time]:
    start, end = sorted(draw(st.lists(TIMES, min_size=2, max_size=2, unique=True)))
    return start, end


@st.composite
def holidays(draw: st.DrawFn) -> Holidays:
    country, subdivision = draw(
        st.sampled_from([(None, None), ("DE", "BY"), ("PT", None), ("US", "CA")])
    )
    days = sorted(draw(st.sets(DAYS, max_size=4)))
    return Holidays(
        country=country,
        subdivision=subdivision,
        removed=tuple(sorted(draw(st.sets(DAYS, max_size=4)))),
        own=tuple(OwnHoliday(day=day, label=draw(LABELS)) for day in days),
    )


@st.composite
def roles(draw: st.DrawFn) -> Roles:
    """The shipped ones, which people have, and others."""
    shipped = {role.key for role in SHIPPED.roles}
    names = {comparable(role.label) for role in SHIPPED.roles}
    others = [
        Role(
            key=each.key,
            label=each.label,
            permissions=tuple(sorted(draw(st.sets(st.sampled_from(sorted(FORMS)))))),
        )
        for each in draw(choices(least=0))
        if each.key not in shipped and comparable(each.label) not in names
    ]
    return Roles(
        roles=(*SHIPPED.roles, *others), default=draw(st.sampled_from(sorted(shipped - {ADMIN})))
    )


@st.composite
def rules(draw: st.DrawFn) -> Rules:
    """Any of them changed in any way, but for partners and channels, which must be there."""
    changed: dict[str, object] = {}
    for name in draw(st.sets(st.sampled_from(sorted(Rules.model_fields)), max_size=4)):
        rule = cast("Rule", getattr(RULES.default, name))
        limits = {
            limit: draw(AMOUNTS if limit == "amount" else st.integers(1, 100))
            for limit in ("days", "percent", "amount", "points")
            if limit in type(rule).model_fields
        }
        told = tuple(draw(st.lists(routes(), min_size=1, max_size=3)))
        changed[name] = rule.model_copy(
            update={"is_on": draw(st.booleans()), "routes": told, **limits}
        )
    return RULES.default.model_copy(update=changed)


@st.composite
def routes(draw: st.DrawFn) -> Route:
    to = draw(st.sampled_from(["owner", "manager", "role", "channel", "partner_channel"]))
    stages = st.lists(st.sampled_from(STAGE_KEYS), unique=True, max_size=4).map(tuple)
    return Route.model_validate(
        {
            "to": to,
            "role": "vp" if to == "role" else None,
            "at_least": draw(st.none() | AMOUNTS),
            "stages": draw(stages),
        }
    )


VALID: Mapping[str, SearchStrategy[object]] = {
    catalogue.TIME_ZONE.name: st.sampled_from(offered_zones()),
    catalogue.WORKING_DAYS.name: st.sets(st.integers(1, 7), min_size=1).map(
        lambda days: tuple(sorted(days))
    ),
    catalogue.WORKING_HOURS.name: hours().map(
        lambda both: WorkingHours(start=both[0], end=both[1])
    ),
    catalogue.QUIET_HOURS.name: st.none()
    | hours().map(lambda both: QuietHours(start=both[1], end=both[0])),
    catalogue.HOLIDAYS.name: holidays(),
    catalogue.ROLES.name: roles(),
    catalogue.PARTNER_DOMAINS.name: choices(),
    catalogue.DIRECT_PARTNER.name: st.none() | LABELS,
    catalogue.PARTNER_CARDS_OUTSIDE.name: st.sampled_from(["never", "redacted"]),
    catalogue.INTERACTION_TYPES.name: choices(),
    catalogue.HEALTH.name: st.builds(Health, weights=weights(), half_life_days=st.integers(1, 365)),
    catalogue.CURRENCIES.name: st.sets(CODES, max_size=9).map(
        lambda codes: ("USD", *sorted(codes - {"USD"}))
    ),
    catalogue.BASE_CURRENCY.name: st.sampled_from(catalogue.CURRENCIES.default),
    catalogue.FISCAL_START.name: st.integers(1, 12),
    catalogue.GOAL_TYPES.name: choices(),
    catalogue.COMMISSION.name: structures(),
    catalogue.RECURRING_MONTHS.name: st.integers(1, 120),
    catalogue.PIPELINE.name: pipelines(),
    catalogue.LOSS_REASONS.name: choices(),
    catalogue.DEALS_CHANNEL.name: channels(),
    catalogue.ALERTS_CHANNEL.name: channels(),
    catalogue.STALE_DAYS.name: st.none() | st.integers(1, 365),
    catalogue.STALE_MOVES_TO.name: st.none() | st.sampled_from(["prospecting", "lost"]),
    catalogue.RULES.name: rules(),
    catalogue.DAILY_BUDGET.name: st.integers(1, 100),
    catalogue.ESCALATE_AFTER.name: st.none() | st.integers(1, 200),
    catalogue.STATUS_CHANNEL.name: channels(),
    catalogue.REMINDER_DAY.name: st.integers(1, 7),
    catalogue.REMINDER_TIME.name: TIMES,
    catalogue.DEADLINE.name: st.builds(Deadline, day=st.integers(1, 7), time=TIMES),
    catalogue.SECOND_REMINDER.name: st.none() | st.integers(1, 72),
    catalogue.SPREAD_MINUTES.name: st.integers(0, 120),
    catalogue.KPIS.name: choices(least=0).map(
        lambda words: tuple(Kpi(key=each.key, label=each.label) for each in words)
    ),
}
"""By the setting's name. Each goes with the other settings as shipped."""

JUNK: SearchStrategy[object] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20) | st.dates(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=6,
)
"""What somebody may write by hand: nearly never valid, and never a reason to break."""


def settings_with_values() -> SearchStrategy[tuple[catalogue.Setting[object], object]]:
    """Any setting, with any value it may have."""
    return st.sampled_from(CATALOGUE).flatmap(
        lambda setting: st.tuples(st.just(setting), VALID[setting.name])
    )


def together(least: int = 1) -> SearchStrategy[list[tuple[catalogue.Setting[object], object]]]:
    """Several settings with values that go together."""
    return st.lists(
        settings_with_values(),
        min_size=least,
        max_size=least + 5,
        unique_by=lambda both: both[0].name,
    ).filter(_go_together)


def _go_together(values: Sequence[tuple[catalogue.Setting[object], object]]) -> bool:
    names = {setting.name for setting, _ in values}
    return not any(names.issuperset(pair) for pair in _AT_ODDS)


_AT_ODDS = (
    {catalogue.CURRENCIES.name, catalogue.BASE_CURRENCY.name},
    {catalogue.PIPELINE.name, catalogue.STALE_MOVES_TO.name},
    {catalogue.PIPELINE.name, catalogue.RULES.name},
)
"""One may rule out the other."""
