"""The database that is measured on: made at the newest schema, filled by SQL as its owner."""

import base64
import os
from collections.abc import Sequence
from dataclasses import dataclass

import psycopg
from psycopg import sql

from bench.messages import Card, Facts, Person
from bot.embedded import EmbeddedPostgres
from bot.migrate import migrate
from services.organizations import BOT_TOKEN, place
from services.sealing import Sealer

OWNER = "tandem_owner"
APPLICATION = "tandem_app"
STOCK = "_stock"
FIRST_TEAM = "T0BENCH1"
BOT = "xoxb-bench"
PEOPLE = 8
"""Of the first company; of each other there is one."""
MOVED = 80
"""So many of a company's first opportunities are there to be moved, by their owners in turn."""
OTHERS_HAVE = 20
"""Opportunities of each company but the one that asks."""


@dataclass(frozen=True, slots=True)
class Filled:
    """The database and how it is reached."""

    owner_url: str
    facts: Facts
    opportunities: int
    """Of each person of the first company."""


def prepared(server: EmbeddedPostgres, name: str, opportunities: int) -> Filled:
    """An empty database at the newest schema, and one beside it for stock Bolt."""
    owner, application = (_url(server, role, name) for role in (OWNER, APPLICATION))
    with psycopg.connect(server.superuser_url(), autocommit=True) as connection:
        _ensure_owner(connection)
        for each in (name, f"{name}{STOCK}"):
            made = sql.SQL("CREATE DATABASE {} OWNER {}")
            connection.execute(made.format(sql.Identifier(each), sql.Identifier(OWNER)))
    migrate(owner, application)
    facts = facts_of(application, _url(server, OWNER, f"{name}{STOCK}"))
    return Filled(owner, facts, opportunities)


def facts_of(database_url: str = "", stock_url: str = "") -> Facts:
    """What programs are told, before anybody is there. Empty: they need no database."""
    return Facts(
        database_url=database_url,
        stock_url=stock_url,
        signing_secret="the-signing-secret",  # noqa: S106  # of a run that ends with its database
        encryption_key=base64.b64encode(os.urandom(32)).decode(),
        people=(),
        bot_id="B0BENCH",
        bot_user_id="U0BENCH",
        bot_token=BOT,
    )


def grow(filled: Filled, companies: int) -> None:
    """Have so many companies with people, partners and opportunities with their history."""
    with psycopg.connect(filled.owner_url, autocommit=True) as connection:
        (present,) = _one(connection, "SELECT count(*) FROM organizations")
        given = {
            "first": present + 1,
            "last": companies,
            "first_team": FIRST_TEAM,
            "people": PEOPLE,
            "opportunities": filled.opportunities * PEOPLE,
            "others_have": OTHERS_HAVE,
            "moved": MOVED,
            "bot_id": filled.facts.bot_id,
            "bot_user_id": filled.facts.bot_user_id,
            "first_names": FIRST_NAMES,
            "last_names": LAST_NAMES,
            "customers": CUSTOMERS,
            "reasons": REASONS,
            "partners": PARTNERS,
        }
        with connection.transaction():
            for statement in FILL:
                connection.execute(statement, given)
            _seal_tokens(connection, Sealer([filled.facts.encryption_key]))
        connection.execute("VACUUM ANALYZE")


def people(filled: Filled) -> tuple[Person, ...]:
    """Everybody: first those of the first company, then one of each other."""
    with psycopg.connect(filled.owner_url) as connection:
        rows = connection.execute(EVERYBODY).fetchall()
    return tuple(Person(organization_id=a, team_id=b, slack_user_id=c) for a, b, c in rows)


def told(filled: Filled) -> Facts:
    """What the programs are told: with the people of the first company."""
    return filled.facts.model_copy(update={"people": people(filled)[:PEOPLE]})


def sessions(filled: Filled) -> list[int]:
    """The processes that serve the application's connections."""
    with psycopg.connect(filled.owner_url) as connection:
        rows = connection.execute(SESSIONS, (APPLICATION,)).fetchall()
    return [pid for (pid,) in rows]


