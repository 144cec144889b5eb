"""Moves: by words, by a control of the card, by the form that asks for what is missing."""

from functools import partial

from handlers import forms
from handlers.blocks import opportunities as blocks
from handlers.blocks.opportunities import MoveDraft, MoveNote, MoveRef
from handlers.once import once
from handlers.opportunities import shown
from handlers.opportunities.shown import answered
from handlers.replies import NOTHING_SAVED, changed_meanwhile
from handlers.routing import (
    Both,
    Command,
    Done,
    Open,
    Press,
    Reply,
    Say,
    Show,
    Submit,
)
from services.configuration.catalogue import Pipeline, Stage
from services.db import Tx
from services.errors import ChangedMeanwhile, NotFound
from services.opportunities import (
    KIND,
    Moved,
    MoveOpportunity,
    Opportunity,
    find_opportunity,
    move_opportunity,
    stage_meant,
    stage_named,
)


async def move_by_words(request: Command, number: int, words: str) -> Reply:
    """`negotiation they asked for terms`: the stage, then why."""

    async def work(tx: Tx) -> Reply:
        it = await find_opportunity(tx, number)
        stages = await shown.pipeline(tx)
        stage, why = _stage_and_why(stages, words)
        where = request.place.channel_id
        note = MoveNote(number=number, id=it.id, at=it.stage, channel_id=where)
        if not words:
            return await _ask(tx, it, note, MoveDraft(it.next_stage))
        if stage is None:
            return await _unknown(tx, it, stages, words)
        if _needs_reason(it, stage):
            return await _ask(tx, it, _fixed(note, stage), MoveDraft(stage, why))
        move = forms.read(MoveOpportunity, {"reason": why}, number=number, to_stage=stage.key)
        text, said = await _told(tx, await move_opportunity(tx, move))
        return Say(text=text, blocks=said)

    return await once(request, work)


async def press_move(request: Press) -> Reply:
    """Move at once, or ask why it was lost."""
    ref = forms.unpack(MoveRef, request.value)
    if ref is None:
        return Say(text=shown.STALE)
    try:
        return await once(request, partial(_move_or_ask, request=request, ref=ref))
    except ChangedMeanwhile as told:
        return await _present_state(request, ref.n, told)


async def press_stage(request: Press) -> Reply:
    """A stage was chosen in the form: ask for what that stage needs."""
    note = forms.unpack(MoveNote, request.view.metadata) if request.view else None
    if note is None:
        return Done()
    async with request.db.transaction(request.actor) as tx:
        it = await _noted(tx, note)
        draft = MoveDraft((await shown.pipeline(tx)).find(request.value))
        return Show(view=await shown.move_form(tx, it, note, draft))


async def submit_move(request: Submit) -> Reply:
    """Move, or show the form again: for the reason of a loss, or because somebody else moved it."""
    note = forms.unpack(MoveNote, request.view.metadata)
    if note is None:
        return Say(text=shown.STALE)
    try:
        return await once(request, partial(_submitted, request=request, note=note))
    except ChangedMeanwhile as told:
        return await _ask_again(request, note, told)


async def _move_or_ask(tx: Tx, *, request: Press, ref: MoveRef) -> Reply:
    it = await find_opportunity(tx, ref.n)
    if not ref.means(it):
        return Say(text=shown.STALE)
    stage = (await shown.pipeline(tx)).find(ref.to)
    is_told = request.message is not None and not request.message.is_ephemeral
    if stage is not None and _needs_reason(it, stage):
        where = request.place.channel_id
        note = MoveNote(number=it.number, id=it.id, at=it.stage, channel_id=where, is_told=is_told)
        return await _ask(tx, it, _fixed(note, stage), MoveDraft(stage))
    move = MoveOpportunity(number=ref.n, to_stage=ref.to, expected_stage=ref.at)
    done = await move_opportunity(tx, move)
    return Done() if is_told and done.is_change else await _answer(tx, request, done)


