"""The forms of opportunities: a new one, and a move that asks for just what is missing."""

from collections.abc import Sequence
from dataclasses import dataclass

from babel.numbers import get_currency_name

from handlers import forms
from handlers.blocks import kit
from handlers.blocks.kit import Block, Element, View
from handlers.blocks.opportunities.cards import bold_line
from handlers.blocks.opportunities.understood import CreateDraft
from handlers.blocks.opportunities.values import (
    CREATE_FORM,
    MOVE_FORM,
    MOVE_STAGE,
    OWNER,
    PARTNER,
    CreateNote,
    MoveNote,
    Reader,
)
from handlers.blocks.text import english, isolated
from services.configuration.catalogue import Choice, Stage
from services.opportunities import Opportunity
from services.quick_text import Field
from services.values import Actor


@dataclass(frozen=True, slots=True)
class CreateChoices:
    """What the form of a new opportunity offers."""

    stages: Sequence[Stage]
    currencies: Sequence[str]
    base_currency: str


@dataclass(frozen=True, slots=True)
class MoveDraft:
    """What is known of a move before it is made. `notice`: what happened meanwhile, escaped."""

    target: Stage | None = None
    reason: str = ""
    notice: str | None = None


def create_form(choices: CreateChoices, note: CreateNote, actor: Actor, draft: CreateDraft) -> View:
    """The form of a new opportunity, filled in with the draft; shown again with another partner,
    it keeps what was typed: every field keeps its ids but the partner's, which takes the new one.
    """
    return kit.modal(
        "New opportunity",
        [
            *([kit.context(draft.told)] if draft.told else []),
            _customer(draft.customer),
            _partner(note, draft),
            kit.field(
                Field.AMOUNT,
                "Value",
                kit.text_input(
                    "deal_value", initial=draft.value, placeholder="48000 or 48k", most=60
                ),
                hint=draft.hints.get(Field.AMOUNT),
            ),
            kit.field("currency", "Currency", _currencies(choices, actor.locale, draft.currency)),
            kit.field("stage", "Stage", _stages(choices.stages)),
            kit.field(
                Field.CLOSE,
                "Expected close",
                kit.date_picker(
                    "expected_close_date", initial=draft.close.isoformat() if draft.close else None
                ),
                hint=draft.hints.get(Field.CLOSE, "Today or later, ten years ahead at most"),
            ),
            kit.field("assigned_user_id", "Owner", _owner(actor)),
            kit.divider(),
            kit.field("notes", "Notes", kit.text_input("notes", is_long=True), is_optional=True),
        ],
        callback_id=CREATE_FORM,
        submit="Create",
        metadata=forms.pack(note),
    )


def move_form(
    it: Opportunity,
    reasons: Sequence[Choice],
    note: MoveNote,
    reader: Reader,
    draft: MoveDraft,
) -> View:
    """The form of a move. The stage is asked for unless the note has it, the reason of a loss
    only of a loss.
    """
    target, notice = draft.target, draft.notice
    asked = [] if note.to is not None else [_to_stage(it, target, note.turn)]
    is_loss = target is not None and target.kind == "lost"
    submit = f"Move to {target.label}" if target and note.to is not None else "Move"
    return kit.modal(
        f"Move #{it.number}",
        [
            *([kit.section(notice)] if notice else []),
            kit.section(bold_line(it, reader)),
            *asked,
            *([_loss_reason(reasons)] if is_loss else []),
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
        submit=submit,
        metadata=forms.pack(note),
    )


def person_option(name: str, user_id: object) -> Element:
    """One of the owner's type-ahead; its value is the person's identifier."""
    return kit.option(isolated(name), str(user_id))


def _customer(initial: str) -> Block:
    box = kit.text_input("customer_name", initial=initial, placeholder="Acme renewal", most=255)
    return kit.field("customer_name", "Customer", box)


def _partner(note: CreateNote, draft: CreateDraft) -> Block:
    suffix = f"~{note.turn}" if note.turn > 1 else ""
    names = kit.type_ahead(f"{PARTNER}{suffix}", "Type a part of the name", chosen=draft.partner)
    hint = draft.hints.get(Field.PARTNER)
    return kit.field(Field.PARTNER, "Partner", names, hint=hint, tells_at_once=True)


def _currencies(choices: CreateChoices, locale: str, meant: str | None) -> Element:
    options = [
        kit.option(f"{each} · {get_currency_name(each, locale=english(locale))}", each)
        for each in choices.currencies
    ]
    by_code = {str(each["value"]): each for each in options}
    base = by_code.get(choices.base_currency, options[0])
    usual = by_code.get(meant, base) if meant else base
    return kit.select("currency", "Choose", options, chosen=usual)


def _stages(stages: Sequence[Stage]) -> Element:
    options = [kit.option(stage.label, stage.key) for stage in stages if stage.kind == "open"]
    return kit.select("stage", "Choose", options, chosen=options[0])


def _owner(actor: Actor) -> Element:
    mine = person_option(actor.name, actor.user_id) if actor.user_id else None
    return kit.type_ahead(OWNER, "Type a part of the name", chosen=mine)


def _to_stage(it: Opportunity, target: Stage | None, turn: int) -> Block:
    options = {stage.key: kit.option(stage.label, stage.key) for stage in it.may_move_to}
    chosen = options.get(target.key) if target else None
    suffix = f"~{turn}" if turn > 1 else ""
    element = kit.select(f"{MOVE_STAGE}{suffix}", "Choose", list(options.values()), chosen=chosen)
    return kit.field("to_stage", "Stage", element, tells_at_once=True)


def _loss_reason(reasons: Sequence[Choice]) -> Block:
    options = [kit.option(choice.label, choice.key) for choice in reasons]
    return kit.field("loss_reason", "Why it was lost", kit.select("loss_reason", "Choose", options))
