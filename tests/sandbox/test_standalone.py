"""`python -m sandbox` with an app that knows nothing of it: Bolt, pointed at what was printed."""

import asyncio
import json
import re
import signal
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

import aiohttp
import pytest
from aiohttp import web
from slack_bolt.adapter.aiohttp import to_aiohttp_response, to_bolt_request
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from sandbox import Sandbox, Team
from sandbox.__main__ import main
from sandbox.declared import NotUsable
from sandbox.delivery import Request
from sandbox.furnishing import Grant, furnish, read_workspaces
from sandbox.manifest import AppManifest, read_manifest
from tests.sandbox.slack_app import Payload

MANIFEST = """
display_information: {name: Tiny}
features:
  bot_user: {display_name: Tiny bot}
  slash_commands:
    - {command: /hello, description: Greets, usage_hint: "[name]"}
  shortcuts:
    - {name: Greet, type: global, callback_id: greet, description: Greets}
oauth_config:
  redirect_urls: [http://127.0.0.1:3000/slack/oauth_redirect]
  scopes: {bot: [commands, chat:write, stars:read]}
settings:
  interactivity: {is_enabled: true}
  event_subscriptions: {bot_events: [app_home_opened]}
"""


@dataclass
class Running:
    """The program, and what it printed at start."""

    process: asyncio.subprocess.Process
    said: str

    def value(self, name: str) -> str:
        found = re.search(rf"^{name}=(\S+)", self.said, re.MULTILINE)
        assert found is not None, self.said
        return found[1]

    @property
    def page(self) -> str:
        return self.value("SLACK_API_URL").removesuffix("/api/")

    async def do(self, act: str, **fields: object) -> Payload:
        """What the page asks for Ana."""
        asked = {"team": "T0ACME", "as": "U0ANASOUSA", **fields}
        async with (
            aiohttp.ClientSession() as session,
            session.post(f"{self.page}/ui/{act}", json=asked) as response,
        ):
            return await response.json()

    async def ends(self) -> int:
        self.process.send_signal(signal.SIGINT)
        return await self.process.wait()


@pytest.fixture
def manifest(tmp_path: Path) -> Path:
    path = tmp_path / "manifest.yml"
    path.write_text(MANIFEST)
    return path


Start = Callable[..., Awaitable[Running]]


@pytest.fixture
async def start(manifest: Path) -> AsyncIterator[Start]:
    processes: list[asyncio.subprocess.Process] = []

    async def start(*more: str) -> Running:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "sandbox", "--manifest", str(manifest), "--port", "0", *more),
            stdout=asyncio.subprocess.PIPE,
        )
        processes.append(process)
        assert process.stdout is not None
        said = await process.stdout.readuntil(b"Granted,")
        return Running(process, said.decode())

    yield start
    for process in processes:
        if process.returncode is None:
            process.kill()
            await process.wait()


@dataclass
class Bolt:
    """A Bolt app that listens before it knows where Slack is."""

    url: str
    app: AsyncApp | None = None

    async def take(self, request: web.Request) -> web.Response:
        assert self.app is not None
        asked = await to_bolt_request(request)
        return await to_aiohttp_response(await self.app.async_dispatch(asked))


