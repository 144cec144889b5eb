"""What is known of the relationship with one partner. Plain values: no database, no Slack.

Days are those of the organization's calendar; money is in its base currency.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal, NamedTuple

MOST_A_DAY = 3
"""Contacts of one day that count: the first ones to be logged."""


class Contact(NamedTuple):
    """One interaction: on which day, of which type."""

    on: date
    type: str


class Deal(NamedTuple):
    """One opportunity. `since`: the day it came into its stage, or was won or lost. `value` is None
    without an exchange rate.
    """

    status: Literal["open", "won", "lost"]
    value: Decimal | None
    since: date


@dataclass(frozen=True, slots=True)
class Evidence:
    """Everything a score is made of.

    `contacts` in the order they were logged; `kept`: when each promise was done; `due`: the days of
    those that are open; `types`: the interactions that are configured; `typical`: what the middle
    one of the company's opportunities is worth, None when it has none.
    """

    known_since: date
    contacts: tuple[Contact, ...] = ()
    deals: tuple[Deal, ...] = ()
    kept: tuple[date, ...] = ()
    due: tuple[date, ...] = ()
    types: tuple[str, ...] = ()
    typical: Decimal | None = None

    def counted(self) -> list[Contact]:
        """The contacts that count, in the order they were logged."""
        return list(_first_of_each_day(self.contacts))

    def overdue(self, today: date) -> int:
        """How many promises are open although their day is over."""
        return sum(day < today for day in self.due)


def _first_of_each_day(contacts: tuple[Contact, ...]) -> Iterator[Contact]:
    seen: dict[date, int] = {}
    for contact in contacts:
        seen[contact.on] = seen.get(contact.on, 0) + 1
        if seen[contact.on] <= MOST_A_DAY:
            yield contact
