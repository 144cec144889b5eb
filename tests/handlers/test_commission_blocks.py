import json
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from uuid import UUID

import pytest
from syrupy.assertion import SnapshotAssertion
from syrupy.extensions.json import JSONSnapshotExtension

from handlers.blocks.commission import deals, entries, statements, terms, words
from handlers.blocks.commission.deals import Deal
from handlers.blocks.commission.values import (
    DealRef,
    EnterRef,
    OverrideRef,
    Reader,
    StatementRef,
    TermsRef,
)
from handlers.blocks.text import NO_BREAK
from handlers.routing import View
from sandbox.blockkit import problems_of_view
from services import fiscal
from services.commission import (
    Commission,
    Flat,
    Line,
    LineKind,
    NoCommission,
    Percentage,
    Structure,
    Tier,
    Tiered,
)
from services.commission.agreements import Agreed, Version, override_version
from services.commission.basis import Hold, HoldReason, Override, Source
from services.commission.projecting import Projection, State
from services.commission.statements import Account, Kind, Statement, StatementLine, Waiting
from tests.handlers.test_opportunities_blocks import a_deal
from tests.handlers.test_partners_blocks import a_partner

D = Decimal
ID = UUID(int=7)
TODAY = date(2026, 11, 18)
MANAGER = Reader("en-US", TODAY, may_manage=True)
Q4 = fiscal.quarter(2026, 4, 1)
RIGHT_TO_LEFT = "שלום & <@U1> *עולם* \u202e" + "x" * 230
LONG = "😀" * 255
MANY_TIERS = Tiered(
    mode="whole",
    tiers=(
        *(Tier(up_to=D(10) ** 12 + each, rate=D("12.34")) for each in range(19)),
        Tier(rate=D(100)),
    ),
    floor=D("9999999999999.98"),
    cap=D("9999999999999.99"),
    currency="EUR",
)


@pytest.fixture
def golden(snapshot: SnapshotAssertion) -> SnapshotAssertion:
    return snapshot.use_extension(JSONSnapshotExtension)


def line(
    amount: str, kind: Kind = "accrual", at: int = 0, name: str | None = "Acme renewal"
) -> StatementLine:
    return StatementLine(
        id=UUID(int=at + 1),
        on=date(2026, 11, 10),
        kind=kind,
        amount=D(amount),
        number=42 if kind in {"accrual", "reversal"} else None,
        customer_name=name,
        month=None,
        structure=Percentage(rate=D(10)),
        lines=(Line(LineKind.SHARE, D(amount), base=D(48000), rate=D(10)),),
        because="not_won" if kind == "reversal" else None,
        reason="Booth costs" if kind == "adjustment" else None,
        recorded_at=datetime(2026, 11, 18, 10, tzinfo=UTC),
        recorded_by="Mia Acme",
        is_late=False,
    )


def stated(*accounts: Account, name: str = "Globex", waiting: tuple[Waiting, ...] = ()) -> View:
    shown = Statement(ID, name, Q4, accounts, waiting)
    beside = statements.Beside(fiscal.quarter(2026, 3, 1), fiscal.quarter(2027, 1, 1))
    return statements.statement_view(shown, StatementRef(partner_id=ID), MANAGER, beside)


def agreed(*versions: Version, present: Structure | None, source: Source) -> View:
    found = Agreed(ID, versions, present, source, "v")
    return terms.terms_view(found, a_partner(), TermsRef(partner_id=ID), MANAGER)


def shown(view: View) -> str:
    return json.dumps(view, ensure_ascii=False)


def test_a_statement(golden: SnapshotAssertion) -> None:
    lines = (
        line("4800.00"),
        line("-4800.00", "reversal", 1),
        line("-300.00", "adjustment", 2),
        line("-1000.00", "payment", 3),
    )
    waiting = Waiting(7, "Initech", D(500), "GBP", Hold(reason=HoldReason.NO_CLOSE_DATE))

    view = stated(Account("EUR", D("1500.10"), lines), waiting=(waiting,))

    assert problems_of_view(view) == []
    assert view == golden


@pytest.mark.parametrize(
    ("amount", "currency", "told"),
    [("700.5", "JPY", "¥701"), ("702.5", "JPY", "¥703"), ("700.25", "KWD", "KWD 700.250")],
)
def test_terms_tell_an_amount_as_it_is_paid(amount: str, currency: str, told: str) -> None:
    said = words.sentence(Flat(amount=D(amount), currency=currency), "en-US")

    assert said.replace(NO_BREAK, " ") == f"{told} for each opportunity"


