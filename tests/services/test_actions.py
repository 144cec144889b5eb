"""Who may do what: every shipped role with every action, on a record of their own and on somebody
else's, in the database as it is.
"""

import importlib
import inspect
import pkgutil
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Collection, Iterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, replace
from types import CodeType, FunctionType, ModuleType
from uuid import uuid4

import pytest

import services
from bot.embedded import EmbeddedPostgres
from services import audit, configuration
from services.alerts import move_on
from services.configuration import rates, usage, values
from services.configuration.catalogue import ROLES
from services.configuration.changing import apply
from services.configuration.moving import move_opportunities
from services.configuration.roles import PERMISSIONS, SHIPPED
from services.db import Database, Tx, connect
from services.errors import NotAllowed, NotFound
from services.people import answer_question, joining
from services.people.joining import bring_back
from services.permissions import permissions_of
from services.values import Actor
from tests.conftest import Furnished, create_database, drop_database, urls_of
from tests.factories import FixedClock
from tests.services.actions import ACTIONS, OF_THE_APPLICATION, Action, Owned, records_of

TABLE = """
action                         | permission            | :own | admin | vp  | sales_manager | partnership_manager | sales_rep
see an opportunity             | opportunities.view    | own  | yes   | yes | yes           | yes                 | yes
see an opportunity's history   | opportunities.view    | own  | yes   | yes | yes           | yes                 | yes
see an opportunity in a list   | opportunities.view    | own  | yes   | yes | yes           | yes                 | yes
see the pipeline of a past day | opportunities.view    | own  | yes   | yes | yes           | yes                 | yes
see what came into a pipeline  | opportunities.view    | own  | yes   | yes | yes           | yes                 | yes
see an alert                   | opportunities.view    | own  | yes   | yes | yes           | yes                 | yes
see many alerts together       | opportunities.view    | no   | yes   | yes | yes           | yes                 | yes
create an opportunity          | opportunities.create  |      | yes   | yes | yes           | yes                 | yes
move an opportunity            | opportunities.move    | own  | yes   | yes | yes           | yes                 | own
take a move back               | opportunities.move    | own  | yes   | yes | yes           | yes                 | own
reopen an opportunity          | opportunities.move    | own  | yes   | yes | yes           | yes                 | own
edit an opportunity            | opportunities.edit    | own  | yes   | yes | yes           | yes                 | own
attach a link                  | opportunities.edit    | own  | yes   | yes | yes           | yes                 | own
take a link away               | opportunities.edit    | own  | yes   | yes | yes           | yes                 | own
see an opportunity's changes   | opportunities.view    | own  | yes   | yes | yes           | yes                 | yes
reassign an opportunity        | opportunities.reassign | own | yes   | yes | yes           | yes                 | own
archive an opportunity         | opportunities.archive | own  | yes   | yes | yes           | yes                 | own
restore an opportunity         | opportunities.archive | own  | yes   | yes | yes           | yes                 | own
share an opportunity           | opportunities.share   | own  | yes   | yes | yes           | yes                 | own
share a partner                | opportunities.share   | no   | yes   | yes | yes           | yes                 | no
see a partner                  | partners.view         |      | yes   | yes | yes           | yes                 | yes
see a partner's health         | partners.view         |      | yes   | yes | yes           | yes                 | yes
list partners                  | partners.view         |      | yes   | yes | yes           | yes                 | yes
find a partner by its name     | partners.view         |      | yes   | yes | yes           | yes                 | yes
choose a partner               | partners.view         |      | yes   | yes | yes           | yes                 | yes
see interactions               | partners.view         |      | yes   | yes | yes           | yes                 | yes
add a partner                  | partners.create       |      | yes   | yes | yes           | yes                 | yes
edit a partner                 | partners.edit         |      | yes   | yes | yes           | yes                 | yes
save a contact of a partner    | partners.edit         |      | yes   | yes | yes           | yes                 | yes
remove a contact of a partner  | partners.edit         |      | yes   | yes | yes           | yes                 | yes
put a contact first            | partners.edit         |      | yes   | yes | yes           | yes                 | yes
see what a merge moves         | partners.merge        |      | yes   | yes | yes           | yes                 | no
merge partners                 | partners.merge        |      | yes   | yes | yes           | yes                 | no
log an interaction             | interactions.log      |      | yes   | yes | yes           | yes                 | yes
change an interaction          | interactions.edit     | own  | yes   | yes | yes           | own                 | own
delete an interaction          | interactions.edit     | own  | yes   | yes | yes           | own                 | own
promise a next step            | tasks.create          | own  | yes   | yes | yes           | yes                 | own
see a timeline                 | partners.view         |      | yes   | yes | yes           | yes                 | yes
file a weekly status           | weekly_status.file    |      | yes   | yes | yes           | yes                 | yes
open the form of a week        | weekly_status.file    |      | yes   | yes | yes           | yes                 | yes
read a weekly status           | weekly_status.file    |      | yes   | yes | yes           | yes                 | yes
see an opportunity's tasks     | opportunities.view    | own  | yes   | yes | yes           | yes                 | yes
give a task                    | tasks.create          | own  | yes   | yes | yes           | yes                 | own
complete a task                | tasks.complete        | own  | yes   | yes | yes           | own                 | own
set a person's goal            | goals.set             | own  | yes   | yes | yes           | own                 | own
set the company's goal         | goals.set             | no   | yes   | yes | yes           | no                  | no
acknowledge an alert           | alerts.acknowledge    |      | yes   | yes | yes           | yes                 | yes
acknowledge many alerts        | alerts.acknowledge    |      | yes   | yes | yes           | yes                 | yes
see a commission               | commission.view       |      | yes   | yes | yes           | yes                 | yes
see what a win would earn      | commission.view       |      | yes   | yes | yes           | yes                 | yes
see commission terms           | commission.view       |      | yes   | yes | yes           | yes                 | yes
see a statement                | commission.view       |      | yes   | yes | yes           | yes                 | yes
see all statements             | commission.view       |      | yes   | yes | yes           | yes                 | yes
export a statement             | commission.view       |      | yes   | yes | yes           | yes                 | yes
export all statements          | commission.view       |      | yes   | yes | yes           | yes                 | yes
see what is due to a partner   | commission.view       |      | yes   | yes | yes           | yes                 | yes
agree on commission terms      | commission.manage     |      | yes   | yes | yes           | yes                 | no
take back commission terms     | commission.manage     |      | yes   | yes | yes           | yes                 | no
override commission terms      | commission.manage     |      | yes   | yes | yes           | yes                 | no
adjust a commission            | commission.manage     |      | yes   | yes | yes           | yes                 | no
enter a commission payment     | commission.manage     |      | yes   | yes | yes           | yes                 | no
change a setting               | settings.change       |      | yes   | no  | no            | no                  | no
reset a setting                | settings.change       |      | yes   | no  | no            | no                  | no
set an exchange rate           | settings.change       |      | yes   | no  | no            | no                  | no
remove an exchange rate        | settings.change       |      | yes   | no  | no            | no                  | no
export the settings            | settings.change       |      | yes   | no  | no            | no                  | no
import settings                | settings.change       |      | yes   | no  | no            | no                  | no
choose a channel               | settings.change       |      | yes   | no  | no            | no                  | no
see what is to be set up       | settings.change       |      | yes   | no  | no            | no                  | no
accept the shipped pipeline    | settings.change       |      | yes   | no  | no            | no                  | no
change a role                  | roles.manage          |      | yes   | no  | no            | no                  | no
list people                    | people.manage         |      | yes   | no  | no            | no                  | no
change a person                | people.manage         |      | yes   | no  | no            | no                  | no
let a person leave             | people.manage         |      | yes   | no  | no            | no                  | no
see somebody's open work       | people.manage         |      | yes   | no  | no            | no                  | no
end a membership               | people.manage         |      | yes   | no  | no            | no                  | no
let a person in again          | people.manage         |      | yes   | no  | no            | no                  | no
hand over somebody's team      | people.manage         |      | yes   | no  | no            | no                  | no
hand over opportunities        | people.manage         |      | yes   | no  | no            | no                  | no
hand over tasks                | people.manage         |      | yes   | no  | no            | no                  | no
list workspaces                | workspaces.manage     |      | yes   | no  | no            | no                  | no
issue a link code              | workspaces.manage     |      | yes   | no  | no            | no                  | no
take back a link code          | workspaces.manage     |      | yes   | no  | no            | no                  | no
unlink a workspace             | workspaces.manage     |      | yes   | no  | no            | no                  | no
move a workspace               | workspaces.manage     |      | yes   | no  | no            | no                  | no
see who changed what           | audit.view            |      | yes   | no  | no            | no                  | no
see a change whole             | audit.view            |      | yes   | no  | no            | no                  | no
look for who changed something | audit.view            |      | yes   | no  | no            | no                  | no
export who changed what        | audit.view            |      | yes   | no  | no            | no                  | no
"""  # noqa: E501  # a table is read whole
"""`yes`: also somebody else's; `own`: one's own only; `no`. The column `:own` is for an admin who
has the permission for their own records only.
"""

