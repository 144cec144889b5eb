"""What no partner earns: amounts, days and words that mean no good, in the forms of commission."""

from collections.abc import Mapping
from decimal import Decimal
from uuid import uuid4

from sandbox import Person
from sandbox.wire import as_object
from services.commission import NoCommission, Percentage, stored
from services.commission.agreements import agree
from services.configuration.values import version_of
from services.partners import merge_partners
from tests.conftest import Urls
from tests.journeys.conftest import World
from tests.journeys.crafted import errors, nothing_changes, submission
from tests.journeys.test_opportunities import a_deal, a_manager, a_partner, top

HALF_A_PAIR = "Bo\ud83doth"
ENTRY = {"amount": "1", "currency": "EUR", "on": "2026-11-18", "reason": "Booth"}
AMOUNTS = {
    "two signs": ("--5", "must be a number"),
    "a minus between digits": ("1-5", "must be a number"),
    "of another currency": ("$5", "must be a number"),
    "three decimals": ("0.001", "two decimals at most"),
    "fifteen digits": ("9" * 15, "larger than I can keep"),
    "endless": ("-" + "9" * 5000, "larger than I can keep"),
    "half a pair": (HALF_A_PAIR, "must be a number"),
    "only spaces": ("  ", "fill this in"),
}
DAYS = {
    "first year": ("0001-01-01", "too far away"),
    "last year": ("9999-12-31", "too far away"),
    "seconds": ("1700006400", "must be a date"),
}
CURRENCIES = {
    "unknown": ("XXX", "currency of today"),
    "not in use here": ("ISK", "Choose one of the currencies"),
    "currency with a NUL": ("EUR\x00", "currency of today"),
}
REASONS = {
    "of nothing seen": ("\u200b\u202e", "fill this in"),
    "endless emoji": ("😀" * 3000, "too long"),
    "with half a pair": (HALF_A_PAIR, "cannot be shown"),
}
RULES: Mapping[str, tuple[str, Mapping[str, tuple[str, str]]]] = {
    "marginal": (
        "commission_tiers",
        {
            "nothing": ("", "fill this in"),
            "below zero": ("up to -5: 8%\nabove: 10%", "cannot read line 1"),
            "no end": ("up to 50: 8%", "must have no end"),
            "out of order": ("up to 50: 8%\nup to 40: 9%\nabove: 10%", "Line 2 must begin"),
            "more than all": ("above: 101%", "percentage from 0 to 100"),
            "too many": ("all: 10%\n" * 30, "too many lines; 20 fit"),
            "fifteen digits": (f"up to {'9' * 15}: 8%\nabove: 1%", "cannot read line 1"),
            "another currency": ("up to £50: 8%\nabove: 10%", "cannot read line 1"),
        },
    ),
    "monthly_share": (
        "commission_months",
        {
            "none": ("0", "from 1 to 120"),
            "for ever": ("121", "from 1 to 120"),
            "endless": ("9" * 5000, "whole number"),
        },
    ),
    "monthly_amount": (
        "commission_amount",
        {
            "nothing": ("0", "0.01 or more"),
            "below zero": ("-5", "zero or more"),
            "fifteen digits": ("9" * 15, "larger than I can keep"),
        },
    ),
    "percentage": (
        "commission_rate",
        {
            "more than all": ("100.01", "from 0 to 100"),
            "three decimals": ("10.555", "two decimals at most"),
            "endless": ("9" * 5000, "from 0 to 100"),
        },
    ),
}


async def refused(
    person: Person, world: World, field: str, tried: Mapping[str, tuple[str, str]], **typed: str
) -> None:
    """Each of these values is told in its words, at this field alone."""
    answers: dict[str, Mapping[str, str]] = {}
    for name, (value, _) in tried.items():
        payload = submission(person, **{**typed, field: value})
        as_object(payload["view"])["hash"] = uuid4().hex
        answers[name] = await errors(world, payload)

    assert {name: list(answer) for name, answer in answers.items()} == {
        name: [field] for name in tried
    }
    unlike = {
        name: answers[name]
        for name, (_, words) in tried.items()
        if words not in answers[name][field]
    }
    assert unlike == {}


async def test_no_entry_of_strange_amounts_days_or_words_is_made(
    world: World, office_urls: Urls
) -> None:
    mia = await a_manager(world)
    await a_partner(world)

    async with nothing_changes(office_urls):
        for form, fields in (
            ("Adjust", {"amount": AMOUNTS, "reason": REASONS}),
            ("Record payment", {"on": DAYS, "currency": CURRENCIES}),
        ):
            await mia.command("/partner", "statement globex")
            await mia.press_in_view(form)
            for field, tried in fields.items():
                await refused(mia, world, field, tried, **ENTRY)
            await mia.close(everything=True)


