from decimal import Decimal
from pathlib import Path

from services.health.evidence import MOST_A_DAY, Deal, Evidence
from services.health.formula import HORIZON, MIX_LIVES, SLOWLY, USUAL_DAYS, PartName
from services.health.levels import FAIR_FROM, GOOD_FROM
from services.health.reading import TYPICAL_OF
from services.health.recomputing import KEPT, MOST_RETOLD
from tests.services.health.test_health_formula import ago, known, met, of

DOCUMENT = (Path(__file__).parents[3] / "docs" / "health.md").read_text()
TYPICAL = Decimal(20_000)
EXAMPLES: dict[str, Evidence] = {
    "New today, nothing has happened": known(days=0),
    "New today, a first meeting": known(days=0, contacts=met(0)),
    "Known for a month, never contacted": known(days=30),
    "Met every week, in meetings and calls, nothing else": known(
        contacts=(*met(*range(5, 300, 14)), *met(*range(12, 300, 14), type_="call"))
    ),
    "The same, with two usual opportunities open that moved last week": known(
        contacts=(*met(*range(5, 300, 14)), *met(*range(12, 300, 14), type_="call")),
        deals=(Deal("open", TYPICAL, *ago(7)),) * 2,
    ),
    "Seven wins, three losses in the year, but silent for two months": known(
        contacts=met(*range(60, 300, 7)),
        deals=(
            *(Deal("won", TYPICAL, day) for day in ago(*range(60, 340, 40))),
            *(Deal("lost", TYPICAL, day) for day in ago(80, 180, 280)),
        ),
    ),
    "Met yesterday, two promises overdue": known(contacts=met(1), due=ago(3, 9)),
}


def test_the_documented_examples_are_what_the_formula_says() -> None:
    told = [line for line in DOCUMENT.splitlines() if line.startswith("| ")]

    for name, evidence in EXAMPLES.items():
        health = of(evidence)
        values = [part.value for part in health.parts]
        assert len(values) == len(PartName)
        row = " | ".join([name, *map(str, values), f"**{health.score}**"])
        assert f"| {row} |" in told


def test_the_documented_limits_are_those_of_the_code() -> None:
    for words in (
        f"at most {MOST_A_DAY} contacts a day",
        f"good from {GOOD_FROM}, fair from {FAIR_FROM}",
        f"per {USUAL_DAYS} days",
        f"last {MIX_LIVES} half-lives",
        f"{SLOWLY} times slower",
        f"older than {HORIZON} half-lives",
        f"latest {TYPICAL_OF} opportunities",
        f"{KEPT.days} days",
        f"at most {MOST_RETOLD} partners",
    ):
        assert words in DOCUMENT, words
