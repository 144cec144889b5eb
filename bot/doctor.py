"""`bot doctor`: is everything this process needs there and as it must be?"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from importlib.metadata import version

from aiohttp import ClientSession, ClientTimeout
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from bot.checks import reasons_against
from bot.delivery import SlackHost
from bot.settings import Settings
from bot.slack_client import SlackRefusedError, call
from services.db import engine_for

SECONDS = 10


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing examined, in an operator's words."""

    what: str
    is_well: bool
    words: str


async def examine(settings: Settings) -> list[Finding]:
    """Look at everything, whatever fails on the way. Changes nothing and posts nothing."""
    return [
        Finding("settings", is_well=True, words="complete"),
        Finding("time zones", is_well=True, words=f"tzdata {version('tzdata')}"),
        await _database(settings),
        await _slack(settings),
    ]


async def _database(settings: Settings) -> Finding:
    engine = engine_for(settings.database_url.get_secret_value(), pool_size=1)
    try:
        reasons = await reasons_against(engine)
        async with engine.connect() as connection:
            server = await connection.scalar(text("SHOW server_version"))
    except (SQLAlchemyError, OSError) as error:
        words = (
            f"not reached ({type(error).__name__}); "
            "for a new database or login run: python -m bot migrate"
        )
        return Finding("database", is_well=False, words=words)
    finally:
        await engine.dispose()
    words = " ".join(reasons) or f"PostgreSQL {server}, schema and roles as they must be"
    return Finding("database", is_well=not reasons, words=words)


async def _slack(settings: Settings) -> Finding:
    async with ClientSession(timeout=ClientTimeout(total=SECONDS)) as session:
        host = SlackHost(settings.slack_api_url, session)
        token = settings.slack_bot_token
        if token is None:
            return await _asked("Slack", lambda: _reach(host))
        return await _asked("Slack", lambda: _who(host, token.get_secret_value()))


async def _who(host: SlackHost, token: str) -> str:
    told = await call(host.client(token), "auth.test")
    return f"installed in {told.get('team')}"


async def _reach(host: SlackHost) -> str:
    await call(host.client(""), "api.test")
    return f"reached at {host.base_url}; workspaces install by /slack/install"


async def _asked(what: str, ask: Callable[[], Awaitable[str]]) -> Finding:
    try:
        return Finding(what, is_well=True, words=await ask())
    except SlackRefusedError as refused:
        return Finding(what, is_well=False, words=f"refused: {refused.reason}")
    except (OSError, TimeoutError) as error:
        return Finding(what, is_well=False, words=f"not reached ({type(error).__name__})")
