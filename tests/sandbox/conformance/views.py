"""Rules of modals and Home tabs: their fields, their stack, their updates."""

from tests.sandbox.blockkit_samples import Json, asking, modal, mrkdwn, plain, section
from tests.sandbox.conformance.acts import FORM, calling, pushed, show
from tests.sandbox.conformance.rule import DOCS, Rule, opened, published
from tests.sandbox.conformance.words import BOOLEAN, ENUM, less, long, missing, more, without
from tests.sandbox.conformance.world import Outcome, World
from tests.sandbox.slack_app import Payload

MODAL = f"{DOCS}reference/views/modal-views"
HOME = f"{DOCS}reference/views/home-tab-views"
OPEN = f"{DOCS}reference/methods/views.open"
PUSH = f"{DOCS}reference/methods/views.push"
UPDATE = f"{DOCS}reference/methods/views.update"
PUBLISH = f"{DOCS}reference/methods/views.publish"
SURFACE = f"{DOCS}surfaces/modals"
TYPED: Json = {"type": "plain_text_input"}


def form(**fields: object) -> Json:
    return modal(section(), **fields)


def home(**fields: object) -> Json:
    return {"type": "home", "blocks": [section()], **fields}


def of_modal(name: str, good: Json, bad: Json, at: str, words: str) -> Rule:
    """A rule of a modal's own fields; `at` is the place below /view."""
    line = f"[ERROR] {words} [json-pointer:/view{at}]"
    return Rule(name, MODAL, opened(good), opened(bad), "invalid_arguments", line)


def of_home(name: str, good: Json, bad: Json, at: str, words: str) -> Rule:
    line = f"[ERROR] {words} [json-pointer:/view{at}]"
    return Rule(name, HOME, published(good), published(bad), "invalid_arguments", line)


async def updated(world: World, **args: object) -> Outcome:
    """Updates a modal that has just been opened."""
    shown = (await show(world, world.somebody())).body["view"]
    named: dict[str, object] = {"view_id": shown["id"], "view": FORM, **args}
    return await world.call("views.update", **named)


async def updates_with_its_hash(world: World) -> Outcome:
    shown = (await show(world, world.somebody())).body["view"]
    return await world.call("views.update", view_id=shown["id"], hash=shown["hash"], view=FORM)


async def updates_with_an_old_hash(world: World) -> Outcome:
    shown = (await show(world, world.somebody())).body["view"]
    await world.call("views.update", view_id=shown["id"], view=FORM)
    return await world.call("views.update", view_id=shown["id"], hash=shown["hash"], view=FORM)


async def updates_without_a_hash(world: World) -> Outcome:
    return await updated(world)


async def updates_with_an_empty_hash(world: World) -> Outcome:
    return await updated(world, hash="")


async def updates_an_unknown_view(world: World) -> Outcome:
    return await updated(world, view_id="V0NOBODY")


async def updates_no_view_in_particular(world: World) -> Outcome:
    return await world.call("views.update", view=FORM)


async def updates_by_its_external_id(world: World) -> Outcome:
    name = world.fresh("deal")
    await show(world, world.somebody(), {**FORM, "external_id": name})
    return await world.call("views.update", external_id=name, view=FORM)


async def updates_by_another_external_id(world: World) -> Outcome:
    return await world.call("views.update", external_id=world.fresh("deal"), view=FORM)


async def updates_a_modal_to_a_home(world: World) -> Outcome:
    return await updated(world, view=home())


async def publishes_twice_with_the_hash(world: World) -> Outcome:
    return await publishes_again(world, with_hash_of="first")


async def publishes_again(world: World, with_hash_of: str) -> Outcome:
    user_id = world.somebody().member.id
    first = (await world.call("views.publish", user_id=user_id, view=home())).body["view"]
    marks = {"first": first["hash"], "before": "156772938.1827394"}
    mark = marks[with_hash_of]
    return await world.call("views.publish", user_id=user_id, hash=mark, view=home())


async def publishes_with_an_old_hash(world: World) -> Outcome:
    return await publishes_again(world, with_hash_of="before")


async def opens_two_of_two_names(world: World) -> Outcome:
    await show(world, world.somebody(), {**FORM, "external_id": world.fresh("deal")})
    return await show(world, world.somebody(), {**FORM, "external_id": world.fresh("deal")})


async def opens_two_of_one_name(world: World) -> Outcome:
    named: Payload = {**FORM, "external_id": world.fresh("deal")}
    await show(world, world.somebody(), named)
    return await show(world, world.somebody(), named)


async def pushes_a_third(world: World) -> Outcome:
    person = world.somebody()
    await show(world, person)
    await pushed(world, person)
    return await pushed(world, person)


async def pushes_a_fourth(world: World) -> Outcome:
    person = world.somebody()
    await show(world, person)
    await pushed(world, person)
    await pushed(world, person)
    return await pushed(world, person)


async def pushes_a_home(world: World) -> Outcome:
    person = world.somebody()
    await show(world, person)
    return await world.call("views.push", trigger_id=world.trigger(person), view=home())


async def opens_nothing(world: World) -> Outcome:
    return await world.call("views.open", trigger_id=world.trigger())


def heavy(texts: int) -> Json:
    return modal(*[section(text=plain(long(2900)))] * texts)


