import asyncio
from datetime import timedelta

import psycopg
import pytest
from psycopg import sql
from sqlalchemy import select

from bot.app import built
from bot.oauth import Rotation
from bot.settings import Settings
from sandbox import Enterprise, Team
from services.db import Tx
from services.organizations import linking
from services.partners import CreatePartner, create_partner
from services.tables import AuditEntry, User, Workspace
from services.values import Actor, OrganizationId
from tests.conftest import Urls
from tests.journeys.conftest import World
from tests.journeys.installer import Browser
from tests.listening import listening

INITECH = "T0INITECH"
PETER = "U0PETER"


@pytest.fixture
def browser(world: World) -> Browser:
    return Browser(world)


@pytest.fixture
def initech(world: World) -> Team:
    return a_team(world, INITECH)


def a_team(world: World, team_id: str, enterprise: Enterprise | None = None) -> Team:
    team = world.slack.add_team(
        team_id,
        "Initech",
        domain=team_id.lower(),
        bot_token=f"xoxb-{team_id.lower()}",
        enterprise=enterprise,
    )
    for who in ("peter", "milton"):
        team.add_person(
            f"U0{who.upper()}",
            who,
            real_name=f"{who.title()} Initech",
            email=f"{who}@initech.example",
            email_confirmed=True,
            is_admin=who == "peter",
        )
    return team


async def company_of(world: World, enterprise: str | None, team_id: str | None) -> OrganizationId:
    async with world.db.directory() as directory:
        found = await directory.find_workspace(enterprise, team_id)
    assert found is not None
    return found.organization_id


async def workspace_of(tx: Tx) -> Workspace:
    return (await tx.session.scalars(select(Workspace))).one()


async def roles(tx: Tx) -> dict[str, str]:
    return {each.first_name: each.role for each in await tx.session.scalars(select(User))}


def everything_in(urls: Urls) -> str:
    """What a dump of the database holds."""
    with psycopg.connect(urls.owner) as owner:
        tables = owner.execute(
            "SELECT relnamespace::regnamespace::text, relname FROM pg_class WHERE relkind = 'r'"
            " AND relnamespace::regnamespace::text IN ('public', 'directory', 'jobs')"
        ).fetchall()
        read = "SELECT coalesce(string_agg(to_jsonb(t)::text, ''), '') FROM {} t"
        rows = [
            owner.execute(sql.SQL(read).format(sql.Identifier(*name))).fetchall() for name in tables
        ]
    return str(rows)


def sealed_token(urls: Urls, team: Team) -> str:
    """As a dump writes it."""
    query = "SELECT encode(sealed_bot_token, 'hex') FROM workspaces WHERE team_id = %s"
    with psycopg.connect(urls.owner) as owner:
        found = owner.execute(query, (team.id,)).fetchone()
    assert found is not None
    return str(found[0])


async def test_the_whole_way_from_the_button_to_the_first_command(
    world: World, browser: Browser, initech: Team, office_urls: Urls
) -> None:
    landing = await browser.get(f"{browser.app}/slack/install")
    consent = await browser.press()
    back = await browser.answer(consent.location, f"{INITECH}/{PETER}")
    seen = await browser.get(back)
    await world.deliver()
    peter = world.slack.person(initech, initech.people[PETER])
    await peter.command("/opp", "list")

    company = await company_of(world, None, INITECH)
    async with world.db.transaction(Actor.application(company)) as tx:
        workspace = await workspace_of(tx)
        assert await roles(tx) == {"Peter": "admin"}
    assert (landing.status, consent.status, seen.status) == (200, 302, 200)
    assert "Add to Slack" in landing.page
    assert "Tandem is installed in Initech" in seen.page
    assert "team=T0INITECH" in seen.page
    assert set(workspace.scopes) >= {"commands", "chat:write"}
    assert "installed" in peter.dm[0].text
    assert peter.ephemerals
    held = everything_in(office_urls)
    assert initech.bot_token not in held
    assert initech.bot_token.encode().hex() not in held


async def test_an_installer_who_may_not_use_the_app_is_not_called_its_admin(
    world: World, browser: Browser, initech: Team
) -> None:
    back = await browser.answer(await browser.start(), f"{INITECH}/{PETER}")
    initech.people[PETER].is_restricted = True

    seen = await browser.get(back)

    assert seen.status == 200
    assert "Nobody is its admin yet" in seen.page
    assert "You are its admin" not in seen.page


