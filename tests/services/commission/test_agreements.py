from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from services.commission import Flat, NoCommission, Percentage, Structure, reading
from services.commission.adjustments import Adjust, adjust
from services.commission.agreements import (
    Agreed,
    agree,
    agreement,
    override,
    override_version,
    withdraw,
)
from services.commission.terms import agreed_on, as_stored, read_versions, with_version
from services.db import Database
from services.errors import InvalidInput, NotFound, Problem, StandsForNone, TermsChanged
from services.partners import direct
from services.tables import AuditEntry
from tests.factories import Company, FixedClock
from tests.services.commission.support import Deals

D = Decimal
TEN = Percentage(rate=D(10))
HUNDRED = Flat(amount=D(100), currency="EUR")
FIRST, SECOND, THIRD = date(2026, 1, 1), date(2026, 7, 1), date(2027, 1, 1)


def terms(rate: int, first: date | None = None, last: date | None = None) -> Structure:
    return Percentage(rate=D(rate), effective_from=first, effective_until=last)


@pytest.fixture
def deals(db: Database, acme: Company) -> Deals:
    return Deals(db, acme)


async def agreed(deals: Deals, partner_id: Any) -> Agreed:
    async with deals.db.transaction(deals.company.manager) as tx:
        return await agreement(tx, partner_id)


async def change(
    deals: Deals, partner_id: Any, structure: Structure, instead_of: date | None = None
) -> Agreed:
    before = await agreed(deals, partner_id)
    async with deals.db.transaction(deals.company.manager) as tx:
        return await agree(tx, partner_id, structure, before.version, instead_of)


@pytest.mark.parametrize(
    ("day", "rate"),
    [
        (date(1990, 1, 1), 5),
        (date(2025, 12, 31), 5),
        (FIRST, 10),
        (date(2026, 3, 31), 10),
        (date(2026, 4, 1), None),
        (SECOND, 20),
        (date(2100, 12, 31), 20),
    ],
)
def test_the_terms_of_a_day_are_the_last_that_have_begun(day: date, rate: int | None) -> None:
    versions = [terms(5), terms(10, FIRST, date(2026, 3, 31)), terms(20, SECOND)]

    found = agreed_on(read_versions(as_stored(versions)), day)

    assert found == (None if rate is None else next(v for v in versions if v.rate == D(rate)))  # pyright: ignore[reportAttributeAccessIssue]  # all of them are percentages


@pytest.mark.parametrize(
    ("present", "new", "field"),
    [
        ([terms(5, FIRST, THIRD)], terms(10, SECOND), "effective_from"),
        ([terms(5, SECOND)], terms(10, FIRST, SECOND), "effective_until"),
        ([terms(5, SECOND)], terms(10, None, SECOND), "effective_until"),
    ],
)
def test_terms_for_the_same_days_are_refused(
    present: Sequence[Structure], new: Structure, field: str
) -> None:
    with pytest.raises(InvalidInput) as refused:
        with_version(present, new)

    assert refused.value.problems[field].problem is Problem.TERMS_OVERLAP


@pytest.mark.parametrize(
    "stored",
    [
        {},
        {"rate": 10},
        {"type": "dated", "versions": []},
        {"type": "dated", "versions": [{"type": "dated", "versions": []}]},
        {"type": "dated", "versions": [{"type": "none"}, {"type": "none"}]},
        {
            "type": "dated",
            "versions": [
                {"type": "none", "effective_until": "2026-07-01"},
                {"type": "none", "effective_from": "2026-07-01"},
            ],
        },
    ],
)
def test_what_cannot_be_read_is_no_agreement(stored: object) -> None:
    assert read_versions(stored) == ()


async def test_a_change_counts_from_its_day_and_can_be_taken_back_before(deals: Deals) -> None:
    partner_id = await deals.partner(TEN)

    changed = await change(deals, partner_id, terms(20, THIRD))
    async with deals.db.transaction(deals.company.manager) as tx:
        left = await withdraw(tx, partner_id, THIRD, changed.version)

    assert [(v.until, v.is_in_force, v.is_to_come) for v in changed.versions] == [
        (date(2026, 12, 31), True, False),
        (None, False, True),
    ]
    assert [v.structure for v in left.versions] == [TEN]
    async with deals.db.transaction(deals.by) as tx:
        found = await tx.session.scalars(select(AuditEntry.details).order_by(AuditEntry.at))
        [first, _] = list(found)
    assert first["from"] == {"type": "percentage", "rate": "10.00"}


async def test_terms_to_come_begin_on_another_day_instead(deals: Deals) -> None:
    partner_id = await deals.partner(TEN, terms(20, THIRD))

    later = await change(deals, partner_id, terms(20, date(2027, 4, 1)), THIRD)
    begun = await change(deals, partner_id, terms(30, date(2027, 7, 1)), FIRST)

    assert [v.structure for v in later.versions] == [TEN, terms(20, date(2027, 4, 1))]
    assert [v.structure for v in begun.versions][:2] == [TEN, terms(20, date(2027, 4, 1))]


@pytest.mark.parametrize(
    ("agreed_before", "same"),
    [
        ([TEN], terms(10, THIRD)),
        ([terms(10, FIRST)], terms(10, FIRST)),
        ([TEN, terms(20, FIRST), terms(30, THIRD)], terms(20, SECOND)),
        ([TEN, terms(20, FIRST, SECOND)], terms(20, FIRST, SECOND)),
    ],
)
async def test_the_same_terms_are_not_agreed_on_again(
    deals: Deals, agreed_before: Sequence[Structure], same: Structure
) -> None:
    partner_id = await deals.partner(*agreed_before)

    with pytest.raises(InvalidInput) as refused:
        await change(deals, partner_id, same)

    assert refused.value.problems["effective_from"].problem is Problem.TERMS_SAME
    assert [v.structure for v in (await agreed(deals, partner_id)).versions] == agreed_before


