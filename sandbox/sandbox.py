"""The local Slack as its users hold it: built, filled with teams and people, started, driven."""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Protocol, cast, runtime_checkable

import aiohttp

from sandbox.addresses import Addresses, RoutedWire
from sandbox.checks import ssl_checked, url_verified
from sandbox.clock import AtStop, Clock, SandboxClock, Stamps
from sandbox.consent import Consent
from sandbox.core import Call, Command, Core, Shortcut
from sandbox.delivery import FORM, Courier, Delivery, HttpWire, Reply
from sandbox.events import Events, Wait, no_wait
from sandbox.faults import Faults
from sandbox.identity import AppIdentity, Counter, first_number, signature
from sandbox.interactions import Interactions
from sandbox.limits import Rates, Triggers
from sandbox.person import Desk, Person
from sandbox.recorder import Recorder
from sandbox.response_urls import ResponseUrls
from sandbox.server import Server, Wires
from sandbox.sockets import Sockets
from sandbox.store import FolderStore, NoStore
from sandbox.ui import Ui
from sandbox.views import Views
from sandbox.web_api import WebApi
from sandbox.web_api.call import InstallCode, InstallCodes, Services
from sandbox.wire import Changes, JsonObject, as_text
from sandbox.workspace import (
    ALL_SCOPES,
    Enterprise,
    Member,
    Team,
    TeamAbout,
    load_enterprises,
    load_teams,
)


@runtime_checkable
class Movable(Protocol):
    """A clock that can be put forward."""

    def advance(self, step: timedelta, /) -> None: ...


