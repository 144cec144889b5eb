from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from decimal import ROUND_HALF_UP, Decimal
from random import Random
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, select

from services import configuration
from services.calendar import moment
from services.configuration import Change, rates
from services.configuration.catalogue import (
    BASE_CURRENCY,
    CURRENCIES,
    PIPELINE,
    TIME_ZONE,
    Pipeline,
)
from services.configuration.rates import Rate, Rates
from services.db import Database, Tx
from services.errors import DomainError, InvalidInput, Problem
from services.money import minor_digits
from services.opportunities import (
    BaseTotal,
    CreateOpportunity,
    EditOpportunity,
    Filter,
    MoveOpportunity,
    ReopenOpportunity,
    archive,
    create_opportunity,
    edit_opportunity,
    list_opportunities,
    move_opportunity,
    past,
    reopen,
    restore,
    undo_move,
)
from services.opportunities.past import Bucket, Move, Past, PastLine, Wanted, Waterfall, days
from services.opportunities.past.waterfalls import LARGEST
from services.partners import CreatePartner, create_partner
from services.partners.listing import figures
from services.tables import Opportunity as Row
from services.values import Actor
from tests.factories import START, Company, FixedClock

ZONE = ZoneInfo("America/New_York")
CODES = ("EUR", "USD", "JPY", "GBP")
CLOSED = ("won", "lost")
ALL = Wanted(everything=True)
STANDING = (Bucket.START, Bucket.END, Bucket.RATES)


@dataclass(frozen=True)
class State:
    """What an opportunity was on a day, as it was written down that day."""

    stage: str
    status: str
    value: Decimal
    currency: str
    probability: int
    owner_id: UUID | None
    close: date
    closed: date | None
    is_archived: bool

    @property
    def is_in(self) -> bool:
        return self.status == "open" and not self.is_archived


@dataclass
class Life:
    """A company that lives from day to day; each evening its opportunities are written down."""

    db: Database
    company: Company
    clock: FixedClock
    random: Random
    partner_id: UUID
    evenings: dict[date, Mapping[int, State]] = field(
        default_factory=dict[date, Mapping[int, State]]
    )
    numbers: list[int] = field(default_factory=list[int])
    """Of all there are."""

    @property
    def day(self) -> date:
        return self.clock.now().astimezone(ZONE).date()

    async def evening(self) -> None:
        """To the very moment the day is over."""
        ended = self.day
        self.clock.travel_to(moment(ended + timedelta(days=1), time(), ZONE))
        async with self.db.transaction(self.company.admin) as tx:
            self.evenings[ended] = await states(tx)

    async def act(self) -> None:
        """Something is done to one of them, or refused."""
        acts = [self.create, *([self.edit] * 3), self.move, self.move, self.archive, self.undo]
        act = self.random.choice(acts if self.numbers else [self.create])
        with suppress(DomainError):
            async with self.db.transaction(self.company.admin) as tx:
                await act(tx, self.random.choice(self.numbers or [0]))

    async def create(self, tx: Tx, _: int) -> None:
        new = CreateOpportunity(
            customer_name="Acme",
            partner_id=self.partner_id,
            deal_value=self.amount(),
            currency=self.random.choice(CODES),
            stage=self.random.choice(["prospecting", "qualified"]),
            expected_close_date=self.day + timedelta(days=self.random.randint(1, 300)),
            assigned_user_id=self.person(),
        )
        self.numbers.append((await create_opportunity(tx, new)).number)

    async def edit(self, tx: Tx, number: int) -> None:
        row = await tx.session.scalar(select(Row).where(Row.number == number))
        assert row is not None
        assert row.updated_at is not None
        edits: Sequence[Mapping[str, object]] = (
            {"deal_value": self.amount()},
            {"deal_value": self.amount(), "currency": self.random.choice(CODES)},
            {"probability": self.random.randint(0, 100)},
            {"assigned_user_id": self.random.choice([None, self.person()])},
            {"expected_close_date": self.day + timedelta(days=self.random.randint(1, 300))},
        )
        seen = (row.updated_at - datetime.fromtimestamp(0, UTC)) // timedelta(microseconds=1)
        meant = {"number": number, "expected_version": seen, **self.random.choice(edits)}
        await edit_opportunity(tx, EditOpportunity.model_validate(meant))

    async def move(self, tx: Tx, number: int) -> None:
        stage = self.random.choice((await configuration.get(tx, PIPELINE)).stages)
        reasons = await configuration.get(tx, configuration.catalogue.LOSS_REASONS)
        why = reasons[0].key if stage.kind == "lost" else None
        move = MoveOpportunity(number=number, to_stage=stage.key, loss_reason=why)
        moved = await move_opportunity(tx, move)
        if self.random.random() < 0.2:  # one in five
            await undo_move(tx, number, moved.opportunity.version)

    async def archive(self, tx: Tx, number: int) -> None:
        await self.random.choice((archive, restore))(tx, number)

    async def undo(self, tx: Tx, number: int) -> None:
        await reopen(tx, ReopenOpportunity(number=number))

    def amount(self) -> Decimal:
        return Decimal(self.random.randint(1, 9_999_999)) / 100

    def person(self) -> UUID | None:
        people = (self.company.rep, self.company.other_rep, self.company.manager)
        return self.random.choice(people).user_id


