"""What whoever steals a dump of the database can read of secrets and of people's words."""

import base64
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from urllib.parse import parse_qsl, urlsplit

from sandbox import Person, Team
from services.partners import CreatePartner, create_partner
from tests.conftest import Urls
from tests.dump import dump_of
from tests.journeys.conftest import KEY, SIGNING_SECRET, World, a_team
from tests.journeys.installer import Browser
from tests.logs import LogWatch

TOKENS = re.compile(r"xox[a-z]-|xoxe\.|xapp-")
CODE = re.compile(r"(?:[A-Z2-9]{4}-){5}[A-Z2-9]{4}")
NOTES = "Their board decides quietly in spring"
STATUS = {
    "accomplishments": "Signed with the quartz people",
    "upcoming_tasks": "Send them the tungsten offer",
    "blockers": "Nobody at their bank answers",
}
LOGGED = "They spoke of a merger with Hooli"
TYPED = (NOTES, LOGGED, *STATUS.values())
RECORDS = {
    "public.opportunities",
    "public.weekly_status",
    "public.tasks",
    "public.partner_interactions",
}
"""The customers' own records; nothing else keeps what people have written."""


async def installed_by_oauth(world: World) -> tuple[Team, list[str]]:
    """A third company; also what went through the browser on the way."""
    team = a_team(world.slack, "T0HOOLI", "Hooli")
    browser = Browser(world)
    consent = await browser.start()
    back = await browser.answer(consent, f"{team.id}/U0ADAHOOLI")
    cookies = list(browser.cookies.values())
    assert "Tandem is installed" in (await browser.get(back)).page
    return team, [value for _, value in parse_qsl(urlsplit(back).query)] + cookies


async def a_partner(world: World) -> None:
    async with world.db.transaction(world.acme.application) as tx:
        await create_partner(tx, CreatePartner(name="Initech", domain="finops"))


async def a_day_of_work(world: World, ron: Person) -> None:
    """An opportunity with notes, an interaction, a weekly status."""
    await ron.command("/opp", "new Acme renewal")
    [option, *_] = await ron.suggest("partner_id", "Initech")
    await ron.choose("partner_id", option)
    ron.fill({"deal_value": "48k", "currency": "EUR", "expected_close_date": "2026-12-18"})
    ron.fill({"notes": NOTES})
    assert (await ron.submit()).ok
    await ron.command("/partner", "log initech", channel=world.acme.deals)
    ron.fill({"description": LOGGED})
    assert (await ron.submit()).ok
    await ron.command("/weekly")
    ron.fill(STATUS)
    assert (await ron.submit()).ok


async def a_link_code(ada: Person) -> str:
    await ada.command("/tandem", "workspaces")
    await ada.press_in_view("Connect another")
    await ada.press_in_view("Create a link code")
    assert ada.view is not None
    found = CODE.search(ada.reads(ada.view))
    assert found
    await ada.close(everything=True)
    return found[0]


async def test_a_dump_holds_no_secret_and_peoples_words_only_in_their_records(
    world: World, office_urls: Urls, logged: LogWatch
) -> None:
    await world.set_channels()
    await a_partner(world)
    team, seen_by_the_browser = await installed_by_oauth(world)
    await a_day_of_work(world, world.person("ron"))
    await world.settle()
    await a_day_of_work(world, world.person("olga"))
    open_code, used_code = [await a_link_code(world.person("ada")) for _ in range(2)]
    await world.globex.person("ada").command("/tandem", f"link {used_code}")
    await world.globex.person("ada").submit()

    dump = dump_of(office_urls.owner)

    secrets = [
        SIGNING_SECRET,
        KEY,
        world.slack.client_secret,
        open_code,
        used_code,
        *(each.bot_token for each in (team, world.acme.team, world.globex.team)),
        *(value for value in seen_by_the_browser if len(value) > 8),
    ]
    logged.add_secrets(*secrets)
    assert [row for rows in dump.values() for row in rows if TOKENS.search(row)] == []
    for secret in secrets:
        assert holding(dump, forms_of(secret)) == set(), secret
    for words in TYPED:
        assert holding(dump, [words]) <= RECORDS, words
        assert holding(dump, [words]) != set(), words


def forms_of(secret: str) -> Iterator[str]:
    """As it is, without its hyphens, and as bytes are shown."""
    raw = secret.encode()
    yield from (secret, secret.replace("-", ""), raw.hex(), base64.b64encode(raw).decode())
    if secret == KEY:
        yield base64.b64decode(secret).hex()


def holding(dump: Mapping[str, Sequence[str]], wanted: Iterable[str]) -> set[str]:
    """The tables with one of these texts in a row."""
    texts = list(wanted)
    return {table for table, rows in dump.items() if any(t in row for t in texts for row in rows)}
