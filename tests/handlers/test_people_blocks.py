import json
from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.blocks.people import form, listing, messages
from sandbox.blockkit import problems_of_message, problems_of_options, problems_of_view
from services.configuration.roles import FORMS, SHIPPED, Role, Roles
from services.departures import OpenWork
from services.people import Account, Card, ListPeople, Named, Page, Person, Question, Row
from services.values import UTC as UTC_ZONE
from services.values import Actor, OrganizationId, UserId, WorkspaceId

NOW = datetime(2026, 11, 18, 10, 0, tzinfo=UTC)
X = "x" * 30
MANY_ROLES = Roles(
    roles=(
        *SHIPPED.roles,
        *(
            Role(key=f"role_{n}", label=f"<Röle> {n} " + "x" * 30, permissions=())
            for n in range(25)
        ),
    )
)
NAMES = st.one_of(
    st.text(min_size=1, max_size=201),
    st.text(alphabet="&<>*_~`|\n", min_size=1, max_size=201),
    st.just(("<!channel> & *bold*" + "\u0645\U0001f680" * 120)[:201]),
)
WORK = st.builds(OpenWork, *(st.integers(0, 3000),) * 3)


def a_person(name: str = "Ron Rep", **fields: object) -> Person:
    given: dict[str, object] = {
        "user_id": UserId(UUID(int=1)),
        "name": name,
        "first_name": name.split(" ", maxsplit=1)[0],
        "role": "sales_rep",
        "is_active": True,
        "time_zone": UTC_ZONE,
        "locale": "de-DE",
        "email": "ron@acme.example",
        "last_used_at": NOW,
    }
    return Person(**(given | fields))  # pyright: ignore[reportArgumentType]  # a test's facts


def a_card(name: str = "Ron Rep", accounts: int = 1, **fields: object) -> Card:
    account = Account(name, "U0RON", None, is_live=True)
    who = a_person(name, **fields)
    return Card(who, MANY_ROLES, a_person(name), 3000, (account,) * accounts)


def a_question(name: str = "Eve", answer: str | None = None) -> Question:
    return Question(
        id=UUID(int=1),
        shown_name=name,
        team_name=name,
        workspace_id=WorkspaceId(UUID(int=2)),
        slack_user_id="U0EVE",
        user_id=UserId(UUID(int=3)),
        owner=name,
        asked_user_id=UserId(UUID(int=3)),
        expires_at=NOW,
        answer=answer,
    )


@given(NAMES, st.integers(0, 20), st.text(max_size=255))
def test_a_page_fits_slack_whatever_the_names(name: str, count: int, words: str) -> None:
    rows = tuple(
        Row(UserId(UUID(int=n)), name, "gone", bool(n % 2), name if n % 3 else None, None)
        for n in range(count)
    )
    page = Page(ListPeople(words=words, page=7), rows, 3000, 150)

    assert problems_of_view(listing.view(page, MANY_ROLES)) == []


@given(NAMES, st.integers(0, 40), st.lists(st.sampled_from(sorted(FORMS)), unique=True))
def test_a_persons_form_fits_slack_whatever_they_hold(
    name: str, accounts: int, held: list[str]
) -> None:
    card = a_card(name, accounts, role="gone", permissions={"grant": held, "deny": held})

    assert problems_of_view(form.view(card, ListPeople(words="w" * 255))) == []


@given(NAMES, WORK, st.booleans())
def test_leaving_and_its_messages_fit_slack(name: str, work: OpenWork, is_active: bool) -> None:
    card = a_card(name, is_active=is_active)
    text, blocks = messages.left(card, work, may_hand_over=True)

    assert problems_of_view(form.leave(card, work, None)) == []
    assert problems_of_message({"text": text, "blocks": blocks}) == []
    assert len(form.left(card, is_active, work)) < 3000


@given(NAMES, st.sampled_from([None, "approved", "refused", "expired"]))
def test_questions_and_answers_fit_slack(name: str, answer: str | None) -> None:
    for shown in (messages.question, messages.answered):
        text, blocks = shown(a_question(name, answer))
        assert problems_of_message({"text": text, "blocks": blocks}) == []


@given(st.lists(NAMES, max_size=99))
def test_people_to_choose_fit_slack(names: list[str]) -> None:
    found = [Named(UserId(UUID(int=n)), each, each) for n, each in enumerate(names)]

    assert problems_of_options({"options": form.people_options(found, [form.nobody()])}) == []


@pytest.mark.parametrize("role", ["admin", "sales_rep"])
def test_me_tells_what_the_role_allows(role: str) -> None:
    held = SHIPPED.find(role)
    assert held is not None
    actor = Actor(
        organization_id=OrganizationId(UUID(int=9)),
        user_id=UserId(UUID(int=1)),
        name="Ron",
        permissions=frozenset(held.permissions),
    )

    text, blocks = messages.me(a_card(role=role), actor, NOW)

    assert problems_of_message({"text": text, "blocks": blocks}) == []
    read = json.dumps(blocks)
    assert ("Change the settings" in read) == (role == "admin")
    assert ("Open people" in read) == (role == "admin")
    assert ("(your own)" in read) == (role == "sales_rep")


def test_an_address_that_was_made_up_is_not_shown() -> None:
    assert form.email("u0eve@t0acme.slack.invalid") == "Unknown"
    assert form.email("eve@acme.example") == "eve@acme.example"


def test_a_question_about_somebody_elses_account_names_them() -> None:
    own = a_question("Eve")
    other = replace(own, asked_user_id=UserId(UUID(int=8)), owner="Ada")

    assert "It is me" in json.dumps(messages.question(own)[1])
    assert "the e-mail of Ada" in messages.question(other)[0]
    assert "It is them" in json.dumps(messages.question(other)[1])


@pytest.mark.parametrize(
    ("because", "words"),
    [("guest", "is only a guest in Slack now"), ("deactivated", "is no longer in Slack")],
)
def test_a_manager_is_told_why_somebody_has_left(because: str, words: str) -> None:
    gone = replace(
        a_card(is_active=False), accounts=(Account("Acme", "U0RON", because, is_live=True),)
    )

    text, blocks = messages.left(gone, OpenWork(2, 1, 0), may_hand_over=False)

    assert words in text
    assert "2 open opportunities and 1 open task" in json.dumps(blocks)
    assert "Hand over" not in json.dumps(blocks)
