from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
from sqlalchemy import func, select

from sandbox import Message, Person, View
from services.opportunities import (
    CreateOpportunity,
    MoveOpportunity,
    Opportunity,
    Stay,
    create_opportunity,
    find_opportunity,
    history,
    move_opportunity,
)
from services.partners import CreatePartner, Partner, create_partner
from services.people import actor_for, find_person
from services.tables import Opportunity as Row
from services.values import Actor
from tests.journeys.conftest import Office, World
from tests.journeys.crafted import craft, forged

FILLED = {
    "customer_name": "Acme renewal",
    "deal_value": "48k",
    "currency": "EUR",
    "expected_close_date": "2026-12-18",
}


async def a_partner(world: World, name: str = "Globex", office: Office | None = None) -> Partner:
    async with world.db.transaction((office or world.acme).application) as tx:
        return await create_partner(tx, CreatePartner(name=name, domain="finops"))


async def a_deal(world: World, owner: Person, **fields: object) -> Opportunity:
    """Made by its owner, who has used the app by then."""
    await owner.command("/opp", "help")
    usual: dict[str, object] = {
        "customer_name": "Acme renewal",
        "deal_value": Decimal(48000),
        "currency": "EUR",
        "stage": "prospecting",
        "expected_close_date": date(2026, 12, 18),
    }
    if "partner_id" not in fields:
        fields["partner_id"] = (await a_partner(world, f"Partner {uuid4().hex}")).id
    async with world.db.transaction(await actor_of(world, owner)) as tx:
        return await create_opportunity(tx, CreateOpportunity.model_validate(usual | fields))


async def actor_of(world: World, person: Person) -> Actor:
    async with world.db.transaction(world.acme.application) as tx:
        who = await find_person(tx, world.acme.workspace_id, person.member.id)
        assert who is not None
        return await actor_for(tx, who)


async def a_manager(world: World) -> Person:
    mia = world.person("mia")
    await mia.command("/opp", "help")
    await world.give_role("mia", "sales_manager")
    return mia


async def saved(world: World, office: Office | None = None) -> int:
    async with world.db.transaction((office or world.acme).application) as tx:
        return await tx.session.scalar(select(func.count()).select_from(Row)) or 0


async def found(world: World, number: int) -> Opportunity:
    async with world.db.transaction(world.acme.application) as tx:
        return await find_opportunity(tx, number)


async def stays_of(world: World, number: int) -> tuple[Stay, ...]:
    async with world.db.transaction(world.acme.application) as tx:
        return await history(tx, (await find_opportunity(tx, number)).id)


def top(person: Person) -> View:
    assert person.view is not None
    return person.view


def last(person: Person) -> Message:
    return person.ephemerals[-1]


async def share(person: Person, message: Message | None) -> None:
    """Post the card of a private answer in the channel it was asked for in."""
    assert message is not None
    await person.press(message, "opportunity.more", "Share here")


def public(world: World, words: str = "Acme renewal") -> Message:
    """The newest card in the deals channel that everybody sees."""
    cards = world.cards(world.acme.deals, words)
    return [each for each in cards if each.ephemeral_for is None][-1]


async def a_filled_form(world: World, person: Person, **values: str) -> None:
    """The form of a new opportunity, ready to submit."""
    partner = await a_partner(world, f"Partner {uuid4().hex}")
    await person.command("/opp", "new", channel=world.acme.deals)
    options = await person.suggest("partner_id", partner.name)
    await person.choose("partner_id", options[0])
    person.fill(FILLED | values)


async def a_public_card(world: World, person: Person) -> Message:
    """A deal of this person, and its card in the deals channel."""
    await world.set_channels()
    await a_deal(world, person)
    await world.deliver()
    return world.cards(world.acme.deals, "Acme renewal")[-1]


async def test_a_rep_creates_an_opportunity_and_everybody_sees_its_card(world: World) -> None:
    await world.set_channels()
    globex = await a_partner(world)
    ron = world.person("ron")

    await ron.command("/opp", "new Acme renewal", channel=world.acme.deals)
    options = await ron.suggest("partner_id", "glob")
    await ron.choose("partner_id", options[0])
    ron.fill({"deal_value": "48k", "currency": "EUR", "expected_close_date": "2026-12-18"})
    answer = await ron.submit()
    await world.deliver()

    assert answer.ok
    assert ron.view is None
    made = await found(world, 1)
    assert (made.customer_name, made.partner_id, made.value) == ("Acme renewal", globex.id, 48000)
    assert (made.owner_name, made.stage, made.probability) == ("Ron Acme", "prospecting", 10)
    assert last(ron).text == "#1 Acme renewal is created."
    assert last(ron).channel == world.acme.deals.id
    card = world.cards(world.acme.deals, "Acme renewal")[-1]
    assert card.ephemeral_for is None
    assert card.text == "#1 Acme renewal · €48,000 · Prospecting · closes Fri 18 Dec"


