import pytest

from services.quick_text import understand
from tests.services.quick_text.phrasings import ALL, Phrasing, shown


@pytest.mark.parametrize("phrasing", ALL, ids=lambda each: f"{each.locale}: {each.words}")
def test_words_say_what_they_say(phrasing: Phrasing) -> None:
    understood = understand(phrasing.words, phrasing.asked)

    assert shown(understood) == _tidy(phrasing.said)


def test_there_are_enough_phrasings_in_enough_languages() -> None:
    assert len({(each.locale, each.words) for each in ALL}) == len(ALL) >= 300
    assert len({each.locale for each in ALL}) >= 14


def _tidy(said: str) -> str:
    """Doubts stand behind the four things; what was left out between is added."""
    parts = [each.strip() for each in said.split("|")]
    doubts = [each for each in parts if ":" in each]
    facts = [each for each in parts if ":" not in each]
    facts += [""] * (4 - len(facts))
    return " | ".join([*facts, *doubts] if doubts else facts).rstrip(" |")