def tidy(filled: Filled) -> None:
    """Take away what moves have left behind, so that every round finds the same tables."""
    with psycopg.connect(filled.owner_url, autocommit=True) as connection:
        for statement in TIDY:
            connection.execute(statement)


def cards(filled: Filled, count: int) -> tuple[Card, ...]:
    """So many cards, spread over all companies."""
    with psycopg.connect(filled.owner_url) as connection:
        rows = connection.execute(CARDS, {"count": count}).fetchall()
    found = [Card(organization_id=a, workspace_id=b, opportunity_id=c) for a, b, c in rows]
    return tuple(found[at % len(found)] for at in range(count))


def counted(filled: Filled, query: bytes) -> int:
    """What a query that counts answers."""
    with psycopg.connect(filled.owner_url) as connection:
        (count,) = _one(connection, query)
    return count


def _one(connection: psycopg.Connection, query: bytes | str) -> Sequence[int]:
    row = connection.execute(query.encode() if isinstance(query, str) else query).fetchone()
    if row is None:
        raise TypeError("a count is always one row")
    return row


def _seal_tokens(connection: psycopg.Connection, sealer: Sealer) -> None:
    unsealed = connection.execute(
        "SELECT organization_id, id FROM workspaces WHERE sealed_bot_token IS NULL"
    ).fetchall()
    with connection.cursor() as cursor:
        cursor.executemany(
            "UPDATE workspaces SET sealed_bot_token = %s WHERE id = %s",
            [(sealer.seal(place(org, id_, BOT_TOKEN), BOT), id_) for org, id_ in unsealed],
        )


def _ensure_owner(connection: psycopg.Connection) -> None:
    known = connection.execute("SELECT FROM pg_roles WHERE rolname = %s", (OWNER,))
    if known.rowcount:
        return
    made = sql.SQL("CREATE ROLE {} LOGIN NOSUPERUSER CREATEROLE PASSWORD {}")
    connection.execute(made.format(sql.Identifier(OWNER), sql.Literal(OWNER)))


def _url(server: EmbeddedPostgres, role: str, database: str) -> str:
    return f"postgresql://{role}:{role}@127.0.0.1:{server.port}/{database}"


FIRST_NAMES = ["Ada", "Bea", "Cem", "Dana", "Emil", "Fay", "Gus", "Hana"]
LAST_NAMES = ["Okafor", "Bench", "Yilmaz", "Novak", "Lind", "Moreau", "Reyes", "Sato"]
CUSTOMERS = [
    "Acme",
    "Northwind",
    "Initech",
    "Umbrella Foods",
    "Stark Tools",
    "Wayne Freight",
    "Hooli",
    "Vandelay",
    "Tyrell Optics",
    "Wonka",
    "Soylent",
    "Cyberdyne",
    "Aperture",
]
REASONS = ["renewal", "expansion", "pilot", "migration", "second site", "support", "rollout"]
PARTNERS = ["Globex", "Contoso", "Fabrikam", "Tailspin Cloud", "Litware", "Adatum"]

_NEW = b"subdomain IN (SELECT 'bench-' || n FROM generate_series(%(first)s::int, %(last)s::int) n)"