async def states(tx: Tx) -> Mapping[int, State]:
    rows = await tx.session.scalars(select(Row).execution_options(populate_existing=True))
    return {
        row.number: State(
            stage=row.stage,
            status=row.status or "open",
            value=row.deal_value,
            currency=row.currency or "USD",
            probability=row.probability or 0,
            owner_id=row.assigned_user_id,
            close=row.expected_close_date,
            closed=row.actual_close_date,
            is_archived=row.archived_at is not None,
        )
        for row in rows
    }


def state_of(line: PastLine) -> State:
    return State(
        stage=line.stage,
        status=line.status,
        value=line.value,
        currency=line.currency,
        probability=line.probability,
        owner_id=line.owner_id,
        close=line.expected_close_date,
        closed=line.actual_close_date,
        is_archived=line.is_archived,
    )


async def everything(tx: Tx, day: date) -> dict[int, State]:
    first = await past.as_of(tx, day, ALL)
    pages = [first] + [await past.as_of(tx, day, ALL, n) for n in range(2, first.pages + 1)]
    return {line.number: state_of(line) for page in pages for line in page.rows}


def base_of(state: State, known: Rates, day: date) -> Decimal:
    rate = known.on(state.currency, day)
    return Decimal(0) if rate is None else half_up(state.value * rate, known.base)


def half_up(amount: Decimal, currency: str) -> Decimal:
    return amount.quantize(Decimal(1).scaleb(-minor_digits(currency)), ROUND_HALF_UP)


def sums_of(there: Mapping[int, State]) -> dict[str, tuple[Decimal, Decimal]]:
    found: dict[str, tuple[Decimal, Decimal]] = {}
    for each in there.values():
        value, weighted = found.get(each.currency, (Decimal(0), Decimal(0)))
        more = half_up(each.value * each.probability / 100, each.currency)
        found[each.currency] = (value + each.value, weighted + more)
    return found


def added_up(flow: Waterfall) -> tuple[dict[str, Decimal], Decimal]:
    """Everything but the end."""
    amounts: dict[str, Decimal] = defaultdict(Decimal)
    for step in flow.steps[:-1]:
        for code, amount in step.amounts.items():
            amounts[code] += amount
    return dict(amounts), sum((step.base for step in flow.steps[:-1]), Decimal(0))


async def set_up(db: Database, company: Company, zone: str = ZONE.key) -> UUID:
    async with db.transaction(company.admin) as tx:
        await configuration.write(tx, TIME_ZONE, zone)
        await configuration.write(tx, CURRENCIES, CODES)
        await configuration.write(tx, BASE_CURRENCY, "EUR")
        return (await create_partner(tx, CreatePartner(name="Globex", domain="finops"))).id


async def dated_rates(db: Database, company: Company, random: Random) -> None:
    """Of dollars and yen from the beginning, of pounds from a later day on."""
    first = {"USD": -5, "JPY": -5, "GBP": 10}
    listed = [
        Rate(code, START.date() + timedelta(days=ahead), Decimal(random.randint(1, 30000)) / 10000)
        for code, begins in first.items()
        for ahead in range(begins, 60, 8)
    ]
    async with db.transaction(company.admin) as tx:
        await rates.put_rates(tx, "EUR", listed)


@pytest.fixture
async def life(db: Database, acme: Company, clock: FixedClock) -> Life:
    return Life(db, acme, clock, Random(0), await set_up(db, acme))  # noqa: S311  # a test's


