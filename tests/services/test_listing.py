import re
from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services import listing


@dataclass(frozen=True)
class Word:
    key: str
    label: str = ""


ABC = tuple(map(Word, "abc"))


def keys(items: tuple[Word, ...]) -> str:
    return "".join(each.key for each in items)


@pytest.mark.parametrize(
    ("label", "key"),
    [
        ("Chose a competitor", "chose_a_competitor"),
        ("  Größe & Preis! ", "grosse_preis"),
        ("São Paulo", "sao_paulo"),
        ("2nd round", "item_2nd_round"),
        ("案件", "item"),
        ("🚀", "item"),
        ("Price", "price_2"),
    ],
)
def test_a_key_reads_like_its_label(label: str, key: str) -> None:
    assert listing.fresh_key(label, {"price"}) == key


@given(st.lists(st.text(max_size=60), max_size=12))
def test_keys_are_fit_to_keep_and_never_taken(labels: list[str]) -> None:
    taken: list[str] = []
    for label in [*labels, *labels]:
        taken.append(listing.fresh_key(label, taken))

    assert len(set(taken)) == len(taken)
    assert all(re.fullmatch(r"[a-z][a-z0-9_]{0,39}", key) for key in taken)


@pytest.mark.parametrize(
    ("key", "steps", "order"),
    [("a", -1, "abc"), ("a", 1, "bac"), ("c", -1, "acb"), ("c", 5, "abc"), ("x", 1, "abc")],
)
def test_a_record_moves_at_most_to_the_ends(key: str, steps: int, order: str) -> None:
    assert keys(listing.moved(ABC, key, steps)) == order


@pytest.mark.parametrize(
    ("after", "order"), [(None, "bac"), ("a", "abc"), ("c", "acb"), ("gone", "acb")]
)
def test_a_record_is_placed_behind_another(after: str | None, order: str) -> None:
    assert keys(listing.placed(ABC, Word("b"), after)) == order


def test_a_record_takes_the_place_of_the_one_with_its_key_or_the_last() -> None:
    assert listing.with_item(ABC, Word("b", "New"))[1].label == "New"
    assert keys(listing.with_item(ABC, Word("d"))) == "abcd"
    assert keys(listing.without(ABC, "b")) == "ac"


def test_what_stands_before_a_record_is_told() -> None:
    assert [listing.predecessor(ABC, key) for key in "abcx"] == [None, "a", "b", "c"]
