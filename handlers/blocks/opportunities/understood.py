"""What was read in quick text, in words: filled in, and why a field was left open."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from babel.numbers import format_decimal

from handlers.blocks.kit import Element
from handlers.blocks.text import cut, day, escape, isolated, money
from services.quick_text import Doubt, Field, Understood, Why
from services.text import NAME, locale_of

_QUOTED = 40
_NAMES = {Field.AMOUNT: "value", Field.CLOSE: "close date", Field.PARTNER: "partner"}

_OF_AMOUNT = {
    Why.TWO_READINGS: "I was not sure about {words}: is it {readings}?",
    Why.SEVERAL: "There is more than one amount in {words}. Which is the value?",
    Why.MAYBE: "Is {words} the value? I left it in the customer's name.",
    Why.VAGUE: "{words} is a limit, not an amount.",
    Why.NEGATIVE: "{words} is below zero; a value is zero or more.",
    Why.TOO_LARGE: "{words} is more than a value can be.",
    Why.TOO_MANY_DECIMALS: "{words} has more than two decimals.",
    Why.PER_MONTH: "{words} is a rate. What is the whole value?",
    Why.NOT_OFFERED: "Your company does not use {readings}, so I left {words} out.",
}
_OF_CLOSE = {
    Why.TWO_READINGS: "I was not sure about {words}: is it {readings}?",
    Why.SEVERAL: "There is more than one day in {words}. Which is the close date?",
    Why.MAYBE: "Is {words} the close date? I left it in the customer's name.",
    Why.VAGUE: "{words} is not a single day. Which one is it?",
    Why.NO_SUCH_DAY: "There is no day {words}.",
    Why.JUST_PASSED: "{words} has just passed. Which day is it?",
    Why.IN_PAST: "{words} is in the past.",
    Why.TOO_FAR: "{words} is more than ten years ahead.",
    Why.OTHER_WEEKDAY: "The weekday and the day in {words} do not match: that day is {readings}.",
    Why.UNREADABLE: "I could not read {words}, so I left it in the customer's name.",
    Why.OTHER_DAY: "{words} does not say when it closes.",
}
_OF_PARTNER = {
    Why.SEVERAL: "You named more than one partner. Is it {readings}?",
    Why.TWO_READINGS: "{words} could be {readings}.",
    Why.UNKNOWN: "I found no partner called {words}. Choose one, or create this one.",
}
_WHY: Mapping[Field, Mapping[Why, str]] = {
    Field.AMOUNT: _OF_AMOUNT,
    Field.CLOSE: _OF_CLOSE,
    Field.PARTNER: _OF_PARTNER,
}
_UNREADABLE = "I could not read {words}."


@dataclass(frozen=True, slots=True)
class CreateDraft:
    """What the form of a new opportunity begins with. `told` is escaped; `hints` are plain."""

    customer: str = ""
    partner: Element | None = None
    value: str = ""
    currency: str | None = None
    close: date | None = None
    notes: str = ""
    told: str = ""
    hints: Mapping[Field, str] = field(default_factory=dict[Field, str])


@dataclass(frozen=True, slots=True)
class Reading:
    """Who reads it, on which day, in which company, and the partner that is chosen."""

    locale: str
    today: date
    base_currency: str
    partner: Element | None = None
    partner_name: str = ""


def draft(it: Understood, reading: Reading) -> CreateDraft:
    """The form filled in with what was understood; what was not is asked for at its field."""
    doubts = [
        each for each in it.doubts if each.field is not Field.PARTNER or reading.partner is None
    ]
    amount = it.money.amount if it.money else None
    return CreateDraft(
        customer=it.customer[:NAME],
        partner=reading.partner,
        value="" if amount is None else in_field(amount, reading.locale),
        currency=it.money.currency if it.money else None,
        close=it.close,
        told=_told(it, doubts, reading),
        hints={each.field: _hint(each, reading) for each in doubts},
    )


def in_field(amount: Decimal, locale: str) -> str:
    """`48,000`: as the person would type it, and as the field reads it back."""
    return format_decimal(amount, locale=locale_of(locale))


def _told(it: Understood, doubts: list[Doubt], reading: Reading) -> str:
    """`Understood: €48,000 · Globex · closes Wed 30 Sep`, and which fields were left open."""
    facts: list[str] = []
    if it.money:
        currency = it.money.currency or reading.base_currency
        facts.append(escape(money(it.money.amount, currency, reading.locale)))
    if reading.partner_name:
        facts.append(escape(isolated(reading.partner_name)))
    if it.close:
        facts.append(f"closes {day(it.close, reading.locale, reading.today)}")
    said = [f"Understood: {' · '.join(facts)}"] if facts else []
    if doubts:
        said.append(f"Left open: {', '.join(_NAMES[each.field] for each in doubts)}")
    return "\n".join(said)


def _hint(doubt: Doubt, reading: Reading) -> str:
    sentence = _WHY[doubt.field].get(doubt.why, _UNREADABLE)
    readings = [_shown(each, reading) for each in doubt.readings]
    words = f"“{isolated(cut(' '.join(doubt.words.split()), _QUOTED))}”"
    return sentence.format(words=words, readings=_either(readings))


def _shown(meant: object, reading: Reading) -> str:
    if isinstance(meant, date):
        return day(meant, reading.locale, reading.today)
    if isinstance(meant, Decimal):
        return in_field(meant, reading.locale)
    return isolated(str(meant))


def _either(readings: list[str]) -> str:
    return " or ".join([", ".join(readings[:-1]), readings[-1]] if readings[1:] else readings)