async def test_who_cancels_in_slack_is_told_so_and_can_begin_again(
    world: World, browser: Browser, initech: Team
) -> None:
    back = await browser.answer(await browser.start(), f"{INITECH}/{PETER}", "cancel")
    cancelled = await browser.get(back)
    again = await browser.install(initech, PETER)

    assert "You cancelled in Slack" in cancelled.page
    assert "Nothing was saved." in cancelled.page
    assert "Tandem is installed" in again.page


async def test_who_only_looks_at_the_way_back_does_not_take_it(
    world: World, browser: Browser, initech: Team
) -> None:
    back = await browser.answer(await browser.start(), f"{INITECH}/{PETER}")

    looked = await browser.look(back)
    here = await browser.get(back)

    assert (looked.status, here.status) == (405, 200)


async def test_an_install_ends_once_and_in_the_browser_where_it_began(
    world: World, browser: Browser, initech: Team
) -> None:
    back = await browser.answer(await browser.start(), f"{INITECH}/{PETER}")

    elsewhere = await Browser(world).get(back)
    here = await browser.get(back)
    replayed = await browser.get(back)

    assert (elsewhere.status, here.status, replayed.status) == (400, 200, 400)
    assert "not the browser where you began" in elsewhere.page
    assert "has been taken already" in replayed.page


async def test_who_comes_back_too_late_is_told_so(
    world: World, browser: Browser, initech: Team
) -> None:
    consent = await browser.start()
    await world.slack.travel(timedelta(minutes=10))

    seen = await browser.get(await browser.answer(consent, f"{INITECH}/{PETER}"))

    assert (seen.status, "took a little too long" in seen.page) == (400, True)


async def test_a_whole_enterprise_installs_for_all_its_workspaces(
    world: World, browser: Browser
) -> None:
    grid = world.slack.add_enterprise("E0GRID", "Initech Group", domain="group")
    _, two = (a_team(world, each, grid) for each in ("T0ONE", "T0TWO"))

    seen = await browser.get(await browser.answer(await browser.start(), f"E0GRID/{PETER}"))
    milton = world.slack.person(two, two.people["U0MILTON"])
    await milton.command("/opp", "list")
    await world.slack.events.team_access(grid, ["T0ONE"], granted=False)

    company = await company_of(world, "E0GRID", None)
    async with world.db.transaction(Actor.application(company)) as tx:
        assert (await workspace_of(tx)).team_id is None
        assert set(await roles(tx)) == {"Peter", "Milton"}
        audited = list(await tx.session.scalars(select(AuditEntry.action)))
    assert "Tandem is installed in Initech Group" in seen.page
    assert milton.ephemerals
    assert "workspace.left_teams" in audited


async def test_a_workspace_of_an_enterprise_that_has_the_app_installs_it_for_the_same_company(
    world: World, browser: Browser
) -> None:
    grid = world.slack.add_enterprise("E0GRID", "Initech Group", domain="group")
    team = a_team(world, "T0ONE", grid)
    await browser.get(await browser.answer(await browser.start(), f"E0GRID/{PETER}"))

    seen = await browser.install(team, "U0MILTON")
    again = await browser.install(team, "U0MILTON")

    company = await company_of(world, "E0GRID", None)
    assert {seen.status, again.status} == {200}
    assert await company_of(world, "E0GRID", "T0ONE") == company
    async with world.db.transaction(Actor.application(company)) as tx:
        assert await roles(tx) == {"Peter": "admin", "Milton": "sales_rep"}


async def test_an_uninstall_leaves_no_token_and_another_install_brings_everything_back(
    world: World, browser: Browser, office_urls: Urls
) -> None:
    office = world.acme
    ron = world.person("ron")
    async with world.db.transaction(office.application) as tx:
        await create_partner(tx, CreatePartner(name="Globex", domain="finops"))
    sealed = sealed_token(office_urls, office.team)
    before = everything_in(office_urls)
    await world.slack.uninstall(office.team)
    after = everything_in(office_urls)
    await ron.command("/opp", "list")
    meanwhile = ron.ephemerals[-1].text

    seen = await browser.install(office.team, office.members["mia"].id)
    await ron.command("/partner", "list")

    async with world.db.transaction(office.application) as tx:
        people = await roles(tx)
    assert (sealed in before, sealed in after) == (True, False)
    assert "An admin can install it again" in meanwhile
    assert "Tandem is back in Acme" in seen.page
    assert "Globex" in str(ron.ephemerals[-1])
    assert [name for name, role in people.items() if role == "admin"] == ["Ada"]


