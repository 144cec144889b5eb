"""Moves: by words, by a control of the card, by the form that asks for what is missing."""

from functools import partial

from handlers import forms
from handlers.blocks import opportunities as blocks
from handlers.blocks.opportunities import MoveDraft, MoveNote, MoveRef
from handlers.blocks.text import escape
from handlers.once import once
from handlers.opportunities import shown
from handlers.opportunities.amounts import read_amount
from handlers.opportunities.outcomes import move_answer, moved_briefly, moved_card
from handlers.opportunities.present import as_it_is, noted
from handlers.replies import NOTHING_SAVED, changed_meanwhile, sentence
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
from services.errors import (
    Archived,
    ChangedMeanwhile,
    FieldsMissing,
    InvalidInput,
    MoveNotAllowed,
)
from services.opportunities import (
    MoveOpportunity,
    Opportunity,
    find_opportunity,
    move_opportunity,
    stage_meant,
    stage_named,
)

STAGE_GONE = f"That stage is not there any more. {NOTHING_SAVED}"


async def move_by_words(request: Command, number: int, words: str) -> Reply:
    """`negotiation they asked for terms`: the stage, then why."""

    async def work(tx: Tx) -> Reply:
        it = await find_opportunity(tx, number)
        stages = await shown.pipeline(tx)
        stage, why = _stage_and_why(stages, words)
        if not words:
            return await ask_where(tx, request, it, it.next_stage)
        if stage is None:
            return await _unknown(tx, it, stages, words)
        return await move_to(tx, request, it, stage, why)

    return await once(request, work)


async def ask_where(tx: Tx, request: Command, it: Opportunity, stage: Stage | None) -> Reply:
    """The form that asks for the stage, with this one chosen."""
    return await _ask(tx, it, _begun(request, it), MoveDraft(stage))


async def move_to(tx: Tx, request: Command, it: Opportunity, stage: Stage, why: str) -> Reply:
    """The move at once, or the form that asks for what it needs."""
    if shown.must_ask(it, stage):
        return await _ask(tx, it, _fixed(_begun(request, it), stage), MoveDraft(stage, why))
    move = forms.read(MoveOpportunity, {"reason": why}, number=it.number, to_stage=stage.key)
    text, said = await moved_card(tx, await move_opportunity(tx, move))
    return Say(text=text, blocks=said)


async def press_move(request: Press) -> Reply:
    """Move at once, or ask for what the stage needs."""
    ref = forms.unpack(MoveRef, request.value)
    if ref is None:
        return Say(text=shown.STALE)
    try:
        return await once(request, partial(_move_or_ask, request=request, ref=ref))
    except ChangedMeanwhile as told:
        words = f"{changed_meanwhile(told)} {NOTHING_SAVED} This is how it is now:"
        return await as_it_is(request, ref.n, words)
    except (Archived, MoveNotAllowed) as told:
        return await as_it_is(request, ref.n, escape(sentence(told)))
    except FieldsMissing:
        # The stage or the record has become another one while this was read: once more as it is.
        return await once(request, partial(_move_or_ask, request=request, ref=ref))
    except InvalidInput as refused:
        if "to_stage" not in refused.problems:
            raise
        return await as_it_is(request, ref.n, f"{STAGE_GONE} This is how it is now:")


async def press_stage(request: Press) -> Reply:
    """A stage was chosen in the form: ask for what that stage needs."""
    note = forms.unpack(MoveNote, request.view.metadata) if request.view else None
    if note is None:
        return Done()
    async with request.db.transaction(request.actor) as tx:
        it = await noted(tx, note)
        draft = MoveDraft((await shown.pipeline(tx)).find(request.value))
        return Show(view=await shown.move_form(tx, it, note, draft))


async def submit_move(request: Submit) -> Reply:
    """Move; the form stays, with what happened, when somebody else has moved it."""
    note = forms.unpack(MoveNote, request.view.metadata)
    if note is None:
        return Say(text=shown.STALE)
    try:
        return await once(request, partial(_submitted, request=request, note=note))
    except ChangedMeanwhile as told:
        return await _ask_again(request, note, told)
    except FieldsMissing as missing:
        if set(missing.fields) <= request.view.values.keys():
            raise
        return await _ask_for_the_rest(request, note)
    except MoveNotAllowed as told:
        return await _ask_for_another(request, note, escape(sentence(told)))
    except InvalidInput as refused:
        if "to_stage" not in refused.problems:
            raise
        return await _ask_for_another(request, note, f"{STAGE_GONE} Choose another one.")