async def test_no_terms_of_strange_rules_are_agreed_or_override_others(
    world: World, office_urls: Urls
) -> None:
    mia = await a_manager(world)
    await a_deal(world, mia, partner_id=(await a_partner(world)).id)
    ways = (
        ("/partner", "terms globex", "Change terms", {"effective_from": "2027-01-01"}),
        ("/opp", "terms 1", "Override", {"reason": "Strategic"}),
    )

    async with nothing_changes(office_urls):
        for at, (command, words, form, typed) in enumerate(ways):
            await mia.command(command, words)
            await mia.press_in_view(form)
            for kind in list(RULES)[at::2]:
                field, tried = RULES[kind]
                await mia.choose("commission_type", kind)
                await refused(mia, world, field, tried, **typed)
            await mia.close(everything=True)


async def test_a_strange_day_of_terms_is_told_at_the_day(world: World, office_urls: Urls) -> None:
    mia = await a_manager(world)
    await a_partner(world)
    await mia.command("/partner", "terms globex")
    await mia.press_in_view("Change terms")
    out_of_order = {"before the first": ("2026-12-31", "not come before the first")}

    async with nothing_changes(office_urls):
        await refused(mia, world, "effective_from", DAYS)
        last = DAYS | out_of_order
        await refused(mia, world, "effective_until", last, effective_from="2027-01-01")


async def test_wherever_a_statement_was_reached_it_can_be_adjusted(world: World) -> None:
    mia = await a_manager(world)
    await a_deal(world, mia, partner_id=(await a_partner(world)).id)
    await mia.command("/opp", "close 1 won")

    await mia.command("/opp", "terms 1")
    for way in ("Terms", "Statement", "Adjust"):
        await mia.press_in_view(way)
    mia.fill({"amount": "-300", "reason": "Booth"})
    await mia.submit()

    assert "Recorded: €300.00 less for Globex" in mia.reads(top(mia))


async def test_what_was_opened_for_a_partner_leads_to_the_one_it_was_merged_into(
    world: World,
) -> None:
    mia, ada = await a_manager(world), world.person("ada")
    gone, stays = await a_partner(world), await a_partner(world, "Initech")
    await a_deal(world, mia, partner_id=gone.id)
    await mia.command("/opp", "close 1 won")
    await mia.command("/partner", "statement globex", channel=world.acme.deals)
    await mia.press_in_view("Record payment")
    await ada.command("/partner", "terms globex")
    await ada.press_in_view("Change terms")
    async with world.db.transaction(world.acme.application) as tx:
        await agree(tx, stays.id, NoCommission(), version_of(stored(Percentage(rate=Decimal(10)))))
        await merge_partners(tx, gone.id, stays.id)

    mia.fill({"amount": "800"})
    await mia.submit()
    paid = mia.reads(top(mia))
    await mia.press_in_view("Explain")
    explained = mia.reads(top(mia))
    await mia.close()
    await mia.press_in_view("Export")
    exported = mia.reads(top(mia))
    ada.fill({"commission_rate": "9", "effective_from": "2027-01-01"})
    await ada.submit()
    asked = ada.reads(top(ada))
    await ada.submit()

    assert "€800.00 paid to Initech" in paid
    assert "*Due*\n*€4,000.00*" in paid
    assert "10% of €48,000" in explained
    assert "on the way to your direct messages" in exported
    assert "Somebody else changed these terms meanwhile. Today counts: no commission." in asked
    assert "Agreed with Initech: 9% of the value, from Fri 1 Jan 2027." in ada.reads(top(ada))


async def test_a_period_that_is_none_is_never_answered_with_the_present_one(world: World) -> None:
    mia = await a_manager(world)
    await a_partner(world)
    await a_partner(world, "Area 2051")

    refused = [
        (await mia.command("/partner", f"statement globex {period}")).text
        for period in ("2101-Q1", "1989-Q4", "9999", "Q5", "2026-09-15..2026-07-01")
    ]
    await mia.command("/partner", "statement area 2051")

    assert {words[:40] for words in refused} == {"This must be a quarter, a year or days, "}
    assert "*Area 2051* · 2026-Q4" in mia.reads(top(mia))
