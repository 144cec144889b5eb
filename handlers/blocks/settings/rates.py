"""The section of the exchange rates: the rate in force of each currency, and those before it."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from handlers.blocks import kit
from handlers.blocks.settings.money import currency_name, currency_options
from handlers.blocks.settings.section import Facts, Group, Section
from handlers.blocks.text import count, day
from handlers.forms import Packed, pack
from handlers.routing import View
from services.configuration.catalogue import BASE_CURRENCY, CURRENCIES, TIME_ZONE
from services.configuration.rates import Rate
from services.values import UTC
from services.zones import zone_named

ADD_RATE = "settings_rate_add"
RATE_ROW = "settings_rate"
RATE = "settings_rate_save"
RATE_HISTORY = "settings_rate_history"
REMOVE_RATE = "settings_rate_remove"
NEW, HISTORY = "new", "history"
ROWS = 30
_MOST_CURRENCIES = 80


class RateNote(Packed):
    """What the form of a rate, and a currency's history, carry."""

    channel_id: str | None = None


def today(facts: Facts) -> date:
    """The company's day."""
    zone = zone_named(facts.value(TIME_ZONE)) or UTC
    return facts.now.astimezone(zone).date()


def rate_words(rate: Rate, base: str, facts: Facts) -> str:
    """`1 EUR = 1.08 USD from Thu 1 Oct`."""
    return f"1 {rate.currency} = {_plain(rate.rate)} {base} from {_day(rate.valid_from, facts)}"


def rate_form(facts: Facts, currency: str | None) -> View:
    """The form of a new rate."""
    base = facts.value(BASE_CURRENCY)
    options = {each["value"]: each for each in currency_options(_others(facts), facts.locale)}
    picker = kit.select(
        "settings_rate_currency",
        "Choose a currency",
        list(options.values()),
        chosen=options.get(currency),
    )
    number = kit.number_input("settings_rate_rate", placeholder="1.08", decimal=True)
    from_day = kit.date_picker("settings_rate_from", initial=today(facts).isoformat())
    blocks = [
        kit.field("currency", "Currency", picker),
        kit.field("rate", "Rate", number, hint=f"What one unit of it is worth in {base}."),
        kit.field(
            "valid_from",
            "From",
            from_day,
            hint="It counts until the next one. A rate that begins on the same day is corrected.",
        ),
    ]
    return kit.modal(
        "Add rate",
        blocks,
        callback_id=RATE,
        submit="Add",
        metadata=pack(RateNote(channel_id=facts.channel_id)),
    )


def history_view(
    facts: Facts, currency: str, page: int, drawing: str, told: str | None = None
) -> View:
    """Every rate of a currency, the latest first."""
    known = list(reversed(facts.rates.by_currency.get(currency, ())))
    pages = max(-(-len(known) // ROWS), 1)
    at = min(max(page, 1), pages)
    shown = known[(at - 1) * ROWS : at * ROWS]
    blocks = [
        *([kit.context(told)] if told else []),
        kit.section(f"*{currency_name(currency, facts.locale)}*"),
        *(_past_row(each, facts) for each in shown),
        *([] if known else [kit.section("There is no rate yet.")]),
        *kit.paging(at, pages, RATE_HISTORY, lambda to: f"{currency} {to} {drawing}"),
    ]
    return kit.modal(
        f"{currency} rates",
        blocks,
        callback_id=RATE_HISTORY,
        metadata=pack(RateNote(channel_id=facts.channel_id)),
        close="Back",
    )


def _body(facts: Facts, drawing: str) -> list[kit.Block]:
    others = _others(facts)
    if not others:
        return [kit.section("You sell in one currency: no rate is needed.")]
    rows = [_row(code, facts, drawing) for code in others[:_MOST_CURRENCIES]]
    left = len(others) - len(rows)
    more = f"{count(left, 'more currency', 'more currencies')}: choose them at Add rate."
    return [
        kit.actions(kit.button("Add rate", ADD_RATE, drawing)),
        *rows,
        *([kit.context(more)] if left else []),
    ]


def _row(code: str, facts: Facts, drawing: str) -> kit.Block:
    options = [
        kit.option("Add rate", f"{NEW} {code} {drawing}"),
        kit.option("History", f"{HISTORY} {code} {drawing}"),
    ]
    known = facts.rates.by_currency.get(code, ())
    menu = kit.overflow(f"{RATE_ROW}:{code}", options if known else options[:1])
    words = _present(known, facts) if known else "No rate yet"
    return kit.section(f"*{currency_name(code, facts.locale)}*\n{words}", accessory=menu)


def _present(known: Sequence[Rate], facts: Facts) -> str:
    """The rate in force, and the next one when it is set already."""
    base, now = facts.value(BASE_CURRENCY), today(facts)
    in_force = [each for each in known if each.valid_from <= now]
    coming = [each for each in known if each.valid_from > now]
    parts = [rate_words(in_force[-1], base, facts)] if in_force else ["No rate in force"]
    if coming:
        next_one = coming[0]
        parts.append(f"{_plain(next_one.rate)} from {_day(next_one.valid_from, facts)}")
    return " · ".join(parts)


def _past_row(rate: Rate, facts: Facts) -> kit.Block:
    base = facts.value(BASE_CURRENCY)
    words = rate_words(rate, base, facts)
    sure = kit.confirm("Remove this rate?", f"{words}. The one before it counts on.", "Remove")
    value = f"{rate.currency} {rate.valid_from.isoformat()} {rate.version}"
    button = kit.button("Remove", f"{REMOVE_RATE}:{rate.valid_from}", value, confirm=sure)
    return kit.section(words, accessory=button)


def _others(facts: Facts) -> list[str]:
    base = facts.value(BASE_CURRENCY)
    return [code for code in facts.value(CURRENCIES) if code != base]


def _summary(facts: Facts) -> str:
    others, base = _others(facts), facts.value(BASE_CURRENCY)
    if not others:
        return "One currency: no rate is needed"
    known = [code for code in others if facts.rates.on(code, today(facts)) is not None]
    return f"{len(known)} of {len(others)} currencies have a rate to {base} today"


def _remark(facts: Facts) -> str | None:
    if not facts.unconvertible:
        return None
    listed = ", ".join(facts.unconvertible)
    base = facts.value(BASE_CURRENCY)
    return f"Amounts in {listed} cannot be added up: there is no rate to {base} yet."


def _plain(rate: Decimal) -> str:
    return f"{rate:f}"


def _day(value: date, facts: Facts) -> str:
    return day(value, facts.locale, today(facts))


RATES = Section(
    key="rates",
    title="Exchange rates",
    group=Group.MONEY,
    about="What your other currencies are worth in the base currency, and from which day.",
    summary=_summary,
    body=_body,
    also_reads=(BASE_CURRENCY, CURRENCIES, TIME_ZONE),
    remark=_remark,
    other_names=("rate", "exchange-rates"),
)
