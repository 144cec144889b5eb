"""A sandbox in real time for apps that check the time themselves, and a way to wait for it."""

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass

from sandbox import Channel, Member, Person, Sandbox, Team
from tests.sandbox.slack_app import SECRET, TOKEN

COMMANDS = [{"command": "/opp"}]
SHORTCUTS = [
    {"name": "New deal", "type": "global", "callback_id": "new_deal"},
    {"name": "Log", "type": "message", "callback_id": "log_message"},
]

EVENTS = ("app_mention", "app_home_opened")


@dataclass(frozen=True)
class Office:
    """The sandbox, and the people of one team in it."""

    slack: Sandbox
    team: Team
    ana: Member
    ben: Member
    deals: Channel

    @property
    def me(self) -> Person:
        return self.slack.person(self.team, self.ana)

    @property
    def other(self) -> Person:
        return self.slack.person(self.team, self.ben)

    def connect(self, url: str | None) -> None:
        self.slack.connect_app(url, commands=COMMANDS, shortcuts=SHORTCUTS, events=EVENTS)

    async def until(self, happened: Callable[[], bool]) -> None:
        """Waits for a change after which it has happened. Raises TimeoutError after 10 s."""
        changed = asyncio.Event()
        self.slack.core.changes.listeners.append(changed.set)
        try:
            async with asyncio.timeout(10):
                while not happened():
                    await changed.wait()
                    changed.clear()
        finally:
            self.slack.core.changes.listeners.remove(changed.set)

    def texts(self, channel: Channel | None = None) -> list[str]:
        """What Ana reads in a channel."""
        return [message.text for message in self.me.sees(channel or self.deals)]


@asynccontextmanager
async def open_office() -> AsyncGenerator[Office]:
    slack = Sandbox(signing_secret=SECRET)
    await slack.start()
    team = slack.add_team("T0ACME", "Acme", domain="acme", bot_token=TOKEN)
    ana = team.add_person("U0ANA", "Ana", real_name="Ana Sousa", email="ana@acme.example")
    ben = team.add_person("U0BEN", "Ben", email="ben@acme.example")
    deals = team.add_channel("C0DEALS", "deals", members=[ana, ben])
    try:
        yield Office(slack, team, ana, ben, deals)
    finally:
        await slack.stop()
