"""Controls and forms that carry what the app never gave them: told in words, nothing changes."""

import re
from collections.abc import Mapping
from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import select

import handlers
from sandbox import Message, Person
from sandbox.wire import JsonObject, as_object
from services.tables import Alert, Interaction, User
from services.tables import WeeklyStatus as Row
from tests.conftest import Urls
from tests.journeys.conftest import World
from tests.journeys.crafted import errors, nothing_changes, press, send, signed, submission
from tests.journeys.test_alerts import deals
from tests.journeys.test_opportunities import a_deal, a_manager, a_partner, a_public_card

DEEP = "[" * 100_000
UNREADABLE = {
    "empty": "",
    "words": "Proposal",
    "half": '{"v":1,"id"',
    "deep": DEEP,
    "a list": "[]",
    "null": "null",
    "another version": '{"v":2}',
    "a version of words": '{"v":"1"}',
    "a number that is none": '{"v":1,"number":NaN,"n":1e999}',
    "a NUL": '{"v":1,"id":"\\u0000"}\x00',
    "half a pair": "\ud83d",
    "huge": '{"v":1,"id":"' + "x" * 100_000 + '"}',
}
CARRIES = frozenset(
    {
        "account_mine",
        "account_not_mine",
        "alert.acknowledge",
        "alert.acknowledge_all",
        "alert.row",
        "audit_all",
        "audit_clear",
        "audit_export",
        "audit_first_day",
        "audit_kind",
        "audit_last_day",
        "audit_newer",
        "audit_older",
        "audit_person",
        "commission.change",
        "commission.enter",
        "commission.explain",
        "commission.explain_entry",
        "commission.export",
        "commission.override",
        "commission.page",
        "commission.redraw",
        "commission.statement",
        "commission.terms",
        "commission.terms_page",
        "commission.withdraw",
        "commission_redraw",
        "holidays_choose_country",
        "holidays_choose_region",
        "interaction.act",
        "interaction.partner",
        "opportunity.detach",
        "opportunity.edit",
        "opportunity.list",
        "opportunity.more",
        "opportunity.move",
        "opportunity.next",
        "opportunity.open",
        "opportunity.page",
        "opportunity.reopen",
        "opportunity.restore",
        "opportunity.share",
        "opportunity.undo",
        "partner.contact",
        "partner.contact_add",
        "partner.contacts",
        "partner.edit",
        "partner.health",
        "partner.keep_promise",
        "partner.list",
        "partner.log",
        "partner.merge",
        "partner.more",
        "partner.page",
        "partner.share",
        "partner.show",
        "past.as_of",
        "past.bucket",
        "past.rows",
        "people_page",
        "person_leave_open",
        "person_open",
        "person_reactivate",
        "rules_redraw",
        "settings_add",
        "settings_page",
        "settings_rate",
        "settings_rate_add",
        "settings_rate_history",
        "settings_rate_remove",
        "settings_reset",
        "settings_row",
        "settings_section",
        "timeline.page",
        "weekly_before",
        "workspaces_more",
        "workspaces_page",
        "workspaces_revoke",
        "weekly_file",
        "weekly_show_all",
    }
)
"""Controls that mean nothing without what they carry."""
CARRIES_NOTHING = frozenset(
    {
        "home_begin",
        "onboarding_fits",
        "workspaces_connect",
        "workspaces_new_code",
        "workspaces_open",
        "opportunity.move_stage",
        "opportunity.new",
        "opportunity.partner",
        "partner.new",
        "people_open",
        "settings_open",
    }
)


def numberless(words: str) -> str:
    return re.sub(r"#\d+", "#", words)


async def answer(world: World, person: Person, message: Message, action: str, value: str) -> str:
    """What the person is told, number or not."""
    before = len(person.ephemerals)
    reply = await send(world, signed(world, press(person, message, action, value)))
    assert reply.status == 200, reply
    (said,) = person.ephemerals[before:]
    return numberless(said.text)


def test_every_control_there_is_is_pressed_here() -> None:
    assert set(handlers.routes().presses) == CARRIES | CARRIES_NOTHING


