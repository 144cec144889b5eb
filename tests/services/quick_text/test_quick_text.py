import re
import time
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise
from uuid import UUID

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from handlers.blocks.opportunities.understood import in_field
from handlers.blocks.text import day, money
from services.money import parse_amount
from services.quick_text import Field, Money, Span, Understood, Why, understand
from services.quick_text.folding import folded
from tests.services.quick_text.phrasings import ALL, CURRENCIES, TODAY, Phrasing, asked

LOCALES = (
    *("en-US", "en-GB", "en-IN", "en-CA", "en-AU", "en-ZA", "de-DE", "de-CH", "de-AT", "fr-FR"),
    *("fr-CH", "fr-CA", "es-ES", "es-MX", "pt-BR", "pt-PT", "it-IT", "nl-NL", "pl-PL", "sv-SE"),
    *("nb-NO", "da-DK", "fi-FI", "cs-CZ", "hu-HU", "ro-RO", "tr-TR", "ru-RU", "uk-UA", "he-IL"),
    *("ar-EG", "hi-IN", "th-TH", "vi-VN", "id-ID", "ja-JP", "ko-KR", "zh-CN", "zh-TW", "es-LA"),
)
SOME = st.sampled_from(("en-US", "en-GB", "de-DE", "fr-FR", "es-ES", "pt-BR", "ja-JP", "pl-PL"))
TWO_DECIMALS = st.decimals(min_value=0, max_value=9_999_999_999_999, places=2)
WORDS = """
Acme renewal via by with closing on in of the for end mid next last first friday may march
sep 30 2026 2027 Q3 H1 FY27 48k 48,000 48.000 1.5M 3M € $ EUR usd R$ Rs. kr - -- / ( ) 5/6
30.09. 24/7 2026-09-30 x 3 weeks month year % +49 #42 two hundred thousand million Globex
Umbrella 9月30日 480万円 経由 まで 月末 k m mio. bn , . ; : ' ~ < fin de septembre bis Ende
"""
PIECES = st.sampled_from(WORDS.split())
FEW = settings(max_examples=3)
"""Each example is read in every locale."""
NAMES = st.sampled_from(
    (
        *("3M", "Studio 54", "May Street 2000", "Route 66", "Level 3", "7-Eleven", "Heinz 57"),
        *("20th Century", "Windows 2000", "G4S", "Forever 21", "1-800-Flowers", "O2", "B2B 360"),
        *("August Systems", "Sun Chemical", "June & Co", "Friday Night Lights", "Q3 Analytics"),
        *("Number 10", "Boeing 747", "Area 51", "Black Friday Deals", "April Twist", "4Chan"),
        *("Century 21", "Channel 4", "ISO 9001", "Pier 1", "Ocean's 11", "Catch-22", "AMD 500"),
    )
)
PLAIN_WORDS = st.text(alphabet="bcdfghjlnpqrvxz ", max_size=60)


def said(words: str, locale: str = "en-US", **more: object) -> Understood:
    return understand(words, asked(locale, **more))


@given(st.text(max_size=200) | st.lists(PIECES, max_size=14).map(" ".join), SOME)
def test_no_words_break_it_and_every_span_is_a_place_of_its_own(words: str, locale: str) -> None:
    understood = said(words, locale)

    spans = sorted(span for each in understood.spans.values() for span in each)
    assert all(0 <= span.start < span.end for span in spans)
    assert all(one.end <= other.start for one, other in pairwise(spans))


@given(st.lists(PIECES, max_size=14).map(" ".join), SOME)
@example("R$ 30.09. Acme", "en-US")
def test_nothing_is_invented(words: str, locale: str) -> None:
    understood = said(words, locale)

    if understood.money and not re.search("thousand|million", words):
        digits = "".join(re.findall(r"\d", _at(words, understood, Field.AMOUNT)))
        figures = f"{understood.money.amount:f}".replace(".", "").strip("0")
        assert figures in digits
    if understood.close:
        assert TODAY <= understood.close <= TODAY.replace(year=TODAY.year + 10)
        assert _at(words, understood, Field.CLOSE)
    if understood.partner:
        assert _at(words, understood, Field.PARTNER)
    kept = {each.strip("()") for each in understood.customer.split()} - {""}
    assert kept <= set(words.split()) | set(re.split(r"[\s,;|·:/&+、。()\[\]-]+", words))


