# ruff: noqa: RUF001  # digits and separators of other scripts are the point
from decimal import Decimal

import pytest
from babel.numbers import format_decimal
from hypothesis import given
from hypothesis import strategies as st

from services.errors import InvalidInput, Problem
from services.money import MOST, minor_digits, parse_amount, parse_signed, rounded
from services.text import locale_of

LOCALES = (
    "en-US",
    "en-GB",
    "en-IN",
    "de-DE",
    "de-AT",
    "de-CH",
    "fr-FR",
    "fr-CH",
    "es-ES",
    "pt-BR",
    "pt-PT",
    "pl-PL",
    "sv-SE",
    "ja-JP",
)

amounts = st.decimals(min_value=0, max_value=MOST, places=2, allow_nan=False, allow_infinity=False)


def problem_of(words: str, locale: str = "en-US", currency: str | None = None) -> Problem:
    with pytest.raises(InvalidInput) as refused:
        parse_amount(words, locale, currency=currency)
    return refused.value.problems["deal_value"].problem


@pytest.mark.parametrize(
    ("words", "locale", "amount"),
    [
        ("48000", "en-US", "48000.00"),
        ("48,000", "en-US", "48000.00"),
        ("48.000", "de-DE", "48000.00"),
        ("48.000,5", "de-DE", "48000.50"),
        ("48 000", "fr-FR", "48000.00"),
        ("48\u202f000,50", "fr-FR", "48000.50"),
        ("48’000.50", "de-CH", "48000.50"),
        ("48'000", "en-US", "48000.00"),
        ("4,80,000", "en-IN", "480000.00"),
        ("480,000", "en-IN", "480000.00"),
        ("12,345,678.90", "en-US", "12345678.90"),
        ("12,345,678", "en-IN", "12345678.00"),
        ("48k", "en-US", "48000.00"),
        ("48 K", "en-US", "48000.00"),
        ("1.5m", "en-US", "1500000.00"),
        ("1,5m", "de-DE", "1500000.00"),
        ("1,5 Mio", "de-DE", "1500000.00"),
        ("2bn", "en-US", "2000000000.00"),
        ("0.12345k", "en-US", "123.45"),
        (".5", "en-US", "0.50"),
        ("0", "en-US", "0.00"),
        ("007", "en-US", "7.00"),
        ("４８０００", "ja-JP", "48000.00"),
        ("٤٨٠٠٠", "ar-EG", "48000.00"),
        ("٤٨٬٠٠٠٫٥", "ar-EG", "48000.50"),
        ("४८,०००", "hi-IN", "48000.00"),
        ("9999999999999.99", "en-US", "9999999999999.99"),
    ],
)
def test_an_amount_is_read_in_the_readers_way(words: str, locale: str, amount: str) -> None:
    assert str(parse_amount(words, locale)) == amount


@pytest.mark.parametrize(
    ("words", "locale", "problem"),
    [
        ("-1", "en-US", Problem.NEGATIVE),
        ("−48k", "en-US", Problem.NEGATIVE),
        ("1.234", "en-US", Problem.TOO_MANY_DECIMALS),
        ("48.000", "en-US", Problem.TOO_MANY_DECIMALS),
        ("48,000", "fr-FR", Problem.TOO_MANY_DECIMALS),
        ("0.000001k", "en-US", Problem.TOO_MANY_DECIMALS),
        ("48,00", "en-US", Problem.NOT_AN_AMOUNT),
        ("4,8000", "en-US", Problem.NOT_AN_AMOUNT),
        ("1,234 567", "en-US", Problem.NOT_AN_AMOUNT),
        ("48,000,", "en-US", Problem.NOT_AN_AMOUNT),
        ("1.234,56", "en-US", Problem.NOT_AN_AMOUNT),
        ("48.00", "de-DE", Problem.NOT_AN_AMOUNT),
        ("4,80,00", "en-IN", Problem.NOT_AN_AMOUNT),
        ("10000000000000", "en-US", Problem.TOO_LARGE),
        ("9,999,999,999,999.99k", "en-US", Problem.TOO_LARGE),
        ("9" * 200, "en-US", Problem.TOO_LARGE),
        ("1e5", "en-US", Problem.NOT_AN_AMOUNT),
        ("NaN", "en-US", Problem.NOT_AN_AMOUNT),
        ("inf", "en-US", Problem.NOT_AN_AMOUNT),
        ("Infinity", "en-US", Problem.NOT_AN_AMOUNT),
        ("0x10", "en-US", Problem.NOT_AN_AMOUNT),
        ("1_000", "en-US", Problem.NOT_AN_AMOUNT),
        ("10²", "en-US", Problem.NOT_AN_AMOUNT),
        ("½", "en-US", Problem.NOT_AN_AMOUNT),
        ("①", "en-US", Problem.NOT_AN_AMOUNT),
        ("a lot", "en-US", Problem.NOT_AN_AMOUNT),
        ("about 48k", "en-US", Problem.NOT_AN_AMOUNT),
        ("k", "en-US", Problem.NOT_AN_AMOUNT),
        (".", "en-US", Problem.NOT_AN_AMOUNT),
        ("", "en-US", Problem.NOT_AN_AMOUNT),
        ("-", "en-US", Problem.NOT_AN_AMOUNT),
        ("48\x00000", "en-US", Problem.NOT_AN_AMOUNT),
        ("x" * 1_000_000, "en-US", Problem.NOT_AN_AMOUNT),
    ],
)
def test_what_is_no_amount_is_refused_with_its_reason(
    words: str, locale: str, problem: Problem
) -> None:
    assert problem_of(words, locale) == problem