RULES: list[Rule] = [
    of_modal(
        "a modal's title has at most 24 characters",
        form(title=plain(long(24))),
        form(title=plain(long(25))),
        "/title/text",
        less(24),
    ),
    of_modal(
        "a modal's submit has at most 24 characters",
        form(submit=plain(long(24))),
        form(submit=plain(long(25))),
        "/submit/text",
        less(24),
    ),
    of_modal(
        "a modal's close has at most 24 characters",
        form(close=plain(long(24))),
        form(close=plain(long(25))),
        "/close/text",
        less(24),
    ),
    of_modal(
        "a modal has a title",
        form(),
        without(form(), "title"),
        "",
        missing("title"),
    ),
    of_modal(
        "a modal's title is plain text",
        form(),
        form(title=mrkdwn()),
        "/title/type",
        ENUM,
    ),
    of_modal(
        "a modal's submit is left out, not null",
        without(form(), "submit"),
        form(submit=None),
        "/submit",
        "must provide an object",
    ),
    of_modal(
        "a modal has blocks",
        form(),
        without(form(), "blocks"),
        "",
        missing("blocks"),
    ),
    of_modal(
        "a modal's private metadata has at most 3000 characters",
        form(private_metadata=long(3000)),
        form(private_metadata=long(3001)),
        "/private_metadata",
        less(3000),
    ),
    of_modal(
        "a modal's private metadata is a string",
        form(private_metadata="{}"),
        form(private_metadata={}),
        "/private_metadata",
        "must provide a string",
    ),
    of_modal(
        "a modal's callback_id has at most 255 characters",
        form(callback_id=long(255)),
        form(callback_id=long(256)),
        "/callback_id",
        less(255),
    ),
    of_modal(
        "a modal's external_id has at most 255 characters",
        form(external_id=long(255)),
        form(external_id=long(256)),
        "/external_id",
        less(255),
    ),
    of_modal(
        "whether a modal clears on close is a boolean",
        form(clear_on_close=True),
        form(clear_on_close="true"),
        "/clear_on_close",
        BOOLEAN,
    ),
    of_modal(
        "whether a modal tells of its close is a boolean",
        form(notify_on_close=True),
        form(notify_on_close=1),
        "/notify_on_close",
        BOOLEAN,
    ),
    of_modal(
        "a modal takes no state along",
        form(),
        form(state={"values": {}}),
        "",
        "invalid additional property: state",
    ),
    of_modal(
        "a modal with an input has a submit",
        modal(asking(TYPED)),
        without(modal(section(), asking(TYPED)), "submit"),
        "/blocks/1/input",
        "must define `submit` to use an `input` block in modals",
    ),
    of_modal(
        "a view is a modal or a Home tab",
        form(),
        form(type="workflow"),
        "/type",
        "unsupported type: workflow",
    ),
    of_modal(
        "a block_id stands once in a view",
        modal(section(block_id="a"), section(block_id="b")),
        modal(section(block_id="a"), section(block_id="a")),
        "/blocks/1/block_id",
        '`block_id` "a" already exists',
    ),
    of_home(
        "a Home tab has no title",
        home(),
        home(title=plain()),
        "",
        "invalid additional property: title",
    ),
    of_home(
        "a Home tab's private metadata has at most 3000 characters",
        home(private_metadata=long(3000)),
        home(private_metadata=long(3001)),
        "/private_metadata",
        less(3000),
    ),
    of_home(
        "a Home tab of no more than 100 blocks stays one",
        {"type": "home", "blocks": [section()] * 100},
        {"type": "home", "blocks": [section()] * 102},
        "/blocks",
        more(100),
    ),
    Rule(
        "a view has at most 250 kB",
        SURFACE,
        opened(heavy(80)),
        opened(heavy(90)),
        "view_too_large",
    ),
    Rule(
        "a view is opened by a trigger",
        OPEN,
        opened(form()),
        calling("views.open", view=form()),
        "invalid_arguments",
        "[ERROR] missing required field: trigger_id",
    ),
    Rule(
        "a trigger opens a view",
        OPEN,
        opened(form()),
        opens_nothing,
        "invalid_arguments",
        "[ERROR] missing required field: view",
    ),
    Rule(
        "a hash is of the view as it is now",
        UPDATE,
        updates_with_its_hash,
        updates_with_an_old_hash,
        "hash_conflict",
    ),
    Rule(
        "a hash is left out, not empty",
        UPDATE,
        updates_without_a_hash,
        updates_with_an_empty_hash,
        "hash_conflict",
    ),
    Rule(
        "a Home tab's hash is of the tab as it is now",
        PUBLISH,
        publishes_twice_with_the_hash,
        publishes_with_an_old_hash,
        "hash_conflict",
    ),
    Rule(
        "a view that is updated is open",
        UPDATE,
        updates_without_a_hash,
        updates_an_unknown_view,
        "not_found",
    ),
    Rule(
        "an update names its view",
        UPDATE,
        updates_without_a_hash,
        updates_no_view_in_particular,
        "invalid_arguments",
    ),
    Rule(
        "a view goes by its external_id too",
        UPDATE,
        updates_by_its_external_id,
        updates_by_another_external_id,
        "not_found",
    ),
    Rule(
        "an external_id stands once in a team",
        OPEN,
        opens_two_of_two_names,
        opens_two_of_one_name,
        "duplicate_external_id",
    ),
    Rule(
        "a modal stays a modal",
        UPDATE,
        updates_without_a_hash,
        updates_a_modal_to_a_home,
        "invalid_arguments",
    ),
    Rule(
        "at most three modals are open at a time",
        PUSH,
        pushes_a_third,
        pushes_a_fourth,
        "push_limit_reached",
    ),
    Rule(
        "a modal stands on a modal",
        PUSH,
        pushes_a_third,
        pushes_a_home,
        "invalid_arguments",
    ),
    Rule(
        "a Home tab is published for somebody",
        PUBLISH,
        published(home()),
        calling("views.publish", view=home()),
        "invalid_arguments",
        "[ERROR] missing required field: user_id",
    ),
]
