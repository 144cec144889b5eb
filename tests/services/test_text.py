import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError
from pydantic_core import PydanticCustomError

from services.errors import Problem
from services.text import (
    Name,
    OptionalName,
    OptionalProse,
    Prose,
    clean,
    clean_prose,
    comparable,
    locale_of,
)

NAME: TypeAdapter[str] = TypeAdapter(Name)
PROSE: TypeAdapter[str] = TypeAdapter(Prose)
MAYBE_NAME: TypeAdapter[str | None] = TypeAdapter(OptionalName)
MAYBE_PROSE: TypeAdapter[str | None] = TypeAdapter(OptionalProse)


def problem_of(adapter: TypeAdapter[str] | TypeAdapter[str | None], words: object) -> str:
    with pytest.raises(ValidationError) as refused:
        adapter.validate_python(words)
    return refused.value.errors()[0]["type"]


def test_a_name_is_composed() -> None:
    assert clean("Cafe\u0301") == "Café"


def test_a_name_is_one_line_with_single_spaces() -> None:
    assert clean("  Acme\t renewal\r\nphase\u00a02 \u2028") == "Acme renewal phase 2"


@pytest.mark.parametrize("hidden", ["\u200b", "\u200d", "\u202e", "\u2066", "\ufeff", "\u00ad"])
def test_what_nobody_sees_is_taken_out_of_a_name(hidden: str) -> None:
    assert clean(f"Ac{hidden}me{hidden}") == "Acme"


@pytest.mark.parametrize("word", ["שלום", "🚀 Rocket", "日本語", "&<!channel>", "*bold*"])
def test_words_of_any_script_stay_as_typed(word: str) -> None:
    assert clean(word) == word


@pytest.mark.parametrize("control", ["\x00", "\x07", "\x1b", "\x7f", "\x9f", "\ud800"])
def test_control_characters_are_refused(control: str) -> None:
    assert problem_of(NAME, f"Ac{control}me") in {Problem.CONTROL_CHARACTERS, "string_unicode"}


def test_cleaning_alone_refuses_control_characters_too() -> None:
    with pytest.raises(PydanticCustomError) as refused:
        clean("Ac\x00me")

    assert refused.value.type == Problem.CONTROL_CHARACTERS


def test_255_characters_are_a_name_and_256_are_not() -> None:
    assert NAME.validate_python("é" * 255) == "é" * 255
    assert problem_of(NAME, "é" * 256) == Problem.TOO_LONG


def test_a_megabyte_is_refused_as_too_long() -> None:
    assert problem_of(NAME, "x" * 1_000_000) == Problem.TOO_LONG


@pytest.mark.parametrize("blank", ["", "  ", "\u200b", "\n\t", "\u3164"])
def test_a_name_nobody_sees_is_no_name(blank: str) -> None:
    assert problem_of(NAME, blank) == Problem.REQUIRED


@pytest.mark.parametrize("blank", ["", "  ", "\u200b", "\n\t", None])
def test_blank_counts_as_not_given_where_that_is_allowed(blank: str | None) -> None:
    assert MAYBE_NAME.validate_python(blank) is None
    assert MAYBE_PROSE.validate_python(blank) is None


def test_an_optional_name_is_cleaned_like_any_other() -> None:
    assert MAYBE_NAME.validate_python(" Acme\u200b ") == "Acme"
    assert problem_of(MAYBE_NAME, "A\x00") == Problem.CONTROL_CHARACTERS


def test_lines_of_prose_stay_lines() -> None:
    assert PROSE.validate_python(" one \r\ntwo\n\n\n\n three ") == "one\ntwo\n\nthree"


def test_prose_keeps_joined_emoji_and_persian_words() -> None:
    assert clean_prose("👩\u200d💻 می\u200cروم") == "👩\u200d💻 می\u200cروم"


def test_prose_loses_what_would_turn_its_direction() -> None:
    assert clean_prose("safe\u202etxt.exe") == "safetxt.exe"


def test_3000_characters_are_prose_and_3001_are_not() -> None:
    assert PROSE.validate_python("x" * 3000) == "x" * 3000
    assert problem_of(PROSE, "x" * 3001) == Problem.TOO_LONG


@pytest.mark.parametrize(
    "other", ["ACME  gmbh", "\uff21cme GmbH", "acme\u200b gmbh", " Acme GmbH\n"]
)
def test_words_that_read_alike_compare_equal(other: str) -> None:
    assert comparable(other) == comparable("Acme GmbH")


@given(st.text())
def test_anything_can_be_compared(words: str) -> None:
    assert comparable(comparable(words)) == comparable(words)


@given(st.text(alphabet=st.characters(exclude_categories=["Cc", "Cs"]), max_size=60))
def test_what_is_clean_stays_as_it_is(words: str) -> None:
    once = clean(words)

    assert clean(once) == once
    assert unicodedata.is_normalized("NFC", once)


@given(st.text(max_size=60))
def test_what_is_clean_holds_no_control_character(words: str) -> None:
    try:
        cleaned = clean(words)
    except PydanticCustomError:
        return

    assert not any(unicodedata.category(each) in {"Cc", "Cs"} for each in cleaned)


def test_an_unknown_locale_reads_like_us_english() -> None:
    assert str(locale_of("xx-YY")) == "en_US"
    assert str(locale_of("de-DE")) == "de_DE"
