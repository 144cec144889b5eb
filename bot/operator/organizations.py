"""`bot organizations …`: who is hosted here, and what only the operator decides about them."""

import re
from argparse import ArgumentParser, ArgumentTypeError, Namespace
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import count
from uuid import UUID

from psycopg.rows import class_row, scalar_row

from bot.operator import deleting, exporting
from bot.operator.console import Column
from bot.operator.desk import Desk, Owner, Refused, find_company, record
from bot.operator.parsing import OWNER, Commands, add_yes, command, group
from services.organizations import subdomain_of
from services.text import clean

UNLIMITED = "unlimited"
TIER = re.compile(r"[a-z0-9_-]{1,50}")
LISTED = """
SELECT o.name, o.subdomain, o.is_active IS NOT FALSE AS is_active,
       o.subscription_tier AS tier,
       (SELECT count(*) FROM users u
        WHERE u.organization_id = o.id AND u.is_active IS NOT FALSE) AS people,
       o.max_users AS seats,
       ARRAY(
         SELECT w.team_name || CASE
             WHEN w.uninstalled_at IS NOT NULL THEN ' (uninstalled)'
             WHEN w.parked_at IS NOT NULL
             THEN ' (parked: ' || coalesce(w.parked_because, 'no reason') || ')'
             ELSE '' END
         FROM workspaces w WHERE w.organization_id = o.id AND w.left_at IS NULL
         ORDER BY w.created_at, w.id
       ) AS workspaces,
       (SELECT max(u.last_login_at) FROM users u WHERE u.organization_id = o.id) AS last_use
FROM organizations o ORDER BY o.subdomain
"""
COLUMNS = (
    Column("subdomain", "Subdomain"),
    Column("name", "Name"),
    Column("is_active", "Active"),
    Column("tier", "Tier"),
    Column("people", "People", is_number=True),
    Column("seats", "Seats", is_number=True),
    Column("workspaces", "Workspaces"),
    Column("last_use", "Last use"),
)


@dataclass(frozen=True, slots=True)
class _Listed:
    name: str
    subdomain: str
    is_active: bool
    tier: str | None
    people: int
    seats: int | None
    workspaces: list[str]
    last_use: datetime | None


@dataclass(frozen=True, slots=True)
class _Terms:
    """What a company has been granted."""

    tier: str | None
    seats: int | None
    people: int


def add(commands: Commands) -> None:
    """`organizations list|create|set|deactivate|activate|export|delete`."""
    own = group(commands, "organizations", "the companies in this installation")
    command(own, "list", show_all, "all of them: people, seats, workspaces, last use", OWNER)

    created = command(own, "create", create, "a new one, before its first workspace", OWNER)
    created.add_argument("name")
    created.add_argument("--subdomain", help="its short name here (default: from the name)")
    _add_terms(created)

    changed = command(own, "set", change, "change its seats or its subscription tier", OWNER)
    changed.add_argument("subdomain")
    _add_terms(changed)

    stopped = command(own, "deactivate", deactivate, "stop serving it; everything is kept", OWNER)
    stopped.add_argument("subdomain")
    started = command(own, "activate", activate, "serve it again", OWNER)
    started.add_argument("subdomain")

    exported = command(own, "export", exporting.export, "everything of it as one zip file")
    exported.add_argument("subdomain")
    exported.add_argument("file", help="where to, e.g. acme.zip; must not exist yet")

    deleted = command(
        own, "delete", deleting.delete, "delete it and everything of it, for good", OWNER
    )
    deleted.add_argument("subdomain")
    add_yes(deleted)


async def show_all(desk: Desk, _asked: Namespace) -> None:
    async with desk.owner() as owner, owner.cursor(row_factory=class_row(_Listed)) as cursor:
        await cursor.execute(LISTED)
        found = await cursor.fetchall()
    if not found and not desk.console.as_json:
        desk.console.tell("No organization yet: the first installation makes one.")
        return
    rows = [
        (
            each.subdomain,
            each.name,
            each.is_active,
            each.tier,
            each.people,
            each.seats if desk.console.as_json else _seats(each.seats),
            each.workspaces,
            each.last_use,
        )
        for each in found
    ]
    desk.console.table(COLUMNS, rows)


async def create(desk: Desk, asked: Namespace) -> None:
    name = _name(asked.name)
    async with desk.owner() as owner:
        made, subdomain = await _insert(owner, desk, name, asked.subdomain)
        terms = await _set_terms(owner, made, _asked_terms(asked))
        facts = {"name": name, "tier": terms.tier, "seats": terms.seats}
        await record(owner, desk, made, "organization.created", facts)
    desk.console.tell(
        f"Created {name} as “{subdomain}”. A workspace joins it with a code: "
        f"python -m bot link-code {subdomain}",
        subdomain=subdomain,
        **facts,
    )


