from dataclasses import replace
from datetime import date

import pytest

from services.opportunities.past.words import Unclear, past_day
from services.quick_text import Asked

TODAY = Asked(today=date(2026, 11, 22), locale="en-US", territory="US")
"""A Sunday."""
Q3, OCTOBER, YEAR = date(2026, 9, 30), date(2026, 10, 31), date(2025, 12, 31)
THURSDAY, FRIDAY, COMING = date(2026, 11, 19), date(2026, 11, 20), date(2026, 12, 31)
BRITISH = replace(TODAY, locale="en-GB", territory="GB", fiscal_start=4)


@pytest.mark.parametrize(
    ("words", "meant"),
    [
        ("2026-09-30", "2026-09-30"),
        ("30 sep", "2026-09-30"),
        ("since Sep 30.", "2026-09-30"),
        ("31 dec", "2025-12-31"),
        ("22 nov", "2026-11-22"),
        ("30 sep 2024", "2024-09-30"),
        ("3/4/2026", "2026-03-04"),
        ("today", "2026-11-22"),
        ("yesterday", "2026-11-21"),
        ("last friday", "2026-11-20"),
        ("sunday", "2026-11-15"),
        ("2 weeks ago", "2026-11-08"),
        ("a month ago", "2026-10-22"),
        ("last month", "2026-10-31"),
        ("september", "2026-09-30"),
        ("q2", "2026-06-30"),
        ("end of last quarter", "2026-09-30"),
        ("the prior quarter", "2026-09-30"),
        ("last quarter's end", "2026-09-30"),
        ("last day of september", "2026-09-30"),
        ("last day of last month", "2026-10-31"),
        ("eoq", "2026-12-31"),
        ("the day before yesterday", "2026-11-20"),
        ("start of the quarter", "2026-09-30"),
        ("beginning of last year", "2024-12-31"),
        ("0001-01-01", "0001-01-01"),
        ("9999-12-31", "9999-12-31"),
        ("tomorrow", "2026-11-23"),
        ("next friday", "2026-11-27"),
        ("in 3 weeks", "2026-12-13"),
    ],
)
def test_a_day_is_the_last_one_such(words: str, meant: str) -> None:
    assert past_day(words, TODAY) == date.fromisoformat(meant)


@pytest.mark.parametrize(
    ("words", "meant"),
    [
        ("05/11", "2026-11-05"),
        ("fy26", "2026-03-31"),
        ("beginning of last year", "2025-03-31"),
        ("q4", "2026-03-31"),
    ],
)
def test_days_are_read_in_the_persons_order_and_quarters_are_the_companys(
    words: str, meant: str
) -> None:
    assert past_day(words, BRITISH) == date.fromisoformat(meant)


@pytest.mark.parametrize(
    ("locale", "meant"),
    [
        ("de-DE", {"Ende des letzten Quartals": Q3, "Anfang des Monats": OCTOBER}),
        ("de-DE", {"30.9.": Q3, "am 30.09": Q3}),
        ("de-DE", {"letztes Jahr": YEAR, "vor drei Tagen": THURSDAY, "vorletzte": None}),
        ("de-DE", {"letzten Freitag": FRIDAY, "vorgestern": FRIDAY, "Quartalsende": COMING}),
        ("fr-FR", {"fin du trimestre dernier": Q3, "debut du mois": OCTOBER}),
        ("fr-FR", {"l'année dernière": YEAR, "il y a 3 jours": THURSDAY, "avant-hier": FRIDAY}),
        ("fr-FR", {"vendredi dernier": FRIDAY}),
        ("es-ES", {"fin del trimestre pasado": Q3, "hace tres días": THURSDAY}),
        ("es-ES", {"el año pasado": YEAR, "anteayer": FRIDAY, "viernes pasado": FRIDAY}),
        ("pt-PT", {"fim do último trimestre": Q3, "há três dias": THURSDAY, "anteontem": FRIDAY}),
        ("pt-PT", {"ano passado": YEAR, "mes passado": OCTOBER}),
        ("it-IT", {"fine dello scorso trimestre": Q3, "3 giorni fa": THURSDAY}),
        ("it-IT", {"l'anno scorso": YEAR, "l'altro ieri": FRIDAY, "venerdì scorso": FRIDAY}),
        ("nl-NL", {"einde vorig kwartaal": Q3, "3 dagen geleden": THURSDAY, "vorig jaar": YEAR}),
        ("nl-NL", {"eergisteren": FRIDAY, "vorige vrijdag": FRIDAY, "vorige maand": OCTOBER}),
        ("pl-PL", {"koniec zeszłego kwartału": Q3, "3 dni temu": THURSDAY, "zeszły rok": YEAR}),
        ("sv-SE", {"slutet av förra kvartalet": Q3, "för 3 dagar sedan": THURSDAY}),
        ("sv-SE", {"förra året": YEAR, "förra månaden": OCTOBER, "i förrgår": FRIDAY}),
        (
            "ja-JP",
            {"前四半期": Q3, "先月": OCTOBER, "昨年": YEAR, "3日前": THURSDAY, "一昨日": FRIDAY},
        ),
    ],
)
def test_what_is_gone_is_read_in_the_persons_language(
    locale: str, meant: dict[str, date | None]
) -> None:
    asked = replace(TODAY, locale=locale, territory=locale[-2:])

    found = {words: past_day(words, asked) for words in meant}

    assert found == {words: day or Unclear() for words, day in meant.items()}


@pytest.mark.parametrize("words", ["", "whenever", "2026-02-30", "30 sep or 1 oct", "9" * 500])
def test_what_is_no_day_is_asked_about(words: str) -> None:
    assert past_day(words, TODAY) == Unclear()


def test_a_day_that_may_be_two_names_both() -> None:
    abroad = replace(TODAY, territory="PT")

    assert past_day("03/04", abroad) == Unclear((date(2026, 3, 4), date(2026, 4, 3)))
