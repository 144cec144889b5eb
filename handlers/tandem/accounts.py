"""One's own account: `/tandem me`, whose a new one is, and what Slack tells of people by itself."""

from collections.abc import Mapping
from uuid import UUID

from handlers import forms
from handlers.blocks.people import messages as blocks
from handlers.notices import Message, Renderer, Settled
from handlers.once import once
from handlers.profiles import profile_from
from handlers.routing import Command, Done, Event, Press, Reply, Routes, Say, Subcommand
from services import departures, people
from services.db import Tx
from services.errors import NotFound
from services.outbox import Delivery
from services.people import ANSWERED, LEFT, QUESTION
from services.people.approvals import Answer
from services.values import UserId

_STALE = "This button is from an older message. Nothing was saved."


def routes() -> Routes:
    return Routes(
        presses={blocks.MINE: approve, blocks.NOT_MINE: refuse},
        events={"user_change": profile_changed},
    )


async def me(command: Command) -> Reply:
    """Who the person is here and what they may do."""
    user_id = command.actor.user_id
    if user_id is None:
        raise NotFound("person", command.actor.name)
    async with command.db.transaction(command.actor) as tx:
        card = await people.card(tx, user_id)
        text, shown = blocks.me(card, command.actor, tx.now)
    return Say(text=text, blocks=shown)


async def approve(press: Press) -> Reply:
    return await _answer(press, "approved")


async def refuse(press: Press) -> Reply:
    return await _answer(press, "refused")


async def profile_changed(event: Event) -> Reply:
    """Take over what Slack tells of somebody who is here; of all others, e.g. people of other
    companies in shared channels, nothing is kept. To do it twice changes nothing.
    """
    try:
        profile = profile_from(event.facts.get("user"))
    except ValueError:
        return Done()
    async with event.db.transaction(event.actor) as tx:
        await people.follow_profile(tx, event.place.workspace_id, profile)
    return Done()


async def _answer(press: Press, answer: Answer) -> Reply:
    """The message itself then shows how it stands."""
    ref = forms.unpack(blocks.QuestionRef, press.value)
    if ref is None:
        return Say(text=_STALE)

    async def work(tx: Tx) -> Reply:
        await people.answer_question(tx, ref.id, answer)
        return Done()

    try:
        return await once(press, work)
    except NotFound:
        return Say(text=_STALE)


async def _question(tx: Tx, delivery: Delivery) -> Message | None:
    asked = await people.question(tx, UUID(str(delivery.payload["id"])))
    return Message(*blocks.question(asked))


async def _answered(tx: Tx, delivery: Delivery) -> Message | None:
    asked = await people.question(tx, UUID(str(delivery.payload["id"])))
    return Message(*blocks.answered(asked))


async def _left(tx: Tx, delivery: Delivery) -> Message | None:
    """The button is for who may hand over; a manager without that right asks an admin. Nothing is
    told of who is back already.
    """
    user_id = UserId(UUID(str(delivery.payload["user_id"])))
    reader = await people.find_person(tx, delivery.workspace_id, delivery.lane)
    if reader is None or reader.refusal is not None:
        return None
    may = (await people.actor_for(tx, reader)).may(people.MANAGE)
    card, work = await people.card(tx, user_id), await departures.open_work(tx, user_id)
    if card.person.is_active:
        return None
    return Message(*blocks.left(card, work, may_hand_over=may))


NOTICES: Mapping[str, Renderer] = {QUESTION: _question, ANSWERED: _answered, LEFT: _left}
SETTLED: Mapping[str, Settled] = {}
SUBCOMMANDS = (
    Subcommand(
        name="me",
        usage="",
        summary="Who you are here and what you may do",
        handler=me,
    ),
)