async def _move_or_ask(tx: Tx, *, request: Press, ref: MoveRef) -> Reply:
    it = await find_opportunity(tx, ref.n)
    if not ref.means(it):
        return Say(text=shown.STALE)
    stage = (await shown.pipeline(tx)).find(ref.to)
    if stage is not None and ref.at == it.stage and shown.must_ask(it, stage):
        where, is_told = request.place.channel_id, shown.is_public(request)
        note = MoveNote(number=it.number, id=it.id, at=it.stage, channel_id=where, is_told=is_told)
        return await _ask(tx, it, _fixed(note, stage), MoveDraft(stage))
    move = MoveOpportunity(number=ref.n, to_stage=ref.to, expected_stage=ref.at)
    return await move_answer(tx, request, await move_opportunity(tx, move))


async def _submitted(tx: Tx, *, request: Submit, note: MoveNote) -> Reply:
    values = {name: each for name, each in request.view.values.items() if name != "to_stage"}
    it = await noted(tx, note)
    target = (await shown.pipeline(tx)).find(_target(request, note))
    if target is not None and not shown.asked_for(it, target) <= values.keys():
        return Show(view=await shown.move_form(tx, it, note, MoveDraft(target)))
    done = await move_opportunity(tx, _read(request, note, it))
    told = moved_briefly if note.is_told else moved_card
    text, said = await told(tx, done)
    return Both(first=Done(), then=Say(text=text, blocks=said, channel_id=note.channel_id))


def _read(request: Submit, note: MoveNote, it: Opportunity) -> MoveOpportunity:
    """What was submitted. Raises InvalidInput with every refused field."""
    values = {name: each for name, each in request.view.values.items() if name != "to_stage"}
    more: dict[str, object] = {}
    if "deal_value" in values:
        more["deal_value"], refused = read_amount(values, request.actor.locale, it.currency)
        if refused:
            raise InvalidInput(refused)
    return forms.read(
        MoveOpportunity,
        values,
        number=note.number,
        to_stage=_target(request, note),
        expected_stage=note.at,
        **more,
    )


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


async def _ask_for_the_rest(request: Submit, note: MoveNote) -> Reply:
    """Somebody took away meanwhile what the stage needs: the form asks for that too."""
    async with request.db.transaction(request.actor) as tx:
        it = await noted(tx, note)
        target = (await shown.pipeline(tx)).find(_target(request, note))
        return Show(view=await shown.move_form(tx, it, note, MoveDraft(target)))


async def _ask_for_another(request: Submit, note: MoveNote, notice: str) -> Reply:
    """The stages have become other ones: the form asks for one of those it may go to now."""
    async with request.db.transaction(request.actor) as tx:
        it = await noted(tx, note)
        fresh = note.model_copy(update={"at": it.stage, "to": None, "turn": note.turn + 1})
        return Show(view=await shown.move_form(tx, it, fresh, MoveDraft(notice=notice)))


async def _unknown(tx: Tx, it: Opportunity, stages: Pipeline, words: str) -> Reply:
    likely = stage_meant(stages, words)
    text, said = blocks.meant_stage(it, words, likely, await shown.reader(tx))
    return Say(text=text, blocks=said)


def _begun(request: Command, it: Opportunity) -> MoveNote:
    where = request.place.channel_id
    return MoveNote(number=it.number, id=it.id, at=it.stage, channel_id=where)


def _target(request: Submit, note: MoveNote) -> str:
    return note.to or str(request.view.values.get("to_stage") or "")


def _fixed(note: MoveNote, stage: Stage) -> MoveNote:
    """The form then does not ask for the stage."""
    return note.model_copy(update={"to": stage.key})


def _stage_and_why(stages: Pipeline, words: str) -> tuple[Stage | None, str]:
    """The longest beginning that names a stage, and the rest."""
    parts = words.split()
    for end in range(len(parts), 0, -1):
        stage = stage_named(stages, " ".join(parts[:end]))
        if stage is not None:
            return stage, " ".join(parts[end:])
    return None, ""
