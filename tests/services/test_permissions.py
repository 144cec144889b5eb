from uuid import UUID

import pytest

from services.configuration.catalogue import ROLES
from services.configuration.roles import FORMS, Role, Roles
from services.permissions import permissions_of
from services.values import Actor, OrganizationId, UserId

ME, OTHER = UserId(UUID(int=1)), UserId(UUID(int=2))
REP = ROLES.default


def a_rep(personal: object, role: str = "sales_rep", roles: Roles = REP) -> Actor:
    held = permissions_of(roles, role, personal)  # pyright: ignore[reportArgumentType]  # rows may hold anything
    return Actor(OrganizationId(UUID(int=9)), ME, "Ron", role, held)


def test_without_anything_of_their_own_the_role_counts() -> None:
    rep = a_rep({})

    assert rep.may("opportunities.move", ME)
    assert not rep.may("opportunities.move", OTHER)


def test_a_grant_adds() -> None:
    rep = a_rep({"grant": ["opportunities.move:any", "settings.change"]})

    assert rep.may("opportunities.move", OTHER)
    assert rep.may("settings.change")


def test_a_denial_is_stronger_than_a_grant() -> None:
    rep = a_rep({"grant": ["settings.change"], "deny": ["settings.change"]})

    assert not rep.may("settings.change")


@pytest.mark.parametrize(
    ("denied", "may_own", "may_any"),
    [
        ("opportunities.move", False, False),
        ("opportunities.move:any", True, False),
        ("opportunities.move:own", False, True),
        ("opportunities", True, True),
    ],
)
def test_a_denial_covers_its_scope(denied: str, may_own: bool, may_any: bool) -> None:
    own = a_rep({"deny": [denied]})
    leader = a_rep({"deny": [denied]}, role="vp")

    assert own.may("opportunities.move", ME) is may_own
    assert leader.may("opportunities.move", OTHER) is may_any


def test_denying_the_scope_any_takes_the_bare_name_too() -> None:
    assert not a_rep({"deny": ["partners.create:any"]}).may("partners.create")


@pytest.mark.parametrize(
    "personal",
    [
        {"grant": ["*"]},
        {"grant": "*"},
        {"grant": {"*": 1}},
        {"grant": [None, 7, ["*"]]},
        {"grant": ["settings.change:everything", "unknown.thing"]},
        {"deny": "settings.change"},
        None,
        {},
    ],
)
def test_a_crafted_row_gives_nothing(personal: object) -> None:
    rep = a_rep(personal)

    assert rep.permissions == a_rep({}).permissions


def test_a_crafted_role_does_not_give_everything() -> None:
    roles = Roles(roles=(Role(key="sales_rep", label="Rep", permissions=("*",)),))

    assert a_rep({}, roles=roles).permissions == frozenset()


def test_an_unknown_role_may_nothing() -> None:
    assert a_rep({}, role="retired").permissions == frozenset()


def test_every_shipped_permission_is_one_there_is() -> None:
    for role in REP.roles:
        held = permissions_of(REP, role.key, None)

        assert held == frozenset(role.permissions)
        assert held <= set(FORMS)
