"""The form of a structure, outside of the settings: what it is drawn from, how it is read back."""

from datetime import date

from handlers import forms
from handlers.blocks.settings import commission as editor
from handlers.blocks.settings.section import Facts
from handlers.routing import FieldValue, ViewState
from services import configuration
from services.commission import STRUCTURE, Structure, stored
from services.commission.structures import bare
from services.configuration.catalogue import (
    BASE_CURRENCY,
    COMMISSION,
    CURRENCIES,
    RECURRING_MONTHS,
)
from services.db import Tx
from services.errors import InvalidInput


async def facts_of(tx: Tx, present: Structure | None, currency: str | None = None) -> Facts:
    """What the form begins with: `present`, or the default; and amounts in `currency`."""
    settings = (COMMISSION, BASE_CURRENCY, CURRENCIES, RECURRING_MONTHS)
    held = {each.name: await configuration.held(tx, each) for each in settings}
    facts = Facts(held=held, now=tx.now, locale=tx.actor.locale)
    begun = facts.having(COMMISSION, bare(present or facts.value(COMMISSION)))
    return begun.having(BASE_CURRENCY, currency) if currency else begun


def read_structure(view: ViewState, facts: Facts, **days: date | str | None) -> Structure:
    """The structure that was submitted, with these days. Raises InvalidInput at the fields."""
    structure = editor.read(view.values, facts)
    given = {name: each for name, each in days.items() if each}
    return forms.read_value(STRUCTURE, stored(structure) | given, _at)


def at_fields(refused: InvalidInput, view: ViewState) -> InvalidInput:
    """A refusal of a service, told at the fields of the form."""
    problems = refused.problems
    return InvalidInput(
        {name if name in view.values else _at(name): each for name, each in problems.items()}
    )


def text_of(view: ViewState, name: str) -> str | None:
    """What is in a field; None for an empty one."""
    value: FieldValue = view.values.get(name)
    return value.strip() or None if isinstance(value, str) else None


def _at(path: str) -> str:
    """A path inside a union begins with the name of the type (`flat.effective_until`)."""
    name = path.rpartition(".")[2]
    return name if name in _OWN else editor.at(path)


_OWN = frozenset({"effective_from", "effective_until", "reason"})
