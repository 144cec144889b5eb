"""The commission of partners without one of their own: a form that follows its type, and a worked
example below it.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from decimal import Decimal
from functools import partial
from typing import Any, TypeVar

from handlers import forms
from handlers.blocks import commission as words
from handlers.blocks import kit
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
    STRUCTURE,
    Flat,
    NoCommission,
    Percentage,
    Period,
    Recurring,
    Structure,
    Tier,
    Tiered,
    commission_on,
    read_rate,
    read_tiers,
    stored,
)
from services.configuration import Held
from services.configuration.catalogue import BASE_CURRENCY, COMMISSION, CURRENCIES, RECURRING_MONTHS
from services.errors import FieldProblem, InvalidInput, Problem
from services.money import MOST, parse_amount

T = TypeVar("T")

REDRAW = "commission_redraw"
"""The controls that have the form drawn anew: its type, and the way to another example."""
TYPE = "commission_type"
RATE = "commission_rate"
AMOUNT = "commission_amount"
TIERS = "commission_tiers"
TIERS_PER = "commission_tiers_per"
MONTHS = "commission_months"
CURRENCY = "commission_currency"
FLOOR = "commission_floor"
CAP = "commission_cap"
LIMITS_PER = "commission_limits_per"

NONE, FLAT, PERCENTAGE = "none", "flat", "percentage"
MARGINAL, WHOLE = "marginal", "whole"
MONTHLY_SHARE, MONTHLY_AMOUNT = "monthly_share", "monthly_amount"
KINDS: Mapping[str, str] = {
    NONE: "None",
    PERCENTAGE: "A percentage of the value",
    FLAT: "An amount for each opportunity",
    MARGINAL: "Tiers, each part at its own rate",
    WHOLE: "Tiers, everything at the rate reached",
    MONTHLY_SHARE: "Every month, a percentage",
    MONTHLY_AMOUNT: "Every month, an amount",
}
_PERIODS: Mapping[Period, str] = {
    Period.OPPORTUNITY: "Each opportunity",
    Period.QUARTER: "Partner and quarter",
    Period.YEAR: "Partner and fiscal year",
}
_FIELDS = {
    "rate": RATE,
    "amount": AMOUNT,
    "tiers": TIERS,
    "tiers_per": TIERS_PER,
    "months": MONTHS,
    "currency": CURRENCY,
    "floor": FLOOR,
    "cap": CAP,
    "limits_per": LIMITS_PER,
}
_SAMPLE = Decimal(48_000)


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


def form(structure: Structure, facts: Facts) -> list[kit.Block]:
    """The fields of a structure: those its kind has."""
    default = words.sentence(facts.of(COMMISSION).default, facts.locale)
    options = {kind: kit.option(label, kind) for kind, label in KINDS.items()}
    chosen = options[kind_of(structure)]
    kinds = kit.select(REDRAW, "Choose", list(options.values()), chosen=chosen)
    hint = f"What a new partner starts with. Default: {default}."
    first = kit.field(TYPE, "Type", kinds, hint=hint, tells_at_once=True)
    if isinstance(structure, NoCommission):
        return [first]
    return [first, *_rule(structure, facts), *_limits(structure, facts)]


def written(structure: Structure, facts: Facts) -> dict[str, FieldValue]:
    """What a form of this structure sends when nothing in it was touched."""
    blocks = form(structure, facts)
    return {str(block["block_id"]): _initial(block["element"]) for block in blocks}


def redrawn(values: Values, facts: Facts, drawing: str, note: SectionNote) -> View:
    """The modal for the chosen type, with an example of what is typed so far; nothing is saved."""
    kind = str(values.get(TYPE))
    begun = started(kind if kind in KINDS else kind_of(facts.value(COMMISSION)), facts)
    typed: Structure | None
    try:
        typed = read({**written(begun, facts), **values}, facts)
    except InvalidInput:
        typed = None
    section = replace(SECTION, body=partial(_example, typed))
    return section_view(section, facts.having(COMMISSION, typed or begun), drawing, note=note)


def read(values: Values, facts: Facts) -> Structure:
    """The structure of the fields. Raises InvalidInput at all of them that are wrong."""
    kind = values.get(TYPE)
    if kind not in KINDS:
        raise InvalidInput.of(TYPE, Problem.UNKNOWN_CHOICE)
    if kind == NONE:
        return NoCommission()
    reading = _Reading(values, facts)
    given = {**reading.rule(str(kind)), **reading.limits(), **_kept_days(facts)}
    if reading.problems:
        raise InvalidInput(reading.problems)
    return forms.read_value(STRUCTURE, given, at)


def at(path: str) -> str:
    """The field of a problem at this path inside the structure."""
    return next((_FIELDS[part] for part in path.split(".") if part in _FIELDS), TYPE)


class _Reading:
    """The fields being read; what is wrong is gathered, so that all of it is told at once."""

    def __init__(self, values: Values, facts: Facts) -> None:
        self.problems: dict[str, FieldProblem] = {}
        self._values = values
        self._locale = facts.locale
        self._currency = self._text(CURRENCY) or facts.value(BASE_CURRENCY)

    def rule(self, kind: str) -> dict[str, object]:
        """What its kind asks for."""
        match kind:
            case "flat":
                return {"type": "flat", "amount": self._amount(AMOUNT)}
            case "percentage":
                return {"type": "percentage", "rate": self._rate()}
            case "monthly_share":
                return {**self._monthly(), "rate": self._rate()}
            case "monthly_amount":
                return {**self._monthly(), "amount": self._amount(AMOUNT)}
            case _:
                return {"type": "tiered", "mode": kind, **self._tiers()}

    def limits(self) -> dict[str, object]:
        return {
            "cap": self._amount(CAP, is_optional=True),
            "floor": self._amount(FLOOR, is_optional=True),
            "limits_per": self._text(LIMITS_PER) or Period.OPPORTUNITY,
            "currency": self._currency,
        }

    def _monthly(self) -> dict[str, object]:
        months = self._text(MONTHS)
        if not months:
            self.problems[MONTHS] = FieldProblem(Problem.REQUIRED)
        return {"type": "recurring", "months": months}

    def _tiers(self) -> dict[str, object]:
        typed = self._text(TIERS)
        tiers = self._parsed(TIERS, lambda: read_tiers(typed, self._locale, self._currency, TIERS))
        return {"tiers": tiers, "tiers_per": self._text(TIERS_PER) or Period.OPPORTUNITY}

    def _rate(self) -> Decimal | None:
        typed = self._text(RATE)
        if not typed:
            self.problems[RATE] = FieldProblem(Problem.REQUIRED)
            return None
        return self._parsed(RATE, lambda: read_rate(typed, RATE))

    def _amount(self, name: str, *, is_optional: bool = False) -> Decimal | None:
        typed = self._text(name)
        if typed:
            return self._parsed(
                name,
                lambda: parse_amount(typed, self._locale, currency=self._currency, field=name),
            )
        if not is_optional:
            self.problems[name] = FieldProblem(Problem.REQUIRED)
        return None

    def _parsed(self, name: str, parse: Callable[[], T]) -> T | None:
        try:
            return parse()
        except InvalidInput as error:
            self.problems[name] = next(iter(error.problems.values()))
            return None

    def _text(self, name: str) -> str:
        value = self._values.get(name)
        return value.strip() if isinstance(value, str) else ""


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
    return [
        _currency(structure, facts),
        _money(
            FLOOR, "At least", structure.floor, facts, hint="Nothing is paid on a value of zero."
        ),
        _money(CAP, "At most", structure.cap, facts),
        _period(LIMITS_PER, "The least and the most count for", structure.limits_per),
    ]


def _currency(structure: Flat | Percentage | Tiered | Recurring, facts: Facts) -> kit.Block:
    chosen = structure.currency or facts.value(BASE_CURRENCY)
    codes = dict.fromkeys((chosen, *facts.value(CURRENCIES)))
    options = [kit.option(code, code) for code in codes]
    control = kit.select(CURRENCY, "Choose a currency", options, chosen=options[0])
    return kit.field(CURRENCY, "Currency of the amounts here", control)


def _money(
    name: str, label: str, amount: Decimal | None, facts: Facts, *, hint: str | None = None
) -> kit.Block:
    initial = None if amount is None else words.typed_amount(amount, facts.locale)
    placeholder = words.typed_amount(Decimal(5_000), facts.locale)
    control = kit.text_input(name, initial=initial, placeholder=placeholder, most=60)
    return kit.field(name, label, control, hint=hint, is_optional=name in {FLOOR, CAP})


def _period(name: str, label: str, period: Period) -> kit.Block:
    options = {each: kit.option(label, each.value) for each, label in _PERIODS.items()}
    control = kit.select(name, "Choose", list(options.values()), chosen=options[period])
    return kit.field(name, label, control)


def _example(structure: Structure | None, facts: Facts, drawing: str) -> list[kit.Block]:
    again = kit.button("Work out again", f"{REDRAW}:example", drawing)
    if structure is None:
        lines = ["Fill in the fields above, then press *Work out again*."]
    else:
        lines = _worked(structure, facts)
    return [kit.divider(), kit.section("\n".join(["*Worked example*", *lines]), accessory=again)]


def _worked(structure: Structure, facts: Facts) -> list[str]:
    """What a value comes to; with tiers a large one too, which reaches the last of them."""
    own = None if isinstance(structure, NoCommission) else structure.currency
    currency = own or facts.value(BASE_CURRENCY)
    lines: list[str] = []
    for value in _samples(structure):
        earned = commission_on(structure, value, currency)
        lines.append(f"*{escape(words.example(value, earned, facts.locale))}*")
        lines += [escape(line) for line in words.explained(earned, facts.locale)]
    return lines


def _samples(structure: Structure) -> list[Decimal]:
    bounds = [
        tier.up_to
        for tier in (structure.tiers if isinstance(structure, Tiered) else ())
        if tier.up_to is not None
    ]
    last = max(bounds, default=Decimal(0))
    return [_SAMPLE] if last < _SAMPLE else [_SAMPLE, min(last * 3 / 2, MOST)]


def _kept_days(facts: Facts) -> dict[str, object]:
    """The days it counts are not edited here: the default counts whenever it is asked for."""
    present = stored(facts.value(COMMISSION))
    return {name: each for name, each in present.items() if name.startswith("effective_")}


def _initial(element: Any) -> FieldValue:
    """What a control sends when nobody touched it."""
    option = element.get("initial_option")
    return option["value"] if option else element.get("initial_value")


def _draw(held: Held[Structure], facts: Facts) -> list[kit.Block]:
    return form(held.value, facts)


def _in_words(structure: Structure, facts: Facts) -> str:
    return words.sentence(structure, facts.locale)


def _body(facts: Facts, drawing: str) -> list[kit.Block]:
    return _example(facts.value(COMMISSION), facts, drawing)


EDITOR: Editor = editor(COMMISSION, "Commission", draw=_draw, read=read, words=_in_words, at=at)
SECTION = Section(
    key="commission",
    title="Commission default",
    group=Group.PARTNERS,
    about="What a partner earns on what is won with it, unless it has an agreement of its own.",
    summary=lambda facts: escape(_in_words(facts.value(COMMISSION), facts).capitalize()),
    editors=(EDITOR,),
    body=_body,
    also_reads=(BASE_CURRENCY, CURRENCIES, RECURRING_MONTHS),
)
