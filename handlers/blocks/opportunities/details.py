"""The card with everything: contact, links and files, tasks, and how it came to be what it is."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from handlers import forms
from handlers.blocks import kit
from handlers.blocks.commission.values import EXPLAIN, DealRef
from handlers.blocks.kit import Block
from handlers.blocks.opportunities.cards import Beside, card
from handlers.blocks.opportunities.changes import (
    APPLICATION,
    LABELS,
    NAME_SHOWN,
    change_words,
    last_told,
)
from handlers.blocks.opportunities.values import MORE, MoreRef, Reader
from handlers.blocks.text import count, cut, day, escape, link, moment_token, shown
from services.opportunities import Attachment, Change, Opportunity, Stay
from services.tasks import TaskLine

NOTES_SHOWN = 300
REASON_SHOWN = 100
ROOM = 2900
"""Characters of lines in one section, with room for the one that says what is left out."""

MOST_CHANGES = 10
LINKS_SHOWN = 10
_HOUR, _DAY = timedelta(hours=1), timedelta(days=1)
_Shown = tuple[str, list[Block]]


@dataclass(frozen=True, slots=True)
class About:
    """What is known around an opportunity; `commission` is escaped."""

    stays: Sequence[Stay]
    changes: Sequence[Change] = ()
    tasks: Sequence[TaskLine] = ()
    commission: str | None = None

    @property
    def beside(self) -> Beside:
        return Beside(last_told(self.changes))


@dataclass(frozen=True, slots=True)
class Sharing:
    """Whether it may be shared in the conversation it is asked for in, and whether the card that
    was shared there is gone.
    """

    may_share: bool = False
    is_gone: bool = False


def detail(it: Opportunity, about: About, reader: Reader, here: Sharing) -> _Shown:
    """The card with everything there is."""
    hidden = ("details",) if here.may_share else ("details", "share")
    text, blocks = card(it, reader, about.beside, *hidden)
    return text, [
        *blocks,
        *_share_again(it, reader, here),
        *_commission(it, about),
        *_notes(it),
        *_contact(it),
        *_attachments(it),
        *_tasks(about.tasks, reader),
        kit.section(_history(about.stays, it)),
        *_changes(it, about, reader),
    ]


def _share_again(it: Opportunity, reader: Reader, here: Sharing) -> list[Block]:
    """What became of the card that others saw, for who may bring it back."""
    if not here.is_gone or it.is_archived or not reader.may("opportunities.share", it):
        return []
    value = forms.pack(MoreRef.of(it, "share"))
    label = f"Share #{it.number} again"
    button = kit.button("Share again", f"{MORE}:again", value, label=label)
    return [kit.section("The card that was shared here is gone.", accessory=button)]


def _commission(it: Opportunity, about: About) -> list[Block]:
    """What it earns, and the way to why."""
    if about.commission is None:
        return []
    value = forms.pack(DealRef(number=it.number, id=it.id))
    label = f"Explain the commission of #{it.number}"
    button = kit.button("Explain", EXPLAIN, value, label=label)
    return [kit.section(f"*Commission*\n{about.commission}", accessory=button)]


def _notes(it: Opportunity) -> list[Block]:
    if not it.notes:
        return []
    notes = {"type": "plain_text", "text": cut(it.notes, NOTES_SHOWN), "emoji": False}
    block: Block = {"type": "section", "text": notes}
    if len(it.notes) > NOTES_SHOWN:
        value = forms.pack(MoreRef.of(it, "notes"))
        block["accessory"] = kit.button("Show all", f"{MORE}:notes", value)
    return [block]


def _contact(it: Opportunity) -> list[Block]:
    whom = it.contact
    told = [whom.name, whom.title, whom.email, whom.phone]
    facts = [("Contact", " · ".join(shown(each) for each in told if each))] if any(told) else []
    term = ("Term", count(it.term_months, "month", "months"))
    return [kit.facts([*facts, term])]


def _attachments(it: Opportunity) -> list[Block]:
    if not it.attachments:
        return []
    lines = [f"• {attachment_link(each)}" for each in it.attachments[:LINKS_SHOWN]]
    fitting = _fitting(lines)
    left = len(it.attachments) - len(fitting)
    more = [f"… and {left} more"] if left else []
    value = forms.pack(MoreRef.of(it, "attach"))
    button = kit.button("All of them", f"{MORE}:attach", value) if left else None
    return [kit.section("\n".join(["*Links and files*", *fitting, *more]), accessory=button)]


def attachment_link(it: Attachment) -> str:
    """Its title, behind which it is; escaped."""
    kind = " (file)" if it.kind == "file" else ""
    return f"{link(it.url, it.title, NAME_SHOWN)}{kind}"


def _tasks(tasks: Sequence[TaskLine], reader: Reader) -> list[Block]:
    if not tasks:
        return []
    lines = _fitting([_task(each, reader) for each in tasks])
    return [kit.section("\n".join(["*Tasks*", *lines]))]


def _task(it: TaskLine, reader: Reader) -> str:
    facts = [shown(it.title, NAME_SHOWN), shown(it.owner_name, NAME_SHOWN)]
    if it.status == "completed":
        return f"• {' · '.join([*facts, 'done'])}"
    if it.due_date is not None:
        verb = "due" if it.due_date >= reader.today else "was due"
        facts.append(f"{verb} {day(it.due_date, reader.locale, reader.today)}")
    return f"• {' · '.join(facts)}"


def _changes(it: Opportunity, about: About, reader: Reader) -> list[Block]:
    """The latest ones first, without what each move changes too."""
    moves = {stay.since for stay in about.stays}
    told = [each for each in about.changes if each.at not in moves and each.field in LABELS]
    lines = _fitting([_change(each, it, reader) for each in told[:MOST_CHANGES]])
    if not lines:
        return []
    left = len(told) - len(lines)
    more = [f"… and {count(left, 'earlier change', 'earlier changes')}"] if left else []
    return [kit.section("\n".join(["*Other changes*", *lines, *more]))]


def _change(change: Change, it: Opportunity, reader: Reader) -> str:
    by = shown(change.by, NAME_SHOWN) if change.by else APPLICATION
    return f"• {change_words(change, it, reader)} · {by} · {moment_token(change.at)}"


def _fitting(lines: Sequence[str]) -> list[str]:
    """As many of the first lines as one section has room for."""
    fitting: list[str] = []
    left = ROOM
    for each in lines:
        left -= len(each) + 1
        if left < 0:
            break
        fitting.append(each)
    return fitting


def _history(stays: Sequence[Stay], it: Opportunity) -> str:
    """The latest stays that fit, the first one of them first."""
    told = [_stay(*each) for each in zip(stays, _lengths(stays, it), strict=True)]
    lines = _fitting(told[::-1])[::-1]
    earlier = len(stays) - len(lines)
    more = [f"… and {count(earlier, 'earlier move', 'earlier moves')}"] if earlier else []
    return "\n".join(["*Time in each stage*", *more, *lines])


def _lengths(stays: Sequence[Stay], it: Opportunity) -> list[str]:
    """The present one in days of the calendar, as all that says how long it has not moved."""
    lengths = [_lasted(each.lasted) if each.lasted is not None else "" for each in stays]
    if stays and it.status == "open" and (stays[-1].lasted or timedelta()) >= _DAY:
        lengths[-1] = count(it.days_in_stage, "day", "days")
    return lengths


def _stay(stay: Stay, length: str) -> str:
    by = shown(stay.by, 100) if stay.by else APPLICATION
    lasted = f"{length}, " if length else ""
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
