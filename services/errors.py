"""What can go wrong in the business, as facts. The words people read are chosen in handlers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID


class DomainError(Exception):
    """Something a person did cannot be done. Answered in words, never logged as a fault."""


class Problem(StrEnum):
    """Why one field was refused."""

    REQUIRED = "required"
    NOT_AN_AMOUNT = "not_an_amount"
    NEGATIVE = "negative"
    TOO_LARGE = "too_large"
    TOO_MANY_DECIMALS = "too_many_decimals"
    UNKNOWN_CURRENCY = "unknown_currency"
    NOT_A_DATE = "not_a_date"
    DATE_IN_PAST = "date_in_past"
    DATE_IN_FUTURE = "date_in_future"
    TIME_IN_FUTURE = "time_in_future"
    DATE_TOO_FAR = "date_too_far"
    TOO_LONG = "too_long"
    LINE_TOO_LONG = "line_too_long"
    TOO_MANY_LINES = "too_many_lines"
    CONTROL_CHARACTERS = "control_characters"
    UNKNOWN_CHOICE = "unknown_choice"
    UNKNOWN_PARTNER = "unknown_partner"
    UNKNOWN_PERSON = "unknown_person"
    NOT_A_NUMBER = "not_a_number"
    NOT_A_PERCENTAGE = "not_a_percentage"
    NOT_A_TIER = "not_a_tier"
    TIERS_OUT_OF_ORDER = "tiers_out_of_order"
    TIERS_END = "tiers_end"
    FLOOR_ABOVE_CAP = "floor_above_cap"
    NOT_BOTH = "not_both"
    DATES_OUT_OF_ORDER = "dates_out_of_order"
    TERMS_OVERLAP = "terms_overlap"
    TERMS_ACCRUED = "terms_accrued"
    TERMS_BEGUN = "terms_begun"
    ZERO_AMOUNT = "zero_amount"
    MORE_THAN_DUE = "more_than_due"
    NOT_A_PERIOD = "not_a_period"
    OUT_OF_RANGE = "out_of_range"
    NOT_AN_EMAIL = "not_an_email"
    NOT_A_WEBSITE = "not_a_website"
    NOT_A_PHONE = "not_a_phone"
    NOT_A_TIME = "not_a_time"
    ALREADY_EXISTS = "already_exists"
    NOTHING_TO_SAVE = "nothing_to_save"
    WEEK_NOT_BEGUN = "week_not_begun"
    CHANGED_MEANWHILE = "changed_meanwhile"
    NOT_UNDERSTOOD = "not_understood"
    CIRCLE = "circle"
    LAST_ADMIN = "last_admin"
    BEYOND_YOUR_OWN = "beyond_your_own"
    UNKNOWN_CODE = "unknown_code"
    CODE_USED = "code_used"
    CODE_EXPIRED = "code_expired"
    CODE_REVOKED = "code_revoked"
    TOO_MANY_CODES_TRIED = "too_many_codes_tried"
    ACCESS_IN_RENEWAL = "access_in_renewal"
    TOO_FEW = "too_few"
    TOO_MANY = "too_many"
    NAMED_TWICE = "named_twice"
    NOT_A_KEY = "not_a_key"
    NOT_YES_OR_NO = "not_yes_or_no"
    UNKNOWN_PART = "unknown_part"
    UNKNOWN_ZONE = "unknown_zone"
    UNKNOWN_COUNTRY = "unknown_country"
    UNKNOWN_SUBDIVISION = "unknown_subdivision"
    UNKNOWN_STAGE = "unknown_stage"
    UNKNOWN_ROLE = "unknown_role"
    UNKNOWN_WORKSPACE = "unknown_workspace"
    UNKNOWN_SETTING = "unknown_setting"
    NOT_A_CURRENCY = "not_a_currency"
    NOT_A_RATE = "not_a_rate"
    END_BEFORE_START = "end_before_start"
    NOT_A_HUNDRED = "not_a_hundred"
    KINDS_MISSING = "kinds_missing"
    ROUTE_WITHOUT_ROLE = "route_without_role"
    GOALS_EXIST = "goals_exist"
    GOALS_COLLIDE = "goals_collide"
    RATES_MISSING = "rates_missing"
    BASE_NOT_LISTED = "base_not_listed"
    CANNOT_MOVE = "cannot_move"
    NOT_TEXT = "not_text"
    NOT_A_DOCUMENT = "not_a_document"
    DOCUMENT_TOO_LONG = "document_too_long"
    REFERENCE_IN_DOCUMENT = "reference_in_document"
    OTHER_FORMAT = "other_format"
    RATE_OF_BASE = "rate_of_base"
    ADMIN_ROLE_STAYS = "admin_role_stays"
    ADMIN_KEEPS = "admin_keeps"
    NEWCOMERS_WITHOUT_ROLE = "newcomers_without_role"
    NEWCOMERS_ADMINISTER = "newcomers_administer"
    NOBODY_CHANGES_ROLES = "nobody_changes_roles"
    UNKNOWN_PERMISSION = "unknown_permission"
    STILL_USED = "still_used"
    CANNOT_MERGE = "cannot_merge"
    ONLY_WON = "only_won"
    ONLY_OPEN = "only_open"
    NOT_A_LINK = "not_a_link"
    NOT_A_FILE = "not_a_file"
    ALREADY_ATTACHED = "already_attached"


@dataclass(frozen=True)
class FieldProblem:
    """One refused field: why, and the facts the sentence needs (limits, choices)."""

    problem: Problem
    facts: Mapping[str, str] = field(default_factory=dict[str, str])


class InvalidInput(DomainError):
    """One or more fields were refused; nothing was saved."""

    def __init__(self, problems: Mapping[str, FieldProblem]) -> None:
        self.problems = dict(problems)
        super().__init__(", ".join(f"{name}: {p.problem}" for name, p in self.problems.items()))

    @classmethod
    def of(cls, name: str, problem: Problem, **facts: str) -> "InvalidInput":
        """The error for a single field."""
        return cls({name: FieldProblem(problem, facts)})


class FieldsMissing(InvalidInput):
    """A stage requires what an opportunity has not: each of the fields is refused as required.

    `stage` is its key; the move or the creation may bring what is missing.
    """

    def __init__(
        self, *, number: int | None, stage: str, stage_label: str, fields: Sequence[str]
    ) -> None:
        self.number = number
        self.stage = stage
        self.stage_label = stage_label
        self.fields = tuple(fields)
        facts = {"stage": stage_label}
        super().__init__({name: FieldProblem(Problem.REQUIRED, facts) for name in fields})


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


class NoSeatLeft(DomainError):
    """The organization's seats are taken; only the operator of the installation can raise them."""

    def __init__(self, seats: int) -> None:
        self.seats = seats
        super().__init__(str(seats))


