"""An opportunity in messages: its line, its card, and the sentences that go above it."""

from dataclasses import dataclass
from datetime import date

from handlers.blocks import kit
from handlers.blocks.kit import Block
from handlers.blocks.opportunities.changes import APPLICATION, change_words
from handlers.blocks.opportunities.controls import controls, undo_button
from handlers.blocks.opportunities.values import Reader, Show
from handlers.blocks.text import count, cut, day, day_token, escape, moment_token, money, shown
from services.money import rounded
from services.opportunities import Change, Line, Moved, Opportunity

_Shown = tuple[str, list[Block]]


def line(it: Line, reader: Reader) -> str:
    """`#42 Acme renewal · €48,000 · Negotiation · closes Wed 30 Sep`, escaped."""
    return " · ".join([name(it), *_facts_of_line(it, reader)])


def bold_line(it: Line, reader: Reader) -> str:
    """As `line`, the name in bold."""
    return " · ".join([f"*{name(it)}*", *_facts_of_line(it, reader)])


@dataclass(frozen=True, slots=True)
class Beside:
    """What a card tells that is not in the opportunity: what was changed since its last move, and
    for who may see it what it brings, escaped.
    """

    last: Change | None = None
    commission: str | None = None


def card(it: Opportunity, reader: Reader, beside: Beside, *hidden: Show) -> _Shown:
    """The card for one person. `hidden`: controls that make no sense where it is shown."""
    return _card(it, reader, beside, hidden)


def shared_card(it: Opportunity, reader: Reader, last: Change | None = None) -> _Shown:
    """The card for a conversation: everybody sees the same controls, pressing them is checked."""
    return _card(it, reader, Beside(last), ("share",))


def with_notice(words: str, told: _Shown, undo: Opportunity | None = None) -> _Shown:
    """What just happened, above the card, whose own line of that would say it again. `words` are
    escaped; `undo`: what was moved, for who may take that back.
    """
    _, blocks = told
    rest = [each for each in blocks if each["type"] != "context"]
    return words, [notice(words, undo), *rest]


def notice(words: str, undo: Opportunity | None = None, *, is_brief: bool = False) -> Block:
    """What just happened, with the way back beside it; `is_brief` where it stands alone."""
    back = undo_button(undo, is_brief=is_brief) if undo else None
    return kit.section(words, accessory=back)


def created(it: Opportunity, channel_id: str | None = None) -> str:
    """`#42 Acme renewal is created.`, and in which channel its card is."""
    where = f" Its card is in <#{channel_id}>." if channel_id else ""
    return f"{name(it)} is created.{where}"


def moved(done: Moved, reader: Reader) -> str:
    """`#42 Acme renewal moved from Proposal to Negotiation.`, or what was won."""
    it = done.opportunity
    if not done.is_change:
        return already_there(it)
    if done.to_stage.kind == "won":
        return f"{name(it)} is won: {money(it.value, it.currency, reader.locale)}!"
    origin = f" from {escape(done.from_stage.label)}" if done.from_stage else ""
    return f"{name(it)} moved{origin} to {escape(done.to_stage.label)}."


def already_there(it: Opportunity) -> str:
    return f"{name(it)} is in {escape(it.stage_label)} already."


def shared(it: Opportunity, channel_id: str, *, is_new: bool) -> str:
    """Where others see it from now on, or do already."""
    if not is_new:
        return f"{name(it)} is in <#{channel_id}> already, and I keep it current there."
    return f"I am posting {name(it)} in <#{channel_id}> and keep it current there."


def notes_view(it: Opportunity) -> kit.View:
    """All of the notes, as typed."""
    notes = {"type": "plain_text", "text": cut(it.notes or "-", kit.SECTION), "emoji": False}
    blocks: list[Block] = [{"type": "section", "text": notes}]
    return kit.modal(f"Notes of #{it.number}", blocks, callback_id="opportunity.notes", close="OK")


def name(it: Line) -> str:
    """`#42 Acme renewal`, escaped."""
    return f"#{it.number} {shown(it.customer_name)}"


def _card(it: Opportunity, reader: Reader, beside: Beside, hidden: tuple[Show, ...]) -> _Shown:
    facts = _facts(it, reader)
    facts += [("Commission", beside.commission)] if beside.commission else []
    blocks = [
        kit.section(bold_line(it, reader)),
        kit.facts(facts),
        kit.context(_last_change(it, beside.last, reader)),
        *controls(it, reader, *hidden),
    ]
    return line(it, reader), blocks


def _facts_of_line(it: Line, reader: Reader) -> list[str]:
    closes = _closes(it, reader)
    value = money(it.value, it.currency, reader.locale)
    return [value, escape(it.stage_label), *([closes] if closes else [])]


def _closes(it: Line, reader: Reader) -> str | None:
    if it.is_archived:
        return "archived"
    if it.status == "open":
        verb = "closes" if it.expected_close_date >= reader.today else "was to close"
        return f"{verb} {day(it.expected_close_date, reader.locale, reader.today)}"
    if closed := it.actual_close_date or it.lost_on:
        return f"closed {day(closed, reader.locale, reader.today)}"
    return None


def _facts(it: Opportunity, reader: Reader) -> list[tuple[str, str]]:
    return [
        ("Partner", shown(it.partner_name)),
        ("Owner", shown(it.owner_name) if it.owner_name else "nobody"),
        *([("Probability", _probability(it, reader))] if it.status == "open" else []),
        _close_fact(it, reader),
        *_stale(it, reader),
    ]


def _stale(it: Opportunity, reader: Reader) -> list[tuple[str, str]]:
    """A conversation's card stays for long: it says since when."""
    if not it.is_stale:
        return []
    if reader.is_alone:
        days = count(it.days_in_stage, "day", "days")
        return [("Stale", f"{days} in {escape(it.stage_label)} without a move")]
    return [("Stale", f"not moved since {day_token(it.stage_since.date())}")]


def _probability(it: Opportunity, reader: Reader) -> str:
    weighted = rounded(it.value * it.probability / 100, it.currency)
    return f"{it.probability}% · weighted {money(weighted, it.currency, reader.locale)}"


def _close_fact(it: Opportunity, reader: Reader) -> tuple[str, str]:
    if it.actual_close_date is not None:
        return "Closed", _on(it.actual_close_date, reader)
    if it.lost_on is not None:
        return "Lost", _on(it.lost_on, reader)
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


def _last_change(it: Opportunity, last: Change | None, reader: Reader) -> str:
    if last is not None and last.at > it.last_moved_at:
        by = shown(last.by) if last.by else APPLICATION
        return f"{change_words(last, it, reader)} · {by} · {moment_token(last.at)}"
    by = shown(it.last_moved_by) if it.last_moved_by else APPLICATION
    when = moment_token(it.last_moved_at)
    if it.moved_from_label is None:
        return f"Created by {by} · {when}"
    return f"Moved from {escape(it.moved_from_label)} to {escape(it.stage_label)} by {by} · {when}"
