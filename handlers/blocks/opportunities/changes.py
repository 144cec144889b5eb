"""A change of one field in words, wherever it is told."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from handlers.blocks.opportunities.values import Reader
from handlers.blocks.text import count, day, escape, money, shown
from services.opportunities import Change, Opportunity

APPLICATION = "Tandem"
NAME_SHOWN = 100

LABELS = {
    "customer_name": "Customer",
    "partner_id": "Partner",
    "deal_value": "Value",
    "currency": "Currency",
    "probability": "Probability",
    "expected_close_date": "Expected close",
    "actual_close_date": "Closed on",
    "assigned_user_id": "Owner",
    "stage": "Stage",
    "status": "Status",
    "archived": "Archived",
    "term_months": "Term",
    "customer_contact": "Contact",
    "contact_name": "Contact",
    "contact_title": "Contact's role",
    "contact_email": "Contact's e-mail",
    "contact_phone": "Contact's phone",
    "notes": "Notes",
    "attachments": "Links and files",
}
"""What a field is called wherever a change of it is told."""
_UNTOLD = frozenset({"notes", "customer_contact", "attachments"})
"""Of these only that they changed is kept."""


def last_told(changes: Sequence[Change]) -> Change | None:
    """The newest that a reader is told of; the newest come first."""
    return next((each for each in changes if each.field in LABELS), None)


def change_words(change: Change, it: Opportunity, reader: Reader) -> str:
    """`Value: €48,000 → €50,000`, escaped."""
    return told(change.field, change.before, change.after, it.currency, reader)


def told(field: str, before: str | None, after: str | None, currency: str, reader: Reader) -> str:
    """The same of the parts of a change."""
    label = LABELS.get(field, field)
    if field in _UNTOLD:
        return f"{label} changed"
    first, second = (_value(field, each, currency, reader) for each in (before, after))
    return f"{label}: {first} → {second}"


def _value(field: str, value: str | None, currency: str, reader: Reader) -> str:
    if not value:
        return "none"
    try:
        return _typed(field, value, currency, reader)
    except (ArithmeticError, ValueError):
        return shown(value, NAME_SHOWN)


def _typed(field: str, value: str, currency: str, reader: Reader) -> str:
    match field:
        case "deal_value":
            words = escape(money(Decimal(value), currency, reader.locale))
        case "expected_close_date" | "actual_close_date":
            words = day(date.fromisoformat(value), reader.locale, reader.today)
        case "probability":
            words = f"{int(value)}%"
        case "term_months":
            words = count(int(value), "month", "months")
        case "archived":
            words = "yes" if value == "true" else "no"
        case _:
            words = shown(value, NAME_SHOWN)
    return words
