"""What an opportunity brings its partner, in a line of its card."""

from collections.abc import Mapping
from decimal import Decimal
from typing import assert_never

from handlers.blocks.commission import held
from handlers.blocks.opportunities.values import Reader
from handlers.blocks.text import escape, money, shown
from services.commission.projecting import Projection, State
from services.opportunities import Opportunity


def commission_line(it: Projection, reader: Reader) -> str | None:
    """`€4,800 projected · weighted €2,400`, escaped; None where nothing is agreed."""
    match it.state:
        case State.HELD:
            return escape(held(it.held, reader.locale, reader.today))
        case State.EARNED | State.PROJECTED:
            return _amount(it, reader)
        case _:
            assert_never(it.state)


def win_brings(it: Projection, about: Opportunity, reader: Reader) -> str | None:
    """`Won today, it earns Globex €4,800.`, escaped; None where nothing is agreed."""
    if it.state is State.HELD:
        return f"Commission {escape(held(it.held, reader.locale, reader.today))}"
    if it.commission is None or it.structure is None:
        return None
    total = money(it.commission.total, it.commission.currency, reader.locale)
    return f"Won today, it earns {shown(about.partner_name)} {escape(total)}."


def taken_back(
    about: Opportunity,
    gone: Mapping[str, Decimal],
    balances: Mapping[str, Decimal],
    reader: Reader,
) -> str:
    """`Commission of €4,800 is taken back; €2,000 is to recover from Globex.`, escaped.
    `balances`: what is due to the partner; below zero it is to recover.
    """

    def listed(amounts: Mapping[str, Decimal]) -> str:
        told = [money(each, currency, reader.locale) for currency, each in amounts.items()]
        return escape(" and ".join(told))

    owed = {code: -balances[code] for code in gone if balances.get(code, Decimal(0)) < 0}
    more = f"; {listed(owed)} is to recover from {shown(about.partner_name)}" if owed else ""
    return f"Commission of {listed(gone)} is taken back{more}."


def _amount(it: Projection, reader: Reader) -> str | None:
    if it.commission is None or it.structure is None:
        return None
    currency = it.commission.currency
    total = money(it.commission.total, currency, reader.locale)
    if it.state is State.EARNED:
        return f"{escape(total)} earned"
    weighted = it.weighted
    share = f" · weighted {money(weighted, currency, reader.locale)}" if weighted else ""
    return f"{escape(total)} projected{escape(share)}"
