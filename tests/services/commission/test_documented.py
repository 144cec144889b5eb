import json
import re
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest

from handlers.blocks import commission as words
from handlers.blocks.text import NO_BREAK, money
from services.commission import (
    STRUCTURE,
    Earlier,
    Period,
    Structure,
    Tier,
    Tiered,
    commission_on,
)
from services.commission.structures import MOST_MONTHS, MOST_TIERS
from services.commission.terms import MOST_VERSIONS
from services.money import MOST, parse_amount

PAGE = (Path(__file__).parents[3] / "docs" / "commission.md").read_text(encoding="utf-8")
LOCALE = "en-US"
SIGNS = {"€": "EUR", "¥": "JPY", "K": "KWD"}
EXAMPLE = re.compile(
    r"```json\n(?P<json>.*?)```\n\n\| Value.*?\n\|---.*?\n(?P<rows>(?:\|[^\n]*\n)+)", re.DOTALL
)


def examples() -> Iterator[tuple[Structure, str, str, str]]:
    """Structure, value, commission and its lines, as the page has them."""
    for found in EXAMPLE.finditer(PAGE):
        structure = STRUCTURE.validate_python(json.loads(found["json"]))
        for row in found["rows"].splitlines():
            value, total, lines = (cell.strip() for cell in row.strip("|").split("|"))
            yield structure, value, total, lines


@pytest.mark.parametrize(("structure", "value", "total", "lines"), list(examples()))
def test_each_example_of_the_page_is_what_comes_out(
    structure: Structure, value: str, total: str, lines: str
) -> None:
    currency = SIGNS[value[0]]
    typed = value.removesuffix("0") if currency == "KWD" else value  # two of its decimals are kept
    amount = parse_amount(typed, LOCALE, currency=currency)

    found = commission_on(structure, amount, currency)

    assert money(found.total, currency, LOCALE).replace(NO_BREAK, " ") == total
    assert "; ".join(words.explained(found, LOCALE)).replace(NO_BREAK, " ") == lines


def test_every_kind_has_its_example() -> None:
    assert {each.type for each, *_ in examples()} == {
        "none",
        "flat",
        "percentage",
        "tiered",
        "recurring",
    }


def test_the_tiers_of_a_quarter_are_counted_as_the_page_says() -> None:
    tiers = (Tier(up_to=Decimal(50_000), rate=Decimal(8)), Tier(rate=Decimal(10)))
    quarterly = Tiered(tiers=tiers, currency="EUR", tiers_per=Period.QUARTER)

    second = commission_on(
        quarterly, Decimal(40_000), "EUR", earlier=Earlier(value=Decimal(40_000))
    )

    first_part, other_part = (words.explained(second, LOCALE)[n].split(":")[0] for n in (0, 1))
    assert f"earns {first_part} and {other_part}" in " ".join(PAGE.split())


def test_the_limits_are_those_of_the_page() -> None:
    said = f"{MOST_TIERS} tiers, {MOST_MONTHS} months, {MOST_VERSIONS} versions"

    assert said in PAGE
    assert f"amounts up to {MOST:,}" in PAGE
