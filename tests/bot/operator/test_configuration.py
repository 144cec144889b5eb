from decimal import Decimal
from pathlib import Path

import psycopg
import pytest

from services import configuration
from services.configuration import rates
from services.configuration.catalogue import BASE_CURRENCY, STALE_DAYS
from services.db import Database
from services.opportunities import CreateOpportunity, create_opportunity
from services.partners import CreatePartner, create_partner
from tests.bot.operator.conftest import Operator
from tests.factories import START, Company


@pytest.fixture
async def exported(at_desk: Operator) -> str:
    said = await at_desk.run("config", "export", "acme")
    assert (said.code, said.err) == (0, "")
    return said.out


def saved(folder: Path, text: str) -> str:
    file = folder / "acme.yml"
    file.write_text(text)
    return str(file)


def by_operator(at_desk: Operator, company: Company) -> list[tuple[str, str]]:
    with psycopg.connect(at_desk.urls.owner) as connection:
        return connection.execute(
            "SELECT action, details->>'setting' FROM audit_log WHERE organization_id = %s"
            " AND details->>'by' = 'operator' AND action LIKE 'setting%%' ORDER BY 1, 2",
            [company.organization_id],
        ).fetchall()


async def stale_days(db: Database, company: Company) -> int | None:
    async with db.transaction(company.application) as tx:
        return await configuration.get(tx, STALE_DAYS)


async def a_deal(db: Database, company: Company, stage: str) -> None:
    async with db.transaction(company.rep) as tx:
        partner = await create_partner(tx, CreatePartner(name="Initech", domain="finops"))
        await create_opportunity(
            tx,
            CreateOpportunity(
                customer_name="Hooli",
                partner_id=partner.id,
                deal_value=48_000,  # pyright: ignore[reportArgumentType]  # read as an amount
                currency="EUR",
                stage=stage,
                expected_close_date=START.date().replace(month=12),
            ),
        )


async def test_what_was_exported_changes_nothing_when_it_comes_back(
    at_desk: Operator, exported: str, tmp_path: Path
) -> None:
    said = await at_desk.run("config", "import", "acme", saved(tmp_path, exported))

    assert (said.code, said.out, said.err) == (0, "Nothing would change.\n", "")


async def test_an_import_shows_the_difference_and_asks_before_it_applies(
    at_desk: Operator, db: Database, acme: Company, globex_corp: Company, tmp_path: Path
) -> None:
    file = saved(tmp_path, "version: 1\nalerts:\n  stale_days: 30\n")
    before = await stale_days(db, acme)
    dry = await at_desk.run("config", "import", "acme", file, "--dry-run", "--json")
    refused = await at_desk.run("config", "import", "acme", file, typed="no\n")
    untouched = await stale_days(db, acme)
    done = await at_desk.run("config", "import", "acme", file, typed="yes\n")

    assert "alerts.stale_days\n    -" in done.err
    assert "    +30" in done.err
    assert dry.data["changes"][0]["to"] == 30  # pyright: ignore[reportIndexIssue]  # JSON of an object
    assert (refused.code, "Nothing was changed" in refused.err) == (1, True)
    assert untouched == before
    assert (done.code, done.out) == (0, "Changed 1 setting.\n")
    assert (await stale_days(db, acme), await stale_days(db, globex_corp)) == (30, before)
    assert by_operator(at_desk, acme) == [("setting.changed", "alerts.stale_days")]


async def test_a_document_that_is_wrong_is_refused_with_its_line(
    at_desk: Operator, tmp_path: Path
) -> None:
    wrong = saved(tmp_path, "version: 1\nalerts:\n  stale_days: many\n  colour: red\n")

    said = await at_desk.run("config", "import", "acme", wrong, "--yes")

    assert (said.code, said.out) == (1, "")
    assert "Line 4: " in said.err


async def test_a_stage_in_use_goes_only_where_it_is_said_to(
    at_desk: Operator, db: Database, acme: Company, exported: str, tmp_path: Path
) -> None:
    await a_deal(db, acme, "qualified")
    stages = (
        "version: 1\npipeline:\n  stages:\n    stages:\n"
        "      - {key: talk, label: Talk, probability: 20}\n"
        "      - {key: won, label: Won, kind: won, probability: 100}\n"
        "      - {key: lost, label: Lost, kind: lost, probability: 0}\n"
    )
    file = saved(tmp_path, stages)

    refused = await at_desk.run("config", "import", "acme", file, "--yes")
    moved = await at_desk.run(
        *("config", "import", "acme", file, "--yes", "--move", "pipeline.stages:qualified=talk")
    )

    assert (refused.code, "--move pipeline.stages:qualified=OTHER" in refused.err) == (1, True)
    assert (moved.code, "is in use (opportunity: 1), to talk" in moved.err) == (
        0,
        True,
    ), moved.err
    with psycopg.connect(at_desk.urls.owner) as connection:
        assert connection.execute("SELECT stage FROM opportunities").fetchall() == [("talk",)]


