"""The forms of partners: a new one, a contact with one, and the options of the type-ahead."""

from collections.abc import Sequence
from datetime import date

from handlers import forms
from handlers.blocks import kit
from handlers.blocks.kit import Block, Element, View
from handlers.blocks.partners.values import (
    CREATE_FORM,
    LOG_FORM,
    NEW_PREFIX,
    SUGGEST,
    FormNote,
    LogNote,
    one_line,
    short,
)
from handlers.blocks.text import cut, isolated
from services.configuration.catalogue import Choice
from services.partners import CreatePartner, Partner

OPTION_VALUE = 150
ALIKE_SHOWN = 5


def partner_form(
    choices: Sequence[Choice],
    note: FormNote,
    *,
    callback_id: str = CREATE_FORM,
    name: str = "",
    typed: CreatePartner | None = None,
    alike: Sequence[str] = (),
) -> View:
    """The form of a new partner. With `alike`, what was typed and a way to save it anyway."""
    domains = [kit.option(choice.label, choice.key) for choice in choices]
    chosen = next((each for each in domains if typed and each["value"] == typed.domain), None)
    return kit.modal(
        "New partner",
        [
            *_warning(alike),
            _text("name", "Name", typed.name if typed else one_line(name), "Globex"),
            kit.field("domain", "Domain", kit.select("domain", "Choose", domains, chosen=chosen)),
            _optional("website", "Website", typed and typed.website, "globex.com", 500),
            _optional("contact_name", "Contact", typed and typed.contact_name, "Hank Scorpio"),
            _optional(
                "contact_email",
                "Contact's e-mail",
                typed and typed.contact_email,
                "hank@globex.com",
            ),
        ],
        callback_id=callback_id,
        submit="Save anyway" if alike else "Create",
        metadata=forms.pack(note),
    )


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
            _optional("with_whom", "With whom", None, "Hank Scorpio"),
            kit.field("description", "Notes", notes, is_optional=True),
        ],
        callback_id=LOG_FORM,
        submit="Log",
        metadata=forms.pack(note),
    )


def partner_option(partner: Partner) -> Element:
    """One of the type-ahead; its value is the partner's identifier."""
    return kit.option(isolated(partner.name), str(partner.id), partner.domain_label)


def new_option(name: str) -> Element:
    """The type-ahead's offer to create what was typed."""
    line = one_line(name.encode(errors="replace").decode())  # half a character is no JSON to Slack
    value = f"{NEW_PREFIX}{line}"[:OPTION_VALUE].rstrip()
    return kit.option(f"Create partner “{isolated(cut(line, 50))}”", value)


def _warning(alike: Sequence[str]) -> list[Block]:
    if not alike:
        return []
    names = "\n".join(f"• *{short(each)}*" for each in alike[:ALIKE_SHOWN])
    more = f"\n… and {len(alike) - ALIKE_SHOWN} more" if len(alike) > ALIKE_SHOWN else ""
    return [
        kit.section(
            f"This looks like a partner you already have:\n{names}{more}\n"
            "If it is the same company, cancel and use that one. If not, press *Save anyway*."
        )
    ]


def _text(name: str, label: str, initial: str, example: str) -> Block:
    return kit.field(
        name, label, kit.text_input(name, initial=initial, placeholder=example, most=255)
    )


def _optional(name: str, label: str, initial: str | None, example: str, most: int = 255) -> Block:
    box = kit.text_input(name, initial=initial, placeholder=example, most=most)
    return kit.field(name, label, box, is_optional=True)
