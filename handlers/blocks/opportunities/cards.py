"""An opportunity in messages: the card, with its history for who asked."""

from collections.abc import Sequence
from datetime import date, timedelta

from handlers import forms
from handlers.blocks import kit
from handlers.blocks.kit import Block, Element
from handlers.blocks.opportunities.values import (
    MORE,
    MOVE,
    NEXT,
    SHARE,
    MoreRef,
    MoveRef,
    OpportunityRef,
    Reader,
)
from handlers.blocks.text import count, cut, day, day_token, escape, moment_token, money, shown
from services.configuration.catalogue import Stage
from services.money import rounded
from services.opportunities import Line, Moved, Opportunity, Stay

NOTES_SHOWN = 300
REASON_SHOWN = 100
HISTORY = 2900
"""Characters of history in one section, with room for the line that says what is left out."""

APPLICATION = "Tandem"
_HOUR, _DAY = timedelta(hours=1), timedelta(days=1)
_Shown = tuple[str, list[Block]]


def line(it: Line, reader: Reader) -> str:
    """`#42 Acme renewal · €48,000 · Negotiation · closes Wed 30 Sep`, escaped."""
    return " · ".join([_name(it), *_facts_of_line(it, reader)])


def bold_line(it: Line, reader: Reader) -> str:
    """As `line`, the name in bold."""
    return " · ".join([f"*{_name(it)}*", *_facts_of_line(it, reader)])


def card(it: Opportunity, reader: Reader, *, may_share_here: bool = False) -> _Shown:
    """The card for one person."""
    share = [_share_button(it)] if may_share_here and reader.may_share(it) else []
    return _card(it, reader, [*_moves(it, reader), *share])


def shared_card(it: Opportunity, reader: Reader) -> _Shown:
    """The card for a conversation: everybody sees the same controls, pressing them is checked."""
    details = kit.option("Show details", _more(it, "details"))
    return _card(it, reader, [*_moves(it, reader), kit.overflow(MORE, [details])])


def detail(
    it: Opportunity, stays: Sequence[Stay], reader: Reader, *, may_share_here: bool
) -> _Shown:
    """The card with everything: notes and the time in each stage."""
    text, blocks = card(it, reader, may_share_here=may_share_here)
    return text, [*blocks, *_notes(it), kit.section(_history(stays))]


def with_notice(words: str, told: _Shown) -> _Shown:
    """What just happened, above the card, whose own line of that would say it again. `words` are
    escaped.
    """
    _, blocks = told
    rest = [each for each in blocks if each["type"] != "context"]
    return words, [kit.section(words), *rest]


def created(it: Opportunity, channel_id: str | None = None) -> str:
    """`#42 Acme renewal is created.`, and in which channel its card is."""
    where = f" Its card is in <#{channel_id}>." if channel_id else ""
    return f"{_name(it)} is created.{where}"


def moved(done: Moved, reader: Reader) -> str:
    """`#42 Acme renewal moved from Proposal to Negotiation.`, or what was won."""
    it = done.opportunity
    if not done.is_change:
        return already_there(it)
    if done.to_stage.kind == "won":
        return f"{_name(it)} is won: {money(it.value, it.currency, reader.locale)}!"
    origin = f" from {escape(done.from_stage.label)}" if done.from_stage else ""
    return f"{_name(it)} moved{origin} to {escape(done.to_stage.label)}."


def already_there(it: Opportunity) -> str:
    return f"{_name(it)} is in {escape(it.stage_label)} already."


def shared(it: Opportunity, channel_id: str, *, is_new: bool) -> str:
    """Where others see it from now on, or do already."""
    if not is_new:
        return f"{_name(it)} is in <#{channel_id}> already, and I keep it current there."
    return f"I am posting {_name(it)} in <#{channel_id}> and keep it current there."


def notes_view(it: Opportunity) -> kit.View:
    """All of the notes, as typed."""
    notes = {"type": "plain_text", "text": cut(it.notes or "-", kit.SECTION), "emoji": False}
    blocks: list[Block] = [{"type": "section", "text": notes}]
    return kit.modal(f"Notes of #{it.number}", blocks, callback_id="opportunity.notes", close="OK")


def _card(it: Opportunity, reader: Reader, controls: Sequence[Element]) -> _Shown:
    blocks = [
        kit.section(bold_line(it, reader)),
        kit.facts(_facts(it, reader)),
        kit.context(_last_change(it)),
        *([kit.actions(*controls, block_id=_controls_id(it))] if controls else []),
    ]
    return line(it, reader), blocks


def _controls_id(it: Opportunity) -> str:
    """Another one for each version: Slack's client keeps what was chosen where ids stay."""
    return f"opportunity:{it.number}:{it.version}"


def _name(it: Line) -> str:
    return f"#{it.number} {shown(it.customer_name)}"


