"""The form of a partner, and the options of the type-ahead."""

from collections.abc import Sequence

from handlers import forms
from handlers.blocks import kit
from handlers.blocks.kit import Block, Element, View
from handlers.blocks.partners.values import (
    CREATE_FORM,
    NEW_PREFIX,
    FormNote,
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
            optional("website", "Website", typed and typed.website, "globex.com", 500),
            optional("contact_name", "Contact", typed and typed.contact_name, "Hank Scorpio"),
            optional(
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


def optional(name: str, label: str, initial: str | None, example: str, most: int = 255) -> Block:
    """A line that may stay empty."""
    box = kit.text_input(name, initial=initial, placeholder=example, most=most)
    return kit.field(name, label, box, is_optional=True)
