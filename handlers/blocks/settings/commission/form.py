"""The form of a commission: it follows its type, and has a worked example of a value to try. It is
the default's in the settings, a partner's and an opportunity's.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import partial
from typing import Any

from handlers.blocks import commission as words
from handlers.blocks import kit
from handlers.blocks.settings.commission.names import (
    AMOUNT,
    CAP,
    CURRENCY,
    FLAT,
    FLOOR,
    KINDS,
    LIMITS_PER,
    MARGINAL,
    MONTHLY_AMOUNT,
    MONTHLY_SHARE,
    MONTHS,
    NONE,
    PERCENTAGE,
    RATE,
    REDRAW,
    SAMPLE,
    TIERS,
    TIERS_PER,
    TYPE,
    WHOLE,
)
from handlers.blocks.settings.commission.reading import at, read
from handlers.blocks.settings.fields import number
from handlers.blocks.settings.section import (
    Editor,
    Facts,
    Group,
    Section,
    SectionNote,
    Values,
    editor,
)
from handlers.blocks.settings.views import section_view
from handlers.blocks.text import escape
from handlers.routing import FieldValue, View
from services.commission import (
    Flat,
    NoCommission,
    Percentage,
    Period,
    Recurring,
    Structure,
    Tier,
    Tiered,
    commission_on,
)
from services.configuration import Held
from services.configuration.catalogue import BASE_CURRENCY, COMMISSION, CURRENCIES, RECURRING_MONTHS
from services.errors import InvalidInput
from services.money import MOST, parse_amount

_PERIODS: Mapping[Period, str] = {
    Period.OPPORTUNITY: "Each opportunity",
    Period.QUARTER: "Partner and quarter",
    Period.YEAR: "Partner and fiscal year",
}
_USUAL = {AMOUNT: Decimal(500), FLOOR: Decimal(100), CAP: Decimal(5_000)}
_SAMPLE = Decimal(48_000)
_LONGEST_SAMPLE = 60


@dataclass(frozen=True, slots=True)
class Use:
    """What differs from place to place: the hint at the type, and what the controls that have the
    form drawn anew are called.
    """

    hint: str
    redraw: str


@dataclass(frozen=True, slots=True)
class Trial:
    """What the example is of: a structure, None for what cannot be read yet, and the value that
    was typed; None for a usual one.
    """

    structure: Structure | None
    typed: str | None = None


def kind_of(structure: Structure) -> str:
    """Which of the choices of the form a structure is."""
    match structure:
        case NoCommission():
            return NONE
        case Flat():
            return FLAT
        case Percentage():
            return PERCENTAGE
        case Tiered(mode=mode):
            return mode
        case Recurring(rate=rate):
            return MONTHLY_AMOUNT if rate is None else MONTHLY_SHARE


def started(kind: str, facts: Facts) -> Structure:
    """What a form of this kind begins with: what is set or the default, if they are of the kind."""
    held = facts.of(COMMISSION)
    alike = (each for each in (held.value, held.default) if kind_of(each) == kind)
    return next(alike, None) or _suggested(kind, facts)


def fields_of(structure: Structure, trial: Trial, facts: Facts, use: Use) -> list[kit.Block]:
    """The fields that a structure of its kind has, with an example among them."""
    options = {kind: kit.option(label, kind) for kind, label in KINDS.items()}
    chosen = options[kind_of(structure)]
    kinds = kit.select(use.redraw, "Choose", list(options.values()), chosen=chosen)
    first = kit.field(TYPE, "Type", kinds, hint=use.hint, tells_at_once=True)
    example = _example(trial, facts, use)
    if isinstance(structure, NoCommission):
        return [first, *example]
    return [first, *_rule(structure, facts), *example, *_limits(structure, facts)]


def written(structure: Structure, facts: Facts, use: Use) -> dict[str, FieldValue]:
    """What a form of this structure sends when nothing in it was touched."""
    return {
        str(block["block_id"]): _initial(block["element"])
        for block in fields_of(structure, Trial(structure), facts, use)
        if "element" in block
    }


def drawn_anew(values: Values, facts: Facts, *, use: Use) -> list[kit.Block]:
    """The form for the chosen type, with an example of what is typed so far."""
    kind = str(values.get(TYPE))
    begun = started(kind if kind in KINDS else kind_of(facts.value(COMMISSION)), facts)
    try:
        typed = read({**written(begun, facts, use), **values}, facts)
    except InvalidInput:
        typed = None
    sample = values.get(SAMPLE)
    trial = Trial(typed, sample.strip() or None if isinstance(sample, str) else None)
    return fields_of(typed or begun, trial, facts, use)


def redrawn(values: Values, facts: Facts, drawing: str, note: SectionNote) -> View:
    """The modal of the settings drawn anew; nothing is saved."""
    trying = replace(EDITOR, draw=partial(drawn_anew, values, use=_use(facts)))
    others = SECTION.editors[1:]
    return section_view(replace(SECTION, editors=(trying, *others)), facts, drawing, note=note)


def _suggested(kind: str, facts: Facts) -> Structure:
    """Something to begin with, so that the example shows at once what the type does."""
    currency = facts.value(BASE_CURRENCY)
    tiers = (Tier(up_to=Decimal(50_000), rate=Decimal(8)), Tier(rate=Decimal(10)))
    months = facts.value(RECURRING_MONTHS)
    suggestions: dict[str, Structure] = {
        NONE: NoCommission(),
        FLAT: Flat(amount=Decimal(500), currency=currency),
        PERCENTAGE: Percentage(rate=Decimal(10)),
        MARGINAL: Tiered(mode="marginal", tiers=tiers, currency=currency),
        WHOLE: Tiered(mode="whole", tiers=tiers, currency=currency),
        MONTHLY_SHARE: Recurring(months=months, rate=Decimal(10)),
        MONTHLY_AMOUNT: Recurring(months=months, amount=Decimal(100), currency=currency),
    }
    return suggestions[kind]


def _rule(structure: Flat | Percentage | Tiered | Recurring, facts: Facts) -> list[kit.Block]:
    match structure:
        case Flat(amount=amount):
            return [_money(AMOUNT, "Amount", amount, facts, hint="Paid for each opportunity won.")]
        case Percentage(rate=rate):
            return [_share(rate, facts, "Of the value.")]
        case Tiered():
            return _tier_fields(structure, facts)
        case Recurring(rate=rate, amount=amount, months=months):
            what = (
                _money(AMOUNT, "Amount a month", amount, facts)
                if rate is None
                else _share(rate, facts, "Of the monthly value.")
            )
            return [what, _months(months)]


def _tier_fields(structure: Tiered, facts: Facts) -> list[kit.Block]:
    lines = kit.text_input(
        TIERS, initial=words.tier_lines(structure.tiers, facts.locale), is_long=True
    )
    bound = words.typed_amount(Decimal(50_000), facts.locale)
    hint = f"One a line, like up to {bound}: 8%. The last has no end, like above: 10%."
    return [
        kit.field(TIERS, "Tiers", lines, hint=f"{hint} A bound itself counts to the next tier."),
        _period(TIERS_PER, "Tiers count the value of", structure.tiers_per),
    ]


def _months(months: int) -> kit.Block:
    control = kit.number_input(MONTHS, initial=str(months), decimal=False)
    return kit.field(MONTHS, "For how many months", control, hint="1 to 120.")


def _share(rate: Decimal, facts: Facts, hint: str) -> kit.Block:
    control = kit.text_input(RATE, initial=words.percent(rate, facts.locale), most=20)
    return kit.field(RATE, "Percentage", control, hint=hint)


def _limits(structure: Flat | Percentage | Tiered | Recurring, facts: Facts) -> list[kit.Block]:
    """The currency stands behind the first amount it is of."""
    currency = _currency(structure, facts)
    limits = [
        _money(FLOOR, "At least", structure.floor, facts, hint="Nothing for a value of zero."),
        _money(CAP, "At most", structure.cap, facts),
    ]
    is_in_rule = isinstance(structure, Flat | Tiered) or kind_of(structure) == MONTHLY_AMOUNT
    amounts = (
        [currency, kit.divider(), *limits] if is_in_rule else [kit.divider(), *limits, currency]
    )
    return [*amounts, _period(LIMITS_PER, "At least and at most count for", structure.limits_per)]


def _currency(structure: Flat | Percentage | Tiered | Recurring, facts: Facts) -> kit.Block:
    chosen = structure.currency or facts.value(BASE_CURRENCY)
    codes = dict.fromkeys((chosen, *facts.value(CURRENCIES)))
    options = [kit.option(code, code) for code in codes]
    control = kit.select(CURRENCY, "Choose a currency", options, chosen=options[0])
    return kit.field(CURRENCY, "Currency", control)


def _money(
    name: str, label: str, amount: Decimal | None, facts: Facts, *, hint: str | None = None
) -> kit.Block:
    initial = None if amount is None else words.typed_amount(amount, facts.locale)
    placeholder = words.typed_amount(_USUAL[name], facts.locale)
    control = kit.text_input(name, initial=initial, placeholder=placeholder, most=60)
    return kit.field(name, label, control, hint=hint, is_optional=name in {FLOOR, CAP})


def _period(name: str, label: str, period: Period) -> kit.Block:
    options = {each: kit.option(label, each.value) for each, label in _PERIODS.items()}
    control = kit.select(name, "Choose", list(options.values()), chosen=options[period])
    return kit.field(name, label, control)


def _example(trial: Trial, facts: Facts, use: Use) -> list[kit.Block]:
    """Its button's value differs at each drawing: a second press is not the repeat of the first."""
    again = kit.button("Work out again", f"{use.redraw}:example", facts.now.isoformat())
    usual = words.typed_amount(_SAMPLE, facts.locale)
    control = kit.text_input(
        f"{use.redraw}:value", initial=trial.typed, placeholder=usual, most=_LONGEST_SAMPLE
    )
    lines = "\n".join(["Worked example", *_tried(trial, facts)])
    return [
        kit.field(SAMPLE, "Try it with a value of", control, is_optional=True, tells_at_once=True),
        kit.section(lines, accessory=again),
    ]


