"""The form of an edit, every field filled in, and what somebody else changed meanwhile."""

import hashlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from handlers import forms
from handlers.blocks import kit
from handlers.blocks.kit import Block, Element, View
from handlers.blocks.opportunities import fields
from handlers.blocks.opportunities.cards import bold_line
from handlers.blocks.opportunities.fields import Filling
from handlers.blocks.opportunities.understood import in_field
from handlers.blocks.opportunities.values import EDIT_FORM, EditNote, Reader
from handlers.blocks.text import count, isolated, shown
from services.opportunities import Opportunity
from services.text import PROSE

_DIGEST = 8


@dataclass(frozen=True, slots=True)
class EditChoices:
    """What the form of an edit offers, and what is known of it when it is shown again.

    `partner`: one that was just created; `notice`: what happened meanwhile, escaped.
    """

    currencies: Sequence[str]
    may_reassign: bool
    partner: Element | None = None
    notice: str | None = None


def edit_form(it: Opportunity, note: EditNote, choices: EditChoices, reader: Reader) -> View:
    """The form of an edit. What was typed stays where a field's turn stays."""
    values = field_values(it, reader.locale)
    filled = Filling(values, note.turns)
    present = kit.option(isolated(it.partner_name), str(it.partner_id))
    return kit.modal(
        f"Edit #{it.number}",
        [
            *([kit.section(choices.notice)] if choices.notice else []),
            kit.context(bold_line(it, reader)),
            fields.customer(filled),
            fields.partner(filled, choices.partner or present),
            fields.value(filled),
            fields.currency(filled, choices.currencies, reader.locale),
            *_dates(it, filled),
            *([fields.probability(filled)] if it.status == "open" else []),
            _owner(it, filled, choices),
            *fields.more(),
            *fields.contact(filled),
            *_notes(it, filled),
            fields.term(filled),
        ],
        callback_id=EDIT_FORM,
        submit="Save anyway" if choices.notice else "Save",
        metadata=forms.pack(note),
    )


def field_values(it: Opportunity, locale: str) -> dict[str, str]:
    """What each field of the form holds when nobody has touched it."""
    closed = it.actual_close_date
    return {
        "customer_name": it.customer_name,
        "partner_id": str(it.partner_id),
        "deal_value": in_field(it.value, locale),
        "currency": it.currency,
        "expected_close_date": it.expected_close_date.isoformat(),
        "actual_close_date": closed.isoformat() if closed else "",
        "assigned_user_id": str(it.owner_id or ""),
        "probability": str(it.probability),
        "contact_name": it.contact.name or "",
        "contact_title": it.contact.title or "",
        "contact_email": it.contact.email or "",
        "contact_phone": it.contact.phone or "",
        "notes": it.notes or "",
        "term_months": str(it.term_months),
    }


def begun(it: Opportunity, locale: str, channel_id: str | None, *, is_told: bool) -> EditNote:
    """What a form opened now carries."""
    return EditNote(
        number=it.number,
        id=it.id,
        version=it.version,
        base=digests(field_values(it, locale)),
        channel_id=channel_id,
        is_told=is_told,
    )


def touched(note: EditNote, values: Mapping[str, object]) -> set[str]:
    """The fields in which something else stands than they began with."""
    given = {name: str(value or "") for name, value in values.items()}
    return {name for name, digest in digests(given).items() if note.base.get(name) != digest}


def renewed(note: EditNote, it: Opportunity, locale: str, kept: Collection[str]) -> EditNote:
    """The same form over what the record has become: all but the `kept` fields take over what
    they have not got yet.
    """
    base = digests(field_values(it, locale))
    changed = [name for name in base if base[name] != note.base.get(name) and name not in kept]
    turns = {**note.turns, **{name: note.turns.get(name, 1) + 1 for name in changed}}
    return note.model_copy(update={"version": it.version, "base": base, "turns": turns})


def digests(values: Mapping[str, str]) -> dict[str, str]:
    return {
        name: hashlib.sha256(value.encode(errors="replace")).hexdigest()[:_DIGEST]
        for name, value in values.items()
    }


def _dates(it: Opportunity, filled: Filling) -> list[Block]:
    if it.actual_close_date is not None:
        return [fields.day(filled, "actual_close_date", "Closed on", "Today or earlier")]
    if it.status != "open":
        return []
    return [fields.day(filled, "expected_close_date", "Expected close")]


def _owner(it: Opportunity, filled: Filling, choices: EditChoices) -> Block:
    if choices.may_reassign:
        return fields.owner(filled, fields.owner_option(it), is_optional=it.owner_id is None)
    return kit.context(f"Owner: {shown(it.owner_name) if it.owner_name else 'nobody'}")


def _notes(it: Opportunity, filled: Filling) -> list[Block]:
    """A field takes 3000 characters: longer ones, from an import, are not cut by an edit."""
    length = len(it.notes or "")
    if length > PROSE:
        return [kit.context(f"Notes: {count(length, 'character', 'characters')}, too long to edit")]
    return [fields.notes(filled)]
