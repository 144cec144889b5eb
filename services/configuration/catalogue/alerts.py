"""Settings of alerts: which rules count, from when, and who is told."""

from decimal import Decimal
from typing import Annotated, Literal, Self
from uuid import UUID

from pydantic import Field, TypeAdapter, model_validator

from services.configuration.catalogue.setting import Category, FollowUp, Setting
from services.configuration.kinds import Channel, Days, Key, Percent, Value
from services.errors import Problem
from services.money import Amount
from services.text import refused

_RULES = frozenset({FollowUp.RULES})
_Points = Annotated[int, Field(ge=1, le=100)]


class Route(Value):
    """Who is told. `channel` without one of its own is the alerts channel.

    What is left out does not limit it; `at_least` is in the base currency.
    """

    to: Literal["owner", "manager", "role", "channel", "partner_channel"]
    role: Key | None = None
    channel: Channel | None = None
    at_least: Amount | None = None
    stages: Annotated[tuple[Key, ...], Field(max_length=30)] = ()
    partners: Annotated[tuple[UUID, ...], Field(max_length=100)] = ()

    @model_validator(mode="after")
    def _names_whom(self) -> Self:
        if (self.role is not None) != (self.to == "role"):
            raise refused(Problem.ROUTE_WITHOUT_ROLE)
        if self.channel is not None and self.to != "channel":
            raise refused(Problem.ROUTE_WITHOUT_ROLE)
        return self


_Routes = Annotated[tuple[Route, ...], Field(min_length=1, max_length=10)]
_OWNER: tuple[Route, ...] = (Route(to="owner"),)
_MANAGER: tuple[Route, ...] = (Route(to="owner"), Route(to="manager"))
_BIG = Decimal(100_000)
_CHANNEL: tuple[Route, ...] = (Route(to="channel"),)


class Rule(Value):
    """Whether it counts, and who is told."""

    is_on: bool = True
    routes: _Routes = _OWNER


class DaysRule(Rule):
    days: Days


class PercentRule(Rule):
    percent: Percent


class AmountRule(Rule):
    amount: Amount
    """In the base currency."""


class PointsRule(Rule):
    points: _Points
    """Of a partner's health, 0 to 100."""


class Rules(Value):
    """Every rule there is, by the name its alerts have."""

    stale_opportunity: Rule = Rule(routes=_CHANNEL)
    closing_soon: DaysRule = DaysRule(days=7)
    close_date_passed: Rule = Rule()
    stage_backwards: Rule = Rule(routes=_MANAGER)
    value_changed: PercentRule = PercentRule(percent=25, routes=_MANAGER)
    big_opportunity: AmountRule = AmountRule(amount=_BIG, routes=_CHANNEL)
    opportunity_won: Rule = Rule(routes=_CHANNEL)
    opportunity_lost: Rule = Rule(routes=_MANAGER)
    health_dropped: PointsRule = PointsRule(points=15)
    health_low: PointsRule = PointsRule(points=40)
    partner_not_contacted: DaysRule = DaysRule(days=30)
    agreement_ending: DaysRule = DaysRule(days=60)
    goal_at_risk: PercentRule = PercentRule(percent=20, routes=_MANAGER)
    goal_reached: Rule = Rule(routes=_CHANNEL)
    task_overdue: Rule = Rule()
    weekly_status_missing: Rule = Rule(routes=_MANAGER)
    blocker_open: DaysRule = DaysRule(days=7, routes=_MANAGER)


ALERTS_CHANNEL = Setting(
    Category.ALERTS,
    "channel",
    TypeAdapter(Channel | None),
    None,
    "Where alerts are posted",
    "object",
)
STALE_DAYS = Setting(
    Category.ALERTS,
    "stale_days",
    TypeAdapter(Days | None),
    None,
    "Days without a move before an opportunity raises an alert, for every open stage; "
    "unset, each stage's own limit counts",
    "number",
    follow_ups=_RULES,
)
STALE_MOVES_TO = Setting(
    Category.ALERTS,
    "stale_moves_to",
    TypeAdapter(Key | None),
    None,
    "The stage a stale opportunity is moved to, if any",
    "string",
    follow_ups=_RULES,
)
RULES = Setting(
    Category.ALERTS,
    "rules",
    TypeAdapter(Rules),
    Rules(),
    "Which rules raise alerts, from when, and who is told",
    "object",
    follow_ups=_RULES,
)
DAILY_BUDGET = Setting(
    Category.ALERTS,
    "daily_budget",
    TypeAdapter(Annotated[int, Field(ge=1, le=100)]),
    10,
    "Alerts a person gets in a day at most; the others wait for a digest",
    "number",
)
ESCALATE_AFTER = Setting(
    Category.ALERTS,
    "escalate_after_hours",
    TypeAdapter(Annotated[int | None, Field(ge=1, le=200)]),
    8,
    "Working hours until an alert that nobody acknowledged goes to the manager; unset, it does not",
    "number",
)

SETTINGS = (ALERTS_CHANNEL, STALE_DAYS, STALE_MOVES_TO, RULES, DAILY_BUDGET, ESCALATE_AFTER)