async def test_where_everybody_sees_the_card_its_creator_is_not_shown_it_twice(
    world: World,
) -> None:
    await world.set_channels()
    ron = world.person("ron")

    await a_filled_form(world, ron)
    await ron.submit()

    assert last(ron).text == "#1 Acme renewal is created."
    assert not last(ron).blocks


async def test_elsewhere_the_creator_gets_the_card_and_where_others_see_it(world: World) -> None:
    await world.set_channels()
    ron = world.person("ron")

    partner = await a_partner(world)
    await ron.command("/opp", "new", channel=world.acme.alerts)
    await ron.choose("partner_id", (await ron.suggest("partner_id", partner.name))[0])
    ron.fill(FILLED)
    await ron.submit()

    deals = world.acme.deals.id
    assert last(ron).text == f"#1 Acme renewal is created. Its card is in <#{deals}>."
    assert "*Partner*" in str(last(ron).blocks)


async def test_an_amount_is_read_as_its_writer_writes_it(world: World) -> None:
    ron, olga = world.person("ron"), world.person("olga")
    await a_filled_form(world, ron, deal_value="48,000.50")
    await ron.submit()
    await a_filled_form(world, olga, deal_value="48.000,50 €")

    await olga.submit()

    values = [(await found(world, number)).value for number in (1, 2)]
    assert values == [Decimal("48000.50"), Decimal("48000.50")]


async def test_a_partner_created_on_the_way_loses_nothing_that_was_typed(world: World) -> None:
    ron = world.person("ron")
    await ron.command("/opp", "new Acme renewal", channel=world.acme.deals)
    ron.fill({**FILLED, "customer_name": "Acme, phase two", "notes": "Two\nlines"})
    options = await ron.suggest("partner_id", "Globex")

    await ron.choose("partner_id", options[-1])
    pushed = top(ron)
    ron.fill({"domain": "finops"})
    created = await ron.submit()
    back = top(ron)
    done = await ron.submit()

    assert options[-1].text == "Create partner “Globex”"
    assert (pushed.title, len(ron.views)) == ("New partner", 0)
    assert created.ok
    assert back.callback_id == "opportunity.create"
    assert done.ok
    made = await found(world, 1)
    assert (made.customer_name, made.partner_name) == ("Acme, phase two", "Globex")
    assert (made.value, made.currency, made.notes) == (48000, "EUR", "Two\nlines")


async def test_a_partner_left_uncreated_is_asked_for_at_the_submit(world: World) -> None:
    ron = world.person("ron")
    await ron.command("/opp", "new")
    ron.fill(FILLED)
    options = await ron.suggest("partner_id", "Globex")
    await ron.choose("partner_id", options[-1])
    await ron.close()

    await ron.submit()

    assert top(ron).title == "New partner"
    ron.fill({"domain": "finops"})
    await ron.submit()
    await ron.submit()
    assert (await found(world, 1)).partner_name == "Globex"


async def test_a_look_alike_partner_is_shown_before_it_is_created_on_the_way(world: World) -> None:
    await a_partner(world, "Globex")
    ron = world.person("ron")
    await ron.command("/opp", "new")
    ron.fill(FILLED)
    [new, *_] = await ron.suggest("partner_id", "Globex Labs GmbH")
    await ron.choose("partner_id", new)
    ron.fill({"name": "Globex GmbH", "domain": "security"})

    await ron.submit()

    assert "Save anyway" in ron.reads(top(ron))
    await ron.submit()
    await ron.submit()
    assert (await found(world, 1)).partner_name == "Globex GmbH"


async def test_a_second_partner_may_be_created_in_the_same_form(world: World) -> None:
    ron = world.person("ron")
    await ron.command("/opp", "new")
    ron.fill(FILLED)
    for name in ("Globex", "Initech"):
        options = await ron.suggest("partner_id", name)
        await ron.choose("partner_id", options[-1])
        ron.fill({"domain": "finops"})
        await ron.submit()

    await ron.submit()

    assert (await found(world, 1)).partner_name == "Initech"


