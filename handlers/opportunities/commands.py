"""What is typed after `/opp`."""

import re

from handlers import forms
from handlers.blocks.opportunities import CreateNote, ListRef
from handlers.opportunities import shown
from handlers.opportunities.moving import move_by_words
from handlers.opportunities.numbers import numbered, which
from handlers.opportunities.quick_text import filled_form
from handlers.routing import Command, Open, Reply, Say, SlashCommand, Subcommand
from services.configuration.catalogue import Stage
from services.db import Tx
from services.opportunities import (
    Filter,
    find_opportunity,
    list_opportunities,
    stage_meant,
    stage_named,
)
from services.text import LINE
from services.values import UserId

_MINE = frozenset({"mine", "my", "me"})
_ALL = frozenset({"all", "everybody", "everyone"})
_HOLDING = "\u00a0\u202f"
_SPACES = re.compile(rf"[^\S{_HOLDING}]+")


async def new_opportunity(request: Command) -> Reply:
    """The form at once, filled in with what was understood of the words."""
    note = CreateNote(channel_id=request.place.channel_id, words=_one_line(request.words))
    async with request.db.transaction(request.actor) as tx:
        return Open(view=await filled_form(tx, note))


async def show_opportunity(request: Command) -> Reply:
    """The card of this number; of these words when they fit one, else the list of those."""
    if not request.words.strip():
        return which("/opp show 42")
    number, _ = numbered(request.words)
    async with request.db.transaction(request.actor) as tx:
        text, said = await _found(tx, number, request)
    return Say(text=text, blocks=said)


async def list_command(request: Command) -> Reply:
    """A page of what the words ask for: mine, all, a stage, a partner's or customer's name."""
    async with request.db.transaction(request.actor) as tx:
        wanted, meant = await _wanted(tx, request.words)
        text, said = await shown.listing(tx, ListRef(wanted=wanted), meant)
    return Say(text=text, blocks=said)


async def move_command(request: Command) -> Reply:
    """The move at once, or the form that asks for what is missing."""
    number, words = numbered(request.words)
    if number is None:
        return which("/opp move 42 negotiation")
    return await move_by_words(request, number, words)


def _one_line(words: str) -> str:
    """Spaces that hold the digits of an amount together stay: two numbers are not one."""
    line = _SPACES.sub(" ", words).strip()
    return "".join(each for each in line if each.isprintable() or each in _HOLDING)[:LINE]


async def _found(tx: Tx, number: int | None, request: Command) -> shown.Shown:
    channel_id = request.place.channel_id
    if number is not None:
        return await shown.detail(tx, await find_opportunity(tx, number), channel_id)
    wanted = forms.read(Filter, {"words": request.words}, with_closed=True)
    page = await list_opportunities(tx, wanted)
    if page.total_count == 1:
        meant = await find_opportunity(tx, page.rows[0].number)
        return await shown.detail(tx, meant, channel_id)
    return await shown.listing(tx, ListRef(wanted=wanted))


async def _wanted(tx: Tx, words: str) -> tuple[Filter, Stage | None]:
    """What is asked for, and the stage the words may be a typo of."""
    first, _, rest = words.strip().partition(" ")
    is_mine, is_all = first.casefold() in _MINE, first.casefold() in _ALL
    owner = tx.actor.user_id if is_mine or not words.strip() else None
    return await _narrowed(tx, rest.strip() if is_mine or is_all else words.strip(), owner)


async def _narrowed(tx: Tx, words: str, owner: UserId | None) -> tuple[Filter, Stage | None]:
    if not words:
        return Filter(owner_id=owner), None
    pipeline = await shown.pipeline(tx)
    stage = stage_named(pipeline, words)
    if stage is not None:
        return Filter(owner_id=owner, stage=stage.key), None
    wanted = forms.read(Filter, {"words": words}, owner_id=owner)
    return wanted, stage_meant(pipeline, words)


COMMAND = SlashCommand(
    name="/opp",
    summary="Opportunities: create, move, find them",
    usage_hint="new | move | show | list",
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
            name="show",
            usage="42",
            summary="One opportunity: its card, notes and the time in each stage",
            handler=show_opportunity,
            permission="opportunities.view",
        ),
        Subcommand(
            name="list",
            usage="[mine | all] [stage | name]",
            summary="Open opportunities with their totals; mine, or of a stage or partner",
            handler=list_command,
            permission="opportunities.view",
        ),
    ),
)
