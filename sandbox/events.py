"""The Events API: what happened is told to the app, and told again when it does not listen.

https://docs.slack.dev/apis/events-api: an app hears of what it subscribed to, may read and is near.
"""

import asyncio
from collections import deque
from collections.abc import AsyncGenerator, Awaitable, Callable, Generator, Iterable, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sandbox import channel_events, envelopes, payloads, people_events
from sandbox.core import Core
from sandbox.delivery import Courier, Delivery, Request
from sandbox.happening import Happening
from sandbox.happenings import Happenings
from sandbox.identity import Counter, first_number
from sandbox.message_events import domain_of, link_event
from sandbox.views import View
from sandbox.wire import JsonObject, as_text
from sandbox.workspace import Channel, Enterprise, Member, Message, Team

# Seconds before the first, second and third retry: https://docs.slack.dev/apis/events-api#retries
RETRIES = (0.0, 60.0, 300.0)
# https://docs.slack.dev/reference/events/app_rate_limited
MOST_AN_HOUR = 30_000
HOUR = timedelta(hours=1)
LAST_WORDS = frozenset({"tokens_revoked", "app_uninstalled"})
# How long (real seconds) a reordered event waits to be overtaken, unless the fault says.
OVERTAKEN_WITHIN = 1.0

Wait = Callable[[float], Awaitable[None]]


async def no_wait(seconds: float) -> None:
    """Time that passes at once: what tests retry by."""


@dataclass(frozen=True)
class Told:
    """An event on its way: its id, who caused it, and whether it has been sent once."""

    event_id: str
    actor: str
    tried: asyncio.Event


