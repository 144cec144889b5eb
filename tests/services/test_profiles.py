import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.profiles import (
    Refusal,
    confirmed_email,
    made_up_email,
    names_of,
    refusal_of,
    seen_settings,
)
from tests.factories import a_profile


@pytest.mark.parametrize(
    ("facts", "reason"),
    [
        ({}, None),
        ({"is_bot": True}, Refusal.BOT),
        ({"slack_user_id": "USLACKBOT"}, Refusal.BOT),
        ({"is_guest": True}, Refusal.GUEST),
        ({"is_deleted": True}, Refusal.DEACTIVATED),
        ({"is_stranger": True}, Refusal.STRANGER),
        ({"team_id": "T0OTHER"}, Refusal.STRANGER),
        ({"team_id": "T0OTHER", "enterprise_id": "E0OTHER"}, Refusal.STRANGER),
        ({"team_id": ""}, Refusal.STRANGER),
        ({"is_stranger": True, "is_guest": True, "is_deleted": True}, Refusal.STRANGER),
    ],
)
def test_who_is_not_of_the_company_is_known(
    facts: dict[str, object], reason: Refusal | None
) -> None:
    assert refusal_of(a_profile(**facts), "T0ACME", None) == reason


def test_everybody_of_an_enterprise_is_of_the_company() -> None:
    profile = a_profile(team_id="T0SECOND", enterprise_id="E0ACME")

    assert refusal_of(profile, None, "E0ACME") is None
    assert refusal_of(profile, "T0FIRST", "E0ACME") is None
    assert refusal_of(profile, None, "E0OTHER") == Refusal.STRANGER


NOBODY = {"first_name": None, "last_name": None, "real_name": None, "display_name": None}


@pytest.mark.parametrize(
    ("facts", "names"),
    [
        ({"last_name": None}, ("Nadia", "")),
        ({"last_name": "  "}, ("Nadia", "")),
        (NOBODY | {"real_name": "Ana Sousa Lima"}, ("Ana", "Sousa Lima")),
        (NOBODY | {"real_name": "Cher"}, ("Cher", "")),
        (NOBODY | {"display_name": "nadia"}, ("nadia", "")),
        (NOBODY, ("U0NADIA", "")),
        (NOBODY | {"last_name": "Lima"}, ("Lima", "")),
        ({"first_name": "Jose\u0301"}, ("José", "Newcomer")),
        ({"first_name": "Na\u200bdia\u202e\u0000"}, ("Nadia", "Newcomer")),
        ({"first_name": "Na\tdia\n"}, ("Na dia", "Newcomer")),
        ({"first_name": "\ud800Nadia"}, ("Nadia", "Newcomer")),
        ({"first_name": "<!channel> & co"}, ("<!channel> & co", "Newcomer")),
        ({"first_name": "نادية", "last_name": "שלום"}, ("نادية", "שלום")),
        ({"first_name": "a" * 500, "last_name": "b" * 500}, ("a" * 100, "b" * 100)),
        ({"first_name": "x" * 99 + "q\u0323\u0301"}, ("x" * 99, "Newcomer")),
    ],
)
def test_odd_names_are_made_fit_to_keep(facts: dict[str, object], names: tuple[str, str]) -> None:
    assert names_of(a_profile(**facts)) == names


@given(first=st.text(max_size=300) | st.none(), last=st.text(max_size=300) | st.none())
def test_any_name_fits_its_columns(first: str | None, last: str | None) -> None:
    given_name, family = names_of(a_profile(first_name=first, last_name=last))

    assert 1 <= len(given_name) <= 100
    assert len(family) <= 100
    assert given_name == given_name.strip()
    assert "\x00" not in given_name + family


@pytest.mark.parametrize(
    "email",
    [
        None,
        "",
        "   ",
        "nadia",
        "@acme.example",
        "nadia@",
        "a b@acme.example",
        "a@b@c",
        "x\x00@acme.example",
        "n" * 250 + "@acme.example",
        "u0ron@t0acme.slack.invalid",
    ],
)
def test_what_is_no_e_mail_counts_as_none(email: str | None) -> None:
    assert confirmed_email(a_profile(email=email)) is None


def test_an_e_mail_counts_only_when_slack_says_it_is_confirmed() -> None:
    profile = a_profile(email=" Nadia@ACME.example ", is_email_confirmed=True)
    unsure = a_profile(email="nadia@acme.example", is_email_confirmed=False)

    assert confirmed_email(profile) == "nadia@acme.example"
    assert confirmed_email(unsure) is None


@given(email=st.text(max_size=300) | st.emails())
def test_any_e_mail_is_kept_lower_case_or_not_at_all(email: str) -> None:
    kept = confirmed_email(a_profile(email=email))

    assert kept is None or (kept == kept.lower() and len(kept) <= 255 and kept.count("@") == 1)


def test_who_has_no_e_mail_gets_an_address_that_is_never_matched() -> None:
    made_up = made_up_email(a_profile())

    assert made_up == "u0nadia@t0acme.slack.invalid"
    assert confirmed_email(a_profile(email=made_up)) is None


@pytest.mark.parametrize(
    ("facts", "settings"),
    [
        ({}, {"time_zone": "Europe/Lisbon", "locale": "en-GB"}),
        ({"time_zone": "../../etc/passwd"}, {"locale": "en-GB"}),
        ({"time_zone": "Nowhere/City", "locale": None}, {}),
        ({"time_zone": None, "locale": "x" * 99}, {"locale": "x" * 35}),
    ],
)
def test_only_a_zone_that_exists_is_taken_over(
    facts: dict[str, object], settings: dict[str, str]
) -> None:
    assert seen_settings(a_profile(**facts)) == settings
