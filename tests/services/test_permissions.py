from uuid import UUID

import pytest
from pydantic import ValidationError
from sqlalchemy import update

from services import configuration
from services.configuration.catalogue import ROLES
from services.configuration.roles import FORMS, Role, Roles, refusal_of
from services.db import Database
from services.errors import InvalidInput, Problem
from services.permissions import permissions_of
from services.tables import User
from services.values import Actor, OrganizationId, UserId
from tests.factories import Company

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


def roles_with(key: str, *permissions: str, default: str = "sales_rep") -> Roles:
    """The shipped roles, one of them with other permissions."""
    changed = [
        role.model_copy(update={"permissions": permissions}) if role.key == key else role
        for role in REP.roles
    ]
    return Roles(roles=tuple(changed), default=default)


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        (("goals.set:own", "goals.set:any"), ("goals.set:any",)),
        (("goals.set",), ("goals.set:any",)),
        (("goals.set", "goals.set:own"), ("goals.set:any",)),
        (("tasks.create:own", "partners.view"), ("partners.view", "tasks.create:own")),
        (("robots.build", "partners.view"), ("partners.view", "robots.build")),
        (("partners.view:any",), ("partners.view:any",)),
        ((), ()),
    ],
)
def test_a_role_keeps_one_form_of_each_permission_in_order(
    given: tuple[str, ...], kept: tuple[str, ...]
) -> None:
    assert Role(key="rep", label="Rep", permissions=given).permissions == kept


@pytest.mark.parametrize(
    ("roles", "problem", "path"),
    [
        (REP, None, None),
        (REP.without("vp"), None, None),
        (REP.without("admin"), Problem.ADMIN_ROLE_STAYS, "roles"),
        (roles_with("admin", *FORMS.keys() - {"roles.manage"}), Problem.ADMIN_KEEPS, 0),
        (roles_with("admin", *FORMS.keys() - {"settings.change"}), Problem.ADMIN_KEEPS, 0),
        (roles_with("admin", *FORMS.keys() - {"audit.view"}), None, None),
        (roles_with("vp", "robots.build"), Problem.UNKNOWN_PERMISSION, 1),
        (roles_with("vp", "*"), Problem.UNKNOWN_PERMISSION, 1),
        (roles_with("sales_rep", "roles.manage"), Problem.NEWCOMERS_ADMINISTER, 4),
        (roles_with("sales_rep", "people.manage"), Problem.NEWCOMERS_ADMINISTER, 4),
        (roles_with("vp", "roles.manage"), None, None),
        (roles_with("vp", default="admin"), Problem.NEWCOMERS_ADMINISTER, "default"),
    ],
)
def test_a_change_of_roles_that_could_not_be_taken_back_is_refused_where_it_is(
    roles: Roles, problem: Problem | None, path: str | int | None
) -> None:
    refused = refusal_of(roles, REP)

    assert (refused.problem if refused else None) == problem
    at = f"roles.{path}.permissions" if isinstance(path, int) else path
    assert (refused.facts["path"] if refused else None) == at


def test_what_was_unknown_before_may_stay() -> None:
    newer = roles_with("vp", "robots.build")

    assert refusal_of(newer, newer) is None


async def test_somebody_active_can_always_change_roles(db: Database, acme: Company) -> None:
    async with db.transaction(acme.admin) as tx:
        await configuration.write(tx, ROLES, roles_with("vp", "roles.manage"))
        is_admin = User.id == acme.admin.user_id
        await tx.session.execute(update(User).where(is_admin).values(role="vp"))

    with pytest.raises(InvalidInput) as refused:
        async with db.transaction(acme.admin) as tx:
            await configuration.change(tx, [configuration.Change(ROLES, REP)])

    assert refused.value.problems[ROLES.name].problem is Problem.NOBODY_CHANGES_ROLES


def test_two_roles_of_one_name_and_newcomers_without_a_role_are_refused() -> None:
    rep = Role(key="rep", label="Rep", permissions=())

    for roles, default in (((rep, rep.model_copy(update={"key": "other"})), "rep"), ((rep,), "x")):
        with pytest.raises(ValidationError):
            Roles(roles=roles, default=default)