@dataclass
class Events:
    """Sends events. `subscribed` lists the types the app asked for; None means all of them.

    `most_an_hour` is how many events a team may cause in an hour before the app is told only that
    it missed some.
    """

    core: Core
    courier: Courier
    wait: Wait
    subscribed: frozenset[str] | None = None
    most_an_hour: int = MOST_AN_HOUR
    happenings: Happenings = field(init=False)
    _names: Counter = field(init=False)
    _sent: dict[str, deque[datetime]] = field(default_factory=dict[str, "deque[datetime]"])
    _missed: dict[str, tuple[int, Delivery]] = field(
        default_factory=dict[str, tuple[int, Delivery]]
    )
    _held: set[asyncio.Event] = field(default_factory=set[asyncio.Event])
    _tasks: set[asyncio.Task[None]] = field(default_factory=set["asyncio.Task[None]"])

    def __post_init__(self) -> None:
        self.happenings = Happenings(self.core)
        self._names = Counter("Ev", 9, first_number(self.core.clock.now()))

    def subscribe(self, types: Sequence[str] | None, domains: Sequence[str] = ()) -> None:
        """Which events are sent, and links to which domains the app shows itself."""
        self.subscribed = None if types is None else frozenset(types)
        self.happenings.domains = tuple(domains)

    @contextmanager
    def watching(self, actor: str = "") -> Generator[list[Happening]]:
        """Collects what is done within by this user (nobody named: the app); tells nobody yet."""
        with self.happenings.watching(actor) as seen:
            yield seen

    @asynccontextmanager
    async def acting(self, user_id: str) -> AsyncGenerator[None]:
        """What the person does within is told to the app at the end, and the answers awaited."""
        with self.happenings.watching(user_id) as seen:
            yield
        await self.tell(seen)

    async def tell(self, happened: Iterable[Happening]) -> None:
        """Sends what the app is to hear of it, in this order; one that must be retried holds up no
        other. Returns when all have been heard or given up.
        """
        async with asyncio.TaskGroup() as telling:
            for each in happened:
                if each.name in LAST_WORDS:
                    await self._last_words(each.team, each.event)
                elif self.wanted(each):
                    tried = asyncio.Event()
                    telling.create_task(self._told(each, tried))
                    await tried.wait()

    def later(self, happened: Sequence[Happening]) -> None:
        """As `tell`, without waiting for it; see `settled`."""
        wanted = [each for each in happened if self.wanted(each)]
        if wanted:
            task = asyncio.get_running_loop().create_task(self.tell(wanted))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def settled(self) -> None:
        """Returns when all that was to be told later has been, retries included."""
        while self._tasks:
            await asyncio.gather(*self._tasks)

    async def close(self) -> None:
        """Forgets what was not told yet."""
        for task in tuple(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def wanted(self, happened: Happening) -> bool:
        """Whether the app asked for it, may know it, and is where it happened."""
        team = happened.team
        if self.subscribed is not None and happened.name not in self.subscribed:
            return False
        if _is_gone(team):
            return happened.name in LAST_WORDS
        if happened.scope and happened.scope not in team.bot_scopes:
            return False
        channel = happened.channel if happened.within else None
        return channel is None or team.bot_user_id in channel.members

    async def send(self, team: Team, event: JsonObject, event_id: str | None = None) -> Delivery:
        """Delivers the event, asked for or not; the last delivery."""
        named = Told(event_id or self._names.next(), "", asyncio.Event())
        return await self._deliver(team, event, named)

    async def message(self, team: Team, message: Message) -> None:
        """Tells of a message that is there already."""
        await self.tell(self.happenings.posted(team, message))

    async def home_opened(
        self, team: Team, member: Member, home: View | None, tab: str = "home"
    ) -> None:
        """https://docs.slack.dev/reference/events/app_home_opened, of either tab."""
        event: JsonObject = {"type": "app_home_opened", "user": member.id, "tab": tab}
        event |= {"channel": team.dm(member).id, "event_ts": self.core.stamps.next()}
        if home is not None and tab == "home":
            event["view"] = payloads.view_payload(self.core, team, home)
        await self.tell([Happening(team, "app_home_opened", event, actor=member.id)])

    async def link_composed(self, team: Team, member: Member, urls: Sequence[str]) -> None:
        """Tells of links in a message that is still being written:
        https://docs.slack.dev/reference/events/link_shared
        """
        domains = self.happenings.domains
        links: list[JsonObject] = [
            {"domain": domain_of(url, domains), "url": url}
            for url in urls
            if domain_of(url, domains)
        ]
        if links:
            unfurl = self._names.next()
            event = link_event(self.core, member.id, links) | {"channel": "COMPOSER"}
            event |= {"message_ts": unfurl, "unfurl_id": unfurl, "source": "composer"}
            event["is_bot_user_member"] = True
            await self.tell([Happening(team, "link_shared", event, "links:read")])

    async def delete_channel(self, team: Team, channel: Channel, member: Member) -> None:
        """Deletes the channel, as only an admin can, and tells."""
        told = channel_events.deleted(self.core, team, channel, member.id)
        del team.channels[channel.id]
        self.core.store.drop("channel", f"{team.id}/{channel.id}")
        self.core.changes.note()
        await self.tell([told])

    async def uninstalled(self, team: Team) -> None:
        """Tells that the app left the team."""
        await self.tell(people_events.revoked(team, "account_inactive", None))

    async def _last_words(self, team: Team, event: JsonObject) -> None:
        """They name no team when the installation was org-wide."""
        if self.subscribed is not None and event["type"] not in self.subscribed:
            return
        if team.is_org_install and team.enterprise is not None:
            await self.of_org(team.enterprise, event)
        else:
            await self.send(team, event)

    async def team_access(self, org: Enterprise, team_ids: Sequence[str], *, granted: bool) -> None:
        """Tells that an org-wide app was added to workspaces or taken out of them:
        https://docs.slack.dev/reference/events/team_access_granted and team_access_revoked
        """
        name = "team_access_granted" if granted else "team_access_revoked"
        if self.subscribed is None or name in self.subscribed:
            stamp = self.core.stamps.next()
            await self.of_org(org, {"type": name, "team_ids": list(team_ids), "event_ts": stamp})

    async def of_org(self, org: Enterprise, event: JsonObject) -> Delivery:
        """Delivers an event that belongs to no team."""
        payload = envelopes.org_envelope(self.core, org, event, self._names.next())
        return await self._insist(payload, asyncio.Event())

    async def _told(self, each: Happening, tried: asyncio.Event) -> None:
        await self._deliver(each.team, each.event, Told(self._names.next(), each.actor, tried))

    async def _deliver(self, team: Team, event: JsonObject, told: Told) -> Delivery:
        missed = self._too_many(team)
        if missed is not None:
            told.tried.set()
            return await self._tell_of_limit(team, missed)
        faults, name = self.core.faults, as_text(event.get("type"))
        payload = envelopes.envelope(self.core, team, event, told.event_id, told.actor)
        held = faults.strikes("reordered", name, team.id)
        if held is not None:
            told.tried.set()
            await self._be_overtaken(held.seconds or OVERTAKEN_WITHIN)
        delivery = await self._insist(payload, told.tried)
        if faults.strikes("duplicated", name, team.id) is not None:
            delivery = await self._insist(payload, told.tried)
        for waiting in self._held if held is None else ():
            waiting.set()
        return delivery

    async def _be_overtaken(self, patience: float) -> None:
        passed = asyncio.Event()
        self._held.add(passed)
        try:
            async with asyncio.timeout(patience):
                await passed.wait()
        except TimeoutError:
            return
        finally:
            self._held.discard(passed)

    async def _insist(self, payload: JsonObject, tried: asyncio.Event) -> Delivery:
        """Delivers, up to three times more if need be."""
        delivery = await self.courier.send(Request("event", "event", payload))
        tried.set()
        for number, pause in enumerate(RETRIES, start=1):
            if delivery.error is None or delivery.no_retry:
                break
            await self.wait(pause)
            again = Request("event", "event", payload, number, delivery.reason)
            delivery = await self.courier.send(again)
        return delivery

    def _too_many(self, team: Team) -> int | None:
        """Counts an event; the minute in which there were too many, if there were."""
        now = self.core.clock.now()
        sent = self._sent.setdefault(team.id, deque())
        while sent and now - sent[0] >= HOUR:
            sent.popleft()
        if len(sent) >= self.most_an_hour:
            return int(now.timestamp()) // 60 * 60
        sent.append(now)
        return None

    async def _tell_of_limit(self, team: Team, minute: int) -> Delivery:
        """Once a minute."""
        told = self._missed.get(team.id)
        if told is not None and told[0] == minute:
            return told[1]
        payload = envelopes.rate_limited(self.core, team, minute)
        delivery = await self.courier.send(Request("app_rate_limited", "event", payload))
        self._missed[team.id] = minute, delivery
        return delivery


def _is_gone(team: Team) -> bool:
    """Whether the app is no longer installed there."""
    org = team.enterprise if team.is_org_install else None
    return (team.about.revoked if org is None else org.revoked) is not None
