"""One large company: three years of opportunities with their history, partners, people, rates."""

import psycopg

from bench.database import FIRST_TEAM, Filled

OPPORTUNITIES = 50_000
PARTNERS = 3_000
PEOPLE = 60
FIRST_NUMBER = 1_000
"""Of what is added here; before it are those of the company as it was."""


def furnish(filled: Filled) -> None:
    """Have the first company be that large."""
    given = {
        "team": FIRST_TEAM,
        "opportunities": OPPORTUNITIES,
        "partners": PARTNERS,
        "people": PEOPLE,
        "first": FIRST_NUMBER,
    }
    with psycopg.connect(filled.owner_url, autocommit=True) as connection:
        with connection.transaction():
            for statement in FURNISH:
                connection.execute(statement, given)
        connection.execute("VACUUM ANALYZE")


_COMPANY = b"(SELECT organization_id FROM workspaces WHERE team_id = %(team)s)"
_ITS = b"organization_id = " + _COMPANY + b" AND number >= %(first)s"

FURNISH = (
    b"""
    INSERT INTO users (organization_id, email, password_hash, first_name, last_name, role)
    SELECT """
    + _COMPANY
    + b""", 'rep' || n || '@large.example', '!', 'Rep' || n, 'Large', 'sales_rep'
    FROM generate_series(1, %(people)s::int) n
    """,
    b"""
    INSERT INTO partners (organization_id, name, domain, commission_structure, relationship_health)
    SELECT """
    + _COMPANY
    + b""", (ARRAY['Globex', 'Contoso', 'Fabrikam', 'Litware', 'Adatum', 'Tailspin'])[1 + n %% 6]
      || ' ' || (ARRAY['Cloud', 'Security', 'Data', 'Nordic', 'Iberia'])[1 + n %% 5] || ' ' || n,
      'cloud', '{}', n %% 101
    FROM generate_series(1, %(partners)s::int) n
    """,
    b"""
    INSERT INTO exchange_rates (organization_id, base_currency, currency, valid_from, rate)
    SELECT """
    + _COMPANY
    + b""", 'USD', code, current_date - 1100 + month * 30, rate + month / 1000.0
    FROM generate_series(0, 36) month,
      (VALUES ('EUR', 1.08), ('GBP', 1.27), ('JPY', 0.0067)) known (code, rate)
    """,
    b"""
    INSERT INTO opportunities (organization_id, partner_id, assigned_user_id, customer_name,
      deal_value, currency, stage, status, probability, expected_close_date, actual_close_date,
      number, created_at, stage_since)
    SELECT its.id, partner.ids[1 + n %% cardinality(partner.ids)],
      person.ids[1 + n %% cardinality(person.ids)],
      (ARRAY['Acme', 'Northwind', 'Initech', 'Umbrella Foods', 'Stark Tools', 'Wayne Freight',
        'Hooli', 'Vandelay', 'Tyrell Optics', 'Wonka', 'Soylent'])[1 + n %% 11] || ' '
        || (ARRAY['renewal', 'expansion', 'pilot', 'migration', 'support'])[1 + n %% 5] || ' ' || n,
      1000 + n * 7 %% 99991 + 0.37, (ARRAY['USD', 'USD', 'EUR', 'GBP', 'JPY'])[1 + n %% 5],
      CASE WHEN n %% 10 >= 7 THEN (ARRAY['prospecting', 'qualified', 'proposal', 'negotiation'])
        [1 + n %% 4] WHEN n %% 2 = 0 THEN 'won' ELSE 'lost' END,
      CASE WHEN n %% 10 >= 7 THEN 'open' WHEN n %% 2 = 0 THEN 'won' ELSE 'lost' END,
      CASE WHEN n %% 10 >= 7 THEN 10 + n %% 80 WHEN n %% 2 = 0 THEN 100 ELSE 0 END,
      current_date - 30 + n %% 400,
      CASE WHEN n %% 10 < 7 THEN current_date - n %% 1000 END,
      %(first)s + n, now() - make_interval(days => 90 + n %% 1000),
      now() - make_interval(days => n %% 1000)
    FROM (SELECT """
    + _COMPANY
    + b""" AS id) its
    CROSS JOIN LATERAL
      (SELECT array_agg(id) AS ids FROM users WHERE organization_id = its.id) person
    CROSS JOIN LATERAL
      (SELECT array_agg(id) AS ids FROM partners WHERE organization_id = its.id) partner
    CROSS JOIN generate_series(1, %(opportunities)s::int) n
    """,
    b"""
    INSERT INTO opportunity_stage_history (organization_id, opportunity_id, from_stage, to_stage,
      changed_by_user_id, changed_at)
    SELECT organization_id, id, (ARRAY[NULL, 'prospecting', 'qualified', 'proposal'])[step],
      (ARRAY['prospecting', 'qualified', 'proposal', stage])[step], assigned_user_id,
      created_at + (step - 1) * make_interval(days => 30)
    FROM opportunities CROSS JOIN generate_series(1, 4) step WHERE """
    + _ITS,
    # Eight of each in its ninety days, those that are open still in all the time since.
    b"""
    INSERT INTO opportunity_changes (organization_id, opportunity_id, field, from_value, to_value,
      changed_by_user_id, changed_at)
    SELECT organization_id, id,
      (ARRAY['deal_value', 'probability', 'expected_close_date', 'deal_value', 'probability',
        'assigned_user_id', 'deal_value', CASE status WHEN 'open' THEN 'probability'
        ELSE 'status' END])[step],
      (ARRAY['1000.00', '10', (expected_close_date - 30)::text, '1500.00', '25', NULL, '1700.00',
        CASE status WHEN 'open' THEN '50' ELSE 'open' END])[step],
      (ARRAY['1500.00', '25', expected_close_date::text, '1700.00', '50', assigned_user_id::text,
        deal_value::text, CASE status WHEN 'open' THEN probability::text ELSE status END])[step],
      assigned_user_id,
      created_at + step / 8.0 * CASE status WHEN 'open' THEN now() - created_at
        ELSE interval '90 days' END
    FROM opportunities CROSS JOIN generate_series(1, 8) step WHERE """
    + _ITS,
    b"""
    INSERT INTO partner_interactions (organization_id, partner_id, user_id, interaction_type,
      description, interaction_date)
    SELECT organization_id, partner_id, assigned_user_id, 'call', 'Talked about ' || number,
      now() - make_interval(days => number %% 700)
    FROM opportunities WHERE number %% 3 = 0 AND """
    + _ITS,
)
