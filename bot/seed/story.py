"""Tells the plan of a demo company to the services, in the order it happened."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import partial
from itertools import groupby
from typing import TypeVar
from uuid import UUID

from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.demo_people import DemoCompany, profile_of
from bot.seed.facts import Aim, Deal, Meeting, Move, Partnering, Plan, Size, Todo, Week
from bot.seed.plan import FIRST_DAY, plan
from services import audit, configuration, people
from services.calendar import WEEK
from services.configuration.catalogue import (
    ALERTS_CHANNEL,
    BASE_CURRENCY,
    DEALS_CHANNEL,
    HOLIDAYS,
    STATUS_CHANNEL,
    TIME_ZONE,
    Channel,
    Holidays,
    Setting,
)
from services.configuration.rates import SetRate, set_rate
from services.db import Database, Tx, engine_for
from services.directory import Installed
from services.goals import SetGoal, set_goal
from services.health.recomputing import recompute
from services.interactions import LogInteraction, log_interaction
from services.opportunities import (
    CreateOpportunity,
    MoveOpportunity,
    create_opportunity,
    move_opportunity,
)
from services.partners import CreatePartner, create_partner
from services.tables import SlackIdentity, User
from services.tasks import CreateTask, complete_task, create_task
from services.values import Actor, UserId
from services.weekly_status import FileStatus, file_status

RATES_AGO = (timedelta(days=FIRST_DAY), timedelta(days=24))
"""When the admin entered the rates, and entered them anew."""

WEEKS_OF_HEALTH = 8
F = TypeVar("F", Aim, Deal, Meeting, Move, Partnering, Todo, Week)

SIZES = {
    "large": Size(partners=30, deals=200, stale=7, meetings=160, tasks=50, weeks=8),
    "small": Size(partners=6, deals=14, stale=1, meetings=20, tasks=8, weeks=3),
}
CHANNELS: dict[str, Setting[Channel | None]] = {
    "deals": DEALS_CHANNEL,
    "alerts": ALERTS_CHANNEL,
    "status": STATUS_CHANNEL,
}


@dataclass(frozen=True, slots=True)
class SeedClock:
    """Stands where the story is."""

    moment: datetime

    def now(self) -> datetime:
        return self.moment


@dataclass(frozen=True)
class Step:
    """Something somebody does at a moment."""

    at: datetime
    by: str
    do: Callable[[Tx], Awaitable[None]]


@dataclass
class Made:
    """What the story has made so far, by the names the plan knows it under."""

    partners: dict[str, UUID] = field(default_factory=dict[str, UUID])
    deals: dict[str, UUID] = field(default_factory=dict[str, UUID])
    numbers: dict[str, int] = field(default_factory=dict[str, int])
    tasks: dict[int, UUID] = field(default_factory=dict[int, UUID])


async def seed(url: str, companies: Sequence[tuple[DemoCompany, Installed]], now: datetime) -> None:
    """Fill newly installed companies with their history up to `now`, through `url` (the
    application's login). The same each time; the days follow `now`.
    """
    engine = engine_for(url)
    try:
        async with asyncio.TaskGroup() as group:
            for company, installed in companies:
                told = plan(company, SIZES[company.size], now)
                group.create_task(_Story(engine, company, installed, now).tell(told))
    finally:
        await engine.dispose()


class _Story:
    """One company's."""

    def __init__(
        self, engine: AsyncEngine, company: DemoCompany, installed: Installed, now: datetime
    ) -> None:
        self._engine = engine
        self._company = company
        self._installed = installed
        self._now = now
        self._application = Actor.application(installed.organization_id)
        self._actors: dict[str, Actor] = {}
        self._made = Made()

    async def tell(self, plan: Plan) -> None:
        """Nothing is posted on the way: the channels are chosen at the end."""
        await self._hire()
        await self._live(self._setting_up())
        await self._live(_step(each, self._partner) for each in plan.partners)
        tracks = (
            list(self._selling(plan)),
            [_step(each, self._meeting) for each in plan.meetings],
            list(self._reporting(plan)),
        )
        begun = datetime.min.replace(tzinfo=UTC)
        for end in self._looked_at():
            await self._live_beside([_between(track, begun, end) for track in tracks])
            async with self._at(end).transaction(self._application) as tx:
                await recompute(tx)
            begun = end
        await self._open_channels()
        await self._come_by()

    def _looked_at(self) -> list[datetime]:
        """When the health of the partners was kept: the last weeks, and now."""
        return [self._now - weeks * WEEK for weeks in range(WEEKS_OF_HEALTH, -1, -1)]

    async def _live_beside(self, tracks: Sequence[Sequence[Step]]) -> None:
        """As the database is waited for most of the time; each keeps its own order."""
        async with asyncio.TaskGroup() as group:
            for track in tracks:
                group.create_task(self._live(track))

    def _at(self, moment: datetime) -> Database:
        return Database(self._engine, SeedClock(moment))

    async def _hire(self) -> None:
        db = self._at(self._now - timedelta(days=FIRST_DAY + 10))
        async with db.transaction(self._application) as tx:
            await configuration.write(tx, BASE_CURRENCY, self._company.base_currency)
            await configuration.write(tx, TIME_ZONE, self._company.time_zone)
            await configuration.write(tx, HOLIDAYS, Holidays(country=self._company.country))
            known = {
                each.handle: await people.welcome_person(
                    tx, self._installed.workspace_id, profile_of(self._company, each)
                )
                for each in self._company.members
            }
            for each in self._company.members:
                manager = known[each.manager].user_id if each.manager else None
                await _place(tx, known[each.handle].user_id, each.role, manager)
        async with db.transaction(self._application) as tx:
            for handle, person in known.items():
                self._actors[handle] = await people.actor_for(
                    tx, await people.person(tx, person.user_id)
                )

    async def _live(self, steps: Iterable[Step]) -> None:
        """Each week in one transaction; each step as who took it, at its own moment."""
        in_order = sorted(steps, key=lambda step: step.at)
        for _, grouped in groupby(in_order, key=lambda step: step.at.isocalendar()[:2]):
            of_the_week = list(grouped)
            db = self._at(of_the_week[0].at)
            async with db.transaction(self._application) as tx:
                for step in of_the_week:
                    await step.do(tx.acting_as(self._actors[step.by], step.at))

    async def _open_channels(self) -> None:
        async with self._at(self._now).transaction(self._application) as tx:
            for channel in self._company.channels:
                if channel.purpose is not None:
                    reached = Channel(
                        workspace_id=str(self._installed.workspace_id),
                        channel_id=channel.channel_id,
                        is_reached=True,
                    )
                    await configuration.write(tx, CHANNELS[channel.purpose], reached)

    async def _come_by(self) -> None:
        """Everybody but the installer, who is here now, was here some time ago."""
        async with self._at(self._now).transaction(self._application) as tx:
            for each in self._company.members[1:]:
                seen = self._now - timedelta(hours=each.hours_away)
                who = User.id == self._actors[each.handle].user_id
                await tx.session.execute(update(User).where(who).values(last_login_at=seen))

    def _setting_up(self) -> Iterator[Step]:
        """What the admin enters by hand: the exchange rates, now and then."""
        for number, ago in enumerate(RATES_AGO):
            for currency, *worth in self._company.rates:
                rate = partial(_rate, currency, worth[number])
                yield Step(self._now - ago, self._company.people[0].handle, rate)

    def _reporting(self, plan: Plan) -> Iterator[Step]:
        yield from (_step(each, _week) for each in plan.weeks)
        yield from (_step(each, self._aim) for each in plan.aims)

    def _selling(self, plan: Plan) -> Iterator[Step]:
        for deal in plan.deals:
            yield _step(deal, self._deal)
            yield from (_step(move, partial(self._move, deal)) for move in deal.moves)
        for number, todo in enumerate(plan.todos):
            yield _step(todo, partial(self._todo, number))
            if todo.done_at is not None:
                done = replace(todo, at=todo.done_at)
                yield _step(done, partial(self._done, number))

    async def _partner(self, tx: Tx, new: Partnering) -> None:
        made = await create_partner(
            tx,
            CreatePartner(
                name=new.name,
                domain=new.domain,
                website=new.website,
                contact_name=new.contact,
                contact_email=f"{new.contact.split()[0].lower()}@{new.website}",
            ),
        )
        self._made.partners[new.name] = made.id

    async def _deal(self, tx: Tx, deal: Deal) -> None:
        made = await create_opportunity(
            tx,
            CreateOpportunity(
                customer_name=deal.name,
                partner_id=self._made.partners[deal.partner],
                deal_value=deal.value,
                currency=deal.currency,
                stage=deal.stage,
                expected_close_date=deal.close,
                contact_name=deal.contact,
                notes=deal.notes,
            ),
        )
        self._made.deals[deal.name] = made.id
        self._made.numbers[deal.name] = made.number

    async def _move(self, deal: Deal, tx: Tx, move: Move) -> None:
        await move_opportunity(
            tx,
            MoveOpportunity(
                number=self._made.numbers[deal.name],
                to_stage=move.to_stage,
                reason=move.reason,
                loss_reason=move.loss,
            ),
        )

    async def _meeting(self, tx: Tx, met: Meeting) -> None:
        await log_interaction(
            tx,
            LogInteraction(
                partner_id=self._made.partners[met.partner],
                interaction_type=met.kind,
                interaction_date=met.happened,
                description=met.notes,
                with_whom=met.with_whom,
            ),
        )

    async def _todo(self, number: int, tx: Tx, todo: Todo) -> None:
        made = await create_task(
            tx,
            CreateTask.model_validate(
                {
                    "title": todo.title,
                    "priority": todo.priority,
                    "due_date": todo.due,
                    "opportunity_id": self._made.deals[todo.deal],
                }
            ),
        )
        self._made.tasks[number] = made.id

    async def _done(self, number: int, tx: Tx, _: Todo) -> None:
        await complete_task(tx, self._made.tasks[number])

    async def _aim(self, tx: Tx, aim: Aim) -> None:
        await set_goal(
            tx,
            SetGoal(
                user_id=self._actors[aim.whose].user_id if aim.whose else None,
                quarter=aim.quarter,
                year=aim.year,
                goal_type=aim.kind,
                target_value=aim.target,
            ),
        )


def _between(steps: Iterable[Step], begun: datetime, end: datetime) -> list[Step]:
    return [step for step in steps if begun < step.at <= end]


async def _rate(currency: str, worth: str, tx: Tx) -> None:
    begins = tx.now.date()
    await set_rate(tx, SetRate(currency=currency, valid_from=begins, rate=Decimal(worth)))


async def _week(tx: Tx, week: Week) -> None:
    await file_status(
        tx,
        FileStatus(
            week_ending=week.ending,
            accomplishments=week.accomplishments,
            upcoming_tasks=week.upcoming,
            blockers=week.blockers,
        ),
    )


def _step(fact: F, act: Callable[[Tx, F], Awaitable[None]]) -> Step:
    async def do(tx: Tx) -> None:
        await act(tx, fact)

    return Step(fact.at, fact.by, do)


async def _place(tx: Tx, user_id: UserId, role: str, manager_id: UserId | None) -> None:
    """Somebody's role, manager and first day; the installer was made just now, not then."""
    await tx.session.execute(
        update(User)
        .where(User.id == user_id)
        .values(role=role, manager_id=manager_id, created_at=tx.now)
    )
    await tx.session.execute(
        update(SlackIdentity).where(SlackIdentity.user_id == user_id).values(created_at=tx.now)
    )
    await audit.record(tx, "person.placed", "user", user_id, {"role": role})
