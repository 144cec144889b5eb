"""What people, and those who pretend to be Slack, send and should not: refused, nothing saved."""

from datetime import timedelta
from urllib.parse import urlencode
from uuid import UUID, uuid4

import pytest

from sandbox import Person
from sandbox.wire import as_object, parse
from services.people import find_person
from tests.conftest import Urls
from tests.journeys.conftest import Office, World
from tests.journeys.crafted import (
    Signed,
    errors,
    nothing_changes,
    option_value,
    press,
    send,
    signed,
    submission,
)
from tests.journeys.test_opportunities import (
    a_deal,
    a_filled_form,
    a_partner,
    a_public_card,
    found,
    saved,
    stays_of,
)

MEGABYTE = 1024 * 1024
HALF_A_PAIR = "Ac\ud83dme"


def command(world: World, person: Person, name: str, words: str) -> bytes:
    """A slash command's body."""
    return urlencode(
        {
            "command": name,
            "text": words,
            "team_id": person.team.id,
            "user_id": person.member.id,
            "channel_id": world.acme.deals.id,
            "trigger_id": f"{uuid4().int}.2.3",
        }
    ).encode()


def headers_against(world: World, body: bytes) -> dict[str, dict[str, str]]:
    """All the ways in which a request is not Slack's, by name."""
    now = int(world.clock.now().timestamp())
    true = world.slack.sign(body)
    stamp, signature = true["X-Slack-Request-Timestamp"], true["X-Slack-Signature"]

    def both(timestamp: str, signed_as: str) -> dict[str, str]:
        return {"X-Slack-Request-Timestamp": timestamp, "X-Slack-Signature": signed_as}

    return {
        "forged": both(stamp, "v0=" + "0" * 64),
        "of another body": both(stamp, world.slack.sign(b"x")["X-Slack-Signature"]),
        "of another moment": both(str(now - 1), signature),
        "old": world.slack.sign(body, now - 301),
        "from the future": world.slack.sign(body, now + 301),
        "not a number": world.slack.sign(body, "yesterday"),
        "a fraction": world.slack.sign(body, f"{now}.5"),
        "negative": world.slack.sign(body, f"-{now}"),
        "too large for a float": world.slack.sign(body, "9" * 400),
        "too large for a number": world.slack.sign(body, "9" * 5000),
        "an empty time": both("", signature),
        "an empty signature": both(stamp, ""),
        "no text": both(stamp, "v0=\u00e9"),
        "no headers": {},
        "no signature": {"X-Slack-Request-Timestamp": stamp},
        "no time": {"X-Slack-Signature": signature},
    }


async def test_what_slack_did_not_sign_just_now_is_refused_and_changes_nothing(
    world: World, office_urls: Urls
) -> None:
    ron = world.person("ron")
    await a_deal(world, ron)
    body = command(world, ron, "/opp", "move 1 won")

    async with nothing_changes(office_urls):
        answers = {
            why: (await send(world, Signed(headers, body))).status
            for why, headers in headers_against(world, body).items()
        }

    assert answers == dict.fromkeys(answers, 401)


async def test_a_request_of_up_to_five_minutes_ago_counts(world: World) -> None:
    ron = world.person("ron")
    await a_deal(world, ron)
    body = command(world, ron, "/opp", "move 1 won")
    request = Signed(world.slack.sign(body), body)
    await world.slack.travel(timedelta(minutes=5))

    answer = await send(world, request)

    assert answer.status == 200
    assert (await found(world, 1)).stage == "won"


async def test_a_replayed_command_has_one_effect_and_later_none_at_all(
    world: World, office_urls: Urls
) -> None:
    ron = world.person("ron")
    await a_deal(world, ron)
    body = command(world, ron, "/opp", "move 1 proposal they agreed")
    request = Signed(world.slack.sign(body), body)

    first = await send(world, request)
    await ron.command("/opp", "move 1 qualified")
    async with nothing_changes(office_urls):
        again = await send(world, request)
        await world.slack.travel(timedelta(minutes=5, seconds=1))
        late = await send(world, request)

    assert (first.status, again.status, late.status) == (200, 200, 401)
    assert parse(again.body) == parse(first.body)
    assert (await found(world, 1)).stage == "qualified"


