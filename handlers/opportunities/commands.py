"""What is typed after `/opp`."""

from handlers.blocks.opportunities import CreateNote
from handlers.opportunities.archiving import archive_command, restore_command
from handlers.opportunities.assigning import assign_command
from handlers.opportunities.attaching import attach_command
from handlers.opportunities.closing import close_command, reopen_command
from handlers.opportunities.commission import terms_command
from handlers.opportunities.editing import edit_command
from handlers.opportunities.listing import find_command, list_command, show_command
from handlers.opportunities.moving import move_by_words
from handlers.opportunities.numbers import numbered, which
from handlers.opportunities.past import asof_command
from handlers.opportunities.quick_text import filled_form, one_line
from handlers.routing import Command, Open, Reply, SlashCommand, Subcommand


async def new_opportunity(request: Command) -> Reply:
    """The form at once, filled in with what was understood of the words."""
    note = CreateNote(channel_id=request.place.channel_id, words=one_line(request.words))
    async with request.db.transaction(request.actor) as tx:
        return Open(view=await filled_form(tx, note))


async def move_command(request: Command) -> Reply:
    """The move at once, or the form that asks for what is missing."""
    number, words = numbered(request.words)
    if number is None:
        return which("/opp move 42 negotiation")
    return await move_by_words(request, number, words)


COMMAND = SlashCommand(
    name="/opp",
    summary="Opportunities: create, move, find them",
    usage_hint="new | move | show | list | find",
    numbered=show_command,
    subcommands=(
        Subcommand(
            name="new",
            usage="[Acme renewal 48k via Globex closing 30 sep]",
            summary="Add an opportunity",
            handler=new_opportunity,
            permission="opportunities.create",
        ),
        Subcommand(
            name="move",
            usage="42 [stage] [why]",
            summary="Move one to another stage",
            handler=move_command,
            permission="opportunities.move",
        ),
        Subcommand(
            name="edit",
            usage="42",
            summary="Change its customer, value, dates, contact, notes",
            handler=edit_command,
            permission="opportunities.edit",
        ),
        Subcommand(
            name="assign",
            usage="42 [@olga]",
            summary="Give one to a colleague",
            handler=assign_command,
            permission="opportunities.reassign",
        ),
        Subcommand(
            name="attach",
            usage="42 [https://example.com/offer] [title]",
            summary="Keep links and files with one",
            handler=attach_command,
            permission="opportunities.edit",
        ),
        Subcommand(
            name="close",
            usage="42 won | lost [why]",
            summary="Close one as won or lost",
            handler=close_command,
            permission="opportunities.move",
        ),
        Subcommand(
            name="reopen",
            usage="42 [why]",
            summary="Open a closed one again, in the stage it came from",
            handler=reopen_command,
            permission="opportunities.move",
        ),
        Subcommand(
            name="terms",
            usage="42",
            summary="What one earns its partner, why, and terms for it alone",
            handler=terms_command,
            permission="commission.view",
        ),
        Subcommand(
            name="archive",
            usage="42",
            summary="Put one away: out of every list and total, nothing deleted",
            handler=archive_command,
            permission="opportunities.archive",
        ),
        Subcommand(
            name="restore",
            usage="42",
            summary="Bring an archived one back",
            handler=restore_command,
            permission="opportunities.archive",
        ),
        Subcommand(
            name="show",
            usage="42 | words",
            summary="One opportunity, as `/opp 42` too: its card, notes, time in each stage",
            handler=show_command,
            permission="opportunities.view",
        ),
        Subcommand(
            name="list",
            usage="[all] [stage] [stale] [via Globex] [closing 30 days] [won] [by value]",
            summary="Opportunities with their totals: mine, or what you ask for, in any order",
            handler=list_command,
            permission="opportunities.view",
        ),
        Subcommand(
            name="asof",
            usage="[2026-09-30 | 30 sep | last friday | end of last quarter]",
            summary="The pipeline of a past day, and what moved since",
            handler=asof_command,
            permission="opportunities.view",
        ),
        Subcommand(
            name="find",
            usage="acme",
            summary="Search all opportunities by customer, partner or number, closed ones too",
            handler=find_command,
            permission="opportunities.view",
        ),
    ),
)
