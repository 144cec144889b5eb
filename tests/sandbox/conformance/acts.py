"""Examples that take more than one step: calls made from the world, views opened and submitted."""

from sandbox import Person
from tests.sandbox.conformance.rule import Example
from tests.sandbox.conformance.world import Outcome, World
from tests.sandbox.slack_app import Payload, input_block, modal, text_input

NAMED: Payload = {"type": "plain_text_input", "action_id": "customer"}
FORM = modal(input_block("customer", NAMED, optional=True), private_metadata="kept")
STRICT = modal(text_input("customer"))


def calling(method: str, /, **args: object) -> Example:
    """A call of the method by the team's app."""

    async def example(world: World) -> Outcome:
        return await world.call(method, **args)

    return example


async def show(world: World, person: Person, view: Payload = FORM) -> Outcome:
    """Opens the modal for the person."""
    return await world.call("views.open", trigger_id=world.trigger(person), view=view)


async def pushed(world: World, person: Person, view: Payload = FORM) -> Outcome:
    """Puts the modal on top of the person's others."""
    return await world.call("views.push", trigger_id=world.trigger(person), view=view)


def submitting(answer: object, *, status: int = 200, depth: int = 1) -> Example:
    """Submits a modal (on top of others) that the app answers like this: what the person reads."""

    async def example(world: World) -> Outcome:
        person = world.somebody()
        await show(world, person)
        for _ in range(depth - 1):
            await pushed(world, person)
        world.app.answers(answer, status)
        shown = await person.submit()
        return Outcome(shown.message)

    return example


async def commanded(world: World, answer: object = None) -> tuple[Person, Payload]:
    """Somebody types a command; who, and what the app got."""
    person = world.somebody()
    world.app.answers(answer)
    await person.command("/opp", "list", channel=world.deals)
    return person, world.app.last


async def hurried(world: World, act: Example) -> Outcome:
    """The example with an app that never answers and little patience."""
    patience = world.slack.courier.deadline
    world.slack.courier.deadline = 0.02
    world.app.hangs()
    try:
        return await act(world)
    finally:
        world.slack.courier.deadline = patience
        world.app.answers()
