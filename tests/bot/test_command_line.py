"""`python -m bot …` as an operator runs it, each command a process of its own."""

import asyncio
import base64
import os
import signal
import socket
import sys
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager

import pytest
from aiohttp import ClientConnectionError, ClientSession

from sandbox import Sandbox, SandboxClock
from tests.conftest import Urls

SECRET = "the-signing-secret"
TOKEN = "xoxb-of-one-workspace"


def free_port() -> int:
    with socket.socket() as tried:
        tried.bind(("127.0.0.1", 0))
        return int(tried.getsockname()[1])


@pytest.fixture
async def slack() -> AsyncIterator[Sandbox]:
    sandbox = Sandbox(clock=SandboxClock(), signing_secret=SECRET, deadline=30.0)
    await sandbox.start()
    team = sandbox.add_team("T0ACME", "Acme", domain="acme", bot_token=TOKEN)
    team.add_person("U0ANA", "ana", real_name="Ana Sousa", is_owner=True)
    yield sandbox
    await sandbox.stop()


def environment(urls: Urls, slack: Sandbox, port: int) -> dict[str, str]:
    return {
        "PATH": "/usr/bin:/bin",
        "DATABASE_URL": urls.application,
        "MIGRATION_DATABASE_URL": urls.owner,
        "SLACK_SIGNING_SECRET": SECRET,
        "SLACK_BOT_TOKEN": TOKEN,
        "SLACK_API_URL": slack.api_url,
        "ENCRYPTION_KEYS": base64.b64encode(os.urandom(32)).decode(),
        "HOST": "127.0.0.1",
        "PORT": str(port),
    }


async def run(command: str, given: dict[str, str], *words: str) -> tuple[int | None, str]:
    """The exit code and all that was said."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", command, *words),
        env=given,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    said, _ = await process.communicate()
    assert_tells_no_secret(said.decode())
    return process.returncode, said.decode()


@asynccontextmanager
async def serving(given: dict[str, str]) -> AsyncGenerator[asyncio.subprocess.Process]:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", "serve"), env=given, stderr=asyncio.subprocess.PIPE
    )
    logged = b""
    try:
        assert process.stderr is not None
        async for line in process.stderr:
            logged += line
            if b"server.started" in line:
                break
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        _, rest = await process.communicate()
    assert_tells_no_secret((logged + rest).decode())


def assert_tells_no_secret(said: str) -> None:
    for secret in (SECRET, TOKEN, "tandem_app:tandem_app", "tandem_owner:tandem_owner"):
        assert secret not in said


async def test_everything_missing_is_told_at_once() -> None:
    code, said = await run("serve", {"PATH": "/usr/bin:/bin"})

    assert code == 2
    assert all(name in said for name in ("DATABASE_URL", "SLACK_SIGNING_SECRET", "ENCRYPTION_KEYS"))
    assert "Traceback" not in said


async def test_an_operator_migrates_examines_serves_and_stops(
    empty_urls: Urls, slack: Sandbox
) -> None:
    port = free_port()
    given = environment(empty_urls, slack, port)

    before = await run("doctor", given)
    migrated = await run("migrate", given)
    after = await run("doctor", given)

    assert (before[0], "python -m bot migrate" in before[1]) == (1, True)
    assert (migrated[0], after[0]) == (0, 0), (migrated[1], after[1])
    slack.connect_app(
        f"http://127.0.0.1:{port}/slack/events",
        signing_secret=SECRET,
        commands=[{"command": "/opp", "description": "Opportunities"}],
    )
    team = slack.teams[0]
    async with serving(given) as process, ClientSession() as session:
        ready = await session.get(f"http://127.0.0.1:{port}/ready")
        answer = await slack.person(team, team.people["U0ANA"]).command("/opp", "help")
        process.send_signal(signal.SIGTERM)
        code = await process.wait()
        with pytest.raises(ClientConnectionError):
            await session.get(f"http://127.0.0.1:{port}/live")

    listed = await run("organizations", given, "list", "--json")

    assert (listed[0], '"subdomain": "acme"' in listed[1]) == (0, True), listed[1]
    assert ready.status == 200
    assert "/opp new" in str(answer.blocks)
    assert code == 0