async def test_a_value_that_cannot_be_read_is_that_of_an_older_message(
    world: World, office_urls: Urls
) -> None:
    ron = world.person("ron")
    card = await a_public_card(world, ron)

    tried = [("opportunity.open", value) for value in UNREADABLE.values()]
    tried += [(action, value) for action in CARRIES for value in ("", '{"v":2}')]

    async with nothing_changes(office_urls):
        answers = {
            (action, value[:40]): await answer(world, ron, card, action, value)
            for action, value in tried
        }

    strange = {each: words for each, words in answers.items() if "an older message" not in words}
    assert strange == {}


async def test_a_control_that_is_no_longer_there_says_so(world: World) -> None:
    ron = world.person("ron")
    card = await a_public_card(world, ron)

    words = await answer(world, ron, card, "opportunity.archive", "1")

    assert words.startswith("This control is from an older message.")


async def secrets(world: World) -> dict[str, str]:
    """An identifier of each kind that only the other company has."""
    await a_deal(world, world.person("ron"))
    await deals(world, "Secret one", "Secret two", office=world.globex)
    await world.set_channels(world.globex)
    await world.slack.travel(timedelta(days=30))
    await world.settle()
    stranger = world.globex.person("ron")
    await stranger.command("/weekly")
    stranger.fill({"accomplishments": "Secret"})
    await stranger.submit()
    partner = await a_partner(world, "Secret", world.globex)
    await stranger.command("/partner", "log Secret")
    await stranger.submit()
    async with world.db.transaction(world.globex.application) as tx:
        alert = await tx.session.scalar(select(Alert.id).limit(1))
        status = await tx.session.scalar(select(Row.id))
        person = await tx.session.scalar(select(User.id).limit(1))
        contact = await tx.session.scalar(select(Interaction.id))
    found = {
        "contact": contact,
        "partner": partner.id,
        "alert": alert,
        "status": status,
        "person": person,
    }
    return {"number": "2", **{name: str(each) for name, each in found.items()}}


def carried(ids: Mapping[str, str]) -> dict[str, str]:
    """For each control that names a record, a value with one of these identifiers."""
    number = f'"number":{ids["number"]}'
    moves = f'{{"v":1,"n":{ids["number"]},"to":"won","at":"negotiation","x":1}}'
    alert, partner, status = (f'"id":"{ids[each]}"' for each in ("alert", "partner", "status"))
    contact = f'"id":"{ids["contact"]}"'
    whose = f'"partner_id":"{ids["partner"]}"'
    question, person = f'"id":"{ids["alert"]}"', f'"user_id":"{ids["person"]}"'
    return {
        "account_mine": f'{{"v":1,{question}}}',
        "account_not_mine": f'{{"v":1,{question}}}',
        "alert.acknowledge": f'{{"v":1,{alert}}}',
        "alert.acknowledge_all": f'{{"v":1,{alert}}}',
        "alert.row": f'{{"v":1,{alert},"do":"acknowledge"}}',
        "alert.row:open": f'{{"v":1,{alert},"do":"open"}}',
        "commission.change": f'{{"v":1,{whose},"version":"x"}}',
        "commission.enter": f'{{"v":1,{whose},"what":"payment"}}',
        "commission.explain": f'{{"v":1,{number},"id":"{ids["partner"]}"}}',
        "commission.explain_entry": f'{{"v":1,{whose},"entry_id":"{ids["alert"]}"}}',
        "commission.export": f'{{"v":1,{whose},"of":"partner","shown_at":1}}',
        "commission.override": f'{{"v":1,{number},"id":"{ids["partner"]}"}}',
        "commission.page": f'{{"v":1,{whose}}}',
        "commission.statement": f'{{"v":1,{whose}}}',
        "commission.terms": f'{{"v":1,{whose}}}',
        "commission.terms_page": f'{{"v":1,{whose}}}',
        "commission.withdraw": f'{{"v":1,{whose},"version":"x","first":"2027-01-01"}}',
        "interaction.act": f'{{"v":1,"do":"edit",{contact}}}',
        "interaction.act:menu": f'{{"v":1,"do":"delete",{contact}}}',
        "opportunity.more": f'{{"v":1,{number},"show":"details"}}',
        "opportunity.more:notes": f'{{"v":1,{number},"show":"notes"}}',
        "opportunity.edit": f'{{"v":1,{number}}}',
        "opportunity.move": moves,
        "opportunity.next": moves,
        "opportunity.open": f'{{"v":1,{number}}}',
        "opportunity.reopen": f'{{"v":1,{number},"x":"1.000000"}}',
        "opportunity.restore": f'{{"v":1,{number},"x":"1.000000"}}',
        "opportunity.share": f'{{"v":1,{number}}}',
        "opportunity.undo": f'{{"v":1,{number},"x":"1.000000"}}',
        "partner.contact": f'{{"v":1,{partner},"contact_id":"0","do":"edit"}}',
        "partner.contact:menu": f'{{"v":1,{partner},"contact_id":"0","do":"remove"}}',
        "partner.contact_add": f'{{"v":1,{partner}}}',
        "partner.contacts": f'{{"v":1,{partner}}}',
        "partner.edit": f'{{"v":1,{partner}}}',
        "partner.log": f'{{"v":1,{partner}}}',
        "partner.merge": f'{{"v":1,"gone_id":"{ids["partner"]}","stays_id":"{ids["partner"]}"}}',
        "partner.more": f'{{"v":1,{partner},"do":"merge"}}',
        "partner.more:share": f'{{"v":1,{partner},"do":"share"}}',
        "partner.share": f'{{"v":1,{partner}}}',
        "partner.show": f'{{"v":1,{partner}}}',
        "person_leave_open": f'{{"v":1,{person}}}',
        "person_open": f'{{"v":1,{person}}}',
        "person_reactivate": f'{{"v":1,{person}}}',
        "timeline.page": f'{{"v":1,"partner_id":"{ids["partner"]}"}}',
        "weekly_show_all": f'{{"v":1,{status}}}',
    }