OTHERWISE = {
    answer_question: "only who was asked answers, about an account with their own e-mail",
    apply: "the inner part of changing settings, of importing them and of the operator's",
    audit.record: "notes what was done, by who was allowed to",
    bring_back: "what it is part of has asked: reactivating, an account that is open again",
    configuration.write: "what the application learns itself, e.g. that a channel is reached",
    joining.become_admin: "an owner of the Slack workspace, while the company has no admin",
    joining.link_account: "part of the first use and of an answered question",
    move_on: "a rule moves an opportunity the way a person does, with the same checks",
    move_opportunities: "part of changing the stages, which asks first",
    rates.replace_all: "part of importing settings, which asks first",
    usage.move: "part of changing a setting, which asks first",
    usage.tell_moved: "part of changing a setting, which asks first",
    values.erase: "part of changing a setting, which asks first",
}
"""What changes something and hangs on no permission, and why."""


@dataclass(frozen=True)
class Row:
    action: str
    permission: str
    own_form: str
    expected: dict[str, str]


def rows_of(table: str) -> list[Row]:
    header, *lines = (
        [cell.strip() for cell in line.split("|")] for line in table.strip().splitlines()
    )
    return [
        Row(action, permission, own_form, dict(zip(header[3:], cells, strict=True)))
        for action, permission, own_form, *cells in lines
    ]