def test_when_a_line_was_recorded_is_told_in_the_readers_own_zone() -> None:
    assert "recorded <!date^1794996000^" in shown(statements.entry_view(line("1"), "EUR", MANAGER))


def test_terms_that_were_count_and_come(golden: SnapshotAssertion) -> None:
    first = Percentage(rate=D(8))
    present = Flat(amount=D(500), currency="EUR", effective_from=date(2026, 1, 1))
    coming = NoCommission(effective_from=date(2027, 1, 1))

    view = agreed(
        Version(first, date(2025, 12, 31), is_in_force=False, is_to_come=False),
        Version(present, date(2026, 12, 31), is_in_force=True, is_to_come=False),
        Version(coming, None, is_in_force=False, is_to_come=True),
        present=present,
        source=Source.AGREEMENT,
    )

    assert problems_of_view(view) == []
    assert view == golden


def statements_of(name: str, reader: Reader) -> list[View]:
    """Pages of a long one, and the explanation of a line."""
    lines = tuple(line("9999999999999.99", at=each, name=name) for each in range(200))
    accounts = tuple(Account(code, D("-0.01"), lines) for code in ("EUR", "JPY", "KWD"))
    whole = Statement(ID, name, Q4, accounts, ())
    beside = statements.Beside(Q4, Q4, "Recorded.", in_base=(D("-9999999999999999.99"), "KWD"))
    pages = [
        statements.statement_view(whole, StatementRef(partner_id=ID, page=page), reader, beside)
        for page in (1, 2, 31, 99)
    ]
    return [*pages, statements.entry_view(lines[0], "EUR", reader)]


def terms_of(name: str, reader: Reader) -> list[View]:
    """Fifty versions, all to come."""
    begun = [{"effective_from": date(2027 + each, 1, 1)} for each in range(50)]
    versions = [
        Version(MANY_TIERS.model_copy(update=each), None, is_in_force=False, is_to_come=True)
        for each in begun
    ]
    found = Agreed(ID, tuple(versions), None, Source.NONE, "v")
    whose = a_partner(name=name)
    refs = [TermsRef(partner_id=ID, page=page) for page in (1, 5)]
    return [terms.terms_view(found, whose, ref, reader) for ref in refs]


def deals_of(name: str, reader: Reader) -> list[View]:
    it = replace(a_deal(), customer_name=name, partner_name=name, value=D("9999999999999.99"))
    lines = tuple(Line(LineKind.TIER, D(10) ** 13, D(1), D(1)) for _ in range(20))
    at = datetime(2026, 1, 1, tzinfo=UTC)
    own = Override(structure=MANY_TIERS, reason=name, by=ID, at=at)
    commission = Commission("EUR", lines)
    earned = Projection(State.EARNED, commission, MANY_TIERS, Source.OVERRIDE, TODAY)
    deal, ref = Deal(it, earned, own), DealRef(number=42, id=ID)
    opened = OverrideRef(number=42, id=ID, version=override_version(own))
    told = deals.changed_meanwhile(name, deal, reader)
    return [
        deals.explain_view(deal, ref, reader),
        deals.override_form([], deal, opened, reader, told),
    ]


@pytest.mark.parametrize("locale", ["en-US", "de-DE", "ar", "fa-IR"])
@pytest.mark.parametrize("name", [RIGHT_TO_LEFT, LONG])
def test_slack_takes_every_modal_whatever_is_in_it(name: str, locale: str) -> None:
    reader = replace(MANAGER, locale=locale)
    ref = EnterRef(partner_id=ID, what="payment")

    views = [
        *statements_of(name, reader),
        *terms_of(name, reader),
        *deals_of(name, reader),
        entries.entry_form(a_partner(name=name), ref, {"EUR": D(1)}, ["EUR"], reader),
    ]

    assert [problems_of_view(each) for each in views] == [[]] * len(views)
    assert "EUR, continued" in shown(views[1])


def test_a_lost_one_earns_nothing_and_a_held_one_says_why() -> None:
    hold = Hold(reason=HoldReason.NO_RATE, currency="GBP", day=TODAY)
    held = Projection(State.HELD, None, None, Source.NONE, TODAY, held=hold)
    ref = DealRef(number=42, id=ID)

    lost = deals.explain_view(Deal(a_deal(), None, None), ref, MANAGER)
    waiting = deals.explain_view(Deal(a_deal(), held, None), ref, MANAGER)

    assert "It is lost: it earns nothing." in shown(lost)
    assert "Override" not in shown(lost)
    assert "held: there is no exchange rate for GBP on Wed 18 Nov" in shown(waiting)
