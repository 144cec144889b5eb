"""The pipeline: its stages in their order, and where each may lead."""

from collections.abc import Mapping
from functools import cached_property
from typing import Annotated, Literal, Self, TypeVar

from pydantic import AfterValidator, Field, model_validator

from services.configuration.kinds import Key, Label, Value, refuse_twice
from services.errors import Problem
from services.text import refused

S = TypeVar("S", bound=str)

RequiredField = Literal["deal_value", "customer_contact", "assigned_user_id", "notes"]
"""What of an opportunity a stage may ask for; the rest it always has."""


def _once(each: tuple[S, ...]) -> tuple[S, ...]:
    return tuple(dict.fromkeys(each))


class Stage(Value):
    """One step of the pipeline."""

    key: Key
    label: Label
    kind: Literal["open", "won", "lost"] = "open"
    probability: Annotated[int, Field(ge=0, le=100)]
    stale_after_days: Annotated[int, Field(ge=1, le=3650)] | None = None
    next: Annotated[tuple[Key, ...], AfterValidator(_once)] | None = None
    """Stages it may lead to; None means any."""
    required_fields: Annotated[tuple[RequiredField, ...], AfterValidator(_once)] = ()
    """What an opportunity must have before it comes here."""


class Pipeline(Value):
    """The stages in their order."""

    stages: Annotated[tuple[Stage, ...], Field(min_length=2, max_length=30)]

    @model_validator(mode="after")
    def _is_whole(self) -> Self:
        refuse_twice(stage.key for stage in self.stages)
        refuse_twice(stage.label for stage in self.stages)
        if {stage.kind for stage in self.stages} != {"open", "won", "lost"}:
            raise refused(Problem.KINDS_MISSING)
        keys = {stage.key for stage in self.stages}
        unknown = {key for stage in self.stages for key in stage.next or ()} - keys
        if unknown:
            raise refused(Problem.UNKNOWN_STAGE, word=", ".join(sorted(unknown)))
        return self

    def find(self, key: str) -> Stage | None:
        return self._by_key.get(key)

    def after(self, key: str) -> Stage | None:
        """The next stage in order, if it is open or won and may follow."""
        return self._following.get(key)

    def from_(self, key: str) -> tuple[Stage, ...]:
        """Where an opportunity may move to from there."""
        known = self._leading.get(key)
        return self.stages if known is None else known

    def allows(self, from_key: str, to_key: str) -> bool:
        """Whether the configuration leads from one stage to the other."""
        stage = self.find(from_key)
        return stage is None or stage.next is None or to_key in stage.next

    @cached_property
    def _by_key(self) -> Mapping[str, Stage]:
        return {stage.key: stage for stage in self.stages}

    @cached_property
    def _leading(self) -> Mapping[str, tuple[Stage, ...]]:
        return {
            stage.key: tuple(
                each
                for each in self.stages
                if each.key != stage.key and self.allows(stage.key, each.key)
            )
            for stage in self.stages
        }

    @cached_property
    def _following(self) -> Mapping[str, Stage | None]:
        return {stage.key: self._next(at) for at, stage in enumerate(self.stages)}

    def _next(self, at: int) -> Stage | None:
        stage = self.stages[at]
        later = (each for each in self.stages[at + 1 :] if each.kind != "lost")
        allowed = (each for each in later if self.allows(stage.key, each.key))
        return next(allowed, None) if stage.kind == "open" else None
