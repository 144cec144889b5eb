"""Statements as files in the direct messages of who asks for them."""

import csv
import io
from datetime import timedelta
from decimal import Decimal

import aiohttp

from bot.slack_client import call
from handlers.blocks.audit.facts import sentence
from sandbox import Message, Person
from services import audit
from services.audit import Kind, Search
from tests.journeys.conftest import World
from tests.journeys.test_commission import words
from tests.journeys.test_opportunities import a_deal, a_manager, a_partner, top
from tests.logs import LogWatch


async def content(world: World, message: Message) -> list[dict[str, str]]:
    """The rows of the one file a message shows, read as the app's token may."""
    (file_id,) = message.files
    team = world.acme.team
    client = world.tandem.host.client(team.bot_token)
    file = (await call(client, "files.info", file=file_id))["file"]
    assert isinstance(file, dict)
    headers = {"Authorization": f"Bearer {team.bot_token}"}
    async with (
        aiohttp.ClientSession() as session,
        session.get(file["url_private_download"], headers=headers) as answer,
    ):
        text = (await answer.read()).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline="")))


def files(person: Person) -> list[Message]:
    return [each for each in person.dm if each.files]


def name_of(world: World, message: Message) -> str:
    return world.acme.team.files[message.files[0]].name


async def a_statement(world: World, person: Person) -> None:
    """In front of the person: a win of a partner whose customer is called like a formula."""
    globex = await a_partner(world, "Globex & Söhne")
    await a_deal(world, person, partner_id=globex.id, customer_name="=HYPERLINK(0) of Acme")
    await person.command("/opp", "close 1 won")
    await person.command("/partner", "statement Globex 2026-Q4", channel=world.acme.deals)


async def test_a_statement_comes_as_a_file_that_adds_up(world: World, logged: LogWatch) -> None:
    logged.add_secrets("HYPERLINK", "commission-Globex")
    mia = await a_manager(world)
    await a_statement(world, mia)
    await world.deliver()
    before = len(mia.dm)

    await mia.press_in_view("Export")
    told = words(mia)
    await world.deliver()

    (message,) = mia.dm[before:]
    opening, earned = await content(world, message)
    assert "The statement is on the way to your direct messages with Tandem" in told
    assert "*Globex &amp; Söhne* · 2026-Q4" in told
    assert message.text == (
        "Commission of *Globex &amp; Söhne* · 2026-Q4 · 1 entry\nDue: €4,800.00"
    )
    assert name_of(world, message) == "commission-Globex-Söhne-2026-Q4.csv"
    assert (opening["Entry"], opening["Date"], opening["Amount"]) == (
        "Opening",
        "2026-10-01",
        "0.00",
    )
    assert (earned["Partner"], earned["Currency"], earned["Opportunity"]) == (
        "Globex & Söhne",
        "EUR",
        "1",
    )
    assert earned["Customer"] == "'=HYPERLINK(0) of Acme"
    assert earned["Explanation"].replace("\xa0", " ") == "10% of €48,000: €4,800"
    assert (earned["Amount"], earned["Balance"]) == ("4800.00", "4800.00")


async def test_all_partners_come_in_one_file_and_what_was_shown_once_is_sent_once(
    world: World,
) -> None:
    mia = await a_manager(world)
    await a_statement(world, mia)
    umbrella = await a_partner(world, "Umbrella")
    await a_deal(world, mia, partner_id=umbrella.id, deal_value=Decimal(1000))
    await mia.command("/opp", "close 2 won")
    shown = top(mia)

    await mia.press_in_view("Export all partners", view=shown)
    await mia.press_in_view("Export all partners", view=shown)
    await world.deliver()
    (message,) = files(mia)
    await mia.press_in_view("Export")
    await world.deliver()

    rows = await content(world, message)
    about = Search(kind=Kind.PARTNERS)
    async with world.db.transaction(world.acme.application) as tx:
        told = [sentence(each) for each in (await audit.entries(tx, about)).entries]
    assert message.text == "Commission of *all partners* · 2026-Q4 · 2 partners, 2 entries"
    assert [(each["Partner"], each["Amount"]) for each in rows if each["Entry"] == "Earned"] == [
        ("Globex & Söhne", "4800.00"),
        ("Umbrella", "100.00"),
    ]
    assert len(files(mia)) == 2
    assert {each for each in told if "exported" in each} == {
        "*Mia Acme* exported a commission statement of *Globex &amp; Söhne*",
        "*Mia Acme* exported the commission statements of all partners",
    }


async def test_who_may_not_read_statements_any_more_gets_no_file(world: World) -> None:
    mia = await a_manager(world)
    await a_statement(world, mia)
    await world.deliver()

    await mia.press_in_view("Export")
    await world.give_role("mia", "unknown")
    await world.deliver()

    assert files(mia) == []
    assert "you may not read it any more" in mia.dm[-1].text


async def test_where_the_app_may_not_send_files_the_person_hears_what_to_do(world: World) -> None:
    mia = await a_manager(world)
    team = world.acme.team
    team.grant([each for each in team.bot_scopes if each != "files:write"])
    await a_statement(world, mia)
    await world.slack.travel(timedelta(seconds=1))

    await mia.press_in_view("Export")
    await world.deliver()
    refused = mia.dm[-1].text
    team.grant([*team.bot_scopes, "files:write"])
    await mia.press_in_view("Export")
    await world.deliver()

    assert "I could not send the statement for 2026-Q4 as a file." in refused
    assert "somebody who may install apps in this workspace to install Tandem again" in refused
    assert len(files(mia)) == 1
