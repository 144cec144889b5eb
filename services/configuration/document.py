"""A configuration as YAML text: read with the line of every part, and written with words beside it.

Decimals, dates and times stay the text that stands there, so that nothing is lost on the way.
Anchors, aliases, tags and several documents are refused: nobody needs them, and they can be made
to grow without end. Knows no settings and no rows.
"""

import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Protocol, cast

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from services.errors import FieldProblem, InvalidDocument, LineProblem, Problem

MOST_CHARACTERS = 100_000
"""A large company's has thirty thousand. Reading more would take longer than anybody waits."""
MOST_DEPTH = 12
_WIDTH = 100
_NOTHING = frozenset({"", "~", "null", "Null", "NULL"})
_YES_OR_NO = {
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
"""As YAML 1.2 reads them; `yes` and `on` are words."""
_WHOLE = re.compile(r"[-+]?[0-9]{1,18}")

Path = tuple[str | int, ...]


class _Mark(Protocol):
    line: int


class _Event(Protocol):
    """One of ruamel's: its class says which kind."""

    start_mark: _Mark


@dataclass(frozen=True, slots=True)
class Document:
    """What a text says, and in which line each part of it begins."""

    content: Mapping[str, object]
    lines: Mapping[Path, int] = field(default_factory=dict[Path, int])

    def line_of(self, path: Path) -> int:
        """The line of this part, or of the nearest one around it."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 1)


def read(text: str) -> Document:
    """What the text says. Raises InvalidDocument when it is no plain YAML mapping."""
    content, lines = _built(text)
    if not isinstance(content, dict):
        raise _at(1, Problem.NOT_A_DOCUMENT)
    return Document(cast("dict[str, object]", content), lines)


def read_value(text: str) -> object:
    """A single value, like `16:00` or `[EUR, USD]`. Raises InvalidDocument."""
    return _built(text)[0]


def written(value: object) -> str:
    """A value as YAML; ends with a line break."""
    to = YAML()
    to.default_flow_style = False
    to.allow_unicode = True
    to.width = _WIDTH
    stream = io.StringIO()
    to.dump(value, stream)  # pyright: ignore[reportUnknownMemberType]  # ruamel's is untyped
    return stream.getvalue().removesuffix("...\n")


def commented(text: str) -> str:
    """The same lines as comments, so that whoever edits can take them in."""
    return "".join(f"# {line}\n" if line else "#\n" for line in text.splitlines())


@dataclass(slots=True)
class _Builder:
    """Makes content of a parser's events, one after the other, noting lines on the way."""

    events: Iterator[_Event]
    lines: dict[Path, int] = field(default_factory=dict[Path, int])

    def document(self) -> object:
        """The one document there is, None for an empty text."""
        content: object = None
        for event in self.events:
            match _kind(event):
                case "DocumentStart":
                    if self.lines or getattr(event, "version", None) is not None:
                        raise _at(_line(event), Problem.NOT_A_DOCUMENT)
                    content = self.part(next(self.events), ())
                case "StreamStart" | "DocumentEnd" | "StreamEnd":
                    pass
                case _:
                    raise _at(_line(event), Problem.NOT_A_DOCUMENT)
        return content

    def part(self, event: _Event, path: Path) -> object:
        """What begins with this event."""
        self.lines.setdefault(path, _line(event))
        _refuse_references(event)
        if len(path) > MOST_DEPTH:
            raise _at(_line(event), Problem.NOT_A_DOCUMENT)
        match _kind(event):
            case "MappingStart":
                return self._mapping(path)
            case "SequenceStart":
                return self._sequence(path)
            case _:
                return _scalar(event)

    def _mapping(self, path: Path) -> dict[str, object]:
        found: dict[str, object] = {}
        while _kind(key := next(self.events)) != "MappingEnd":
            _refuse_references(key)
            name, line = getattr(key, "value", None), _line(key)
            if not isinstance(name, str):
                raise _at(line, Problem.NOT_A_DOCUMENT)
            if name in found:
                raise _at(line, Problem.NAMED_TWICE, word=name)
            self.lines[*path, name] = line
            found[name] = self.part(next(self.events), (*path, name))
        return found

    def _sequence(self, path: Path) -> list[object]:
        found: list[object] = []
        while _kind(part := next(self.events)) != "SequenceEnd":
            found.append(self.part(part, (*path, len(found))))
        return found


def _built(text: str) -> tuple[object, Mapping[Path, int]]:
    if len(text) > MOST_CHARACTERS:
        raise _at(1, Problem.DOCUMENT_TOO_LONG, most=str(MOST_CHARACTERS))
    try:
        builder = _Builder(cast("Iterator[_Event]", YAML(pure=True).parse(text)))  # pyright: ignore[reportUnknownMemberType]  # ruamel's is untyped
        return builder.document(), builder.lines
    except MarkedYAMLError as error:
        mark = cast("_Mark | None", error.problem_mark)
        raise _at(mark.line + 1 if mark else 1, Problem.NOT_A_DOCUMENT) from None
    except (YAMLError, ValueError):
        raise _at(1, Problem.NOT_A_DOCUMENT) from None


def _kind(event: _Event) -> str:
    return type(event).__name__.removesuffix("Event")


def _line(event: _Event) -> int:
    return event.start_mark.line + 1


def _refuse_references(event: _Event) -> None:
    """What could stand for more than is written."""
    is_reference = _kind(event) == "Alias" or getattr(event, "anchor", None) is not None
    if is_reference or getattr(event, "tag", None) is not None:
        raise _at(_line(event), Problem.REFERENCE_IN_DOCUMENT)


def _scalar(event: _Event) -> object:
    """Only what is not in quotes may be a number, yes or no, or nothing. Numbers with a point,
    dates and times stay text: their types read them exactly.
    """
    text = str(getattr(event, "value", ""))
    if getattr(event, "style", None):
        return text
    if text in _NOTHING:
        return None
    if text in _YES_OR_NO:
        return _YES_OR_NO[text]
    return int(text) if _WHOLE.fullmatch(text) else text


def _at(line: int, problem: Problem, **facts: str) -> InvalidDocument:
    return InvalidDocument([LineProblem(line, "", FieldProblem(problem, facts))])