@given(PLAIN_WORDS, SOME)
def test_without_digits_and_date_words_there_is_neither_amount_nor_date(
    words: str, locale: str
) -> None:
    understood = said(words, locale)

    assert (understood.money, understood.close, understood.doubts) == (None, None, ())
    assert understood.customer == " ".join(words.split())


@pytest.mark.parametrize(
    ("words", "customer"),
    [
        (":rocket: Acme: 12k via nobody", ":rocket: Acme"),
        ("Acme :+1: - 12k", "Acme :+1:"),
        ("12k: Acme", "Acme"),
    ],
)
def test_an_emoji_keeps_its_colons(words: str, customer: str) -> None:
    assert said(words).customer == customer


@given(st.lists(NAMES, min_size=1, max_size=3).map(" ".join), SOME)
def test_names_alone_are_the_customer(words: str, locale: str) -> None:
    understood = said(words, locale)

    assert (understood.money, understood.close) == (None, None)
    assert understood.customer == words


@given(st.lists(PIECES, max_size=10).map(" ".join), SOME)
def test_a_field_is_filled_in_or_doubtful_never_both(words: str, locale: str) -> None:
    understood = said(words, locale)

    filled = {
        Field.AMOUNT: understood.money,
        Field.CLOSE: understood.close,
        Field.PARTNER: understood.partner,
    }
    assert not [each for each in understood.doubts if filled.get(each.field) is not None]


@FEW
@given(amount=TWO_DECIMALS, currency=st.sampled_from(("USD", "EUR", "JPY", "INR", "CHF", "SEK")))
def test_the_apps_own_money_is_read_back(amount: Decimal, currency: str) -> None:
    whole = amount.to_integral_value()

    for locale in LOCALES:
        written = money(whole, currency, locale)
        understood = said(f"Acme {written} via Globex", locale, base_currency=currency)
        assert (locale, understood.money) == (locale, Money(whole, currency))
        assert understood.customer == "Acme"


@FEW
@given(amount=TWO_DECIMALS)
def test_cents_are_read_back_too(amount: Decimal) -> None:
    for locale in LOCALES:
        understood = said(f"Acme {money(amount, 'EUR', locale)}", locale)
        assert (locale, understood.money) == (locale, Money(amount, "EUR"))


@FEW
@given(amount=TWO_DECIMALS)
def test_the_field_reads_back_what_it_was_filled_with(amount: Decimal) -> None:
    for locale in LOCALES:
        assert (locale, parse_amount(in_field(amount, locale), locale)) == (locale, amount)


@FEW
@given(ahead=st.integers(0, 3650))
def test_the_apps_own_days_are_read_back(ahead: int) -> None:
    when = TODAY + timedelta(days=ahead)

    for locale in LOCALES:
        for written in (day(when, locale), day(when, locale, TODAY), when.isoformat()):
            close = said(f"Acme closing {written}", locale).close
            assert (locale, written, close) == (locale, written, when)


def test_quarters_are_the_companys() -> None:
    quarters = {
        start: said("Acme closing end of Q1 2027", fiscal_start=start).close
        for start in (1, 2, 4, 7, 10)
    }

    assert quarters == {
        1: date(2027, 3, 31),
        2: None,
        4: None,
        7: date(2026, 9, 30),
        10: date(2026, 12, 31),
    }


def test_the_end_of_a_quarter_a_half_and_a_year_are_fiscal() -> None:
    words = ("eoq", "end of next quarter", "Q1", "H1", "end of year", "FY27", "end of FY27")

    days = [said(f"Acme closing {each}", fiscal_start=4).close for each in words]

    assert days == [
        date(2026, 9, 30),
        date(2026, 12, 31),
        date(2027, 6, 30),
        date(2026, 9, 30),
        date(2027, 3, 31),
        date(2027, 3, 31),
        date(2027, 3, 31),
    ]


def test_the_end_of_a_named_year_is_asked_about_where_the_companys_ends_elsewhen() -> None:
    doubt = said("Acme closing end of 2027", fiscal_start=4).doubt(Field.CLOSE)

    assert doubt is not None
    assert doubt.why is Why.TWO_READINGS
    assert doubt.readings == (date(2027, 3, 31), date(2027, 12, 31))


