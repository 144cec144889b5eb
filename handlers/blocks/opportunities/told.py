"""The sentences that tell what was done with an opportunity, or why a control has grown old."""

from collections.abc import Collection

from handlers.blocks import kit
from handlers.blocks.kit import Block
from handlers.blocks.opportunities.cards import line, name
from handlers.blocks.opportunities.changes import APPLICATION, LABELS, told
from handlers.blocks.opportunities.values import OPEN, Reader, opening
from handlers.blocks.text import count, escape, shown
from services.errors import Difference, EditedMeanwhile
from services.opportunities import Edited, Moved, Opportunity

_CONTACT = ("contact_name", "contact_title", "contact_email", "contact_phone")
_MOST_NAMES = 5
_Shown = tuple[str, list[Block]]


def older(it: Opportunity, reader: Reader) -> _Shown:
    """A control that does not say which company's it is, and the way to what has its number."""
    text = f"This button is from an older message. Nothing was changed. Now #{it.number} is:"
    value = opening(it.number, it.id)
    button = kit.button(f"Show #{it.number}", f"{OPEN}:older", value)
    return text, [kit.section(f"{text}\n{line(it, reader)}", accessory=button)]


def edited(done: Edited, reader: Reader) -> str:
    """`#42 Acme renewal is saved: value and owner changed.`, and what others changed meanwhile."""
    labels = list(dict.fromkeys(LABELS[each] for each in done.changed if each in LABELS))
    what = _listed([each[:1].lower() + each[1:] for each in labels]) or "it"
    said = f"{name(done.opportunity)} is saved: {what} changed."
    others = [_difference(each, done.opportunity, (), reader) for each in done.meanwhile]
    return "\n".join([said, "Others changed meanwhile:", *others]) if others else said


def edited_meanwhile(
    error: EditedMeanwhile, it: Opportunity, kept: Collection[str], reader: Reader
) -> str:
    """Who changed what, from what to what, and what becomes of what was typed; escaped."""
    who = shown(error.by) if error.by else APPLICATION
    lines = [_difference(each, it, kept, reader) for each in error.differences]
    return "\n".join([f"{who} changed #{error.number} meanwhile:", *lines])


def reassigned(it: Opportunity) -> str:
    """Whose it is now."""
    return f"{name(it)} is now {_whose(it)}."


def theirs_already(it: Opportunity) -> str:
    return f"{name(it)} is {_whose(it)} already."


def nobody_called(words: str, names: list[str]) -> str:
    """The words name nobody, or more than one of the colleagues."""
    said = f"“{shown(words, 60)}”"
    if not names:
        return f"I know no colleague called {said}."
    few = [shown(each, 60) for each in names[:_MOST_NAMES]]
    more = len(names) - len(few)
    others = [f"{count(more, 'other', 'others')}"] if more else []
    return f"{said} could be {_listed([*few, *others])}."


def archived(it: Opportunity) -> str:
    return f"{name(it)} is archived: it has left every list and total."


def restored(it: Opportunity) -> str:
    return f"{name(it)} is back in {escape(it.stage_label)}."


def undone(done: Moved) -> str:
    """Where it is again."""
    return f"Undone: {name(done.opportunity)} is back in {escape(done.to_stage.label)}."


def given_to_you(it: Opportunity, by: str, reader: Reader) -> _Shown:
    """For who owns it from now on."""
    text = f"{shown(by)} gave you {line(it, reader)}"
    value = opening(it.number, it.id)
    button = kit.button(f"Open #{it.number}", OPEN, value, style="primary")
    return text, [kit.section(text), kit.actions(button)]


def _difference(each: Difference, it: Opportunity, kept: Collection[str], reader: Reader) -> str:
    words = told(each.field, each.before, each.now, it.currency, reader)
    names = _CONTACT if each.field == "customer_contact" else (each.field,)
    if any(field in kept for field in names):
        return f"• {words}. What you typed is still there, and replaces it when you save."
    return f"• {words}"


def _whose(it: Opportunity) -> str:
    return f"{shown(it.owner_name)}'s" if it.owner_name else "nobody's"


def _listed(words: list[str]) -> str:
    """`value, owner and notes`."""
    return " and ".join([", ".join(words[:-1]), words[-1]] if words[1:] else words)