async def change(desk: Desk, asked: Namespace) -> None:
    wanted = _asked_terms(asked)
    if not wanted:
        raise Refused("Say what to set: --seats or --tier, or both.")
    async with desk.owner() as owner:
        company = await find_company(owner, asked.subdomain)
        before = await _terms(owner, company.id)
        after = await _set_terms(owner, company.id, wanted)
        changed = {
            name: {"from": getattr(before, name), "to": getattr(after, name)} for name in wanted
        }
        await record(owner, desk, company.id, "organization.changed", changed)
    seats = _seats(after.seats)
    desk.console.tell(
        f"{company.name} has the tier {after.tier} and {seats} seats, {after.people} in use.",
        subdomain=company.subdomain,
        tier=after.tier,
        seats=after.seats,
        people=after.people,
    )
    if after.seats is not None and after.people > after.seats:
        desk.console.note("More are in use: nobody is removed, and nobody new gets in.")


async def deactivate(desk: Desk, asked: Namespace) -> None:
    await _switch(desk, asked.subdomain, is_active=False)


async def activate(desk: Desk, asked: Namespace) -> None:
    await _switch(desk, asked.subdomain, is_active=True)


async def _switch(desk: Desk, subdomain: str, *, is_active: bool) -> None:
    word = "active" if is_active else "not active"
    async with desk.owner() as owner:
        company = await find_company(owner, subdomain)
        if company.is_active != is_active:
            await owner.execute(
                "UPDATE organizations SET is_active = %s WHERE id = %s", [is_active, company.id]
            )
            action = "organization.activated" if is_active else "organization.deactivated"
            await record(owner, desk, company.id, action, {})
    again = " already" if company.is_active == is_active else " now"
    desk.console.tell(f"{company.name} is{again} {word}.", subdomain=subdomain, is_active=is_active)


async def _insert(owner: Owner, desk: Desk, name: str, asked: str | None) -> tuple[UUID, str]:
    """The new row under the asked subdomain, else under the first free one made of the name."""
    if asked is not None and subdomain_of(asked) != asked:
        raise Refused(f"“{asked}” is no subdomain: small letters, digits and single hyphens.")
    wanted = asked or subdomain_of(name)
    for attempt in count(1):
        subdomain = wanted if attempt == 1 else f"{wanted}-{attempt}"
        async with owner.cursor(row_factory=scalar_row) as cursor:
            await cursor.execute(
                "INSERT INTO organizations (name, subdomain, created_at) VALUES (%s, %s, %s)"
                " ON CONFLICT (subdomain) DO NOTHING RETURNING id",
                [name, subdomain, desk.clock.now()],
            )
            made: UUID | None = await cursor.fetchone()
        if made is not None:
            return made, subdomain
        if asked is not None:
            break
    raise Refused(f"The subdomain “{wanted}” is taken.")


async def _set_terms(owner: Owner, company: UUID, wanted: Mapping[str, object]) -> _Terms:
    if "tier" in wanted:
        await owner.execute(
            "UPDATE organizations SET subscription_tier = %s WHERE id = %s",
            [wanted["tier"], company],
        )
    if "seats" in wanted:
        await owner.execute(
            "UPDATE organizations SET max_users = %s WHERE id = %s", [wanted["seats"], company]
        )
    return await _terms(owner, company)


async def _terms(owner: Owner, company: UUID) -> _Terms:
    """As they are; nobody changes them before the transaction ends."""
    async with owner.cursor(row_factory=class_row(_Terms)) as cursor:
        await cursor.execute(
            "SELECT subscription_tier AS tier, max_users AS seats, (SELECT count(*) FROM users u"
            " WHERE u.organization_id = o.id AND u.is_active IS NOT FALSE) AS people"
            " FROM organizations o WHERE id = %s FOR NO KEY UPDATE",
            [company],
        )
        found = await cursor.fetchone()
    if found is None:
        raise Refused("The organization was deleted meanwhile.")
    return found


def _add_terms(parser: ArgumentParser) -> None:
    parser.add_argument("--seats", type=_seats_typed, help=f"how many people, or {UNLIMITED}")
    parser.add_argument("--tier", type=_tier_typed, help="its subscription, e.g. basic")


def _asked_terms(asked: Namespace) -> dict[str, object]:
    """Only what was given: unlimited seats are given too."""
    terms: dict[str, object] = {}
    if asked.tier is not None:
        terms["tier"] = asked.tier
    if asked.seats is not None:
        terms["seats"] = None if asked.seats == UNLIMITED else asked.seats
    return terms


def _seats_typed(words: str) -> int | str:
    if words == UNLIMITED:
        return words
    if not words.isdecimal() or int(words) >= 2**31:
        raise ArgumentTypeError(f"“{words}” is neither a number of people nor “{UNLIMITED}”")
    return int(words)


def _tier_typed(words: str) -> str:
    if not TIER.fullmatch(words):
        raise ArgumentTypeError("a tier is at most 50 small letters, digits, hyphens")
    return words


def _seats(seats: int | None) -> str:
    return UNLIMITED if seats is None else str(seats)


def _name(words: str) -> str:
    try:
        tidy = clean(words)
    except ValueError as error:
        raise Refused("The name is too long, or has characters nobody sees.") from error
    if not tidy:
        raise Refused("The name is empty.")
    return tidy
