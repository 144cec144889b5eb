from sandbox import Message, Person, View
from services.channels import give_up_channel
from services.outbox import Place
from tests.journeys.conftest import World
from tests.journeys.test_linking import a_deal, seen


def welcome(person: Person) -> Message:
    return person.dm[0]


def home(person: Person) -> View:
    assert person.home is not None
    return person.home


async def opened(person: Person) -> str:
    await person.open_home()
    return person.reads(home(person))


async def a_deal_from_home(world: World, person: Person) -> None:
    await person.press_in_view("New opportunity", view=home(person))
    [option, *_] = await person.suggest("partner_id", "Initech")
    await person.choose("partner_id", option)
    person.fill(
        {
            "customer_name": "Initech rollout",
            "deal_value": "9k",
            "currency": "EUR",
            "expected_close_date": "2026-12-18",
        }
    )
    assert (await person.submit()).ok


async def test_the_installers_message_ticks_each_step_in_place_as_it_is_done(
    world: World,
) -> None:
    await world.deliver()
    ada = world.person("ada")
    before = ada.reads(welcome(ada))

    await ada.press(welcome(ada), "Choose channels")
    section = seen(ada)
    await ada.close(everything=True)
    await world.set_channels()
    await ada.press(welcome(ada), "They fit")
    await a_deal(world, world.person("ron"))
    await world.deliver()
    after = ada.reads(welcome(ada))

    assert before.count(":black_square_button:") == 3
    assert "Deals channel" in section
    assert after.startswith("*Tandem is set up.*")
    assert after.count(":white_check_mark:") == 3
    assert len([each for each in ada.dm if each.text.startswith("Tandem is")]) == 1


async def test_bare_tandem_and_home_tell_an_admin_what_is_missing_and_nobody_else(
    world: World,
) -> None:
    ada, ron = world.person("ada"), world.person("ron")
    await ron.command("/tandem")

    typed = (await ada.command("/tandem")).ephemeral
    shown = await opened(ada)
    others = await opened(ron)

    assert typed is not None
    assert "Setting up Tandem: 2 steps left" in ada.reads(typed)
    assert "/tandem workspaces" in ada.reads(typed)
    assert "Setting up Tandem: 2 steps left" in shown
    assert "Setting up" not in others
    assert "You have no open opportunities." in others


async def test_bare_tandem_and_home_lead_an_admin_to_settings_and_people_without_typing(
    world: World,
) -> None:
    ada, ron = world.person("ada"), world.person("ron")

    typed = (await ada.command("/tandem")).ephemeral
    others = (await ron.command("/tandem")).ephemeral
    assert typed is not None
    assert others is not None
    await ada.press(typed, "Settings")
    settings = ada.view
    await ada.close()
    await ada.press(typed, "People")
    people = ada.view
    await ada.close()
    await ada.open_home()
    await ada.press_in_view("People", view=home(ada))
    from_home = ada.view

    titles = [each.title for each in (settings, people, from_home) if each]
    assert titles == ["Settings", "People", "People"]
    assert ron.touchable(others) == []


async def test_everybody_is_told_when_the_company_has_no_admin(world: World) -> None:
    ron = world.person("ron")
    await ron.command("/tandem")
    await world.give_role("ada", "sales_rep")

    typed = (await ron.command("/tandem")).ephemeral
    shown = await opened(ron)

    assert typed is not None
    assert "Your company has no admin" in ron.reads(typed)
    assert "Your company has no admin" in shown


async def test_a_step_done_on_home_is_ticked_there_at_once(world: World) -> None:
    ada = world.person("ada")
    await ada.open_home()

    await ada.press_in_view("They fit", view=home(ada))

    assert "Check stages and currency*: done" in ada.reads(home(ada))


async def test_home_tells_of_a_channel_that_refuses_and_a_token_that_is_refused(
    world: World,
) -> None:
    await world.set_channels()
    where = Place(world.acme.workspace_id, world.acme.alerts.id)
    async with world.db.transaction(world.acme.application) as tx:
        await give_up_channel(tx, where, "is_archived")

    shown = await opened(world.person("ada"))

    assert "takes none of my messages, so nobody sees alerts there" in shown
    assert "Choose again" in shown


async def test_a_move_on_home_is_made_and_shown_there(world: World) -> None:
    ron = world.person("ron")
    await a_deal(world, ron)
    shown = await opened(ron)

    await ron.press_in_view("opportunity.next:1", view=home(ron))
    after = ron.reads(home(ron))
    await a_deal_from_home(world, ron)

    assert "#1 Acme renewal" in shown
    assert "Move to Qualified" in shown
    assert "Qualified" in after.splitlines()[0]
    assert "#2 Initech rollout is created." in ron.reads(home(ron))
    assert "#2 Initech rollout" in ron.reads(home(ron)).split("My open opportunities")[1]
    assert [each.text for each in ron.dm if "moved" in each.text or "#2" in each.text] == []


async def test_home_of_who_has_not_begun_takes_no_seat_until_they_do(world: World) -> None:
    olga = world.person("olga")
    shown = await opened(olga)

    await olga.press_in_view("Begin", view=home(olga))

    assert "Tandem is where your company sells" in shown
    assert "My open opportunities" in olga.reads(home(olga))


async def test_a_guest_is_told_so_in_place_of_a_home(world: World) -> None:
    gus = world.person("gus")
    await gus.open_home()

    await gus.press_in_view("Begin", view=home(gus))

    assert "Guests cannot use Tandem." in gus.dm[-1].text
