"""Settings of the people, and of the partners they work with."""

from typing import Annotated, Literal, Self

from pydantic import Field, TypeAdapter, model_validator

from services.configuration.catalogue.setting import Category, FollowUp, Setting
from services.configuration.kinds import Choice, Choices, Days, OptionalLabel, Value
from services.configuration.roles import SHIPPED, Roles
from services.errors import Problem
from services.text import refused

WHOLE = 100
"""What the weights of a partner's health add up to."""
_Weight = Annotated[int, Field(ge=0, le=WHOLE)]


class HealthWeights(Value):
    """How much each part counts, in percent."""

    recency: _Weight
    frequency: _Weight
    mix: _Weight
    pipeline: _Weight
    win_rate: _Weight
    promises: _Weight

    @model_validator(mode="after")
    def _add_up(self) -> Self:
        total = (
            self.recency + self.frequency + self.mix + self.pipeline + self.win_rate + self.promises
        )
        if total != WHOLE:
            raise refused(Problem.NOT_A_HUNDRED, total=total)
        return self


class Health(Value):
    """What relationship health is made of. An interaction counts half after `half_life_days`."""

    weights: HealthWeights
    half_life_days: Days


PARTNER_DOMAINS = Setting(
    Category.TEAM,
    "partner_domains",
    TypeAdapter(Choices),
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
DIRECT_PARTNER: Setting[str | None] = Setting(
    Category.TEAM,
    "direct_partner",
    TypeAdapter(OptionalLabel),
    "Direct",
    "What stands for the partner of an opportunity without one; empty: each has a partner",
    "string",
)
PARTNER_CARDS_OUTSIDE: Setting[Literal["never", "redacted"]] = Setting(
    Category.TEAM,
    "partner_cards_outside",
    TypeAdapter(Literal["never", "redacted"]),
    "never",
    "What a partner's card shows where guests or people of other companies read",
    "string",
)
INTERACTION_TYPES = Setting(
    Category.TEAM,
    "interaction_types",
    TypeAdapter(Choices),
    (
        Choice(key="meeting", label="Meeting"),
        Choice(key="call", label="Call"),
        Choice(key="email", label="Email"),
        Choice(key="event", label="Event"),
    ),
    "The kinds of contact with a partner",
    "array",
    follow_ups=frozenset({FollowUp.HEALTH}),
)
ROLES = Setting(
    Category.TEAM,
    "roles",
    TypeAdapter(Roles),
    SHIPPED,
    "What each role may do",
    "object",
    permission="roles.manage",
)
HEALTH = Setting(
    Category.TEAM,
    "health",
    TypeAdapter(Health),
    Health(
        weights=HealthWeights(
            recency=25, frequency=20, mix=10, pipeline=20, win_rate=15, promises=10
        ),
        half_life_days=30,
    ),
    "What the health of a relationship is made of; the weights add up to 100",
    "object",
    follow_ups=frozenset({FollowUp.HEALTH}),
)

SETTINGS = (
    ROLES,
    PARTNER_DOMAINS,
    DIRECT_PARTNER,
    PARTNER_CARDS_OUTSIDE,
    INTERACTION_TYPES,
    HEALTH,
)