async def test_what_only_another_company_has_is_answered_as_what_nobody_has(
    world: World, office_urls: Urls
) -> None:
    theirs = await secrets(world)
    nowhere = {name: str(uuid4()) for name in theirs} | {"number": "99"}
    mia = await a_manager(world)
    shown = await mia.command("/opp", "show 1", channel=world.acme.deals)
    assert shown.ephemeral is not None

    async with nothing_changes(office_urls):
        of_theirs, of_nobodys = [
            {
                action: await answer(world, mia, shown.ephemeral, action, value)
                for action, value in carried(ids).items()
            }
            for ids in (theirs, nowhere)
        ]

    assert of_theirs == of_nobodys
    known = (
        "I cannot find opportunity #.",
        "This button is from an older",
        "no longer there",
        "Your role does not let you change people.",
    )
    strange = {each: words for each, words in of_theirs.items() if not has_any(words, known)}
    assert strange == {}


def has_any(words: str, known: tuple[str, ...]) -> bool:
    return any(each in words for each in known)


STRANGE = {
    "commission.export": [
        f'{{"v":1,"partner_id":"{uuid4()}","period":"{period}","of":"{of}","shown_at":{"9" * 40}}}'
        for period in ("2026-Q9", "\\u0000", "0001", "9999-12-31..0001-01-01")
        for of in ("all", "partner")
    ],
    "opportunity.move": [
        '{"v":1,"n":1,"to":"\\u0000","at":"prospecting","x":1}',
        '{"v":1,"n":1,"to":"signed","at":"prospecting","x":1}',
        '{"v":1,"n":1,"to":"won","at":"\\u0000","x":-1}',
        '{"v":1,"n":-1,"to":"won","at":"prospecting","x":1}',
        '{"v":1,"n":' + "9" * 100 + ',"to":"won","at":"prospecting","x":1}',
    ],
    "opportunity.open": ['{"v":1,"number":0}', '{"v":1,"number":4294967297}'],
    "opportunity.page": [
        '{"v":1,"wanted":{"stage":"\\u0000"}}',
        '{"v":1,"wanted":{"words":"\\u0000"}}',
        '{"v":1,"wanted":{"words":"%_\\\\\\\\"},"page":' + "9" * 40 + "}",
        '{"v":1,"wanted":{"owner_id":"' + str(uuid4()) + '"},"page":2}',
    ],
    "partner.page": [
        '{"v":1,"wanted":{"words":"\\u0000"}}',
        '{"v":1,"wanted":{"domain":"\\u0000"}}',
        '{"v":1,"wanted":{"page":' + "9" * 40 + "}}",
    ],
    "timeline.page": ['{"v":1,"partner_id":"' + str(uuid4()) + '","page":' + "9" * 40 + "}"],
    "weekly_file": ['{"v":1,"week":"2026-11-21"}', '{"v":1,"week":"0001-01-07"}'],
}


