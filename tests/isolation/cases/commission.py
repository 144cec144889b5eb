"""Functions about commissions: terms, the ledger, statements, and fiscal periods."""

from datetime import date
from decimal import Decimal

from services import fiscal, outbox
from services.commission import (
    Flat,
    accruing,
    adjustments,
    agreements,
    choosing,
    exporting,
    ledger,
    projecting,
    reading,
    statements,
)
from services.commission.basis import Details
from services.commission.choosing import Facts
from services.directory import Claim
from services.outbox import Delivery
from tests.factories import START
from tests.isolation.cases.case import Case, nothing
from tests.isolation.seeds import Known

DAY = date(2026, 11, 10)
AGREED = Flat(amount=Decimal(5), currency="EUR", effective_from=DAY)


def facts(its: Known) -> Facts:
    return Facts(its.partner_id, Decimal(100), "EUR", 12, {}, None)


def change(its: Known) -> ledger.Change:
    return ledger.Change(its.opportunity_id, its.partner_id, (), Details(), None, "changed")


def adjustment(its: Known) -> adjustments.Adjust:
    return adjustments.Adjust(
        partner_id=its.partner_id, currency="EUR", amount=Decimal(5), reason="Booth", on=DAY
    )


def payment(its: Known) -> adjustments.Pay:
    return adjustments.Pay(partner_id=its.partner_id, currency="EUR", amount=Decimal(1), on=DAY)


def sending(its: Known, to: Known, **more: object) -> Delivery:
    """The statement of one company's partner, on its way to somebody of a company."""
    return Delivery(
        claim=Claim(to.organization_id, to.outbox_id, attempts=1, was_sending=False),
        workspace_id=to.workspace_id,
        lane=to.slack_user_id,
        method=outbox.UPLOAD,
        kind=exporting.FILE,
        payload={"v": 1, "partner_id": str(its.partner_id), "period": "2026-Q4", **more},
        copy_id=None,
        channel_id=None,
        ts=None,
        created_at=START,
        installed_at=START,
    )


def not_sent(its: Known, to: Known) -> Delivery:
    return sending(its, to, reason="missing_scope")


CASES: tuple[Case, ...] = (
    Case(accruing.settle, lambda its, _: (its.opportunity_id,)),
    Case(accruing.unsettled, nothing, by="application"),
    Case(adjustments.adjust, lambda its, _: (adjustment(its),)),
    Case(adjustments.balances, lambda its, _: (its.partner_id,)),
    Case(adjustments.pay, lambda its, _: (payment(its),)),
    Case(agreements.agree, lambda its, _: (its.partner_id, AGREED, "")),
    Case(agreements.agreement, lambda its, _: (its.partner_id,)),
    Case(agreements.override, lambda its, _: (its.number, AGREED, "By e-mail", "")),
    Case(agreements.refuse_currency, lambda _its, _: (AGREED,)),
    Case(agreements.refuse_none, lambda its, _: (its.partner_id,)),
    Case(agreements.refuse_unused, lambda _its, _: ("EUR",)),
    Case(agreements.withdraw, lambda its, _: (its.partner_id, DAY, "")),
    Case(choosing.choose, lambda its, _: (facts(its), DAY, None)),
    Case(exporting.export, lambda its, _: (exporting.Export(partner_id=its.partner_id),)),
    Case(exporting.export, lambda its, _: (exporting.Export(period="2026-Q4"),)),
    Case(exporting.exported, lambda its, own: (sending(its, own),), by="application"),
    Case(exporting.exported, lambda its, _: (sending(its, its),), by="application"),
    Case(exporting.refused, lambda its, own: (not_sent(its, own),), by="application"),
    Case(
        exporting.tell_not_sent,
        lambda its, own: (sending(its, own), "missing_scope"),
        by="application",
    ),
    Case(fiscal.company_zone, nothing),
    Case(fiscal.span_named, lambda _its, _: ("2026-Q4",)),
    Case(fiscal.today, nothing),
    Case(ledger.write, lambda its, _: (change(its), ())),
    Case(projecting.projection, lambda its, _: (its.opportunity_id,)),
    Case(projecting.taken_back, lambda its, _: (its.opportunity_id,)),
    Case(projecting.what_if, lambda its, _: (its.opportunity_id, DAY)),
    Case(reading.unsettled_ids, nothing),
    Case(reading.hold_partners, lambda its, _: ([its.partner_id],)),
    Case(reading.live, lambda its, _: (its.opportunity_id,)),
    Case(reading.locked, lambda its, _: (its.opportunity_id,)),
    Case(reading.seen, lambda its, _: (its.opportunity_id,)),
    Case(
        reading.siblings,
        lambda its, own: (
            [its.partner_id],
            (its.partner_id, "2026-Q4", '{"type": "none"}'),
            own.opportunity_id,
        ),
    ),
    Case(statements.readable, lambda _its, _: ("2026-Q4",)),
    Case(statements.statement, lambda its, _: (its.partner_id, "2026-Q4")),
    Case(statements.statements, lambda _its, _: ("2026-Q4",)),
)
