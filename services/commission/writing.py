"""Rates and tiers as people write them: `up to 50,000: 8%`, one line each."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from pydantic import TypeAdapter, ValidationError
from pydantic_core import PydanticCustomError

from services.commission.structures import MOST_TIERS, Rate, Tier, checked_tiers
from services.errors import InvalidInput, Problem
from services.money import parse_amount

_RATE: TypeAdapter[Decimal] = TypeAdapter(Rate)
_BULLET = re.compile(r"^[-*\u2022\u2013\u00b7\s]+(?=\S)")
_BELOW = r"(?:up to|until|below|under|less than|to|<=|<|\u2264)"
_ABOVE = r"(?:from|above|over|more than|starting at|>=|>|\u2265)"
_TO = r"(?:\s+(?:up )?(?:to|until)\s+|\s*[-\u2013\u2014]\s*)"
_PARTED = re.compile(r"^(?P<span>.*?)\s*(?::|=|\u2192|->)\s*(?P<rate>[^:=\u2192]*)$")
_SPANS = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"{_BELOW}\s*(?P<upper>\S.*)",
        rf"(?:{_ABOVE}\s*)?(?P<lower>\S.*?){_TO}(?P<upper>\S.*)",
        rf"{_ABOVE}\s*(?P<lower>\S.*)",
        r"(?P<lower>\S.*?)\s*(?:\+|(?:and|or) (?:more|above|over))",
        r"(?:above|over|more|beyond|(?:the )?rest|then|everything(?: else)?|all|any)(?: that)?",
        r"(?P<upper>\S.*)",
    )
)


@dataclass(frozen=True, slots=True)
class _Written:
    """One line as typed: the bounds that it names."""

    lower: Decimal | None
    upper: Decimal | None
    rate: Decimal


def read_rate(words: str, field: str = "rate") -> Decimal:
    """A percentage as typed: `8`, `12,5 %`. Raises InvalidInput at `field`."""
    bare = words.strip().removesuffix("%").strip().replace(",", ".")
    try:
        return _RATE.validate_python(bare)
    except ValidationError as error:
        found = error.errors()[0]
        facts = {name: str(each) for name, each in found.get("ctx", {}).items()}
        raise InvalidInput.of(field, Problem(found["type"]), **facts) from error


def read_tiers(words: str, locale: str, currency: str, field: str = "tiers") -> tuple[Tier, ...]:
    """The tiers that are typed, one a line, amounts as the reader writes them.

    A line names where it ends (`up to 50,000: 8%`), where it begins (`from 50,000: 10%`), both,
    or neither if it is the last (`above: 10%`). Raises InvalidInput at `field`, with the line.
    """
    lines = [bare for line in words.splitlines() if (bare := _BULLET.sub("", line).strip())]
    if len(lines) > MOST_TIERS:
        raise InvalidInput.of(field, Problem.TOO_MANY_LINES, most=str(MOST_TIERS))
    written: list[_Written] = []
    for number, line in enumerate(lines, start=1):
        try:
            written.append(_read_line(line, locale, currency))
        except InvalidInput as error:
            raise InvalidInput.of(field, Problem.NOT_A_TIER, line=str(number)) from error
    return _joined(written, field)


def _read_line(line: str, locale: str, currency: str) -> _Written:
    parts = _PARTED.match(line)
    span = parts and _span(parts["span"].strip())
    if not parts or not span:
        raise InvalidInput.of("tiers", Problem.NOT_A_TIER)
    bounds = {
        name: parse_amount(words, locale, currency=currency)
        for name, words in span.groupdict().items()
    }
    return _Written(bounds.get("lower"), bounds.get("upper"), read_rate(parts["rate"]))


def _span(words: str) -> re.Match[str] | None:
    return next((found for each in _SPANS if (found := each.fullmatch(words))), None)


def _joined(written: Sequence[_Written], field: str) -> tuple[Tier, ...]:
    """Each line goes on where the one before ended; one that names no end goes to the next."""
    tiers: list[Tier] = []
    reached = Decimal(0)
    for number, line in enumerate(written, start=1):
        if line.lower is not None and line.lower != reached:
            raise InvalidInput.of(field, Problem.TIERS_OUT_OF_ORDER, line=str(number))
        following = written[number].lower if number < len(written) else None
        upper = following if line.upper is None else line.upper
        if upper is not None and upper <= reached:
            raise InvalidInput.of(field, Problem.TIERS_OUT_OF_ORDER, line=str(number))
        tiers.append(Tier(up_to=upper, rate=line.rate))
        reached = reached if upper is None else upper
    try:
        return checked_tiers(tiers)
    except PydanticCustomError as error:
        facts = {name: str(each) for name, each in (error.context or {}).items()}
        raise InvalidInput.of(field, Problem(error.type), **facts) from error
