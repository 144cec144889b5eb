"""Every public service function, called inside Acme with Umbrella's identifiers: the same comes of
it as if Umbrella had never been, and nothing of Umbrella's has changed.
"""

import importlib
import inspect
import pkgutil
import re
from collections.abc import Iterator
from types import ModuleType
from typing import Protocol

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

import services
from services.db import Database, Tx
from services.errors import DomainError, NotAllowed
from services.tables import Table
from services.values import Actor
from tests.isolation.cases import CASES, Case
from tests.isolation.conftest import Beside
from tests.services.actions import OF_THE_APPLICATION

WITH_A_TRANSACTION_OF_THEIR_OWN = {
    "services.organizations.installing.install",
    "services.organizations.linking.check_at_install",
    "services.organizations.linking.look_up",
    "services.organizations.linking.redeem_at_install",
    "services.organizations.linking.tell_who_invited",
    "services.schedule.run_organization",
}
UUID = re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}")
ALL_ROWS = " UNION ALL ".join(
    f"SELECT '{name}' AS name, to_jsonb(t)::text AS row FROM {name} t"  # noqa: S608  # our own tables
    for name in sorted(Table.metadata.tables)
)


def test_every_public_service_function_has_a_case() -> None:
    functions = {name for name, first in public_functions() if first == "tx"}

    assert functions - {case.name for case in CASES} == set(), "add a case to cases.py"
    assert {case.name for case in CASES} - functions == set()


def test_no_other_service_function_opens_its_own_transaction() -> None:
    functions = {name for name, first in public_functions() if first == "db"}

    assert functions == WITH_A_TRANSACTION_OF_THEIR_OWN


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name.removeprefix("services."))
async def test_another_company_might_as_well_not_exist(beside: Beside, case: Case) -> None:
    actor = beside.acme.admin if case.by == "admin" else beside.acme.application

    outcome, before, after = await tried(beside, beside.db, actor, case)
    alone, _, __ = await tried(beside, beside.alone, actor, case)

    assert outcome == alone
    assert before
    assert after == before


@pytest.mark.parametrize(
    "case",
    [each for each in CASES if each.function in OF_THE_APPLICATION],
    ids=lambda case: case.name.removeprefix("services."),
)
async def test_what_is_the_applications_own_is_refused_to_an_admin(
    beside: Beside, case: Case
) -> None:
    async with beside.db.transaction(beside.acme.admin) as tx:
        with pytest.raises(NotAllowed, match=r"\*"):
            await case.function(tx, *case.arguments(beside.own, beside.own))


async def tried(
    beside: Beside, db: Database, actor: Actor, case: Case
) -> tuple[str, list[object], list[object]]:
    """What came of the call, and the other company's rows before and after. Nothing stays."""
    before: list[object] = []
    after: list[object] = []
    outcome = ""
    try:
        async with db.transaction(actor) as tx:
            before = after = await rows_of_the_other(beside, tx)
            outcome = told(
                await case.function(tx, *case.arguments(beside.theirs, beside.own)), beside
            )
            await tx.session.flush()
            after = await rows_of_the_other(beside, tx)
            await tx.session.rollback()
    except DomainError as refused:
        outcome = told((refused, vars(refused)), beside)
    except DBAPIError as failed:
        outcome = told(failed.orig, beside)
    return outcome, before, after


async def rows_of_the_other(beside: Beside, tx: Tx) -> list[object]:
    """Seen through the other's own eyes, in the same transaction."""
    await step_into(tx, str(beside.umbrella.organization_id))
    rows = await tx.session.execute(text(ALL_ROWS + " ORDER BY name, row"))
    await step_into(tx, str(tx.organization_id))
    return [tuple(row) for row in rows]


async def step_into(tx: Tx, organization_id: str) -> None:
    await tx.session.execute(
        text("SELECT set_config('app.current_organization_id', :id, true)"), {"id": organization_id}
    )


def told(outcome: object, beside: Beside) -> str:
    """The outcome in words, without identifiers that were made just now."""
    known = {str(value) for its in (beside.own, beside.theirs) for value in vars(its).values()}

    def shown(found: re.Match[str]) -> str:
        return found[0] if found[0] in known else "fresh"

    return UUID.sub(shown, repr(outcome))


class Named(Protocol):
    __module__: str
    __qualname__: str


def public_functions() -> Iterator[tuple[str, str]]:
    """Name and first parameter of each, methods of public classes included."""
    for found in pkgutil.walk_packages(services.__path__, "services."):
        module = importlib.import_module(found.name)
        for owner in (module, *public_classes(module)):
            for name, function in vars(owner).items():
                if not name.startswith("_") and inspect.iscoroutinefunction(function):
                    parameters = [*inspect.signature(function).parameters, ""]
                    first = parameters[parameters[0] == "self"]
                    yield f"{function.__module__}.{function.__qualname__}", first


def public_classes(module: ModuleType) -> list[type]:
    return [
        each
        for each in vars(module).values()
        if inspect.isclass(each)
        and each.__module__ == module.__name__
        and not each.__name__.startswith("_")
        and not getattr(each, "_is_protocol", False)
    ]
