"""What is agreed with a partner, version by version, and the form of a change."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from handlers import forms
from handlers.blocks import kit
from handlers.blocks.commission import words
from handlers.blocks.commission.values import (
    AGREE_FORM,
    CHANGE,
    REDRAW,
    STATEMENT,
    TERMS_PAGE,
    TERMS_VIEW,
    WITHDRAW,
    ChangeRef,
    Reader,
    StatementRef,
    TermsRef,
    WithdrawRef,
    short,
)
from handlers.blocks.kit import Block, Element, View
from handlers.blocks.settings import commission as editor
from handlers.blocks.settings.section import Facts, Values
from handlers.blocks.text import escape
from services.commission import Structure
from services.commission.agreements import Agreed, Version
from services.commission.basis import Source
from services.partners import Partner

ROWS = 10
FROM, UNTIL = "effective_from", "effective_until"
_USE = editor.Use("The fields below follow it.", REDRAW)


def terms_view(
    it: Agreed, partner: Partner, ref: TermsRef, reader: Reader, told: str | None = None
) -> View:
    """Every version, the newest first, and which of them counts. `told`: what was done, escaped."""
    versions = it.versions[::-1]
    pages = max(1, -(-len(versions) // ROWS))
    page = min(max(ref.page, 1), pages)
    here = ref.model_copy(update={"page": page})
    shown = versions[(page - 1) * ROWS : page * ROWS]
    return kit.modal(
        "Terms",
        [
            *([kit.section(told)] if told else []),
            kit.section(f"*{short(partner.name)}*: commission"),
            *_default(it, partner, reader),
            *(block for each in shown for block in _version(each, it, here, reader)),
            *kit.paging(page, pages, TERMS_PAGE, lambda number: _paged(here, number)),
            kit.divider(),
            kit.actions(*_ways(it, here, reader)),
        ],
        callback_id=TERMS_VIEW,
        metadata=forms.pack(here),
        close="Close",
    )


@dataclass(frozen=True, slots=True)
class Days:
    """What a form of terms begins with: from when until when they count."""

    first: date
    last: date | None


def change_form(
    fields: Sequence[Block], partner: Partner, ref: ChangeRef, days: Days, told: str | None = None
) -> View:
    """The form of new terms. `told`: what happened meanwhile, escaped."""
    return kit.modal(
        "Change terms",
        [
            *([kit.section(told)] if told else []),
            kit.context(
                f"What {short(partner.name)} earns from a day on. What was won before keeps the "
                "terms of its day."
            ),
            _day(FROM, "From", "The first day these terms count", days.first),
            *fields,
            _day(
                UNTIL,
                "Until",
                "The last day they count; without one, until others begin",
                days.last,
            ),
        ],
        callback_id=AGREE_FORM,
        submit="Agree anyway" if told else "Agree",
        metadata=forms.pack(ref),
    )


def fields_of(structure: Structure, facts: Facts) -> list[Block]:
    """The fields of terms as they are."""
    return editor.fields_of(structure, editor.Trial(structure), facts, _USE)


def drawn_anew(values: Values, facts: Facts) -> list[Block]:
    """The fields for the chosen type, with an example of what is typed."""
    return editor.drawn_anew(values, facts, use=_USE)


def agreed(structure: Structure, partner: Partner, reader: Reader) -> str:
    """`Agreed with Globex: 10% of the value, from Fri 1 Jan 2027.`"""
    said = escape(words.sentence(structure, reader.locale))
    return f"Agreed with {short(partner.name)}: {said}."


def withdrawn(structure: Structure, partner: Partner, reader: Reader) -> str:
    """What does not come."""
    said = escape(words.sentence(structure, reader.locale))
    return f"Withdrawn for {short(partner.name)}: {said}."


def changed_meanwhile(who: str, it: Agreed, reader: Reader) -> str:
    """Somebody else was faster: what counts now, and that what was typed is still there. `who`: who
    changed them and when, escaped.
    """
    now = escape(words.sentence(it.present, reader.locale)) if it.present else "nothing is agreed"
    return (
        f"{who} Today counts: {now}. Nothing was saved; what you typed is still here. Press "
        "*Agree anyway* if you still want it."
    )


def _default(it: Agreed, partner: Partner, reader: Reader) -> list[Block]:
    if it.source is Source.AGREEMENT:
        return []
    own = f"Nothing of its own counts for {short(partner.name)} today"
    if it.present is None:
        return [kit.section(f"{own}, and no default does: it earns nothing.")]
    said = escape(words.sentence(it.present, reader.locale))
    return [kit.section(f"{own}. *Your company's default counts:* {said}.")]


def _version(each: Version, it: Agreed, ref: TermsRef, reader: Reader) -> list[Block]:
    whole = each.structure.model_copy(update={"effective_until": each.until})
    said = words.sentence(whole, reader.locale)
    state = "In force" if each.is_in_force else "To come" if each.is_to_come else "Was"
    text = kit.section(f"*{state}*\n{escape(said[:1].upper() + said[1:])}")
    first = each.structure.effective_from
    if not each.is_to_come or first is None or not reader.may_manage:
        return [text]
    return [text, kit.actions(*_acts(said, first, it, ref))]


def _acts(said: str, first: date, it: Agreed, ref: TermsRef) -> list[Element]:
    common = {**ref.model_dump(), "version": it.version, "first": first}
    question = kit.confirm(
        "Withdraw these terms?", f"{said}. What was agreed before goes on.", "Withdraw", "Keep"
    )
    change = forms.pack(ChangeRef.model_validate(common))
    withdraw = forms.pack(WithdrawRef.model_validate(common))
    return [
        kit.button("Change", f"{CHANGE}:{first}", change, label=f"Change what begins {first}"),
        kit.button("Withdraw", f"{WITHDRAW}:{first}", withdraw, style="danger", confirm=question),
    ]


def _ways(it: Agreed, ref: TermsRef, reader: Reader) -> list[Element]:
    change = ChangeRef(
        partner_id=ref.partner_id, page=ref.page, channel_id=ref.channel_id, version=it.version
    )
    statement = StatementRef(partner_id=ref.partner_id, channel_id=ref.channel_id)
    label = "Change terms" if it.versions else "Agree on terms"
    return [
        *(
            [kit.button(label, CHANGE, forms.pack(change), style="primary")]
            if reader.may_manage
            else []
        ),
        kit.button("Statement", STATEMENT, forms.pack(statement)),
    ]


def _paged(ref: TermsRef, number: int) -> str:
    return forms.pack(ref.model_copy(update={"page": number}))


def _day(name: str, label: str, hint: str, initial: date | None) -> Block:
    picker = kit.date_picker(name, initial=initial.isoformat() if initial else None)
    return kit.field(name, label, picker, hint=hint, is_optional=name == UNTIL)
