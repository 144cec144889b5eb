"""Saving a section that is a form: only what the person changed is written."""

from collections.abc import Sequence
from functools import partial

from handlers import forms
from handlers.blocks import settings as blocks
from handlers.blocks.settings import Editor, Facts, Section, SectionNote, Untouched, Values
from handlers.once import once
from handlers.routing import Reply, Routes, Say, Submit
from handlers.tandem.settings.facts import STALE, after_saving, read_facts, section_named
from services.configuration import RESET, Change, Changed
from services.db import Tx
from services.errors import FieldProblem, InvalidInput, Problem, StillUsed


def routes() -> Routes:
    return Routes(submits={blocks.SECTION: save})


async def save(request: Submit) -> Reply:
    """Save a section's form and show the menu with what was saved."""
    note = forms.unpack(SectionNote, request.view.metadata)
    section = section_named(note.section) if note else None
    if note is None or section is None:
        return Say(text=STALE)
    try:
        return await once(request, partial(_save, request=request, section=section, note=note))
    except (InvalidInput, StillUsed) as refused:
        raise at_fields(section.editors, refused) from refused


def at_fields(editors: Sequence[Editor], refused: InvalidInput | StillUsed) -> InvalidInput:
    """A refusal of settings, told at the fields they are edited with."""
    by_name = {each.setting.name: each for each in editors}
    if isinstance(refused, StillUsed):
        problem = FieldProblem(Problem.STILL_USED, {"used": blocks.in_use(refused.used)})
        return InvalidInput({by_name[refused.setting].at(""): problem})
    placed: dict[str, FieldProblem] = {}
    for name, problem in refused.problems.items():
        at = by_name[name].at(problem.facts.get("path", "")) if name in by_name else name
        placed.setdefault(at, problem)
    return InvalidInput(placed)


def changes_of(
    section: Section, values: Values, note: SectionNote, facts: Facts
) -> tuple[list[Change], list[str]]:
    """What the person changed since the form was drawn, and what to say of what stays.

    Raises InvalidInput at the fields: for what cannot be read, and for what somebody else has
    changed meanwhile.
    """
    changes: list[Change] = []
    remarks: list[str] = []
    problems: dict[str, FieldProblem] = {}
    for each in section.editors:
        try:
            value = _wanted(each, values, facts)
            if isinstance(value, Untouched):
                remarks += [value.told] if value.told else []
            elif _is_changed(each, value, note, facts):
                version = facts.of(each.setting).version
                changes.append(Change(each.setting, value, shown=version))
        except InvalidInput as refused:
            problems |= refused.problems
    if problems:
        raise InvalidInput(problems)
    return changes, remarks


async def _save(tx: Tx, *, request: Submit, section: Section, note: SectionNote) -> Reply:
    facts = await read_facts(tx, [section], note.channel_id)
    changes, remarks = changes_of(section, request.view.values, note, facts)
    changed = await section.save(tx, changes) if changes else Changed(())
    now = await read_facts(tx, [section], note.channel_id)
    lines = [
        f"{each.label}: {each.told(now.value(each.setting), now)}."
        for each in section.editors
        if each.setting.name in changed.settings
    ]
    return await after_saving(tx, request, section, note.channel_id, blocks.told_of(lines, remarks))


def _wanted(editor: Editor, values: Values, facts: Facts) -> object:
    if editor.setting.name in (values.get(blocks.RESET) or ()):
        return editor.reset(facts) if editor.is_own(facts) else Untouched()
    return editor.read(values, facts)


def _is_changed(editor: Editor, value: object, note: SectionNote, facts: Facts) -> bool:
    """Whether the person changed it. Raises InvalidInput when somebody else did so before."""
    held = facts.of(editor.setting)
    present, shown = editor.fingerprint(held.value), note.shown.get(editor.setting.name)
    is_reset = value is RESET
    if not is_reset and (value == held.value and not held.broken):
        return False
    if not is_reset and shown != present and editor.fingerprint(value) == shown:
        return False
    if shown != present:
        raise InvalidInput.of(editor.at(""), Problem.CHANGED_MEANWHILE)
    return True
