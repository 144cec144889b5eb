"""Whatever guests and people who have left touch: one sentence, in private, and nothing else."""

from itertools import cycle
from uuid import uuid4

import handlers
from sandbox import Message, Person
from sandbox.wire import JsonObject, as_object, parse
from tests.conftest import Urls
from tests.journeys.conftest import World
from tests.journeys.crafted import nothing_changes, press, send, signed, submission
from tests.journeys.test_opportunities import a_filled_form, a_public_card

FEATURES = ("commission.", "interaction.", "partner", "past.", "timeline.", "opportunity.")
WORDS = {
    "Guests cannot use Tandem. Ask an admin of your Slack workspace for a full account.",
    "Your Slack account is deactivated.",
}


async def outsiders(world: World) -> list[str]:
    """Accounts: of a guest, of a guest of one channel, of who used the app and has left."""
    team, olga = world.acme.team, world.person("olga")
    single = team.add_person("U0SAM", "sam", is_restricted=True, is_ultra_restricted=True)
    await olga.command("/opp", "help")
    async with world.slack.events.acting(olga.member.id):
        team.change_person(olga.member, deleted=True)
    return [world.acme.members["gus"].id, single.id, olga.member.id]


def ways(ron: Person, card: Message) -> list[JsonObject]:
    """A press of each control, a submission of each form and a question to each list of these."""
    routes, form = handlers.routes(), submission(ron)
    view = as_object(form["view"])
    asked = form | {"type": "block_suggestion", "value": "a", "block_id": "crafted"}
    pressed, sent, listed = (
        sorted(each for each in known if each.startswith(FEATURES))
        for known in (routes.presses, routes.submits, routes.suggests)
    )
    return [
        *(press(ron, card, each, '{"v":1}') for each in pressed),
        *(form | {"view": view | {"callback_id": each}} for each in sent),
        *(asked | {"action_id": each} for each in listed),
    ]


async def test_no_control_form_or_list_answers_who_is_not_of_the_company(
    world: World, office_urls: Urls
) -> None:
    ron = world.person("ron")
    card = await a_public_card(world, ron)
    await a_filled_form(world, ron)
    tried, accounts = ways(ron, card), await outsiders(world)
    before = len(world.slack.calls)
    told: list[str] = []

    async with nothing_changes(office_urls):
        for payload, account in zip(tried, cycle(accounts), strict=False):
            payload["user"] = {**as_object(payload["user"]), "id": account}
            if "view" in payload:
                payload["view"] = {**as_object(payload["view"]), "hash": uuid4().hex}
            reply = await send(world, signed(world, payload))
            answer = as_object(parse(reply.body)) if reply.body else {}
            told += [str(each) for each in as_object(answer.get("errors")).values()]
            assert answer.get("options", []) == []

    told += [str(call.args["text"]) for call in world.slack.calls[before:] if "text" in call.args]
    assert set(told) == WORDS
    assert len(told) == len([each for each in tried if each["type"] != "block_suggestion"])
