"""Words, names and eyes that mean no good, at all that is told of opportunities and partners."""

from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import update

import handlers
from sandbox import Person
from sandbox.wire import dump
from services.interactions import LogInteraction, log_interaction
from services.opportunities import (
    MOST_ATTACHMENTS,
    MoveOpportunity,
    NewLink,
    Opportunity,
    attach,
    move_opportunity,
)
from services.partners import CreatePartner, Partner, create_partner
from services.tables import SlackIdentity, User
from tests.conftest import Urls
from tests.journeys.conftest import World
from tests.journeys.crafted import nothing_changes
from tests.journeys.test_opportunities import a_deal, a_manager, actor_of

SECRET = "Quillfeather"
NAME = ("<!channel> & *Ünïté* \u05e9\u05dc\u05d5\u05dd 😀`_~" * 3)[:80]
WORDS = (
    *("\x00", "1 \x00", "-1", "٤٢", "1e9", "<@U0NOBODY>", "0001-01-01", "9999-12-31"),
    *("by value by value", "closing in 99999 months", "99999999 weeks ago", "%_\\"),
    *("Umbrella 0001", "Umbrella 9999-Q4", "Umbrella 2026-Q9"),
)
LONG = (
    ("/opp", "reopen", "1 " + "x" * 3500),
    ("/opp", "move", "1 \x00"),
    ("/opp", "assign", "1 \x00"),
)
"""What is kept with what is done."""
READING = {
    "/opp": ("show", "list", "find", "asof", "reopen"),
    "/partner": ("show", "list", "timeline", "health", "statement", "terms"),
}


async def test_words_that_mean_nothing_are_answered_in_words_and_change_nothing(
    world: World, office_urls: Urls, caplog: pytest.LogCaptureFixture
) -> None:
    mia = await a_manager(world)
    await a_deal(world, mia)

    async with nothing_changes(office_urls):
        for command, name, words in asked():
            answer = await mia.command(command, f"{name} {words}")
            assert answer.ok, (command, name, words)
            assert "request.failed" not in caplog.messages, (command, name, words)


def asked() -> list[tuple[str, str, str]]:
    """Each way to read with a third of the words, so that all words are tried."""
    ways = [(command, name) for command, names in READING.items() for name in names]
    tried = [
        (*way, words)
        for at, way in enumerate(ways)
        for turn, words in enumerate(WORDS)
        if (at + turn) % 3 == 0
    ]
    return [*tried, *LONG]


def test_all_that_only_reads_is_asked_here() -> None:
    known = {
        each.name: {sub.name for sub in each.subcommands} for each in handlers.routes().commands
    }

    assert all(known[command] >= set(names) for command, names in READING.items())


async def a_hostile_partner(world: World, person: Person) -> Partner:
    async with world.db.transaction(await actor_of(world, person)) as tx:
        made = await create_partner(tx, CreatePartner(name=NAME, domain="finops"))
        for _ in range(12):
            contact = LogInteraction(
                partner_id=made.id,
                interaction_type="call",
                interaction_date=date(2026, 11, 17),
                with_whom=NAME,
                description=NAME * 37,
            )
            await log_interaction(tx, contact)
        return made


async def filled_up(world: World, person: Person, it: Opportunity) -> None:
    async with world.db.transaction(await actor_of(world, person)) as tx:
        for at in range(MOST_ATTACHMENTS):
            link = NewLink(url=f"https://a.example/{at}?x=&{'y' * 1900}", title=NAME)
            await attach(tx, it.number, link)
        for stage in ("won", "qualified", "won"):
            await move_opportunity(
                tx, MoveOpportunity(number=it.number, to_stage=stage, reason=NAME * 37)
            )


async def restrict(world: World, person: Person) -> None:
    """They see what is theirs, and may do all else."""
    denied = {"grant": ["opportunities.view:own"], "deny": ["opportunities.view:any"]}
    async with world.db.transaction(world.acme.application) as tx:
        await tx.session.execute(
            update(User)
            .where(
                User.id == SlackIdentity.user_id, SlackIdentity.slack_user_id == person.member.id
            )
            .values(permissions=denied)
            .execution_options(synchronize_session=False)
        )


async def test_any_data_fits_what_slack_takes_and_only_its_owner_is_told_of_it(
    world: World,
) -> None:
    mia, ron = await a_manager(world), world.person("ron")
    await ron.command("/opp", "help")
    partner = await a_hostile_partner(world, mia)
    more = {"partner_id": partner.id, "deal_value": Decimal("9999999999999.99")}
    theirs = await a_deal(
        world, mia, customer_name=f"{SECRET} {NAME}"[:80], notes=NAME * 37, **more
    )
    await filled_up(world, mia, theirs)
    await a_deal(world, mia, customer_name=f"{SECRET} {NAME}"[:80], **more)
    await restrict(world, ron)
    ways = {
        "/opp": ("show 1", "show 2", "list all", "list all won", f"find {SECRET}", "asof today"),
        "/partner": tuple(f"{each} {NAME}" for each in READING["/partner"] if each != "list"),
    }

    heard = {
        name: "".join([await told(world, person, command, words) for command, words in said(ways)])
        for name, person in (("mia", mia), ("ron", ron))
    }

    assert heard["mia"].count(SECRET) > len(ways)
    assert "there are none" in heard["ron"]
    assert SECRET not in heard["ron"]
    assert "9,999,999,999,999.99" not in heard["ron"]


def said(ways: dict[str, tuple[str, ...]]) -> list[tuple[str, str]]:
    return [(command, words) for command, each in ways.items() for words in each]


async def told(world: World, person: Person, command: str, words: str) -> str:
    """All that the person is shown, without what they typed."""
    before = len(person.ephemerals)
    answer = await person.command(command, words, channel=world.acme.deals)
    assert answer.ok, (command, words)
    shown = [
        dump({"text": each.text, "blocks": each.blocks}) for each in person.ephemerals[before:]
    ]
    view = [dump({"blocks": person.view.blocks})] if person.view is not None else []
    if person.view is not None:
        await person.close(everything=True)
    return "".join([*shown, *view]).replace(words, "").replace(words.partition(" ")[2], "")
