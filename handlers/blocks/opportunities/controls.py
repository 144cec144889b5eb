"""The one row of controls of a card: the next stage first, then any stage, edit, and the rest."""

from handlers import forms
from handlers.blocks import kit
from handlers.blocks.kit import Block, Element
from handlers.blocks.opportunities.values import (
    EDIT,
    MORE,
    MOVE,
    NEXT,
    REOPEN,
    RESTORE,
    UNDO,
    MoreRef,
    MoveRef,
    OpportunityRef,
    Reader,
    Show,
    StateRef,
    UndoRef,
)
from services.configuration.catalogue import Stage
from services.opportunities import Opportunity

_REST: tuple[tuple[Show, str, str], ...] = (
    ("details", "Show details", "opportunities.view"),
    ("assign", "Reassign", "opportunities.reassign"),
    ("attach", "Links and files", "opportunities.edit"),
    ("log", "Log interaction", "interactions.log"),
    ("share", "Share here", "opportunities.share"),
    ("archive", "Archive", "opportunities.archive"),
)
"""What the overflow offers, and to whom."""
_OF_ARCHIVED = frozenset({"details", "attach"})


def controls(it: Opportunity, reader: Reader, *hidden: Show) -> list[Block]:
    """The row, or nothing where there is nothing to do. `hidden`: what makes no sense here."""
    elements = [*_first(it, reader), *_edit(it, reader), *_overflow(it, reader, hidden)]
    return [kit.actions(*elements, block_id=_row_id(it))] if elements else []


def undo_button(it: Opportunity, *, is_brief: bool) -> Element | None:
    """For who moved it and may take that back; nobody else has one."""
    if it.undo_until is None:
        return None
    label = f"Undo the move of #{it.number}"
    return kit.button("Undo", UNDO, forms.pack(UndoRef.after(it, is_brief=is_brief)), label=label)


def _first(it: Opportunity, reader: Reader) -> list[Element]:
    if it.is_archived:
        return _restore(it, reader)
    if it.status != "open":
        return [*_reopen(it, reader), *_any_stage(it, reader)]
    return [*_next_stage(it, reader), *_any_stage(it, reader)]


def _next_stage(it: Opportunity, reader: Reader) -> list[Element]:
    if it.next_stage is None or not reader.may_move(it):
        return []
    label = f"Move to {it.next_stage.label}"
    return [kit.button(label, NEXT, _move(it, it.next_stage), style="primary")]


def _any_stage(it: Opportunity, reader: Reader) -> list[Element]:
    if not it.may_move_to or not reader.may_move(it):
        return []
    options = [kit.option(stage.label, _move(it, stage)) for stage in it.may_move_to]
    return [kit.select(MOVE, "Move to another stage", options)]


def _reopen(it: Opportunity, reader: Reader) -> list[Element]:
    if not reader.may_move(it):
        return []
    return [kit.button("Reopen", REOPEN, forms.pack(StateRef.of(it)))]


def _restore(it: Opportunity, reader: Reader) -> list[Element]:
    if not reader.may("opportunities.archive", it):
        return []
    return [kit.button("Restore", RESTORE, forms.pack(StateRef.of(it)))]


def _edit(it: Opportunity, reader: Reader) -> list[Element]:
    if it.is_archived or not reader.may("opportunities.edit", it):
        return []
    return [kit.button("Edit", EDIT, forms.pack(OpportunityRef.of(it)), label=f"Edit #{it.number}")]


def _overflow(it: Opportunity, reader: Reader, hidden: tuple[Show, ...]) -> list[Element]:
    options = [
        kit.option(words, forms.pack(MoreRef.of(it, show)))
        for show, words, permission in _REST
        if show not in hidden
        and reader.may(permission, it)
        and (not it.is_archived or show in _OF_ARCHIVED)
    ]
    return [kit.overflow(MORE, options)] if options else []


def _move(it: Opportunity, to: Stage) -> str:
    return forms.pack(MoveRef.of(it, to.key))


def _row_id(it: Opportunity) -> str:
    """Another one for each version: Slack's client keeps what was chosen where ids stay."""
    return f"opportunity:{it.number}:{it.version}"
