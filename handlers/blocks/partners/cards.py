"""Partners in messages: the card, the list, the questions which one is meant."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from uuid import UUID

from handlers import forms
from handlers.blocks import kit
from handlers.blocks.kit import Block, Element
from handlers.blocks.partners.standing import health_button, standing
from handlers.blocks.partners.timeline import timeline_button
from handlers.blocks.partners.values import (
    LOG,
    NEW,
    PAGE,
    SHARE,
    SHOW,
    NameRef,
    PageRef,
    PartnerRef,
    Reader,
    one_line,
    short,
)
from handlers.blocks.text import count, cut, day, day_token, escape, money, shown
from services.interactions import Interaction
from services.partners import (
    ListPartners,
    OpenDeals,
    Overview,
    Partner,
    PartnerPage,
    host_of,
)

NOTES_SHOWN = 100
Shown = tuple[str, list[Block]]
"""A message: the words of its notification, and its blocks."""


def card(
    seen: Overview, recent: Sequence[Interaction], reader: Reader, trend: int | None = None
) -> Shown:
    """The card for one person; days since the last contact count from their own day. `trend`: by
    how many points the health is above last week's.
    """
    last = _last_contact(seen.last_contact_at, reader)
    controls = [
        *([_log_button(seen.partner.id)] if reader.may_log else []),
        *_explaining(seen.partner),
        timeline_button(seen.partner.id),
        *([_share_button(seen.partner.id)] if reader.may_share else []),
    ]
    return _card(seen, recent, reader, _Told(last, _standing(seen.partner, trend)), controls)


def shared_card(seen: Overview, recent: Sequence[Interaction], reader: Reader) -> Shown:
    """The card for a conversation: it stays for long, so that the last contact is a date and last
    week is not told of.
    """
    at = seen.last_contact_at
    last = day_token(at.astimezone(reader.zone).date()) if at else "none yet"
    controls = [_log_button(seen.partner.id), *_explaining(seen.partner)]
    return _card(seen, recent, reader, _Told(last, _standing(seen.partner)), controls)


def listing(
    page: PartnerPage,
    wanted: ListPartners,
    last_contacts: Mapping[UUID, datetime],
    domain_label: str | None,
    reader: Reader,
    trends: Mapping[UUID, int] = MappingProxyType({}),
) -> Shown:
    """A page of partners; without any, the button that begins the first one. `trends`: as on the
    card, by partner.
    """
    title = _list_title(wanted, domain_label)
    if not page.rows:
        return _nothing(wanted, domain_label, reader)
    text = f"{title}: {page.total_count}"
    rows = [
        _row(
            each,
            _Told(
                _last_contact(last_contacts.get(each.id), reader),
                _standing(each, trends.get(each.id)),
            ),
        )
        for each in page.rows
    ]
    return text, [kit.section(f"*{text}*"), *rows, *_paging(page, wanted)]


def choose(words: str, partners: Sequence[Partner], reader: Reader) -> Shown:
    """Several partners fit: which one?"""
    text = f"Several partners fit “{short(words)}”. Which one do you mean?"
    rows = [
        kit.section(
            f"*{short(each.name)}* · {short(each.domain_label)}", accessory=_show_button(each.id)
        )
        for each in partners
    ]
    return text, [kit.section(text), *rows, *_create_button("", reader)]


def unknown(words: str, reader: Reader) -> Shown:
    """No partner fits: create it?"""
    text = f"I know no partner “{short(words)}”."
    return text, [kit.section(text), *_create_button(words, reader)]


def sharing(partner: Partner, *, is_new: bool) -> str:
    """What the private card gives way to."""
    if not is_new:
        return f"The card of {shown(partner.name)} is in this channel already."
    return f"The card of {shown(partner.name)} is on its way to this channel."


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
    controls: Sequence[Element],
) -> Shown:
    partner = seen.partner
    text = f"{short(partner.name)} · {told.line}"
    facts = [
        *([("Health", told.health)] if told.health else []),
        ("Last contact", told.last),
        *([("Open opportunities", _deals(seen.deals, reader))] if seen.deals else []),
        ("Contact", _contact(partner)),
    ]
    blocks = [
        kit.section(_title(partner)),
        kit.facts(facts),
        kit.context(_recent(recent, reader)),
        *([kit.actions(*controls)] if controls else []),
    ]
    return text, blocks


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


def _contact(partner: Partner) -> str:
    given = [shown(each) for each in (partner.contact_name, partner.contact_email) if each]
    return "\n".join(given) or "none yet"


def _recent(recent: Sequence[Interaction], reader: Reader) -> str:
    return "\n".join(_contacted(each, reader) for each in recent) or "No contact logged yet."


def _contacted(done: Interaction, reader: Reader) -> str:
    on = day(done.at.astimezone(reader.zone).date(), reader.locale, reader.today)
    line = f"{on} · {short(done.type_label)} · {short(done.by)}"
    met = [f"With {done.contact_name}"] if done.contact_name else []
    notes = cut(" · ".join([*met, *(done.description or "").splitlines()]), NOTES_SHOWN)
    return f"{line}: {shown(notes)}" if notes else line


def _last_contact(at: datetime | None, reader: Reader) -> str:
    if at is None:
        return "none yet"
    on = at.astimezone(reader.zone).date()
    ago = (reader.today - on).days
    if ago < 1:
        return "today"
    return f"{count(ago, 'day', 'days')} ago ({day(on, reader.locale, reader.today)})"


def _row(partner: Partner, told: _Told) -> Block:
    words = f"*{short(partner.name, 150)}* · {short(partner.domain_label)}\n{told.line}"
    return kit.section(words, accessory=_show_button(partner.id))


def _list_title(wanted: ListPartners, domain_label: str | None) -> str:
    if domain_label is not None:
        return f"Partners in {short(domain_label)}"
    return f"Partners like “{short(wanted.words)}”" if wanted.words else "Partners"


def _nothing(wanted: ListPartners, domain_label: str | None, reader: Reader) -> Shown:
    if wanted.words:
        return unknown(wanted.words, reader)
    where = f" in {short(domain_label)}" if domain_label is not None else ""
    text = f"There are no partners{where} yet."
    return text, [kit.section(text), *_create_button("", reader)]


def _paging(page: PartnerPage, wanted: ListPartners) -> list[Block]:
    def value_of(number: int) -> str:
        return forms.pack(PageRef(wanted=wanted.model_copy(update={"page": number})))

    return kit.paging(page.page, page.pages, PAGE, value_of)


def _create_button(name: str, reader: Reader) -> list[Block]:
    if not reader.may_create:
        return []
    value = forms.pack(NameRef(name=one_line(name)))
    return [kit.actions(kit.button("New partner", NEW, value, style="primary"))]


def _log_button(partner_id: UUID) -> Element:
    value = forms.pack(PartnerRef(id=partner_id))
    return kit.button("Log interaction", LOG, value, style="primary")


def _share_button(partner_id: UUID) -> Element:
    return kit.button("Share here", SHARE, forms.pack(PartnerRef(id=partner_id)))


def _show_button(partner_id: UUID) -> Element:
    return kit.button("Show", f"{SHOW}:{partner_id}", forms.pack(PartnerRef(id=partner_id)))
