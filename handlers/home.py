"""App Home: shown when it is opened, and again after each press on it and each submit of a form
that was opened from it, which carries a mark for that.
"""

from uuid import uuid4

from handlers.blocks import home as blocks
from handlers.blocks.kit import Block
from handlers.opportunities import shown
from handlers.replies import refusal, sentence
from handlers.routing import (
    Both,
    Done,
    Event,
    Home,
    Open,
    Press,
    PressHandler,
    Replace,
    Reply,
    Routes,
    Say,
    Submit,
    SubmitHandler,
    View,
)
from services import home, people
from services.db import Database, Tx
from services.errors import DomainError, NotAMember
from services.values import Actor

_MARK = "home-"


def routes() -> Routes:
    return Routes(
        presses={blocks.BEGIN: begin},
        events={"app_home_opened": opened},
    )


async def opened(event: Event) -> Reply:
    """Somebody looks at their Home. Nobody takes a seat by looking."""
    user, tab = event.facts.get("user"), event.facts.get("tab", "home")
    if not isinstance(user, str) or tab != "home":
        return Done()
    async with event.db.transaction(event.actor) as tx:
        who = await people.find_person(tx, event.place.workspace_id, user)
        if who is None:
            return Home(view=blocks.greeting())
        try:
            actor = await people.actor_for(tx, who)
        except NotAMember as refused:
            return Home(view=blocks.refused(sentence(refused)))
        return Home(view=await _view(tx.acting_as(actor, tx.now)))


async def begin(request: Press) -> Reply:
    """The first press has made them one of the company's people."""
    del request
    return Done()


async def pressed(request: Press, handler: PressHandler) -> Reply:
    """What a press on Home comes to: a modal opens, or Home is shown anew and says what was done
    or why not.
    """
    try:
        reply = await handler(request)
    except DomainError as refused:
        reply = refusal(refused)
    if isinstance(reply, Open):
        # Unique for each view of a team, and sent back with the form.
        return Open(view={**reply.view, "external_id": f"{_MARK}{uuid4().hex}"})
    told = _told(reply) if isinstance(reply, Say | Replace) else None
    return Home(view=await home_of(request.db, request.actor, told))


def is_opened_there(external_id: str | None) -> bool:
    """Whether a form was opened from Home."""
    return (external_id or "").startswith(_MARK)


async def submitted(request: Submit, handler: SubmitHandler) -> Reply:
    """What a form opened from Home comes to: when it closes, Home says what was done."""
    reply = await handler(request)
    match reply:
        case Both(first=Done(), then=then):
            told = _told(then)
        case Say():
            told = _told(reply)
        case Done():
            told = None
        case _:
            return reply
    return Home(view=await home_of(request.db, request.actor, told))


def _told(said: Say | Replace) -> Block:
    return blocks.told_of(said.text, said.blocks)


async def home_of(db: Database, actor: Actor, told: Block | None = None) -> View:
    """The person's Home as it stands."""
    async with db.transaction(actor) as tx:
        return await _view(tx, told)


async def _view(tx: Tx, told: Block | None = None) -> View:
    return blocks.home(await home.day(tx), await shown.reader(tx), told)
