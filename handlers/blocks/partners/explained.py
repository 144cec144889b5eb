"""A partner's health explained: each part with its points, what changed, what would help most."""

from collections.abc import Mapping, Sequence
from datetime import date
from uuid import UUID

from handlers import forms
from handlers.blocks import kit
from handlers.blocks.kit import Block, Element
from handlers.blocks.opportunities import NEW as NEW_OPPORTUNITY
from handlers.blocks.opportunities import OPEN, NewRef, opening
from handlers.blocks.partners.interaction_values import LogRef
from handlers.blocks.partners.standing import signed, standing
from handlers.blocks.partners.values import LOG, Reader, short
from handlers.blocks.text import count, day, escape, money, shown
from handlers.forms import Packed
from services.configuration.catalogue import Choice
from services.health.facts import Facts
from services.health.formula import Part, PartName
from services.health.report import Report
from services.health.trying import (
    Action,
    Best,
    BringOpportunity,
    KeepPromise,
    LogContact,
    MoveForward,
)
from services.partners import Partner

KEEP = "partner.keep_promise"
NO_HEALTH = "stands for opportunities without a partner: it has no health of its own."
NAMES: Mapping[PartName, str] = {
    PartName.RECENCY: "Recency",
    PartName.FREQUENCY: "Frequency",
    PartName.MIX: "Mix",
    PartName.PIPELINE: "Pipeline",
    PartName.WIN_RATE: "Win rate",
    PartName.PROMISES: "Promises",
}
_FULL, _EMPTY, _STEPS = "▰", "▱", 10
_LEVELS = "▁▂▃▄▅▆▇█"
_MOST_TYPES = 4
Shown = tuple[str, list[Block]]


class PromiseRef(Packed):
    """A button's value: which promise to which partner is done."""

    partner_id: UUID
    task_id: UUID


def explained(report: Report, reader: Reader) -> Shown:
    """The whole of it for one person. The points of the parts add up to the number above them."""
    delta = report.change.score if report.change else None
    now = standing(report.health.score, delta)
    text = f"{short(report.partner.name)} · {now}"
    return text, [
        kit.section(f"*{shown(report.partner.name)}* · {now}"),
        kit.section("\n".join(_line(part, report, reader) for part in report.health.parts)),
        kit.context(*_past(report, reader)),
        *_help(report),
    ]


def no_health(partner: Partner) -> Shown:
    """For the one that stands for no partner."""
    text = f"{short(partner.name)} {NO_HEALTH}"
    return text, [kit.section(text)]


def _line(part: Part, report: Report, reader: Reader) -> str:
    """Words and numbers first: who listens instead of looking needs no bar."""
    change = report.change.parts[part.name] if report.change else 0
    since = f" · {signed(change)} this week" if change else ""
    head = f"*{NAMES[part.name]}* {part.points} of {part.weight}{since}"
    return f"{head}\n{_bar(part.value)} {_why(part.name, report, reader)}"


def _bar(value: int) -> str:
    full = (value * _STEPS + 50) // 100
    return _FULL * full + _EMPTY * (_STEPS - full)


def _why(name: PartName, report: Report, reader: Reader) -> str:
    it = report.facts
    match name:
        case PartName.RECENCY:
            return _recency(it)
        case PartName.FREQUENCY:
            lately = count(it.lately, "contact", "contacts")
            return f"{lately} in the last {count(it.half_life, 'day', 'days')}"
        case PartName.MIX:
            return _mix(it, report.types)
        case PartName.PIPELINE:
            return _pipeline(it, report, reader)
        case PartName.WIN_RATE:
            return _win_rate(it, report)
        case PartName.PROMISES:
            return f"{it.overdue} overdue, {it.kept} kept" if it.overdue or it.kept else "None yet"


def _recency(it: Facts) -> str:
    if it.last_contact is not None:
        return f"Last contact {_ago(it.last_contact)}"
    return "No contact yet" if it.known < it.half_life else "No contact for a long time"