@pytest.mark.parametrize(
    ("field", "typed", "words"),
    [
        ("deal_value", "-1", "zero or more"),
        ("deal_value", "10000000000000", "larger than I can keep"),
        ("deal_value", "48.125", "two decimals at most"),
        ("deal_value", "a lot", "must be a number"),
        ("deal_value", "NaN", "must be a number"),
        ("customer_name", "Ac\x00me", "characters that cannot be shown"),
        ("customer_name", "\u200b", "fill this in"),
        ("notes", "bell \x07", "characters that cannot be shown"),
        ("expected_close_date", "2026-11-17", "today or later"),
        ("expected_close_date", "2036-11-19", "too far away"),
    ],
)
async def test_a_bad_field_is_told_at_the_field_and_nothing_is_saved(
    world: World, field: str, typed: str, words: str
) -> None:
    ron = world.person("ron")
    await a_filled_form(world, ron, **{field: typed})

    answer = await ron.submit()

    assert list(answer.errors) == [field]
    assert words in answer.errors[field]
    assert answer.errors[field].endswith("Nothing was saved.")
    assert await saved(world) == 0


async def test_every_bad_field_is_told_at_once(world: World) -> None:
    ron = world.person("ron")
    await a_filled_form(world, ron, deal_value="much", customer_name="\u202e")

    answer = await ron.submit()

    assert sorted(answer.errors) == ["customer_name", "deal_value"]


@pytest.mark.parametrize("field", ["currency", "stage", "assigned_user_id"])
async def test_a_crafted_choice_is_refused_at_its_field(world: World, field: str) -> None:
    ron = world.person("ron")
    await a_filled_form(world, ron)
    craft(ron, field, str(uuid4()))

    answer = await ron.submit()

    assert list(answer.errors) == [field]
    assert await saved(world) == 0


async def test_another_companys_partner_by_a_crafted_option_is_no_partner(world: World) -> None:
    theirs = await a_partner(world, "Secret", world.globex)
    ron = world.person("ron")
    told: list[dict[str, str]] = []
    for crafted in (str(theirs.id), str(uuid4()), "nonsense"):
        await a_filled_form(world, ron)
        craft(ron, "partner_id", crafted)
        told.append((await ron.submit()).errors)
        await ron.close()

    assert told[0] == told[1] == told[2]
    assert "I do not know this partner" in told[0]["partner_id"]
    assert (await saved(world), await saved(world, world.globex)) == (0, 0)


@pytest.mark.parametrize(
    "name", ["<!channel> & Söhne", "مجموعة جلوبكس", "🚀 *Rocket*", "&" * 255, "<b>x</b>"]
)
async def test_a_customer_of_any_name_is_shown_as_typed(world: World, name: str) -> None:
    await world.set_channels()
    ron = world.person("ron")
    await a_filled_form(world, ron, customer_name=name)

    answer = await ron.submit()
    await world.deliver()
    listed = await ron.command("/opp", "list", channel=world.acme.deals)
    shown = await ron.command("/opp", "show 1", channel=world.acme.deals)

    assert answer.ok
    assert (await found(world, 1)).customer_name == name
    for said in (
        last(ron),
        listed.ephemeral,
        shown.ephemeral,
        world.cards(world.acme.deals, "#1")[0],
    ):
        assert said is not None
        assert "<!channel>" not in str(said.blocks)


async def test_submitting_twice_creates_one(world: World) -> None:
    ron = world.person("ron")
    await a_filled_form(world, ron)
    view = top(ron)

    await ron.submit()
    again = await ron.submit(view=view)

    assert again.ok
    assert await saved(world) == 1


async def test_the_next_stage_button_moves_and_every_copy_follows(world: World) -> None:
    ron = world.person("ron")
    card = await a_public_card(world, ron)
    shown = await ron.command("/opp", "show 1", channel=world.acme.alerts)
    await share(ron, shown.ephemeral)
    await world.deliver()

    pressed = await ron.press(card, "Move to Qualified")
    await world.deliver()

    assert pressed.ok
    for channel in (world.acme.deals, world.acme.alerts):
        (copy,) = [each for each in world.cards(channel, "Acme renewal") if not each.ephemeral_for]
        assert copy.text == "#1 Acme renewal · €48,000 · Qualified · closes Fri 18 Dec"
        assert "Moved from Prospecting to Qualified by Ron Acme" in str(copy.blocks)
    assert [stay.stage_label for stay in await stays_of(world, 1)] == ["Prospecting", "Qualified"]