async def test_a_workspace_joins_its_company_by_the_code_typed_at_install(
    world: World, browser: Browser, initech: Team
) -> None:
    async with world.db.transaction(world.acme.application) as tx:
        code = (await linking.issue_link_code(tx)).code
    await browser.get(f"{browser.app}/slack/install")
    wrong = await browser.press("WRONG-CODE")

    seen = await browser.install(initech, PETER, code)
    reused = await Browser(world).start(code)

    async with world.db.transaction(world.acme.application) as tx:
        people = await roles(tx)
    assert (wrong.status, reused) == (400, "")
    assert "Tandem is installed in Initech" in seen.page
    assert "It belongs to Acme now" in seen.page
    assert await company_of(world, None, INITECH) == world.acme.organization_id
    assert people.get("Peter") != "admin"


async def test_tokens_that_end_are_renewed_before_by_one_replica_while_nobody_looks(
    world: World, browser: Browser, initech: Team
) -> None:
    world.slack.core.rotates_tokens = True
    await browser.install(initech, PETER)
    tandem = world.tandem
    other = Rotation(tandem.db, tandem.sealer, tandem.host, tandem.rotation._credentials)
    await world.slack.travel(timedelta(hours=9))
    early = await tandem.rotation.rotate_due()
    await world.slack.travel(timedelta(hours=2))

    at_once = await asyncio.gather(tandem.rotation.rotate_due(), other.rotate_due())
    await world.slack.travel(timedelta(hours=2))
    peter = world.slack.person(initech, initech.people[PETER])
    await world.deliver()

    assert early == 0
    assert sorted(at_once) == [0, 1]
    assert len(peter.dm) == 1


async def test_a_token_that_slack_does_not_renew_is_used_until_it_ends_and_then_parked(
    world: World, browser: Browser, initech: Team
) -> None:
    world.slack.core.rotates_tokens = True
    await browser.install(initech, PETER)
    company = Actor.application(await company_of(world, None, INITECH))
    await spend_refresh_token(world)
    await world.slack.travel(timedelta(hours=11))
    await world.tandem.rotation.rotate_due()
    async with world.db.transaction(company) as tx:
        before = (await workspace_of(tx)).parked_because
    await world.slack.travel(timedelta(hours=1))

    await world.tandem.rotation.rotate_due()
    async with world.db.transaction(company) as tx:
        parked = (await workspace_of(tx)).parked_because
    await browser.install(initech, PETER)
    await world.deliver()

    async with world.db.transaction(company) as tx:
        after = (await workspace_of(tx)).parked_because
    assert (before, parked, after) == (None, "token_expired", None)


async def spend_refresh_token(world: World) -> None:
    """Somebody else has used what renews the token."""
    tokens = world.slack.core.tokens
    for refresh in list(tokens._by_refresh):
        tokens.renew(refresh)


async def test_what_one_replica_is_told_every_replica_knows(
    world: World, browser: Browser, initech: Team, settings: Settings, office_urls: Urls
) -> None:
    found: list[bool] = []
    await world.deliver()
    world.slack.calls.clear()
    async with built(settings, world.clock) as other, listening(other) as heard:

        async def look() -> None:
            await heard.has_heard()
            found.append(await other.installations.of_team(None, INITECH) is not None)

        await look()
        await browser.install(initech, PETER)
        await look()
        switch(office_urls, is_active=False)
        await look()
        switch(office_urls, is_active=True)
        await look()
        await world.slack.uninstall(initech)
        await look()
        posted = await other.deliverer.deliver_due()

    assert found == [False, True, False, True, False]
    assert posted == 0
    assert "chat.postMessage" not in {call.method for call in world.slack.calls}


def switch(urls: Urls, *, is_active: bool) -> None:
    """What the operator does to every company."""
    with psycopg.connect(urls.owner) as owner:
        owner.execute("UPDATE organizations SET is_active = %s", (is_active,))
