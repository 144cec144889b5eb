from datetime import date
from decimal import Decimal

from sandbox import Person, View
from sandbox.wire import as_object, as_objects, text_of
from services import configuration
from services.configuration.catalogue import BASE_CURRENCY, FISCAL_START
from tests.journeys.conftest import World
from tests.journeys.test_opportunities import a_partner, found, last, saved, top

SENTENCE = "new Acme renewal 48k via Globex closing 18 dec"


def told(view: View) -> str:
    """What stands above the fields."""
    first = as_objects(view.content["blocks"])[0]
    return text_of(as_objects(first["elements"])[0]) if first["type"] == "context" else ""


def hint(view: View, name: str) -> str:
    blocks = as_objects(view.content["blocks"])
    (block,) = [each for each in blocks if each.get("block_id") == name]
    return text_of(block.get("hint"))


def initial(view: View, name: str) -> object:
    """What a field begins with: words, a day, or the value of the chosen option."""
    blocks = as_objects(view.content["blocks"])
    (block,) = [each for each in blocks if each.get("block_id") == name]
    element = as_object(block["element"])
    chosen = element.get("initial_option")
    if chosen is not None:
        return as_object(chosen)["value"]
    return element.get("initial_value", element.get("initial_date"))


async def opened(person: Person, words: str) -> View:
    await person.command("/opp", f"new {words}")
    return top(person)


async def test_one_command_and_one_click_create_an_opportunity(world: World) -> None:
    globex = await a_partner(world)
    ron = world.person("ron")

    await ron.command("/opp", SENTENCE, channel=world.acme.deals)
    view = top(ron)
    answer = await ron.submit()

    assert told(view) == "Understood: $48,000 · Globex · closes Fri 18 Dec"
    assert answer.ok
    made = await found(world, 1)
    assert (made.customer_name, made.partner_id) == ("Acme renewal", globex.id)
    assert (made.value, made.currency) == (48000, "USD")
    assert made.expected_close_date == date(2026, 12, 18)
    assert last(ron).text == "#1 Acme renewal is created."


async def test_each_reads_in_their_own_language_and_order(world: World) -> None:
    await a_partner(world)
    olga = world.person("olga")

    view = await opened(olga, "Acme Verlängerung 48.000,50 € über Globex bis 18.12.")
    answer = await olga.submit()

    assert told(view) == "Understood: 48.000,50\u00a0€ · Globex · closes Fri 18 Dec"
    assert initial(view, "deal_value") == "48.000,5"
    assert answer.ok
    made = await found(world, 1)
    assert (made.customer_name, made.value) == ("Acme Verlängerung", Decimal("48000.50"))
    assert (made.currency, made.expected_close_date) == ("EUR", date(2026, 12, 18))


async def test_what_is_doubtful_is_left_empty_and_asked_at_its_field(world: World) -> None:
    await a_partner(world, "Umbrella Europe")
    await a_partner(world, "Umbrella Asia")
    ron = world.person("ron")

    view = await opened(ron, "Acme renewal 40-50k via Umbrella closing 30 feb")
    answer = await ron.submit()

    assert told(view) == "Left open: partner, value, close date"
    assert initial(view, "customer_name") == "Acme renewal"
    fields = ("partner_id", "deal_value", "expected_close_date")
    assert [initial(view, each) for each in fields] == [None, None, None]
    assert [hint(view, each) for each in fields] == [
        "“Umbrella” could be Umbrella Asia or Umbrella Europe.",
        "There is more than one amount in “40-50k”. Which is the value?",
        "There is no day “30 feb”.",
    ]
    assert not answer.ok
    assert await saved(world) == 0


async def test_a_date_of_two_readings_is_asked_about(world: World) -> None:
    world.acme.members["ron"].tz = "Europe/Berlin"
    ron = world.person("ron")

    view = await opened(ron, "Acme 48k closing 5/6")

    assert told(view) == "Understood: $48,000\nLeft open: close date"
    assert initial(view, "expected_close_date") is None
    assert hint(view, "expected_close_date") == (
        "I was not sure about “5/6”: is it Sat 5 Jun 2027 or Thu 6 May 2027?"
    )


async def test_another_companys_partner_is_never_matched(world: World) -> None:
    await a_partner(world, "Initech", office=world.globex)
    ron = world.person("ron")

    view = await opened(ron, "Acme 48k via Initech")

    assert told(view) == "Understood: $48,000\nLeft open: partner"
    assert initial(view, "partner_id") is None
    assert hint(view, "partner_id") == (
        "I found no partner called “Initech”. Choose one, or create this one."
    )


async def test_quarters_and_bare_amounts_are_the_companys(world: World) -> None:
    async with world.db.transaction(world.acme.application) as tx:
        await configuration.write(tx, FISCAL_START, 4)
        await configuration.write(tx, BASE_CURRENCY, "GBP")
    mia = world.person("mia")

    view = await opened(mia, "Acme 48k closing end of Q4")

    assert told(view) == "Understood: £48,000 · closes Wed 31 Mar 2027"
    assert initial(view, "currency") == "GBP"


async def test_a_partner_created_on_the_way_keeps_what_was_understood(world: World) -> None:
    ron = world.person("ron")
    await ron.command("/opp", SENTENCE, channel=world.acme.deals)
    options = await ron.suggest("partner_id", "Globex")

    await ron.choose("partner_id", options[-1])
    ron.fill({"domain": "finops"})
    await ron.submit()
    back = top(ron)
    answer = await ron.submit()

    assert told(back) == "Understood: $48,000 · Globex · closes Fri 18 Dec"
    assert answer.ok
    made = await found(world, 1)
    assert (made.customer_name, made.partner_name, made.value) == ("Acme renewal", "Globex", 48000)


async def test_one_without_a_partner_is_as_quick_to_create(world: World) -> None:
    ron = world.person("ron")

    view = await opened(ron, "Acme renewal 48k via Direct closing 18 dec")
    answer = await ron.submit()

    assert told(view) == "Understood: $48,000 · Direct · closes Fri 18 Dec"
    assert answer.ok
    assert (await found(world, 1)).partner_name == "Direct"


async def test_names_stay_names(world: World) -> None:
    ron = world.person("ron")

    for words in ("3M renewal", "Studio 54", "May Street 2000", "August Systems Q4 rollout"):
        view = await opened(ron, words)
        await ron.close()

        assert (told(view), initial(view, "customer_name")) == ("", words)
        assert initial(view, "deal_value") is None
        assert initial(view, "expected_close_date") is None
