"""What cannot be done with records: not found, not allowed, changed by somebody else meanwhile."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from services.errors.problems import DomainError


class NotAllowed(DomainError):
    """The actor lacks a permission."""

    def __init__(self, permission: str) -> None:
        self.permission = permission
        super().__init__(permission)


class NotFound(DomainError):
    """No such record for this organization; the same whether it exists elsewhere or nowhere."""

    def __init__(self, kind: str, reference: str) -> None:
        self.kind = kind
        self.reference = reference
        super().__init__(f"{kind} {reference}")


class Ambiguous(DomainError):
    """A name fits more than one record."""

    def __init__(self, kind: str, reference: str, candidates: tuple[str, ...]) -> None:
        self.kind = kind
        self.reference = reference
        self.candidates = candidates
        super().__init__(f"{kind} {reference}")


class LikelyDuplicates(DomainError):
    """A new record looks like ones that are there. Nothing was saved; it is, once the person has
    seen these (identifier to name) and says that it is another one.
    """

    def __init__(self, kind: str, reference: str, found: Mapping[UUID, str]) -> None:
        self.kind = kind
        self.reference = reference
        self.found = dict(found)
        super().__init__(f"{kind} {reference}")


class PartnerEditedMeanwhile(DomainError):
    """Somebody else has changed these fields of a partner since they were shown. Nothing was
    saved.
    """

    def __init__(self, *, fields: tuple[str, ...], by: str | None, seconds_ago: int) -> None:
        self.fields = fields
        self.by = by
        self.seconds_ago = seconds_ago
        super().__init__(", ".join(fields))


class InteractionChanged(DomainError):
    """Somebody else has changed an interaction since this person looked at it. Nothing was saved.
    `by` is None when nobody knows who.
    """

    def __init__(self, interaction_id: UUID, *, by: str | None) -> None:
        self.interaction_id = interaction_id
        self.by = by
        super().__init__(str(interaction_id))


class TermsChanged(DomainError):
    """Somebody else has changed the terms of a commission since they were shown: of a partner, or
    of one opportunity. Nothing was saved. `by` is None when nobody knows who.
    """

    def __init__(self, *, by: str | None, seconds_ago: int) -> None:
        self.by = by
        self.seconds_ago = seconds_ago
        super().__init__("commission terms")


class ContactChanged(DomainError):
    """Somebody else has changed this contact since it was shown."""

    def __init__(self, name: str) -> None:
        self.name = name
        super().__init__(name)


class StandsForNone(DomainError):
    """The partner stands for opportunities without one; it is named by a setting and stays."""

    def __init__(self, name: str) -> None:
        self.name = name
        super().__init__(name)


class MergeProblem(StrEnum):
    """Why two partners cannot be made one."""

    ITSELF = "itself"
    MERGED = "merged"
    DIRECT = "direct"


class CannotMerge(DomainError):
    """A partner cannot be merged. `into`: what one that was merged already is part of now."""

    def __init__(self, reason: MergeProblem, name: str, into: str | None = None) -> None:
        self.reason = reason
        self.name = name
        self.into = into
        super().__init__(f"{reason}: {name}")


class ChangedMeanwhile(DomainError):
    """Somebody else changed the record after this person looked at it."""

    def __init__(self, *, number: int, now_at: str, by: str | None, seconds_ago: int) -> None:
        self.number = number
        self.now_at = now_at
        self.by = by
        self.seconds_ago = seconds_ago
        super().__init__(f"#{number} is now at {now_at}")


@dataclass(frozen=True, slots=True)
class Difference:
    """One field that somebody else changed, as the record of changes has it: amounts and dates as
    text, people and partners by name. None: there was nothing, or its words are not kept.
    """

    field: str
    before: str | None
    now: str | None


class EditedMeanwhile(DomainError):
    """Somebody else changed what this person was changing too; nothing was saved. `version` is the
    opportunity's present one.
    """

    def __init__(
        self,
        *,
        number: int,
        version: int,
        differences: Sequence[Difference],
        by: str | None,
        seconds_ago: int,
    ) -> None:
        self.number = number
        self.version = version
        self.differences = tuple(differences)
        self.by = by
        self.seconds_ago = seconds_ago
        super().__init__(f"#{number}: {', '.join(each.field for each in differences)}")


class Archived(DomainError):
    """An archived opportunity can only be looked at and restored."""

    def __init__(self, number: int) -> None:
        self.number = number
        super().__init__(f"#{number}")


class UndoRefusal(StrEnum):
    """Why a move cannot be taken back."""

    TOO_LATE = "too_late"
    NOT_YOURS = "not_yours"
    CHANGED_SINCE = "changed_since"
    STAGE_GONE = "stage_gone"


class UndoRefused(DomainError):
    """A move cannot be taken back. `by` and `seconds_ago` tell who did what came after it."""

    def __init__(
        self,
        *,
        number: int,
        reason: UndoRefusal,
        by: str | None = None,
        seconds_ago: int | None = None,
    ) -> None:
        self.number = number
        self.reason = reason
        self.by = by
        self.seconds_ago = seconds_ago
        super().__init__(f"#{number}: {reason}")


class FiledMeanwhile(DomainError):
    """The same week was filed from another window after this one had opened."""

    def __init__(self, *, at: datetime, version: int) -> None:
        self.at = at
        self.version = version
        super().__init__(f"filed at {at}")


class MoveNotAllowed(DomainError):
    """The pipeline's configuration does not lead from one stage to the other."""

    def __init__(
        self, *, number: int, from_label: str, to_label: str, allowed: tuple[str, ...]
    ) -> None:
        self.number = number
        self.from_label = from_label
        self.to_label = to_label
        self.allowed = allowed
        super().__init__(f"#{number}: {from_label} to {to_label}")