def _tried(trial: Trial, facts: Facts) -> list[str]:
    if trial.structure is None:
        return ["Fill in the fields here, then press *Work out again*."]
    currency = _currency_of(trial.structure, facts)
    if trial.typed is None:
        return _worked(trial.structure, _samples(trial.structure), currency, facts)
    try:
        value = parse_amount(trial.typed, facts.locale, currency=currency, field=SAMPLE)
    except InvalidInput:
        usual = words.typed_amount(_SAMPLE, facts.locale)
        return [f"I cannot read the value to try. Write it like {usual}."]
    return _worked(trial.structure, [value], currency, facts)


def _currency_of(structure: Structure, facts: Facts) -> str:
    own = None if isinstance(structure, NoCommission) else structure.currency
    return own or facts.value(BASE_CURRENCY)


def _worked(
    structure: Structure, values: Sequence[Decimal], currency: str, facts: Facts
) -> list[str]:
    """What values come to."""
    lines: list[str] = []
    for value in values:
        earned = commission_on(structure, value, currency)
        lines.append(f"*{escape(words.example(value, earned, facts.locale))}*")
        lines += [escape(line) for line in words.explained(earned, facts.locale)]
    return lines


def _samples(structure: Structure) -> list[Decimal]:
    """A usual one; with tiers a large one too, which reaches the last of them."""
    bounds = [
        tier.up_to
        for tier in (structure.tiers if isinstance(structure, Tiered) else ())
        if tier.up_to is not None
    ]
    last = max(bounds, default=Decimal(0))
    return [_SAMPLE] if last < _SAMPLE else [_SAMPLE, min(last * 3 / 2, MOST)]


