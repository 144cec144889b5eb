"""What journeys through the settings have in common: opening, filling in, reading."""

from sandbox import Answer, Person, View
from sandbox.choosing import Picked
from tests.journeys.conftest import World


def top(person: Person) -> View:
    assert person.view is not None
    return person.view


def words(person: Person) -> str:
    """Everything the modal in front shows."""
    return person.reads(top(person))


async def opened(world: World, section: str = "", name: str = "ada") -> Person:
    """Somebody with a section, or the menu, open."""
    person = world.person(name)
    answer = await person.command("/tandem", f"settings {section}", channel=world.acme.deals)
    assert answer.ok
    return person


async def saved(person: Person, **values: Picked) -> Answer:
    """The answer to these values, which must be taken."""
    person.fill(values)
    answer = await person.submit()
    assert answer.ok, answer
    return answer


async def refused(person: Person, **values: Picked) -> dict[str, str]:
    """What the fields say to these values, which must not be taken."""
    person.fill(values)
    answer = await person.submit()
    assert answer.errors
    return dict(answer.errors)


async def row(person: Person, key: str, operation: str) -> Answer:
    """What the menu of a row offers: `Edit`, `Move up`, `Remove` …"""
    return await person.press_in_view(f"settings_row:{key}", operation)
