"""Settings of money and time: currencies, the fiscal year, what goals are about.

Exchange rates are dated rows of their own; see services/configuration/rates.py.
"""

from typing import Annotated

from pydantic import AfterValidator, Field, TypeAdapter

from services.configuration.catalogue.setting import Category, FollowUp, Setting
from services.configuration.kinds import MOST_CHOICES, Choice, Choices, refuse_twice
from services.money import CurrencyCode


def _each_once(codes: tuple[str, ...]) -> tuple[str, ...]:
    refuse_twice(codes)
    return codes


CURRENCIES = Setting(
    Category.REVENUE,
    "currencies",
    TypeAdapter(
        Annotated[
            tuple[CurrencyCode, ...],
            Field(min_length=1, max_length=MOST_CHOICES),
            AfterValidator(_each_once),
        ]
    ),
    ("USD", "EUR", "GBP", "CHF", "JPY", "CAD", "AUD", "SEK", "INR", "BRL"),
    "The currencies an opportunity may be in",
    "array",
)
BASE_CURRENCY = Setting(
    Category.REVENUE,
    "base_currency",
    TypeAdapter(CurrencyCode),
    "USD",
    "The currency new opportunities start with, and totals are in",
    "string",
    follow_ups=frozenset({FollowUp.HEALTH}),
)
FISCAL_START = Setting(
    Category.REVENUE,
    "fiscal_year_start",
    TypeAdapter(Annotated[int, Field(ge=1, le=12)]),
    1,
    "The month a fiscal year begins in; the year is named by the one it ends in",
    "number",
)
GOAL_TYPES = Setting(
    Category.REVENUE,
    "goal_types",
    TypeAdapter(Choices),
    (
        Choice(key="revenue", label="Revenue"),
        Choice(key="opportunities", label="Opportunities"),
        Choice(key="partners", label="New partners"),
        Choice(key="interactions", label="Interactions"),
    ),
    "What a quarter's goals are about",
    "array",
)

SETTINGS = (CURRENCIES, BASE_CURRENCY, FISCAL_START, GOAL_TYPES)
