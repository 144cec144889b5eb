"""Contacts with a partner: their form, and what is said when one is logged."""

from collections.abc import Sequence
from datetime import date

from handlers import forms
from handlers.blocks import kit
from handlers.blocks.kit import View
from handlers.blocks.partners.forms import optional, partner_option
from handlers.blocks.partners.values import LOG_FORM, SUGGEST, LogNote, Reader, short
from handlers.blocks.text import day, escape, shown
from services.configuration.catalogue import Choice
from services.interactions import Interaction
from services.partners import Partner


def interaction_form(
    types: Sequence[Choice], note: LogNote, today: date, preset: Partner | None, hint: str = ""
) -> View:
    """The form of a contact: what most people choose is filled in, so that a submit is enough."""
    options = [kit.option(choice.label, choice.key) for choice in types]
    usual = next((each for each in options if each["value"] == "meeting"), options[0])
    chosen = partner_option(preset) if preset else None
    suggest = kit.type_ahead(f"{SUGGEST}:log", "Type a part of the name", chosen=chosen)
    notes = kit.text_input("description", is_long=True, placeholder="What was said, what is next")
    return kit.modal(
        "Log interaction",
        [
            *([kit.context(hint)] if hint else []),
            kit.field("partner_id", "Partner", suggest),
            kit.field(
                "interaction_type",
                "Type",
                kit.select("interaction_type", "Choose", options, chosen=usual),
            ),
            kit.field(
                "interaction_date",
                "Date",
                kit.date_picker("interaction_date", initial=today.isoformat()),
            ),
            optional("with_whom", "With whom", None, "Hank Scorpio"),
            kit.field("description", "Notes", notes, is_optional=True),
        ],
        callback_id=LOG_FORM,
        submit="Log",
        metadata=forms.pack(note),
    )


def logged(done: Interaction, reader: Reader) -> str:
    """`Meeting with Globex on Wed 18 Nov is logged.`"""
    on = day(done.at.astimezone(reader.zone).date(), reader.locale, reader.today)
    return f"{escape(done.type_label)} with {shown(done.partner_name)} on {on} is logged."


def unknown_hint(words: str) -> str:
    """Why the form of a contact has no partner chosen: nobody is called so."""
    return f"I know no partner “{short(words)}”. Choose one, or add it with `/partner new`."


def ambiguous_hint(words: str, candidates: Sequence[str]) -> str:
    """Why the form of a contact has no partner chosen: several are called so."""
    names = ", ".join(short(each) for each in candidates)
    return f"Several partners fit “{short(words)}”: {names}. Choose one."
