"""What will have happened in a demo company, as plain facts with their moments. Pure: the same
day and company give the same history. Writes nothing.
"""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from random import Random
from zoneinfo import ZoneInfo

from bot.demo_people import LONDON, NEW_YORK, DemoCompany, DemoPerson
from bot.seed.facts import Aim, Deal, Meeting, Move, Partnering, Plan, Size, Todo, Week
from bot.seed.names import BLOCKERS, CUSTOMERS, DEALS, MOVES, NOTES, PARTNERS, PLANS, TALKS, TODOS

OPEN_STAGES = ("prospecting", "qualified", "proposal", "negotiation")
PATIENCE = {"prospecting": 30, "qualified": 21, "proposal": 14, "negotiation": 14}
"""Days in a stage before an opportunity is stale, as the shipped pipeline has them."""
LOSSES = ("price", "competitor", "no_budget", "no_decision", "timing", "other")
CLOSED_BETWEEN = (4, 190)
FIRST_DAY = 330
"""Days ago that the company began."""
JUST_NOW = timedelta(minutes=20)
SATURDAY = 6


def plan(company: DemoCompany, size: Size, now: datetime) -> Plan:
    """The history of a company up to `now`."""
    planner = _Planner(company, size, now)
    partners = planner.partners()
    deals = planner.deals(partners)
    return Plan(
        partners=partners,
        deals=deals,
        meetings=planner.meetings(partners, deals),
        todos=planner.todos(deals),
        weeks=planner.weeks(deals),
        aims=planner.aims(),
    )


