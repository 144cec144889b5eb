import asyncio
from datetime import timedelta

import psycopg
import pytest
from pydantic import SecretStr
from sqlalchemy import select

from bot import own_workspace
from bot.app import built, install
from bot.settings import Settings
from bot.slack_client import SlackRefusedError
from sandbox import Sandbox
from sandbox.faults import Fault, FaultKind
from services.organizations import linking
from services.tables import Workspace
from tests.conftest import Urls
from tests.factories import FixedClock
from tests.journeys.conftest import ACME, InstalledOffices, a_team

PATIENCE = 10.0


@pytest.fixture
def own(settings: Settings, slack: Sandbox) -> Settings:
    """The settings of somebody who runs the app for one workspace."""
    a_team(slack, *ACME)
    token = {"slack_client_id": None, "slack_bot_token": SecretStr("xoxb-acme")}
    return settings.model_copy(update=token)


async def test_a_token_in_the_settings_installs_with_what_it_may_do(
    own: Settings, clock: FixedClock, installed: InstalledOffices
) -> None:
    async with built(own, clock) as tandem:
        found = await tandem.installations.of_team(None, ACME[0])
        paths = {each.canonical for each in tandem.web.router.resources()}

    assert found is not None
    assert found.organization_id == installed.acme.organization_id
    assert {"commands", "chat:write"} <= set(found.installation.scopes)
    assert "/slack/install" not in paths


@pytest.mark.parametrize("fault", ["lost_connection", "server_error", "rate_limited"])
async def test_it_starts_while_slack_is_away_and_installs_when_slack_is_back(
    own: Settings,
    slack: Sandbox,
    clock: FixedClock,
    fault: FaultKind,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(own_workspace, "TRY_AGAIN", 0.0)
    slack.faults.add(Fault(fault, method="auth.test", times=2))

    async with built(own, clock) as tandem:
        assert tandem.own_workspace is not None
        meanwhile = await tandem.installations.of_team(None, ACME[0])
        async with asyncio.timeout(PATIENCE):
            await tandem.own_workspace.run()
        found = await tandem.installations.of_team(None, ACME[0])
        assert found is not None
        async with tandem.db.transaction(found.application) as tx:
            scopes = await tx.session.scalar(select(Workspace.scopes))

    assert meanwhile is not None
    assert scopes


async def test_it_starts_for_a_company_that_is_switched_off(
    own: Settings, clock: FixedClock, installed: InstalledOffices, office_urls: Urls
) -> None:
    with psycopg.connect(office_urls.owner) as owner:
        owner.execute("UPDATE organizations SET is_active = false")

    async with built(own, clock) as tandem:
        assert await tandem.installations.of_team(None, ACME[0]) is None


async def test_a_token_that_is_wrong_stops_the_start(own: Settings, clock: FixedClock) -> None:
    wrong = own.model_copy(update={"slack_bot_token": SecretStr("xoxb-wrong")})

    with pytest.raises(SlackRefusedError, match="invalid_auth"):
        async with built(wrong, clock):
            pass


async def test_what_an_admin_unlinked_stays_so_until_somebody_asks(
    own: Settings, clock: FixedClock
) -> None:
    async with built(own, clock) as tandem:
        found = await tandem.installations.of_team(None, ACME[0])
        assert found is not None
        clock.advance(timedelta(seconds=1))
        async with tandem.db.transaction(found.application) as tx:
            await linking.unlink_workspace(tx, found.workspace_id)

    async with built(own, clock) as tandem:
        after_start = await tandem.installations.of_team(None, ACME[0])
    name = await install(own)
    async with built(own, clock) as tandem:
        after_asking = await tandem.installations.of_team(None, ACME[0])

    assert after_start is None
    assert name == "Acme"
    assert after_asking is not None
