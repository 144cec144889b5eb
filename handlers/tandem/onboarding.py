"""Setting up: the installer's message kept current, and what bare `/tandem` says is missing."""

from collections.abc import Mapping, Sequence

from handlers.blocks import onboarding as blocks
from handlers.notices import Message, Renderer, Settled
from handlers.once import once
from handlers.routing import Blocks, Command, Done, Press, Reply, Routes, Subcommand
from services import outbox, people, welcome
from services.db import Tx
from services.organizations import onboarding
from services.outbox import Delivery, Outcome, Sent


def routes() -> Routes:
    return Routes(presses={blocks.FITS: stages_fit})


async def stages_fit(request: Press) -> Reply:
    """Stages and currencies fit as they are; the message and Home tick it."""

    async def work(tx: Tx) -> Reply:
        await onboarding.note_pipeline_seen(tx)
        return Done()

    return await once(request, work)


async def overview(request: Command) -> Blocks:
    """What is missing, for who can do something about it; that nobody can, for everybody."""
    async with request.db.transaction(request.actor) as tx:
        if request.actor.may(onboarding.CHANGE):
            return blocks.missing(await onboarding.progress(tx))
        return [] if await people.has_admin(tx) else blocks.no_admin()


async def _welcome(tx: Tx, _: Delivery) -> Message | None:
    return Message(*blocks.welcome_message(await onboarding.progress(tx)))


async def _settled(tx: Tx, delivery: Delivery, outcome: Outcome) -> None:
    """Once all is done the message stays as it is."""
    if not isinstance(outcome, Sent) or delivery.copy_id is None:
        return
    if (await onboarding.progress(tx)).is_complete:
        await outbox.mark_gone(tx, delivery.copy_id)


NOTICES: Mapping[str, Renderer] = {welcome.WELCOME: _welcome}
SETTLED: Mapping[str, Settled] = {welcome.WELCOME: _settled}
SUBCOMMANDS: Sequence[Subcommand] = ()
