"""Walks the catalogue, so that it also holds for tables and functions that do not exist yet."""

from psycopg import Connection
from psycopg.rows import TupleRow

APPLICATION = "tandem_app"
APPEND_ONLY = {
    "opportunity_stage_history",
    "opportunity_changes",
    "audit_log",
    "schedule_runs",
    "commission_entries",
}
TABLES = """
SELECT c.oid, c.relname FROM pg_class c
WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p')
  AND c.relname <> 'alembic_version'
ORDER BY c.relname
"""

Owner = Connection[TupleRow]


def test_every_table_forces_row_level_security(as_owner: Owner) -> None:
    unforced = as_owner.execute(
        "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace"
        " AND relkind IN ('r', 'p') AND NOT (relrowsecurity AND relforcerowsecurity)"
    ).fetchall()

    assert tables(as_owner)
    assert unforced == [("alembic_version",)]


def test_every_table_has_the_policies_of_its_tenant_and_its_owner_and_few_others(
    as_owner: Owner,
) -> None:
    found = as_owner.execute(
        "SELECT c.relname, p.polname, ARRAY(SELECT rolname::text FROM pg_roles"
        " WHERE oid = ANY (p.polroles)) FROM pg_policy p JOIN pg_class c ON c.oid = p.polrelid"
    ).fetchall()

    policies: dict[str, dict[str, list[str]]] = {}
    for table, policy, roles in found:
        policies.setdefault(table, {})[policy] = roles
    for table in tables(as_owner):
        own = policies[table]
        assert own.pop(f"tenant_isolation_{table}") == ["authenticated"]
        assert own.pop(f"owner_{table}") == ["tandem_owner"]
        assert own.pop(f"definer_{table}", ["tandem_definer"]) == ["tandem_definer"]
        allowed = {"configurations": {"platform_defaults_configurations": ["authenticated"]}}
        assert own == allowed.get(table, {})


def test_a_tenants_policy_is_about_the_present_organization_alone(as_owner: Owner) -> None:
    found = as_owner.execute(
        "SELECT c.relname, pg_get_expr(polqual, polrelid), pg_get_expr(polwithcheck, polrelid),"
        " polcmd::text FROM pg_policy JOIN pg_class c ON c.oid = polrelid"
        " WHERE polname LIKE 'tenant_isolation_%'"
    ).fetchall()

    present = "(NULLIF(current_setting('app.current_organization_id'::text, true), ''::text))::uuid"
    for table, using, check, command in found:
        column = "id" if table == "organizations" else "organization_id"
        assert (using, check, command) == (f"({column} = {present})",) * 2 + ("*",)


def test_every_table_belongs_to_an_organization_and_goes_with_it(as_owner: Owner) -> None:
    owned = as_owner.execute(
        "SELECT c.conrelid::regclass::text FROM pg_constraint c JOIN pg_attribute a"
        " ON a.attrelid = c.conrelid AND c.conkey = ARRAY[a.attnum]"
        " WHERE c.contype = 'f' AND c.confrelid = 'organizations'::regclass"
        " AND c.confdeltype = 'c' AND a.attname = 'organization_id'"
    ).fetchall()

    expected = set(tables(as_owner)) - {"organizations"} | {"directory.link_codes"}
    assert {table for (table,) in owned} == expected


def test_only_platform_settings_may_belong_to_no_organization(as_owner: Owner) -> None:
    optional = as_owner.execute(
        "SELECT attrelid::regclass::text FROM pg_attribute JOIN pg_class c ON c.oid = attrelid"
        " WHERE attname = 'organization_id' AND NOT attnotnull AND c.relkind = 'r'"
        " AND c.relnamespace = 'public'::regnamespace"
    ).fetchall()

    assert optional == [("configurations",)]


def test_every_key_between_tenants_tables_carries_the_organization(as_owner: Owner) -> None:
    simple = as_owner.execute(
        "SELECT conname FROM pg_constraint c WHERE contype = 'f'"
        " AND connamespace = 'public'::regnamespace AND confrelid <> 'organizations'::regclass"
        " AND NOT (EXISTS (SELECT FROM pg_attribute WHERE attrelid = c.conrelid"
        "   AND attnum = c.conkey[1] AND attname = 'organization_id')"
        " AND EXISTS (SELECT FROM pg_attribute WHERE attrelid = c.confrelid"
        "   AND attnum = c.confkey[1] AND attname = 'organization_id'))"
    ).fetchall()

    assert simple == []


def test_every_unique_key_is_a_tenants_own_or_cannot_be_guessed(as_owner: Owner) -> None:
    shared = as_owner.execute(
        "SELECT x.indexrelid::regclass::text FROM pg_index x JOIN pg_class c ON c.oid = x.indrelid"
        " WHERE x.indisunique AND c.relnamespace = 'public'::regnamespace"
        " AND c.relname NOT IN ('alembic_version', 'organizations')"
        " AND NOT EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = c.oid"
        "   AND a.attnum = ANY (x.indkey) AND a.attname IN ('id', 'organization_id'))"
    ).fetchall()

    by_the_installing_function_alone = [("workspaces_enterprise_id_team_id_key",)]
    assert shared == by_the_installing_function_alone


def test_a_company_cannot_turn_its_workspace_into_another_team(as_owner: Owner) -> None:
    changed = updatable(as_owner, "workspaces")

    assert changed
    assert changed.isdisjoint({"id", "enterprise_id", "team_id"})


