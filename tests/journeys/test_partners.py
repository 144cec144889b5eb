import pytest
from sqlalchemy import select

from sandbox import Message, Person, View
from services.partners import CreatePartner, Partner, create_partner
from services.tables import Partner as PartnerRow
from tests.journeys.conftest import Office, World


async def a_partner(world: World, name: str, domain: str = "finops") -> Partner:
    return await a_partner_of(world, world.acme, name, domain)


async def a_partner_of(world: World, office: Office, name: str, domain: str = "finops") -> Partner:
    async with world.db.transaction(office.application) as tx:
        return await create_partner(tx, CreatePartner(name=name, domain=domain))


async def partners(world: World) -> list[str]:
    async with world.db.transaction(world.acme.application) as tx:
        names = await tx.session.scalars(select(PartnerRow.name).order_by(PartnerRow.created_at))
        return list(names)


async def a_manager(world: World) -> Person:
    mia = world.person("mia")
    await mia.command("/partner", "help")
    await world.give_role("mia", "sales_manager")
    return mia


async def a_shared_card(world: World, name: str) -> Message:
    mia = await a_manager(world)
    shown = await mia.command("/partner", f"show {name}", channel=world.acme.deals)
    assert shown.ephemeral is not None
    await mia.press(shown.ephemeral, "partner.more", "Share here")
    await world.deliver()
    return public_cards(world, name)[-1]


def public_cards(world: World, words: str) -> list[Message]:
    return [each for each in world.cards(world.acme.deals, words) if each.ephemeral_for is None]


def top(person: Person) -> View:
    assert person.view is not None
    return person.view


async def test_a_rep_adds_a_partner_and_gets_its_card(world: World) -> None:
    ron = world.person("ron")

    await ron.command("/partner", "new Globex", channel=world.acme.deals)
    ron.fill({"domain": "finops", "website": "globex.com", "contact_name": "Hank Scorpio"})
    answer = await ron.submit()
    await world.settle()

    assert answer.ok
    assert ron.view is None
    card = ron.ephemerals[-1]
    assert card.channel == world.acme.deals.id
    assert card.text == "Globex · 50 fair · last contact none yet"
    assert "<https://globex.com|globex.com>" in str(card.blocks)
    assert await partners(world) == ["Globex"]


async def test_a_look_alike_is_shown_before_it_is_saved_anyway(world: World) -> None:
    await a_partner(world, "Globex")
    ron = world.person("ron")
    await ron.command("/partner", "new")
    ron.fill({"name": "Globex GmbH", "domain": "security", "contact_email": "hank@globex.com"})

    warned = await ron.submit()

    assert warned.ok
    assert "Globex (FinOps)" in str(top(ron).blocks)
    assert "Save anyway" in ron.reads(top(ron))
    assert await partners(world) == ["Globex"]

    saved = await ron.submit()

    assert saved.ok
    assert ron.view is None
    assert await partners(world) == ["Globex", "Globex GmbH"]


async def test_the_same_partner_is_refused_at_its_name(world: World) -> None:
    await a_partner(world, "Globex")
    ron = world.person("ron")
    await ron.command("/partner", "new GLOBEX")
    ron.fill({"domain": "finops"})

    answer = await ron.submit()

    assert answer.errors == {"name": "There is already Globex. Nothing was saved."}
    assert await partners(world) == ["Globex"]


@pytest.mark.parametrize(
    ("field", "typed", "words"),
    [
        ("name", "Glo\x00bex", "characters that cannot be shown"),
        ("website", "javascript:alert(1)", "must be a web address"),
        ("contact_email", "hank at globex", "must be an e-mail address"),
    ],
)
async def test_a_bad_field_is_told_at_the_field_and_nothing_is_saved(
    world: World, field: str, typed: str, words: str
) -> None:
    ron = world.person("ron")
    await ron.command("/partner", "new Globex")
    ron.fill({"domain": "finops", field: typed})

    answer = await ron.submit()

    assert list(answer.errors) == [field]
    assert words in answer.errors[field]
    assert await partners(world) == []


@pytest.mark.parametrize("name", ["<!channel> & Söhne", "مجموعة جلوبكس", "🚀 Rocket", "x" * 255])
async def test_a_partner_of_any_name_is_added_listed_and_suggested(world: World, name: str) -> None:
    ron = world.person("ron")
    await ron.command("/partner", f"new {name}")
    ron.fill({"domain": "finops"})

    answer = await ron.submit()
    listed = await ron.command("/partner", "list")
    await ron.command("/partner", "log")
    options = await ron.suggest("partner_id", "")

    assert answer.ok
    assert await partners(world) == [name]
    assert listed.ephemeral is not None
    assert listed.ephemeral.text == "Partners: 1"
    assert "<!channel>" not in str(listed.blocks)
    assert len(options) == 1


async def test_submitting_twice_adds_one_partner(world: World) -> None:
    ron = world.person("ron")
    await ron.command("/partner", "new Globex")
    ron.fill({"domain": "finops"})
    view = top(ron)

    await ron.submit()
    again = await ron.submit(view=view)

    assert again.ok
    assert await partners(world) == ["Globex"]


