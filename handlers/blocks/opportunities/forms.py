"""The forms of opportunities: a new one, and a move that asks for just what is missing."""

from collections.abc import Sequence
from dataclasses import dataclass

from handlers import forms
from handlers.blocks import kit
from handlers.blocks.kit import Block, Element, View
from handlers.blocks.opportunities import fields
from handlers.blocks.opportunities.cards import bold_line
from handlers.blocks.opportunities.fields import Filling
from handlers.blocks.opportunities.understood import CreateDraft
from handlers.blocks.opportunities.values import (
    CREATE_FORM,
    MOVE_FORM,
    MOVE_STAGE,
    CreateNote,
    MoveNote,
    Reader,
)
from handlers.blocks.text import escape, link, shown
from services.configuration.catalogue import Choice, Stage
from services.opportunities import Opportunity
from services.values import Actor

_INSIDE = {
    "deal_value": "a value",
    "contact_name": "a contact",
    "assigned_user_id": "an owner",
    "notes": "notes",
}
"""What a stage needs, inside a sentence."""
CLOSE_HINT = "Today or later, ten years ahead at most"


@dataclass(frozen=True, slots=True)
class CreateChoices:
    """What the form of a new opportunity offers."""

    stages: Sequence[Stage]
    currencies: Sequence[str]
    base_currency: str


@dataclass(frozen=True, slots=True)
class MoveDraft:
    """What is known of a move before it is made. `notice`: what happened meanwhile, `effect`: what
    it does to the commission, both escaped; `missing`: the fields the stage needs, `barred`: those
    of them that the person may not fill in.
    """

    target: Stage | None = None
    reason: str = ""
    notice: str | None = None
    missing: Sequence[str] = ()
    barred: Sequence[str] = ()
    effect: str | None = None


def create_form(choices: CreateChoices, note: CreateNote, actor: Actor, draft: CreateDraft) -> View:
    """The form of a new opportunity, filled in with the draft; shown again with another partner,
    it keeps what was typed: every field keeps its ids but the partner's, which takes the new one.
    """
    it = _filling(choices, note, draft)
    mine = fields.person_option(actor.name, actor.user_id) if actor.user_id else None
    return kit.modal(
        "New opportunity",
        [
            *([kit.context(draft.told)] if draft.told else []),
            fields.customer(it),
            fields.partner(it, draft.partner),
            fields.value(it),
            fields.currency(it, choices.currencies, actor.locale),
            kit.field("stage", "Stage", _stages(choices.stages)),
            fields.day(it, "expected_close_date", "Expected close", CLOSE_HINT),
            fields.owner(it, mine),
            *fields.more(),
            *_source(note),
            fields.notes(it),
            *fields.contact(it),
            fields.probability(it),
            fields.term(it),
        ],
        callback_id=CREATE_FORM,
        submit="Create",
        metadata=forms.pack(note),
    )


def _source(note: CreateNote) -> list[Block]:
    """Said before it is stored: the link to the message goes to the attachments."""
    if not note.source:
        return []
    return [kit.context(f"{link(note.source, 'The message')} is kept as a link.")]


def _filling(choices: CreateChoices, note: CreateNote, draft: CreateDraft) -> Filling:
    meant = (draft.currency, choices.base_currency)
    usual = [each for each in meant if each in choices.currencies] or choices.currencies
    values = {
        "customer_name": draft.customer,
        "deal_value": draft.value,
        "currency": usual[0] or "",
        "expected_close_date": draft.close.isoformat() if draft.close else "",
        "notes": draft.notes,
    }
    hints = {str(name): words for name, words in draft.hints.items()}
    return Filling(values, {"partner_id": note.turn}, hints)


def move_form(
    it: Opportunity,
    reasons: Sequence[Choice],
    note: MoveNote,
    reader: Reader,
    draft: MoveDraft,
) -> View:
    """The form of a move. The stage is asked for unless the note has it, the reason of a loss
    only of a loss, and of the rest what the stage needs and is not there.
    """
    target = draft.target
    asked = [] if note.to is not None else [_to_stage(it, target, note.turn)]
    if target is not None and draft.barred:
        return _barred_form(it, note, reader, _barred(it, target, draft.barred, reader), *asked)
    is_loss = target is not None and target.kind == "lost"
    return kit.modal(
        f"Move #{it.number}",
        [
            *([kit.section(draft.notice)] if draft.notice else []),
            kit.section(bold_line(it, reader)),
            *asked,
            *([_loss_reason(reasons)] if is_loss else []),
            *_missing(target, draft.missing),
            *([kit.context(draft.effect)] if draft.effect else []),
            kit.field(
                "reason",
                "Note",
                kit.text_input(
                    "reason", initial=draft.reason, is_long=True, placeholder="What led to this"
                ),
                hint="Kept in the opportunity's history",
                is_optional=True,
            ),
        ],
        callback_id=MOVE_FORM,
        submit=f"Move to {target.label}" if target and note.to is not None else "Move",
        metadata=forms.pack(note),
    )


def _barred_form(it: Opportunity, note: MoveNote, reader: Reader, told: str, *asked: Block) -> View:
    """Where the person can only choose another stage, if that is asked for, or let others move."""
    return kit.modal(
        f"Move #{it.number}",
        [kit.section(bold_line(it, reader)), *asked, kit.section(told)],
        callback_id=MOVE_FORM,
        submit="Move" if asked else None,
        metadata=forms.pack(note),
        close="Cancel" if asked else "Close",
    )


def _barred(it: Opportunity, target: Stage, names: Sequence[str], reader: Reader) -> str:
    """What is missing, and who can help."""
    labels = list(dict.fromkeys(_INSIDE.get(each, each) for each in names))
    is_theirs = reader.actor is not None and it.owner_id == reader.actor.user_id
    owner = f"{shown(it.owner_name)} or " if it.owner_name and not is_theirs else ""
    return (
        f"{escape(target.label)} needs {' and '.join(labels)} first, which your role does not let "
        f"you fill in. Ask {owner}an admin to."
    )


def _missing(target: Stage | None, names: Sequence[str]) -> list[Block]:
    """What the stage needs, asked for as anywhere else."""
    if target is None or not names:
        return []
    empty = Filling()
    known = {
        "deal_value": lambda: fields.value(empty),
        "contact_name": lambda: fields.contact_name(empty),
        "assigned_user_id": lambda: fields.owner(empty, None),
        "notes": lambda: fields.notes(empty, is_optional=False),
    }
    told = kit.context(f"{escape(target.label)} needs this too:")
    return [told, *(known[name]() for name in names if name in known)]


def _stages(stages: Sequence[Stage]) -> Element:
    options = [kit.option(stage.label, stage.key) for stage in stages if stage.kind == "open"]
    return kit.select("stage", "Choose", options, chosen=options[0])


def _to_stage(it: Opportunity, target: Stage | None, turn: int) -> Block:
    options = {stage.key: kit.option(stage.label, stage.key) for stage in it.may_move_to}
    chosen = options.get(target.key) if target else None
    suffix = f"~{turn}" if turn > 1 else ""
    element = kit.select(f"{MOVE_STAGE}{suffix}", "Choose", list(options.values()), chosen=chosen)
    return kit.field("to_stage", "Stage", element, tells_at_once=True)


def _loss_reason(reasons: Sequence[Choice]) -> Block:
    options = [kit.option(choice.label, choice.key) for choice in reasons]
    return kit.field("loss_reason", "Why it was lost", kit.select("loss_reason", "Choose", options))
