"""The days in quick text: absolute, relative, of periods. Each phrase says how certain it is to be
a date at all; whether it counts is decided where the whole line is known.
"""

import re
from collections.abc import Sequence
from functools import lru_cache

from services.quick_text import asian_rules, date_rules
from services.quick_text import day_words as words_of
from services.quick_text.anchors import LATIN
from services.quick_text.folding import without_accents_too
from services.quick_text.rule import Rule
from services.quick_text.values import Asked, Found

_BEFORE = rf"(?<![{LATIN}_.,/:#'&-])"
_AFTER = rf"(?![{LATIN}_'&]|[.,:][0-9]|[/-][{LATIN}]| ?%)"


def days(words: str, asked: Asked) -> list[Found]:
    """Every phrase of these folded words that may be a day, in order, the longest where several
    begin together.
    """
    found: list[Found] = []
    for pattern, rule in _patterns(asked.locale):
        for match in pattern.finditer(words):
            each = rule.read(match, asked)
            if each is not None:
                found.append(each)
    return _apart(found)


def _apart(found: Sequence[Found]) -> list[Found]:
    kept: list[Found] = []
    for each in sorted(found, key=lambda one: (one.span.start - one.span.end, one.span.start)):
        if not any(each.span.overlaps(other.span) for other in kept):
            kept.append(each)
    return sorted(kept, key=lambda one: one.span)


@lru_cache(maxsize=64)
def _patterns(locale: str) -> tuple[tuple[re.Pattern[str], Rule], ...]:
    names = {
        "MONTH": words_of.alternatives(words_of.months(locale)),
        "WEEKDAY": words_of.alternatives(words_of.weekdays(locale)),
        "NUMBER": r"[0-9]{1,3}|" + words_of.alternatives(words_of.SMALL_NUMBERS),
        "AHEAD": words_of.ahead(locale),
        "ORDINAL": words_of.alternatives(words_of.ORDINALS),
    }
    return tuple((_compiled(rule, names), rule) for rule in (*date_rules.RULES, *asian_rules.RULES))


def _compiled(rule: Rule, names: dict[str, str]) -> re.Pattern[str]:
    pattern = rule.pattern
    for name, alternatives in names.items():
        pattern = pattern.replace(f"<{name}>", f"(?:{alternatives})")
    pattern = without_accents_too(pattern)
    bounded = pattern if rule.is_unspaced else f"{_BEFORE}(?:{pattern}){_AFTER}"
    return re.compile(bounded, re.IGNORECASE)