def _initial(element: Any) -> FieldValue:
    """What a control sends when nobody touched it."""
    option = element.get("initial_option")
    return option["value"] if option else element.get("initial_value")


def _draw(held: Held[Structure], facts: Facts) -> list[kit.Block]:
    return fields_of(held.value, Trial(held.value), facts, _use(facts))


def _use(facts: Facts) -> Use:
    default = words.sentence(facts.of(COMMISSION).default, facts.locale)
    return Use(f"What a new partner starts with. Default: {default}.", REDRAW)


def _in_words(structure: Structure, facts: Facts) -> str:
    return words.sentence(structure, facts.locale)


def _summary(facts: Facts) -> str:
    said = _in_words(facts.value(COMMISSION), facts)
    return escape(said[:1].upper() + said[1:])


EDITOR: Editor = editor(
    COMMISSION, "Commission default", draw=_draw, read=read, words=_in_words, at=at
)
SECTION = Section(
    key="commission",
    title="Commission default",
    group=Group.PARTNERS,
    about="What a partner earns on what is won with it, unless it has an agreement of its own.",
    summary=_summary,
    editors=(
        EDITOR,
        number(
            RECURRING_MONTHS,
            "Months of a monthly commission",
            one="month",
            many="months",
            hint="What a new one begins with, 1 to 120.",
        ),
    ),
    also_reads=(BASE_CURRENCY, CURRENCIES),
)
