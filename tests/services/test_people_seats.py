import asyncio
from collections.abc import AsyncIterator

import pytest

from services.db import Database, connect
from services.errors import NoSeatLeft
from services.people import Person
from tests.conftest import Urls
from tests.factories import Company, FixedClock, a_profile
from tests.services.people_support import set_seats, welcomed

SEATS = 10
NEWCOMERS = 200
POOL = 4
"""Few wait for a lock at a time, so that they get it in time on a busy machine as well."""


@pytest.fixture
async def replicas(urls: Urls, clock: FixedClock) -> AsyncIterator[tuple[Database, Database]]:
    """Two copies of the application on one database."""
    pair = (
        connect(urls.application, clock, pool_size=POOL),
        connect(urls.application, clock, pool_size=POOL),
    )
    yield pair
    for each in pair:
        await each.close()


async def first_use(db: Database, company: Company, number: int) -> Person | int:
    """Who they are now, or how many seats there are when all are taken."""
    profile = a_profile(slack_user_id=f"U0NEW{number}", email=f"new{number}@acme.example")
    try:
        return await welcomed(db, company, profile)
    except NoSeatLeft as refused:
        return refused.seats


async def test_of_two_hundred_at_once_exactly_the_free_seats_are_taken(
    replicas: tuple[Database, Database], acme: Company, urls: Urls
) -> None:
    await set_seats(urls, acme, SEATS)
    await welcomed(replicas[0], acme, a_profile())

    outcomes = await asyncio.gather(
        *(first_use(replicas[number % 2], acme, number) for number in range(NEWCOMERS))
    )

    joined = [each for each in outcomes if isinstance(each, Person)]
    assert len({each.user_id for each in joined}) == len(joined) == 5
    assert outcomes.count(SEATS) == NEWCOMERS - 5
