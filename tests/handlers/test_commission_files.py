import csv
import io
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from uuid import UUID

import pytest

from handlers.blocks.commission.files import HEADER, exported_file, not_sent
from handlers.notices import File
from services import fiscal
from services.commission.basis import Hold, HoldReason
from services.commission.exporting import Exported, NotSent
from services.commission.statements import Account, Statement, StatementLine, Waiting
from services.fiscal import Span
from services.own_files import NOTHING_LEFT
from services.values import Actor, OrganizationId
from tests.handlers.test_commission_blocks import ID, LONG, Q4, RIGHT_TO_LEFT, line

D = Decimal
MIA = Actor(OrganizationId(UUID(int=1)), None, "Mia", locale="en-US")
NO_RATE = Hold(reason=HoldReason.NO_RATE, currency="EUR", day=date(2026, 11, 9))
HELD = Waiting(7, "Initech", D(500), "GBP", NO_RATE)


def a_statement(*accounts: Account, name: str = "Globex", span: Span = Q4) -> Statement:
    return Statement(ID, name, span, accounts, (HELD,))


def file_of(*statements: Statement, is_whole: bool = False, span: Span = Q4) -> File:
    return exported_file(Exported(MIA, span, statements, is_whole=is_whole))


def rows_of(file: File) -> Sequence[dict[str, str]]:
    text = io.StringIO(file.content.decode("utf-8-sig"), newline="")
    return [{k: v.replace("\xa0", " ") for k, v in row.items()} for row in csv.DictReader(text)]


def of_every_kind() -> tuple[StatementLine, ...]:
    return (
        line("4800.00"),
        line("-4800.00", "reversal", 1),
        replace(line("-300.00", "adjustment", 2), is_late=True),
        line("-1000.00", "payment", 3),
    )


def test_the_amounts_of_a_currency_add_up_to_what_is_due() -> None:
    euros = Account("EUR", D("1500.10"), of_every_kind())
    yen = Account("JPY", D(0), (line("26"),))

    rows = rows_of(file_of(a_statement(euros, yen)))

    of_euros = [each for each in rows if each["Currency"] == "EUR"]
    assert sum(D(each["Amount"]) for each in of_euros) == euros.closing
    assert D(of_euros[-1]["Balance"]) == euros.closing
    assert [each["Entry"] for each in rows] == [
        *("Opening", "Earned", "Taken back", "Adjustment", "Paid"),
        *("Opening", "Earned"),
        "Held",
    ]


def test_each_row_says_what_it_is_and_why() -> None:
    file = file_of(a_statement(Account("EUR", D("1500.10"), of_every_kind())))

    opening, earned, back, adjusted, _, held = rows_of(file)

    assert list(opening) == list(HEADER)
    assert (opening["Partner"], opening["Period"]) == ("Globex", "2026-Q4")
    assert (earned["Opportunity"], earned["Customer"]) == ("42", "Acme renewal")
    assert earned["Explanation"] == "10% of €48,000: €4,800"
    assert back["Explanation"].startswith("What is taken back: 10%")
    assert back["Reason"] == "it is not won any more"
    assert (adjusted["Reason"], adjusted["After the period"]) == ("Booth costs", "yes")
    assert adjusted["Recorded at"] == "2026-11-18T10:00:00+00:00"
    assert (held["Date"], held["Amount"], held["Currency"]) == ("2026-11-09", "", "GBP")
    assert held["Explanation"] == (
        "Value £500.00, commission held: there is no exchange rate for EUR on Mon 9 Nov 2026"
    )


@pytest.mark.parametrize("words", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1"])
def test_what_people_wrote_is_no_formula(words: str) -> None:
    entry = replace(line("5.00", name=words), reason=words, recorded_by=words)

    _, row, _ = rows_of(file_of(a_statement(Account("EUR", D(0), (entry,)), name=words)))

    written = [row[each] for each in ("Partner", "Customer", "Reason", "Recorded by")]
    assert written == [f"'{words}"] * 4


@pytest.mark.parametrize(
    ("partner", "name"),
    [
        ("Globex", "commission-Globex-2026-Q4.csv"),
        ("Müller & Söhne / Köln", "commission-Müller-Söhne-Köln-2026-Q4.csv"),
        ("../../etc/passwd", "commission-etc-passwd-2026-Q4.csv"),
        ("日本\u202eabc", "commission-日本-abc-2026-Q4.csv"),
        ("😀", "commission-partner-2026-Q4.csv"),
        ("x" * 255, f"commission-{'x' * 60}-2026-Q4.csv"),
    ],
)
def test_a_file_is_called_by_its_partner_and_quarter(partner: str, name: str) -> None:
    assert file_of(a_statement(name=partner)).name == name


def test_a_file_of_days_or_of_all_partners_says_so() -> None:
    days = fiscal.Span.of_days(date(2026, 7, 1), date(2026, 9, 15))

    some = file_of(a_statement(span=days), span=days)
    everything = file_of(is_whole=True)

    assert some.name == "commission-Globex-2026-07-01-to-2026-09-15.csv"
    assert everything.name == "commission-all-partners-2026-Q4.csv"
    assert everything.words == "Commission of *all partners* · 2026-Q4 · 0 partners, 0 entries"
    assert rows_of(everything) == []


@pytest.mark.parametrize("name", [RIGHT_TO_LEFT, LONG])
def test_slack_takes_the_words_whatever_is_in_them(name: str) -> None:
    codes = [f"{one}{other}S" for one in "AEIOU" for other in "BCDFGH"]
    accounts = [Account(code, D("-9999999999999.99"), ()) for code in codes]

    file = file_of(a_statement(*accounts, name=name))

    assert len(file.title) <= 150
    assert len(file.words) <= 3000
    assert "<@U1>" not in file.words


@pytest.mark.parametrize(
    ("reason", "advice"),
    [
        ("missing_scope", "to install Tandem again; everything stays as it is"),
        (NOTHING_LEFT, "no longer there, or you may not read it any more"),
        ("not rendered (KeyError)", "Press *Export* on the statement again"),
    ],
)
def test_why_a_file_does_not_come_is_told_with_what_to_do(reason: str, advice: str) -> None:
    one = not_sent(NotSent(partner_id=ID, period="2026-Q4", reason=reason))
    everything = not_sent(NotSent(period="2026-Q4", reason=reason))

    assert one.text.startswith("I could not send the statement for 2026-Q4 as a file.")
    assert everything.text.startswith("I could not send the statements of all partners for")
    assert advice in one.text
