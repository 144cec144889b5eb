"""Reading who changed what."""

from services import audit
from services.audit import Search
from tests.isolation.cases.case import Case, nothing

CASES: tuple[Case, ...] = (
    Case(audit.entries, lambda _, __: (Search(),)),
    Case(audit.entries, lambda its, _: (Search(user_id=its.user_id),)),
    Case(audit.entry, lambda its, _: (its.audit_id,)),
    Case(audit.authors, nothing),
)