def test_the_application_owns_nothing_and_truncates_nothing(as_owner: Owner) -> None:
    owned = as_owner.execute(
        "SELECT relname FROM pg_class JOIN pg_roles r ON r.oid = relowner WHERE r.rolname = %s",
        [APPLICATION],
    ).fetchall()
    too_much = as_owner.execute(
        "SELECT c.oid::regclass::text FROM pg_class c WHERE c.relkind IN ('r', 'p') AND"
        " c.relnamespace IN ('public'::regnamespace, 'jobs'::regnamespace) AND"
        " (has_table_privilege(%(who)s, c.oid, 'TRUNCATE')"
        " OR has_table_privilege(%(who)s, c.oid, 'TRIGGER')"
        " OR has_table_privilege(%(who)s, c.oid, 'REFERENCES'))",
        {"who": APPLICATION},
    ).fetchall()

    assert owned == []
    assert too_much == []


def test_the_application_may_only_add_to_history(as_owner: Owner) -> None:
    rows = {table: privileges(as_owner, table) for table in tables(as_owner)}

    added_only = {table for table, held in rows.items() if held == {"SELECT", "INSERT"}}

    assert added_only == APPEND_ONLY
    by_merging_alone = {"commission_entries"}
    changeable = {table for table in APPEND_ONLY if "UPDATE" in columns(as_owner, table)}
    assert changeable == by_merging_alone
    assert updatable(as_owner, "commission_entries") == {"partner_id"}


def test_the_application_deletes_no_people_and_no_partners(as_owner: Owner) -> None:
    kept = {table for table in tables(as_owner) if "DELETE" not in privileges(as_owner, table)}

    assert {"users", "partners", "organizations", "workspaces", "outbox"} <= kept


def test_the_application_changes_only_name_and_settings_of_its_organization(
    as_owner: Owner,
) -> None:
    assert updatable(as_owner, "organizations") == {"name", "settings"}
    assert privileges(as_owner, "organizations") == {"SELECT"}


def test_the_application_creates_nothing_anywhere(as_owner: Owner) -> None:
    schemas = as_owner.execute(
        "SELECT nspname FROM pg_namespace WHERE has_schema_privilege(%s, oid, 'CREATE')",
        [APPLICATION],
    ).fetchall()

    assert schemas == []


def test_functions_with_rights_of_their_owner_look_up_names_in_fixed_places(
    as_owner: Owner,
) -> None:
    loose = as_owner.execute(
        "SELECT oid::regprocedure::text FROM pg_proc WHERE prosecdef AND NOT EXISTS ("
        " SELECT FROM unnest(proconfig) setting"
        " WHERE setting ~ '^search_path=[a-z_]+(, ?[a-z_]+)*, ?pg_temp$')"
    ).fetchall()

    assert loose == []


def test_functions_with_rights_of_their_owner_are_not_for_everybody(as_owner: Owner) -> None:
    open_to_all = as_owner.execute(
        "SELECT p.oid::regprocedure::text FROM pg_proc p,"
        " aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) a"
        " WHERE p.prosecdef AND a.grantee = 0"
    ).fetchall()

    assert open_to_all == []


def test_what_answers_before_a_company_is_known_can_read_no_token_and_no_text(
    as_owner: Owner,
) -> None:
    readable = as_owner.execute(
        "SELECT attname FROM pg_attribute WHERE attnum > 0 AND NOT attisdropped"
        " AND attrelid IN ('workspaces'::regclass, 'outbox'::regclass)"
        " AND has_column_privilege('tandem_definer', attrelid, attnum, 'SELECT')"
    ).fetchall()

    assert {name for (name,) in readable}.isdisjoint(
        {"sealed_bot_token", "sealed_refresh_token", "payload", "outcome"}
    )


def test_tables_that_know_no_company_yet_are_reached_by_functions_alone(as_owner: Owner) -> None:
    found = as_owner.execute(
        "SELECT c.relname, c.relrowsecurity AND c.relforcerowsecurity,"
        " ARRAY(SELECT polname::text FROM pg_policy WHERE polrelid = c.oid ORDER BY polname),"
        " has_any_column_privilege(%(who)s, c.oid, 'SELECT, INSERT, UPDATE')"
        " OR has_table_privilege(%(who)s, c.oid, 'DELETE')"
        " FROM pg_class c WHERE relkind = 'r' AND relnamespace = 'directory'::regnamespace",
        {"who": APPLICATION},
    ).fetchall()

    assert "oauth_states" in {name for name, *_ in found}
    for name, is_forced, policies, is_reached in found:
        assert (is_forced, is_reached) == (True, False), name
        assert policies == [f"definer_{name}", f"owner_{name}"]


def tables(as_owner: Owner) -> list[str]:
    return [name for _, name in as_owner.execute(TABLES).fetchall()]


def updatable(as_owner: Owner, table: str) -> set[str]:
    """The columns the application may change."""
    found = as_owner.execute(
        "SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass"
        " AND attnum > 0 AND has_column_privilege(%s, attrelid, attnum, 'UPDATE')",
        [table, APPLICATION],
    ).fetchall()
    return {name for (name,) in found}


def columns(as_owner: Owner, table: str) -> set[str]:
    """What the application may do with any column."""
    held = as_owner.execute(
        "SELECT p FROM unnest(ARRAY['SELECT', 'INSERT', 'UPDATE']) p"
        " WHERE has_any_column_privilege(%s, %s::regclass, p)",
        [APPLICATION, table],
    ).fetchall()
    return {name for (name,) in held}


def privileges(as_owner: Owner, table: str) -> set[str]:
    """What the application may do with whole rows."""
    every = ("SELECT", "INSERT", "UPDATE", "DELETE")
    held = as_owner.execute(
        "SELECT p FROM unnest(%s::text[]) p WHERE has_table_privilege(%s, %s::regclass, p)",
        [list(every), APPLICATION, table],
    ).fetchall()
    return {name for (name,) in held}