async def test_a_readable_value_that_makes_no_sense_is_no_fault(
    world: World, office_urls: Urls, caplog: pytest.LogCaptureFixture
) -> None:
    ron = world.person("ron")
    await a_deal(world, ron)
    shown = await ron.command("/opp", "show 1", channel=world.acme.deals)
    assert shown.ephemeral is not None

    async with nothing_changes(office_urls):
        for action, values in STRANGE.items():
            for value in values:
                crafted = press(ron, shown.ephemeral, action, value)
                assert (await send(world, signed(world, crafted))).status == 200
                assert "request.failed" not in caplog.messages, (action, value)


METADATA = {
    **UNREADABLE,
    "of another form": '{"v":1,"week":"2026-11-22"}',
    "seen less than never": '{"v":1,"week":"2026-11-22","seen":-1}',
}


async def with_metadata(world: World, person: Person, metadata: str, **typed: str) -> JsonObject:
    payload = submission(person, **typed)
    as_object(payload["view"])["private_metadata"] = metadata
    as_object(payload["view"])["hash"] = uuid4().hex
    return payload


@pytest.mark.parametrize("form", ["/opp move 1", "/weekly"])
async def test_a_form_that_does_not_know_what_it_is_of_changes_nothing(
    world: World, office_urls: Urls, form: str
) -> None:
    ron = world.person("ron")
    await a_deal(world, ron)
    await ron.command(*form.split(" ", 1))
    typed = {"accomplishments": "All of it"} if form == "/weekly" else {"to_stage": "won"}

    async with nothing_changes(office_urls):
        told_at_fields = [
            await errors(world, await with_metadata(world, ron, metadata, **typed))
            for metadata in METADATA.values()
        ]

    assert told_at_fields == [{}] * len(METADATA)
    assert "older message" in ron.dm[-1].text


@pytest.mark.parametrize(
    "metadata",
    [
        '{"v":1,"number":2,"at":"negotiation"}',
        '{"v":1,"number":99,"at":"negotiation"}',
        '{"v":1,"number":-1,"at":"negotiation"}',
    ],
)
async def test_a_form_of_what_is_not_there_is_told_in_the_form(
    world: World, office_urls: Urls, metadata: str
) -> None:
    ron = world.person("ron")
    await a_deal(world, ron)
    await deals(world, "Secret one", "Secret two", office=world.globex)
    await ron.command("/opp", "move 1 lost")

    async with nothing_changes(office_urls):
        answer = await errors(world, await with_metadata(world, ron, metadata, loss_reason="price"))

    (words,) = answer.values()
    assert words.startswith("I cannot find opportunity #")


@pytest.mark.parametrize("stage", ["signed", "\\u0000"])
async def test_a_form_of_a_stage_that_is_not_there_asks_for_another(
    world: World, office_urls: Urls, stage: str
) -> None:
    ron = world.person("ron")
    await a_deal(world, ron)
    await ron.command("/opp", "move 1 lost")
    forged = f'{{"v":1,"number":1,"at":"prospecting","to":"{stage}"}}'

    async with nothing_changes(office_urls):
        submitted = await with_metadata(world, ron, forged, loss_reason="price")
        reply = await send(world, signed(world, submitted))

    assert "That stage is not there any more. Nothing was saved." in str(reply.body)


async def test_a_week_to_come_is_told_in_the_form(world: World, office_urls: Urls) -> None:
    ron = world.person("ron")
    await ron.command("/weekly")
    next_week = '{"v":1,"week":"2026-11-29","seen":0}'

    async with nothing_changes(office_urls):
        answer = await errors(
            world, await with_metadata(world, ron, next_week, accomplishments="All of it")
        )

    assert "This week has not begun yet" in answer["accomplishments"]
