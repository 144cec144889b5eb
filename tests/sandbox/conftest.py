from collections.abc import AsyncIterator
from types import SimpleNamespace

import pytest

from sandbox import Channel, Member, Person, Sandbox, Team
from tests.sandbox.slack_app import SECRET, TOKEN, Api, FixedClock, SlackApp, client


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock()


@pytest.fixture
def stopwatch() -> SimpleNamespace:
    return SimpleNamespace(seconds=0.0)


@pytest.fixture
async def app() -> AsyncIterator[SlackApp]:
    app = SlackApp()
    await app.start()
    yield app
    await app.stop()


@pytest.fixture
async def slack(
    clock: FixedClock, stopwatch: SimpleNamespace, app: SlackApp
) -> AsyncIterator[Sandbox]:
    slack = Sandbox(clock=clock, signing_secret=SECRET, monotonic=lambda: stopwatch.seconds)
    await slack.start()
    slack.connect_app(
        app.url,
        commands=[{"command": "/opp", "should_escape": True}, {"command": "/raw"}],
    )
    yield slack
    await slack.stop()


@pytest.fixture
def impatient(slack: Sandbox) -> Sandbox:
    slack.courier.deadline = 0.05
    return slack


@pytest.fixture
def team(slack: Sandbox) -> Team:
    return slack.add_team("T0ACME", "Acme", domain="acme", bot_token=TOKEN)


@pytest.fixture
def ana(team: Team) -> Member:
    return team.add_person("U0ANA", "Ana", real_name="Ana Sousa", email="ana@acme.example")


@pytest.fixture
def ben(team: Team) -> Member:
    return team.add_person("U0BEN", "Ben", email="ben@acme.example")


@pytest.fixture
def deals(team: Team, ana: Member, ben: Member) -> Channel:
    return team.add_channel("C0DEALS", "deals", members=[ana, ben])


@pytest.fixture
def api(slack: Sandbox, team: Team) -> Api:
    return client(slack.api_url)


@pytest.fixture
def me(slack: Sandbox, team: Team, ana: Member, deals: Channel) -> Person:
    return slack.person(team, ana)


@pytest.fixture
def other(slack: Sandbox, team: Team, ben: Member, deals: Channel) -> Person:
    return slack.person(team, ben)