@pytest.fixture
async def bolt() -> AsyncIterator[Bolt]:
    bolt = Bolt("")
    application = web.Application()
    application.router.add_post("/slack/events", bolt.take)
    runner = web.AppRunner(application, access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    bolt.url = f"{site.name}/slack/events"
    yield bolt
    await runner.cleanup()


def greeter(running: Running) -> AsyncApp:
    """As somebody's own app would be written: the address is all that differs from Slack."""
    client = AsyncWebClient(
        token=running.value("SLACK_BOT_TOKEN"), base_url=running.value("SLACK_API_URL")
    )
    app = AsyncApp(
        client=client,
        signing_secret=running.value("SLACK_SIGNING_SECRET"),
        process_before_response=True,
    )

    @app.command("/hello")
    async def _hello(ack: AsyncAck, command: Payload) -> None:
        await ack(f"Hello {command['text']}")

    return app


async def test_a_bolt_app_answers_over_http_and_every_call_is_recorded(
    bolt: Bolt, start: Start, tmp_path: Path
) -> None:
    record = tmp_path / "record.jsonl"
    running = await start("--request-url", bolt.url, "--record", str(record))
    bolt.app = greeter(running)

    told = await running.do("command", channel="C0GENERAL", text="/hello Ben")
    ended = await running.ends()

    lines = [json.loads(line) for line in record.read_text().splitlines()]
    assert (told["ok"], ended) == (True, 0)
    assert [line["method"] for line in lines] == ["auth.test", "command"]
    assert running.value("SLACK_BOT_TOKEN") not in record.read_text()


async def test_a_bolt_app_answers_by_socket(start: Start) -> None:
    running = await start("--socket")
    socket = AsyncSocketModeHandler(greeter(running), running.value("SLACK_APP_TOKEN"))
    await socket.connect_async()

    told = await running.do("command", channel="C0GENERAL", text="/hello Ben")
    await socket.close_async()
    ended = await running.ends()

    assert (told["ok"], ended) == (True, 0)


async def test_what_was_said_is_there_again_at_the_next_start(start: Start, tmp_path: Path) -> None:
    folder = ("--socket", "--folder", str(tmp_path / "kept"))
    first = await start(*folder)
    said = await first.do("say", channel="C0GENERAL", text="good morning")
    await first.ends()

    second = await start(*folder)
    async with (
        aiohttp.ClientSession() as session,
        session.get(f"{second.page}/ui/state?as=U0ANASOUSA&channel=C0GENERAL") as response,
    ):
        state = await response.json()
    await second.ends()

    assert [message["ts"] for message in state["messages"]] == [said["ts"]]


def request(kind: str, **payload: object) -> Request:
    return Request(kind, "interactive" if kind != "event" else "event", payload)


SEPARATE = {
    "display_information": {"name": "Tiny"},
    "features": {
        "slash_commands": [
            {"command": "/a", "description": "A", "url": "https://tiny.example/commands"}
        ]
    },
    "settings": {
        "interactivity": {
            "is_enabled": True,
            "request_url": "https://tiny.example/presses",
            "message_menu_options_url": "https://tiny.example/options",
        },
        "event_subscriptions": {"request_url": "https://tiny.example/events"},
    },
}


@pytest.mark.parametrize(
    ("sent", "path"),
    [
        (request("block_actions"), "presses"),
        (request("view_submission"), "presses"),
        (request("block_suggestion"), "options"),
        (request("event"), "events"),
        (Request("command", "command", {"command": "/a"}), "commands"),
    ],
)
def test_each_kind_of_request_goes_to_the_path_the_manifest_names(sent: Request, path: str) -> None:
    manifest = AppManifest.model_validate(SEPARATE)

    addresses = manifest.addresses("http://127.0.0.1:3000")

    assert addresses is not None
    assert addresses.of(sent) == f"http://127.0.0.1:3000/{path}"


def test_an_address_with_a_path_is_for_everything() -> None:
    manifest = AppManifest.model_validate(SEPARATE)

    addresses = manifest.addresses("http://127.0.0.1:3000/slack/events")

    assert addresses is not None
    assert addresses.of(request("block_suggestion")) == "http://127.0.0.1:3000/slack/events"


def reasons(path: Path, text: str) -> tuple[str, ...]:
    path.write_text(text)
    with pytest.raises(NotUsable) as refused:
        (read_manifest if "manifest" in path.name else read_workspaces)(path)
    return refused.value.reasons


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("features: {}", "display_information is missing"),
        ("[]", "must be a mapping of names to values"),
        ("a: b: c", "is no YAML: mapping values are not allowed here in line 1"),
        (
            "display_information: {name: " + "x" * 36 + "}",
            "display_information.name is longer than 35 characters",
        ),
        (
            (
                "{display_information: {name: A}, features: {slash_commands: "
                "[{command: hello, description: Greets}]}}"
            ),
            (
                "features.slash_commands[0].command must be / and at most 31 characters, no spaces "
                "and no capitals: 'hello'"
            ),
        ),
        (
            (
                "{display_information: {name: A}, features: {shortcuts: "
                "[{name: A, type: both, callback_id: a, description: A}]}}"
            ),
            "features.shortcuts[0].type must be 'global' or 'message'",
        ),
        (
            "{display_information: {name: A}, settings: {socket_mode_enabled: often}}",
            "settings.socket_mode_enabled must be true or false",
        ),
        (
            "{display_information: {name: A}, oauth_config: {redirect_urls: [here]}}",
            (
                "oauth_config.redirect_urls[0] must be an address such as "
                "https://example.com/slack/events: 'here'"
            ),
        ),
    ],
)
def test_what_is_wrong_in_a_manifest_is_told_with_its_place(
    tmp_path: Path, text: str, reason: str
) -> None:
    assert reasons(tmp_path / "manifest.yml", text) == (reason,)


