from dataclasses import dataclass
from uuid import UUID

import pytest

from services import configuration, memory
from services.configuration.catalogue import BASE_CURRENCY
from services.db import Database
from services.memory import TRUSTED_FOR, Memory
from services.values import OrganizationId
from tests.factories import Company

ACME, OTHER = (OrganizationId(UUID(int=number)) for number in (1, 2))


@dataclass
class Seconds:
    now: float = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def seconds() -> Seconds:
    return Seconds()


@pytest.fixture
def remembering(seconds: Seconds) -> Memory:
    """Somebody listens, and has just heard."""
    kept = Memory(seconds)
    kept.heard(kept.now())
    return kept


def test_nothing_is_remembered_before_the_database_was_heard() -> None:
    kept = Memory(Seconds())

    kept.company(ACME).settings = {"a": 1}

    assert kept.company(ACME).settings is None


def test_what_was_read_is_there_the_next_time(remembering: Memory) -> None:
    remembering.company(ACME).settings = {"a": 1}

    assert remembering.company(ACME).settings == {"a": 1}


def test_a_company_knows_nothing_of_another(remembering: Memory) -> None:
    remembering.company(ACME).settings = {"a": 1}

    assert remembering.company(OTHER).settings is None


def test_a_change_forgets_its_company_alone(remembering: Memory) -> None:
    for each in (ACME, OTHER):
        remembering.company(each).settings = {"a": 1}

    remembering.forget(ACME)

    assert remembering.company(ACME).settings is None
    assert remembering.company(OTHER).settings == {"a": 1}


def test_who_still_reads_while_it_changes_keeps_nothing_old(remembering: Memory) -> None:
    reader = remembering.company(ACME)

    remembering.forget(ACME)
    reader.settings = {"a": "old"}

    assert remembering.company(ACME).settings is None


def test_after_a_second_of_silence_everything_is_read_anew(
    remembering: Memory, seconds: Seconds
) -> None:
    remembering.company(ACME).settings = {"a": 1}

    seconds.now = TRUSTED_FOR

    assert remembering.company(ACME).settings is None


def test_news_between_two_questions_counts_from_the_earlier_one(
    remembering: Memory, seconds: Seconds
) -> None:
    asked_at = remembering.now()
    seconds.now = TRUSTED_FOR * 0.9
    remembering.heard(asked_at)

    seconds.now = TRUSTED_FOR

    remembering.company(ACME).settings = {"a": 1}
    assert remembering.company(ACME).settings is None


def test_the_company_asked_for_longest_ago_makes_room(
    remembering: Memory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(memory, "MOST_COMPANIES", 1)
    remembering.company(ACME).settings = {"a": 1}

    remembering.company(OTHER).settings = {"a": 2}

    assert remembering.company(OTHER).settings == {"a": 2}
    assert remembering.company(ACME).settings is None


async def test_a_transaction_reads_what_it_has_set_itself(db: Database, acme: Company) -> None:
    db.memory.heard(db.memory.now())
    async with db.transaction(acme.admin) as tx:
        await configuration.get(tx, BASE_CURRENCY)

    async with db.transaction(acme.admin) as tx:
        await configuration.write(tx, BASE_CURRENCY, "CHF")
        seen_inside = await configuration.get(tx, BASE_CURRENCY)
    db.memory.heard(db.memory.now())
    async with db.transaction(acme.admin) as tx:
        seen_after = await configuration.get(tx, BASE_CURRENCY)

    assert (seen_inside, seen_after) == ("CHF", "CHF")


async def test_what_was_rolled_back_is_not_remembered(db: Database, acme: Company) -> None:
    db.memory.heard(db.memory.now())

    with pytest.raises(ZeroDivisionError):
        await change_and_fail(db, acme)

    async with db.transaction(acme.admin) as tx:
        seen = await configuration.get(tx, BASE_CURRENCY)
    assert seen == BASE_CURRENCY.default


async def change_and_fail(db: Database, acme: Company) -> None:
    async with db.transaction(acme.admin) as tx:
        await configuration.write(tx, BASE_CURRENCY, "CHF")
        await configuration.get(tx, BASE_CURRENCY)
        raise ZeroDivisionError
