from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import combinations
from uuid import uuid4

import pytest
from sqlalchemy import func, select

from bot.demo_people import ACME, SECOND, DemoCompany, profile_of
from bot.embedded import EmbeddedPostgres
from bot.seed import seed
from bot.seed.names import PARTNERS
from bot.seed.plan import OPEN_STAGES, PATIENCE, plan
from bot.seed.story import SIZES
from services import alerts, configuration, organizations, people
from services.channels import reached_channel
from services.configuration.catalogue import (
    ALERTS_CHANNEL,
    BASE_CURRENCY,
    DEALS_CHANNEL,
    HOLIDAYS,
    STATUS_CHANNEL,
)
from services.configuration.rates import current_rates
from services.db import Database, connect
from services.directory import Installed, NewInstallation
from services.health.report import report
from services.partners.names import are_alike, skeleton
from services.sealing import Sealer
from services.tables import (
    AuditEntry,
    Interaction,
    Opportunity,
    Outbox,
    Partner,
    Task,
    User,
)
from services.values import Actor
from tests.conftest import Furnished, create_database, drop_database, urls_of
from tests.factories import FixedClock

KEY = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="
DAYS = [
    datetime(2026, 11, 18, 10, 0, tzinfo=UTC),
    datetime(2026, 11, 22, 23, 59, tzinfo=UTC),
    datetime(2027, 1, 1, 0, 0, tzinfo=UTC),
    datetime(2028, 2, 29, 6, 30, tzinfo=UTC),
    datetime(2026, 10, 25, 1, 30, tzinfo=UTC),
]


async def installed(db: Database, company: DemoCompany) -> tuple[DemoCompany, Installed]:
    """The company in a workspace that no other test has."""
    own = replace(company, team_id=f"{company.team_id}X")
    new = NewInstallation(
        name=own.name,
        subdomain=f"demo-{own.domain}",
        enterprise_id=None,
        team_id=own.team_id,
        app_id=None,
        bot_id="B0DEMO",
        bot_user_id="U0DEMO",
        scopes=("chat:write",),
    )
    return own, await organizations.install(
        db, new, organizations.Tokens("xoxb-demo"), Sealer([KEY]), profile_of(own, own.people[0])
    )


async def posts(db: Database, company: Installed) -> int:
    """New messages on their way; an update of one that is there already is none."""
    async with db.transaction(Actor.application(company.organization_id)) as tx:
        waiting = select(func.count()).where(Outbox.method == "chat.postMessage")
        return await tx.session.scalar(waiting) or 0


@pytest.mark.parametrize("now", DAYS)
@pytest.mark.parametrize("company", [ACME, SECOND], ids=["acme", "second"])
def test_all_of_a_plan_is_past_and_in_order(company: DemoCompany, now: datetime) -> None:
    story = plan(company, SIZES[company.size], now)

    facts = [*story.partners, *story.deals, *story.meetings, *story.todos, *story.weeks]
    assert all(fact.at < now for fact in [*facts, *story.aims])
    began = {partner.name: partner.at for partner in story.partners}
    for deal in story.deals:
        moments = [began[deal.partner], deal.at, *(move.at for move in deal.moves)]
        assert moments == sorted(set(moments))
        assert moments[-1] < now
    assert all(met.happened <= met.at for met in story.meetings)
    assert all(began[met.partner] < met.at for met in story.meetings)


def test_the_same_moment_gives_the_same_plan() -> None:
    size = SIZES[ACME.size]

    assert plan(ACME, size, DAYS[0]) == plan(ACME, size, DAYS[0])


@pytest.mark.parametrize("now", DAYS)
def test_a_few_opportunities_are_stale_and_most_are_closed(now: datetime) -> None:
    story = plan(ACME, SIZES["large"], now)

    last = [(deal.moves[-1].to_stage, deal.moves[-1].at) for deal in story.deals if deal.moves]
    last += [(deal.stage, deal.at) for deal in story.deals if not deal.moves]
    still_open = [(stage, at) for stage, at in last if stage in OPEN_STAGES]
    stale = [at for stage, at in still_open if now - at > timedelta(days=PATIENCE[stage])]
    assert 40 <= len(still_open) <= 110
    assert 4 <= len(stale) <= 12


def test_no_two_partners_of_the_demo_look_alike() -> None:
    names = [skeleton(name) for name, *_ in PARTNERS]

    assert not [pair for pair in combinations(names, 2) if are_alike(*pair)]


