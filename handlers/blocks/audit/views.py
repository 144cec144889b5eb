"""The modals of the audit log."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import accumulate
from uuid import UUID

from handlers.blocks import kit
from handlers.blocks.audit.facts import Labels, lines, sentence
from handlers.blocks.audit.words import KINDS
from handlers.blocks.text import moment_token
from handlers.forms import Packed, pack
from handlers.routing import Blocks, View
from services.audit import AuditPage, Entry, Search
from services.values import UserId

LIST = "audit"
PERSON = "audit_person"
KIND = "audit_kind"
FIRST_DAY = "audit_first_day"
LAST_DAY = "audit_last_day"
CLEAR = "audit_clear"
OLDER = "audit_older"
NEWER = "audit_newer"
SHOW_ALL = "audit_all"
EXPORT = "audit_export"
EVERYBODY = "-"
"""The choice of no filter."""
MOST_LINES = 4
MOST_SHORT = 90
MOST_LONG = 1200
MOST_ALL = 80
"""Blocks of one entry: a modal has room for a hundred."""
MOST_BYTES = 80_000
"""Of words: a modal is 250,000 with all that stands around them, and some letters become six."""


class ListNote(Packed):
    """What the list carries: what it is narrowed to."""

    wanted: Search = Search()


class EntryRef(Packed):
    """Which entry is to be shown whole."""

    id: UUID


class ExportRef(Packed):
    """`shown_at`, in milliseconds: pressing twice what was shown once sends one file."""

    shown_at: int


class PageRef(Packed):
    """Where the page beside this one begins."""

    at: datetime
    id: UUID


@dataclass(frozen=True, slots=True)
class Shown:
    """A list as it is shown: `person` is who it is narrowed to, `at` when, in milliseconds, and
    `told` what was done just now.
    """

    person: str | None
    at: int
    told: str | None = None


def listing(page: AuditPage, note: ListNote, this: Shown, labels: Labels) -> View:
    """A page, the filters above it."""
    blocks = [
        *([kit.section(this.told)] if this.told else []),
        *_filters(note.wanted, this.person),
        kit.divider(),
        *[_row(each, labels) for each in page.entries],
        *([] if page.entries else [kit.section(_nothing(note))]),
        *_ways(page, this.at),
    ]
    return kit.modal("Audit", blocks, callback_id=LIST, metadata=pack(note), close="Close")


def whole(entry: Entry, labels: Labels) -> View:
    """One entry with all that changed."""
    told = lines(entry, labels, MOST_LONG)
    fitting = _fitting(told)
    left = len(told) - len(fitting)
    more = [kit.context(f"… and {left} more changes.")] if left else []
    head = kit.section(f"{sentence(entry)}\n{moment_token(entry.at, begins=True)}")
    blocks = [head, kit.divider(), *map(kit.section, fitting), *more]
    return kit.modal("Audit entry", blocks, callback_id=SHOW_ALL, close="Back")


def _fitting(told: Sequence[str]) -> Sequence[str]:
    sizes = accumulate(len(each.encode()) for each in told)
    return [each for each, size in zip(told, sizes, strict=True) if size <= MOST_BYTES][:MOST_ALL]


def author_options(authors: Iterable[tuple[UserId, str]]) -> Blocks:
    everybody = kit.option("Everybody", EVERYBODY)
    return [everybody, *(kit.option(name, str(user_id)) for user_id, name in authors)]


def _filters(wanted: Search, person: str | None) -> list[kit.Block]:
    everybody = kit.option("Everybody", EVERYBODY)
    chosen = kit.option(person or "Somebody", str(wanted.user_id)) if wanted.user_id else everybody
    kinds = {None: kit.option("Everything", EVERYBODY)}
    kinds |= {kind: kit.option(words, kind) for kind, words in KINDS.items()}
    controls = [
        kit.type_ahead(PERSON, "Whose", chosen=chosen),
        kit.select(KIND, "What", list(kinds.values()), chosen=kinds[wanted.kind]),
        _day(FIRST_DAY, "From", wanted.first_day),
        _day(LAST_DAY, "Until", wanted.last_day),
    ]
    if wanted != Search():
        controls.append(kit.button("Clear filters", CLEAR, "clear"))
    return [kit.actions(*controls, block_id=_fresh(wanted))]


def _day(action_id: str, words: str, chosen: date | None) -> kit.Element:
    picker = kit.date_picker(action_id, initial=chosen.isoformat() if chosen else None)
    return {**picker, "placeholder": kit.plain_text(words, kit.PLACEHOLDER)}


def _fresh(wanted: Search) -> str:
    """Slack keeps what was chosen in a block that keeps its id: another choice, another id."""
    return "filters:" + ":".join(str(each) for each in wanted.model_dump().values())


def _row(entry: Entry, labels: Labels) -> kit.Block:
    short = lines(entry, labels, MOST_SHORT)
    is_all = short == lines(entry, labels, MOST_LONG) and len(short) <= MOST_LINES
    shown = [sentence(entry), *short[:MOST_LINES], f"_{moment_token(entry.at, begins=True)}_"]
    button = kit.button(
        "Show all", f"{SHOW_ALL}:{entry.id}", pack(EntryRef(id=entry.id)), label="Show all of it"
    )
    return kit.section("\n".join(shown), accessory=None if is_all else button)


def _ways(page: AuditPage, at: int) -> list[kit.Block]:
    ways = ((NEWER, "Newer", page.newer), (OLDER, "Older", page.older))
    buttons = [
        kit.button(words, action_id, pack(PageRef(at=cursor.at, id=cursor.id)))
        for action_id, words, cursor in ways
        if cursor is not None
    ]
    export = kit.button(
        "Export", EXPORT, pack(ExportRef(shown_at=at)), label="Export these entries as a CSV file"
    )
    return [kit.actions(*buttons, export)] if page.entries else []


def _nothing(note: ListNote) -> str:
    if note.wanted == Search():
        return "Nothing has been changed yet."
    return "Nothing was changed that fits these filters."
