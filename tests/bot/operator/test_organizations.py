import psycopg
import pytest

from services import people
from services.db import Database
from services.errors import NoSeatLeft
from tests.bot.operator.conftest import Operator
from tests.conftest import Urls
from tests.factories import START, Company, FixedClock, a_profile


def audited(urls: Urls) -> list[tuple[str, object]]:
    with psycopg.connect(urls.owner) as connection:
        return connection.execute("SELECT action, details FROM audit_log ORDER BY at").fetchall()


async def test_the_list_tells_who_is_hosted_and_how_they_use_it(
    at_desk: Operator, acme: Company
) -> None:
    with psycopg.connect(at_desk.urls.owner) as connection:
        connection.execute(
            "UPDATE workspaces SET parked_at = now(), parked_because = 'token_revoked'"
            " WHERE organization_id = %s",
            [acme.organization_id],
        )
        connection.execute(
            "UPDATE users SET last_login_at = %s WHERE id = %s", [START, acme.rep.user_id]
        )

    table = await at_desk.run("organizations", "list")
    listed = await at_desk.run("organizations", "list", "--json")

    head, first, second = table.out.splitlines()
    assert head.split()[:3] == ["Subdomain", "Name", "Active"]
    assert first.split()[:6] == ["acme", "Acme", "yes", "basic", "4", "10"]
    assert first.endswith("Acme (parked: token_revoked)  2026-11-18 10:00")
    assert second.startswith("globex-corp  Globex Corp  yes")
    assert listed.data[0] == {  # pyright: ignore[reportIndexIssue]  # JSON of a list
        "subdomain": "acme",
        "name": "Acme",
        "is_active": True,
        "tier": "basic",
        "people": 4,
        "seats": 10,
        "workspaces": ["Acme (parked: token_revoked)"],
        "last_use": START.isoformat(),
    }


async def test_a_created_company_waits_for_its_first_workspace(at_desk: Operator) -> None:
    said = await at_desk.run(
        *("organizations", "create", "  Initech  GmbH ", "--seats", "25", "--tier", "plus")
    )
    listed = await at_desk.run("organizations", "list")

    assert (said.code, said.err) == (0, "")
    assert "“initech-gmbh”" in said.out
    assert "initech-gmbh  Initech GmbH  yes     plus        0     25" in listed.out
    [(action, details)] = [each for each in audited(at_desk.urls) if "organization" in each[0]]
    assert action == "organization.created"
    assert details == {"name": "Initech GmbH", "tier": "plus", "seats": 25, "by": "operator"}


async def test_a_second_company_of_the_same_name_gets_a_subdomain_of_its_own(
    at_desk: Operator,
) -> None:
    said = await at_desk.run("organizations", "create", "Acme", "--json")

    assert said.data == {"subdomain": "acme-2", "name": "Acme", "tier": "basic", "seats": 10}


@pytest.mark.parametrize(
    ("subdomain", "words"), [("acme", "is taken"), ("Not One!", "is no subdomain")]
)
async def test_a_subdomain_that_cannot_be_is_refused(
    at_desk: Operator, subdomain: str, words: str
) -> None:
    said = await at_desk.run("organizations", "create", "Other", "--subdomain", subdomain)

    assert (said.code, said.out) == (1, "")
    assert words in said.err


async def test_seats_and_tier_change_by_the_operator_and_are_audited(
    at_desk: Operator, acme: Company
) -> None:
    fewer = await at_desk.run("organizations", "set", "acme", "--seats", "3", "--tier", "plus")
    more = await at_desk.run("organizations", "set", "acme", "--seats", "unlimited")

    assert "plus and 3 seats, 4 in use" in fewer.out
    assert "nobody new gets in" in fewer.err
    assert ("unlimited seats" in more.out, more.err) == (True, "")
    assert audited(at_desk.urls) == [
        (
            "organization.changed",
            {
                "tier": {"from": "basic", "to": "plus"},
                "seats": {"from": 10, "to": 3},
                "by": "operator",
            },
        ),
        ("organization.changed", {"seats": {"from": 3, "to": None}, "by": "operator"}),
    ]


async def test_the_seats_that_were_set_are_enforced(
    at_desk: Operator, db: Database, acme: Company
) -> None:
    await at_desk.run("organizations", "set", "acme", "--seats", "4")

    with pytest.raises(NoSeatLeft):
        async with db.transaction(acme.application) as tx:
            await people.welcome_person(tx, acme.workspace_id, a_profile())


@pytest.mark.parametrize("words", [("set", "acme"), ("set", "nobody", "--seats", "3")])
async def test_a_change_of_nothing_or_nobody_is_refused(
    at_desk: Operator, words: tuple[str, ...]
) -> None:
    said = await at_desk.run("organizations", *words)

    assert (said.code, said.out) == (1, "")
    assert said.err


@pytest.mark.parametrize("option", ["--seats=-1", "--seats=many", "--tier=Very Big"])
async def test_terms_that_cannot_be_are_refused_on_the_command_line(
    at_desk: Operator, option: str
) -> None:
    with pytest.raises(SystemExit) as refused:
        await at_desk.run("organizations", "set", "acme", option)

    assert refused.value.code == 2


async def test_a_deactivated_company_is_not_served_until_it_is_activated_again(
    at_desk: Operator, db: Database
) -> None:
    async def is_served() -> bool:
        async with db.directory() as directory:
            found = await directory.find_workspace(None, "T0ACME")
        return found is not None and found.is_active

    said = await at_desk.run("organizations", "deactivate", "acme")
    without = await is_served()
    await at_desk.run("organizations", "activate", "acme")

    assert said.out == "Acme is now not active.\n"
    assert (without, await is_served()) == (False, True)
    assert [action for action, _ in audited(at_desk.urls)] == [
        "organization.deactivated",
        "organization.activated",
    ]


async def test_every_replica_hears_that_a_company_was_deactivated(
    at_desk: Operator, acme: Company
) -> None:
    with psycopg.connect(at_desk.urls.application, autocommit=True) as replica:
        replica.execute("LISTEN company_changed")
        await at_desk.run("organizations", "deactivate", "acme")
        told = [each.payload for each in replica.notifies(timeout=2, stop_after=1)]

    assert told == [str(acme.organization_id)]


async def test_a_login_that_is_not_the_owners_is_told_so(at_desk: Operator) -> None:
    said = await at_desk.run(
        *("organizations", "set", "acme", "--seats", "3"),
        MIGRATION_DATABASE_URL=at_desk.urls.application,
        DATABASE_URL="",
    )

    assert said.code == 1
    assert "No organization" in said.err or "owner" in said.err


async def test_a_database_that_is_away_is_told_in_words(at_desk: Operator) -> None:
    said = await at_desk.run(
        "organizations", "list", MIGRATION_DATABASE_URL="postgresql://o:s3cret@127.0.0.1:1/none"
    )

    assert (said.code, said.out) == (1, "")
    assert "not reached" in said.err
    assert "s3cret" not in said.err


async def test_a_database_without_schema_says_what_to_do(
    empty_urls: Urls, clock: FixedClock
) -> None:
    said = await Operator(empty_urls, clock).run("organizations", "list")

    assert (said.code, "python -m bot migrate" in said.err) == (1, True)