async def test_terms_that_count_already_are_not_taken_back(deals: Deals) -> None:
    partner_id = await deals.partner(TEN, terms(20, FIRST))
    version = (await agreed(deals, partner_id)).version

    async with deals.db.transaction(deals.company.manager) as tx:
        with pytest.raises(InvalidInput) as refused:
            await withdraw(tx, partner_id, FIRST, version)
        with pytest.raises(NotFound):
            await withdraw(tx, partner_id, THIRD, version)

    assert refused.value.problems["effective_from"].problem is Problem.TERMS_BEGUN


@pytest.mark.parametrize(
    ("structure", "field", "problem"),
    [
        (terms(20), "effective_from", Problem.TERMS_ACCRUED),
        (terms(20, FIRST), "effective_from", Problem.TERMS_ACCRUED),
        (terms(20, FIRST, SECOND), "effective_from", Problem.TERMS_ACCRUED),
        (Flat(amount=D(5), currency="BHD"), "currency", Problem.UNKNOWN_CURRENCY),
        (terms(20, date(2026, 11, 11)), None, None),
        (terms(20, FIRST, date(2026, 1, 31)), "effective_from", Problem.TERMS_ACCRUED),
    ],
)
async def test_what_is_accrued_keeps_its_terms(
    deals: Deals, structure: Structure, field: str | None, problem: Problem | None
) -> None:
    partner_id = await deals.partner(TEN)
    won = await deals.won(partner_id)

    try:
        await change(deals, partner_id, structure)
        refused = None
    except InvalidInput as error:
        refused = error.problems

    assert (refused and {name: each.problem for name, each in refused.items()}) == (
        {field: problem} if field else None
    )
    assert await deals.standing(won) == D(4800)


async def test_who_looked_at_other_terms_is_told_who_changed_them(
    deals: Deals, clock: FixedClock
) -> None:
    partner_id = await deals.partner(TEN)
    looked_at = await agreed(deals, partner_id)
    changed = await change(deals, partner_id, terms(12, THIRD))
    clock.advance(timedelta(minutes=2))

    async with deals.db.transaction(deals.company.admin) as tx:
        with pytest.raises(TermsChanged) as refused:
            await agree(tx, partner_id, terms(20, THIRD), looked_at.version)

    assert (refused.value.by, refused.value.seconds_ago) == ("Mia Manager", 120)
    assert await agreed(deals, partner_id) == changed


async def test_who_stands_for_no_partner_earns_nothing(deals: Deals) -> None:
    async with deals.db.transaction(deals.by) as tx:
        none = await direct(tx)
    assert none is not None
    won = await deals.won(none.id)
    number, version = await number_and_version(deals, won)
    entry = Adjust(partner_id=none.id, currency="EUR", amount=D(5), reason="Booth", on=FIRST)

    async with deals.db.transaction(deals.company.manager) as tx:
        with pytest.raises(StandsForNone):
            await agree(tx, none.id, terms(20, THIRD), (await agreement(tx, none.id)).version)
        with pytest.raises(StandsForNone):
            await override(tx, number, HUNDRED, "Agreed by e-mail", version)
        with pytest.raises(StandsForNone):
            await adjust(tx, entry)


async def number_and_version(deals: Deals, opportunity_id: UUID) -> tuple[int, str]:
    """What a form about its own terms begins with."""
    async with deals.db.transaction(deals.by) as tx:
        row = await reading.seen(tx, opportunity_id)
    return row.number, override_version(row.details.override)


async def test_an_override_counts_alone_until_it_is_taken_back(deals: Deals) -> None:
    won = await deals.won(await deals.partner(TEN))
    number, before = await number_and_version(deals, won)

    async with deals.db.transaction(deals.company.manager) as tx:
        await override(tx, number, HUNDRED, "Agreed by e-mail", before)
    overridden = await deals.standing(won)
    _, after = await number_and_version(deals, won)
    async with deals.db.transaction(deals.company.manager) as tx:
        with pytest.raises(InvalidInput):
            await override(tx, number, NoCommission(), "  ", after)
        with pytest.raises(NotFound):
            await override(tx, 2**40, NoCommission(), "No such one", after)
        await override(tx, number, None, "A mistake", after)

    assert overridden == D(100)
    assert await deals.standing(won) == D(4800)


@pytest.mark.parametrize("structure", [None, NoCommission()])
async def test_an_override_of_somebody_else_is_not_overwritten_unseen(
    deals: Deals, clock: FixedClock, structure: Structure | None
) -> None:
    won = await deals.won(await deals.partner(TEN))
    number, looked_at = await number_and_version(deals, won)
    async with deals.db.transaction(deals.company.manager) as tx:
        await override(tx, number, HUNDRED, "Agreed by e-mail", looked_at)
    clock.advance(timedelta(minutes=2))

    async with deals.db.transaction(deals.company.admin) as tx:
        with pytest.raises(TermsChanged) as refused:
            await override(tx, number, structure, "Agreed by phone", looked_at)

    assert (refused.value.by, refused.value.seconds_ago) == ("Mia Manager", 120)
    assert await deals.standing(won) == D(100)
