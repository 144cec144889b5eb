"""What an opportunity brings its partner, in a line of its card."""

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
