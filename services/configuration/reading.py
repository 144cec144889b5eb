"""A document read as settings: which there are, what is wrong with its shape, and in which line."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import cast

from pydantic import TypeAdapter, ValidationError

from services.configuration import rates
from services.configuration.catalogue import SETTINGS, Category, Setting
from services.configuration.document import Document, Path
from services.configuration.rates import Rate, RateFrom, Rates
from services.configuration.usage import VOCABULARIES, Moves
from services.errors import FieldProblem, InvalidDocument, InvalidInput, LineProblem, Problem
from services.validation import refusals

FORMAT = 1
VERSION, MOVES, RATES = "version", "moves", "rates"
_MOVES = TypeAdapter(dict[str, dict[str, str]])
_RATES = TypeAdapter(list[RateFrom])
_RATES_PATH = (Category.REVENUE.value, RATES)


@dataclass(frozen=True, slots=True)
class Reading:
    """What a document says of settings. `problems` gathers what is wrong on the way."""

    document: Document
    problems: list[LineProblem] = field(default_factory=list[LineProblem])

    def has(self, setting: Setting[object]) -> bool:
        return setting.key in self._category(setting.category)

    def value(self, setting: Setting[object]) -> object:
        """As it stands there; None when it does not."""
        return self._category(setting.category).get(setting.key)

    def refuse_unknown(self) -> None:
        """What is no setting, and a format of another version."""
        content = self.document.content
        if content.get(VERSION) != FORMAT:
            self._note((VERSION,), Problem.OTHER_FORMAT, version=str(FORMAT))
        for name in content.keys() - {VERSION, MOVES, *Category}:
            self._note((name,), Problem.UNKNOWN_SETTING, word=name)
        for category in Category:
            found = content.get(category)
            if found is not None and not isinstance(found, dict):
                self._note((category.value,), Problem.NOT_A_DOCUMENT)
            for key in self._category(category):
                name = f"{category}.{key}"
                if name not in SETTINGS and name != rates.NAME:
                    self._note((category.value, key), Problem.UNKNOWN_SETTING, word=name)

    def moves(self) -> Mapping[str, Moves]:
        """By setting, where the records of a word go."""
        found = self.document.content.get(MOVES)
        try:
            moves = _MOVES.validate_python({} if found is None else found)
        except ValidationError as error:
            self._note_all(error, (MOVES,))
            return {}
        for name in moves.keys() - VOCABULARIES.keys():
            self._note((MOVES, name), Problem.UNKNOWN_SETTING, word=name)
        return moves

    def rates(self, base: str) -> Rates:
        """The rates to this base currency, in order."""
        found = self._category(Category.REVENUE).get(RATES)
        try:
            listed = _RATES.validate_python([] if found is None else found)
        except ValidationError as error:
            self._note_all(error, _RATES_PATH)
            return Rates(base, {})
        seen: set[tuple[str, object]] = set()
        for at, each in enumerate(listed):
            if each.currency == base:
                self._note((*_RATES_PATH, at), Problem.RATE_OF_BASE, currency=base)
            if (each.currency, each.valid_from) in seen:
                word = f"{each.currency} {each.valid_from.isoformat()}"
                self._note((*_RATES_PATH, at), Problem.NAMED_TWICE, word=word)
            seen.add((each.currency, each.valid_from))
        return Rates.of(base, (Rate(each.currency, each.valid_from, each.rate) for each in listed))

    def _category(self, category: Category) -> Mapping[str, object]:
        found = self.document.content.get(category)
        return cast("dict[str, object]", found) if isinstance(found, dict) else {}

    def _note_all(self, error: ValidationError, path: Path) -> None:
        for refused in refusals(error):
            problem = refused.problem
            self._note((*path, *refused.path), problem.problem, **problem.facts)

    def _note(self, path: Path, problem: Problem, **facts: str) -> None:
        name = ".".join(map(str, path[:2]))
        setting = name if name in SETTINGS or name == rates.NAME else ""
        line = self.document.line_of(path)
        self.problems.append(LineProblem(line, setting, FieldProblem(problem, facts)))


def in_lines(document: Document, error: InvalidInput) -> InvalidDocument:
    """Refused settings with the lines they stand in."""
    return InvalidDocument(
        [
            LineProblem(document.line_of(_path(name, problem)), name, problem)
            for name, problem in error.problems.items()
        ]
    )


def _path(name: str, problem: FieldProblem) -> Path:
    inside = problem.facts.get("path", "")
    parts = [*name.split(".", 1), *(inside.split(".") if inside else ())]
    return tuple(int(part) if part.isdigit() else part for part in parts)