@pytest.mark.parametrize(
    ("locale", "territory", "close"),
    [
        ("en-US", None, date(2027, 5, 6)),
        ("en-US", "US", date(2027, 5, 6)),
        ("en-US", "DE", None),
        ("en-US", "IN", None),
        ("en-GB", "US", date(2027, 6, 5)),
        ("ja-JP", "JP", date(2027, 5, 6)),
    ],
)
def test_day_and_month_follow_the_language_unless_the_country_says_otherwise(
    locale: str, territory: str | None, close: date | None
) -> None:
    assert said("Acme 48k closing 5/6", locale, territory=territory).close == close


def test_a_date_of_two_readings_gives_both() -> None:
    doubt = said("Acme closing 5/6", territory="DE").doubt(Field.CLOSE)

    assert doubt is not None
    assert (doubt.words, doubt.readings) == ("5/6", (date(2027, 6, 5), date(2027, 5, 6)))


@pytest.mark.parametrize(
    ("base", "written", "currency"),
    [
        ("CAD", "$48k", "CAD"),
        ("AUD", "$48k", "AUD"),
        ("EUR", "$48k", "USD"),
        ("BRL", "$48k", "USD"),
        ("SEK", "48k kr", "SEK"),
        ("NOK", "48k kr", "NOK"),
        ("CNY", "¥48k", "CNY"),
        ("EUR", "¥48k", "JPY"),
        ("EUR", "48k", None),
    ],
)
def test_a_sign_of_several_currencies_is_the_companys(
    base: str, written: str, currency: str | None
) -> None:
    understood = said(f"Acme {written}", base_currency=base)

    assert understood.money is not None
    assert understood.money.currency == currency


def test_a_sign_nothing_decides_is_asked_about() -> None:
    doubt = said("Acme 48k kr").doubt(Field.AMOUNT)

    assert doubt is not None
    assert doubt.why is Why.TWO_READINGS
    assert "SEK" in doubt.readings


def test_a_code_that_is_a_word_counts_where_the_company_uses_it() -> None:
    with_try = said("Acme TRY 500", currencies=(*CURRENCIES, "TRY"))

    assert said("Acme TRY 500").money is None
    assert with_try.money is not None


def test_typos_name_a_partner_only_without_a_rival() -> None:
    rivals = {UUID(int=1): "Initech", UUID(int=2): "Initecha"}

    assert said("Acme via Inittech", partners={UUID(int=1): "Initech"}).partner == UUID(int=1)
    assert said("Acme via Initecx", partners=rivals).partner is None
    assert said("Acme via Stark", partners={UUID(int=1): "Stack"}).partner is None


def test_a_partner_is_found_among_many() -> None:
    many = {UUID(int=number): f"Partner {number:05} Ltd" for number in range(1, 20_001)}
    asked_for = asked("en-US", partners=many | {UUID(int=99_999): "Globex"})
    understand("Acme", asked_for)

    began = time.perf_counter()
    understood = understand("Acme renewal 48k via Globx closing 30 sep", asked_for)
    took = time.perf_counter() - began

    assert understood.partner == UUID(int=99_999)
    assert took < 1


def test_the_words_are_kept_as_typed() -> None:
    understood = said("ACME  Renewal (Phase 2) — 48k, closing 30 sep; via globex")

    assert understood.customer == "ACME Renewal (Phase 2)"
    assert understood.spans[Field.AMOUNT] == (Span(26, 29),)


@pytest.mark.parametrize(
    "words", ["9" * 4000, "9 " * 2000, "a " * 2000, "via " * 1000, "end of " * 600, "1,1." * 1000]
)
def test_long_words_are_read_in_time(words: str) -> None:
    said("Acme")

    began = time.process_time()
    said(words)

    assert time.process_time() - began < 1


@given(st.text(max_size=60))
def test_folding_moves_no_character(words: str) -> None:
    assert len(folded(words, ".")) == len(words)


def test_nearly_every_phrasing_is_read_in_a_few_milliseconds() -> None:
    some = ALL[::3]
    for each in some:
        understand(each.words, each.asked)

    took = sorted(_seconds(each) for each in some)

    assert took[len(took) * 95 // 100] < 0.005


def _seconds(phrasing: Phrasing) -> float:
    asked_for = phrasing.asked
    began = time.process_time()
    understand(phrasing.words, asked_for)
    return time.process_time() - began


def _at(words: str, understood: Understood, name: Field) -> str:
    return " ".join(words[start:end] for start, end in understood.spans[name])
