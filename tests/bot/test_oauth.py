import asyncio
import logging
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from html.parser import HTMLParser
from typing import Any
from urllib.parse import parse_qs, urlsplit

import psycopg
import pytest
from aiohttp import web

from bot.oauth import Credentials, InstallFlow, Means, pages
from bot.oauth import limiter as module
from bot.oauth.flow import Stopped
from bot.oauth.limiter import AT_ONCE, MOST_ADDRESSES, SECONDS_EACH, Limiter, visitor
from bot.oauth.pages import Done, Ending
from bot.settings import Settings
from sandbox import Team
from sandbox.faults import Fault
from services.db import Database, connect
from services.organizations import Consumed, consume_state, issue_state
from tests.bot.outbox_support import a_wire
from tests.conftest import Urls
from tests.factories import FixedClock
from tests.journeys.conftest import World
from tests.journeys.installer import Browser, state_in

INITECH = "T0INITECH"
WHO = f"{INITECH}/U0PETER"


@pytest.fixture
def browser(world: World) -> Browser:
    return Browser(world)


@pytest.fixture
def initech(world: World) -> Team:
    team = world.slack.add_team(INITECH, "Initech", domain="initech", bot_token="xoxb-initech")
    team.add_person("U0PETER", "peter", real_name="Peter Initech", email="peter@i.example")
    return team


async def is_installed(world: World) -> bool:
    async with world.db.directory() as directory:
        return await directory.find_workspace(None, INITECH) is not None


async def issued(db: Database) -> str:
    async with db.directory() as directory:
        return await issue_state(directory)


async def consumed(db: Database, state: str) -> Consumed:
    async with db.directory() as directory:
        return await consume_state(directory, state)


async def test_of_a_hundred_who_come_back_with_one_state_one_gets_it(
    urls: Urls, clock: FixedClock
) -> None:
    db = connect(urls.application, clock, pool_size=20)
    state = await issued(db)

    found = await asyncio.gather(*(consumed(db, state) for _ in range(100)))

    await db.close()
    assert sorted(found) == [Consumed.TAKEN] + [Consumed.UNKNOWN] * 99


async def test_a_state_is_kept_as_a_hash_and_ends(
    db: Database, clock: FixedClock, urls: Urls
) -> None:
    state = await issued(db)
    with psycopg.connect(urls.owner) as owner:
        kept = owner.execute("SELECT t::text FROM directory.oauth_states t").fetchall()
    clock.advance(timedelta(minutes=10))

    assert await consumed(db, state) is Consumed.EXPIRED
    assert await consumed(db, state) is Consumed.UNKNOWN
    assert state not in str(kept)


async def test_old_states_are_cleared_away_when_new_ones_come(
    db: Database, clock: FixedClock, urls: Urls
) -> None:
    for _ in range(3):
        await issued(db)
    clock.advance(timedelta(hours=2))
    await issued(db)

    with psycopg.connect(urls.owner) as owner:
        left = owner.execute("SELECT count(*) FROM directory.oauth_states").fetchone()
    assert left == (1,)


def test_an_address_has_a_burst_and_then_its_pace() -> None:
    now = 100.0
    limiter = Limiter(lambda: now)

    burst = [limiter.seconds_to_wait("192.0.2.1") for _ in range(AT_ONCE)]
    over = limiter.seconds_to_wait("192.0.2.1")
    another = limiter.seconds_to_wait("192.0.2.2")
    now += over
    later = limiter.seconds_to_wait("192.0.2.1")

    assert set(burst) == {0.0}
    assert (over, another, later) == (SECONDS_EACH, 0.0, 0.0)


def test_addresses_without_number_take_no_memory_without_end() -> None:
    limiter = Limiter(lambda: 0.0)

    for number in range(MOST_ADDRESSES + 10):
        limiter.seconds_to_wait(str(number))

    assert len(limiter._empty_until) == MOST_ADDRESSES