async def a_deal(life: Life, *, by: Actor | None = None, **fields: object) -> int:
    usual: dict[str, object] = {
        "customer_name": "Acme renewal",
        "partner_id": life.partner_id,
        "deal_value": Decimal(1000),
        "currency": "EUR",
        "stage": "prospecting",
        "expected_close_date": life.day + timedelta(days=90),
    }
    async with life.db.transaction(by or life.company.rep) as tx:
        new = CreateOpportunity.model_validate(usual | fields)
        return (await create_opportunity(tx, new)).number


async def later(life: Life, number: int, to_stage: str, by: timedelta) -> None:
    life.clock.advance(by)
    async with life.db.transaction(life.company.admin) as tx:
        await move_opportunity(tx, MoveOpportunity(number=number, to_stage=to_stage))


async def asked(life: Life, day: date, actor: Actor | None = None) -> Past:
    async with life.db.transaction(actor or life.company.admin) as tx:
        return await past.as_of(tx, day)


@settings(max_examples=5, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(random=st.randoms(use_true_random=False))
async def test_every_evening_is_found_again_days_between_add_up_and_today_is_the_list(
    life: Life, random: Random
) -> None:
    await begun(life, random)
    for _ in range(random.randint(2, 5)):
        for _ in range(random.randint(0, 4)):
            await life.act()
            life.clock.advance(timedelta(minutes=random.randint(0, 400), microseconds=1))
        await life.evening()
        life.clock.advance(timedelta(days=random.randint(0, 9)))
    await life.act()

    async with life.db.transaction(life.company.admin) as tx:
        for day, written in life.evenings.items():
            await is_found_again(tx, day, written)
        evenings = [*life.evenings]
        for start, end in ((evenings[0], evenings[-1]), sorted(random.choices(evenings, k=2))):
            await adds_up(tx, life, start, end)
        await is_the_list(tx, life)


async def begun(life: Life, random: Random) -> None:
    """Nothing of an earlier history is left; there may be more than fits on a page."""
    life.random, life.evenings, life.numbers = random, {}, []
    life.clock.travel_to(START)
    async with life.db.transaction(life.company.admin) as tx:
        await tx.session.execute(delete(Row))
    await dated_rates(life.db, life.company, random)
    async with life.db.transaction(life.company.admin) as tx:
        for _ in range(random.choice((0, 1, 3, 12))):
            await life.create(tx, 0)


async def is_found_again(tx: Tx, day: date, written: Mapping[int, State]) -> None:
    known = await rates.current_rates(tx)
    there = {n: each for n, each in written.items() if each.is_in}
    found = await past.as_of(tx, day)
    assert await everything(tx, day) == written
    assert found.total.count == len(there)
    assert {t.currency: (t.value, t.weighted) for t in found.total.totals} == sums_of(there)
    base = sum((base_of(each, known, day) for each in there.values()), Decimal(0))
    assert found.total.base == base == sum(each.base for each in found.stages)
    assert set(found.total.without_rate) == {
        each.currency for each in there.values() if known.on(each.currency, day) is None
    }


async def is_the_list(tx: Tx, life: Life) -> None:
    """Today rebuilt from history, the list, its pages added up, and the partner's line agree."""
    there = {n: each for n, each in (await states(tx)).items() if each.is_in}
    today = await past.as_of(tx, life.day)
    first = await list_opportunities(tx, Filter())
    pages = [first] + [await list_opportunities(tx, Filter(), n + 1) for n in range(1, first.pages)]
    rows = [row for page in pages for row in page.rows]
    told = (await figures(tx, [life.partner_id]))[life.partner_id]

    known = await rates.current_rates(tx)
    base = sum((base_of(each, known, life.day) for each in there.values()), Decimal(0))
    assert sorted(row.number for row in rows) == sorted(there)
    assert {t.currency: (t.value, t.weighted) for t in first.totals} == sums_of(there)
    assert all(page.totals == first.totals and page.base == first.base for page in pages)
    assert (today.total.count, today.total.totals) == (len(rows), first.totals)
    assert first.base == BaseTotal(
        "EUR", today.total.base, today.total.base_weighted, today.total.without_rate
    )
    assert first.base.value == base == told.pipeline
    assert bool(first.base.without_rate) == told.without_rate


async def adds_up(tx: Tx, life: Life, start: date, end: date) -> None:
    flow = await past.waterfall(tx, start, end)
    known = await rates.current_rates(tx)
    amounts, base = added_up(flow)
    last = flow.step(Bucket.END)
    codes = {*amounts, *last.amounts}
    assert {c: amounts.get(c, 0) for c in codes} == {c: last.amounts.get(c, 0) for c in codes}
    assert base == last.base
    for day, step in ((start, flow.step(Bucket.START)), (end, last)):
        there = [each for each in life.evenings[day].values() if each.is_in]
        assert step.count == len(there)
        assert step.base == sum(
            (base_of(e, known, day) for e in there if e.currency not in flow.without_rate),
            Decimal(0),
        )
        totals = defaultdict[str, Decimal](Decimal)
        for each in there:
            totals[each.currency] += each.value
        assert step.amounts == totals
    pages = [await past.bucket(tx, start, end, step.bucket) for step in flow.steps]
    assert [page.count for page in pages] == [step.count for step in flow.steps]
    flows = [move for page in pages if page.bucket not in STANDING for move in page.rows]
    assert {*flow.largest} <= {*flows}
    assert sizes(flow.largest) == sizes(flows)[: len(flow.largest)]
    assert len(flow.largest) == min(LARGEST, len(flows))


def sizes(moves: Iterable[Move]) -> list[Decimal]:
    """The largest first; what has no rate last."""
    known = (Decimal(-1) if each.base is None else abs(each.base) for each in moves)
    return sorted(known, reverse=True)


async def test_what_came_and_went_between_two_days_is_told_even_if_it_was_not_there_on_either(
    life: Life,
) -> None:
    await life.evening()
    start = life.day - timedelta(days=1)
    won = await a_deal(life)
    undone = await a_deal(life)
    await later(life, won, "won", timedelta(days=2))
    await later(life, undone, "won", timedelta(days=1))
    await later(life, undone, "prospecting", timedelta(days=1))

    async with life.db.transaction(life.company.admin) as tx:
        flow = await past.waterfall(tx, start, life.day)

    told = {step.bucket: (step.count, step.base) for step in flow.steps}
    assert told == {
        Bucket.START: (0, 0),
        Bucket.CREATED: (2, 2000),
        Bucket.WON: (1, -1000),
        Bucket.END: (1, 1000),
    }
    assert {(move.number, move.bucket) for move in flow.largest} == {
        (won, Bucket.CREATED),
        (won, Bucket.WON),
        (undone, Bucket.CREATED),
    }


async def test_a_change_of_the_rate_is_a_step_of_its_own(life: Life) -> None:
    first = life.day
    listed = [Rate("USD", first, Decimal("0.9")), Rate("USD", first + timedelta(1), Decimal("0.8"))]
    async with life.db.transaction(life.company.admin) as tx:
        await rates.put_rates(tx, "EUR", listed)
    await a_deal(life, currency="USD")
    await a_deal(life, currency="GBP", deal_value=Decimal(500))
    life.clock.advance(timedelta(days=1))

    async with life.db.transaction(life.company.admin) as tx:
        flow = await past.waterfall(tx, first, life.day)

    assert [(step.bucket, step.base) for step in flow.steps] == [
        (Bucket.START, Decimal(900)),
        (Bucket.RATES, Decimal(-100)),
        (Bucket.END, Decimal(800)),
    ]
    assert flow.without_rate == ("GBP",)
    assert flow.step(Bucket.END).amounts == {"USD": 1000, "GBP": 500}


async def test_the_largest_amounts_are_exact_in_base_too(life: Life) -> None:
    first = life.day
    async with life.db.transaction(life.company.admin) as tx:
        await rates.put_rates(tx, "EUR", [Rate("USD", first, Decimal("81.234567"))])
    await a_deal(life, currency="USD", deal_value=Decimal("9999999999999.99"))
    life.clock.advance(timedelta(days=1))

    then = await asked(life, first)
    async with life.db.transaction(life.company.admin) as tx:
        flow = await past.waterfall(tx, first, life.day)

    assert then.total.base == flow.step(Bucket.END).base == Decimal("812345669999999.19")


@pytest.mark.parametrize(
    ("zone", "day", "over"),
    [
        ("UTC", "2026-09-30", "2026-10-01T00:00Z"),
        ("Asia/Tokyo", "2026-09-30", "2026-09-30T15:00Z"),
        ("America/New_York", "2026-03-07", "2026-03-08T05:00Z"),
        ("America/New_York", "2026-03-08", "2026-03-09T04:00Z"),
        ("America/New_York", "2025-11-02", "2025-11-03T05:00Z"),
        ("Asia/Beirut", "2026-03-28", "2026-03-28T22:00Z"),  # midnight is left out
        ("America/Havana", "2025-11-01", "2025-11-02T04:00Z"),  # midnight comes twice
        ("Pacific/Apia", "2011-12-30", "2011-12-30T10:00Z"),  # the whole day is left out
    ],
)
async def test_a_day_ends_when_the_companys_clock_says_so(
    db: Database, acme: Company, zone: str, day: str, over: str
) -> None:
    await set_up(db, acme, zone)

    async with db.transaction(acme.admin) as tx:
        ended = await days.end_of(tx, date.fromisoformat(day), "day")

    assert ended == datetime.fromisoformat(over)


async def test_the_last_moment_of_a_day_counts_for_it_and_the_first_of_the_next_does_not(
    life: Life,
) -> None:
    today = life.day
    midnight = moment(today + timedelta(days=1), time(), ZONE)
    life.clock.travel_to(midnight - timedelta(microseconds=1))
    number = await a_deal(life)
    life.clock.travel_to(midnight)
    await a_deal(life)
    await later(life, number, "qualified", timedelta(0))

    found = await asked(life, today)

    assert [(line.number, line.stage) for line in found.rows] == [(number, "prospecting")]


@pytest.mark.parametrize(
    ("start", "end", "name", "problem"),
    [
        (date(1, 1, 1), date(2026, 11, 1), "start", Problem.DATE_TOO_FAR),
        (date(2026, 11, 1), date(9999, 12, 31), "end", Problem.DATE_IN_FUTURE),
        (date(2026, 11, 1), date(2026, 11, 19), "end", Problem.DATE_IN_FUTURE),
        (date(2026, 11, 2), date(2026, 11, 1), "end", Problem.END_BEFORE_START),
    ],
)
async def test_days_that_cannot_be_are_refused(
    life: Life, start: date, end: date, name: str, problem: Problem
) -> None:
    async with life.db.transaction(life.company.admin) as tx:
        with pytest.raises(InvalidInput) as refused:
            await past.waterfall(tx, start, end)

    assert {key: each.problem for key, each in refused.value.problems.items()} == {name: problem}


async def test_before_the_first_opportunity_there_is_nothing(life: Life) -> None:
    await a_deal(life)

    found = await asked(life, date(1990, 1, 1))

    assert (found.total.count, found.rows, found.stages, found.pages) == (0, (), (), 1)


async def test_stages_are_called_as_they_were_that_day_also_those_that_are_gone(
    life: Life,
) -> None:
    await a_deal(life, stage="qualified")
    await a_deal(life, stage="prospecting")
    first = life.day
    await life.evening()
    async with life.db.transaction(life.company.admin) as tx:
        stages = (await configuration.get(tx, PIPELINE)).stages
        kept = [replaced(each) for each in stages if each.key != "qualified"]
        change = Change(PIPELINE, Pipeline(stages=tuple(kept)), moves={"qualified": "prospecting"})
        await configuration.change(tx, [change])

    then, now = await asked(life, first), await asked(life, life.day)

    assert [(each.label, each.count) for each in then.stages] == [
        ("Prospecting", 1),
        ("Qualified", 1),
    ]
    assert [(each.label, each.count) for each in now.stages] == [("First talk", 2)]


def replaced(stage: configuration.catalogue.Stage) -> configuration.catalogue.Stage:
    label = "First talk" if stage.key == "prospecting" else stage.label
    nexts = tuple(each for each in stage.next or () if each != "qualified")
    return stage.model_copy(update={"label": label, "next": nexts or None})


async def test_who_sees_their_own_sees_the_past_of_what_is_theirs_now(life: Life) -> None:
    rep = replace(life.company.rep, permissions=frozenset({"opportunities.view:own"}))
    given_away = await a_deal(life, by=life.company.rep)
    got = await a_deal(life, by=life.company.other_rep)
    first = life.day
    await life.evening()
    for number, person in ((given_away, life.company.other_rep), (got, life.company.rep)):
        async with life.db.transaction(life.company.admin) as tx:
            row = await tx.session.scalar(select(Row).where(Row.number == number))
            assert row is not None
            assert row.updated_at is not None
            seen = (row.updated_at - datetime.fromtimestamp(0, UTC)) // timedelta(microseconds=1)
            edit = EditOpportunity(
                number=number, expected_version=seen, assigned_user_id=person.user_id
            )
            await edit_opportunity(tx, edit)

    then = await asked(life, first, rep)

    assert [(line.number, line.owner_name) for line in then.rows] == [(got, "Olga Rep")]
