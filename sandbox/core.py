"""What every part of the sandbox shares: the state and the books kept of it.

Built once by the Sandbox. Knows nothing of HTTP.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import TypeVar

from sandbox.agenda import Agenda
from sandbox.clock import AtStop, Clock, SandboxClock, Stamps
from sandbox.controls import Names
from sandbox.faults import Faults
from sandbox.identity import AppIdentity
from sandbox.limits import Rates, Triggers
from sandbox.store import Store
from sandbox.tokens import TokenBook
from sandbox.views import Key, Values, Views
from sandbox.wire import Changes, JsonObject, as_list, as_object, as_text
from sandbox.workspace import Enterprise, Message, Team, plain

# How many calls and deliveries are remembered: a demo left running must not fill the memory.
REMEMBERED = 10_000
# Whole answers are kept of the latest only.
ANSWERS_REMEMBERED = 1_000

T = TypeVar("T")


@dataclass(frozen=True)
class Call:
    """A Web API call, or a post to a response_url (method `response_url`), and its outcome.

    `args` are without token and secret, `answer` is the whole body (empty once long past), `status`
    that of HTTP (None: the caller got no answer), `seconds` how long it took, `number` counts all
    calls from 1; `trigger` belongs to the request whose response_url was posted to.
    """

    method: str
    team_id: str | None
    args: JsonObject
    ok: bool
    error: str | None
    at: datetime
    answer: JsonObject = field(default_factory=dict[str, object])
    status: int | None = 200
    seconds: float = 0.0
    number: int = 0
    trigger: str = ""

    @property
    def explanations(self) -> list[str]:
        """What Slack says beside a refusal: `response_metadata.messages`."""
        listed = as_object(self.answer.get("response_metadata")).get("messages")
        return [as_text(each) for each in as_list(listed)]


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
    """The sandbox's state.

    `rotates_tokens`: the app opted into token rotation. `unlisted`: it is commercially distributed
    outside the Marketplace, so that history comes once a minute and 15 at a time. `processing` is
    how long Slack looks at a file before blocks may show it.
    """

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
    faults: Faults = field(default_factory=Faults)
    enterprises: dict[str, Enterprise] = field(default_factory=dict[str, Enterprise])
    rotates_tokens: bool = False
    unlisted: bool = False
    processing: timedelta = timedelta(seconds=1)
    redirect_urls: tuple[str, ...] = ()
    url: str = ""
    companion: AtStop = no_stop
    calls: list[Call] = field(default_factory=list[Call])
    witnesses: list[Callable[[Call], None]] = field(default_factory=list[Callable[[Call], None]])
    commands: dict[str, Command] = field(default_factory=dict[str, Command])
    shortcuts: list[Shortcut] = field(default_factory=list[Shortcut])
    picked: dict[tuple[str, Key], Values] = field(default_factory=dict[tuple[str, Key], Values])
    offered: dict[tuple[str, Key, Key], list[JsonObject]] = field(
        default_factory=dict[tuple[str, Key, Key], list[JsonObject]]
    )
    agenda: Agenda = field(init=False)
    tokens: TokenBook = field(init=False)
    _noted: int = 0

    def __post_init__(self) -> None:
        self.agenda = Agenda(self.clock)
        self.tokens = TokenBook(self.app, self.clock, self.store, self.teams, self.enterprises)

    def note_call(self, call: Call) -> None:
        self._noted += 1
        numbered = replace(call, number=self._noted)
        self.calls.append(numbered)
        if len(self.calls) > ANSWERS_REMEMBERED:
            old = self.calls[-1 - ANSWERS_REMEMBERED]
            self.calls[-1 - ANSWERS_REMEMBERED] = replace(old, answer={})
        trim(self.calls)
        for witness in self.witnesses:
            witness(numbered)

    def add_enterprise(self, enterprise_id: str, name: str, *, domain: str) -> Enterprise:
        """The enterprise, made if there is none yet (a loaded one stays as it was)."""
        known = self.enterprises.get(enterprise_id)
        if known is not None:
            return known
        self.enterprises[enterprise_id] = Enterprise(enterprise_id, name, domain)
        return self.save_enterprise(self.enterprises[enterprise_id])

    def save_enterprise(self, enterprise: Enterprise) -> Enterprise:
        """Keeps what was changed in it, such as an org-wide installation."""
        self.store.put("enterprise", enterprise.id, plain(enterprise))
        self.changes.saved(enterprise.id, enterprise)
        return enterprise

    async def at_stop(self) -> None:
        """A stop on the way through time: what is due happens, then whoever comes along acts."""
        self.agenda.catch_up()
        await self.companion()

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
