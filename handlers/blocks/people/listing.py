"""The list of the company's people, page by page."""

from handlers import forms
from handlers.blocks import kit
from handlers.blocks.kit import Block
from handlers.blocks.text import count, day_token, escape, shown
from handlers.routing import View
from services.configuration.roles import Roles
from services.people import ListPeople, Page, Row
from services.values import UserId

LIST = "people"
PAGE = "people_page"
OPEN_PERSON = "person_open"
OPEN_PEOPLE = "people_open"
_WHO = {"active": "Active", "inactive": "Not active", "everybody": "Everybody"}


class Listed(forms.Packed):
    """What the list carries, and each of its paging buttons: which people, which page."""

    wanted: ListPeople


class PersonRef(forms.Packed):
    """A button's value: whom it is about."""

    user_id: UserId


def view(page: Page, roles: Roles) -> View:
    """A page of people, with the search that led to it."""
    blocks = [
        kit.field(
            "words",
            "Name or e-mail",
            kit.text_input("people_words", initial=page.wanted.words, most=255),
            is_optional=True,
        ),
        kit.field("who", "Show", _who(page.wanted)),
        kit.section(f"*{_headline(page)}*"),
        *(_row(row, roles) for row in page.rows),
        *kit.paging(page.wanted.page, page.pages, PAGE, lambda number: _packed(page, number)),
    ]
    return kit.modal(
        "People",
        blocks,
        callback_id=LIST,
        submit="Search",
        close="Close",
        metadata=_packed(page, page.wanted.page),
    )


def _packed(page: Page, number: int) -> str:
    return forms.pack(Listed(wanted=page.wanted.model_copy(update={"page": number})))


def _who(wanted: ListPeople) -> kit.Element:
    options = [kit.option(words, who) for who, words in _WHO.items()]
    chosen = options[list(_WHO).index(wanted.who)]
    return kit.select("people_who", "Choose", options, chosen=chosen)


def _headline(page: Page) -> str:
    if not page.total:
        return "Nobody fits. Search for another part of the name, or show everybody."
    people = count(page.total, "person", "people")
    words = f" with “{escape(page.wanted.words)}”" if page.wanted.words else ""
    return f"{_WHO[page.wanted.who]}: {people}{words}"


def _row(row: Row, roles: Roles) -> Block:
    role = roles.find(row.role)
    state = "" if row.is_active else " · not active"
    facts = [
        f"reports to {shown(row.manager)}" if row.manager else "reports to nobody",
        f"last here {day_token(row.last_used_at.date())}" if row.last_used_at else "not here yet",
    ]
    title = f"*{shown(row.name)}* · {escape(role.label if role else row.role)}{state}"
    button = kit.button(
        "Open",
        f"{OPEN_PERSON}:{row.user_id}",
        forms.pack(PersonRef(user_id=row.user_id)),
        label=f"Open {row.name}",
    )
    return kit.section(f"{title}\n{' · '.join(facts)}", accessory=button)