async def test_a_new_name_is_offered_before_partners_it_is_not_near(world: World) -> None:
    await a_partner(world, "Lakehouse Partners")
    ron = world.person("ron")
    await ron.command("/opp", "new", channel=world.acme.deals)

    strange = await ron.suggest("partner_id", "Zyx Partners")
    near = await ron.suggest("partner_id", "Lakehouse Partner")

    create = "Create partner “Zyx Partners”"
    assert [each.text for each in strange] == [create, "Lakehouse Partners"]
    assert near[0].text == "Lakehouse Partners"


async def test_who_may_not_share_has_no_button_to_share(world: World) -> None:
    await a_partner(world, "Globex")

    shown = await world.person("ron").command("/partner", "show globex")

    assert shown.ephemeral is not None
    assert "Log interaction" in str(shown.ephemeral.blocks)
    assert "Share here" not in str(shown.ephemeral.blocks)


async def test_a_card_is_not_shared_in_direct_messages(world: World) -> None:
    await a_partner(world, "Globex")
    mia = await a_manager(world)
    shown = await mia.command("/partner", "show globex")
    assert shown.ephemeral is not None

    answer = await mia.press(shown.ephemeral, "partner.more", "Share here")

    assert answer.ephemeral is not None
    assert "in a channel only" in answer.ephemeral.text


async def test_a_refused_share_is_told_to_who_shared_it(world: World) -> None:
    await a_partner(world, "Globex")
    secret = world.acme.team.add_channel(
        "C0SECRET", "secret", private=True, members=[world.acme.members["mia"]], with_bot=False
    )
    mia = await a_manager(world)
    shown = await mia.command("/partner", "show globex", channel=secret)
    assert shown.ephemeral is not None

    await mia.press(shown.ephemeral, "partner.more", "Share here")
    await world.deliver()

    assert "I could not share Globex in <#C0SECRET>" in mia.dm[-1].text
    assert "/invite @Tandem" in mia.dm[-1].text


async def test_a_list_is_paged_in_place_and_leads_to_the_card(world: World) -> None:
    for number in range(1, 12):
        await a_partner(world, f"Partner {number:02}")
    ron = world.person("ron")

    first = await ron.command("/partner", "list")
    assert first.ephemeral is not None
    await ron.press(first.ephemeral, "Next")
    second = ron.ephemerals[-1]

    assert second.ts == first.ephemeral.ts
    assert "Page 2 of 2" in str(second.blocks)

    card = await ron.press(second, "Show")

    assert card.ephemeral is not None
    assert card.ephemeral.text.startswith("Partner 11 · 50 fair")


async def test_a_list_of_a_domain_names_the_domain(world: World) -> None:
    await a_partner(world, "Globex", "finops")
    await a_partner(world, "Initech", "security")

    listed = await world.person("ron").command("/partner", "list security")

    assert listed.ephemeral is not None
    assert listed.ephemeral.text == "Partners in Security: 1"


async def test_an_empty_list_begins_the_first_partner(world: World) -> None:
    ron = world.person("ron")

    listed = await ron.command("/partner", "list")
    assert listed.ephemeral is not None
    await ron.press(listed.ephemeral, "New partner")

    assert listed.ephemeral.text == "There are no partners yet."
    assert top(ron).callback_id == "partner.create"


async def test_one_of_several_that_fit_is_chosen_by_a_button(world: World) -> None:
    await a_partner(world, "Globex Iberia")
    nordics = await a_partner(world, "Globex Nordics")
    ron = world.person("ron")

    asked = await ron.command("/partner", "show globex")
    assert asked.ephemeral is not None
    shown = await ron.press(asked.ephemeral, f"partner.show:{nordics.id}")

    assert "Several partners fit “globex”" in asked.ephemeral.text
    assert shown.ephemeral is not None
    assert shown.ephemeral.text.startswith("Globex Nordics · ")


async def test_an_unknown_partner_is_offered_to_be_created_by_its_name(world: World) -> None:
    ron = world.person("ron")

    asked = await ron.command("/partner", "show Hooli")
    assert asked.ephemeral is not None
    await ron.press(asked.ephemeral, "New partner")

    assert asked.ephemeral.text == "I know no partner “Hooli”."
    assert "'initial_value': 'Hooli'" in str(top(ron).blocks)


async def test_another_company_s_partner_is_unknown(world: World) -> None:
    await a_partner_of(world, world.globex, "Initech")

    asked = await world.person("ron").command("/partner", "show Initech")

    assert asked.ephemeral is not None
    assert asked.ephemeral.text == "I know no partner “Initech”."


async def test_help_lists_what_a_partner_command_can_do(world: World) -> None:
    answer = await world.person("ron").command("/partner", "help")

    assert all(word in str(answer.blocks) for word in ("new", "log", "show", "list"))


async def test_a_typo_is_answered_with_what_was_meant(world: World) -> None:
    answer = await world.person("ron").command("/partner", "lgo globex")

    assert "Did you mean `/partner log`?" in answer.text
