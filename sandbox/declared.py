"""Reads YAML and JSON files that people write into models; what is wrong is said in plain words.

Knows the shape of errors, nothing of what the files are about.
"""

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TypeVar, cast

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

M = TypeVar("M", bound=BaseModel)

WORDS: Mapping[str, str] = {
    "missing": "is missing",
    "extra_forbidden": "is not known here",
    "string_type": "must be text",
    "bool_type": "must be true or false",
    "bool_parsing": "must be true or false",
    "list_type": "must be a list",
    "tuple_type": "must be a list",
    "dict_type": "must be a mapping of names to values",
    "model_type": "must be a mapping of names to values",
    "string_too_short": "must not be empty",
    "string_too_long": "is longer than {max_length} characters",
    "too_long": "has more than {max_length} entries",
    "too_short": "needs at least {min_length} entry",
    "literal_error": "must be {expected}",
}
"""Kind of error, https://docs.pydantic.dev/latest/errors/validation_errors, → what people read."""


class NotUsable(ValueError):
    """The file cannot be used; `reasons` says why, one wrong place each."""

    def __init__(self, path: Path, *reasons: str) -> None:
        super().__init__(f"{path}: " + "; ".join(reasons))
        self.path = path
        self.reasons = reasons


def declared(path: Path, model: type[M]) -> M:
    """What the file says, JSON when its name ends so, YAML otherwise. Raises NotUsable."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise NotUsable(path, f"cannot be read: {_told(error)}") from error
    read = _json if path.suffix == ".json" else _yaml
    try:
        return model.model_validate(read(path, text))
    except ValidationError as error:
        reasons = [reason_of(each) for each in _telling(error.errors())]
        raise NotUsable(path, *reasons) from error


def _telling(errors: list[ErrorDetails]) -> list[ErrorDetails]:
    """Without the lists that are called too short only because what is in them is wrong."""
    places = [error["loc"] for error in errors]
    return [
        error
        for error in errors
        if error["type"] != "too_short"
        or not any(place[: len(error["loc"])] == error["loc"] != place for place in places)
    ]


def reason_of(error: ErrorDetails) -> str:
    """One error of a model, as `features.slash_commands[0].command is missing`."""
    words = WORDS.get(error["type"])
    context = cast("dict[str, object]", error.get("ctx", {}))
    told = error["msg"].removeprefix("Value error, ") if words is None else words.format(**context)
    return f"{_where(error['loc'])} {told}".strip()


def _where(place: tuple[int | str, ...]) -> str:
    parts = [f"[{part}]" if isinstance(part, int) else f".{part}" for part in place]
    return "".join(parts).removeprefix(".")


def _told(error: Exception) -> str:
    return error.strerror or str(error) if isinstance(error, OSError) else str(error)


def _json(path: Path, text: str) -> object:
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        raise NotUsable(path, f"is no JSON: {error.msg} in line {error.lineno}") from error


def _yaml(path: Path, text: str) -> object:
    load = cast("Callable[[str], object]", YAML(typ="safe", pure=True).load)
    try:
        return load(text)
    except YAMLError as error:
        raise NotUsable(path, f"is no YAML: {_problem(error)}") from error


def _problem(error: YAMLError) -> str:
    """The library's sentence, without its excerpt of the file."""
    words = str(cast("object", getattr(error, "problem", None) or error)).splitlines()[0]
    line = cast("int | None", getattr(getattr(error, "problem_mark", None), "line", None))
    return words if line is None else f"{words} in line {line + 1}"