@dataclass(repr=False)
class Sandbox:
    """A local Slack for one app.

    `folder` keeps its state between runs. `deadline` and `trigger_life` are real seconds;
    `monotonic` is what triggers age by; `wait` is how an event's retries are waited for
    (`asyncio.sleep` for Slack's own pace). `seed` decides when faults strike; `record` is a file
    that gets a line of JSON for every call and delivery. `limits_rates` off lets calls come as fast
    as they like; `unlisted`: history comes once a minute, 15 messages at a time, as for apps
    distributed outside the Marketplace; `rotates_tokens` and `redirect_urls` are settings of the
    app.
    """

    clock: Clock = field(default_factory=SandboxClock)
    signing_secret: str = "signing-secret-of-the-sandbox"  # noqa: S105 - of a local double
    folder: Path | None = None
    app_name: str = "Tandem"
    client_id: str = "1000.2000"
    client_secret: str = "client-secret-of-the-sandbox"  # noqa: S105 - same
    deadline: float = 3.0
    trigger_life: float = 3.0
    monotonic: Callable[[], float] = time.monotonic
    wait: Wait = no_wait
    seed: int = 0
    record: Path | None = None
    limits_rates: bool = True
    unlisted: bool = False
    rotates_tokens: bool = False
    redirect_urls: tuple[str, ...] = ()
    core: Core = field(init=False)
    interactions: Interactions = field(init=False)
    events: Events = field(init=False)
    courier: Courier = field(init=False)
    sockets: Sockets = field(init=False)
    _desk: Desk = field(init=False)
    _codes: InstallCodes = field(init=False, default_factory=InstallCodes)
    _session: aiohttp.ClientSession | None = field(init=False, default=None)
    _server: Server = field(init=False)
    _recorder: Recorder | None = field(init=False)

    def __post_init__(self) -> None:
        self.core = self._core()
        self.sockets = Sockets(self.core.app, self.clock)
        urls = ResponseUrls(self.core)
        self.courier = Courier(self.deadline, self.sockets, self.clock, self.core.faults)
        self._recorder = self._recording()
        self.events = Events(self.core, self.courier, self.wait)
        self.interactions = Interactions(self.core, self.courier, urls, self.events)
        self._desk = Desk(self.core, self.interactions, self.events)
        api = WebApi(Services(self.core, urls, self.sockets, self._codes))
        consent = Consent(self.core, self._codes)
        self._server = Server(api, Wires(urls, self.sockets, self.events), consent, Ui(self._desk))

    @property
    def url(self) -> str:
        return self.core.url

    @property
    def api_url(self) -> str:
        """The base address of the Web API, for an SDK's `base_url`."""
        return f"{self.core.url}/api/"

    @property
    def faults(self) -> Faults:
        """The switches of what goes wrong on purpose."""
        return self.core.faults

    @property
    def app_token(self) -> str:
        """The token that opens socket mode."""
        return self.core.app.app_token

    @property
    def calls(self) -> list[Call]:
        """Every Web API call and response_url post, oldest first."""
        return self.core.calls

    @property
    def deliveries(self) -> list[Delivery]:
        """Every request sent to the app, oldest first."""
        return self.courier.book

    @property
    def teams(self) -> list[Team]:
        return list(self.core.teams.values())

    def add_team(
        self,
        team_id: str,
        name: str,
        *,
        domain: str,
        bot_token: str,
        bot_scopes: Sequence[str] = ALL_SCOPES,
        enterprise: Enterprise | None = None,
    ) -> Team:
        """The team with the app installed, made if there is none yet (a loaded one stays).

        A team of an enterprise that installed the app org-wide is served by the enterprise's token.
        """
        known = self.core.teams.get(team_id)
        if known is not None:
            return known
        org = "" if enterprise is None else enterprise.id
        about = TeamAbout(team_id, name, domain, bot_token, list(bot_scopes), enterprise_id=org)
        team = Team(about, self.core.store, self.core.changes, enterprise)
        self.core.teams[team_id] = team
        team.save()
        team.add_person(team.bot_user_id, self.app_name, is_bot=True)
        return team

    def add_enterprise(
        self,
        enterprise_id: str,
        name: str,
        *,
        domain: str,
        bot_token: str = "",
        bot_scopes: Sequence[str] = ALL_SCOPES,
    ) -> Enterprise:
        """The Enterprise Grid organization; with a bot token the app is installed org-wide."""
        enterprise = self.core.add_enterprise(enterprise_id, name, domain=domain)
        if bot_token and not enterprise.bot_token:
            enterprise.bot_token, enterprise.bot_scopes = bot_token, list(bot_scopes)
            self.core.save_enterprise(enterprise)
        return enterprise

    def person(self, team: Team, member: Member) -> Person:
        """The member at their keyboard."""
        return self._desk.person(team, member)

    def accompany(self, at_stop: AtStop) -> None:
        """`at_stop` is awaited at every stop of a journey in time, for the app to keep up."""
        self.core.companion = at_stop

    async def travel(self, goal: timedelta | datetime) -> None:
        """Moves the clock forward, by a time or to a moment; see `accompany`.

        A clock of the sandbox's own stops on the way, one handed in is moved at once. Raises
        ValueError for a step back and for a clock that cannot be moved.
        """
        clock = self.clock
        step = goal if isinstance(goal, timedelta) else goal - clock.now()
        if step < timedelta(0) or not isinstance(clock, Movable):
            raise ValueError(f"this clock does not move by {step}")
        if isinstance(clock, SandboxClock):
            await clock.travel(step, self.core.at_stop)
        else:
            clock.advance(step)
            await self.core.at_stop()
        self.core.keep_time()
        self.core.changes.note()

    async def start(self, host: str = "127.0.0.1", port: int = 0) -> None:
        """Listens; port 0 takes a free one."""
        self.core.url = await self._server.start(host, port)
        # Slack keeps no connection to an app: one that restarts is met afresh.
        self._session = aiohttp.ClientSession(connector=aiohttp.TCPConnector(force_close=True))

    async def stop(self) -> None:
        await self._server.stop()
        if self._session is not None:
            await self._session.close()
            self._session = None
        if self._recorder is not None:
            self._recorder.close()
        self.core.keep_time()
        self.core.store.close()

    def connect_app(
        self,
        request_url: str | Addresses | None,
        signing_secret: str | None = None,
        *,
        commands: Sequence[Mapping[str, object]] = (),
        shortcuts: Sequence[Mapping[str, str]] = (),
        events: Sequence[str] | None = None,
        unfurl_domains: Sequence[str] = (),
    ) -> None:
        """Tells where the app listens (None: only by socket) and what it registered.

        `commands` and `shortcuts` are shaped as in an app manifest; `events` as its bot_events,
        None meaning every event the sandbox knows. Links to `unfurl_domains` are told of.
        """
        if self._session is None:
            raise RuntimeError("start the sandbox before connecting the app")
        secret = signing_secret or self.signing_secret
        if request_url is not None:
            self.courier.http = self._wire(self._session, request_url, secret)
        self.core.commands = {c.command: c for c in map(_command, commands)}
        self.core.shortcuts = [_shortcut(entry) for entry in shortcuts]
        self.events.subscribe(events, unfurl_domains)
        self.core.changes.note()

    async def send_event(
        self, team: Team, event: JsonObject, event_id: str | None = None
    ) -> Delivery:
        """Sends an event of the Events API with Slack's retries; the last delivery."""
        return await self.events.send(team, event, event_id)

    async def verify_url(self) -> bool:
        """Whether the app's address answers Slack's challenge, as when it is set."""
        return await url_verified(self.core, self.courier)

    async def check_ssl(self) -> bool:
        """Whether the app's address takes Slack's probe."""
        return await ssl_checked(self.core, self.courier)

    async def uninstall(self, team: Team) -> None:
        """Takes the app out of the team: its token dies, and it is told."""
        team.revoke("account_inactive")
        await self.events.uninstalled(team)

    def issue_code(self, team: Team, member: Member, redirect_uri: str | None = None) -> str:
        """A one-time code of the OAuth dance, as if the member had agreed to the installation."""
        return self._codes.issue(self.core, InstallCode(team, member.id, redirect_uri))

    def sign(self, body: bytes, timestamp: str | int | None = None) -> dict[str, str]:
        """The two headers Slack would sign this body with at that time (now if not given)."""
        http = self.courier.http
        secret = self.signing_secret if http is None else http.secret
        moment = str(int(self.clock.now().timestamp()) if timestamp is None else timestamp)
        signed = signature(secret, moment, body)
        return {"X-Slack-Request-Timestamp": moment, "X-Slack-Signature": signed}

    async def post_raw(self, headers: Mapping[str, str], body: bytes) -> Reply:
        """Posts these bytes to the app as they are: forged, old or replayed."""
        if self.courier.http is None:
            raise RuntimeError("no app is connected over HTTP")
        return await self.courier.http.post(body, {"Content-Type": FORM, **headers})

    def _wire(
        self, session: aiohttp.ClientSession, where: str | Addresses, secret: str
    ) -> HttpWire:
        if isinstance(where, str):
            return HttpWire(session, where, secret, self.clock)
        return RoutedWire(session, where.usual, secret, self.clock, where)

    def _recording(self) -> Recorder | None:
        if self.record is None:
            return None
        app = self.core.app
        secrets = (app.signing_secret, app.client_secret, app.verification_token)
        recorder = Recorder(self.record, secrets)
        self.core.witnesses.append(recorder.call)
        self.courier.witnesses.append(recorder.delivery)
        return recorder

    def _core(self) -> Core:
        store = NoStore() if self.folder is None else FolderStore(self.folder)
        for _, kept in store.all("clock"):
            if isinstance(self.clock, SandboxClock):
                ahead = timedelta(seconds=cast("float", kept["seconds"]))
                self.clock.ahead = max(self.clock.ahead, ahead)
        changes, stamps = Changes(), Stamps(self.clock)
        enterprises = load_enterprises(store)
        teams = load_teams(store, changes, enterprises)
        for team in teams.values():
            for messages in team.messages.values():
                stamps.seen(max(messages))
        secrets = (self.client_id, self.client_secret)
        first = first_number(self.clock.now())
        names = Counter("V", 9, first)
        return Core(
            app=AppIdentity(self.app_name, self.signing_secret, *secrets),
            clock=self.clock,
            store=store,
            changes=changes,
            teams=teams,
            enterprises=enterprises,
            stamps=stamps,
            names=names,
            rates=Rates(self.clock, enforced=self.limits_rates),
            triggers=Triggers(self.monotonic, self.trigger_life, first),
            views=Views(self.clock, names, changes),
            faults=Faults(self.seed, changes.note),
            rotates_tokens=self.rotates_tokens,
            unlisted=self.unlisted,
            redirect_urls=self.redirect_urls,
        )


def _command(entry: Mapping[str, object]) -> Command:
    return Command(
        as_text(entry["command"]),
        as_text(entry.get("description")),
        as_text(entry.get("usage_hint")),
        bool(entry.get("should_escape")),
    )


def _shortcut(entry: Mapping[str, str]) -> Shortcut:
    described = entry.get("description", "")
    return Shortcut(entry["name"], entry["type"], entry["callback_id"], described)
