"""Merging partners: which one, what will move, and what was moved."""

from collections.abc import Sequence

from handlers import forms
from handlers.blocks import kit
from handlers.blocks.kit import View
from handlers.blocks.partners.forms import partner_option
from handlers.blocks.partners.values import (
    MERGE_ASKED,
    MERGE_FORM,
    SUGGEST,
    MergeNote,
    short,
)
from handlers.blocks.text import count
from services.partners import Merge, Moving, Partner

INTO = "into_id"


def merge_form(gone: Partner, note: MergeNote, into: Partner | None = None) -> View:
    """Into which one?"""
    chosen = partner_option(into) if into else None
    suggest = kit.type_ahead(f"{SUGGEST}:merge", "Type a part of the name", chosen=chosen)
    return kit.modal(
        "Merge partners",
        [
            kit.section(
                f"*{_named(gone)}* and another partner are one company. Everything of "
                f"{short(gone.name)} moves to the other one."
            ),
            kit.field(INTO, "Merge into", suggest, hint="This one stays."),
        ],
        callback_id=MERGE_FORM,
        submit="Next",
        metadata=forms.pack(note),
    )


def confirmation(merge: Merge, note: MergeNote) -> View:
    """What the merge will move, asked with both names."""
    gone, stays = _named(merge.gone), _named(merge.stays)
    moving = told(merge.moving)
    listed = "\n".join(f"• {each}" for each in moving) or "• nothing: there is nothing of it yet"
    blocks = [
        kit.section(f"Merge *{gone}* into *{stays}*?"),
        kit.section(f"This moves to {short(merge.stays.name)}:\n{listed}"),
    ]
    if merge.terms_differ:
        blocks.append(
            kit.section(
                f"Their commissions are agreed differently. From now on the terms of "
                f"*{short(merge.stays.name)}* count; what was earned already stays as it is."
            )
        )
    if not merge.stays.is_active:
        blocks.append(
            kit.section(f"{short(merge.stays.name)} is inactive. `/partner edit` makes it active.")
        )
    blocks.append(
        kit.context(
            f"{short(merge.gone.name)} will be hidden, and its cards and buttons lead to "
            f"{short(merge.stays.name)}. A merge cannot be undone."
        )
    )
    return kit.modal(
        "Merge partners",
        blocks,
        callback_id=MERGE_ASKED,
        submit="Merge",
        metadata=forms.pack(note),
    )


def merged(merge: Merge) -> str:
    """`Globex is part of Globex Inc now: 3 opportunities, 12 interactions.`"""
    moving = ", ".join(told(merge.moving))
    words = f"{short(merge.gone.name)} is part of {short(merge.stays.name)} now"
    return f"{words}: {moving}." if moving else f"{words}."


def told(moving: Moving) -> Sequence[str]:
    """Each kind of thing that moves, in words; kinds of which there are none are left out."""
    counted = (
        (moving.opportunities, "opportunity", "opportunities"),
        (moving.interactions, "interaction", "interactions"),
        (moving.tasks, "task", "tasks"),
        (moving.contacts, "contact", "contacts"),
        (moving.entries, "commission entry", "commission entries"),
        (moving.health_days, "day of health history", "days of health history"),
        (moving.alerts, "open alert", "open alerts"),
        (moving.routes, "alert route in the settings", "alert routes in the settings"),
        (moving.cards, "card in a conversation", "cards in conversations"),
    )
    return [count(number, one, many) for number, one, many in counted if number]


def _named(partner: Partner) -> str:
    return f"{short(partner.name, 120)} ({short(partner.domain_label)})"