def test_the_large_company_is_as_large_as_promised() -> None:
    story = plan(ACME, SIZES[ACME.size], DAYS[0])

    assert len(ACME.members) == 8
    assert len({each.time_zone for each in ACME.members}) >= 3
    assert len(story.partners) == 30
    assert len(story.deals) == 200
    assert sum(len(deal.moves) for deal in story.deals) >= 200
    assert len(story.meetings) == 160
    assert len(story.todos) == 50
    assert len(story.weeks) >= 50
    assert len(story.aims) == 12


@dataclass(frozen=True)
class Seeded:
    """The small company, told once; its tests only read."""

    db: Database
    application: Actor
    clock: FixedClock
    posts: tuple[int, int]


@pytest.fixture(scope="module")
async def seeded(postgres: EmbeddedPostgres, furnished: Furnished) -> AsyncIterator[Seeded]:
    name = f"test_{uuid4().hex[:12]}"
    create_database(postgres, name, template=furnished.template)
    url, clock = urls_of(postgres, name).application, FixedClock()
    db = connect(url, clock, pool_size=2)
    company, at = await installed(db, SECOND)
    before = await posts(db, at)
    await seed(url, [(company, at)], clock.now())
    after = await posts(db, at)
    yield Seeded(db, Actor.application(at.organization_id), clock, (before, after))
    await db.close()
    drop_database(postgres, name)


async def test_the_small_company_is_written_whole(seeded: Seeded) -> None:
    at = seeded.application.organization_id
    tables = [User, Partner, Opportunity, Interaction, Task]

    async with seeded.db.transaction(Actor.application(at)) as tx:
        found = [await tx.session.scalar(select(func.count()).select_from(each)) for each in tables]

    assert found == [3, 6, 14, 20, 8]


async def test_people_are_in_their_places_since_months(seeded: Seeded) -> None:
    async with seeded.db.transaction(seeded.application) as tx:
        known = {each.first_name: each for each in await people.people(tx)}
        rows = list(await tx.session.scalars(select(User)))

    assert {name: each.role for name, each in known.items()} == {
        "Noor": "admin",
        "Owen": "sales_rep",
        "Sofia": "sales_rep",
    }
    noor = known["Noor"].user_id
    assert {row.first_name: row.manager_id for row in rows} == {
        "Noor": None,
        "Owen": noor,
        "Sofia": noor,
    }
    long_ago = seeded.clock.now() - timedelta(days=300)
    assert all(row.created_at is not None and row.created_at < long_ago for row in rows)


async def test_people_were_here_lately_and_rates_were_entered_by_the_admin(seeded: Seeded) -> None:
    now = seeded.clock.now()

    async with seeded.db.transaction(seeded.application) as tx:
        known = {each.first_name: each for each in await people.people(tx)}
        rates = await current_rates(tx)
        holidays = await configuration.get(tx, HOLIDAYS)
        entered = await tx.session.scalars(
            select(AuditEntry).where(AuditEntry.action == "rate.set").order_by(AuditEntry.at)
        )
        authors = {each.user_id for each in entered}

    assert known["Owen"].last_used_at == now - timedelta(hours=2)
    assert known["Sofia"].last_used_at == now - timedelta(hours=50)
    assert [len(each) for each in rates.by_currency.values()] == [2, 2]
    assert rates.on("USD", now.date()) == Decimal("0.7591")
    assert holidays.country == "GB"
    assert authors == {known["Noor"].user_id}


async def test_nothing_is_posted_and_the_channels_stand_ready(seeded: Seeded) -> None:
    async with seeded.db.transaction(seeded.application) as tx:
        settings = (DEALS_CHANNEL, ALERTS_CHANNEL, STATUS_CHANNEL)
        places = [await reached_channel(tx, setting) for setting in settings]
        currency = await configuration.get(tx, BASE_CURRENCY)

    assert seeded.posts == (1, 1)
    assert [place.lane for place in places if place] == ["C0KDEALS", "C0KALERTS", "C0KSTATUS"]
    assert currency == "GBP"


async def test_the_health_of_the_partners_has_a_past_and_is_told_with_what_changed(
    seeded: Seeded,
) -> None:
    async with seeded.db.transaction(seeded.application) as tx:
        rows = await tx.session.execute(select(Partner.id, Partner.relationship_health))
        told = [await report(tx, partner_id) for partner_id, _ in rows]
        scores = set(await tx.session.scalars(select(Partner.relationship_health)))

    assert len(scores) > 2
    assert all(each is not None and each.change is not None for each in told)
    assert max(len(each.weeks) for each in told if each is not None) == 8


async def test_the_rules_find_what_the_story_left_behind(seeded: Seeded) -> None:
    async with seeded.db.transaction(seeded.application) as tx:
        evaluated = await alerts.evaluate(tx)

    assert 1 <= len(evaluated.raised) <= 3
