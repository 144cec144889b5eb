"""Refusals and faults in people's words: what happened, what was saved, what to do."""

from collections.abc import Sequence

from handlers.blocks.text import cut, escape
from handlers.replies.problems import problem_sentence
from handlers.replies.sentences import (
    NOTHING_SAVED,
    changed_meanwhile,
    edited_meanwhile,
    sentence,
    terms_changed,
)
from handlers.routing import Done, Errors, Reply, Say
from services.errors import DomainError, InvalidInput

__all__ = [
    "NOTHING_SAVED",
    "busy",
    "changed_meanwhile",
    "edited_meanwhile",
    "fault",
    "problem_sentence",
    "refusal",
    "sentence",
    "terms_changed",
]


def refusal(error: DomainError, fields: Sequence[str] = ()) -> Reply:
    """The answer to a refused request; `fields`: the inputs of the modal, when it was a submit."""
    if isinstance(error, InvalidInput):
        return _invalid(error, fields)
    return _told(sentence(error), fields)


def fault(reference: str, fields: Sequence[str] = ()) -> Reply:
    """The answer when something of ours failed; the reference is in the log too."""
    words = (
        "I could not save this; nothing was changed. Please try again, or tell your admin "
        f"reference {reference}."
    )
    return _told(words, fields)


def busy(fields: Sequence[str] = ()) -> Reply:
    """The answer when somebody else held the record for longer than Slack waits."""
    words = "Somebody else is changing this at the moment. Nothing was saved; please try again."
    return _told(words, fields)


def _told(words: str, fields: Sequence[str]) -> Reply:
    """At the modal's first field, as plain as Slack shows it there, or as a message."""
    return Errors(errors={fields[0]: cut(words, 300)}) if fields else Say(text=escape(words))


def _invalid(error: InvalidInput, fields: Sequence[str]) -> Reply:
    """Slack takes words only at inputs the modal has: others go to the first one."""
    if not error.problems:
        return Done()
    sentences = {name: problem_sentence(each) for name, each in error.problems.items()}
    if not fields:
        return _told(" ".join([*sentences.values(), NOTHING_SAVED]), fields)
    told: dict[str, str] = {}
    for name, words in sentences.items():
        told.setdefault(name if name in fields else fields[0], f"{words} {NOTHING_SAVED}")
    return Errors(errors=told)