def _facts_of_line(it: Line, reader: Reader) -> list[str]:
    closes = _closes(it, reader)
    value = money(it.value, it.currency, reader.locale)
    return [value, escape(it.stage_label), *([closes] if closes else [])]


def _closes(it: Line, reader: Reader) -> str | None:
    if it.status == "open":
        verb = "closes" if it.expected_close_date >= reader.today else "was to close"
        return f"{verb} {day(it.expected_close_date, reader.locale, reader.today)}"
    if it.actual_close_date is not None:
        return f"closed {day(it.actual_close_date, reader.locale, reader.today)}"
    return None


def _facts(it: Opportunity, reader: Reader) -> list[tuple[str, str]]:
    return [
        ("Partner", shown(it.partner_name)),
        ("Owner", shown(it.owner_name) if it.owner_name else "nobody"),
        ("Probability", _probability(it, reader)),
        _close_fact(it, reader),
    ]


def _probability(it: Opportunity, reader: Reader) -> str:
    weighted = rounded(it.value * it.probability / 100, it.currency)
    return f"{it.probability}% · weighted {money(weighted, it.currency, reader.locale)}"


def _close_fact(it: Opportunity, reader: Reader) -> tuple[str, str]:
    if it.actual_close_date is not None:
        return "Closed", _on(it.actual_close_date, reader)
    if it.status != "open" or not reader.is_alone:
        return "Expected close", _on(it.expected_close_date, reader)
    away = _away(it.expected_close_date, reader.today)
    return "Expected close", f"{_on(it.expected_close_date, reader)} · {away}"


def _on(value: date, reader: Reader) -> str:
    """A conversation's card stays for long: Slack shows the date as it is then."""
    if reader.is_alone:
        return day(value, reader.locale, reader.today)
    return day_token(value, begins=True)


def _away(value: date, today: date) -> str:
    days = (value - today).days
    if days == 0:
        return "today"
    if days < 0:
        return f"{count(-days, 'day', 'days')} overdue"
    return f"in {count(days, 'day', 'days')}"


def _last_change(it: Opportunity) -> str:
    by = shown(it.last_moved_by) if it.last_moved_by else APPLICATION
    when = moment_token(it.last_moved_at)
    if it.moved_from_label is None:
        return f"Created by {by} · {when}"
    return f"Moved from {escape(it.moved_from_label)} to {escape(it.stage_label)} by {by} · {when}"


def _moves(it: Opportunity, reader: Reader) -> list[Element]:
    """The next stage first and primary, then any stage."""
    if not reader.may_move(it) or not it.may_move_to:
        return []
    options = [kit.option(stage.label, _move(it, stage)) for stage in it.may_move_to]
    any_stage = kit.select(MOVE, "Move to another stage", options)
    if it.next_stage is None:
        return [any_stage]
    label = f"Move to {it.next_stage.label}"
    return [kit.button(label, NEXT, _move(it, it.next_stage), style="primary"), any_stage]


def _move(it: Opportunity, to: Stage) -> str:
    return forms.pack(MoveRef.of(it, to.key))


def _more(it: Opportunity, show: str) -> str:
    return forms.pack(MoreRef.model_validate({"number": it.number, "show": show}))


def _share_button(it: Opportunity) -> Element:
    return kit.button("Share here", SHARE, forms.pack(OpportunityRef(number=it.number)))


def _notes(it: Opportunity) -> list[Block]:
    if not it.notes:
        return []
    notes = {"type": "plain_text", "text": cut(it.notes, NOTES_SHOWN), "emoji": False}
    block: Block = {"type": "section", "text": notes}
    if len(it.notes) > NOTES_SHOWN:
        value = _more(it, "notes")
        block["accessory"] = kit.button("Show all", f"{MORE}:notes", value)
    return [block]


def _history(stays: Sequence[Stay]) -> str:
    """The latest stays that fit, the first one of them first."""
    lines: list[str] = []
    left = HISTORY
    for stay in reversed(stays):
        told = _stay(stay)
        left -= len(told) + 1
        if left < 0:
            break
        lines.insert(0, told)
    earlier = len(stays) - len(lines)
    more = [f"… and {count(earlier, 'earlier move', 'earlier moves')}"] if earlier else []
    return "\n".join(["*Time in each stage*", *more, *lines])


def _stay(stay: Stay) -> str:
    by = shown(stay.by, 100) if stay.by else APPLICATION
    lasted = "" if stay.lasted is None else f"{_lasted(stay.lasted)}, "
    told = f"• {escape(stay.stage_label)}: {lasted}since {moment_token(stay.since)} · {by}"
    if not stay.reason:
        return told
    return f"{told}: {shown(' '.join(stay.reason.split()), REASON_SHOWN)}"


def _lasted(span: timedelta) -> str:
    if span >= _DAY:
        return count(span // _DAY, "day", "days")
    if span >= _HOUR:
        return count(span // _HOUR, "hour", "hours")
    return "less than an hour"
