"""Functions about commissions: terms, the ledger, statements, and fiscal periods."""

from datetime import date
from decimal import Decimal

from services import fiscal
from services.commission import (
    Flat,
    accruing,
    adjustments,
    agreements,
    choosing,
    ledger,
    projecting,
    reading,
    statements,
)
from services.commission.basis import Details
from services.commission.choosing import Facts
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
    Case(agreements.refuse_unused, lambda _its, _: ("EUR",)),
    Case(agreements.withdraw, lambda its, _: (its.partner_id, DAY, "")),
    Case(choosing.choose, lambda its, _: (facts(its), DAY, None)),
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
    Case(statements.statement, lambda its, _: (its.partner_id, "2026-Q4")),
)
