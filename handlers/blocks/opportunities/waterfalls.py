"""What moved in the pipeline between two days: a chart, lines that add up, the largest moves."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal

from handlers.blocks import kit
from handlers.blocks.kit import Block
from handlers.blocks.opportunities.values import Reader
from handlers.blocks.text import NO_BREAK, cut, day, escape, money, shown
from services.opportunities.past import Bucket, Move, Step, Waterfall

_ENDS = (Bucket.START, Bucket.END)
_CHART_NAME = 20
_CHART_TITLE = 50
CURRENCIES = 5
"""Told each on a line of its own; more are counted."""
NAMES: Mapping[Bucket, str] = {
    Bucket.CREATED: "created",
    Bucket.REOPENED: "reopened",
    Bucket.RESTORED: "restored",
    Bucket.VALUE: "changed in value",
    Bucket.CURRENCY: "changed in currency",
    Bucket.RATES: "exchange rates",
    Bucket.WON: "won",
    Bucket.LOST: "lost",
    Bucket.ARCHIVED: "archived",
}
_ON_CHART: Mapping[Bucket, str] = {
    **{name: words.capitalize() for name, words in NAMES.items()},
    Bucket.VALUE: "Value",
    Bucket.CURRENCY: "Currency",
    Bucket.RATES: "Rates",
}


def since(flow: Waterfall, reader: Reader) -> list[Block]:
    """What moved, step by step; nothing where the first day is the last."""
    if flow.start == flow.end:
        return []
    steps = [each for each in flow.steps if each.bucket not in {Bucket.START, Bucket.END}]
    if not steps:
        return [kit.section("Nothing has moved since.")]
    return [
        kit.section(f"*{escape(_finding(flow, reader))} since {_day(flow.start, reader)}*"),
        *([_chart(flow, reader)] if any(_size(each, flow) for each in flow.steps) else []),
        kit.section(_steps(flow, reader)),
        *_beside(flow, reader),
        *_largest(flow, flow.base_currency, reader),
    ]


def _finding(flow: Waterfall, reader: Reader) -> str:
    first, last = (_size(flow.step(each), flow) for each in _ENDS)
    if first == last:
        return "The pipeline is worth the same"
    word = "grew" if last > first else "shrank"
    return f"The pipeline {word} by {money(abs(last - first), _scale(flow), reader.locale)}"


def _scale(flow: Waterfall) -> str:
    """The base currency; where nothing has a rate to it, the one most is in."""
    apart = flow.without_rate
    if not apart or set(flow.currencies) - set(apart):
        return flow.base_currency
    ends = [flow.step(each).amounts for each in _ENDS]
    return max(apart, key=lambda code: sum(each.get(code, Decimal(0)) for each in ends))


def _size(step: Step, flow: Waterfall) -> Decimal:
    code = _scale(flow)
    return step.base if code not in flow.without_rate else step.amounts.get(code, Decimal(0))


def _chart(flow: Waterfall, reader: Reader) -> Block:
    """The same numbers as the lines below it, which are there for who cannot see it."""
    points = [
        {"label": _on_chart(each, flow, reader), "value": float(_size(each, flow))}
        for each in flow.steps
    ]
    series = [{"name": _scale(flow), "data": points}]
    axes = {"categories": [each["label"] for each in points], "y_label": _scale(flow)}
    return {
        "type": "data_visualization",
        "title": cut(_finding(flow, reader), _CHART_TITLE),
        "chart": {"type": "bar", "series": series, "axis_config": axes},
    }


def _on_chart(step: Step, flow: Waterfall, reader: Reader) -> str:
    ends = {Bucket.START: flow.start, Bucket.END: flow.end}
    at = ends.get(step.bucket)
    return cut(_day(at, reader) if at else _ON_CHART[step.bucket], _CHART_NAME)


def _steps(flow: Waterfall, reader: Reader) -> str:
    """Lines that add up: in the base currency, and in each that has no rate to it."""
    lines = [_step(each, flow, reader) for each in flow.steps[1:-1]]
    first, last = (_whole(flow.step(each), flow, reader) for each in _ENDS)
    begun = f"{first} at the end of {_day(flow.start, reader)}"
    return "\n".join([begun, *lines, f"= *{last}* {_until(flow, reader)}"])


def _whole(step: Step, flow: Waterfall, reader: Reader) -> str:
    return " + ".join(money(each, code, reader.locale) for code, each in _parts(step, flow))


def _parts(step: Step, flow: Waterfall) -> list[tuple[str, Decimal]]:
    """What it comes to in the base, and beside it; one of them even where that is nothing."""
    apart = [(code, step.amounts.get(code, Decimal(0))) for code in flow.without_rate]
    in_base = [(flow.base_currency, step.base)] if _is_in_base(flow) else []
    return [each for each in (*in_base, *apart) if each[1]] or [*in_base, *apart][:1]


def _is_in_base(flow: Waterfall) -> bool:
    return _scale(flow) not in flow.without_rate


def _until(flow: Waterfall, reader: Reader) -> str:
    return "now" if flow.end == reader.today else f"at the end of {_day(flow.end, reader)}"


def _step(step: Step, flow: Waterfall, reader: Reader) -> str:
    words = NAMES[step.bucket]
    counted = words if step.bucket is Bucket.RATES else f"{step.count} {words}"
    parts = [_signed(amount, code, reader) for code, amount in _parts(step, flow)]
    return f"{' '.join(parts)} · {counted}"


def _signed(amount: Decimal, code: str, reader: Reader) -> str:
    sign = "−" if amount < 0 else "+"  # noqa: RUF001  # the minus of numbers
    return f"{sign}{NO_BREAK}{money(abs(amount), code, reader.locale)}"


def _beside(flow: Waterfall, reader: Reader) -> list[Block]:
    """Each currency on its own, where there are several or one that the base does not count."""
    codes = flow.currencies
    if len(codes) == 1 and (codes[0] == flow.base_currency or flow.without_rate):
        return []
    told = [_in_currency(code, flow, reader) for code in codes[:CURRENCIES]]
    more = len(codes) - len(told)
    lines = [*told, *([f"{more} more currencies add up as well."] if more else [])]
    if flow.without_rate:
        lines.append(no_rate(flow.without_rate, flow.base_currency, "both days"))
    return [kit.context("\n".join(lines))]


def _in_currency(code: str, flow: Waterfall, reader: Reader) -> str:
    first, last = (flow.step(each).amounts.get(code, Decimal(0)) for each in _ENDS)
    steps = [
        f"{_signed(amount, code, reader)} {NAMES[each.bucket]}"
        for each in flow.steps[1:-1]
        if (amount := each.amounts.get(code))
    ]
    begun = money(first, code, reader.locale)
    return f"{code}: {' '.join([begun, *steps])} = {money(last, code, reader.locale)}"


def _largest(flow: Waterfall, base: str, reader: Reader) -> list[Block]:
    if not flow.largest:
        return []
    lines = [f"• {_move_line(each, base, reader)}" for each in flow.largest]
    return [kit.section("\n".join(["*What moved most*", *lines]))]


def _move_line(it: Move, base: str, reader: Reader) -> str:
    """`#42 Acme renewal · won · €48,000`, with its effect in the base currency."""
    return f"#{it.number} {shown(it.customer_name, 80)} · {effect(it, base, reader)}"


def effect(it: Move, base: str, reader: Reader) -> str:
    """`won · €48,000`, `€40,000 → €48,000 · + €8,000`: in its own currency, and in the base."""
    before = money(it.value_before, it.currency_before, reader.locale)
    after = money(it.value_after, it.currency_after, reader.locale)
    words = NAMES.get(it.bucket, "open")
    if it.bucket in {Bucket.VALUE, Bucket.CURRENCY}:
        words = f"{before} → {after}"
    own = {it.currency_before, it.currency_after}
    if it.base is not None:
        in_base = _signed(it.base, base, reader)
        if own == {base} or it.bucket in {Bucket.VALUE, Bucket.CURRENCY}:
            return f"{words} · {in_base}"
        return f"{words} · {_own_amount(it, reader)} ({in_base})"
    if it.bucket is Bucket.VALUE:
        return f"{words} · {_signed(it.value_after - it.value_before, it.currency_after, reader)}"
    return words if it.bucket is Bucket.CURRENCY else f"{words} · {_own_amount(it, reader)}"


def _own_amount(it: Move, reader: Reader) -> str:
    if it.bucket in {Bucket.START, Bucket.CREATED, Bucket.REOPENED, Bucket.RESTORED}:
        return money(it.value_before, it.currency_before, reader.locale)
    return money(it.value_after, it.currency_after, reader.locale)


def no_rate(codes: Sequence[str], base: str, when: str) -> str:
    """Why some amounts are not added up."""
    listed = ", ".join(codes)
    return f"I know no exchange rate from {listed} to {base} for {when}, so that stands beside."


def _day(value: date, reader: Reader) -> str:
    return day(value, reader.locale, reader.today)