class _Planner:
    """Draws from one source of chance, in one order."""

    def __init__(self, company: DemoCompany, size: Size, now: datetime) -> None:
        self._company = company
        self._size = size
        self._now = now
        self._chance = Random(company.team_id)  # noqa: S311  # a story, not a secret
        self._sellers = [each for each in company.members if each.role == "sales_rep"]
        self._leaders = [each for each in company.members if each.role != "sales_rep"]

    def partners(self) -> tuple[Partnering, ...]:
        return tuple(self._partner(number) for number in range(self._size.partners))

    def deals(self, partners: Sequence[Partnering]) -> tuple[Deal, ...]:
        names = [(who, what) for what in DEALS for who in CUSTOMERS]
        chosen = self._chance.sample(names, self._size.deals)
        return tuple(
            self._deal(number, who, what, partners) for number, (who, what) in enumerate(chosen)
        )

    def meetings(
        self, partners: Sequence[Partnering], deals: Sequence[Deal]
    ) -> tuple[Meeting, ...]:
        # The first partners are met often, the last ones hardly.
        weights = [len(partners) - place for place in range(len(partners))]
        met = self._chance.choices(partners, weights, k=self._size.meetings)
        return tuple(self._meeting(partner, deals) for partner in met)

    def todos(self, deals: Sequence[Deal]) -> tuple[Todo, ...]:
        latest = sorted(deals, key=lambda deal: deal.at)[-self._size.tasks * 2 :]
        chosen = self._chance.sample(latest, self._size.tasks)
        return tuple(self._todo(deal) for deal in chosen)

    def weeks(self, deals: Sequence[Deal]) -> tuple[Week, ...]:
        return tuple(
            week
            for person in self._company.members
            for week in self._weeks_of(person, deals)
            if week.at < self._now
        )

    def aims(self) -> tuple[Aim, ...]:
        this = _quarter_of(self._now)
        before = _quarter_of(this - timedelta(days=1))
        return tuple(aim for start in (before, this) for aim in self._aims_of(start))

    def _partner(self, number: int) -> Partnering:
        name, domain, website, contact = PARTNERS[number * len(PARTNERS) // self._size.partners]
        by = self._chance.choice(self._leaders)
        days_ago = FIRST_DAY - number * 2 if number < self._size.partners - 2 else 20 - number % 2
        return Partnering(self._at_work(days_ago, by), by.handle, name, domain, website, contact)

    def _deal(
        self, number: int, who: tuple[str, str], what: str, partners: Sequence[Partnering]
    ) -> Deal:
        seller = self._chance.choice(self._sellers)
        way = self._way(number)
        at, *moments = self._moments(seller, [days for days, _ in way])
        currency = self._currency(seller)
        return Deal(
            at=at,
            by=seller.handle,
            customer=who[0],
            name=f"{who[0]} {what}",
            contact=who[1],
            partner=self._partner_then(partners, at).name,
            value=self._value(),
            currency=currency,
            stage=way[0][1],
            close=max(self._close(way[-1]), at.date() + timedelta(days=7)),
            notes=self._chance.choice((*NOTES, None, None)),
            moves=tuple(
                self._move(seller, moment, stage)
                for moment, (_, stage) in zip(moments, way[1:], strict=True)
            ),
        )

    def _partner_then(self, partners: Sequence[Partnering], at: datetime) -> Partnering:
        """One there was by then; the first third brings most."""
        there = [each for each in partners if each.at < at - timedelta(days=1)]
        return self._chance.choice((*there, *there[: max(3, len(there) // 3)]))

    def _close(self, last: tuple[int, str]) -> date:
        days_ago, stage = last
        planned = (self._now - timedelta(days=days_ago)).date()
        ahead = self._chance.randint(6, 80) if stage in OPEN_STAGES else 0
        return planned + timedelta(days=ahead + self._chance.randint(-6, 12))

    def _way(self, number: int) -> list[tuple[int, str]]:
        """The stages with how many days ago each began, oldest first."""
        ending = self._ending(number)
        path = [*OPEN_STAGES[: OPEN_STAGES.index(ending) + 1]] if ending in PATIENCE else []
        if not path:
            path = [*OPEN_STAGES[: self._chance.randint(2 if ending == "lost" else 3, 4)], ending]
        days = self._last_move(number, ending)
        way = [(days, path[-1])]
        for stage in reversed(path[:-1]):
            days += self._chance.randint(4, 16)
            way.append((days, stage))
        # Many begin further on: partners bring what is qualified already.
        skipped = min(self._chance.choice((0, 1, 2, 2)), max(0, len(way) - 2))
        return way[::-1][skipped:]

    def _ending(self, number: int) -> str:
        if number < self._size.stale:
            return OPEN_STAGES[number % len(OPEN_STAGES)]
        return self._chance.choices((*OPEN_STAGES, "won", "lost"), (18, 22, 18, 12, 80, 50))[0]

    def _last_move(self, number: int, ending: str) -> int:
        if ending not in PATIENCE:
            return self._chance.randint(*CLOSED_BETWEEN)
        patience = PATIENCE[ending]
        if number < self._size.stale:
            return patience + self._chance.randint(4, 12)
        return self._chance.randint(1, patience - 4)

    def _move(self, seller: DemoPerson, at: datetime, stage: str) -> Move:
        manager = seller.manager or seller.handle
        by = manager if self._chance.random() < 0.1 else seller.handle  # noqa: PLR2004  # one in ten
        loss = self._chance.choice(LOSSES) if stage == "lost" else None
        return Move(at, by, stage, self._chance.choice(MOVES[stage]), loss)

    def _meeting(self, partner: Partnering, deals: Sequence[Deal]) -> Meeting:
        by = self._chance.choice(self._company.members)
        begun = (self._now - partner.at).days
        happened = self._at_work(self._chance.randint(1, max(2, begun - 2)), by)
        kind = self._chance.choices(tuple(TALKS), (40, 35, 20, 5))[0]
        customer = self._chance.choice(deals).customer
        notes = self._chance.choice(TALKS[kind]).format(customer=customer)
        at = self._by_now(happened + timedelta(minutes=self._chance.randint(5, 90)))
        return Meeting(at, by.handle, partner.name, kind, happened, partner.contact, notes)

    def _todo(self, deal: Deal) -> Todo:
        owner = self._person(deal.by)
        words = self._chance.choice(TODOS).format(customer=deal.customer, partner=deal.partner)
        at = self._by_now(deal.at + timedelta(minutes=self._chance.randint(10, 200)))
        due = at.date() + timedelta(days=self._chance.randint(2, 30))
        done = self._at_work(max(0, (self._now.date() - due).days), owner)
        is_done = at < done < self._now - JUST_NOW and self._chance.random() < 0.75  # noqa: PLR2004  # most are
        priority = self._chance.choices(("low", "medium", "high", "urgent"), (15, 55, 25, 5))[0]
        return Todo(at, deal.by, deal.name, words, priority, due, done if is_done else None)

    def _weeks_of(self, person: DemoPerson, deals: Sequence[Deal]) -> Iterator[Week]:
        zone = ZoneInfo(person.time_zone)
        today = self._now.astimezone(zone).date()
        this_sunday = today + timedelta(days=7 - today.isoweekday())
        for number in range(self._size.weeks, -1, -1):
            sunday = this_sunday - timedelta(weeks=number)
            filed = datetime.combine(sunday - timedelta(days=2), time(15), zone)
            filed += timedelta(minutes=self._chance.randint(0, 115))
            done = _done(person, deals, sunday)
            customer, partner = self._subject(person, deals)
            if self._chance.random() < 0.12:  # noqa: PLR2004  # now and then somebody forgets
                continue
            plans = self._chance.sample(PLANS, 2)
            blockers = self._chance.sample(BLOCKERS, self._chance.choice((0, 0, 0, 1)))
            yield Week(
                at=filed,
                by=person.handle,
                ending=sunday,
                accomplishments=done or (f"Went through the accounts with {partner}",),
                upcoming=tuple(each.format(customer=customer, partner=partner) for each in plans),
                blockers=tuple(blockers),
            )

    def _subject(self, person: DemoPerson, deals: Sequence[Deal]) -> tuple[str, str]:
        own = [deal for deal in deals if deal.by == person.handle] or list(deals)
        deal = self._chance.choice(own)
        return deal.customer, deal.partner

    def _aims_of(self, start: datetime) -> Iterator[Aim]:
        leader = self._company.people[0].handle
        year, quarter = start.year, (start.month - 1) // 3 + 1
        at = self._by_now(start)
        everybody = Decimal(90_000 * len(self._sellers) * 3)
        yield Aim(at, leader, None, year, quarter, "revenue", everybody)
        yield Aim(at, leader, None, year, quarter, "partners", Decimal(3))
        for seller in self._sellers:
            own = Decimal(self._chance.randrange(180_000, 320_000, 10_000))
            yield Aim(at, leader, seller.handle, year, quarter, "revenue", own)

    def _currency(self, seller: DemoPerson) -> str:
        base = self._company.base_currency
        local = {NEW_YORK: "USD", LONDON: "GBP"}.get(seller.time_zone, base)
        return self._chance.choices((local, base, "USD"), (70, 20, 10))[0]

    def _value(self) -> Decimal:
        size = self._chance.choices((9, 24, 60, 140, 320), (20, 35, 28, 13, 4))[0]
        thousands = size * self._chance.uniform(0.7, 1.5)
        return Decimal(round(thousands * 2)) * 500

    def _person(self, handle: str) -> DemoPerson:
        return next(each for each in self._company.people if each.handle == handle)

    def _moments(self, person: DemoPerson, days_ago: Sequence[int]) -> list[datetime]:
        """One moment for each, in order: what falls on one day takes turns."""
        moments: list[datetime] = []
        for days in days_ago:
            at = self._at_work(days, person)
            moments.append(max(at, moments[-1] + timedelta(minutes=2)) if moments else at)
        return moments

    def _at_work(self, days_ago: int, person: DemoPerson) -> datetime:
        """A moment of a working day, in the person's office hours, before now."""
        zone = ZoneInfo(person.time_zone)
        day = (self._now - timedelta(days=days_ago)).astimezone(zone).date()
        day -= timedelta(days=max(0, day.isoweekday() - SATURDAY + 1))
        minutes = self._chance.randint(9 * 60, 17 * 60)
        at = datetime.combine(day, time(minutes // 60, minutes % 60), zone)
        return self._by_now(at.astimezone(self._now.tzinfo))

    def _by_now(self, at: datetime) -> datetime:
        return min(at, self._now - JUST_NOW)


def _quarter_of(moment: datetime) -> datetime:
    """The morning its quarter began."""
    month = (moment.month - 1) // 3 * 3 + 1
    return moment.replace(month=month, day=1, hour=9, minute=0, second=0, microsecond=0)


def _done(person: DemoPerson, deals: Sequence[Deal], sunday: date) -> tuple[str, ...]:
    """What somebody can say of a week, from what they did in it."""
    monday = sunday - timedelta(days=6)
    done: list[str] = []
    for deal in deals:
        if deal.by != person.handle:
            continue
        if monday <= deal.at.date() <= sunday:
            done.append(f"New: {deal.name} with {deal.partner}")
        stages = [move.to_stage for move in deal.moves if monday <= move.at.date() <= sunday]
        done += [_told(deal, stage) for stage in stages]
    return tuple(done[:6])


def _told(deal: Deal, stage: str) -> str:
    if stage == "won":
        return f"Won {deal.name}"
    if stage == "lost":
        return f"Lost {deal.name}"
    return f"{deal.name} is in {stage} now"
