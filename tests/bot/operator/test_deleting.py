import psycopg

from bot.operator.deleting import OWNED
from services import jobs
from services.db import connect
from services.organizations import linking
from tests.bot.operator.conftest import Operator
from tests.conftest import Urls
from tests.dump import dump_of
from tests.factories import Company, FixedClock, a_company
from tests.isolation.seeds import seeded


async def two_companies(urls: Urls, clock: FixedClock) -> tuple[Company, Company]:
    """Each with a row in every table, a number given and a job waiting."""
    db = connect(urls.application, clock, pool_size=1)
    acme, _ = await seeded(db, "Acme")
    umbrella, _ = await seeded(db, "Umbrella")
    for each in (acme, umbrella):
        async with db.transaction(each.application) as tx:
            jobs.enqueue(tx, jobs.EVALUATE_ALERT_RULES)
            await linking.issue_link_code(tx)
    await db.close()
    return acme, umbrella


def told_of(company: Company, urls: Urls) -> dict[str, list[str]]:
    """Every row that names the company, by table."""
    name = str(company.organization_id)
    found = {
        table: [row for row in rows if name in row] for table, rows in dump_of(urls.owner).items()
    }
    return {table: rows for table, rows in found.items() if rows}


async def test_a_company_goes_with_every_row_of_every_table_and_no_other_does(
    fresh_urls: Urls, clock: FixedClock
) -> None:
    acme, umbrella = await two_companies(fresh_urls, clock)
    before, others = told_of(acme, fresh_urls), told_of(umbrella, fresh_urls)

    said = await Operator(fresh_urls, clock).run("organizations", "delete", "acme", "--yes")

    with psycopg.connect(fresh_urls.owner) as connection:
        owned = {f"{schema}.{table}" for _, schema, table in connection.execute(OWNED)}
    wanted = {*owned, "public.organizations", "jobs.procrastinate_jobs", "sequences"}
    assert wanted - set(before) == set(), "seed a row of these"
    assert (said.code, said.err) == (0, "")
    assert told_of(acme, fresh_urls) == {}
    assert told_of(umbrella, fresh_urls) == others


async def test_who_could_not_be_deleted_is_said_to_be_switched_off(
    fresh_urls: Urls, clock: FixedClock
) -> None:
    db = connect(fresh_urls.application, clock, pool_size=1)
    acme = await a_company(db, "Acme", "T0ACME")
    await db.close()
    with psycopg.connect(fresh_urls.owner, autocommit=True) as owner:
        owner.execute("CREATE RULE kept AS ON DELETE TO users DO INSTEAD NOTHING")

    said = await Operator(fresh_urls, clock).run("organizations", "delete", "acme", "--yes")

    assert said.code == 1
    assert "organizations activate acme" in said.err
    assert "public.users" in told_of(acme, fresh_urls)


async def test_deleting_needs_the_subdomain_typed(at_desk: Operator, acme: Company) -> None:
    mistyped = await at_desk.run("organizations", "delete", "acme", typed="yes\n")
    nobody = await at_desk.run("organizations", "delete", "acme")
    kept = told_of(acme, at_desk.urls)
    typed = await at_desk.run("organizations", "delete", "acme", "--json", typed="acme\n")

    assert (mistyped.code, "Nothing was changed" in mistyped.err) == (1, True)
    assert (nobody.code, "--yes" in nobody.err) == (1, True)
    assert "public.users" in kept
    assert typed.code == 0
    assert told_of(acme, at_desk.urls) == {}
