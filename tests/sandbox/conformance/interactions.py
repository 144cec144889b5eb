"""Rules of commands, shortcuts, triggers, presses and options, and of their three seconds."""

from sandbox import Message, SuggestionFailed
from tests.sandbox.blockkit_samples import Json, actions, button, mrkdwn, option, options
from tests.sandbox.conformance.acts import FORM, commanded, hurried, show
from tests.sandbox.conformance.rule import DOCS, Example, Rule
from tests.sandbox.conformance.words import more
from tests.sandbox.conformance.world import Outcome, World, judged

COMMANDS = f"{DOCS}interactivity/implementing-slash-commands"
SHORTCUTS = f"{DOCS}interactivity/implementing-shortcuts"
HANDLING = f"{DOCS}interactivity/handling-user-interaction"
OPEN = f"{DOCS}reference/methods/views.open"
OPTIONS = f"{DOCS}reference/block-kit/block-elements/select-menu-element"
SUGGESTION = f"{DOCS}reference/interaction-payloads/block_suggestion-payload"
ASKING: Json = {"type": "external_select", "action_id": "partner", "min_query_length": 0}


async def opens_at_once(world: World) -> Outcome:
    return await show(world, world.somebody())


async def opens_after_the_trigger_expired(world: World) -> Outcome:
    trigger_id = world.trigger(world.somebody())
    world.stopwatch.seconds += 3.1
    return await world.call("views.open", trigger_id=trigger_id, view=FORM)


async def opens_twice_with_one_trigger(world: World) -> Outcome:
    trigger_id = world.trigger(world.somebody())
    await world.call("views.open", trigger_id=trigger_id, view=FORM)
    return await world.call("views.open", trigger_id=trigger_id, view=FORM)


async def opens_with_a_made_up_trigger(world: World) -> Outcome:
    return await world.call("views.open", trigger_id="12345.98765.abcd2358fdea", view=FORM)


async def opens_with_another_teams_trigger(world: World) -> Outcome:
    team = world.stranger("chat:write")
    trigger_id = world.trigger(world.somebody())
    return await world.call("views.open", team.bot_token, trigger_id=trigger_id, view=FORM)


async def opens_from_a_command(world: World) -> Outcome:
    _, heard = await commanded(world)
    return await world.call("views.open", trigger_id=heard["trigger_id"], view=FORM)


async def opens_twice_from_a_command(world: World) -> Outcome:
    _, heard = await commanded(world)
    await world.call("views.open", trigger_id=heard["trigger_id"], view=FORM)
    return await world.call("views.open", trigger_id=heard["trigger_id"], view=FORM)


def typing(command: str, answer: object = None, *, status: int = 200) -> Example:
    """Somebody types a command: the error word they are shown."""

    async def example(world: World) -> Outcome:
        world.app.answers(answer, status)
        shown = await world.somebody().command(command, "list", channel=world.deals)
        return Outcome(shown.error)

    return example


async def types_too_long(world: World) -> Outcome:
    return await hurried(world, _types)


async def _types(world: World) -> Outcome:
    shown = await world.somebody().command("/opp", channel=world.deals)
    return Outcome(shown.error)


async def keeps_the_answer_private(world: World) -> Outcome:
    return await _answered(world, {"text": "yours"})


async def tells_the_channel(world: World) -> Outcome:
    return await _answered(world, {"text": "ours", "response_type": "in_channel"})


async def _answered(world: World, answer: Json) -> Outcome:
    person, _ = await commanded(world, answer)
    others = world.slack.person(world.team, world.ben).sees(world.deals)
    seen = [message.text for message in others if message.text == answer["text"]]
    return judged(fine=not seen and person.ephemerals[-1].text == "yours", otherwise="seen by all")


def pressing(answer: object = None, *, status: int = 200) -> Example:
    """Somebody presses a button: the error word they are shown."""

    async def example(world: World) -> Outcome:
        person, message = world.somebody(), await _with_a_button(world)
        world.app.answers(answer, status)
        shown = await person.press(message, "go")
        return Outcome(shown.error)

    return example


async def _with_a_button(world: World) -> Message:
    blocks = [actions(button(action_id="go"))]
    answer = await world.call("chat.postMessage", channel="C0DEALS", text="x", blocks=blocks)
    found = world.team.message("C0DEALS", answer.body["ts"])
    assert found is not None
    return found


async def presses_too_long(world: World) -> Outcome:
    message = await _with_a_button(world)

    async def act(world: World) -> Outcome:
        shown = await world.somebody().press(message, "go")
        return Outcome(shown.error)

    return await hurried(world, act)


async def starts_a_shortcut(world: World) -> Outcome:
    return await _starts(world, 200)


async def starts_a_shortcut_that_fails(world: World) -> Outcome:
    return await _starts(world, 404)


async def _starts(world: World, status: int) -> Outcome:
    world.app.answers(status=status)
    shown = await world.somebody().shortcut("new_deal")
    return Outcome(shown.error)


async def opens_from_a_shortcut(world: World) -> Outcome:
    await _starts(world, 200)
    trigger_id = world.app.last["trigger_id"]
    return await world.call("views.open", trigger_id=trigger_id, view=FORM)


async def answers_a_message_shortcut_by_url(world: World) -> Outcome:
    ts = await world.said()
    return await _answers(world, ts)


async def answers_a_global_shortcut_by_url(world: World) -> Outcome:
    return await _answers(world, None)