def test_a_json_manifest_is_read_as_json(tmp_path: Path) -> None:
    path = tmp_path / "manifest.json"
    path.write_text(json.dumps(SEPARATE))

    assert read_manifest(path).name == "Tiny"
    assert reasons(path, "{") == (
        "is no JSON: Expecting property name enclosed in double quotes in line 1",
    )


def test_our_own_manifest_is_one() -> None:
    manifest = read_manifest(Path("manifest.yml"))

    assert (manifest.name, manifest.is_local) == ("Tandem", False)
    assert [each.command for each in manifest.features.slash_commands][:1] == ["/opp"]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("workspaces: []", "workspaces needs at least 1 entry"),
        (
            "workspaces: [{name: A, people: [{name: Ana, tz: UTC}]}]",
            "workspaces[0].people[0].tz is not known here",
        ),
        (
            "workspaces: [{name: A, people: [{name: Ana, time_zone: Lisbon}]}]",
            (
                "workspaces[0].people[0].time_zone must be a time zone such as Europe/Lisbon, "
                "not 'Lisbon'"
            ),
        ),
        (
            (
                "workspaces: [{name: A, people: [{name: Ana}], "
                "channels: [{name: deals, members: [Ben]}]}]"
            ),
            "workspaces[0] #deals has the member 'Ben', who is not there",
        ),
    ],
)
def test_what_is_wrong_in_a_description_of_workspaces_is_told_with_its_place(
    tmp_path: Path, text: str, reason: str
) -> None:
    assert reasons(tmp_path / "people.yml", text) == (reason,)


COMPANIES = """
workspaces:
  - name: Acme
    enterprise: Acme Group
    people:
      - {name: Ana, owner: true}
      - {name: Felix, guest: true}
      - {name: Noor, company: Kestrel}
    channels:
      - {name: deals}
      - {name: with-kestrel, members: [Ana, Noor]}
  - {name: Acme Labs, enterprise: Acme Group, people: [{name: Ana}]}
"""


def furnished(tmp_path: Path, grant: Grant) -> tuple[Sandbox, Team, Team]:
    path = tmp_path / "people.yml"
    path.write_text(COMPANIES)
    slack = Sandbox()
    acme, labs = furnish(slack, read_workspaces(path), grant)
    return slack, acme, labs


def test_guests_and_strangers_see_only_where_they_are_named(tmp_path: Path) -> None:
    slack, acme, _ = furnished(tmp_path, Grant(("chat:write",)))
    deals, shared = acme.channels["C0DEALS"], acme.channels["C0WITHKESTREL"]

    seen = {
        name: [each.name for each in (deals, shared) if slack.person(acme, member).can_read(each)]
        for name, member in ((each.name, each) for each in acme.people.values())
    }

    assert seen["Ana"] == ["deals", "with-kestrel"]
    assert (seen["Felix"], seen["Noor"]) == ([], ["with-kestrel"])
    assert (shared.shared, shared.shared_with) == (True, ["T0KESTREL"])


def test_an_enterprise_installs_an_org_wide_app_once_for_all(tmp_path: Path) -> None:
    _, acme, labs = furnished(tmp_path, Grant(("chat:write",), org_wide=True))

    assert acme.bot_token == labs.bot_token
    assert (acme.is_org_install, labs.is_org_install) == (True, True)


def test_nobody_is_written_to_who_was_not_named(
    manifest: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    ended = main(["--manifest", str(manifest)])

    assert ended == 2
    assert "Where does the app listen?" in capsys.readouterr().err


def test_a_manifest_that_is_not_there_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    ended = main(["--manifest", "nowhere.yml", "--socket"])

    assert ended == 2
    assert capsys.readouterr().err == (
        "nowhere.yml cannot be used:\n  - cannot be read: No such file or directory\n"
    )
