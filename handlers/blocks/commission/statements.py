"""A partner's statement in a modal: per currency what was open, each entry, what is due."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from handlers import forms
from handlers.blocks import kit
from handlers.blocks.commission import words
from handlers.blocks.commission.values import (
    ENTER,
    EXPLAIN_ENTRY,
    EXPLAIN_VIEW,
    EXPORT,
    STATEMENT_PAGE,
    STATEMENT_VIEW,
    TERMS,
    EnterRef,
    EntryRef,
    ExportRef,
    Reader,
    StatementRef,
    TermsRef,
    short,
)
from handlers.blocks.kit import Block, Element, View
from handlers.blocks.text import day, escape, exact, moment_token
from services.commission.statements import Account, Kind, Statement, StatementLine, Waiting
from services.fiscal import Span

ROWS = 20
REASON_SHOWN = 255
KINDS: Mapping[Kind, str] = {
    "accrual": "Earned",
    "reversal": "Taken back",
    "adjustment": "Adjustment",
    "payment": "Paid",
}
BECAUSE: Mapping[str, str] = {
    "not_won": "it is not won any more",
    "changed": "the opportunity or its terms changed",
    "recounted": "counted anew after another win",
}


@dataclass(frozen=True, slots=True)
class Beside:
    """The periods before and after, what was done just now, escaped, when it is shown, in
    milliseconds, and where there are several currencies what is earned in them together, in which.
    """

    before: Span | None = None
    after: Span | None = None
    told: str | None = None
    at: int = 0
    in_base: tuple[Decimal, str] | None = None


@dataclass(frozen=True, slots=True)
class _Row:
    block: Block
    account: Account | None = None


def statement_view(it: Statement, ref: StatementRef, reader: Reader, beside: Beside) -> View:
    """A page of it. The amounts of a currency are full to the cent and add up."""
    rows = _rows(it, ref, reader)
    pages = max(1, -(-len(rows) // ROWS))
    page = min(max(ref.page, 1), pages)
    here = ref.model_copy(update={"page": page, "period": it.span.name})
    on_page = rows[(page - 1) * ROWS : page * ROWS]
    return kit.modal(
        "Statement",
        [
            *([kit.section(beside.told)] if beside.told else []),
            kit.section(_title(it, reader)),
            *_in_base(beside, reader),
            *_periods(here, beside),
            *_continued(on_page, rows[: (page - 1) * ROWS]),
            *(row.block for row in on_page),
            *([] if rows else [_nothing(it)]),
            *kit.paging(page, pages, STATEMENT_PAGE, lambda number: _paged(here, number)),
            kit.divider(),
            kit.actions(*_ways(here, reader)),
            kit.actions(*_exports(here, beside.at)),
        ],
        callback_id=STATEMENT_VIEW,
        metadata=forms.pack(here),
        close="Close",
    )


def entry_view(line: StatementLine, currency: str, reader: Reader) -> View:
    """Where the amount of one line comes from, with the words of its rule."""
    lines = [f"• {escape(each)}" for each in words.line_words(line.lines, currency, reader.locale)]
    rule = words.sentence(line.structure, reader.locale) if line.structure else None
    taken = ["What is taken back:"] if line.kind == "reversal" else []
    return kit.modal(
        "Explanation",
        [
            kit.section(f"*{_what(line)}* · {_amount(line, currency, reader)}\n{_kind(line)}"),
            *([kit.section(f"*Terms*\n{escape(rule)}")] if rule else []),
            *([kit.section("\n".join([*taken, *lines]))] if lines else []),
            kit.context(_recorded(line, reader)),
        ],
        callback_id=EXPLAIN_VIEW,
        close="Back",
    )


def on_its_way(ref: ExportRef, span: Span) -> str:
    """What is told when a file was asked for."""
    whose = "The statement is" if ref.of == "partner" else "The statements of all partners are"
    return (
        f":outbox_tray: {whose} on the way to your direct messages with Tandem, as a CSV file for "
        f"{period_words(span)}."
    )


def period_words(span: Span) -> str:
    """`2026-Q3`; days by themselves have no other name."""
    return span.name.replace("..", " to ")


def _title(it: Statement, reader: Reader) -> str:
    first, last = (day(each, reader.locale) for each in (it.span.first, it.span.last))
    name = f" · {it.span.name}" if ".." not in it.span.name else ""
    return f"*{short(it.partner_name)}*{name}\n{first} to {last}"


def _in_base(beside: Beside, reader: Reader) -> list[Block]:
    if beside.in_base is None:
        return []
    amount = escape(exact(*beside.in_base, reader.locale))
    return [
        kit.context(f"Earned in all currencies: *{amount}*, each entry at the rate of its day.")
    ]


def _periods(ref: StatementRef, beside: Beside) -> list[Block]:
    buttons = [
        kit.button(
            f"{arrow} {period_words(span)}",
            f"{STATEMENT_PAGE}:{which}",
            _of(ref, span),
            label=label,
        )
        for arrow, which, span, label in (
            ("←", "before", beside.before, "The period before"),
            ("→", "after", beside.after, "The period after"),
        )
        if span is not None
    ]
    return [kit.actions(*buttons)] if buttons else []


def _of(ref: StatementRef, span: Span) -> str:
    return forms.pack(ref.model_copy(update={"period": span.name, "page": 1}))


def _paged(ref: StatementRef, number: int) -> str:
    return forms.pack(ref.model_copy(update={"page": number}))


def _rows(it: Statement, ref: StatementRef, reader: Reader) -> list[_Row]:
    rows: list[_Row] = []
    for account in it.accounts:
        rows.append(_Row(_summary(account, reader), account))
        rows += [_Row(_line(each, account, it, ref, reader), account) for each in account.lines]
    rows += [_Row(_waiting(each, reader)) for each in it.waiting]
    return rows


def _summary(it: Account, reader: Reader) -> Block:
    def shown(amount: Decimal) -> str:
        return escape(exact(amount, it.currency, reader.locale))

    parts = [("Opening", it.opening), ("Earned", it.earned), ("Paid", -it.paid)]
    due = "To recover" if it.closing < 0 else "Due"
    facts = [(name, shown(amount)) for name, amount in parts]
    return kit.facts([*facts, (due, f"*{shown(abs(it.closing))}*")])


def _line(
    line: StatementLine, account: Account, it: Statement, ref: StatementRef, reader: Reader
) -> Block:
    on = day(line.on, reader.locale, reader.today)
    amount = _amount(line, account.currency, reader)
    text = f"{on} · {_what(line)}\n*{amount}* · {_kind(line)}"
    has_rule = line.number is not None
    return kit.section(text, accessory=_explain(line, it, ref) if has_rule else None)


def _explain(line: StatementLine, it: Statement, ref: StatementRef) -> Element:
    value = EntryRef(
        partner_id=it.partner_id,
        period=it.span.name,
        page=ref.page,
        channel_id=ref.channel_id,
        entry_id=line.id,
    )
    return kit.button("Explain", f"{EXPLAIN_ENTRY}:{line.id}", forms.pack(value))


def _what(line: StatementLine) -> str:
    if line.number is None:
        return KINDS[line.kind]
    month = f" · month {line.month}" if line.month else ""
    return f"#{line.number} {short(line.customer_name or '')}{month}"


def _kind(line: StatementLine) -> str:
    """What it is and why, as far as the line above does not say so."""
    why = BECAUSE.get(line.because or "")
    told = [f"{KINDS[line.kind]}: {why}" if why else KINDS[line.kind]]
    if line.number is None:
        told = [f"{KINDS[line.kind]} by {short(line.recorded_by)}"] if line.recorded_by else told
    reason = [short(line.reason, REASON_SHOWN)] if line.reason else []
    late = ["came in after the period"] if line.is_late else []
    return " · ".join([*told, *reason, *late])


def _amount(line: StatementLine, currency: str, reader: Reader) -> str:
    return escape(exact(line.amount, currency, reader.locale))


def _recorded(line: StatementLine, reader: Reader) -> str:
    on = day(line.on, reader.locale, reader.today)
    return f"Counts on {on}, recorded {moment_token(line.recorded_at)}."


def _waiting(it: Waiting, reader: Reader) -> Block:
    value = escape(exact(it.value, it.currency, reader.locale))
    why = escape(words.held(it.hold, reader.locale, reader.today))
    return kit.section(f"#{it.number} {short(it.customer_name)} · {value}\nCommission {why}.")


def _continued(on_page: Sequence[_Row], before: Sequence[_Row]) -> list[Block]:
    """Which currency a page begins in the middle of."""
    if not on_page or not before:
        return []
    account = on_page[0].account
    if account is None or account is not before[-1].account:
        return []
    return [kit.context(f"{account.currency}, continued")]


def _nothing(it: Statement) -> Block:
    return kit.section(f"{short(it.partner_name)} earned nothing in this period.")


def _ways(ref: StatementRef, reader: Reader) -> list[Element]:
    def enter(what: str) -> str:
        return forms.pack(EnterRef.model_validate({**ref.model_dump(), "what": what}))

    terms = TermsRef(partner_id=ref.partner_id, channel_id=ref.channel_id)
    entering = [
        kit.button("Record payment", f"{ENTER}:payment", enter("payment")),
        kit.button("Adjust", f"{ENTER}:adjustment", enter("adjustment")),
    ]
    return [
        *(entering if reader.may_manage else []),
        kit.button("Terms", TERMS, forms.pack(terms)),
    ]


def _exports(ref: StatementRef, at: int) -> list[Element]:
    def out(of: Literal["partner", "all"]) -> tuple[str, str]:
        value = ExportRef.model_validate({**ref.model_dump(), "of": of, "shown_at": at})
        return f"{EXPORT}:{of}", forms.pack(value)

    return [
        kit.button("Export", *out("partner"), label="Export this statement as a CSV file"),
        kit.button(
            "Export all partners", *out("all"), label="Export the statements of all partners"
        ),
    ]
