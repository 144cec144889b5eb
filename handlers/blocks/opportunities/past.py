"""The pipeline of a past day, and what moved since: a message, and a bucket in a modal."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Annotated

from pydantic import Field

from handlers import forms
from handlers.blocks import kit
from handlers.blocks.kit import Block, Element, View
from handlers.blocks.opportunities.values import Reader
from handlers.blocks.opportunities.waterfalls import CURRENCIES, NAMES, effect, no_rate, since
from handlers.blocks.text import count, cut, day, escape, money, shown
from handlers.forms import Packed
from services.opportunities import Total
from services.opportunities.past import (
    Bucket,
    BucketPage,
    Move,
    Past,
    PastLine,
    Sums,
    Waterfall,
)

AS_OF = "past.as_of"
BUCKET = "past.bucket"
ROWS = "past.rows"
_Shown = tuple[str, list[Block]]


class AsOfRef(Packed):
    """A button's value: which day."""

    day: date


class RowsRef(Packed):
    """A button's value: which page of what was open on a day."""

    day: date
    page: Annotated[int, Field(ge=1)] = 1


class BucketRef(Packed):
    """A button's value: which page of which bucket between two days."""

    start: date
    end: date
    bucket: Bucket
    page: Annotated[int, Field(ge=1)] = 1


@dataclass(frozen=True, slots=True)
class Since:
    """A day that is offered as a button."""

    words: str
    day: date


def pipeline(past: Past, flow: Waterfall, reader: Reader, offered: Sequence[Since]) -> _Shown:
    """What was open that day, by stage; what moved since, step by step; and ways to see more."""
    heading = _heading(past, reader)
    return heading, [
        kit.section(f"*{heading}*"),
        *_notes(past, reader),
        *([_table(past, reader)] if past.stages else []),
        *since(flow, reader),
        kit.actions(*_shows(past, flow), block_id=f"past:{past.day.isoformat()}"),
        *_other_days(past, offered),
    ]


def unclear(words: str, readings: Sequence[date], reader: Reader) -> _Shown:
    """No day, or which of several; the ones it may be as buttons."""
    if not readings:
        said = f"I cannot read “{shown(words, 60)}” as a day. "
        said += "Try `/opp asof 2026-09-30`, `30 sep`, `last friday` or `end of last quarter`."
        return said, [kit.section(said)]
    named = " or ".join(day(each, reader.locale, reader.today) for each in readings)
    said = f"“{shown(words, 60)}” may be {named}. Which day do you mean?"
    return said, [kit.section(said), kit.actions(*_days(_named(readings, reader)))]


def bucket_view(page: BucketPage, ref: BucketRef, base: str, reader: Reader) -> View:
    """The opportunities of one step, the largest first."""
    span = f"{day(ref.start, reader.locale, reader.today)} to {_day(ref.end, reader)}"
    said = f"*{page.count} {NAMES.get(page.bucket, str(page.bucket))}* from {span}"

    def value_of(number: int) -> str:
        return forms.pack(ref.model_copy(update={"page": number}))

    rows = [kit.section(_move_row(each, base, reader)) for each in page.rows]
    nothing = [] if rows else [kit.section("There are none any more.")]
    paging = kit.paging(page.number, page.pages, BUCKET, value_of)
    title = NAMES.get(page.bucket, str(page.bucket)).capitalize()
    blocks = [kit.section(said), *nothing, *rows, *paging]
    return kit.modal(title, blocks, callback_id=BUCKET, close="Close")


def rows_view(past: Past, reader: Reader) -> View:
    """What was open that day, soonest to close first."""

    def value_of(number: int) -> str:
        return forms.pack(RowsRef(day=past.day, page=number))

    rows = [kit.section(_line(each, reader)) for each in past.rows]
    paging = kit.paging(past.number, past.pages, ROWS, value_of)
    blocks = [kit.section(f"*{_heading(past, reader)}*"), *rows, *paging]
    return kit.modal("Pipeline of a day", blocks, callback_id=ROWS, close="Close")


def _heading(past: Past, reader: Reader) -> str:
    when = f"Pipeline at the end of {_day(past.day, reader)}"
    if past.day == reader.today:
        when = "Pipeline as it is now"
    if not past.total.count:
        return f"{when}: nothing was open"
    value = _worth(past.total, past.base_currency, reader)
    weighted = _worth(past.total, past.base_currency, reader, weighted=True)
    return f"{when}: {past.total.count} open · {value} · weighted {weighted}"


def _day(value: date, reader: Reader) -> str:
    return day(value, reader.locale, reader.today)


