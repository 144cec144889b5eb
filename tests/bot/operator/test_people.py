import psycopg

from tests.bot.operator.conftest import Operator
from tests.factories import Company


async def test_an_operator_gives_a_company_without_an_admin_to_one_of_its_people(
    at_desk: Operator, acme: Company
) -> None:
    with psycopg.connect(at_desk.urls.owner) as connection:
        connection.execute("UPDATE users SET is_active = false WHERE role = 'admin'")
        (email,) = connection.execute(
            "SELECT email FROM users WHERE id = %s", [acme.rep.user_id]
        ).fetchall()[0]

    said = await at_desk.run("admin", "grant", "acme", f" {email.upper()}", "--json")

    with psycopg.connect(at_desk.urls.owner) as connection:
        admins = connection.execute(
            "SELECT organization_id, id FROM users WHERE role = 'admin' AND is_active"
        ).fetchall()
        entries = connection.execute(
            "SELECT user_id, details->>'by' FROM audit_log WHERE organization_id = %s",
            [acme.organization_id],
        ).fetchall()
    assert said.data == {"subdomain": "acme", "email": email, "role": "admin"}
    assert admins == [(acme.organization_id, acme.rep.user_id)]
    assert entries == [(None, "operator")]


async def test_nobody_of_another_company_is_made_an_admin(
    at_desk: Operator, globex_corp: Company
) -> None:
    email = f"ron@{globex_corp.organization_id.hex[:8]}.example"

    said = await at_desk.run("admin", "grant", "acme", email)

    assert (said.code, said.out) == (1, "")
    assert "Nobody of this organization" in said.err


async def test_bringing_back_somebody_inactive_needs_a_seat(
    at_desk: Operator, acme: Company
) -> None:
    await at_desk.run("organizations", "set", "acme", "--seats", "3")
    with psycopg.connect(at_desk.urls.owner) as connection:
        connection.execute("UPDATE users SET is_active = false WHERE id = %s", [acme.rep.user_id])

    said = await at_desk.run(
        "admin", "grant", "acme", f"ron@{acme.organization_id.hex[:8]}.example"
    )

    assert (said.code, "All 3 seats are in use" in said.err) == (1, True)


async def test_a_link_code_is_shown_once_and_kept_as_a_hash(
    at_desk: Operator, acme: Company
) -> None:
    said = await at_desk.run("link-code", "acme")

    code = said.out.strip()
    with psycopg.connect(at_desk.urls.owner) as connection:
        kept = connection.execute(
            "SELECT organization_id, to_jsonb(c)::text FROM directory.link_codes c"
        ).fetchall()
    assert len(code.replace("-", "")) >= 20
    assert [company for company, _ in kept] == [acme.organization_id]
    assert code not in kept[0][1]