def _mix(it: Facts, types: Sequence[Choice]) -> str:
    labels = {each.key: escape(each.label) for each in types}
    within = f"in the last {count(it.seen_within, 'day', 'days')}"
    seen = _some([labels[each] for each in it.seen])
    missing = _some([labels[each] for each in it.missing])
    told = f"{seen} {within}" if seen else f"None of your types of contact {within}"
    return f"{told}; not yet: {missing}" if seen and missing else told


def _some(labels: Sequence[str]) -> str:
    more = [f"{len(labels) - _MOST_TYPES} more"] if len(labels) > _MOST_TYPES else []
    return ", ".join([*labels[:_MOST_TYPES], *more])


def _pipeline(it: Facts, report: Report, reader: Reader) -> str:
    if not report.may_see_deals:
        return "What is open and was won with them, and how it moves"
    if it.moved is None:
        return "No open opportunity"
    worth = money(it.open_value, report.base, reader.locale)
    deals = count(it.open_count, "open opportunity", "open opportunities")
    unknown = f", {it.without_rate} without an exchange rate" if it.without_rate else ""
    return f"{worth} in {deals}{unknown}, last moved {_ago(it.moved)}"


def _win_rate(it: Facts, report: Report) -> str:
    if not report.may_see_deals:
        return "What was won with them, of what was closed"
    return f"{it.won} won, {it.lost} lost" if it.won or it.lost else "Nothing won or lost yet"


def _ago(days: int) -> str:
    return f"{count(days, 'day', 'days')} ago" if days else "today"


def _past(report: Report, reader: Reader) -> list[str]:
    """Since when it has changed so, and the last weeks in numbers and as a line."""
    scores = [score for _, score in report.weeks]
    numbers = " · ".join(map(str, scores))
    line = "".join(_LEVELS[score * len(_LEVELS) // 101] for score in scores)
    weeks = [f"{line} Week by week: {numbers}"] if len(scores) > 1 else []
    change = [f"Compared with {_day(report.change.since, reader)}."] if report.change else []
    return [*change, *weeks] or ["Each day is kept from now on: next week tells what has changed."]


def _day(value: date, reader: Reader) -> str:
    return day(value, reader.locale, reader.today)


def _help(report: Report) -> list[Block]:
    best = report.best
    if best is None:
        return [kit.section("Nothing you could do today would raise it.")]
    step, button = _step(best.action, report)
    return [kit.section(f"{step} {_gain(best, report)}"), kit.actions(button)]


def _gain(best: Best, report: Report) -> str:
    return f"would raise it from {report.health.score} to *{best.score}*."


def _step(action: Action, report: Report) -> tuple[str, Element]:
    """What would help most, and the button that does it or leads there."""
    partner = report.partner
    match action:
        case LogContact(type):
            label = {each.key: each.label for each in report.types}[type]
            value = forms.pack(LogRef(id=partner.id, type=type))
            button = kit.button(f"Log {label}", LOG, value, style="primary")
            return f"One more contact today (*{escape(label)}*)", button
        case KeepPromise(task_id, title):
            value = forms.pack(PromiseRef(partner_id=partner.id, task_id=task_id))
            button = kit.button(
                "Mark as done", KEEP, value, style="primary", label=f"Done: {title}"
            )
            return f"Keeping the promise *{shown(title, 100)}*", button
        case MoveForward(opportunity_id, number, customer):
            value = opening(number, opportunity_id)
            button = kit.button(f"Open #{number}", OPEN, value, style="primary")
            return f"Moving *#{number} {short(customer)}* on", button
        case BringOpportunity():
            value = forms.pack(NewRef(partner_id=partner.id))
            button = kit.button("New opportunity", NEW_OPPORTUNITY, value, style="primary")
            return "A new opportunity with them, of your usual value,", button