def _worth(sums: Sums, base: str, reader: Reader, *, weighted: bool = False) -> str:
    """In the base currency, and beside it what had no rate."""
    in_base = sums.base_weighted if weighted else sums.base
    apart = [each for each in sums.totals if each.currency in sums.without_rate]
    parts = [(in_base, base)] if len(apart) < len(sums.totals) or not apart else []
    parts += [(each.weighted if weighted else each.value, each.currency) for each in apart]
    return " + ".join(money(amount, code, reader.locale) for amount, code in parts)


def _notes(past: Past, reader: Reader) -> list[Block]:
    notes: list[str] = []
    codes = {each.currency for each in past.total.totals} - set(past.total.without_rate)
    if codes - {past.base_currency}:
        notes.append(f"At the rates of that day, of {_each(past.total.totals, reader)}.")
    if past.total.without_rate:
        notes.append(no_rate(past.total.without_rate, past.base_currency, "that day"))
    if reader.actor is not None and not reader.actor.may("opportunities.view"):
        notes.append("These are the opportunities that are yours now.")
    return [kit.context(*notes)] if notes else []


def _each(totals: Sequence[Total], reader: Reader) -> str:
    told = [money(each.value, each.currency, reader.locale) for each in totals[:CURRENCIES]]
    more = len(totals) - len(told)
    return " + ".join([*told, *([f"{more} more currencies"] if more else [])])


def _table(past: Past, reader: Reader) -> Block:
    head = ["Stage", "Open", "Value", "Weighted"]
    rows = [[each.label, *_cells(each, past, reader)] for each in past.stages]
    total = ["Altogether", *_cells(past.total, past, reader)]
    right = {"align": "right"}
    return {
        "type": "table",
        "rows": [[_cell(words) for words in row] for row in (head, *rows, total)],
        "column_settings": [{"is_wrapped": True}, right, right, right],
    }


def _cells(sums: Sums, past: Past, reader: Reader) -> list[str]:
    value = _worth(sums, past.base_currency, reader)
    weighted = _worth(sums, past.base_currency, reader, weighted=True)
    return [str(sums.count), value, weighted]


def _cell(words: str) -> Element:
    return {"type": "raw_text", "text": cut(words, 200) or "-"}


def _move_row(it: Move, base: str, reader: Reader) -> str:
    owner = shown(it.owner_name) if it.owner_name else "nobody"
    name = f"*#{it.number} {shown(it.customer_name, 80)}*"
    return f"{name} · {effect(it, base, reader)}\n{shown(it.partner_name, 80)} · {owner}"


def _line(it: PastLine, reader: Reader) -> str:
    owner = shown(it.owner_name) if it.owner_name else "nobody"
    facts = [
        f"*#{it.number} {shown(it.customer_name, 80)}*",
        money(it.value, it.currency, reader.locale),
        f"{escape(it.stage_label)} {it.probability}%",
        f"to close {_day(it.expected_close_date, reader)}",
    ]
    return f"{' · '.join(facts)}\n{shown(it.partner_name, 80)} · {owner}"


def _shows(past: Past, flow: Waterfall) -> list[Element]:
    opened = count(past.total.count, "opportunity", "opportunities")
    rows = forms.pack(RowsRef(day=past.day))
    first = [kit.button(f"Show the {opened} of that day", ROWS, rows)] if past.total.count else []
    again = [] if first else [kit.button("Today", f"{AS_OF}:now", _packed(flow.end))]
    moved = [
        kit.button(
            f"Show {NAMES[each.bucket]} ({each.count})",
            f"{BUCKET}:{each.bucket}",
            forms.pack(BucketRef(start=flow.start, end=flow.end, bucket=each.bucket)),
        )
        for each in flow.steps
        if each.bucket in NAMES and each.bucket is not Bucket.RATES and each.count
    ]
    return [*first, *again, *moved]


def _other_days(past: Past, offered: Sequence[Since]) -> list[Block]:
    picker = {
        **kit.date_picker(f"{AS_OF}:picked", initial=past.day.isoformat()),
        "placeholder": kit.plain_text("Another day", kit.PLACEHOLDER),
    }
    return [kit.actions(picker, *_days(offered), block_id="past:days")]


def _days(offered: Iterable[Since]) -> list[Element]:
    return [
        kit.button(each.words, f"{AS_OF}:{at}", _packed(each.day))
        for at, each in enumerate(offered)
    ]


def _named(days: Sequence[date], reader: Reader) -> list[Since]:
    return [Since(_day(each, reader), each) for each in days]


def _packed(value: date) -> str:
    return forms.pack(AsOfRef(day=value))