async def test_pressing_twice_moves_once(world: World) -> None:
    ron = world.person("ron")
    card = await a_public_card(world, ron)

    await ron.press(card, "Move to Qualified")
    again = await ron.press(card, "Move to Qualified")

    assert again.ok
    assert len(await stays_of(world, 1)) == 2


async def test_the_stage_select_moves_anywhere_and_there_and_back_again(world: World) -> None:
    ron = world.person("ron")
    await a_public_card(world, ron)

    for stage in ("Negotiation", "Prospecting", "Negotiation"):
        await ron.press(public(world), "opportunity.move", stage)
        await world.deliver()

    assert (await found(world, 1)).stage == "negotiation"
    assert len(await stays_of(world, 1)) == 4


async def test_a_private_card_shows_the_move_in_place(world: World) -> None:
    ron = world.person("ron")
    await a_deal(world, ron)
    shown = await ron.command("/opp", "show 1", channel=world.acme.deals)
    assert shown.ephemeral is not None
    before = len(ron.ephemerals)

    await ron.press(shown.ephemeral, "Move to Qualified")

    assert len(ron.ephemerals) == before
    assert last(ron).text == "#1 Acme renewal moved from Prospecting to Qualified."


async def test_a_loss_asks_for_its_reason(world: World) -> None:
    ron = world.person("ron")
    card = await a_public_card(world, ron)

    await ron.press(card, "opportunity.move", "Lost")
    ron.fill({"loss_reason": "price", "reason": "Half was offered"})
    answer = await ron.submit()
    await world.deliver()

    assert answer.ok
    assert (await found(world, 1)).status == "lost"
    assert (await stays_of(world, 1))[-1].reason == "Price: Half was offered"
    assert "· Lost" in public(world).text


async def test_the_second_of_two_is_told_privately_and_shown_the_present_state(
    world: World,
) -> None:
    mia, ron = await a_manager(world), world.person("ron")
    card = await a_public_card(world, ron)
    await mia.press(card, "opportunity.move", "Proposal")
    await world.slack.travel(timedelta(minutes=2))

    await ron.press(card, "Move to Qualified")

    told = last(ron)
    assert told.text == (
        "Mia Acme moved #1 to Proposal 2 minutes ago. Nothing was saved. This is how it is now:"
    )
    assert "Move to Negotiation" in str(told.blocks)
    assert (await found(world, 1)).stage == "proposal"


async def test_the_second_of_two_in_the_form_keeps_what_was_typed(world: World) -> None:
    mia, ron = await a_manager(world), world.person("ron")
    await a_deal(world, ron)
    await ron.command("/opp", "move 1", channel=world.acme.deals)
    await ron.choose("to_stage", "negotiation")
    ron.fill({"reason": "They signed the offer"})
    await mia.command("/opp", "move 1 proposal")

    told = await ron.submit()

    assert told.ok
    assert "Mia Acme moved #1 to Proposal" in str(top(ron).blocks)
    assert (await found(world, 1)).stage == "proposal"
    done = await ron.submit()
    assert done.ok
    assert [(stay.stage_label, stay.reason) for stay in await stays_of(world, 1)][1:] == [
        ("Proposal", None),
        ("Negotiation", "They signed the offer"),
    ]


async def test_a_move_by_words_says_from_where_to_where(world: World) -> None:
    ron = world.person("ron")
    await a_deal(world, ron)

    moved = await ron.command("/opp", "move #1 Negotiation they asked for terms")

    assert moved.text == "#1 Acme renewal moved from Prospecting to Negotiation."
    assert (await stays_of(world, 1))[-1].reason == "they asked for terms"


async def test_moving_to_where_it_is_is_no_error(world: World) -> None:
    ron = world.person("ron")
    await a_deal(world, ron)

    moved = await ron.command("/opp", "move 1 prospecting")

    assert moved.text == "#1 Acme renewal is in Prospecting already."


async def test_a_win_is_said_and_dated(world: World) -> None:
    ron = world.person("ron")
    await a_deal(world, ron)

    moved = await ron.command("/opp", "move 1 won")

    assert moved.text == "#1 Acme renewal is won: €48,000! Commission: €4,800 earned."
    assert (await found(world, 1)).actual_close_date == date(2026, 11, 18)