FILL = (
    b"""
    INSERT INTO organizations (name, subdomain)
    SELECT 'Company ' || n, 'bench-' || n FROM generate_series(%(first)s::int, %(last)s::int) n
    """,
    b"""
    INSERT INTO workspaces (organization_id, team_id, team_name, bot_id, bot_user_id, scopes)
    SELECT id, 'T0BENCH' || substr(subdomain, 7), name, %(bot_id)s, %(bot_user_id)s,
           ARRAY['commands', 'chat:write']
    FROM organizations WHERE """
    + _NEW,
    b"""
    INSERT INTO users (organization_id, email, password_hash, first_name, last_name, role,
      last_login_at)
    SELECT o.id, lower((%(first_names)s::text[])[k]) || '@' || subdomain || '.example', '!',
           (%(first_names)s::text[])[k], (%(last_names)s::text[])[k],
           CASE k WHEN 1 THEN 'admin' ELSE 'sales_rep' END, now()
    FROM organizations o JOIN workspaces w ON w.organization_id = o.id
    CROSS JOIN LATERAL generate_series(1, CASE WHEN w.team_id = %(first_team)s
      THEN %(people)s::int ELSE 1 END) k
    WHERE """
    + _NEW,
    b"""
    INSERT INTO slack_identities (organization_id, workspace_id, slack_user_id, user_id)
    SELECT o.id, w.id, 'U' || substr(w.team_id, 2) || upper(u.first_name), u.id
    FROM organizations o JOIN workspaces w ON w.organization_id = o.id
    JOIN users u ON u.organization_id = o.id WHERE """
    + _NEW,
    b"""
    INSERT INTO partners (organization_id, name, domain, commission_structure)
    SELECT id, (%(partners)s::text[])[p], 'cloud', '{}'
    FROM organizations, generate_series(1, array_length(%(partners)s::text[], 1)) p WHERE """
    + _NEW,
    # Those that are moved close last, so that no page of the list shows their growing history.
    b"""
    INSERT INTO opportunities (organization_id, partner_id, assigned_user_id, customer_name,
      deal_value, currency, stage, probability, expected_close_date, number, stage_since)
    SELECT o.id, partner.ids[1 + n %% cardinality(partner.ids)],
           person.ids[1 + (n - 1) %% cardinality(person.ids)],
           (%(customers)s::text[])[1 + n * 7 %% cardinality(%(customers)s::text[])] || ' '
             || (%(reasons)s::text[])[1 + n / 3 %% cardinality(%(reasons)s::text[])],
           1000 + 137 * n, (ARRAY['EUR', 'EUR', 'EUR', 'USD', 'GBP'])[1 + n / 8 %% 5],
           CASE WHEN n <= %(moved)s THEN 'negotiation'
                ELSE (ARRAY['prospecting', 'qualified', 'proposal', 'negotiation'])[1 + n / 8 %% 4]
                END,
           10 + n %% 80, current_date + CASE WHEN n <= %(moved)s THEN 900 ELSE n / 3 END, n,
           now() - interval '15 days'
    FROM organizations o
    JOIN workspaces w ON w.organization_id = o.id
    CROSS JOIN LATERAL (
      SELECT array_agg(u.id ORDER BY u.email) AS ids FROM users u WHERE u.organization_id = o.id
    ) person
    CROSS JOIN LATERAL (
      SELECT array_agg(p.id ORDER BY p.name) AS ids FROM partners p WHERE p.organization_id = o.id
    ) partner
    CROSS JOIN LATERAL generate_series(1, CASE WHEN w.team_id = %(first_team)s
      THEN %(opportunities)s::int ELSE %(others_have)s::int END) n
    WHERE """
    + _NEW,
    b"""
    INSERT INTO opportunity_stage_history (organization_id, opportunity_id, from_stage, to_stage,
      changed_by_user_id, changed_at)
    SELECT p.organization_id, p.id, CASE WHEN step > 1 THEN 'prospecting' END, p.stage,
           p.assigned_user_id, now() - make_interval(days => 30 / step)
    FROM opportunities p JOIN organizations o ON o.id = p.organization_id
    CROSS JOIN generate_series(1, 2) step WHERE """
    + _NEW,
)

# The last opportunity of each: it is never moved, which would tell its cards anew.
CARDS = b"""
SELECT o.id, w.id, p.id FROM organizations o
JOIN workspaces w ON w.organization_id = o.id
JOIN LATERAL (
  SELECT p.id FROM opportunities p WHERE p.organization_id = o.id ORDER BY p.number DESC LIMIT 1
) p ON true
ORDER BY o.created_at, o.id LIMIT %(count)s
"""

EVERYBODY = b"""
SELECT u.organization_id, w.team_id, i.slack_user_id FROM users u
JOIN slack_identities i ON i.user_id = u.id JOIN workspaces w ON w.id = i.workspace_id
ORDER BY length(w.team_id), w.team_id, u.email
"""

# What was filled in is older than ten days.
TIDY = (
    b"DELETE FROM opportunity_stage_history WHERE changed_at > now() - interval '10 days'",
    b"TRUNCATE opportunity_changes, audit_log, processed_requests",
    b"VACUUM ANALYZE opportunities, opportunity_stage_history",
)

SESSIONS = b"SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND usename = %s"
