"""From what Slack sends to what a service takes, and from its refusals to the fields.

A field's block_id is the name of the input's field, so no table translates between them.
"""

from collections.abc import Callable, Mapping
from typing import Literal, TypeVar

from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError

from handlers.routing import FieldValue
from services.errors import FieldProblem, InvalidInput
from services.validation import refusals

M = TypeVar("M", bound=BaseModel)
T = TypeVar("T")


class Packed(BaseModel):
    """What a control or a form carries. Its version tells one of another day from one of today."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    v: Literal[1] = 1


def read(model: type[M], values: Mapping[str, FieldValue], **more: object) -> M:
    """The submitted fields as a service's input. Empty fields count as not given.

    Raises InvalidInput with one problem for each refused field. A validator of the model may
    raise `PydanticCustomError` with a Problem's value as its type.
    """
    given = {name: value for name, value in values.items() if value not in (None, "", [])}
    try:
        return model.model_validate(given | more)
    except ValidationError as error:
        problems: dict[str, FieldProblem] = {}
        for each in refusals(error):
            problems.setdefault(str(each.path[0]) if each.path else "", each.problem)
        raise InvalidInput(problems) from error


def read_value(adapter: TypeAdapter[T], given: object, at: Callable[[str], str]) -> T:
    """A value of several fields. `at` is told the path inside it that was refused (`a.b`), and says
    which field that is. Raises InvalidInput.
    """
    try:
        return adapter.validate_python(given)
    except ValidationError as error:
        problems: dict[str, FieldProblem] = {}
        for each in refusals(error):
            problems.setdefault(at(".".join(map(str, each.path))), each.problem)
        raise InvalidInput(problems) from None


def pack(metadata: BaseModel) -> str:
    """A modal's private_metadata or a button's value: one model, with its version inside."""
    return metadata.model_dump_json(exclude_none=True)


def unpack(model: type[M], packed: str) -> M | None:
    """What `pack` wrote, or None when it is not of this model: an old or a forged one."""
    try:
        return model.model_validate_json(packed)
    except ValidationError:
        return None