async def test_a_typo_of_a_stage_is_one_press_from_the_move(world: World) -> None:
    ron = world.person("ron")
    await a_deal(world, ron)

    asked = await ron.command("/opp", "move 1 negotation", channel=world.acme.deals)
    assert asked.ephemeral is not None
    await ron.press(asked.ephemeral, "Move to Negotiation")

    assert "Did you mean Negotiation?" in asked.text
    assert (await found(world, 1)).stage == "negotiation"


async def test_a_loss_by_words_asks_for_its_reason_with_the_note_typed(world: World) -> None:
    ron = world.person("ron")
    await a_deal(world, ron)

    await ron.command("/opp", "move 1 lost they bought Initech", channel=world.acme.deals)
    ron.fill({"loss_reason": "competitor"})
    await ron.submit()

    assert (await stays_of(world, 1))[-1].reason == "Chose a competitor: they bought Initech"
    assert last(ron).text == "#1 Acme renewal moved from Prospecting to Lost."


async def test_choosing_lost_in_the_form_asks_for_the_reason_at_once(world: World) -> None:
    ron = world.person("ron")
    await a_deal(world, ron)
    await ron.command("/opp", "move 1")
    ron.fill({"reason": "No answer since May"})

    await ron.choose("to_stage", "lost")
    ron.fill({"loss_reason": "no_decision"})
    await ron.submit()

    assert (await stays_of(world, 1))[-1].reason == "No decision: No answer since May"


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("show 999", "I cannot find opportunity #999."),
        ("move 999 won", "I cannot find opportunity #999."),
        ("show 99999999999", "I cannot find opportunity #99999999999."),
        ("move", "Tell me which opportunity by its number, like `/opp move 42 negotiation`."),
        ("move won", "Tell me which opportunity by its number, like `/opp move 42 negotiation`."),
        ("show", "Tell me which opportunity by its number, like `/opp show 42`."),
    ],
)
async def test_what_cannot_be_found_is_said_so(world: World, words: str, told: str) -> None:
    answer = await world.person("ron").command("/opp", words)

    assert answer.text.startswith(told)


async def test_another_companys_number_is_not_found(world: World) -> None:
    ron = world.person("ron")
    await a_deal(world, ron)
    stranger = world.globex.person("ron")

    shown = await stranger.command("/opp", "show 1")
    moved = await stranger.command("/opp", "move 1 won")
    listed = await stranger.command("/opp", "list all")

    assert shown.text.startswith("I cannot find opportunity #1.")
    assert moved.text == shown.text
    assert listed.text == "All open opportunities: there are none."
    assert (await found(world, 1)).stage == "prospecting"


async def test_a_rep_cannot_move_or_share_what_is_anothers(world: World) -> None:
    ron, olga = world.person("ron"), world.person("olga")
    card = await a_public_card(world, ron)

    await olga.press(card, "Move to Qualified")
    shown = await olga.command("/opp", "show 1", channel=world.acme.deals)

    assert "Your role does not let you move this opportunity." in olga.ephemerals[-2].text
    assert "Move to" not in str(shown.blocks)
    assert "Share here" not in str(shown.blocks)
    assert (await found(world, 1)).stage == "prospecting"


async def test_the_card_with_everything_has_notes_and_the_time_in_each_stage(
    world: World,
) -> None:
    ron = world.person("ron")
    await a_deal(world, ron, notes="Ask for legal")
    await world.slack.travel(timedelta(days=3))
    await ron.command("/opp", "move 1 qualified")

    shown = await ron.command("/opp", "show 1")

    assert "Ask for legal" in str(shown.blocks)
    assert "• Prospecting: 3 days, since" in str(shown.blocks)
    assert "Share here" not in str(shown.blocks)


async def test_the_details_of_a_public_card_are_private(world: World) -> None:
    ron, olga = world.person("ron"), world.person("olga")
    card = await a_public_card(world, ron)

    await olga.press(card, "opportunity.more", "Show details")

    assert "Time in each stage" in str(last(olga).blocks)
    assert last(olga).ephemeral_for == olga.member.id


async def test_long_notes_open_whole(world: World) -> None:
    ron = world.person("ron")
    await a_deal(world, ron, notes="word " * 200)
    shown = await ron.command("/opp", "show 1", channel=world.acme.deals)
    assert shown.ephemeral is not None

    await ron.press(shown.ephemeral, "Show all")

    assert str(top(ron).blocks).count("word") == 200