async def test_a_platforms_default_is_for_companies_without_a_value_of_their_own(
    at_desk: Operator, db: Database, acme: Company, globex_corp: Company
) -> None:
    async with db.transaction(globex_corp.application) as tx:
        await configuration.write(tx, STALE_DAYS, 99)

    done = await at_desk.run("config", "platform", "set", "alerts.stale_days", "33")
    both = await stale_days(db, acme), await stale_days(db, globex_corp)
    listed = await at_desk.run("config", "platform", "list")
    back = await at_desk.run("config", "platform", "reset", "alerts.stale_days")

    assert (done.code, done.err) == (0, "")
    assert both == (33, 99)
    assert "alerts.stale_days  33     yes" in listed.out
    assert (back.code, await stale_days(db, acme)) == (0, STALE_DAYS.default)
    assert by_operator(at_desk, acme) == [("setting.changed", "alerts.stale_days")] * 2
    assert by_operator(at_desk, globex_corp) == []


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("alerts.stale_days", "0", "alerts.stale_days: This must be"),
        ("alerts.colour", "red", "There is no setting"),
        ("alerts.channel", "{workspace_id: a, channel_id: b}", "A channel is of one workspace"),
        (
            "revenue.base_currency",
            "XAF",
            "acme would have settings that do not go",
        ),
        ("pipeline.stages", "@nowhere.yml", "cannot be read"),
    ],
)
async def test_a_default_that_cannot_be_is_refused(
    at_desk: Operator, name: str, value: str, words: str
) -> None:
    said = await at_desk.run("config", "platform", "set", name, value)

    assert (said.code, said.out) == (1, "")
    assert words in said.err


async def test_a_default_that_would_take_a_stage_in_use_is_refused(
    at_desk: Operator, db: Database, acme: Company, tmp_path: Path
) -> None:
    await a_deal(db, acme, "qualified")
    stages = tmp_path / "stages.yml"
    stages.write_text(
        "stages:\n- {key: won, label: Won, kind: won, probability: 100}\n"
        "- {key: lost, label: Lost, kind: lost, probability: 0}\n"
        "- {key: talk, label: Talk, probability: 20}\n"
    )

    said = await at_desk.run("config", "platform", "set", "pipeline.stages", f"@{stages}")

    assert (said.code, "acme uses qualified" in said.err) == (1, True), said.err


async def test_a_default_that_a_company_to_come_could_not_have_is_refused(
    at_desk: Operator, db: Database, acme: Company, globex_corp: Company
) -> None:
    for company in (acme, globex_corp):
        async with db.transaction(company.application) as tx:
            await configuration.write(tx, BASE_CURRENCY, "EUR")

    said = await at_desk.run("config", "platform", "set", "revenue.base_currency", "XAF")

    assert (said.code, "a new organization would have" in said.err) == (1, True), said.err


async def test_a_default_that_would_win_what_is_open_is_refused(
    at_desk: Operator, db: Database, acme: Company, tmp_path: Path
) -> None:
    await a_deal(db, acme, "qualified")
    stages = tmp_path / "stages.yml"
    stages.write_text(
        "stages:\n- {key: prospecting, label: Talk, probability: 20}\n"
        "- {key: qualified, label: Won, kind: won, probability: 100}\n"
        "- {key: lost, label: Lost, kind: lost, probability: 0}\n"
    )

    said = await at_desk.run("config", "platform", "set", "pipeline.stages", f"@{stages}")

    assert (said.code, "acme uses qualified" in said.err) == (1, True), said.err


async def test_rates_follow_a_default_of_the_base_currency(
    at_desk: Operator, db: Database, acme: Company
) -> None:
    async with db.transaction(acme.admin) as tx:
        new = rates.SetRate(currency="EUR", valid_from=START.date(), rate=Decimal("1.25"))
        await rates.set_rate(tx, new)

    done = await at_desk.run("config", "platform", "set", "revenue.base_currency", "EUR")

    async with db.transaction(acme.application) as tx:
        dollar = await rates.rate_on(tx, "USD", START.date())
    assert (done.code, dollar) == (0, Decimal("0.8")), done.err


async def test_the_list_of_all_defaults_names_every_setting(at_desk: Operator) -> None:
    said = await at_desk.run("config", "platform", "list", "--all", "--json")

    rows = {row["setting"]: row for row in said.data}  # pyright: ignore[reportGeneralTypeIssues]  # JSON of a list
    assert rows[BASE_CURRENCY.name]["value"] == BASE_CURRENCY.default
    assert not any(row["is_set"] for row in rows.values())
