"""What Slack's own menus offer: begin something from anywhere, or from a message."""

from handlers import weekly_status
from handlers.blocks.opportunities import CreateNote
from handlers.message_text import readable
from handlers.opportunities.creating import form_from_message
from handlers.opportunities.quick_text import filled_form
from handlers.partners.interactions import form_of_message, interaction_form
from handlers.routing import Open, Reply, Routes, Say, Shortcut, ShortcutItem
from services import partners
from services.db import Tx
from services.partners import Partner
from services.quick_text import mentioned_partner

NO_MESSAGE = "Start this from the menu of a message."


def routes() -> Routes:
    return Routes(shortcuts={each.callback_id: each for each in ITEMS})


async def new_opportunity(request: Shortcut) -> Reply:
    """The empty form."""
    async with request.db.transaction(request.actor) as tx:
        return Open(view=await filled_form(tx, CreateNote(channel_id=request.place.channel_id)))


async def log_interaction(request: Shortcut) -> Reply:
    """The empty form."""
    async with request.db.transaction(request.actor) as tx:
        return Open(view=await interaction_form(tx, request.place.channel_id))


async def file_status(request: Shortcut) -> Reply:
    """The form of the week of the person's own today."""
    return await weekly_status.open_form(request)


async def opportunity_of_message(request: Shortcut) -> Reply:
    """The form with what the first line says of a deal, the text as its notes, and the link."""
    message = request.message
    if message is None:
        return Say(text=NO_MESSAGE)
    async with request.db.transaction(request.actor) as tx:
        tx.actor.require("opportunities.create")
        text = await readable(tx, request.place.workspace_id, message)
        view = await form_from_message(
            tx,
            text=text,
            permalink=message.permalink,
            channel_id=message.channel_id,
            partner=await _partner_named(tx, text),
        )
    return Open(view=view)


async def interaction_of_message(request: Shortcut) -> Reply:
    """The form with the text as the notes, its moment, and the partner it names."""
    message = request.message
    if message is None:
        return Say(text=NO_MESSAGE)
    async with request.db.transaction(request.actor) as tx:
        tx.actor.require("interactions.log")
        text = await readable(tx, request.place.workspace_id, message)
        named = await _partner_named(tx, text)
        return Open(view=await form_of_message(tx, message, text, named))


async def _partner_named(tx: Tx, text: str) -> Partner | None:
    if not tx.actor.may("partners.view"):
        return None
    named = mentioned_partner(text, await partners.active_names(tx))
    return await partners.partner(tx, named) if named else None


ITEMS = (
    ShortcutItem(
        callback_id="opportunity_new",
        name="New opportunity",
        summary="Open the form of a new opportunity",
        handler=new_opportunity,
    ),
    ShortcutItem(
        callback_id="interaction_log",
        name="Log interaction",
        summary="Log a meeting, a call, an e-mail or an event with a partner",
        handler=log_interaction,
    ),
    ShortcutItem(
        callback_id="status_file",
        name="File weekly status",
        summary="File this week: what got done, what comes next, what blocks you",
        handler=file_status,
    ),
    ShortcutItem(
        callback_id="message_opportunity",
        name="Create opportunity",
        summary="Begin an opportunity with this message, whose link is kept",
        handler=opportunity_of_message,
        is_on_message=True,
    ),
    ShortcutItem(
        callback_id="message_interaction",
        name="Log interaction",
        summary="Log this message as an interaction with a partner, with its link",
        handler=interaction_of_message,
        is_on_message=True,
    ),
)
