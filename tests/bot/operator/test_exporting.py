import csv
import io
from pathlib import Path
from zipfile import ZipFile

import psycopg
import pytest

from services.db import connect
from tests.bot.operator.conftest import Operator
from tests.conftest import Urls
from tests.factories import Company, FixedClock
from tests.isolation.seeds import seeded


def files_of(path: Path) -> dict[str, str]:
    with ZipFile(path) as archive:
        return {name: archive.read(name).decode() for name in archive.namelist()}


def texts_in(folder: Path) -> dict[str, str]:
    return {each.name: each.read_text() for each in folder.iterdir()}


async def test_an_export_has_every_row_of_its_company_and_none_of_another(
    fresh_urls: Urls, clock: FixedClock, tmp_path: Path
) -> None:
    db = connect(fresh_urls.application, clock, pool_size=1)
    acme, _ = await seeded(db, "Acme")
    umbrella, theirs = await seeded(db, "Umbrella")
    await db.close()
    target = tmp_path / "acme.zip"

    said = await Operator(fresh_urls, clock).run("organizations", "export", "acme", str(target))

    files = files_of(target)
    everything = "".join(files.values())
    assert (said.code, said.err) == (0, "")
    assert str(acme.organization_id) in files["opportunities.csv"]
    assert all(text.count("\n") >= 2 for name, text in files.items() if name.endswith(".csv"))
    assert str(umbrella.organization_id) not in everything
    assert theirs.partner_name not in everything
    assert "sealed_bot_token" not in files["workspaces.csv"]
    assert "password_hash" not in files["users.csv"]
    assert "stale_days" in files["configuration.yml"]
    assert target.stat().st_mode & 0o077 == 0


async def test_what_a_spreadsheet_would_calculate_stays_text(
    at_desk: Operator, acme: Company, tmp_path: Path
) -> None:
    formula = '=HYPERLINK("http://evil.example")'
    with psycopg.connect(at_desk.urls.owner) as connection:
        connection.execute(
            "UPDATE users SET first_name = %s, last_name = '' WHERE id = %s",
            [formula, acme.rep.user_id],
        )

    await at_desk.run("organizations", "export", "acme", str(tmp_path / "acme.zip"))

    rows = csv.DictReader(io.StringIO(files_of(tmp_path / "acme.zip")["users.csv"]))
    (rep,) = [row for row in rows if row["id"] == str(acme.rep.user_id)]
    assert (rep["first_name"], rep["last_name"]) == (f"'{formula}", "")


@pytest.mark.parametrize(
    ("where", "words"), [("there.zip", "exists already"), ("no/such/folder.zip", "cannot be")]
)
async def test_an_export_overwrites_nothing_and_says_where_it_cannot_write(
    at_desk: Operator, tmp_path: Path, where: str, words: str
) -> None:
    (tmp_path / "there.zip").write_text("mine")

    said = await at_desk.run("organizations", "export", "acme", str(tmp_path / where))

    assert (said.code, words in said.err) == (1, True)
    assert texts_in(tmp_path) == {"there.zip": "mine"}
