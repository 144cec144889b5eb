from hypothesis import example, given
from hypothesis import strategies as st

from services.partners.names import are_alike, namesakes, skeleton

NAMES = st.text(alphabet="abcé. 7&", min_size=1, max_size=12)


@given(NAMES, st.lists(NAMES, max_size=6))
@example("\u0301", ["\u0301", "Arca"])
@example("Unit 7 Systems", ["Unit 8 Systems", "unit7 systéms", "Unit 7 System"])
def test_thousands_of_names_are_compared_as_one_by_one(name: str, others: list[str]) -> None:
    expected = [at for at, each in enumerate(others) if are_alike(skeleton(name), skeleton(each))]

    assert sorted(namesakes(name, dict(enumerate(others)))) == expected
