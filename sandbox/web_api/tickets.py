"""Uploads on their way: announced, then with their bytes, until they are completed."""

from dataclasses import dataclass, field

from sandbox.files import Described
from sandbox.workspace import Team


@dataclass(frozen=True)
class Ticket:
    """An upload that was announced: whose, what it is called and how long it will be."""

    team: Team
    file_id: str
    user_id: str
    about: Described
    length: int


@dataclass
class Tickets:
    """Uploads that are announced or done, until they are completed."""

    open: dict[str, Ticket] = field(default_factory=dict[str, Ticket])
    uploaded: dict[str, tuple[Ticket, bytes]] = field(
        default_factory=dict[str, tuple[Ticket, bytes]]
    )
