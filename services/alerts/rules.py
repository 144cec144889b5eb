"""When an opportunity is stale, how urgent that is, and the words that say so. Pure."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from uuid import UUID
from zoneinfo import ZoneInfo

from babel.numbers import format_currency

from services.calendar import moment
from services.configuration.catalogue import Choice, Pipeline
from services.money import minor_digits, rounded

STALE = "stale_opportunity"
WATCHED = frozenset({STALE})
"""The rules that are evaluated, by their names in the configuration; of the others only the
settings are kept.
"""
OPPORTUNITY = "opportunity"
MOST_MOVES = 50
"""Moves asked for by one evaluation; each asks for another evaluation, which goes on."""

_SOON, _THIS_MONTH = 7, 30
_BIG = 0.75
"""Worth more than three quarters of the open opportunities in its currency."""
_PRIORITIES = ("low", "medium", "high", "urgent")


@dataclass(frozen=True, slots=True)
class Stuck:
    """An open opportunity that has not moved for its limit. `alert_id`: its live alert, if any;
    `rank`: its place by value among the open ones in its currency, from 0 to 1.
    """

    opportunity_id: UUID
    number: int
    customer_name: str
    stage: str
    value: Decimal
    currency: str
    probability: int
    closes_on: date
    last_moved_at: datetime
    rank: float
    alert_id: UUID | None


@dataclass(frozen=True, slots=True)
class StaleMove:
    """A move the rule asks for."""

    number: int
    from_stage: str
    to_stage: str
    reason: str


@dataclass(frozen=True, slots=True)
class StaleRule:
    """The rule as configured, at one moment. Days are those of the organization's calendar."""

    pipeline: Pipeline
    stale_days: int | None
    moves_to: str | None
    zone: ZoneInfo
    now: datetime
    is_on: bool = True

    @property
    def today(self) -> date:
        return self.now.astimezone(self.zone).date()

    @property
    def limits(self) -> Mapping[str, int]:
        """Days without a move that make an opportunity stale, by open stage; others never are, and
        none is while the rule is off.
        """
        if not self.is_on:
            return {}
        open_stages = [each for each in self.pipeline.stages if each.kind == "open"]
        own = {each.key: each.stale_after_days for each in open_stages}
        chosen = {stage: self.stale_days or days for stage, days in own.items()}
        return {stage: days for stage, days in chosen.items() if days is not None}

    @property
    def before(self) -> Mapping[str, datetime]:
        """By stage, the moment before which the last move of a stale opportunity lies."""
        return {
            stage: moment(self.today - timedelta(days=days - 1), time(), self.zone)
            for stage, days in self.limits.items()
        }

    def days_without_a_move(self, stuck: Stuck) -> int:
        return (self.today - stuck.last_moved_at.astimezone(self.zone).date()).days

    def title(self, stuck: Stuck) -> str:
        """What happened to what, in one line that is also the notification."""
        days = _days(self.days_without_a_move(stuck))
        limit = f"limit {self.limits[stuck.stage]} in {self._label(stuck.stage)}"
        worth = f"{_money(stuck.value, stuck.currency)}, {_closing(stuck.closes_on, self.today)}"
        return f"#{stuck.number} {stuck.customer_name} has not moved for {days} ({limit}). {worth}."

    def message(self, stuck: Stuck) -> str:
        """Why it matters, in numbers."""
        over = self.days_without_a_move(stuck) - self.limits[stuck.stage]
        late = f"{_days(over)} over its limit" if over else "It reached its limit today"
        weighted = rounded(stuck.value * stuck.probability / 100, stuck.currency)
        return f"{late}. Weighted at {stuck.probability}%: {_money(weighted, stuck.currency)}."

    def priority(self, stuck: Stuck) -> str:
        """The closer its close date and the bigger it is among its like, the more urgent."""
        left = (stuck.closes_on - self.today).days
        closeness = 2 if left <= _SOON else 1 if left <= _THIS_MONTH else 0
        return _PRIORITIES[closeness + (stuck.rank >= _BIG)]

    def moves(self, found: Sequence[Stuck]) -> tuple[StaleMove, ...]:
        """Which of them to move where, the longest stuck first; none unless configured."""
        target = self.moves_to
        if target is None or self.pipeline.find(target) is None:
            return ()
        movable = [
            each
            for each in sorted(found, key=lambda each: (each.last_moved_at, each.number))
            if each.stage != target and self.pipeline.allows(each.stage, target)
        ]
        return tuple(
            StaleMove(each.number, each.stage, target, self._why_moved(each))
            for each in movable[:MOST_MOVES]
        )

    def _why_moved(self, stuck: Stuck) -> str:
        return f"No movement for {_days(self.days_without_a_move(stuck))}"

    def _label(self, stage: str) -> str:
        known = self.pipeline.find(stage)
        return known.label if known else stage


def loss_reason(known: Sequence[Choice]) -> str | None:
    """What the rule gives as the reason when it moves to a lost stage, of those configured."""
    keys = [choice.key for choice in known]
    return "no_decision" if "no_decision" in keys else next(reversed(keys), None)


def weight(value: Decimal, currency: str) -> Decimal:
    """What amounts of several currencies are put in order by, for want of exchange rates: as a
    number, in a hundred times the minor unit, so that yen do not outrank everything.
    """
    return value.scaleb(minor_digits(currency) - 2)


def _days(number: int) -> str:
    return "1 day" if number == 1 else f"{number} days"


def _closing(on: date, today: date) -> str:
    left = (on - today).days
    if left < 0:
        return f"was to close {_days(-left)} ago"
    return {0: "closes today", 1: "closes tomorrow"}.get(left, f"closes in {left} days")


def _money(amount: Decimal, currency: str) -> str:
    """`€48,000`, `CHF 500`: cents only when there are any. In English, as the whole sentence is."""
    pattern = "¤#,##0" if amount == amount.to_integral_value() else "¤#,##0.00"
    shown = format_currency(amount, currency, pattern, locale="en_US", currency_digits=False)
    return re.sub(r"(?<=[A-Z])(?=\d)", " ", shown)
