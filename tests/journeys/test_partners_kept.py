from sandbox import Message, Person, View
from services.opportunities import find_opportunity
from services.partners import (
    CreatePartner,
    ListPartners,
    Partner,
    create_partner,
    find_partner,
    list_partners,
)
from tests.journeys.conftest import World
from tests.journeys.test_partners import a_manager, a_partner


def front(person: Person) -> View:
    assert person.view is not None
    return person.view


def card(person: Person) -> Message:
    return person.ephemerals[-1]


async def named(world: World, words: str) -> Partner:
    async with world.db.transaction(world.acme.application) as tx:
        return await find_partner(tx, words)


async def listed(world: World) -> list[str]:
    async with world.db.transaction(world.acme.application) as tx:
        return [each.name for each in (await list_partners(tx, ListPartners())).rows]


async def test_a_partner_is_added_and_edited_with_a_contact_on_top(world: World) -> None:
    await a_partner(world, "Globex")
    mia = await a_manager(world)

    await mia.command("/partner", "new Globex GmbH", channel=world.acme.deals)
    mia.fill({"domain": "finops", "contact_name": "Hank Scorpio"})
    await mia.submit()
    assert "This looks like a partner you already have" in mia.reads(front(mia))
    await mia.submit()

    await mia.press(card(mia), "Edit")
    mia.fill(
        {
            "website": "globex.de",
            "agreement_end": "2026-12-28",
            "renewal_alert_days": "30",
            "status": "pending",
        }
    )
    await mia.press_in_view("Contacts")
    await mia.press_in_view("Add contact")
    mia.fill({"name": "Homer", "email": "homer@globex.de", "phone": "+49 30 1234"})
    await mia.submit()
    assert "Homer · homer@globex.de · +49 30 1234" in mia.reads(front(mia))
    await mia.close()
    saved = await mia.submit()
    await world.settle()

    assert saved.ok
    told = mia.reads(card(mia))
    assert "until Mon 28 Dec (ends in 40 days)" in told
    assert "globex.de" in told
    assert "pending" in told


async def test_contacts_are_changed_put_first_and_taken_away(world: World) -> None:
    await a_partner(world, "Globex")
    mia = await a_manager(world)
    await mia.command("/partner", "show globex")
    await mia.press(card(mia), "partner.more", "Contacts")
    for name in ("Hank", "Homer"):
        await mia.press_in_view("Add contact")
        mia.fill({"name": name})
        await mia.submit()

    hank, homer = (await named(world, "Globex")).contacts
    await mia.press_in_view(f"partner.contact:{homer.id}", "Make primary")
    await mia.press_in_view(f"partner.contact:{homer.id}", "Edit")
    mia.fill({"title": "Inspector"})
    await mia.submit()
    await mia.press_in_view(f"partner.contact:{hank.id}", "Remove")

    assert "Homer, Inspector · _primary_" in mia.reads(front(mia))
    assert "Hank" not in mia.reads(front(mia))
    assert [each.name for each in (await named(world, "Globex")).contacts] == ["Homer"]


async def test_a_double_is_merged_and_its_buttons_lead_to_the_one_that_stays(
    world: World,
) -> None:
    first = await a_partner(world, "Globex")
    async with world.db.transaction(world.acme.application) as tx:
        double = CreatePartner(
            name="Globex GmbH", domain="finops", contact_name="Hank", seen=frozenset({first.id})
        )
        await create_partner(tx, double)
    mia = await a_manager(world)
    await mia.command("/partner", "show Globex GmbH", channel=world.acme.deals)
    old = card(mia)

    await mia.press(old, "partner.more", "Merge into another…")
    option = (await mia.suggest("into_id", "Globex"))[0]
    await mia.choose("into_id", option)
    await mia.submit()
    asked = mia.reads(front(mia))
    assert "Merge *Globex GmbH (FinOps)* into *Globex (FinOps)*?" in asked
    assert "1 contact" in asked
    await mia.submit()
    await world.settle()

    assert card(mia).text == "Globex GmbH is part of Globex now: 1 contact."
    assert await listed(world) == ["Globex"]
    await mia.press(old, "Log interaction")
    assert (await mia.submit()).ok
    assert card(mia).text.startswith("Meeting with Globex on")
    shown = await mia.command("/partner", "show Globex GmbH")
    assert shown.ephemeral is not None
    assert "Globex GmbH was merged into Globex." in mia.reads(shown.ephemeral)
    await mia.command("/partner", "log Globex GmbH")
    assert "Globex GmbH was merged into Globex." in mia.reads(front(mia))


