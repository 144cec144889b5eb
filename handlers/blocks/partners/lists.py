"""A page of partners, and the row of selects that changes what it shows.

An option has room for 150 characters and a private message is not sent back with a press, so the
row's block_id carries the list, and an option says only what it changes.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal

from pydantic import ValidationError

from handlers import forms
from handlers.blocks import kit
from handlers.blocks.kit import Block, Element
from handlers.blocks.partners.standing import standing
from handlers.blocks.partners.values import (
    LIST,
    NEW,
    PAGE,
    SHOW,
    NameRef,
    PageRef,
    PartnerRef,
    Reader,
    one_line,
    short,
)
from handlers.blocks.text import count, day, money
from services.configuration.catalogue import Choice
from services.partners import STATUSES, Figures, ListPartners, Partner, PartnerPage, Sort

DOMAIN, STATUS, SORT = f"{LIST}:domain", f"{LIST}:status", f"{LIST}:sort"
ALL = "-"
"""The choice of nothing in particular. No key looks like this."""
_MARK = "partners"
_TODAY = "today"
_SEPARATOR = "|"
_LONGEST = 255
"""Of a block_id."""
_SORTS: Mapping[Sort, str] = {
    Sort.NAME: "By name",
    Sort.HEALTH: "Lowest health first",
    Sort.PIPELINE: "Largest pipeline first",
    Sort.LAST_CONTACT: "Longest without contact first",
}
Shown = tuple[str, list[Block]]
"""A message: the words of its notification, and its blocks."""


def listing(
    page: PartnerPage, wanted: ListPartners, domains: Sequence[Choice], reader: Reader
) -> Shown:
    """A page of partners; without any, the button that begins the first one."""
    if not page.rows:
        return _nothing(wanted, domains, reader)
    text = f"{_title(wanted, domains)}: {page.total_count}"
    rows = [
        _row(each, page.figures.get(each.id, Figures()), page.base_currency, reader)
        for each in page.rows
    ]
    return text, [
        kit.section(f"*{text}*"),
        _controls(wanted, domains),
        *rows,
        *_paging(page, wanted),
    ]


def changed(block_id: str, control: str, value: str) -> ListPartners | None:
    """The list of this row after something else was chosen; None for what is no list or choice."""
    mark, _, carried = block_id.partition(_SEPARATOR)
    parts = carried.split(_SEPARATOR, 3)
    if mark != _MARK or len(parts) != len(("domain", "status", "sort", "words")):
        return None
    facts: dict[str, str | None] = dict(
        zip(("domain", "status", "sort", "words"), (each or None for each in parts), strict=True)
    )
    facts[control.rpartition(":")[2]] = None if value == ALL else value
    try:
        given = {name: each for name, each in facts.items() if each is not None}
        return ListPartners.model_validate(given)
    except ValidationError:
        return None


def create_button(name: str, reader: Reader) -> list[Block]:
    if not reader.may_create:
        return []
    value = forms.pack(NameRef(name=one_line(name)))
    return [kit.actions(kit.button("New partner", NEW, value, style="primary"))]


def show_button(partner: Partner) -> Element:
    value = forms.pack(PartnerRef(id=partner.id))
    return kit.button("Show", f"{SHOW}:{partner.id}", value)


def last_contact(at: datetime | None, reader: Reader) -> str:
    """`6 days ago (Thu 12 Nov)`: counted from the reader's own day."""
    ago = days_since(at, reader)
    if at is None or ago == _TODAY:
        return ago
    on = at.astimezone(reader.zone).date()
    return f"{ago} ({day(on, reader.locale, reader.today)})"


def days_since(at: datetime | None, reader: Reader) -> str:
    """`6 days ago`."""
    if at is None:
        return "none yet"
    ago = (reader.today - at.astimezone(reader.zone).date()).days
    return f"{count(ago, 'day', 'days')} ago" if ago > 0 else _TODAY


def _row(partner: Partner, told: Figures, currency: str, reader: Reader) -> Block:
    title = [f"*{short(partner.name, 150)}*", short(partner.domain_label)]
    if partner.status != "active":
        title.append(partner.status)
    facts = [standing(partner.health, told.trend)]
    if told.pipeline is not None:
        without = " and some without a rate" if told.without_rate else ""
        whole = told.pipeline.quantize(Decimal(1))
        facts.append(f"{money(whole, currency, reader.locale)} open{without}")
    facts.append(f"last contact {days_since(told.last_contact_at, reader)}")
    words = f"{' · '.join(title)}\n{' · '.join(facts)}"
    return kit.section(words, accessory=show_button(partner))


def _controls(wanted: ListPartners, domains: Sequence[Choice]) -> Block:
    return kit.actions(
        _choice(
            DOMAIN, [(ALL, "All domains"), *((it.key, it.label) for it in domains)], wanted.domain
        ),
        _choice(
            STATUS,
            [(ALL, "Any status"), *((each, each.capitalize()) for each in STATUSES)],
            wanted.status,
        ),
        _choice(
            SORT,
            [*([(ALL, "Best match first")] if wanted.words else []), *_SORTS.items()],
            wanted.sort or (None if wanted.words else Sort.NAME),
        ),
        block_id=_packed(wanted),
    )


def _choice(action_id: str, choices: Sequence[tuple[str, str]], value: str | None) -> Element:
    options = {key: kit.option(words, str(key)) for key, words in choices}
    chosen = options.get(value or ALL) or next(iter(options.values()))
    return kit.select(action_id, "Choose", list(options.values()), chosen=chosen)


def _packed(wanted: ListPartners) -> str:
    carried = (_MARK, wanted.domain or "", wanted.status or "", wanted.sort or "", wanted.words)
    return _SEPARATOR.join(carried)[:_LONGEST]


def _title(wanted: ListPartners, domains: Sequence[Choice]) -> str:
    status = f"{wanted.status.capitalize()} partners" if wanted.status else "Partners"
    label = {choice.key: choice.label for choice in domains}.get(wanted.domain or "")
    within = f" in {short(label or wanted.domain)}" if wanted.domain else ""
    like = f" like “{short(wanted.words)}”" if wanted.words else ""
    return f"{status}{within}{like}"


def _nothing(wanted: ListPartners, domains: Sequence[Choice], reader: Reader) -> Shown:
    is_narrowed = wanted.domain is not None or wanted.status is not None
    title = _title(wanted, domains)
    text = f"There are no {title[:1].lower()}{title[1:]}{'' if wanted.words else ' yet'}."
    if wanted.words and not is_narrowed:
        text = f"I know no partner “{short(wanted.words)}”."
    controls = [_controls(wanted, domains)] if is_narrowed else []
    return text, [kit.section(text), *controls, *create_button(wanted.words, reader)]


def _paging(page: PartnerPage, wanted: ListPartners) -> list[Block]:
    def value_of(number: int) -> str:
        return forms.pack(PageRef(wanted=wanted.model_copy(update={"page": number})))

    return kit.paging(page.page, page.pages, PAGE, value_of)
