"""The pipeline: its stages in their order, and where each may lead."""

from collections.abc import Mapping
from functools import cached_property
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

Key = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,39}$")]
Label = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=60)]


class Value(BaseModel):
    """What a setting is made of."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Stage(Value):
    """One step of the pipeline."""

    key: Key
    label: Label
    kind: Literal["open", "won", "lost"] = "open"
    probability: Annotated[int, Field(ge=0, le=100)]
    stale_after_days: Annotated[int, Field(ge=1, le=3650)] | None = None
    next: tuple[Key, ...] | None = None
    """Stages it may lead to; None means any."""


class Pipeline(Value):
    """The stages in their order."""

    stages: Annotated[tuple[Stage, ...], Field(min_length=2, max_length=30)]

    @model_validator(mode="after")
    def _is_whole(self) -> Self:
        keys = [stage.key for stage in self.stages]
        if len(set(keys)) != len(keys):
            raise ValueError("two stages have the same key")
        kinds = {stage.kind for stage in self.stages}
        if kinds != {"open", "won", "lost"}:
            raise ValueError("a pipeline needs an open, a won and a lost stage")
        unknown = {key for stage in self.stages for key in stage.next or ()} - set(keys)
        if unknown:
            raise ValueError(f"no such next stage: {', '.join(sorted(unknown))}")
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
