import re
from dataclasses import dataclass, field
from html import unescape
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from aiohttp import ClientSession, DummyCookieJar
from sqlalchemy import select

from sandbox import Team
from services.db import Tx
from services.tables import User, Workspace
from services.values import Actor, OrganizationId
from tests.journeys.conftest import World

# The SDK's own call for the token, which we do not make ourselves.
pytestmark = pytest.mark.filterwarnings("ignore:BasicAuth is deprecated:DeprecationWarning")

INITECH = "T0INITECH"


@dataclass
class Browser:
    """Somebody who installs the app: keeps the cookies it is given, follows one step at a time."""

    world: World
    cookies: dict[str, str] = field(default_factory=dict[str, str])

    async def get(self, url: str) -> tuple[int, str, str]:
        """Status, where to go next, and the page."""
        async with (
            ClientSession(cookie_jar=DummyCookieJar()) as session,
            session.get(url, allow_redirects=False, cookies=self.cookies) as answer,
        ):
            self.cookies |= {name: each.value for name, each in answer.cookies.items()}
            return answer.status, answer.headers.get("Location", ""), await answer.text()

    async def start(self) -> str:
        """The address of Slack's page of consent."""
        _, address, page = await self.get(f"{self.app}/slack/install")
        button = re.search(r'href="([^"]*authorize[^"]*)"', page)
        return unescape(button[1]) if button else address

    def agree(self, address: str, team: Team, user_id: str) -> str:
        """Where Slack sends the browser back to: the one address its settings know."""
        code = self.world.slack.issue_code(team, team.people[user_id])
        state = parse_qs(urlsplit(address).query)["state"][0]
        return f"{self.app}/slack/oauth_redirect?{urlencode({'code': code, 'state': state})}"

    async def install(self, team: Team, user_id: str) -> tuple[int, str]:
        back = self.agree(await self.start(), team, user_id)
        status, _, page = await self.get(back)
        return status, page

    @property
    def app(self) -> str:
        http = self.world.slack.courier.http
        assert http is not None
        return http.url.removesuffix("/slack/events")


@pytest.fixture
def browser(world: World) -> Browser:
    return Browser(world)


@pytest.fixture
def initech(world: World) -> Team:
    team = world.slack.add_team(INITECH, "Initech", domain="initech", bot_token="xoxb-initech")
    for who in ("peter", "milton"):
        team.add_person(
            f"U0{who.upper()}", who, real_name=f"{who.title()} Initech", email=f"{who}@i.example"
        )
    return team


async def company_of(world: World, team_id: str) -> OrganizationId:
    async with world.db.directory() as directory:
        found = await directory.find_workspace(None, team_id)
    assert found is not None
    return found.organization_id


async def roles(tx: Tx) -> dict[str, str]:
    people = await tx.session.scalars(select(User))
    return {each.first_name: each.role for each in people}


async def test_installing_makes_a_company_with_its_installer_as_admin(
    world: World, browser: Browser, initech: Team
) -> None:
    status, page = await browser.install(initech, "U0PETER")

    organization_id = await company_of(world, INITECH)
    async with world.db.transaction(Actor.application(organization_id)) as tx:
        workspace = (await tx.session.scalars(select(Workspace))).one()
        assert await roles(tx) == {"Peter": "admin"}
    assert status == 200, page
    assert organization_id not in {world.acme.organization_id, world.globex.organization_id}
    assert "xoxb-initech" not in str(workspace.sealed_bot_token)
    assert set(workspace.scopes) == set(initech.bot_scopes)


async def test_who_has_just_installed_can_use_the_app_at_once(
    world: World, browser: Browser, initech: Team
) -> None:
    peter = world.slack.person(initech, initech.people["U0PETER"])
    before = await peter.command("/tandem", "help")
    await browser.install(initech, "U0PETER")

    answer = await peter.command("/tandem", "settings")

    assert before.ephemeral is None or "not installed" in before.ephemeral.text
    assert answer.error is None
    assert peter.view is not None


async def test_installing_again_repairs_and_makes_nobody_an_admin(
    world: World, browser: Browser, initech: Team
) -> None:
    await browser.install(initech, "U0PETER")
    first = await company_of(world, INITECH)

    await Browser(world).install(initech, "U0MILTON")

    async with world.db.transaction(Actor.application(first)) as tx:
        assert "admin" not in {r for name, r in (await roles(tx)).items() if name == "Milton"}
        assert (await tx.session.scalars(select(Workspace))).one().parked_at is None
    assert await company_of(world, INITECH) == first


async def test_a_parked_workspace_works_again_after_installing(
    world: World, browser: Browser
) -> None:
    world.acme.team.revoke("token_revoked")
    await world.deliver()

    await browser.install(world.acme.team, world.acme.members["ada"].id)
    await world.deliver()

    async with world.db.transaction(world.acme.application) as tx:
        workspace = (await tx.session.scalars(select(Workspace))).one()
    assert workspace.parked_at is None
    assert len(world.person("ada").dm) == 1


async def test_a_state_of_another_browser_is_refused(
    world: World, browser: Browser, initech: Team
) -> None:
    back = browser.agree(await browser.start(), initech, "U0PETER")

    status, _, _ = await Browser(world).get(back)

    async with world.db.directory() as directory:
        assert await directory.find_workspace(None, INITECH) is None
    assert status >= 400


async def test_a_made_up_state_is_refused(world: World, browser: Browser, initech: Team) -> None:
    back = browser.agree(await browser.start(), initech, "U0PETER")
    state = parse_qs(urlsplit(back).query)["state"][0]

    status, _, _ = await browser.get(back.replace(state, "made-up"))

    assert status >= 400


async def test_a_code_counts_once(world: World, browser: Browser, initech: Team) -> None:
    back = browser.agree(await browser.start(), initech, "U0PETER")
    first, _, _ = await browser.get(back)

    second, _, page = await browser.get(back)

    assert first == 200
    assert second >= 400
    assert "Traceback" not in page


async def test_what_slack_refuses_while_installing_is_a_page_and_no_fault(
    browser: Browser, initech: Team
) -> None:
    initech.grant(["commands", "chat:write"])

    _, page = await browser.install(initech, "U0PETER")

    assert "storage_error" in page
    assert "Traceback" not in page


async def test_declining_is_no_fault(browser: Browser) -> None:
    address = await browser.start()
    state = parse_qs(urlsplit(address).query)["state"][0]

    status, _, page = await browser.get(
        f"{browser.app}/slack/oauth_redirect?error=access_denied&state={state}"
    )

    assert status < 500
    assert "Traceback" not in page


async def test_the_app_asks_for_the_scopes_it_has_reasons_for(browser: Browser) -> None:
    query = parse_qs(urlsplit(await browser.start()).query)

    asked = set(query["scope"][0].split(","))
    assert {"commands", "chat:write", "users:read"} <= asked
    assert query.get("user_scope", [""]) == [""]
