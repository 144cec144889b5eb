"""What came of a move, a win or an undo, in words, with the card where it is not in sight."""

from handlers.blocks import opportunities as blocks
from handlers.opportunities.commission import effect_of
from handlers.opportunities.shown import Shown, answered, card, detail, is_public, reader
from handlers.routing import Press, Replace, Reply, Say
from services.db import Tx
from services.opportunities import Moved, Opportunity


async def moved_card(tx: Tx, done: Moved) -> Shown:
    """What came of a move, with the card, for who made it."""
    now = await card(tx, done.opportunity)
    return blocks.with_notice(await _words(tx, done), now, _undo(done))


async def moved_briefly(tx: Tx, done: Moved) -> Shown:
    """The same where the card is in sight and follows by itself."""
    words = await _words(tx, done)
    return words, [blocks.notice(words, _undo(done), is_brief=True)]


async def move_answer(tx: Tx, press: Press, done: Moved) -> Reply:
    """What came of a move by a control: in place of a private card, beside one others see."""
    if is_public(press) and done.is_change:
        text, said = await moved_briefly(tx, done)
        return Say(text=text, blocks=said)
    now = await detail(tx, done.opportunity, press.place.channel_id)
    return answered(press, blocks.with_notice(await _words(tx, done), now, _undo(done)))


async def undone_answer(tx: Tx, press: Press, done: Moved, *, is_brief: bool) -> Reply:
    """What came of an undo, in place of the message that offered it."""
    words = await _with_effect(tx, blocks.undone(done), done)
    if is_brief and press.message is not None:
        return Replace(text=words, blocks=[blocks.notice(words)])
    now = await detail(tx, done.opportunity, press.place.channel_id)
    return answered(press, blocks.with_notice(words, now))


def _undo(done: Moved) -> Opportunity | None:
    return done.opportunity if done.is_change else None


async def _words(tx: Tx, done: Moved) -> str:
    return await _with_effect(tx, blocks.moved(done, await reader(tx)), done)


async def _with_effect(tx: Tx, words: str, done: Moved) -> str:
    """A win tells what it earned, the end of one what is taken back."""
    effect = await effect_of(tx, done)
    return f"{words} {effect}" if effect else words
