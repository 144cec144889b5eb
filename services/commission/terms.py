"""What is agreed with a partner over time: one structure, or several, each with its days. Pure.

A change of terms is another version, from a day on: one without an end counts until the next one
begins. Versions never overlap; between them there may be days with nothing agreed.
"""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from itertools import pairwise
from typing import Annotated, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Discriminator,
    Tag,
    TypeAdapter,
    ValidationError,
)

from services.commission.structures import (
    AnyStructure,
    Flat,
    NoCommission,
    Percentage,
    Recurring,
    Structure,
    Tiered,
    bare,
    in_force,
    stored,
    type_of,
)
from services.errors import InvalidInput, Problem
from services.text import refused

MOST_VERSIONS = 50
_DAY = timedelta(days=1)


def _beginning(structure: Structure) -> date:
    return structure.effective_from or date.min


def _ends_in(structure: Structure, following: Structure) -> bool:
    """Whether it is said to end when the following one counts already."""
    last = structure.effective_until
    return last is not None and last >= _beginning(following)


def _in_order(versions: Sequence[Structure]) -> tuple[Structure, ...]:
    if not versions:
        raise refused(Problem.REQUIRED)
    if len(versions) > MOST_VERSIONS:
        raise refused(Problem.TOO_MANY, max_length=MOST_VERSIONS)
    ordered = sorted(versions, key=_beginning)
    for one, following in pairwise(ordered):
        if _ends_in(one, following) or _beginning(one) == _beginning(following):
            raise refused(Problem.TERMS_OVERLAP, first=following.effective_from)
    return tuple(ordered)


class Dated(BaseModel):
    """Terms that change: each version has its days, and none overlaps another."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    type: Literal["dated"] = "dated"
    versions: Annotated[tuple[AnyStructure, ...], AfterValidator(_in_order)]


Agreement = Structure | Dated
AGREEMENT: TypeAdapter[Agreement] = TypeAdapter(
    Annotated[
        Annotated[NoCommission, Tag("none")]
        | Annotated[Flat, Tag("flat")]
        | Annotated[Percentage, Tag("percentage")]
        | Annotated[Tiered, Tag("tiered")]
        | Annotated[Recurring, Tag("recurring")]
        | Annotated[Dated, Tag("dated")],
        Discriminator(type_of),
    ]
)
"""What a partner's row holds."""


def read_versions(kept: object) -> tuple[Structure, ...]:
    """The versions of an agreement as it is stored, oldest first; none when it cannot be read."""
    try:
        agreement = AGREEMENT.validate_python(kept)
    except ValidationError:
        return ()
    return agreement.versions if isinstance(agreement, Dated) else (agreement,)


def as_stored(versions: Sequence[Structure]) -> dict[str, object]:
    """How an agreement of these versions is kept; nothing when there are none."""
    if len(versions) == 1:
        return stored(versions[0])
    if not versions:
        return {}
    return {"type": "dated", "versions": [stored(each) for each in versions]}


def agreed_on(versions: Iterable[Structure], day: date) -> Structure | None:
    """The version in force on this day: the last one that has begun, unless it has ended."""
    begun = [each for each in versions if _beginning(each) <= day]
    last = max(begun, key=_beginning, default=None)
    return last if last is not None and in_force(last, day) else None


def terms_on(versions: Iterable[Structure], day: date) -> Structure | None:
    """As `agreed_on`, the terms alone."""
    found = agreed_on(versions, day)
    return bare(found) if found else None


def are_alike(some: Sequence[Structure], others: Sequence[Structure]) -> bool:
    """Whether on every day the same terms count."""
    return all(terms_on(some, day) == terms_on(others, day) for day in _turns(*some, *others))


def _turns(*versions: Structure) -> set[date]:
    """The days on which other terms may begin to count."""
    ends = (each.effective_until for each in versions)
    return {date.min, *map(_beginning, versions), *(last + _DAY for last in ends if last)}


def with_version(versions: Sequence[Structure], new: Structure) -> tuple[Structure, ...]:
    """The versions with this one: instead of one that begins that day, else beside the others.

    Raises InvalidInput at `effective_from` or `effective_until` for one that overlaps another.
    """
    kept = [each for each in versions if each.effective_from != new.effective_from]
    for each in kept:
        is_before = _beginning(each) < _beginning(new)
        if _ends_in(each, new) if is_before else _ends_in(new, each):
            _refuse_overlap("effective_from" if is_before else "effective_until", each)
    if len(kept) >= MOST_VERSIONS:
        raise InvalidInput.of("effective_from", Problem.TOO_MANY, max_length=str(MOST_VERSIONS))
    return tuple(sorted((*kept, new), key=_beginning))


def _refuse_overlap(field: str, version: Structure) -> None:
    days = {
        name: each.isoformat()
        for name, each in (("first", version.effective_from), ("last", version.effective_until))
        if each is not None
    }
    raise InvalidInput.of(field, Problem.TERMS_OVERLAP, **days)
