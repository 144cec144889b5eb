"""An operator at the command line, and what people in Slack notice of it."""

from argparse import Namespace
from io import StringIO

import pytest

from bot import operator
from bot.__main__ import _parser
from sandbox import Person, Team
from tests.conftest import Urls
from tests.dump import dump_of
from tests.journeys.conftest import World, a_team
from tests.journeys.installer import Browser
from tests.listening import listening

ADA = "U0ADAHOOLI"


class Operator:
    """Runs commands beside the serving application."""

    def __init__(self, world: World, urls: Urls) -> None:
        self._clock = world.clock
        self._environment = {
            "DATABASE_URL": urls.application,
            "MIGRATION_DATABASE_URL": urls.owner,
        }

    async def run(self, *words: str) -> str:
        """What the command told; it must have succeeded."""
        asked: Namespace = _parser().parse_args(words)
        out, err = StringIO(), StringIO()
        console = operator.Console(out, err, StringIO())
        desk = operator.Desk(console, self._clock, self._environment)
        assert await operator.operate(desk, asked) == 0, err.getvalue()
        return out.getvalue().strip()


@pytest.fixture
def operator_of(world: World, office_urls: Urls) -> Operator:
    return Operator(world, office_urls)


@pytest.fixture
def hooli(world: World) -> Team:
    return a_team(world.slack, "T0HOOLI", "Hooli")


async def answer(person: Person, words: str) -> str:
    said = await person.command("/tandem", words)
    shown = said.ephemeral
    return person.reads(shown) if shown is not None else said.text


async def test_a_company_made_by_the_operator_takes_in_its_workspace_and_gets_an_admin(
    world: World, operator_of: Operator, hooli: Team
) -> None:
    await operator_of.run("organizations", "create", "Hooli Inc", "--seats", "2")
    code = await operator_of.run("link-code", "hooli-inc")

    seen = await Browser(world).install(hooli, ADA, code)
    ada = world.slack.person(hooli, hooli.people[ADA])
    await answer(ada, "me")
    await operator_of.run("admin", "grant", "hooli-inc", "ada@hooli.example")
    me = await answer(ada, "me")
    listed = await operator_of.run("organizations", "list")

    assert "Tandem is installed" in seen.page
    assert "Admin" in me
    assert "hooli-inc  Hooli Inc    yes     basic       1      2  Hooli" in listed


async def test_a_deactivated_company_is_told_so_and_served_again_when_it_is_activated(
    world: World, operator_of: Operator
) -> None:
    ron = world.person("ron")
    async with listening(world.tandem) as replica:
        before = await answer(ron, "me")
        await operator_of.run("organizations", "deactivate", "acme")
        await replica.has_heard()
        during = await answer(ron, "me")
        others = await answer(world.globex.person("ron"), "me")
        await operator_of.run("organizations", "activate", "acme")
        await replica.has_heard()
        after = await answer(ron, "me")

    assert before == after
    assert "Ron" in before
    assert "Ron" in others
    assert "switched off" in during


async def test_a_deleted_company_is_gone_and_can_begin_anew(
    world: World, operator_of: Operator, office_urls: Urls
) -> None:
    ron = world.person("ron")
    await answer(ron, "me")
    await world.settle()
    async with listening(world.tandem) as replica:
        await operator_of.run("organizations", "delete", "acme", "--yes")
        await replica.has_heard()
        gone = await answer(ron, "me")
        others = await answer(world.globex.person("ron"), "me")
    left = [
        row
        for rows in dump_of(office_urls.owner).values()
        for row in rows
        if str(world.acme.organization_id) in row or world.acme.team.id in row
    ]
    seen = await Browser(world).install(world.acme.team, "U0ADAACME")

    assert "not installed" in gone
    assert "Ron" in others
    assert left == []
    assert "Tandem is installed" in seen.page
    assert "Ron" in await answer(ron, "me")