ROWS = rows_of(TABLE)


@dataclass(frozen=True)
class Office:
    db: Database
    me: Actor
    mine: Owned
    theirs: Owned

    async def outcome(self, action: Action, permissions: Collection[str]) -> str:
        """What comes of it with these permissions, on my record and on theirs."""
        me = replace(self.me, permissions=frozenset(permissions))
        own, others = [await self._may(me, action, it) for it in (self.mine, self.theirs)]
        return {(True, True): "yes", (True, False): "own", (False, False): "no"}[own, others]

    async def _may(self, me: Actor, action: Action, it: Owned) -> bool:
        try:
            async with undone(self.db, me) as tx:
                await action.do(tx, it)
        except (NotAllowed, NotFound):
            return False
        return True


class Undo(Exception):
    """Ends a transaction of which nothing shall stay."""


@asynccontextmanager
async def undone(db: Database, actor: Actor) -> AsyncGenerator[Tx]:
    with suppress(Undo):
        async with db.transaction(actor) as tx:
            yield tx
            raise Undo


@pytest.fixture(scope="module")
async def office(postgres: EmbeddedPostgres, furnished: Furnished) -> AsyncIterator[Office]:
    name = f"actions_{uuid4().hex[:12]}"
    create_database(postgres, name, template=furnished.template)
    db = connect(urls_of(postgres, name).application, FixedClock(), pool_size=1)
    acme = furnished.acme
    mine, theirs = await records_of(db, acme, [acme.rep, acme.other_rep])
    yield Office(db, acme.rep, mine, theirs)
    await db.close()
    drop_database(postgres, name)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.action)
async def test_each_role_may_do_what_the_table_says(office: Office, row: Row) -> None:
    action = ACTIONS[row.action]

    outcomes = {
        role.key: await office.outcome(action, permissions_of(SHIPPED, role.key, None))
        for role in SHIPPED.roles
    }

    assert outcomes == row.expected


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.action)
async def test_each_action_hangs_on_its_permission(office: Office, row: Row) -> None:
    action = ACTIONS[row.action]
    permission = next(each for each in PERMISSIONS if each.name == row.permission)
    others = permissions_of(SHIPPED, "admin", None) - permission.forms

    assert await office.outcome(action, others) == "no"
    if permission.has_owner:
        assert await office.outcome(action, {*others, f"{row.permission}:own"}) == row.own_form


def test_the_table_has_every_action_and_every_shipped_role() -> None:
    assert [row.action for row in ROWS] == list(ACTIONS)
    assert {tuple(row.expected) for row in ROWS} == {tuple(each.key for each in SHIPPED.roles)}
    assert ROLES.default is SHIPPED


def test_every_permission_is_checked_by_an_action() -> None:
    assert {row.permission for row in ROWS} == {each.name for each in PERMISSIONS}


def test_everything_that_changes_something_is_an_action_or_the_applications_own() -> None:
    known = {*(each.function for each in ACTIONS.values()), *OTHERWISE, *OF_THE_APPLICATION}

    missing = {name_of(each) for each in changing()} - {name_of(each) for each in known}

    assert missing == set(), "add an action with a row in the table"


def changing() -> Iterator[FunctionType]:
    """What leaves an entry in the audit log, by itself or by what it calls."""
    for function in public_functions():
        if reaches(function, audit.record, set()):
            yield function


def public_functions() -> Iterator[FunctionType]:
    for found in pkgutil.walk_packages(services.__path__, "services."):
        module = importlib.import_module(found.name)
        for name, each in vars(module).items():
            is_ours = inspect.iscoroutinefunction(each) and each.__module__ == module.__name__
            if is_ours and not name.startswith("_") and "tx" in inspect.signature(each).parameters:
                yield each


def reaches(function: FunctionType, goal: object, seen: set[FunctionType]) -> bool:
    if function is goal:
        return True
    if function in seen or not function.__module__.startswith("services"):
        return False
    seen.add(function)
    return any(reaches(each, goal, seen) for each in called_by(function))


def called_by(function: FunctionType) -> Iterator[FunctionType]:
    """By the names its code mentions, directly or as a module's."""
    names = {name for code in codes_of(function.__code__) for name in code.co_names}
    for near in [function.__globals__.get(name) for name in names]:
        if isinstance(near, FunctionType):
            yield near
        elif isinstance(near, ModuleType):
            found = [vars(near).get(name) for name in names]
            yield from (each for each in found if isinstance(each, FunctionType))


def codes_of(code: CodeType) -> Iterator[CodeType]:
    yield code
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from codes_of(constant)


def name_of(function: Callable[..., object]) -> str:
    return f"{function.__module__}.{function.__qualname__}"