async def test_sharing_where_the_bot_is_not_says_what_to_do(world: World) -> None:
    ron = world.person("ron")
    await a_deal(world, ron)
    secret = world.acme.team.add_channel(
        "G0SECRET", "secret", private=True, members=[ron.member], with_bot=False
    )
    shown = await ron.command("/opp", "show 1", channel=secret)

    await share(ron, shown.ephemeral)
    await world.deliver()

    assert "I could not share #1 Acme renewal in <#G0SECRET>" in ron.dm[-1].text
    assert "/invite" in ron.dm[-1].text


async def test_a_card_that_is_in_the_channel_already_is_not_posted_again(world: World) -> None:
    ron = world.person("ron")
    mia = await a_manager(world)
    await a_deal(world, ron)
    shown = [await each.command("/opp", "show 1", channel=world.acme.deals) for each in (ron, mia)]

    for person, answer in zip((ron, mia), shown, strict=True):
        await share(person, answer.ephemeral)
    await world.deliver()

    cards = world.cards(world.acme.deals, "Acme renewal")
    assert [each.ephemeral_for for each in cards].count(None) == 1
    assert "is in <#C0DEALSACME> already" in str(last(mia).blocks)


async def test_a_card_that_was_deleted_is_offered_again_where_it_was(world: World) -> None:
    ron = world.person("ron")
    card = await a_public_card(world, ron)
    there = await ron.command("/opp", "show 1", channel=world.acme.deals)
    world.acme.team.put_message(replace(card, deleted=True))
    await ron.command("/opp", "move 1 qualified")
    await world.deliver()

    elsewhere = await ron.command("/opp", "show 1", channel=world.acme.status)
    here = await ron.command("/opp", "show 1", channel=world.acme.deals)
    assert here.ephemeral is not None
    await ron.press(here.ephemeral, "Share again")
    await world.deliver()
    again = await ron.command("/opp", "show 1", channel=world.acme.deals)

    offers = [each.ephemeral for each in (there, elsewhere, here, again) if each.ephemeral]
    assert ["shared here is gone" in str(each.blocks) for each in offers] == [
        *(False, False),
        *(True, False),
    ]
    assert "Qualified" in str(public(world).blocks)


async def test_the_owner_is_found_by_name(world: World) -> None:
    ron, olga = world.person("ron"), world.person("olga")
    await olga.command("/opp", "help")
    await a_filled_form(world, ron)

    everybody = await ron.suggest("assigned_user_id", "")
    options = await ron.suggest("assigned_user_id", "olg")
    await ron.choose("assigned_user_id", options[0])
    await ron.submit()
    await world.deliver()

    assert everybody[0].text == "Ron Acme"
    assert [option.text for option in options] == ["Olga Acme"]
    assert (await found(world, 1)).owner_name == "Olga Acme"
    assert olga.dm[-1].text.startswith("Ron Acme gave you #1 Acme renewal")


async def test_a_forged_value_is_an_older_message(world: World) -> None:
    ron = world.person("ron")
    card = await a_public_card(world, ron)
    touched = forged(card, "opportunity.next", '{"v":9}')

    await ron.press(touched, "Move to Qualified")

    assert last(ron).text.startswith("This button is from an older message.")
    assert (await found(world, 1)).stage == "prospecting"


async def test_a_rule_moves_by_the_same_way_as_a_button(world: World) -> None:
    ron = world.person("ron")
    card = await a_public_card(world, ron)
    await ron.press(card, "Move to Qualified")

    async with world.db.transaction(world.acme.application) as tx:
        await move_opportunity(tx, MoveOpportunity(number=1, to_stage="proposal", reason="Stale"))
    await world.deliver()

    copy = public(world)
    assert "Moved from Qualified to Proposal by Tandem" in str(copy.blocks)
    assert [stay.by for stay in await stays_of(world, 1)] == ["Ron Acme", "Ron Acme", None]


async def test_a_deals_channel_that_takes_nothing_any_more_is_told_to_an_admin(
    world: World,
) -> None:
    ada, ron = world.person("ada"), world.person("ron")
    await world.set_channels()
    await world.deliver()
    world.acme.team.archive(world.acme.deals)

    await a_deal(world, ron)
    await a_deal(world, ron)
    await world.deliver()

    [word] = [each.text for each in ada.dm if "it is archived" in each.text]
    assert word.startswith(f"I could not post in <#{world.acme.deals.id}>: it is archived. Unarch")
