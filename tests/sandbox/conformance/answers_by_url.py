"""Rules of response_urls: five answers in half an hour."""

from datetime import timedelta

from tests.sandbox.conformance.acts import commanded
from tests.sandbox.conformance.rule import DOCS, Example, Rule
from tests.sandbox.conformance.world import Outcome, World, judged

SOURCE = f"{DOCS}interactivity/handling-user-interaction"


def answering(**fields: object) -> Example:
    """Answers a command once by its response_url."""

    async def example(world: World) -> Outcome:
        return await world.answer(await _url(world), **fields)

    return example


async def _url(world: World) -> str:
    _, heard = await commanded(world)
    return heard["response_url"]


async def answers_five_times(world: World) -> Outcome:
    return await _answers(world, 5)


async def answers_six_times(world: World) -> Outcome:
    return await _answers(world, 6)


async def _answers(world: World, times: int) -> Outcome:
    url = await _url(world)
    return [await world.answer(url, text="x") for _ in range(times)][-1]


async def answers_after_half_an_hour(world: World) -> Outcome:
    return await _answers_after(world, timedelta(minutes=30))


async def answers_later_still(world: World) -> Outcome:
    return await _answers_after(world, timedelta(minutes=30, seconds=1))


async def _answers_after(world: World, pause: timedelta) -> Outcome:
    url = await _url(world)
    world.clock.advance(pause)
    return await world.answer(url, text="x")


async def answers_a_made_up_address(world: World) -> Outcome:
    return await world.answer(f"{world.slack.url}/actions/T0ACME/1/made-up", text="x")


async def is_private_by_itself(world: World) -> Outcome:
    return await _seen(world, {})


async def is_public_when_told(world: World) -> Outcome:
    return await _seen(world, {"response_type": "in_channel"})


async def _seen(world: World, fields: dict[str, object]) -> Outcome:
    text = world.fresh("said")
    await world.answer(await _url(world), text=text, **fields)
    others = world.slack.person(world.team, world.ben).sees(world.deals)
    return judged(fine=text not in [each.text for each in others], otherwise="seen by all")


RULES: list[Rule] = [
    Rule(
        "a response_url is used five times",
        SOURCE,
        answers_five_times,
        answers_six_times,
        "used_url",
    ),
    Rule(
        "a response_url lives thirty minutes",
        SOURCE,
        answers_after_half_an_hour,
        answers_later_still,
        "expired_url",
    ),
    Rule(
        "a response_url is one Slack gave",
        SOURCE,
        answering(text="x"),
        answers_a_made_up_address,
        "invalid_url",
    ),
    Rule(
        "an answer by response_url says something",
        SOURCE,
        answering(text="x"),
        answering(response_type="ephemeral"),
        "no_text",
    ),
    Rule(
        "blocks in an answer by response_url are blocks of a message",
        SOURCE,
        answering(blocks=[{"type": "divider"}]),
        answering(blocks=[{"type": "parrot"}]),
        "invalid_blocks",
        "[ERROR] unsupported type: parrot [json-pointer:/blocks/0/type]",
    ),
    Rule(
        "an answer by response_url is for one person",
        SOURCE,
        is_private_by_itself,
        is_public_when_told,
        "seen by all",
    ),
]