async def test_the_second_of_two_is_told_who_changed_what_and_keeps_the_input(
    world: World,
) -> None:
    await a_partner(world, "Globex")
    ron, mia = world.person("ron"), await a_manager(world)
    for each in (ron, mia):
        await each.command("/partner", "edit globex", channel=world.acme.deals)
    mia.fill({"website": "globex.com", "status": "pending"})
    await mia.submit()
    ron.fill({"website": "globex.org", "agreement_start": "2026-01-01"})

    answer = await ron.submit()

    assert answer.ok
    warned = ron.reads(front(ron))
    assert "Mia Acme changed the website" in warned
    assert "Nothing was saved." in warned
    assert "Save anyway" in warned
    assert "https://globex.org" in str(front(ron).blocks)

    await ron.submit()

    now = await named(world, "globex")
    assert (now.website, now.status) == ("https://globex.org", "pending")
    assert str(now.agreement.start) == "2026-01-01"


async def test_bad_edits_are_told_at_their_fields(world: World) -> None:
    await a_partner(world, "Globex")
    await a_partner(world, "Initech")
    mia = await a_manager(world)
    await mia.command("/partner", "edit globex")

    mia.fill({"agreement_start": "2026-12-01", "agreement_end": "2026-11-30"})
    backwards = await mia.submit()
    mia.fill({"agreement_end": None, "renewal_alert_days": "30"})
    endless = await mia.submit()
    mia.fill({"renewal_alert_days": None, "name": "initech"})
    taken = await mia.submit()
    mia.fill({"name": "Initech Ltd"})
    alike = await mia.submit()

    assert list(backwards.errors) == ["agreement_end"]
    assert list(endless.errors) == ["agreement_end"]
    assert list(taken.errors) == ["name"]
    assert alike.ok
    assert "Merge into Initech (FinOps)…" in mia.touchable(front(mia))
    await mia.press_in_view("Merge into Initech (FinOps)…")
    assert "Merge *Globex (FinOps)* into *Initech (FinOps)*?" in mia.reads(front(mia))


async def test_a_merge_by_command_is_refused_where_it_makes_no_sense(world: World) -> None:
    await a_partner(world, "Globex")
    await a_partner(world, "Into the Wild")
    ron, mia = world.person("ron"), await a_manager(world)

    itself = await mia.command("/partner", "merge Globex into globex")
    rep = await ron.command("/partner", "merge Globex into Into the Wild")
    unknown = await mia.command("/partner", "merge Globex into Hooli")
    alone = await mia.command("/partner", "merge")

    assert "cannot be merged into itself" in itself.text
    assert "Your role does not let you" in rep.text
    assert "I cannot find partner" in unknown.text
    assert "/partner merge Globex into" in alone.text

    await mia.command("/partner", 'merge "Into the Wild" into “Globex”')
    view = front(mia)
    await mia.submit()
    again = await mia.submit(view=view)

    assert again.ok
    assert await listed(world) == ["Globex"]


async def test_an_inactive_partner_says_so_and_leads_to_its_form(world: World) -> None:
    await a_partner(world, "Globex")
    mia = await a_manager(world)
    await mia.command("/partner", "edit globex", channel=world.acme.deals)
    mia.fill({"status": "inactive"})
    await mia.submit()

    shown = mia.reads(card(mia))
    await mia.command("/partner", "log globex")

    assert "inactive" in shown
    assert "Globex is inactive. `/partner edit` makes it active again." in mia.reads(front(mia))
    offered = await mia.suggest("partner_id", "globex")
    assert [each.text for each in offered] == ["Create partner “globex”"]


async def test_a_list_is_narrowed_and_sorted_in_place(world: World) -> None:
    await a_partner(world, "Globex")
    await a_partner(world, "Initech", "security")
    ron = world.person("ron")

    await ron.command("/partner", "list by health", channel=world.acme.deals)
    await ron.press(card(ron), "partner.list:domain", "Security")
    narrowed = card(ron)
    await ron.press(narrowed, "partner.list:status", "Inactive")

    assert narrowed.text == "Partners in Security: 1"
    assert "€0 open" in ron.reads(narrowed) or "$0 open" in ron.reads(narrowed)
    assert card(ron).text == "There are no inactive partners in Security yet."
    assert card(ron).ts == narrowed.ts


async def test_an_opportunity_without_a_partner_has_what_stands_for_none(world: World) -> None:
    await a_partner(world, "Globex")
    ron = world.person("ron")
    await ron.command("/opp", "new Acme renewal 48k closing 30 dec", channel=world.acme.deals)

    options = await ron.suggest("partner_id", "")
    await ron.choose("partner_id", options[0])
    created = await ron.submit()
    log = await ron.command("/partner", "log")
    for_log = await ron.suggest("partner_id", "") if log.ok else []

    assert [each.text for each in options][:2] == ["Direct", "Globex"]
    assert created.ok
    assert "Direct" not in [each.text for each in for_log]
    async with world.db.transaction(world.acme.application) as tx:
        assert (await find_opportunity(tx, 1)).partner_name == "Direct"
    assert await listed(world) == ["Globex"]