async def test_a_replayed_press_has_one_effect(world: World, office_urls: Urls) -> None:
    ron = world.person("ron")
    card = await a_public_card(world, ron)
    there, back = option_value(card, "Proposal"), option_value(card, "Qualified")
    request = signed(world, press(ron, card, "opportunity.move", there))

    await send(world, request)
    async with nothing_changes(office_urls):
        await send(world, request)
    await send(world, signed(world, press(ron, card, "opportunity.move", back)))

    assert [stay.stage_label for stay in await stays_of(world, 1)] == ["Prospecting", "Proposal"]


async def test_a_replayed_submission_has_one_effect(world: World, office_urls: Urls) -> None:
    await world.set_channels()
    ron = world.person("ron")
    await a_filled_form(world, ron)
    request = signed(world, submission(ron))

    first = await send(world, request)
    async with nothing_changes(office_urls):
        again = await send(world, request)

    assert (first.status, first.body) == (again.status, again.body)
    assert await saved(world) == 1


FIELDS = {
    "negative": ("deal_value", "-0.01", "zero or more"),
    "negative with a sign": ("deal_value", "\u22125k", "zero or more"),
    "too large": ("deal_value", "9999999999999.991", "two decimals at most"),
    "absurd": ("deal_value", "9" * 59, "larger than I can keep"),
    "longer than any": ("deal_value", "9" * 5000, "larger than I can keep"),
    "scientific": ("deal_value", "1e400", "must be a number"),
    "infinite": ("deal_value", "Infinity", "must be a number"),
    "three decimals": ("deal_value", "0.001", "two decimals at most"),
    "a formula": ("deal_value", "=1+1", "must be a number"),
    "half a pair as amount": ("deal_value", HALF_A_PAIR, "must be a number"),
    "currency unknown": (
        "currency",
        "XXX",
        "Choose one of the currencies your company uses: USD, EUR",
    ),
    "currency in lower case": ("currency", "eur", "Choose one of the currencies"),
    "currency with a NUL": ("currency", "EUR\x00", "Choose one of the currencies"),
    "currency with half a pair": ("currency", HALF_A_PAIR, ""),
    "stage unknown": ("stage", "signed", "Choose one of the list"),
    "stage already closed": ("stage", "won", "Choose one of the list"),
    "stage with a NUL": ("stage", "proposal\x00", "Choose one of the list"),
    "name too long": ("customer_name", "x" * 256, "too long; 255 characters fit"),
    "name of a megabyte": ("customer_name", "x" * MEGABYTE, "too long; 255 characters fit"),
    "name with a NUL": ("customer_name", "Ac\x00me", "cannot be shown"),
    "name with an escape": ("customer_name", "\x1b[31mAcme", "cannot be shown"),
    "name with half a pair": ("customer_name", HALF_A_PAIR, "cannot be shown"),
    "name of nothing seen": ("customer_name", "\u200b\u202e\u2800", "fill this in"),
    "notes too long": ("notes", "x" * 3001, "too long; 3000 characters fit"),
    "notes of a megabyte": ("notes", "é" * (MEGABYTE // 2), "too long; 3000 characters fit"),
    "notes with half a pair": ("notes", HALF_A_PAIR, "cannot be shown"),
    "yesterday": ("expected_close_date", "2026-11-17", "today or later"),
    "ten years and a day": ("expected_close_date", "2036-11-19", "too far away"),
    "the century before": ("expected_close_date", "1899-12-31", "today or later"),
    "the first year": ("expected_close_date", "0001-01-01", "today or later"),
    "the last year": ("expected_close_date", "9999-12-31", "too far away"),
    "no such day": ("expected_close_date", "2027-02-29", "must be a date"),
    "no date": ("expected_close_date", "soon", "must be a date"),
    "a year of five digits": ("expected_close_date", "12026-12-18", "must be a date"),
    "owner nobody": ("assigned_user_id", "everybody", "I do not know this person"),
    "owner with half a pair": ("assigned_user_id", HALF_A_PAIR, "I do not know this person"),
    "partner nobody": ("partner_id", "1; DROP TABLE partners", "I do not know this partner"),
    "partner with half a pair": ("partner_id", HALF_A_PAIR, "I do not know this partner"),
}


async def test_every_bad_value_is_told_at_its_field_and_nothing_is_saved(
    world: World, office_urls: Urls
) -> None:
    ron = world.person("ron")
    await a_filled_form(world, ron)

    async with nothing_changes(office_urls):
        answers = {
            name: await errors(world, submission(ron, **{field: value}))
            for name, (field, value, _) in FIELDS.items()
        }

    assert {name: list(answer) for name, answer in answers.items()} == {
        name: [field] for name, (field, *_) in FIELDS.items()
    }
    for name, (field, _, words) in FIELDS.items():
        assert words in answers[name][field], name
        assert answers[name][field].endswith("Nothing was saved."), name
    assert await errors(world, submission(ron)) == {}
    assert (await found(world, 1)).value == 48000


async def test_what_belongs_to_another_company_is_as_unknown_as_what_is_nowhere(
    world: World, office_urls: Urls
) -> None:
    theirs = await a_partner(world, "Secret", world.globex)
    stranger = world.globex.person("olga")
    await stranger.command("/opp", "help")
    owner = await user_id(world, world.globex, stranger)
    ron = world.person("ron")
    await a_filled_form(world, ron)

    async with nothing_changes(office_urls):
        partners = [
            await errors(world, submission(ron, partner_id=str(each)))
            for each in (theirs.id, uuid4())
        ]
        owners = [
            await errors(world, submission(ron, assigned_user_id=str(each)))
            for each in (owner, uuid4())
        ]

    assert partners[0] == partners[1]
    assert owners[0] == owners[1]
    assert "I do not know this partner." in partners[0]["partner_id"]
    assert "I do not know this person." in owners[0]["assigned_user_id"]


async def user_id(world: World, office: Office, person: Person) -> UUID:
    async with world.db.transaction(office.application) as tx:
        who = await find_person(tx, office.workspace_id, person.member.id)
        assert who is not None
        return who.user_id


@pytest.mark.parametrize("name", ["/opp list", "/opp show", "/opp move 1 won", "/opp new"])
async def test_a_megabyte_behind_a_command_is_refused_in_time(
    world: World, office_urls: Urls, name: str
) -> None:
    ron = world.person("ron")
    await a_deal(world, ron)
    command, _, words = name.partition(" ")

    async with nothing_changes(office_urls):
        answer = await ron.command(command, f"{words} {'é ' * (MEGABYTE // 3)}")

    assert answer.text == "This is too long; 4000 characters fit. Nothing was saved."
    assert ron.view is None


@pytest.mark.parametrize("typed", ["x" * MEGABYTE, HALF_A_PAIR, "\x00", "%_\\", "\u202e"])
async def test_a_type_ahead_answers_whatever_is_typed(world: World, typed: str) -> None:
    ron = world.person("ron")
    await a_filled_form(world, ron)
    payload = submission(ron) | {"type": "block_suggestion", "value": typed}

    answers = [
        await send(world, signed(world, payload | {"action_id": action, "block_id": "crafted"}))
        for action in ("opportunity.partner", "opportunity.owner", "partners.suggest:log")
    ]

    assert [answer.status for answer in answers] == [200, 200, 200]
    assert all("options" in as_object(parse(answer.body)) for answer in answers)


WEEK = {
    "a megabyte": ("x" * MEGABYTE, "too long; 3000 characters fit"),
    "a NUL": ("Met\x00Acme", "cannot be shown"),
    "half a pair": (HALF_A_PAIR, "cannot be shown"),
}


async def test_a_week_that_cannot_be_kept_is_told_at_its_field_and_nothing_is_saved(
    world: World, office_urls: Urls
) -> None:
    ron = world.person("ron")
    await ron.command("/weekly")

    async with nothing_changes(office_urls):
        answers = {
            name: await errors(world, submission(ron, blockers=words))
            for name, (words, _) in WEEK.items()
        }

    for name, (_, told) in WEEK.items():
        assert list(answers[name]) == ["blockers"], name
        assert told in answers[name]["blockers"], name


async def test_a_name_at_a_field_is_shown_there_as_it_is(world: World) -> None:
    await a_partner(world, "R&D <Labs>")
    ron = world.person("ron")
    await ron.command("/partner", "new R&D <labs>")
    ron.fill({"domain": "finops"})

    answer = await ron.submit()

    assert answer.errors == {"name": "There is already R&D <Labs>. Nothing was saved."}
