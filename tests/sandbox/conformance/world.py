"""One running sandbox for many examples: a team, an app that listens, and plain HTTP."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from types import SimpleNamespace
from urllib.parse import urlencode

import aiohttp

from sandbox import Channel, Member, Person, Sandbox, Team
from tests.sandbox.slack_app import SECRET, TOKEN, FixedClock, Payload, SlackApp

COMMANDS = [{"command": "/opp", "should_escape": True}, {"command": "/raw"}]
SHORTCUTS = [
    {"name": "New deal", "type": "global", "callback_id": "new_deal"},
    {"name": "Log", "type": "message", "callback_id": "log_message"},
]
BETWEEN_CALLS = timedelta(seconds=2)
JSON = "application/json; charset=utf-8"
FORM = "application/x-www-form-urlencoded"


@dataclass(frozen=True)
class Outcome:
    """What came of an example: the error word, Slack's explanations, and the whole answer."""

    error: str | None = None
    explanations: list[str] = field(default_factory=list)
    body: Payload = field(default_factory=dict)
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)


def judged(*, fine: bool, otherwise: str) -> Outcome:
    """The outcome of an example that is no call: nothing, or this error."""
    return Outcome(None if fine else otherwise)


@dataclass
class World:
    """The sandbox, and who and what is in it."""

    slack: Sandbox
    app: SlackApp
    session: aiohttp.ClientSession
    clock: FixedClock
    stopwatch: SimpleNamespace
    team: Team
    ana: Member
    ben: Member
    deals: Channel
    _count: int = 0

    def fresh(self, prefix: str) -> str:
        """An id nobody has yet."""
        self._count += 1
        return f"{prefix}0N{self._count:05d}"

    def somebody(self) -> Person:
        """A new member of the team and its channel, at the keyboard, with nothing open."""
        user_id = self.fresh("U")
        member = self.team.add_person(user_id, user_id.lower(), email=f"{user_id}@acme.example")
        self.team.join(self.deals, user_id)
        return self.slack.person(self.team, member)

    def channel(self, **about: bool) -> Channel:
        """A new channel with Ana and, unless told otherwise, the app in it."""
        channel_id = self.fresh("C")
        return self.team.add_channel(channel_id, channel_id.lower(), members=[self.ana], **about)

    def stranger(self, *scopes: str) -> Team:
        """Another team that granted these scopes only."""
        team_id = self.fresh("T")
        return self.slack.add_team(
            team_id, team_id, domain=team_id.lower(), bot_token=f"xoxb-{team_id}", bot_scopes=scopes
        )

    def trigger(self, person: Person | None = None) -> str:
        """As if the person had just touched something of the app."""
        user_id = self.ana.id if person is None else person.member.id
        return self.slack.core.triggers.issue(self.team.id, user_id)

    async def call(self, method: str, token: str = TOKEN, /, **args: object) -> Outcome:
        """Calls a method with JSON, two seconds after whatever was before."""
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        return await self.post(method, headers, data=json.dumps(args).encode())

    async def at_once(self, method: str, token: str = TOKEN, /, **args: object) -> Outcome:
        """Calls a method in the same moment as what was before."""
        self.clock.advance(-BETWEEN_CALLS)
        return await self.call(method, token, **args)

    async def form(self, method: str, token: str = TOKEN, /, **args: str) -> Outcome:
        """Calls a method with a form, the token among its fields."""
        fields = {"token": token, **args} if token else args
        return await self.post(method, {}, data=urlencode(fields).encode(), content_type=FORM)

    async def post(
        self, method: str, headers: Mapping[str, str], *, data: bytes, content_type: str = JSON
    ) -> Outcome:
        """Posts these bytes to a method, two seconds after whatever was before."""
        self.clock.advance(BETWEEN_CALLS)
        sent = {**headers, "Content-Type": content_type}
        address = f"{self.slack.api_url}{method}"
        async with self.session.post(address, headers=sent, data=data) as response:
            return outcome_of(await response.text(), response)

    async def answer(self, url: str, **fields: object) -> Outcome:
        """Posts to a response_url."""
        async with self.session.post(url, json=fields) as response:
            return outcome_of(await response.text(), response)

    async def said(self, text: str = "hello", channel: Channel | None = None) -> str:
        """The ts of a new message of the app."""
        room = channel or self.deals
        answer = await self.call("chat.postMessage", channel=room.id, text=text)
        return answer.body["ts"]


def outcome_of(text: str, response: aiohttp.ClientResponse) -> Outcome:
    """The outcome in an HTTP answer: its error word, or its text when it is no JSON."""
    status, headers = response.status, response.headers
    if response.content_type != "application/json":
        return Outcome(None if status == 200 else text, [], {}, status, headers)
    body: Payload = json.loads(text)
    explanations = body.get("response_metadata", {}).get("messages", [])
    return Outcome(body.get("error"), explanations, body, status, headers)


async def build(app: SlackApp, session: aiohttp.ClientSession) -> World:
    """Starts a sandbox of a team with Ana, Ben and a channel, connected to the app."""
    clock, stopwatch = FixedClock(), SimpleNamespace(seconds=0.0)
    slack = Sandbox(clock=clock, signing_secret=SECRET, monotonic=lambda: stopwatch.seconds)
    await slack.start()
    slack.connect_app(app.url, commands=COMMANDS, shortcuts=SHORTCUTS, events=())
    team = slack.add_team("T0ACME", "Acme", domain="acme", bot_token=TOKEN)
    ana = team.add_person("U0ANA", "Ana", real_name="Ana Sousa", email="ana@acme.example")
    ben = team.add_person("U0BEN", "Ben", email="ben@acme.example")
    deals = team.add_channel("C0DEALS", "deals", members=[ana, ben])
    return World(slack, app, session, clock, stopwatch, team, ana, ben, deals)
