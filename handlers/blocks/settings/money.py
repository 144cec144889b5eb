"""The section of the currencies, the base currency and the fiscal year."""

from collections.abc import Iterable

from babel.numbers import get_currency_name

from handlers.blocks import kit
from handlers.blocks.settings.fields import choice, field, months
from handlers.blocks.settings.section import Facts, Group, Section
from handlers.blocks.text import english, escape
from services.configuration.catalogue import BASE_CURRENCY, CURRENCIES, FISCAL_START
from services.money import known_currencies

SUGGEST_CURRENCY = "settings_currency"
_SHOWN = 12


def currency_name(code: str, locale: str) -> str:
    """`EUR Euro`, in the reader's English."""
    return f"{code} {get_currency_name(code, locale=english(locale))}"


def currency_options(codes: Iterable[str], locale: str) -> list[kit.Element]:
    return [kit.option(currency_name(code, locale), code) for code in codes]


def currencies_matching(query: str, locale: str) -> list[kit.Element]:
    """The currencies whose code or name begins a word with what was typed, as options."""
    wanted = query.casefold().split()
    found = [
        code
        for code in sorted(known_currencies())
        if all(_has(currency_name(code, locale), each) for each in wanted)
    ]
    return currency_options(found[: kit.MOST_OPTIONS], locale)


def _has(name: str, word: str) -> bool:
    return any(part.startswith(word) for part in name.casefold().split())


def _list_control(codes: tuple[str, ...], facts: Facts) -> kit.Element:
    chosen = currency_options(codes, facts.locale)
    return kit.multi_type_ahead(
        f"{SUGGEST_CURRENCY}:list", "Type a currency, like euro", chosen=chosen
    )


def _base_control(code: str, facts: Facts) -> kit.Element:
    [chosen] = currency_options([code], facts.locale)
    return kit.type_ahead(f"{SUGGEST_CURRENCY}:base", "Type a currency, like euro", chosen=chosen)


def _listed(codes: tuple[str, ...], _: Facts) -> str:
    more = f" and {len(codes) - _SHOWN} more" if len(codes) > _SHOWN else ""
    return ", ".join(codes[:_SHOWN]) + more


def _summary(facts: Facts) -> str:
    month = dict(months(facts))[str(facts.value(FISCAL_START))]
    base = facts.value(BASE_CURRENCY)
    others = tuple(each for each in facts.value(CURRENCIES) if each != base)
    listed = f", also {_listed(others, facts)}" if others else ""
    return escape(f"Base {base}{listed} · fiscal year from {month}")


MONEY = Section(
    key="currencies",
    title="Currencies",
    group=Group.MONEY,
    about="The currencies you sell in, the one you add up in, and when your fiscal year begins.",
    summary=_summary,
    editors=(
        field(
            CURRENCIES,
            "Currencies",
            _list_control,
            _listed,
            hint="What an opportunity may be in.",
        ),
        field(
            BASE_CURRENCY,
            "Base currency",
            _base_control,
            lambda code, facts: currency_name(code, facts.locale),
            hint="What totals are in. Its exchange rates follow from those you have.",
        ),
        choice(
            FISCAL_START,
            "Fiscal year begins in",
            months,
            placeholder="Choose a month",
            hint="A fiscal year is named by the calendar year it ends in.",
        ),
    ),
    other_names=("currency", "money", "fiscal-year"),
)