@pytest.mark.parametrize(
    ("peer", "forwarded", "proxies", "who"),
    [
        ("192.0.2.1", [], 0, "192.0.2.1"),
        ("192.0.2.1", ["198.51.100.7"], 0, "192.0.2.1"),
        ("10.0.0.1", ["198.51.100.7"], 1, "198.51.100.7"),
        ("10.0.0.1", ["made up, 198.51.100.7"], 1, "198.51.100.7"),
        ("10.0.0.1", ["203.0.113.9, 198.51.100.7", "10.0.0.2"], 2, "198.51.100.7"),
        ("10.0.0.1", [], 1, "10.0.0.1"),
        ("10.0.0.1", ["made up"], 1, "10.0.0.1"),
        ("2001:db8:1:2:aaaa::1", [], 0, "2001:db8:1:2::/64"),
        ("2001:db8:1:2:bbbb::1", [], 0, "2001:db8:1:2::/64"),
        (None, [], 0, "unknown"),
    ],
)
def test_a_visitor_is_who_our_outermost_proxy_saw(
    peer: str | None, forwarded: list[str], proxies: int, who: str
) -> None:
    assert visitor(peer, forwarded, proxies) == who


class Outline(HTMLParser):
    """Fails for what a reader or a phone could not use."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def of(self, tag: str) -> list[dict[str, str | None]]:
        return [each for name, each in self.tags if name == tag]


@pytest.mark.parametrize(
    "page",
    [
        pages.landing(),
        pages.landing('"><script>alert(1)</script>', "I do not know this code."),
        pages.done(Done("Initech & <b>Söhne</b>", "https://slack.com/app_redirect?app=A&team=T")),
        pages.done(Done("Initech", "https://slack.com/", is_new=False)),
        pages.done(Done("Initech", "https://slack.com/", company="Initech Group")),
        *(pages.ended(ending) for ending in Ending),
    ],
)
def test_every_page_can_be_used_by_anybody_on_anything(page: str) -> None:
    outline = Outline(page)

    assert [each["lang"] for each in outline.of("html")] == ["en"]
    assert [each.get("name") for each in outline.of("meta")][1:2] == ["viewport"]
    assert len(outline.of("h1")) == len(outline.of("main")) == len(outline.of("title")) == 1
    assert outline.of("script") == outline.of("img") == []
    assert len(outline.of("b")) == 0
    labels = {each["for"] for each in outline.of("label")}
    assert {each["id"] for each in outline.of("input")} == labels
    described = {i for each in outline.of("input") for i in str(each["aria-describedby"]).split()}
    assert described <= {each.get("id") for each in outline.of("p")}


@pytest.mark.parametrize(
    "ending", [each for each in Ending if each not in {Ending.USED, Ending.FAULT}]
)
def test_who_cannot_install_is_told_that_nothing_was_saved(ending: Ending) -> None:
    assert "Nothing was saved." in pages.ended(ending)


@pytest.mark.parametrize("ending", Ending)
def test_every_ending_leads_back_to_the_beginning(ending: Ending) -> None:
    assert '<a class="go" href="/slack/install">Try again</a>' in pages.ended(ending)


async def test_a_visit_alone_costs_no_state(world: World, browser: Browser, urls: Urls) -> None:
    seen = await browser.get(f"{browser.app}/slack/install")

    assert "frame-ancestors 'none'" in seen.headers["Content-Security-Policy"]
    assert seen.headers["Cache-Control"] == "no-store"
    assert set(browser.cookies) == {"tandem-install"}


async def test_another_sites_form_begins_no_install(browser: Browser) -> None:
    seen = await browser.press()

    assert (seen.status, seen.location) == (400, "")


async def test_the_app_asks_for_the_scopes_it_has_reasons_for(browser: Browser) -> None:
    query = parse_qs(urlsplit(await browser.start()).query)

    assert {"commands", "chat:write", "users:read"} <= set(query["scope"][0].split(","))
    assert query.get("user_scope", [""]) == [""]


async def test_a_wrong_link_code_is_told_at_its_field(browser: Browser) -> None:
    await browser.get(f"{browser.app}/slack/install")

    seen = await browser.press('NOT"A<CODE')

    assert seen.status == 400
    assert 'aria-invalid="true"' in seen.page
    assert "NOT&quot;A&lt;CODE" in seen.page


async def test_who_asks_too_often_has_to_wait(
    browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "SECONDS_EACH", 1000.0)
    monkeypatch.setattr(module, "AT_ONCE", 2)
    await browser.get(f"{browser.app}/slack/install")
    await browser.press()
    await browser.press()

    seen = await browser.press()

    assert seen.status == 429
    assert int(seen.headers["Retry-After"]) >= 1
    assert "Please wait a moment" in seen.page


SPOILT: list[tuple[Callable[[str], str], str]] = [
    (lambda back: back.replace(state_in(back), "made-up"), "not the browser"),
    (lambda back: back.split("?")[0], "not the browser"),
    (lambda back: back.split("?")[0] + "?error=access_denied", "You cancelled"),
    (lambda back: back.split("?")[0] + "?error=restricted_action", "Slack did not let you"),
    (lambda back: back.split("?")[0] + "?error=<script>", "Slack refused the install"),
    (lambda back: back.replace("code=", "code=x"), "does not take its own code"),
    (lambda back: back.replace("code=", "kode="), "does not take its own code"),
]


@pytest.mark.parametrize(("spoil", "words"), SPOILT)
async def test_what_comes_back_spoilt_is_a_page_that_says_so(
    world: World, browser: Browser, initech: Team, spoil: Callable[[str], str], words: str
) -> None:
    back = await browser.answer(await browser.start(), WHO)

    seen = await browser.get(spoil(back))

    assert words in seen.page
    assert "Nothing was saved." in seen.page
    assert "<script" not in seen.page
    assert not await is_installed(world)


@pytest.mark.parametrize(
    ("fault", "method"),
    [
        ("server_error", "oauth.v2.access"),
        ("lost_connection", "oauth.v2.access"),
        ("rate_limited", "auth.test"),
        ("rate_limited", "users.info"),
    ],
)
async def test_when_slack_fails_the_page_says_so(
    world: World, browser: Browser, initech: Team, fault: Any, method: str
) -> None:
    back = await browser.answer(await browser.start(), WHO)
    world.slack.faults.add(Fault(fault, method=method))

    seen = await browser.get(back)

    assert (seen.status, "Slack does not answer" in seen.page) == (503, True)
    assert not await is_installed(world)


async def test_without_the_right_to_know_who_installs_nothing_is_saved(
    world: World, browser: Browser, initech: Team
) -> None:
    initech.grant(["commands"])
    consent = re.sub("scope=[^&]*", "scope=commands", await browser.start(), count=1)
    back = await browser.answer(consent, WHO)

    seen = await browser.get(back)

    assert "did not grant everything" in seen.page
    assert not await is_installed(world)


async def test_a_company_that_is_switched_off_cannot_be_installed_again(
    world: World, browser: Browser, office_urls: Urls
) -> None:
    with psycopg.connect(office_urls.owner) as owner:
        owner.execute("UPDATE organizations SET is_active = false")

    seen = await browser.install(world.acme.team, world.acme.members["ada"].id)

    assert (seen.status, "switched off for your company" in seen.page) == (403, True)


async def test_no_code_and_no_token_is_ever_logged(
    world: World, browser: Browser, initech: Team, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    back = await browser.answer(await browser.start(), WHO)
    code = parse_qs(urlsplit(back).query)["code"][0]
    spoilt = back.replace(code, f"{code}x")

    await browser.get(spoilt)
    await browser.install(initech, "U0PETER")

    assert code not in caplog.text
    assert "xoxb-initech" not in caplog.text


@pytest.mark.parametrize(
    ("answer", "ending"),
    [
        ({"ok": False, "error": "bad_client_secret"}, Ending.MISCONFIGURED),
        ({"ok": False, "error": "code_already_used"}, Ending.CODE_REFUSED),
        ({"ok": False, "error": "something_new"}, Ending.SLACK_REFUSED),
        ({"ok": False, "error": "internal_error"}, Ending.SLACK_AWAY),
        (
            {"ok": True, "is_enterprise_install": True, "enterprise": {"id": "E0", "name": "G"}},
            Ending.NO_BOT,
        ),
        ({"ok": True, "access_token": "xoxb-1", "bot_user_id": "U0", "team": None}, Ending.NO_BOT),
    ],
)
async def test_what_slack_says_to_a_code_has_its_own_page(
    world: World, settings: Settings, answer: dict[str, object], ending: Ending
) -> None:
    async def slack(_: web.Request, __: bytes) -> web.StreamResponse:
        return web.json_response(answer)

    tandem = world.tandem
    async with a_wire(slack) as url:
        host = replace(tandem.host, base_url=url)
        means = Means(tandem.db, tandem.sealer, host, tandem.installations)
        flow = InstallFlow(settings, Credentials("1.1", "secret"), means)
        with pytest.raises(Stopped) as stopped:
            await flow.run_installation("a code")

    assert stopped.value.ending is ending
    assert "xoxb-1" not in repr(stopped.value)
