import pytest

from bot.migrate import migrate
from tests.conftest import Urls
from tests.migrations.catalogue import Catalogue, read_catalogue

GIVEN_TABLES = {
    "organizations",
    "configurations",
    "users",
    "partners",
    "opportunities",
    "opportunity_stage_history",
    "partner_interactions",
    "weekly_status",
    "tasks",
    "quarterly_goals",
    "alerts",
}


@pytest.fixture
def migrated(empty_urls: Urls) -> Catalogue:
    migrate(empty_urls.owner)
    return read_catalogue(empty_urls.owner)


def test_the_migrations_make_every_given_part_of_the_schema(
    given: Catalogue, migrated: Catalogue
) -> None:
    assert given.tables == GIVEN_TABLES
    assert given.tables <= migrated.tables
    assert _columns(given) == _columns(given, seen_in=migrated)
    assert _indexes(given) == _indexes(given, seen_in=migrated)
    assert _deletes(given) == _deletes(given, seen_in=migrated)
    assert _keys(given) <= _keys(migrated)


def test_a_reference_that_empties_its_column_empties_no_other(migrated: Catalogue) -> None:
    emptied = {
        reference.columns[-1]: reference.emptied
        for reference in migrated.references.values()
        if reference.on_delete == "n"
    }

    assert emptied
    assert all(columns == [column] for column, columns in emptied.items())


def test_every_added_column_of_a_given_table_can_stay_unknown_to_who_inserts(
    given: Catalogue, migrated: Catalogue
) -> None:
    filled_by_trigger = {("opportunities", "number")}

    required = {
        place
        for place, column in migrated.columns.items()
        if column.table in GIVEN_TABLES
        and place not in given.columns
        and not column.is_nullable
        and column.default is None
    }

    assert required == filled_by_trigger


def _columns(of: Catalogue, seen_in: Catalogue | None = None) -> dict[object, object]:
    return {place: (seen_in or of).columns.get(place) for place in of.columns}


def _indexes(of: Catalogue, seen_in: Catalogue | None = None) -> dict[object, object]:
    return {name: (seen_in or of).indexes.get(name) for name in of.indexes}


def _deletes(of: Catalogue, seen_in: Catalogue | None = None) -> dict[object, str | None]:
    found = (seen_in or of).references
    return {place: found[place].on_delete if place in found else None for place in of.references}


def _keys(of: Catalogue) -> set[tuple[str, str, tuple[str, ...]]]:
    return {(each.table, each.kind, tuple(each.columns)) for each in of.keys}
