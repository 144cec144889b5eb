"""The fields that forms of opportunities share: one look and one name for each."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from babel.numbers import get_currency_name

from handlers.blocks import kit
from handlers.blocks.kit import Block, Element
from handlers.blocks.opportunities.values import OWNER, PARTNER
from handlers.blocks.text import english, isolated
from services.opportunities import Opportunity
from services.text import NAME

MORE = "*More*"
TERM_HINT = "Months, like 12. A recurring commission is spread over it."
PROBABILITY_HINT = "Percent. Left empty, it follows the stage."
PEOPLE_HINT = "Type a part of the name"


@dataclass(frozen=True, slots=True)
class Filling:
    """What the fields begin with, by name. `turns`: how often a field was set from outside; with
    another turn it shows what it is given instead of what was typed.
    """

    values: Mapping[str, str] = field(default_factory=dict[str, str])
    turns: Mapping[str, int] = field(default_factory=dict[str, int])
    hints: Mapping[str, str] = field(default_factory=dict[str, str])

    def of(self, name: str) -> str | None:
        return self.values.get(name) or None

    def action(self, name: str, action_id: str | None = None) -> str:
        """The field's action, another one for each turn."""
        turn = self.turns.get(name, 1)
        return f"{action_id or name}~{turn}" if turn > 1 else action_id or name


def customer(it: Filling) -> Block:
    box = kit.text_input(
        it.action("customer_name"),
        initial=it.of("customer_name"),
        placeholder="Acme renewal",
        most=NAME,
    )
    return kit.field("customer_name", "Customer", box)


def partner(it: Filling, chosen: Element | None) -> Block:
    names = kit.type_ahead(it.action("partner_id", PARTNER), PEOPLE_HINT, chosen=chosen)
    hint = it.hints.get("partner_id")
    return kit.field("partner_id", "Partner", names, hint=hint, tells_at_once=True)


def value(it: Filling) -> Block:
    box = kit.text_input(
        it.action("deal_value"),
        initial=it.of("deal_value"),
        placeholder="48000 or 48k",
        most=60,
    )
    return kit.field("deal_value", "Value", box, hint=it.hints.get("deal_value"))


def currency(it: Filling, offered: Sequence[str], locale: str) -> Block:
    """One that is no longer offered stays a choice where it is the present one."""
    meant = it.of("currency")
    codes = [*offered, *([meant] if meant and meant not in offered else [])]
    options = [
        kit.option(f"{each} · {get_currency_name(each, locale=english(locale))}", each)
        for each in codes
    ]
    chosen = options[codes.index(meant)] if meant else options[0]
    select = kit.select(it.action("currency"), "Choose", options, chosen=chosen)
    return kit.field("currency", "Currency", select)


def day(it: Filling, name: str, label: str, hint: str | None = None) -> Block:
    picker = kit.date_picker(it.action(name), initial=it.of(name))
    return kit.field(name, label, picker, hint=it.hints.get(name, hint))


def owner(it: Filling, chosen: Element | None, *, is_optional: bool = False) -> Block:
    names = kit.type_ahead(it.action("assigned_user_id", OWNER), PEOPLE_HINT, chosen=chosen)
    return kit.field("assigned_user_id", "Owner", names, is_optional=is_optional)


def probability(it: Filling) -> Block:
    box = kit.number_input(it.action("probability"), initial=it.of("probability"), decimal=False)
    return kit.field("probability", "Probability", box, hint=PROBABILITY_HINT, is_optional=True)


def contact_name(it: Filling) -> Block:
    """Where whom to talk to has to be known."""
    box = kit.text_input(it.action("contact_name"), initial=it.of("contact_name"), most=NAME)
    return kit.field("contact_name", "Contact at the customer", box)


def contact(it: Filling) -> list[Block]:
    """Whom to talk to at the customer."""
    mail = kit.email_input(it.action("contact_email"), initial=it.of("contact_email"))
    return [
        _optional_line(it, "contact_name", "Contact"),
        _optional_line(it, "contact_title", "Contact's role"),
        kit.field("contact_email", "Contact's e-mail", mail, is_optional=True),
        _optional_line(it, "contact_phone", "Contact's phone"),
    ]


def term(it: Filling) -> Block:
    box = kit.number_input(it.action("term_months"), initial=it.of("term_months"), decimal=False)
    return kit.field("term_months", "Term", box, hint=TERM_HINT, is_optional=True)


def notes(it: Filling, *, is_optional: bool = True) -> Block:
    box = kit.text_input(it.action("notes"), initial=it.of("notes"), is_long=True)
    return kit.field("notes", "Notes", box, is_optional=is_optional)


def more() -> list[Block]:
    """What comes after it can be left alone."""
    return [kit.divider(), kit.context(MORE)]


def person_option(name: str, user_id: object) -> Element:
    """One of the owner's type-ahead; its value is the person's identifier."""
    return kit.option(isolated(name), str(user_id))


def owner_option(it: Opportunity) -> Element | None:
    if it.owner_id is None or it.owner_name is None:
        return None
    return person_option(it.owner_name, it.owner_id)


def _optional_line(it: Filling, name: str, label: str) -> Block:
    box = kit.text_input(it.action(name), initial=it.of(name), most=NAME)
    return kit.field(name, label, box, is_optional=True)
