"""What is to be known of a partner that somebody named."""

from handlers.blocks.partners.cards import merged_note
from handlers.blocks.text import shown
from services.partners import Found


def found_note(found: Found) -> str:
    """That it is part of another one now, or that it is inactive, with the way; else nothing."""
    it = found.partner
    notes = [merged_note(found.merged, it)] if found.merged else []
    if not it.is_active:
        notes.append(f"{shown(it.name)} is inactive. `/partner edit` makes it active again.")
    return " ".join(notes)
