"""The form of a partner, and the options of the type-ahead."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from handlers import forms
from handlers.blocks import kit
from handlers.blocks.kit import Block, Element, View
from handlers.blocks.partners.values import (
    CONTACTS,
    CREATE_FORM,
    EDIT_FORM,
    MERGE_THIS,
    NEW_PREFIX,
    EditNote,
    FormNote,
    PairRef,
    PartnerRef,
    one_line,
    short,
)
from handlers.blocks.text import cut, isolated
from services.configuration.catalogue import Choice
from services.partners import STATUSES, CreatePartner, EditPartner, Partner

OPTION_VALUE = 150
_STATUS_HINT = "An inactive partner is not offered where one is chosen."
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
            optional(
                "contact_phone",
                "Contact's phone",
                typed and typed.contact_phone,
                "+44 20 7946 0018",
                50,
            ),
        ],
        callback_id=callback_id,
        submit="Save anyway" if alike else "Create",
        metadata=forms.pack(note),
    )


@dataclass(frozen=True, slots=True)
class Unsaved:
    """What somebody wants a partner to be, and why it is not yet: a `warning` in mrkdwn, or those
    it looks `alike`, which it may be merged into by who may.
    """

    typed: EditPartner
    warning: str = ""
    alike: Mapping[UUID, str] = field(default_factory=dict[UUID, str])
    may_merge: bool = False


def edit_form(
    partner: Partner, choices: Sequence[Choice], note: EditNote, unsaved: Unsaved | None = None
) -> View:
    """The form of a partner that is there, as it is or as somebody wants it."""
    now = unsaved.typed if unsaved else partner
    agreed = now.agreement
    days = agreed.renewal_alert_days
    return kit.modal(
        "Edit partner",
        [
            *(_why(partner, unsaved) if unsaved else []),
            _text("name", "Name", now.name, "Globex"),
            kit.field("domain", "Domain", _domain_select(choices, partner, now.domain)),
            optional("website", "Website", now.website, "globex.com", 500),
            kit.field("status", "Status", _status_select(now.status), hint=_STATUS_HINT),
            _date("agreement_start", "Agreement from", agreed.start),
            _date("agreement_end", "Agreement until", agreed.end),
            kit.field(
                "renewal_alert_days",
                "Tell me before it ends",
                kit.number_input(
                    "renewal_alert_days",
                    initial=None if days is None else str(days),
                    placeholder="60",
                    decimal=False,
                ),
                hint="So many days before the end, like 60.",
                is_optional=True,
            ),
            kit.divider(),
            kit.section(
                f"Contacts: {len(partner.contacts) or 'none yet'}",
                accessory=kit.button("Contacts", CONTACTS, forms.pack(PartnerRef(id=partner.id))),
            ),
        ],
        callback_id=EDIT_FORM,
        submit="Save anyway" if unsaved else "Save",
        metadata=forms.pack(note),
    )


def _why(partner: Partner, unsaved: Unsaved) -> list[Block]:
    merges = _merges(partner, unsaved.alike) if unsaved.may_merge else []
    return [
        *([kit.section(unsaved.warning)] if unsaved.warning else []),
        *_warning(list(unsaved.alike.values())),
        *([kit.actions(*merges)] if merges else []),
    ]


def _merges(partner: Partner, alike: Mapping[UUID, str]) -> list[Element]:
    """For each of those it looks alike: have it be part of that one."""
    return [
        kit.button(
            f"Merge into {isolated(cut(name, 50))}…",
            f"{MERGE_THIS}:{key}",
            forms.pack(PairRef(gone_id=partner.id, stays_id=key)),
        )
        for key, name in list(alike.items())[:ALIKE_SHOWN]
    ]


def _domain_select(choices: Sequence[Choice], partner: Partner, value: str) -> Element:
    """A domain that is no longer configured stays in the list, so that it is not changed unseen."""
    options = {each.key: kit.option(each.label, each.key) for each in choices}
    options.setdefault(partner.domain, kit.option(partner.domain_label, partner.domain))
    return kit.select("domain", "Choose", list(options.values()), chosen=options.get(value))


def _status_select(value: str) -> Element:
    options = {each: kit.option(each.capitalize(), each) for each in STATUSES}
    return kit.select("status", "Choose", list(options.values()), chosen=options.get(value))


def _date(name: str, label: str, value: date | None) -> Block:
    picker = kit.date_picker(name, initial=value.isoformat() if value else None)
    return kit.field(name, label, picker, is_optional=True)


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