@pytest.mark.parametrize("words", ["€48k", "48k €", "48 000 EUR", "eur 48,000"])
def test_the_sign_of_its_currency_may_stand_beside_it(words: str) -> None:
    assert parse_amount(words, "en-US", currency="EUR") == Decimal(48000)


@pytest.mark.parametrize("words", ["$48k", "48k USD", "£48,000"])
def test_the_sign_of_another_currency_is_refused(words: str) -> None:
    assert problem_of(words, currency="EUR") == Problem.NOT_AN_AMOUNT


def test_a_negative_amount_with_its_sign_is_still_negative() -> None:
    assert problem_of("$-48", currency="USD") == Problem.NEGATIVE
    assert problem_of("-$48", currency="USD") == Problem.NEGATIVE


@given(amounts, st.sampled_from(LOCALES))
def test_what_the_readers_language_writes_is_read_back(amount: Decimal, locale: str) -> None:
    written = format_decimal(amount, locale=locale_of(locale), decimal_quantization=False)

    assert parse_amount(written, locale) == amount


@given(st.integers(0, 9_999), st.integers(0, 999), st.sampled_from("km"))
def test_thousands_and_millions_are_exact(whole: int, thousandths: int, times: str) -> None:
    factor = {"k": 1_000, "m": 1_000_000}[times]

    amount = parse_amount(f"{whole}.{thousandths:03}{times}", "en-US")

    assert amount == Decimal(whole * factor) + Decimal(thousandths * factor) / 1000


@given(st.text(max_size=40), st.sampled_from(LOCALES))
def test_any_words_are_an_amount_that_can_be_kept_or_refused(words: str, locale: str) -> None:
    try:
        amount = parse_amount(words, locale, currency="EUR")
    except InvalidInput:
        return

    assert 0 <= amount <= MOST
    assert amount.as_tuple().exponent == -2


@given(st.from_regex(r"[0-9.,' kmb-]{1,20}", fullmatch=True), st.sampled_from(LOCALES))
def test_digits_and_separators_are_never_read_two_ways(words: str, locale: str) -> None:
    try:
        amount = parse_amount(words, locale)
    except InvalidInput:
        return

    plain = format_decimal(amount, locale=locale_of(locale), decimal_quantization=False)
    assert parse_amount(plain, locale) == amount


def test_rounding_is_half_up_to_the_currencys_minor_unit() -> None:
    assert rounded(Decimal("0.125"), "EUR") == Decimal("0.13")
    assert rounded(Decimal("10.5"), "JPY") == Decimal(11)
    assert minor_digits("JPY") == 0
    assert minor_digits("KWD") == 2


@pytest.mark.parametrize(
    ("typed", "locale", "amount"),
    [
        ("-300", "en-US", "-300"),
        ("\u2212€1.500,50", "de-DE", "-1500.50"),
        ("2,000", "en-US", "2000"),
        ("300-", "en-US", "-300"),
    ],
)
def test_a_minus_makes_an_amount_less_than_zero(typed: str, locale: str, amount: str) -> None:
    found = parse_signed(typed, locale, currency="EUR", field="amount")

    assert found == Decimal(amount)


@pytest.mark.parametrize("typed", ["1-5", "--5", "-5-", "\u2212\u22125", "2026-11-18", "-"])
def test_a_minus_elsewhere_makes_no_amount(typed: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        parse_signed(typed, "en-US", currency="EUR", field="amount")

    assert refused.value.problems["amount"].problem is Problem.NOT_AN_AMOUNT
