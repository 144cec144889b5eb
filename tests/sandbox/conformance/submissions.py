"""Rules of submitting a modal: what the app may answer, and how long it may take."""

from tests.sandbox.conformance.acts import FORM, STRICT, hurried, pushed, show, submitting
from tests.sandbox.conformance.rule import DOCS, Rule
from tests.sandbox.conformance.words import long
from tests.sandbox.conformance.world import Outcome, World, judged
from tests.sandbox.slack_app import Payload

MODALS = f"{DOCS}surfaces/modals"
SUBMISSION = f"{DOCS}reference/interaction-payloads/view-interactions-payload"
TROUBLE = "We had some trouble connecting. Try again?"
TITLE: Payload = {"type": "plain_text", "text": "x"}


def titled(count: int) -> Payload:
    return {**FORM, "title": {**TITLE, "text": long(count)}}


def refused(words: str) -> Payload:
    return {"response_action": "errors", "errors": {"customer": words}}


async def reads_the_error_below_its_field(world: World) -> Outcome:
    return await _reads(world, refused("Too small"))


async def reads_no_error(world: World) -> Outcome:
    return await _reads(world, {"errors": {"customer": "Too small"}})


async def _reads(world: World, answer: object) -> Outcome:
    person = world.somebody()
    await show(world, person)
    world.app.answers(answer)
    shown = await person.submit()
    return judged(fine=shown.errors == {"customer": "Too small"}, otherwise="unseen")


async def waits_too_long(world: World) -> Outcome:
    return await hurried(world, _submits)


async def answers_in_words(world: World) -> Outcome:
    world.app.answers_text("saved")
    return await _submits(world)


async def _submits(world: World) -> Outcome:
    person = world.somebody()
    await show(world, person)
    return Outcome((await person.submit()).message)


async def hears_of_a_close_it_asked_for(world: World) -> Outcome:
    return await _closes(world, {**FORM, "notify_on_close": True})


async def hears_of_a_close_unasked(world: World) -> Outcome:
    return await _closes(world, FORM)


async def _closes(world: World, view: Payload) -> Outcome:
    person = world.somebody()
    await show(world, person, view)
    before = len(world.app.requests)
    await person.close()
    heard = [request.payload["type"] for request in world.app.requests[before:]]
    return judged(fine=heard == ["view_closed"], otherwise="not told")


async def clears_everything(world: World) -> Outcome:
    return await _left_open(world, {"response_action": "clear"})


async def closes_only_the_top(world: World) -> Outcome:
    return await _left_open(world, None)


async def _left_open(world: World, answer: object) -> Outcome:
    person = world.somebody()
    await show(world, person)
    await pushed(world, person)
    world.app.answers(answer)
    await person.submit()
    return judged(fine=person.view is None, otherwise="a modal is open")


async def submits_what_is_asked(world: World) -> Outcome:
    return await _typed(world, "x")


async def submits_nothing(world: World) -> Outcome:
    return await _typed(world, None)


async def _typed(world: World, text: str | None) -> Outcome:
    person = world.somebody()
    await show(world, person, STRICT)
    if text is not None:
        person.fill({"customer": text})
    world.app.answers()
    before = len(world.app.requests)
    await person.submit()
    return judged(fine=len(world.app.requests) > before, otherwise="not sent")


def answered(name: str, good: object, bad: object, source: str = MODALS) -> Rule:
    return Rule(name, source, submitting(good), submitting(bad), TROUBLE)


RULES: list[Rule] = [
    answered(
        "a submission is answered by errors, update, push or clear",
        {"response_action": "clear"},
        {"response_action": "close"},
    ),
    answered(
        "errors are for inputs of the modal",
        refused("Too small"),
        {"response_action": "errors", "errors": {"elsewhere": "Too small"}},
    ),
    answered(
        "errors name at least one input",
        refused("Too small"),
        {"response_action": "errors", "errors": {}},
    ),
    answered(
        "an error has words",
        refused("Too small"),
        refused(""),
    ),
    answered(
        "an update brings a modal that Slack takes",
        {"response_action": "update", "view": titled(24)},
        {"response_action": "update", "view": titled(25)},
    ),
    answered(
        "an update brings a modal and no Home tab",
        {"response_action": "update", "view": FORM},
        {"response_action": "update", "view": {"type": "home", "blocks": [{"type": "divider"}]}},
    ),
    answered(
        "a push brings a modal",
        {"response_action": "push", "view": FORM},
        {"response_action": "push"},
    ),
    Rule(
        "a push makes at most three modals",
        MODALS,
        submitting({"response_action": "push", "view": FORM}, depth=2),
        submitting({"response_action": "push", "view": FORM}, depth=3),
        TROUBLE,
    ),
    Rule(
        "a submission is answered with 200",
        SUBMISSION,
        submitting(None),
        submitting(None, status=500),
        TROUBLE,
    ),
    Rule(
        "a submission is answered by JSON or nothing",
        SUBMISSION,
        submitting(None),
        answers_in_words,
        TROUBLE,
    ),
    Rule(
        "a submission is answered within three seconds",
        MODALS,
        submitting(None),
        waits_too_long,
        TROUBLE,
    ),
    Rule(
        "a person reads an error only where the app answers one",
        MODALS,
        reads_the_error_below_its_field,
        reads_no_error,
        "unseen",
    ),
    Rule(
        "a modal is closed to the app's knowledge if it asked",
        SUBMISSION,
        hears_of_a_close_it_asked_for,
        hears_of_a_close_unasked,
        "not told",
    ),
    Rule(
        "clear closes every modal, an empty answer the top one",
        MODALS,
        clears_everything,
        closes_only_the_top,
        "a modal is open",
    ),
    Rule(
        "an input that must be filled keeps the modal from the app",
        f"{DOCS}reference/block-kit/blocks/input-block",
        submits_what_is_asked,
        submits_nothing,
        "not sent",
    ),
]
