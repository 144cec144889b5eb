"""Statements as a table for a spreadsheet: a row for each entry, in words. Pure."""

import re
from collections.abc import Iterator

from handlers.blocks import own_files
from handlers.blocks.commission import words
from handlers.blocks.commission.statements import BECAUSE, KINDS, period_words
from handlers.blocks.commission.values import short
from handlers.blocks.text import count, escape, exact, plain
from handlers.notices import File, Message
from services import csv_files
from services.commission.exporting import Exported, NotSent
from services.commission.statements import Account, Statement, StatementLine, Waiting
from services.csv_files import Cell

HEADER = (
    "Partner",
    "Period",
    "Currency",
    "Date",
    "Entry",
    "Opportunity",
    "Customer",
    "Month",
    "Amount",
    "Balance",
    "Explanation",
    "Reason",
    "Recorded at",
    "Recorded by",
    "After the period",
)
_NAME, _TITLE = 60, 150
_UNFIT = re.compile(r"[^\w.]+")
_MOST_CURRENCIES = 10
_GONE = "The statement is no longer there, or you may not read it any more."
_OTHER = "Slack did not take it. Press *Export* on the statement again (`/partner statement`)."


def exported_file(it: Exported) -> File:
    """The file, its name and the words beside it. Takes seconds for tens of thousands of lines."""
    period = period_words(it.span)
    whose = "all partners" if it.is_whole else it.statements[0].partner_name
    rows = (row for each in it.statements for row in _rows(each, it.reader.locale))
    return File(
        name=f"commission-{_fit(whose)}-{_fit(period)}.csv",
        title=plain(f"Commission of {whose}, {period}", _TITLE),
        words=_whole(it) if it.is_whole else _single(it.statements[0], it.reader.locale),
        content=csv_files.written(HEADER, rows),
    )


def not_sent(it: NotSent) -> Message:
    """Why a file does not come, and what to do about it."""
    whose = "statement" if it.partner_id else "statements of all partners"
    return own_files.not_sent(f"the {whose} for {it.period}", it.reason, _GONE, _OTHER)


def _fit(name: str) -> str:
    """A part of a file's name that every system takes."""
    return _UNFIT.sub("-", name)[:_NAME].strip("-.") or "partner"


def _single(it: Statement, locale: str) -> str:
    lines = count(sum(len(each.lines) for each in it.accounts), "entry", "entries")
    due = [_due(each, locale) for each in it.accounts[:_MOST_CURRENCIES]]
    head = f"Commission of *{short(it.partner_name)}* · {period_words(it.span)} · {lines}"
    return "\n".join([head, *due])


def _due(it: Account, locale: str) -> str:
    word = "To recover" if it.closing < 0 else "Due"
    return f"{word}: {escape(exact(abs(it.closing), it.currency, locale))}"


def _whole(it: Exported) -> str:
    entries = sum(len(each.lines) for one in it.statements for each in one.accounts)
    partners = count(len(it.statements), "partner", "partners")
    lines = count(entries, "entry", "entries")
    return f"Commission of *all partners* · {period_words(it.span)} · {partners}, {lines}"


def _rows(it: Statement, locale: str) -> Iterator[tuple[Cell, ...]]:
    """What was open, each entry and what became of the balance; then what waits. The amounts of a
    currency add up to what is due.
    """
    lead = it.partner_name, period_words(it.span)
    for account in it.accounts:
        balance = account.opening
        opening = (None, None, None, balance, balance, None, None, None, None, None)
        yield (*lead, account.currency, it.span.first, "Opening", *opening)
        for line in account.lines:
            balance += line.amount
            cells = line.month, line.amount, balance, *_why(line, account.currency, locale)
            what = KINDS[line.kind], line.number, line.customer_name
            yield (*lead, account.currency, line.on, *what, *cells)
    for each in it.waiting:
        yield (*lead, *_waiting(each, locale))


def _why(line: StatementLine, currency: str, locale: str) -> tuple[Cell, ...]:
    lines = "; ".join(words.line_words(line.lines, currency, locale))
    taken = "What is taken back: " if lines and line.kind == "reversal" else ""
    reason = line.reason or BECAUSE.get(line.because or "")
    late = "yes" if line.is_late else None
    return f"{taken}{lines}" or None, reason, line.recorded_at, line.recorded_by, late


def _waiting(it: Waiting, locale: str) -> tuple[Cell, ...]:
    held = f"Value {exact(it.value, it.currency, locale)}, commission {words.held(it.hold, locale)}"
    what = it.currency, it.hold.day, "Held", it.number, it.customer_name
    return (*what, None, None, None, held, None, None, None, None)
