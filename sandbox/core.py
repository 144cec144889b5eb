"""What every part of the sandbox shares: the state and the books kept of it.

Built once by the Sandbox. Knows nothing of HTTP.
"""

from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeVar

from sandbox.clock import AtStop, Clock, SandboxClock, Stamps
from sandbox.controls import Names
from sandbox.identity import AppIdentity
from sandbox.limits import Rates, Triggers
from sandbox.store import Store
from sandbox.views import Key, Values, Views
from sandbox.wire import Changes, JsonObject
from sandbox.workspace import Message, Team

# How many calls and deliveries are remembered: a demo left running must not fill the memory.
REMEMBERED = 10_000


T = TypeVar("T")


@dataclass(frozen=True)
class Call:
    """A Web API call, or a post to a response_url (method `response_url`), and its outcome."""

    method: str
    team_id: str | None
    args: JsonObject
    ok: bool
    error: str | None
    at: datetime


@dataclass(frozen=True)
class Command:
    """A slash command the app registered."""

    command: str
    description: str = ""
    usage_hint: str = ""
    should_escape: bool = False


@dataclass(frozen=True)
class Shortcut:
    """A shortcut the app registered: `global`, or `message` in a message's menu."""

    name: str
    type: str
    callback_id: str
    description: str = ""


async def no_stop() -> None:
    """Nobody has anything to do on the way."""


@dataclass
class Core:
    """The sandbox's state."""

    app: AppIdentity
    clock: Clock
    store: Store
    changes: Changes
    teams: dict[str, Team]
    stamps: Stamps
    names: Names
    rates: Rates
    triggers: Triggers
    views: Views
    url: str = ""
    at_stop: AtStop = no_stop
    calls: list[Call] = field(default_factory=list[Call])
    commands: dict[str, Command] = field(default_factory=dict[str, Command])
    shortcuts: list[Shortcut] = field(default_factory=list[Shortcut])
    picked: dict[tuple[str, Key], Values] = field(default_factory=dict[tuple[str, Key], Values])
    offered: dict[tuple[str, Key, Key], list[JsonObject]] = field(
        default_factory=dict[tuple[str, Key, Key], list[JsonObject]]
    )

    def note_call(self, call: Call) -> None:
        self.calls.append(call)
        trim(self.calls)

    def keep_time(self) -> None:
        """Remembers how far the clock has travelled, for the next start."""
        if isinstance(self.clock, SandboxClock):
            self.store.put("clock", "ahead", {"seconds": self.clock.ahead.total_seconds()})

    def picked_in(self, message: Message, user_id: str) -> Values:
        """What the person has picked in this message so far."""
        return self.picked.get((user_id, (message.channel, message.ts)), {})

    def keep_picked(self, message: Message, user_id: str, values: Values) -> None:
        self.picked[user_id, (message.channel, message.ts)] = values


def trim(book: list[T]) -> None:
    """Forgets the oldest half of a book that holds twice what is remembered."""
    if len(book) > 2 * REMEMBERED:
        del book[:-REMEMBERED]