async def _answers(world: World, ts: str | None) -> Outcome:
    message = None if ts is None else world.team.message("C0DEALS", ts)
    await world.somebody().shortcut("log_message" if ts else "new_deal", message)
    url = world.app.last.get("response_url")
    if url is None:
        return Outcome("no response_url")
    return await world.answer(url, text="logged")


def suggesting(answer: object) -> Example:
    """Somebody types into a menu of the app's: what was wrong with its options."""

    async def example(world: World) -> Outcome:
        person = world.somebody()
        await show(world, person, {**FORM, "blocks": [actions(ASKING)]})
        world.app.answers(answer)
        try:
            await person.suggest("partner", "glo")
        except SuggestionFailed as failure:
            return Outcome(str(failure))
        return Outcome()

    return example


def grouped(count: int) -> Json:
    label = {"type": "plain_text", "text": "Group"}
    groups = [{"label": label, "options": [option(f"v{number}")]} for number in range(count)]
    return {"option_groups": groups}


async def asks_after_three_letters(world: World) -> Outcome:
    return await _asks(world, "glo")


async def asks_after_two_letters(world: World) -> Outcome:
    return await _asks(world, "gl")


async def _asks(world: World, query: str) -> Outcome:
    person = world.somebody()
    menu = {"type": "external_select", "action_id": "partner"}
    await show(world, person, {**FORM, "blocks": [actions(menu)]})
    world.app.answers({"options": []})
    before = len(world.app.requests)
    await person.suggest("partner", query)
    return judged(fine=len(world.app.requests) > before, otherwise="not asked")


RULES: list[Rule] = [
    Rule(
        "a trigger lives three seconds",
        HANDLING,
        opens_at_once,
        opens_after_the_trigger_expired,
        "expired_trigger_id",
    ),
    Rule(
        "a trigger is used once",
        OPEN,
        opens_at_once,
        opens_twice_with_one_trigger,
        "exchanged_trigger_id",
    ),
    Rule(
        "a trigger is one Slack gave",
        OPEN,
        opens_at_once,
        opens_with_a_made_up_trigger,
        "invalid_trigger_id",
    ),
    Rule(
        "a trigger is of the team",
        OPEN,
        opens_at_once,
        opens_with_another_teams_trigger,
        "invalid_trigger_id",
    ),
    Rule(
        "a command's trigger opens one modal",
        COMMANDS,
        opens_from_a_command,
        opens_twice_from_a_command,
        "exchanged_trigger_id",
    ),
    Rule(
        "a shortcut's trigger opens a modal",
        SHORTCUTS,
        opens_from_a_shortcut,
        opens_with_a_made_up_trigger,
        "invalid_trigger_id",
    ),
    Rule(
        "a command is one the app registered",
        COMMANDS,
        typing("/opp"),
        typing("/ops"),
        "unknown_command",
    ),
    Rule(
        "a command is answered with 200",
        COMMANDS,
        typing("/opp", {"text": "x"}),
        typing("/opp", {"text": "x"}, status=500),
        "dispatch_failed",
    ),
    Rule(
        "a command is answered within three seconds",
        COMMANDS,
        typing("/opp"),
        types_too_long,
        "operation_timeout",
    ),
    Rule(
        "a command's answer is a message Slack takes",
        COMMANDS,
        typing("/opp", {"blocks": [{"type": "divider"}]}),
        typing("/opp", {"blocks": [{"type": "parrot"}]}),
        "invalid_command_response",
    ),
    Rule(
        "a command's answer is for the one who typed it",
        COMMANDS,
        keeps_the_answer_private,
        tells_the_channel,
        "seen by all",
    ),
    Rule(
        "a press is answered with 200",
        HANDLING,
        pressing(),
        pressing(status=502),
        "dispatch_failed",
    ),
    Rule(
        "a press is answered within three seconds",
        HANDLING,
        pressing(),
        presses_too_long,
        "operation_timeout",
    ),
    Rule(
        "a shortcut is answered with 200",
        SHORTCUTS,
        starts_a_shortcut,
        starts_a_shortcut_that_fails,
        "dispatch_failed",
    ),
    Rule(
        "only a message's shortcut has a response_url",
        SHORTCUTS,
        answers_a_message_shortcut_by_url,
        answers_a_global_shortcut_by_url,
        "no response_url",
    ),
    Rule(
        "an app offers at most 100 options",
        OPTIONS,
        suggesting({"options": options(100)}),
        suggesting({"options": options(101)}),
        f"/options: {more(100)}",
    ),
    Rule(
        "an app offers at most 100 groups of options",
        OPTIONS,
        suggesting(grouped(100)),
        suggesting(grouped(101)),
        f"/option_groups: {more(100)}",
    ),
    Rule(
        "an app offers options or groups",
        SUGGESTION,
        suggesting({"options": []}),
        suggesting({}),
        ": must provide one of: options, option_groups",
    ),
    Rule(
        "an app offers options in plain text",
        SUGGESTION,
        suggesting({"options": [option()]}),
        suggesting({"options": [{"text": mrkdwn(), "value": "a"}]}),
        "/options/0/text/type: must be a valid enum value",
    ),
    Rule(
        "a menu asks the app after three letters if nothing else is said",
        OPTIONS,
        asks_after_three_letters,
        asks_after_two_letters,
        "not asked",
    ),
]
