from collections.abc import AsyncIterator

import pytest
from pydantic import SecretStr

import handlers
from bot.app import Tandem, _socket, built
from bot.manifest import EVENTS, manifest
from bot.settings import Settings
from sandbox import Answer, Person, Sandbox
from tests.factories import FixedClock
from tests.journeys.conftest import ACME, GLOBEX, InstalledOffices, Office, an_office
from tests.journeys.test_linking import CODE, seen


@pytest.fixture
def settings(settings: Settings, slack: Sandbox) -> Settings:
    """No address that Slack could reach, and nothing to check signatures with."""
    socket = {"slack_app_token": SecretStr(slack.app_token), "slack_signing_secret": None}
    return settings.model_copy(update=socket)


@pytest.fixture
async def office(
    slack: Sandbox, settings: Settings, clock: FixedClock, installed: InstalledOffices
) -> AsyncIterator[Office]:
    """A company whose Slack reaches the app through the socket alone."""
    async with built(settings, clock) as tandem, _socket(tandem):
        slack.connect_app(
            None,
            commands=[
                entry.model_dump(exclude_none=True)
                for entry in manifest(handlers.routes(), base_url=None).features.slash_commands
            ],
            events=list(EVENTS),
        )
        yield an_office(slack, ACME, installed.acme)


async def test_a_command_by_socket_is_answered_as_over_http(office: Office) -> None:
    answer = await office.person("ron").command("/tandem", "help")

    assert answer.ephemeral is not None
    assert "/tandem" in answer.ephemeral.text


async def test_a_form_by_socket_opens_and_takes_what_is_typed(office: Office) -> None:
    ron = office.person("ron")
    await ron.command("/weekly", "")
    assert ron.view is not None

    ron.fill({"accomplishments": "Signed Globex"})
    answer = await ron.submit()

    assert (answer.error, answer.errors) == (None, {})
    assert ron.view is None


async def test_by_socket_an_admin_changes_settings_and_people_and_links_a_workspace(
    office: Office, slack: Sandbox, installed: InstalledOffices
) -> None:
    ada, ron = office.person("ada"), office.person("ron")
    other = an_office(slack, GLOBEX, installed.globex).person("ada")
    await ron.command("/opp", "help")

    await ada.command("/tandem", "settings currencies")
    fiscal = await changed(ada, fiscal_year_start="4")
    await ada.command("/tandem", "people ron")
    await ada.press_in_view("Open")
    role = await changed(ada, role="vp")
    await ada.close(everything=True)
    await ada.command("/tandem", "workspaces")
    await ada.press_in_view("Connect another")
    await ada.press_in_view("Create a link code")
    code = CODE.search(seen(ada))
    assert code
    await other.command("/tandem", f"link {code[0]}")
    joined = await other.submit()

    assert [each.errors for each in (fiscal, role, joined)] == [{}, {}, {}]
    me = (await ron.command("/tandem", "me")).ephemeral
    assert me is not None
    assert "VP" in ron.reads(me)
    assert "belongs to Acme now" in seen(other).replace("*", "")
    assert {each.via for each in slack.deliveries} == {"socket"}


async def changed(person: Person, **values: str) -> Answer:
    """The answer to a form with these values."""
    person.fill(values)
    return await person.submit()


async def test_in_socket_mode_slack_has_no_address_here(tandem: Tandem, settings: Settings) -> None:
    paths = {resource.canonical for resource in tandem.web.router.resources()}

    assert settings.is_socket_mode
    assert "/slack/events" not in paths
    assert {"/live", "/ready"} <= paths
