"""Reading who changed what, on the page and as a file."""

from services import audit, audit_export, outbox, own_files
from services.audit import Search
from services.directory import Claim
from services.outbox import Delivery
from tests.factories import START
from tests.isolation.cases.case import Case, nothing
from tests.isolation.seeds import Known


def sending(to: Known, **more: object) -> Delivery:
    """The audit on its way to somebody of a company."""
    return Delivery(
        claim=Claim(to.organization_id, to.outbox_id, attempts=1, was_sending=False),
        workspace_id=to.workspace_id,
        lane=to.slack_user_id,
        method=outbox.UPLOAD,
        kind=audit_export.FILE,
        payload={"v": 1, "wanted": {}, "until": START.isoformat(), **more},
        copy_id=None,
        channel_id=None,
        ts=None,
        created_at=START,
        installed_at=START,
    )


def not_sent(to: Known) -> Delivery:
    return sending(to, reason="missing_scope")


CASES: tuple[Case, ...] = (
    Case(audit.entries, lambda _, __: (Search(),)),
    Case(audit.entries, lambda its, _: (Search(user_id=its.user_id),)),
    Case(audit.entry, lambda its, _: (its.audit_id,)),
    Case(audit.latest, lambda its, _: (Search(user_id=its.user_id), 10, START)),
    Case(audit.authors, nothing),
    Case(audit_export.export, lambda its, _: (Search(user_id=its.user_id),)),
    Case(audit_export.exported, lambda its, _: (sending(its),), by="application"),
    Case(audit_export.refused, lambda its, _: (not_sent(its),), by="application"),
    Case(audit_export.tell_not_sent, lambda its, _: (sending(its), "gone"), by="application"),
    Case(own_files.receiver, lambda its, _: (sending(its),), by="application"),
)
