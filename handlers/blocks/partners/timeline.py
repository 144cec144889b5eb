"""The timeline of a partner: what happened, newest first, a page in a modal."""

from datetime import date

from handlers import forms
from handlers.blocks import kit
from handlers.blocks.kit import Block, Element, View
from handlers.blocks.partners.interaction_values import (
    ACT,
    HAPPENINGS,
    TIMELINE_PAGE,
    TIMELINE_VIEW,
    Act,
    ActRef,
    ContactReader,
    LogRef,
    TimelineRef,
)
from handlers.blocks.partners.interactions import NOTES_SHOWN, headline, step, when
from handlers.blocks.partners.values import LOG, Reader, short
from handlers.blocks.text import count, cut, day_token, link, money, shown
from services.interactions import Agreed, Entry, Interaction, Moved, Timeline

_ACTS: dict[Act, str] = {
    "whole": "Show all",
    "edit": "Edit",
    "delete": "Delete interaction",
}
_FIELDS = {
    "name": "Name",
    "status": "Status",
    "agreement_start": "Agreement from",
    "agreement_end": "Agreement until",
    "renewal_alert_days": "Days of notice before its end",
}


def timeline_view(seen: Timeline, ref: TimelineRef, reader: ContactReader) -> View:
    """A page of it, what it is narrowed to, and the pages beside it."""
    total = count(seen.total_count, "entry", "entries")
    title = kit.section(f"*{short(seen.partner.name)}*: {total}")
    return kit.modal(
        "Timeline",
        [
            title,
            kit.actions(_narrowed(ref), *([_log_button(ref)] if reader.may_log else [])),
            *(_row(each, reader) for each in seen.entries),
            *_nothing(seen),
            *_paging(seen, ref),
        ],
        callback_id=TIMELINE_VIEW,
        metadata=forms.pack(ref.model_copy(update={"page": seen.page})),
        close="Close",
    )


def _narrowed(ref: TimelineRef) -> Element:
    options = {
        only: kit.option(words, forms.pack(TimelineRef(partner_id=ref.partner_id, only=only)))
        for only, words in HAPPENINGS.items()
    }
    return kit.select(
        f"{TIMELINE_PAGE}:only", "Show", list(options.values()), chosen=options[ref.only]
    )


def _log_button(ref: TimelineRef) -> Element:
    return kit.button("Log interaction", LOG, forms.pack(LogRef(id=ref.partner_id)))


def _row(entry: Entry, reader: ContactReader) -> Block:
    match entry.what:
        case Interaction():
            return _contact(entry.what, reader)
        case Moved():
            return kit.section(_with_author(_move(entry.what, reader), entry, reader))
        case Agreed():
            return kit.section(_with_author(_agreement(entry.what), entry, reader))


def _contact(it: Interaction, reader: ContactReader) -> Block:
    notes = " ".join((it.description or "").split())
    few = cut(notes, NOTES_SHOWN)
    lines = [
        headline(it, reader),
        *([shown(few, NOTES_SHOWN)] if few else []),
        *(step(each, reader) for each in it.next_steps[:3]),
        *([link(it.permalink, "The message")] if it.permalink else []),
    ]
    is_cut = few != (it.description or "") or len(it.next_steps) > 3  # noqa: PLR2004  # as shown above
    may_edit: list[Act] = ["edit", "delete"] if reader.may_edit(it.author_id) else []
    acts: list[Act] = [*(["whole"] if is_cut else []), *may_edit]
    return kit.section("\n".join(lines), accessory=_menu(it, acts) if acts else None)


def _menu(it: Interaction, acts: list[Act]) -> Element:
    options = [kit.option(_ACTS[do], forms.pack(ActRef(do=do, id=it.id))) for do in acts]
    return kit.overflow(f"{ACT}:{it.id}", options)


def _move(it: Moved, reader: Reader) -> str:
    worth = money(it.value, it.currency, reader.locale)
    return f"*#{it.number} {short(it.customer, 100)}* · {worth} · {_what_became(it)}"


def _what_became(it: Moved) -> str:
    reason = f": {short(it.reason, 120)}" if it.reason else ""
    to_stage = short(it.to_label)
    if it.from_label is None:
        return f"created in {to_stage}"
    if it.to_kind != "open":
        return f"{it.to_kind}{reason}"
    if it.from_kind in {"won", "lost"}:
        return f"reopened into {to_stage}{reason}"
    return f"{short(it.from_label)} → {to_stage}{reason}"


def _agreement(it: Agreed) -> str:
    whose = short(it.partner_name)
    if not it.changes:
        return f"*{whose} added*" if it.action == "partner.created" else f"*{whose} merged into it*"
    told = [
        f"{_FIELDS[name]}: {_value(before)} → {_value(after)}"
        for name, (before, after) in it.changes.items()
    ]
    return "\n".join([f"*{told[0]}*", *told[1:]])


def _value(text: str | None) -> str:
    if text is None:
        return "none"
    try:
        return day_token(date.fromisoformat(text))
    except ValueError:
        return short(text)


def _with_author(words: str, entry: Entry, reader: Reader) -> str:
    return f"{words}\n{when(entry.at, reader)} · {short(entry.by) if entry.by else 'Tandem'}"


def _nothing(seen: Timeline) -> list[Block]:
    if seen.entries:
        return []
    return [kit.section(f"Nothing of this has happened with {short(seen.partner.name)} yet.")]


def _paging(seen: Timeline, ref: TimelineRef) -> list[Block]:
    def value_of(number: int) -> str:
        return forms.pack(ref.model_copy(update={"page": number}))

    return kit.paging(seen.page, seen.pages, TIMELINE_PAGE, value_of)
