"""A configuration as YAML text: read with the line of every part, and written with words beside it.

Decimals, dates and times stay the text that stands there, so that nothing is lost on the way.
Anchors, aliases, tags and several documents are refused: nobody needs them, and they can be made
to grow without end. Knows no settings and no rows.
"""

import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol, cast

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from services.errors import FieldProblem, InvalidDocument, LineProblem, Problem

MOST_CHARACTERS = 200_000
MOST_DEPTH = 12
_WIDTH = 100
_TAG = "tag:yaml.org,2002:"
_PLAIN_TAGS = frozenset({"int", "float", "bool", "null", "timestamp", "str", "map", "seq"})
_WHOLE = re.compile(r"[-+]?[0-9]{1,18}")

Path = tuple[str | int, ...]


class _Mark(Protocol):
    line: int


class _Event(Protocol):
    start_mark: _Mark


class _Node(Protocol):
    """One of ruamel's: a mapping's value is pairs of nodes, a list's nodes, a scalar's text."""

    tag: str
    value: object
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
    lines: dict[Path, int] = {}
    content = _content(_composed(text), (), lines)
    if not isinstance(content, dict):
        raise _at(1, Problem.NOT_A_DOCUMENT)
    return Document(cast("dict[str, object]", content), lines)


def read_value(text: str) -> object:
    """A single value, like `16:00` or `[EUR, USD]`. Raises InvalidDocument."""
    return _content(_composed(text), (), {})


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


def _composed(text: str) -> _Node | None:
    if len(text) > MOST_CHARACTERS:
        raise _at(1, Problem.DOCUMENT_TOO_LONG, most=str(MOST_CHARACTERS))
    try:
        _refuse_dangerous(cast("Iterator[_Event]", YAML(pure=True).parse(text)))  # pyright: ignore[reportUnknownMemberType]  # ruamel's is untyped
        return cast("_Node | None", YAML(pure=True).compose(text))  # pyright: ignore[reportUnknownMemberType]  # ruamel's is untyped
    except MarkedYAMLError as error:
        mark = cast("_Mark | None", error.problem_mark)
        raise _at(mark.line + 1 if mark else 1, Problem.NOT_A_DOCUMENT) from None
    except (YAMLError, ValueError):
        raise _at(1, Problem.NOT_A_DOCUMENT) from None


def _refuse_dangerous(events: Iterator[_Event]) -> None:
    """What could stand for more than is written, or nests without end; before anything is built."""
    depth = 0
    for event in events:
        name, line = type(event).__name__, event.start_mark.line + 1
        is_reference = name == "AliasEvent" or getattr(event, "anchor", None) is not None
        if is_reference or getattr(event, "tag", None) is not None:
            raise _at(line, Problem.REFERENCE_IN_DOCUMENT)
        if name == "DocumentStartEvent" and getattr(event, "version", None) is not None:
            raise _at(line, Problem.REFERENCE_IN_DOCUMENT)
        depth += name in {"MappingStartEvent", "SequenceStartEvent"}
        depth -= name in {"MappingEndEvent", "SequenceEndEvent"}
        if depth > MOST_DEPTH:
            raise _at(line, Problem.NOT_A_DOCUMENT)


def _content(node: _Node | None, path: Path, lines: dict[Path, int]) -> object:
    if node is None:
        return None
    lines.setdefault(path, node.start_mark.line + 1)
    kind = str(node.tag).removeprefix(_TAG)
    if kind not in _PLAIN_TAGS:
        raise _at(node.start_mark.line + 1, Problem.REFERENCE_IN_DOCUMENT)
    if kind == "map":
        return _mapping(cast("Sequence[tuple[_Node, _Node]]", node.value), path, lines)
    if kind == "seq":
        parts = enumerate(cast("Sequence[_Node]", node.value))
        return [_content(part, (*path, at), lines) for at, part in parts]
    return _scalar(kind, str(node.value))


def _mapping(
    pairs: Sequence[tuple[_Node, _Node]], path: Path, lines: dict[Path, int]
) -> dict[str, object]:
    found: dict[str, object] = {}
    for key, value in pairs:
        line, name = key.start_mark.line + 1, key.value
        if not isinstance(name, str):
            raise _at(line, Problem.NOT_A_DOCUMENT)
        if name in found:
            raise _at(line, Problem.NAMED_TWICE, word=name)
        lines[*path, name] = line
        found[name] = _content(value, (*path, name), lines)
    return found


def _scalar(kind: str, text: str) -> object:
    """Numbers with a point, dates and times stay text: their types read them exactly."""
    if kind == "null":
        return None
    if kind == "bool":
        return text.lower() == "true"
    if kind == "int" and _WHOLE.fullmatch(text):
        return int(text)
    return text


def _at(line: int, problem: Problem, **facts: str) -> InvalidDocument:
    return InvalidDocument([LineProblem(line, "", FieldProblem(problem, facts))])
