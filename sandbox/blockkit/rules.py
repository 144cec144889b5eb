"""Rules a JSON value can be held to, as values; the specifications beside this are made of them.

Each rule yields the problems of one value, in the words of the schema library Slack checks with
(https://github.com/slackhq/hack-json-schema, src/Constraints) and of its recorded answers.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Protocol, TypeAlias

from sandbox.blockkit.problems import Fields, Problem, as_list, as_object, below

Check: TypeAlias = Callable[[Fields, str], Iterator[Problem]]


class Rule(Protocol):
    """Anything that can say what is wrong with a value found at a place."""

    def problems(self, value: object, at: str) -> Iterator[Problem]: ...


def count_problems(count: int, least: int, most: int | None, at: str) -> Iterator[Problem]:
    """Hold the number of items of an array to its limits, both ends included."""
    if count < least:
        yield Problem(at, f"must provide at least {least} items")
    if most is not None and count > most:
        yield Problem(at, f"no more than {most} items allowed")


@dataclass(frozen=True)
class Text:
    """A string of a length in characters, of a form where one is given."""

    most: int | None = None
    least: int = 0
    accepts: Callable[[str], bool] | None = None
    otherwise: str = "failed to match the required format"

    def problems(self, value: object, at: str) -> Iterator[Problem]:
        if not isinstance(value, str):
            yield Problem(at, "must provide a string")
        elif len(value) < self.least:
            yield Problem(at, f"must be more than {self.least - 1} characters")
        elif self.most is not None and len(value) > self.most:
            yield Problem(at, f"must be less than {self.most + 1} characters")
        elif self.accepts is not None and not self.accepts(value):
            yield Problem(at, self.otherwise)


@dataclass(frozen=True)
class Choice:
    """A string out of a closed set."""

    values: frozenset[str]

    def problems(self, value: object, at: str) -> Iterator[Problem]:
        if not isinstance(value, str):
            yield Problem(at, "must provide a string")
        elif value not in self.values:
            yield Problem(at, "must be a valid enum value")


def one_of(*values: str) -> Choice:
    return Choice(frozenset(values))


@dataclass(frozen=True)
class Whole:
    """A whole number between two limits, both included, whatever Slack's words for them suggest."""

    least: int | None = None
    most: int | None = None

    def problems(self, value: object, at: str) -> Iterator[Problem]:
        if not isinstance(value, int) or isinstance(value, bool):
            yield Problem(at, "must provide an integer")
            return
        if self.least is not None and value < self.least:
            yield Problem(at, f"must be greater than {self.least}")
        if self.most is not None and value > self.most:
            yield Problem(at, f"must be less than {self.most}")


@dataclass(frozen=True)
class Number:
    """Any number, above a limit where one is given (the limit itself excluded)."""

    above: float | None = None

    def problems(self, value: object, at: str) -> Iterator[Problem]:
        if not isinstance(value, int | float) or isinstance(value, bool):
            yield Problem(at, "must provide a number")
        elif self.above is not None and value <= self.above:
            yield Problem(at, f"must be greater than {self.above:g}")


@dataclass(frozen=True)
class Flag:
    def problems(self, value: object, at: str) -> Iterator[Problem]:
        if not isinstance(value, bool):
            yield Problem(at, "must be a boolean")


@dataclass(frozen=True)
class AnyObject:
    """A JSON object whose content Slack does not look into."""

    def problems(self, value: object, at: str) -> Iterator[Problem]:
        if as_object(value) is None:
            yield Problem(at, "must provide an object")


@dataclass(frozen=True)
class Nullable:
    rule: Rule

    def problems(self, value: object, at: str) -> Iterator[Problem]:
        if value is not None:
            yield from self.rule.problems(value, at)


@dataclass(frozen=True)
class ListOf:
    """An array whose items all follow one rule and whose size has limits, both included."""

    item: Rule
    least: int = 0
    most: int | None = None

    def problems(self, value: object, at: str) -> Iterator[Problem]:
        items = as_list(value)
        if items is None:
            yield Problem(at, "must provide an array")
            return
        yield from count_problems(len(items), self.least, self.most, at)
        for index, item in enumerate(items):
            yield from self.item.problems(item, below(at, index))


def no_fields() -> Mapping[str, Rule]:
    return {}


@dataclass(frozen=True)
class Shape:
    """A JSON object with exactly these fields.

    The checks look at several fields together and therefore run only when each field is right.
    """

    required: Mapping[str, Rule] = field(default_factory=no_fields)
    optional: Mapping[str, Rule] = field(default_factory=no_fields)
    checks: tuple[Check, ...] = ()

    def problems(self, value: object, at: str) -> Iterator[Problem]:
        fields = as_object(value)
        if fields is None:
            yield Problem(at, "must provide an object")
            return
        found = [*self._missing(fields, at), *self._in_fields(fields, at)]
        yield from found
        if not found:
            for check in self.checks:
                yield from check(fields, at)

    def _missing(self, fields: Fields, at: str) -> Iterator[Problem]:
        for name in self.required:
            if name not in fields:
                yield Problem(at, f"missing required field: {name}")

    def _in_fields(self, fields: Fields, at: str) -> Iterator[Problem]:
        for name, value in fields.items():
            rule = self.required.get(name) or self.optional.get(name)
            if rule is None:
                yield Problem(at, f"invalid additional property: {name}")
            else:
                yield from rule.problems(value, below(at, name))


@dataclass(frozen=True)
class Tagged:
    """An object whose shape is told by one of its fields, normally `type`."""

    shapes: Mapping[str, Rule]
    tag: str = "type"

    def problems(self, value: object, at: str) -> Iterator[Problem]:
        fields = as_object(value)
        if fields is None:
            yield Problem(at, "must provide an object")
            return
        if self.tag not in fields:
            yield Problem(at, f"missing required field: {self.tag}")
            return
        name = fields[self.tag]
        if isinstance(name, str) and name in self.shapes:
            yield from self.shapes[name].problems(fields, at)
        else:
            yield Problem(below(at, self.tag), _unsupported(name))


def _unsupported(name: object) -> str:
    if not isinstance(name, str):
        return "must provide a string"
    return f"unsupported type: {name}"


def tagged(name: str, shape: Shape) -> Shape:
    """Give the shape its own tag as a required field."""
    return Shape({"type": one_of(name), **shape.required}, shape.optional, shape.checks)
