"""Examines the database: role, row level security, grants, schema, clock, and what waits in it."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import psycopg
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.checks import reasons_against
from bot.doctor.findings import Finding, fault, of_skew, warning, well
from services.db import Clock, engine_for

DEFINER = "tandem_definer"
MIGRATE = "python -m bot migrate"
WAITS_TOO_LONG = timedelta(minutes=15)
UNOWNED = """
SELECT c.relname::text FROM pg_class c
WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND c.relforcerowsecurity
  AND NOT EXISTS (
    SELECT FROM pg_policy p
    WHERE p.polrelid = c.oid AND p.polname = 'owner_' || c.relname
      AND p.polroles @> ARRAY[c.relowner])
ORDER BY 1
"""
"""Tables whose dump would come out empty: forced security, and no policy for the owner."""
MISOWNED = """
SELECT count(*) FROM pg_proc
WHERE pronamespace = 'directory'::regnamespace AND prosecdef
  AND pg_get_userbyid(proowner) <> %s
"""
"""What a restore by somebody who may not give functions away leaves behind."""
WAITING = """
SELECT count(*), min(o.not_before) FROM outbox o
JOIN workspaces w ON w.id = o.workspace_id JOIN organizations c ON c.id = o.organization_id
WHERE o.state IN ('pending', 'sending') AND o.not_before < %s
  AND w.parked_at IS NULL AND w.uninstalled_at IS NULL AND c.is_active
"""
JOBS = """
SELECT count(*) FILTER (WHERE status = 'failed'),
       count(*) FILTER (WHERE status = 'todo' AND coalesce(scheduled_at, '-infinity') < %(since)s
         AND EXISTS (SELECT FROM jobs.procrastinate_events e
                     WHERE e.job_id = j.id AND e.type = 'deferred' AND e.at < %(since)s))
FROM jobs.procrastinate_jobs j
"""
UNLED = """
SELECT o.subdomain FROM organizations o
WHERE o.is_active AND EXISTS (SELECT FROM users u WHERE u.organization_id = o.id)
  AND NOT EXISTS (
    SELECT FROM users u
    WHERE u.organization_id = o.id AND u.is_active AND u.role = 'admin'
      AND coalesce(u.permissions -> 'deny', '[]') = '[]')
ORDER BY 1
"""


async def of_application(url: str, clock: Clock) -> list[Finding]:
    """As the application's login sees it. Raises SQLAlchemyError, OSError."""
    engine = engine_for(url, pool_size=1)
    try:
        reasons = await reasons_against(engine)
        async with engine.connect() as connection:
            version = await connection.scalar(text("SHOW server_version"))
            skew = of_skew("clock and database", await _ahead(connection, clock))
    finally:
        await engine.dispose()
    if reasons:
        return [*(fault("database", reason, _advice(reason)) for reason in reasons), skew]
    words = f"PostgreSQL {version}; schema, roles, policies and grants as they must be"
    return [well("database", words), skew]


async def of_owner(url: str, now: datetime) -> list[Finding]:
    """As the tables' owner sees it: what waits, in all companies. Raises psycopg's errors."""
    async with await psycopg.AsyncConnection.connect(url, autocommit=True) as owner:
        return [
            *await _dumps(owner),
            *await _functions(owner),
            *await _deliveries(owner, now),
            *await _jobs(owner, now),
            *await _administrators(owner),
        ]


async def _ahead(connection: AsyncConnection, clock: Clock) -> timedelta:
    """This clock against the database's, the way there and back halved."""
    before = clock.now()
    told: datetime = (await connection.execute(text("SELECT clock_timestamp()"))).scalar_one()
    after = clock.now()
    return before + (after - before) / 2 - told


def _advice(reason: str) -> str:
    if MIGRATE in reason:
        return f"{MIGRATE}, before anything is served."
    return (
        "Nothing is served like this. The README says which logins there are, and how they differ."
    )


async def _dumps(owner: psycopg.AsyncConnection) -> list[Finding]:
    tables = [name for (name,) in await (await owner.execute(UNOWNED)).fetchall()]
    if not tables:
        return [well("backups", "the owner sees every row")]
    advice = (
        f"A dump would leave these out, in silence. Add the policies owner_<table>, or {MIGRATE}."
    )
    return [fault("backups", f"no policy for the owner of {_listed(tables)}", advice)]


async def _functions(owner: psycopg.AsyncConnection) -> list[Finding]:
    row = await (await owner.execute(MISOWNED, [DEFINER])).fetchone()
    if row == (0,):
        return [well("functions", f"those before a company is known belong to {DEFINER}")]
    words = f"some of schema directory do not belong to {DEFINER}: they may do more than they must"
    return [fault("functions", words, "docs/operation.md tells how a backup is restored.")]


async def _deliveries(owner: psycopg.AsyncConnection, now: datetime) -> list[Finding]:
    row = await (await owner.execute(WAITING, [now - WAITS_TOO_LONG])).fetchone()
    count, oldest = row or (0, None)
    if not count:
        return [well("deliveries", "none waits too long")]
    words = f"{count} wait for more than 15 minutes, the oldest since {_moment(oldest)}"
    return [
        warning("deliveries", words, "Is `serve` running, and does it reach Slack? See its log.")
    ]


async def _jobs(owner: psycopg.AsyncConnection, now: datetime) -> list[Finding]:
    row = await (await owner.execute(JOBS, {"since": now - WAITS_TOO_LONG})).fetchone()
    failed, late = row or (0, 0)
    found: list[Finding] = []
    if failed:
        words = f"{failed} were given up after five attempts"
        found.append(warning("jobs", words, "The log tells why, under job.failed."))
    if late:
        words = f"{late} wait for more than 15 minutes"
        found.append(warning("jobs", words, "Is `serve` running? It works on them."))
    return found or [well("jobs", "none waits too long or was given up")]


async def _administrators(owner: psycopg.AsyncConnection) -> list[Finding]:
    unled = [name for (name,) in await (await owner.execute(UNLED)).fetchall()]
    if not unled:
        return [well("administrators", "every organization has one")]
    advice = "python -m bot admin grant SUBDOMAIN EMAIL"
    return [warning("administrators", f"nobody administers {_listed(unled)}", advice)]


def _listed(names: Sequence[str], most: int = 10) -> str:
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return ", ".join(names[:most]) + more


def _moment(moment: datetime | None) -> str:
    return f"{moment:%Y-%m-%d %H:%M} UTC" if moment else "long ago"