class NotAMember(DomainError):
    """Not one of the company's people: a bot, a guest, deactivated, or of another company."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(reason)


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


class TooManyLinkCodes(DomainError):
    """So many of the company's link codes are open that one has to be revoked first."""

    def __init__(self, most: int) -> None:
        self.most = most
        super().__init__(str(most))


class WorkspaceTaken(DomainError):
    """The workspace belongs to a company already; only that one's admin can move it."""

    def __init__(self, name: str) -> None:
        self.name = name
        super().__init__(name)


class NotConfigured(DomainError):
    """A setting that this needs has not been made yet."""

    def __init__(self, setting: str) -> None:
        self.setting = setting
        super().__init__(setting)


class StillUsed(DomainError):
    """Configured words would go that records still use: by key, how many of which kind (an
    opportunity, a partner … or another setting). Nothing was saved.

    It is once `moves` names where they go, unless `can_move` says that they cannot.
    """

    def __init__(
        self, setting: str, used: Mapping[str, Mapping[str, int]], *, can_move: bool = True
    ) -> None:
        self.setting = setting
        self.used = {key: dict(kinds) for key, kinds in used.items()}
        self.can_move = can_move
        super().__init__(f"{setting}: {', '.join(self.used)}")

    @property
    def counts(self) -> Mapping[str, int]:
        """By key, how many altogether."""
        return {key: sum(kinds.values()) for key, kinds in self.used.items()}


@dataclass(frozen=True)
class LineProblem:
    """What is wrong in one line of a document, the first being 1; '' for no setting of its own."""

    line: int
    setting: str
    problem: FieldProblem


class InvalidDocument(DomainError):
    """A configuration as text cannot be taken over; nothing was changed."""

    def __init__(self, problems: Sequence[LineProblem]) -> None:
        self.problems = tuple(sorted(problems, key=lambda each: (each.line, each.setting)))
        super().__init__(", ".join(f"{p.line}: {p.problem.problem}" for p in self.problems))


class NoRate(DomainError):
    """No exchange rate is in force for a currency on a day."""

    def __init__(self, currency: str, day: date) -> None:
        self.currency = currency
        self.day = day
        super().__init__(f"{currency} on {day}")


class SwitchedOff(DomainError):
    """The operator has switched the company off; only they can switch it on again."""


class Unlinked(DomainError):
    """An admin took the workspace out of the company: it comes back only when somebody asks."""