async def _submitted(tx: Tx, *, request: Submit, note: MoveNote) -> Reply:
    values = {name: each for name, each in request.view.values.items() if name != "to_stage"}
    key = _target(request, note)
    it = await _noted(tx, note)
    target = (await shown.pipeline(tx)).find(key)
    if target is not None and _needs_reason(it, target) and "loss_reason" not in values:
        return Show(view=await shown.move_form(tx, it, note, MoveDraft(target)))
    move = forms.read(
        MoveOpportunity, values, number=note.number, to_stage=key, expected_stage=note.at
    )
    done = await move_opportunity(tx, move)
    if note.is_told and done.is_change:
        return Done()
    text, said = await _told(tx, done)
    return Both(first=Done(), then=Say(text=text, blocks=said, channel_id=note.channel_id))


async def _noted(tx: Tx, note: MoveNote) -> Opportunity:
    """The one the form is about. Raises NotFound, also for another one with its number."""
    it = await find_opportunity(tx, note.number)
    if note.id is not None and it.id != note.id:
        raise NotFound(KIND, f"#{note.number}")
    return it


async def _ask(tx: Tx, it: Opportunity, note: MoveNote, draft: MoveDraft) -> Reply:
    return Open(view=await shown.move_form(tx, it, note, draft))


async def _ask_again(request: Submit, note: MoveNote, told: ChangedMeanwhile) -> Reply:
    """The same form, with what happened meanwhile and everything typed."""
    notice = f"{changed_meanwhile(told)} {NOTHING_SAVED} Press *Move* again if you still want to."
    async with request.db.transaction(request.actor) as tx:
        it = await find_opportunity(tx, note.number)
        target = (await shown.pipeline(tx)).find(_target(request, note))
        fresh = note.model_copy(update={"at": it.stage, "turn": note.turn + 1})
        draft = MoveDraft(target, notice=notice)
        return Show(view=await shown.move_form(tx, it, fresh, draft))


async def _present_state(request: Press, number: int, told: ChangedMeanwhile) -> Reply:
    words = f"{changed_meanwhile(told)} {NOTHING_SAVED} This is how it is now:"
    async with request.db.transaction(request.actor) as tx:
        it = await find_opportunity(tx, number)
        now = await shown.detail(tx, it, request.place.channel_id)
    return answered(request, blocks.with_notice(words, now))


async def _answer(tx: Tx, request: Press, done: Moved) -> Reply:
    words = blocks.moved(done, await shown.reader(tx))
    now = await shown.detail(tx, done.opportunity, request.place.channel_id)
    return answered(request, blocks.with_notice(words, now))


async def _told(tx: Tx, done: Moved) -> shown.Shown:
    words = blocks.moved(done, await shown.reader(tx))
    return blocks.with_notice(words, await shown.card(tx, done.opportunity))


async def _unknown(tx: Tx, it: Opportunity, stages: Pipeline, words: str) -> Reply:
    likely = stage_meant(stages, words)
    text, said = blocks.meant_stage(it, words, likely, await shown.reader(tx))
    return Say(text=text, blocks=said)


def _target(request: Submit, note: MoveNote) -> str:
    return note.to or str(request.view.values.get("to_stage") or "")


def _fixed(note: MoveNote, stage: Stage) -> MoveNote:
    """The form then does not ask for the stage."""
    return note.model_copy(update={"to": stage.key})


def _needs_reason(it: Opportunity, stage: Stage) -> bool:
    return stage.kind == "lost" and stage in it.may_move_to


def _stage_and_why(stages: Pipeline, words: str) -> tuple[Stage | None, str]:
    """The longest beginning that names a stage, and the rest."""
    parts = words.split()
    for end in range(len(parts), 0, -1):
        stage = stage_named(stages, " ".join(parts[:end]))
        if stage is not None:
            return stage, " ".join(parts[end:])
    return None, ""
