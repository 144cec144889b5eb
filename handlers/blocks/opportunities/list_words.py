"""What a list of opportunities is called, and what its totals come to, in words. Escaped."""

from collections.abc import Mapping
from decimal import Decimal

from handlers.blocks.opportunities.values import Reader
from handlers.blocks.text import count, escape, money, shown
from services.configuration.catalogue import Pipeline
from services.opportunities import BaseTotal, Filter, Names, Page, Sort, Total, When

_WORDS_SHOWN = 60
WHEN: Mapping[When, str] = {
    "this_week": "this week",
    "next_week": "next week",
    "last_week": "last week",
    "this_month": "this month",
    "next_month": "next month",
    "last_month": "last month",
    "this_quarter": "this quarter",
    "next_quarter": "next quarter",
    "last_quarter": "last quarter",
    "this_year": "this year",
    "next_year": "next year",
    "last_year": "last year",
    "overdue": "overdue",
}
SORTS: Mapping[Sort, str] = {
    "close": "by close date",
    "value": "by value",
    "stage": "by stage",
    "moved": "by last move",
    "number": "by number",
    "best": "best match first",
}


def title(wanted: Filter, names: Names, pipeline: Pipeline, reader: Reader) -> str:
    """`All open opportunities in Negotiation, stale`: what was understood."""
    whose = _whose(wanted, names, reader)
    what = _what(wanted)
    begun = " ".join(each for each in (whose, what) if each)
    parts = [begun[0].upper() + begun[1:], *_where(wanted, names, pipeline)]
    return ", ".join([" ".join(parts), *_further(wanted)])


def is_mine(wanted: Filter, reader: Reader) -> bool:
    return reader.actor is not None and wanted.owner_id == reader.actor.user_id


def total(page: Page, wanted: Filter, reader: Reader) -> str:
    """`14 · €412,300 · weighted €188,150`: in the base currency; what has no rate stands beside."""
    told = [str(page.total_count), _sum(page, reader, weighted=False)]
    if wanted.is_about_open:
        told.append(f"weighted {_sum(page, reader, weighted=True)}")
    return " · ".join(told)


def by_currency(page: Page, wanted: Filter, reader: Reader) -> str | None:
    """What the total consists of; None where there is nothing to tell."""
    if len(page.totals) <= 1:
        return None
    value = _each(page.totals, reader, weighted=False)
    weighted = f" · weighted {_each(page.totals, reader, weighted=True)}"
    told = f"{value}{weighted if wanted.is_about_open else ''}"
    if not page.base.without_rate:
        return f"At today's rates, of {told}"
    missing = sorted(page.base.without_rate)
    what = "There is no exchange rate" if len(missing) == 1 else "There are no exchange rates"
    return (
        f"{what} from {', '.join(missing)} to {page.base.currency}, so I do not add "
        f"{'it' if len(missing) == 1 else 'them'} up. By currency: {told}"
    )


def _whose(wanted: Filter, names: Names, reader: Reader) -> str:
    if is_mine(wanted, reader):
        return "my"
    if wanted.owner_id is not None:
        return f"{shown(names.owner, _WORDS_SHOWN)}'s" if names.owner else "somebody else's"
    return "" if wanted.words else "all"


def _what(wanted: Filter) -> str:
    if wanted.is_archived:
        return "archived opportunities"
    closed = {"won": "opportunities won", "lost": "opportunities lost"}
    if wanted.state in ("won", "lost", "closed"):
        what = closed.get(wanted.state, "opportunities closed")
        return f"{what} {WHEN[wanted.when]}" if wanted.when else what
    return "open opportunities" if wanted.state == "open" else "opportunities"


def _where(wanted: Filter, names: Names, pipeline: Pipeline) -> list[str]:
    where: list[str] = []
    if wanted.stage:
        stage = pipeline.find(wanted.stage)
        where.append(f"in {escape(stage.label if stage else wanted.stage)}")
    if wanted.partner_id:
        where.append(f"via {shown(names.partner or 'a partner', _WORDS_SHOWN)}")
    if wanted.words:
        where.append(f"with “{shown(wanted.words, _WORDS_SHOWN)}”")
    return where


def _further(wanted: Filter) -> list[str]:
    further = ["stale"] if wanted.is_stale else []
    if wanted.closing_within_days is not None:
        further.append(f"closing within {count(wanted.closing_within_days, 'day', 'days')}")
    if wanted.when == "overdue":
        further.append("overdue")
    elif wanted.when and wanted.state == "open":
        further.append(f"closing {WHEN[wanted.when]}")
    if wanted.sort not in ("close", "best"):
        further.append(SORTS[wanted.sort])
    return further


def _sum(page: Page, reader: Reader, *, weighted: bool) -> str:
    """The base currency's part first, if anything is in it."""
    base, apart = page.base, _apart(page.totals, page.base)
    amounts = [_amount(each, weighted=weighted) for each in apart]
    if len(apart) < len(page.totals):
        amounts.insert(0, (base.weighted if weighted else base.value, base.currency))
    return " + ".join(money(amount, currency, reader.locale) for amount, currency in amounts)


def _apart(totals: tuple[Total, ...], base: BaseTotal) -> list[Total]:
    return [each for each in _ordered(totals) if each.currency in base.without_rate]


def _ordered(totals: tuple[Total, ...]) -> list[Total]:
    """The same order wherever they are told, as they come in any."""
    return sorted(totals, key=lambda each: (-each.value, each.currency))


def _each(totals: tuple[Total, ...], reader: Reader, *, weighted: bool) -> str:
    amounts = (_amount(each, weighted=weighted) for each in _ordered(totals))
    return " + ".join(money(amount, currency, reader.locale) for amount, currency in amounts)


def _amount(total: Total, *, weighted: bool) -> tuple[Decimal, str]:
    return total.weighted if weighted else total.value, total.currency
