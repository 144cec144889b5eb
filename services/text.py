"""What people type, made fit to keep: composed, without characters nobody sees.

Knows lengths and characters, not what the words mean.
"""

import re
import unicodedata
from functools import lru_cache
from typing import Annotated, LiteralString, cast

from babel import Locale, UnknownLocaleError
from pydantic import AfterValidator, BeforeValidator
from pydantic_core import PydanticCustomError

from services.errors import Problem

NAME = 255
LINE = 500
PROSE = 3000
_ENDLESS = 4
"""So many times what may be kept is refused unread: reading a megabyte holds up everybody."""

_BREAKS = re.compile(r"\r\n|[\r\n\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")
_VISIBLE_FORMATS = frozenset(
    "\u0600\u0601\u0602\u0603\u0604\u0605\u06dd\u070f\u0890\u0891\u08e2\U000110bd\U000110cd"
)
"""Format characters that draw something: number signs of Arabic, Syriac and Kaithi."""
_SLACKS_OWN = {"es-LA": "es-419"}
"""Slack's name for the Spanish of Latin America, which Unicode's data does not know."""
_JOINERS = frozenset("\u200c\u200d")
"""They join or part letters in Persian and Indic words and the parts of an emoji."""
_INVISIBLE = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")
"""Characters of other categories that draw nothing."""
_CONTROLS = dict.fromkeys([*range(32), 127])
_SEVERAL_SPACES = re.compile(r"[^\S\n]+")
_SEVERAL_LINES = re.compile(r"\n{3,}")


def refused(problem: Problem, **facts: object) -> PydanticCustomError:
    """What a validator raises so that its field is answered with `problem`'s words."""
    name = cast("LiteralString", problem.value)
    return PydanticCustomError(name, name, facts)


def clean(words: str, most: int = NAME) -> str:
    """One line, composed (NFC), trimmed, without invisible or direction-changing characters.

    May come out empty. Raises PydanticCustomError (a ValueError) with Problem.CONTROL_CHARACTERS
    or Problem.TOO_LONG as its type.
    """
    _refuse_endless(words, most)
    line = _BREAKS.sub(" ", words)
    return _checked(" ".join(_without_invisible(line).split()), most)


def clean_prose(words: str, most: int = PROSE) -> str:
    """As `clean`, but lines stay lines, and what joins letters or emoji stays."""
    _refuse_endless(words, most)
    lines = _BREAKS.sub("\n", words)
    spaced = _SEVERAL_SPACES.sub(" ", _without_invisible(lines, keep=_JOINERS))
    trimmed = "\n".join(line.strip() for line in spaced.split("\n"))
    return _checked(_SEVERAL_LINES.sub("\n\n", trimmed).strip(), most)


def comparable(words: str) -> str:
    """A form that is equal for words that read alike: case, width, accents' order, spaces.

    Never raises, so it is fit for what somebody searches for.
    """
    if words.isascii():  # what follows comes to the same, ten times slower
        return " ".join(words.translate(_CONTROLS).lower().split())
    seen = "".join(each for each in words if unicodedata.category(each) not in {"Cc", "Cs"})
    folded = unicodedata.normalize("NFKC", _without_invisible(seen)).casefold()
    return " ".join(unicodedata.normalize("NFKC", folded).split())


@lru_cache(maxsize=1000)
def locale_of(tag: str) -> Locale:
    """The locale of a tag like `en-GB`; US English when it is unknown."""
    try:
        return Locale.parse(_SLACKS_OWN.get(tag, tag), sep="-")
    except (UnknownLocaleError, ValueError):
        return Locale("en", "US")


def _refuse_endless(words: str, most: int) -> None:
    if len(words) > _ENDLESS * most:
        raise refused(Problem.TOO_LONG, max_length=most)


def _without_invisible(words: str, keep: frozenset[str] = frozenset()) -> str:
    return "".join(each for each in words if each in keep or not _is_invisible(each))


def _is_invisible(character: str) -> bool:
    if character in _INVISIBLE:
        return True
    return unicodedata.category(character) == "Cf" and character not in _VISIBLE_FORMATS


def _checked(words: str, most: int) -> str:
    composed = unicodedata.normalize("NFC", words)
    if any(unicodedata.category(each) in {"Cc", "Cs"} and each != "\n" for each in composed):
        raise refused(Problem.CONTROL_CHARACTERS)
    if len(composed) > most:
        raise refused(Problem.TOO_LONG, max_length=most)
    return composed


def _required(words: str) -> str:
    if not words:
        raise refused(Problem.REQUIRED)
    return words


def blank_is_none(value: object) -> object:
    """For an optional field: nothing but blanks, or what nobody sees, is not given."""
    return None if isinstance(value, str) and _is_blank(value) else value


def _is_blank(words: str) -> bool:
    return all(each.isspace() or _is_invisible(each) for each in words)


def _line(words: str) -> str:
    return clean(words, LINE)


_Name = Annotated[str, AfterValidator(clean)]
_Line = Annotated[str, AfterValidator(_line)]
_Prose = Annotated[str, AfterValidator(clean_prose)]

Name = Annotated[_Name, AfterValidator(_required)]
"""What something is called: one line, 1 to 255 characters."""
Line = Annotated[_Line, AfterValidator(_required)]
"""One line, 1 to 500 characters."""
Prose = Annotated[_Prose, AfterValidator(_required)]
"""Several lines, 1 to 3000 characters."""
OptionalName = Annotated[_Name | None, BeforeValidator(blank_is_none)]
"""As Name; nothing but blanks is None."""
OptionalProse = Annotated[_Prose | None, BeforeValidator(blank_is_none)]
"""As Prose; nothing but blanks is None."""
OptionalLine = Annotated[_Line | None, BeforeValidator(blank_is_none)]
"""As Line; nothing but blanks is None."""
