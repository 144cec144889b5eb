"""The commission of one opportunity: where it comes from, and terms for it alone."""

from collections.abc import Sequence
from dataclasses import dataclass

from handlers import forms
from handlers.blocks import kit
from handlers.blocks.commission import words
from handlers.blocks.commission.values import (
    EXPLAIN_VIEW,
    OVERRIDE,
    OVERRIDE_FORM,
    REDRAW,
    REMOVE,
    STATEMENT,
    TERMS,
    DealRef,
    OverrideRef,
    Reader,
    StatementRef,
    TermsRef,
    short,
)
from handlers.blocks.kit import Block, Element, View
from handlers.blocks.settings import commission as editor
from handlers.blocks.text import day, escape, exact, money
from services.commission.basis import Override
from services.commission.projecting import Projection, State
from services.opportunities import Opportunity

USE = editor.Use("Instead of the partner's terms, for this opportunity alone.", REDRAW)
_REASON = "reason"
_LONGEST_REASON = 255
_STATES = {State.PROJECTED: "projected", State.EARNED: "earned"}


@dataclass(frozen=True, slots=True)
class Deal:
    """An opportunity with what it earns its partner, and the terms it has for itself."""

    it: Opportunity
    found: Projection | None
    override: Override | None


def explain_view(deal: Deal, ref: DealRef, reader: Reader, told: str | None = None) -> View:
    """Where it comes from, line by line, and the ways to what it follows from."""
    return kit.modal(
        "Commission",
        [
            *([kit.section(told)] if told else []),
            kit.section(f"{_title(deal.it, reader)}\n{_state(deal, reader)}"),
            *_terms(deal, reader),
            *_lines(deal, reader),
            kit.divider(),
            kit.actions(*_ways(deal, ref, reader)),
        ],
        callback_id=EXPLAIN_VIEW,
        metadata=forms.pack(ref),
        close="Close",
    )


def override_form(
    fields: Sequence[Block], deal: Deal, ref: OverrideRef, reader: Reader, told: str | None = None
) -> View:
    """Terms for this opportunity alone, with the reason; or its partner's again. `told`: what
    happened meanwhile, escaped.
    """
    remove = kit.checkboxes(REMOVE, [kit.option("The partner's terms count again", "remove")])
    hint = "What is chosen below does not count then."
    removing = [kit.field(REMOVE, "Override", remove, hint=hint, is_optional=True)]
    return kit.modal(
        f"Override for #{deal.it.number}",
        [
            *([kit.section(told)] if told else []),
            kit.section(f"{_title(deal.it, reader)}\n{_state(deal, reader)}"),
            kit.field(_REASON, "Reason", kit.text_input(_REASON, most=_LONGEST_REASON)),
            *(removing if deal.override else []),
            *fields,
        ],
        callback_id=OVERRIDE_FORM,
        submit="Save anyway" if told else "Save",
        metadata=forms.pack(ref),
    )


def overridden(deal: Deal, reader: Reader) -> str:
    """What counts from now on."""
    number = deal.it.number
    if deal.override is None:
        return f"The partner's terms count for #{number} again."
    said = escape(words.sentence(deal.override.structure, reader.locale))
    return f"For #{number} alone counts: {said}."


def changed_meanwhile(who: str, deal: Deal, reader: Reader) -> str:
    """Somebody else was faster: what counts now, and that what was typed is still there. `who`: who
    changed it and when, escaped.
    """
    own = deal.override
    now = escape(words.sentence(own.structure, reader.locale)) if own else "the partner's terms"
    return (
        f"{who} For #{deal.it.number} counts now: {now}. Nothing was saved; what you typed is "
        "still here. Press *Save anyway* if you still want it."
    )


def _title(it: Opportunity, reader: Reader) -> str:
    value = escape(money(it.value, it.currency, reader.locale))
    return f"*#{it.number} {short(it.customer_name)}* · {value} · {short(it.partner_name)}"


def _state(deal: Deal, reader: Reader) -> str:
    found = deal.found
    if found is None:
        return "It is lost: it earns nothing."
    if found.state is State.HELD or found.commission is None:
        return f"Commission {escape(words.held(found.held, reader.locale, reader.today))}"
    currency = found.commission.currency
    total = escape(exact(found.commission.total, currency, reader.locale))
    on = day(found.on, reader.locale, reader.today)
    verb = "won" if found.state is State.EARNED else "if won"
    return f"*{total}* {_STATES[found.state]}, {verb} on {on}"


def _terms(deal: Deal, reader: Reader) -> list[Block]:
    """The rule in words, and whose it is."""
    found = deal.found
    if found is None or found.state is State.HELD:
        return []
    if found.structure is None:
        return [kit.section("*Terms*\nNothing is agreed for that day, so that it earns nothing.")]
    said = escape(words.sentence(found.structure, reader.locale))
    whose = words.source_words(found.source)
    why = f": {short(deal.override.reason, _LONGEST_REASON)}" if deal.override else ""
    return [kit.section(f"*Terms* ({whose}{why})\n{said[:1].upper()}{said[1:]}")]


def _lines(deal: Deal, reader: Reader) -> list[Block]:
    if deal.found is None or deal.found.commission is None:
        return []
    told = words.explained(deal.found.commission, reader.locale)
    return [kit.section("\n".join(f"• {escape(each)}" for each in told))] if told else []


def _ways(deal: Deal, ref: DealRef, reader: Reader) -> list[Element]:
    partner_id = deal.it.partner_id
    terms = TermsRef(partner_id=partner_id, channel_id=ref.channel_id)
    statement = StatementRef(partner_id=partner_id, channel_id=ref.channel_id)
    label = "Change override" if deal.override else "Override"
    may_override = reader.may_manage and deal.found is not None
    return [
        *([kit.button(label, OVERRIDE, forms.pack(ref))] if may_override else []),
        kit.button("Terms", TERMS, forms.pack(terms)),
        kit.button("Statement", STATEMENT, forms.pack(statement)),
    ]
