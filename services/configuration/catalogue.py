"""Every setting there is: its type, default, check and words. The rows hold only what was set.

Effective value: the organization's row, else the platform's row, else the default here.
"""

from dataclasses import dataclass
from datetime import time
from enum import StrEnum
from typing import Annotated, Generic, Literal, TypeVar
from uuid import UUID

from pydantic import Field, StringConstraints, TypeAdapter

from services.configuration.roles import SHIPPED, Roles
from services.configuration.stages import Key, Label, Pipeline, Stage, Value

T = TypeVar("T")

Days = Annotated[int, Field(ge=1, le=365)]
CurrencyCode = Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")]


class Category(StrEnum):
    ORGANIZATION = "organization"
    TEAM = "team"
    REVENUE = "revenue"
    COMMISSION = "commission"
    PIPELINE = "pipeline"
    ALERTS = "alerts"
    WEEKLY_STATUS = "weekly_status"


class Choice(Value):
    """A configured word: what is stored, and what people read."""

    key: Key
    label: Label


class Channel(Value):
    """A conversation the bot posts to. It counts once a test post has reached it."""

    workspace_id: str
    channel_id: str
    is_reached: bool = False
    problem: str | None = None
    """Slack's reason when it refused the test post, or every message since."""
    chosen_by: UUID | None = None


@dataclass(frozen=True, slots=True)
class Setting(Generic[T]):
    """One entry of the catalogue."""

    category: Category
    key: str
    type: TypeAdapter[T]
    default: T
    description: str
    data_type: Literal["string", "number", "boolean", "object", "array"]

    @property
    def name(self) -> str:
        return f"{self.category}.{self.key}"


PIPELINE = Setting(
    Category.PIPELINE,
    "stages",
    TypeAdapter(Pipeline),
    Pipeline(
        stages=(
            Stage(key="prospecting", label="Prospecting", probability=10, stale_after_days=30),
            Stage(key="qualified", label="Qualified", probability=25, stale_after_days=21),
            Stage(key="proposal", label="Proposal", probability=50, stale_after_days=14),
            Stage(key="negotiation", label="Negotiation", probability=75, stale_after_days=14),
            Stage(key="won", label="Won", kind="won", probability=100),
            Stage(key="lost", label="Lost", kind="lost", probability=0),
        )
    ),
    "The stages an opportunity goes through, in order",
    "object",
)
LOSS_REASONS = Setting(
    Category.PIPELINE,
    "loss_reasons",
    TypeAdapter(tuple[Choice, ...]),
    (
        Choice(key="price", label="Price"),
        Choice(key="competitor", label="Chose a competitor"),
        Choice(key="no_budget", label="No budget"),
        Choice(key="no_decision", label="No decision"),
        Choice(key="timing", label="Wrong time"),
        Choice(key="other", label="Other"),
    ),
    "Why an opportunity is lost",
    "array",
)
CURRENCIES = Setting(
    Category.REVENUE,
    "currencies",
    TypeAdapter(tuple[CurrencyCode, ...]),
    ("USD", "EUR", "GBP", "CHF", "JPY", "CAD", "AUD", "SEK", "INR", "BRL"),
    "The currencies an opportunity may be in",
    "array",
)
BASE_CURRENCY = Setting(
    Category.REVENUE,
    "base_currency",
    TypeAdapter(CurrencyCode),
    "USD",
    "The currency new opportunities start with",
    "string",
)
FISCAL_START = Setting(
    Category.REVENUE,
    "fiscal_year_start",
    TypeAdapter(Annotated[int, Field(ge=1, le=12)]),
    1,
    "The month a fiscal year begins in; the year is named by the one it ends in",
    "number",
)
COMMISSION = Setting(
    Category.COMMISSION,
    "default_structure",
    TypeAdapter(dict[str, object]),
    {"type": "percentage", "rate": "10.00"},
    "The commission of a partner without one of its own",
    "object",
)
PARTNER_DOMAINS = Setting(
    Category.TEAM,
    "partner_domains",
    TypeAdapter(tuple[Choice, ...]),
    (
        Choice(key="finops", label="FinOps"),
        Choice(key="security", label="Security"),
        Choice(key="data", label="Data"),
        Choice(key="cloud", label="Cloud"),
        Choice(key="commerce", label="Commerce"),
        Choice(key="other", label="Other"),
    ),
    "The business domains partners are sorted by",
    "array",
)
INTERACTION_TYPES = Setting(
    Category.TEAM,
    "interaction_types",
    TypeAdapter(tuple[Choice, ...]),
    (
        Choice(key="meeting", label="Meeting"),
        Choice(key="call", label="Call"),
        Choice(key="email", label="Email"),
        Choice(key="event", label="Event"),
    ),
    "The kinds of contact with a partner",
    "array",
)
GOAL_TYPES = Setting(
    Category.REVENUE,
    "goal_types",
    TypeAdapter(tuple[Choice, ...]),
    (
        Choice(key="revenue", label="Revenue"),
        Choice(key="opportunities", label="Opportunities"),
        Choice(key="partners", label="New partners"),
        Choice(key="interactions", label="Interactions"),
    ),
    "What a quarter's goals are about",
    "array",
)
ROLES = Setting(
    Category.TEAM,
    "roles",
    TypeAdapter(Roles),
    SHIPPED,
    "What each role may do",
    "object",
)
TIME_ZONE = Setting(
    Category.ORGANIZATION,
    "time_zone",
    TypeAdapter(str),
    "UTC",
    "The zone of dates that belong to nobody in particular",
    "string",
)
DEALS_CHANNEL = Setting(
    Category.PIPELINE,
    "deals_channel",
    TypeAdapter(Channel | None),
    None,
    "Where the card of each new opportunity is posted",
    "object",
)
ALERTS_CHANNEL = Setting(
    Category.ALERTS,
    "channel",
    TypeAdapter(Channel | None),
    None,
    "Where alerts are posted",
    "object",
)
STATUS_CHANNEL = Setting(
    Category.WEEKLY_STATUS,
    "channel",
    TypeAdapter(Channel | None),
    None,
    "Where the team's weekly statuses are posted",
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
)
STALE_MOVES_TO = Setting(
    Category.ALERTS,
    "stale_moves_to",
    TypeAdapter(Key | None),
    None,
    "The stage a stale opportunity is moved to, if any",
    "string",
)
REMINDER_DAY = Setting(
    Category.WEEKLY_STATUS,
    "reminder_day",
    TypeAdapter(Annotated[int, Field(ge=1, le=7)]),
    5,
    "The day of the reminder, Monday is 1 and Sunday is 7",
    "number",
)
REMINDER_TIME = Setting(
    Category.WEEKLY_STATUS,
    "reminder_time",
    TypeAdapter(time),
    time(16, 0),
    "The time of the reminder, in each person's own zone",
    "string",
)

CATALOGUE: tuple[Setting[object], ...] = (  # pyright: ignore[reportAssignmentType]  # each entry keeps its own type; the list only walks them
    PIPELINE,
    LOSS_REASONS,
    CURRENCIES,
    BASE_CURRENCY,
    FISCAL_START,
    COMMISSION,
    PARTNER_DOMAINS,
    INTERACTION_TYPES,
    GOAL_TYPES,
    ROLES,
    TIME_ZONE,
    DEALS_CHANNEL,
    ALERTS_CHANNEL,
    STATUS_CHANNEL,
    STALE_DAYS,
    STALE_MOVES_TO,
    REMINDER_DAY,
    REMINDER_TIME,
)
