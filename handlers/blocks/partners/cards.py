"""Partners in messages: the card, the questions which one is meant."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from handlers import forms
from handlers.blocks import kit
from handlers.blocks.kit import Block, Element
from handlers.blocks.partners.lists import Shown, create_button, last_contact, show_button
from handlers.blocks.partners.standing import health_button, standing
from handlers.blocks.partners.values import (
    EDIT,
    LOG,
    MORE,
    SHARE,
    MoreRef,
    PartnerRef,
    Reader,
    short,
)
from handlers.blocks.text import count, cut, day, day_token, escape, money, shown
from services.interactions import Interaction
from services.partners import Agreement, Contact, Deal, OpenDeals, Overview, Partner, host_of

NOTES_SHOWN = 100
CONTACTS_SHOWN = 3


@dataclass(frozen=True, slots=True)
class Beside:
    """What a card tells from elsewhere: by how many points the health is above last week's, the
    terms of its commission, the button to all its opportunities, a word above it all, and whether
    the card that was shared where it is asked for is gone.
    """

    trend: int | None = None
    terms: str | None = None
    all_deals: Element | None = None
    note: str | None = None
    is_gone: bool = False


def card(
    seen: Overview, recent: Sequence[Interaction], reader: Reader, beside: Beside | None = None
) -> Shown:
    """The card for one person; days since the last contact count from their own day."""
    beside = beside or Beside()
    last = last_contact(seen.last_contact_at, reader)
    told = _Told(last, _standing(seen.partner, beside.trend))
    text, blocks = _card(seen, recent, reader, told, beside.terms)
    above = [kit.context(beside.note)] if beside.note else []
    deals = _deals_section(seen.deals, reader, beside.all_deals)
    again = _share_again(seen.partner, reader) if beside.is_gone else []
    return text, [*above, *blocks, *again, *deals, *_controls(seen.partner, reader)]


def shared_card(seen: Overview, recent: Sequence[Interaction], reader: Reader) -> Shown:
    """The card for a conversation: it stays for long, so that the last contact is a date and last
    week is not told of.
    """
    at = seen.last_contact_at
    last = day_token(at.astimezone(reader.zone).date()) if at else "none yet"
    told = _Told(last, _standing(seen.partner))
    text, blocks = _card(seen, recent, reader, told, None)
    controls = [_log_button(seen.partner.id), *_explaining(seen.partner)]
    return text, [*blocks, kit.actions(*controls)]


def choose(words: str, partners: Sequence[Partner], reader: Reader) -> Shown:
    """Several partners fit: which one?"""
    text = f"Several partners fit “{short(words)}”. Which one do you mean?"
    rows = [
        kit.section(
            f"*{short(each.name)}* · {short(each.domain_label)}", accessory=show_button(each)
        )
        for each in partners
    ]
    return text, [kit.section(text), *rows, *create_button("", reader)]


def unknown(words: str, reader: Reader) -> Shown:
    """No partner fits: create it?"""
    text = f"I know no partner “{short(words)}”."
    return text, [kit.section(text), *create_button(words, reader)]


def sharing(partner: Partner, *, is_new: bool) -> str:
    """What the private card gives way to."""
    if not is_new:
        return f"The card of {shown(partner.name)} is in this channel already."
    return f"The card of {shown(partner.name)} is on its way to this channel."


def _share_again(partner: Partner, reader: Reader) -> list[Block]:
    """What became of the card that others saw, for who may bring it back."""
    if not reader.may_share:
        return []
    value = forms.pack(PartnerRef(id=partner.id))
    label = f"Share {partner.name} again"
    button = kit.button("Share again", SHARE, value, label=label)
    return [kit.section("The card that was shared here is gone.", accessory=button)]


def merged_note(called: str, partner: Partner) -> str:
    """`Globex was merged into Globex Inc.`: why another card is shown than was asked for."""
    return f"{shown(called)} was merged into {shown(partner.name)}."


@dataclass(frozen=True, slots=True)
class _Told:
    """The last contact, and the health where there is any, in words."""

    last: str
    health: str | None

    @property
    def line(self) -> str:
        last = f"last contact {self.last}"
        return f"{self.health} · {last}" if self.health else last


def _standing(partner: Partner, trend: int | None = None) -> str | None:
    """None for what stands for opportunities without a partner."""
    return None if partner.is_direct else standing(partner.health, trend)


def _explaining(partner: Partner) -> list[Element]:
    return [] if partner.is_direct else [health_button(partner.id)]


def _card(
    seen: Overview,
    recent: Sequence[Interaction],
    reader: Reader,
    told: _Told,
    terms: str | None,
) -> Shown:
    partner = seen.partner
    text = f"{short(partner.name)} · {told.line}"
    agreed = agreement(partner.agreement, reader)
    facts = [
        *([("Health", told.health)] if told.health else []),
        ("Last contact", told.last),
        *([("Open opportunities", _deals(seen.deals, reader))] if seen.deals else []),
        ("Contacts" if len(partner.contacts) > 1 else "Contact", _contacts(partner)),
        *([("Agreement", agreed)] if agreed else []),
        *([("Commission", terms)] if terms else []),
    ]
    blocks = [
        kit.section(_title(partner)),
        kit.facts(facts),
        kit.context(_recent(recent, reader)),
    ]
    return text, blocks


def agreement(agreed: Agreement, reader: Reader) -> str:
    """`until Wed 30 Sep (ends in 40 days)`, `since …`; empty when nothing is agreed."""
    parts: list[str] = []
    if agreed.start:
        begun = "since" if agreed.start <= reader.today else "from"
        parts.append(f"{begun} {day(agreed.start, reader.locale, reader.today)}")
    if agreed.end:
        parts.append(f"until {day(agreed.end, reader.locale, reader.today)}")
        parts.append(f"({_ends(agreed.end, reader.today)})")
    return " ".join(parts)


def _ends(end: date, today: date) -> str:
    left = (end - today).days
    if left < 0:
        return f"ended {count(-left, 'day', 'days')} ago"
    return f"ends in {count(left, 'day', 'days')}" if left else "ends today"


def _controls(partner: Partner, reader: Reader) -> list[Block]:
    may_edit = reader.may_change and not partner.is_direct
    edit = kit.button("Edit", EDIT, forms.pack(PartnerRef(id=partner.id)))
    return [
        kit.actions(
            *([_log_button(partner.id)] if reader.may_log else []),
            *([edit] if may_edit else []),
            *_explaining(partner),
            _more(partner, reader),
        )
    ]


def _more(partner: Partner, reader: Reader) -> Element:
    def option(words: str, do: str) -> Element:
        return kit.option(words, forms.pack(MoreRef.model_validate({"id": partner.id, "do": do})))

    may_merge = reader.may_merge and not partner.is_direct
    sees_terms = reader.may_see_commission and not partner.is_direct
    return kit.overflow(
        MORE,
        [
            option("Contacts", "contacts"),
            option("Timeline", "timeline"),
            *([option("Commission", "commission")] if sees_terms else []),
            *([option("Share here", "share")] if reader.may_share else []),
            *([option("Merge into another…", "merge")] if may_merge else []),
        ],
    )


def _title(partner: Partner) -> str:
    parts = [f"*{shown(partner.name)}*", escape(partner.domain_label)]
    if partner.website:
        site = escape(cut(host_of(partner.website) or partner.website, 80))
        parts.append(f"<{escape(partner.website)}|{site}>")
    if partner.status != "active":
        parts.append(escape(partner.status))
    return " · ".join(parts)


def _deals(deals: OpenDeals, reader: Reader) -> str:
    totals = [money(value, currency, reader.locale) for currency, value in deals.totals]
    return " · ".join([str(deals.count), *totals])


def _deals_section(
    deals: OpenDeals | None, reader: Reader, all_deals: Element | None
) -> list[Block]:
    if deals is None or not deals.first:
        return []
    words = "\n".join(_deal(each, reader) for each in deals.first)
    is_more = all_deals is not None and deals.count > len(deals.first)
    return [kit.section(words, accessory=all_deals if is_more else None)]


def _deal(it: Deal, reader: Reader) -> str:
    closes = day(it.expected_close_date, reader.locale, reader.today)
    value = money(it.value, it.currency, reader.locale)
    return f"*#{it.number}* {short(it.customer_name)} · {value} · closes {closes}"


def contact_line(contact: Contact) -> str:
    """`Hank Scorpio, CEO · hank@globex.com · +1 555 0100`, escaped."""
    name = ", ".join(short(each) for each in (contact.name, contact.title) if each)
    parts = [name, *(short(each, 100) for each in (contact.email, contact.phone) if each)]
    return " · ".join(each for each in parts if each)


def _contacts(partner: Partner) -> str:
    listed = [contact_line(each) for each in partner.contacts[:CONTACTS_SHOWN]]
    more = len(partner.contacts) - len(listed)
    return "\n".join([*listed, *([f"and {more} more"] if more else [])]) or "none yet"


def _recent(recent: Sequence[Interaction], reader: Reader) -> str:
    return "\n".join(_contacted(each, reader) for each in recent) or "No contact logged yet."


def _contacted(done: Interaction, reader: Reader) -> str:
    on = day(done.at.astimezone(reader.zone).date(), reader.locale, reader.today)
    line = f"{on} · {short(done.type_label)} · {short(done.by)}"
    met = [f"With {done.contact_name}"] if done.contact_name else []
    notes = cut(" · ".join([*met, *(done.description or "").splitlines()]), NOTES_SHOWN)
    return f"{line}: {shown(notes)}" if notes else line


def _log_button(partner_id: UUID) -> Element:
    value = forms.pack(PartnerRef(id=partner_id))
    return kit.button("Log interaction", LOG, value, style="primary")
