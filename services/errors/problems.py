"""Why something that was entered is refused: at a field, or in a line of a document."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum


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
    TERMS_SAME = "terms_same"
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
