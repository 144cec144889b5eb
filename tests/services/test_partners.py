import asyncio
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import product
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError
from sqlalchemy import func, insert, select

from services import configuration
from services.commission import STRUCTURE
from services.configuration import catalogue
from services.configuration.catalogue import Choice
from services.db import Database
from services.errors import (
    Ambiguous,
    InvalidInput,
    LikelyDuplicates,
    NotAllowed,
    NotFound,
    Problem,
)
from services.outbox import POST, UPDATE, Delivery, Place, begin
from services.partners import (
    CARD,
    NOT_SHARED,
    CreatePartner,
    ListPartners,
    Partner,
    create_partner,
    find_partner,
    last_contacts,
    list_partners,
    overview,
    partner,
    read_list,
    share_partner,
    suggest,
)
from services.partners.names import are_alike, normalised, search, skeleton
from services.partners.websites import host_of, website
from services.sharing import tell_refused
from services.tables import AuditEntry, MessageCopy, Opportunity, Outbox
from services.tables import Partner as PartnerRow
from services.values import Actor
from tests.factories import Company, a_person


async def a_partner(
    db: Database, company: Company, name: str, domain: str = "finops", **more: str
) -> Partner:
    async with db.transaction(company.rep) as tx:
        return await create_partner(tx, CreatePartner(name=name, domain=domain, **more))  # pyright: ignore[reportArgumentType]  # texts, checked by the model


async def count(db: Database, company: Company) -> int:
    async with db.transaction(company.rep) as tx:
        return await tx.session.scalar(select(func.count()).select_from(PartnerRow)) or 0


def problems_of(**fields: object) -> dict[str, str]:
    with pytest.raises(ValidationError) as refused:
        CreatePartner.model_validate({"name": "Globex", "domain": "finops"} | fields)
    return {str(each["loc"][0]): each["type"] for each in refused.value.errors()}


async def test_a_partner_keeps_what_was_given(db: Database, acme: Company) -> None:
    made = await a_partner(
        db,
        acme,
        "Globex",
        website="Globex.com/About",
        contact_name="Hank Scorpio",
        contact_email="Hank@GLOBEX.com",
    )

    async with db.transaction(acme.other_rep) as tx:
        found = await partner(tx, made.id)

    assert found == made
    assert found.website == "https://globex.com/About"
    assert (found.contact_name, found.contact_email) == ("Hank Scorpio", "Hank@globex.com")
    assert (found.health, found.status, found.domain_label) == (50, "active", "FinOps")


async def test_a_partner_starts_with_the_configured_commission(db: Database, acme: Company) -> None:
    rate: dict[str, object] = {"type": "flat", "amount": "500.00", "currency": "EUR"}
    async with db.transaction(acme.admin) as tx:
        await configuration.write(tx, catalogue.COMMISSION, STRUCTURE.validate_python(rate))

    made = await a_partner(db, acme, "Globex")

    async with db.transaction(acme.rep) as tx:
        row = await tx.session.get_one(PartnerRow, made.id)
    assert row.commission_structure == rate


async def test_a_new_partner_is_in_the_audit(db: Database, acme: Company) -> None:
    made = await a_partner(db, acme, "Globex")

    async with db.transaction(acme.admin) as tx:
        entry = (await tx.session.scalars(select(AuditEntry))).one()

    assert (entry.action, entry.entity_id, entry.user_id) == (
        "partner.created",
        made.id,
        acme.rep.user_id,
    )


async def test_creating_needs_its_permission(db: Database, acme: Company) -> None:
    nobody = Actor(acme.organization_id, acme.rep.user_id, "Ron", permissions=frozenset())

    with pytest.raises(NotAllowed):
        async with db.transaction(nobody) as tx:
            await create_partner(tx, CreatePartner(name="Globex", domain="finops"))

    assert await count(db, acme) == 0


async def test_a_domain_that_is_not_configured_is_refused(db: Database, acme: Company) -> None:
    with pytest.raises(InvalidInput) as refused:
        await a_partner(db, acme, "Globex", domain="astrology")

    assert refused.value.problems["domain"].problem is Problem.UNKNOWN_CHOICE
    assert await count(db, acme) == 0


async def test_a_domain_that_was_taken_away_is_shown_by_its_key(
    db: Database, acme: Company
) -> None:
    made = await a_partner(db, acme, "Globex", domain="data")
    async with db.transaction(acme.admin) as tx:
        await configuration.write(
            tx, catalogue.PARTNER_DOMAINS, (Choice(key="security", label="Security"),)
        )

    async with db.transaction(acme.rep) as tx:
        found = await partner(tx, made.id)

    assert found.domain_label == "data"


@pytest.mark.parametrize("again", ["Globex", "  globex ", "GLOBEX", "Ｇｌｏｂｅｘ"])  # noqa: RUF001  # full width is the point
async def test_the_same_name_in_the_same_domain_is_refused(
    db: Database, acme: Company, again: str
) -> None:
    await a_partner(db, acme, "Globex")

    with pytest.raises(InvalidInput) as refused:
        await a_partner(db, acme, again)

    problem = refused.value.problems["name"]
    assert problem.problem is Problem.ALREADY_EXISTS
    assert problem.facts == {"name": "Globex", "status": "active"}
    assert await count(db, acme) == 1


@pytest.mark.parametrize(
    "again", ["Globex, Inc.", "GLOBEX GmbH", "Glob\u0435x", "Glöbex", "Globexx", "Glo bex"]
)
async def test_a_look_alike_is_warned_of(db: Database, acme: Company, again: str) -> None:
    first = await a_partner(db, acme, "Globex")

    with pytest.raises(LikelyDuplicates) as warned:
        await a_partner(db, acme, again)

    assert warned.value.found == {first.id: "Globex (FinOps)"}
    assert await count(db, acme) == 1


async def test_the_same_name_in_another_domain_is_warned_of(db: Database, acme: Company) -> None:
    await a_partner(db, acme, "Globex")

    with pytest.raises(LikelyDuplicates):
        await a_partner(db, acme, "Globex", domain="security")


async def test_the_same_website_is_warned_of(db: Database, acme: Company) -> None:
    await a_partner(db, acme, "Globex", website="https://www.globex.com/en")

    with pytest.raises(LikelyDuplicates):
        await a_partner(db, acme, "Scorpio Holding", website="http://GLOBEX.com")


async def test_a_look_alike_that_was_seen_is_saved(db: Database, acme: Company) -> None:
    first = await a_partner(db, acme, "Globex")
    again = CreatePartner(name="Globex GmbH", domain="finops", seen=frozenset({first.id}))

    async with db.transaction(acme.rep) as tx:
        made = await create_partner(tx, again)

    assert made.id != first.id
    assert await count(db, acme) == 2


async def test_a_look_alike_that_came_meanwhile_is_warned_of(db: Database, acme: Company) -> None:
    first = await a_partner(db, acme, "Globex")
    second = await a_partner(db, acme, "Globex AG", seen=[first.id])  # pyright: ignore[reportArgumentType]  # read as a set
    again = CreatePartner(name="Globex GmbH", domain="finops", seen=frozenset({first.id}))

    with pytest.raises(LikelyDuplicates) as warned:
        async with db.transaction(acme.rep) as tx:
            await create_partner(tx, again)

    assert set(warned.value.found) == {second.id}


async def test_two_people_adding_one_partner_at_once_make_one(db: Database, acme: Company) -> None:
    tries = await asyncio.gather(
        *(a_partner(db, acme, "Globex") for _ in range(4)), return_exceptions=True
    )

    assert sum(isinstance(each, Partner) for each in tries) == 1
    assert sum(isinstance(each, InvalidInput) for each in tries) == 3
    assert await count(db, acme) == 1


async def test_another_company_s_partner_is_no_duplicate(
    db: Database, acme: Company, globex_corp: Company
) -> None:
    await a_partner(db, acme, "Initech", website="initech.com")

    made = await a_partner(db, globex_corp, "Initech", website="initech.com")

    assert made.name == "Initech"


async def test_a_partner_of_another_company_is_not_found(
    db: Database, acme: Company, globex_corp: Company
) -> None:
    foreign = await a_partner(db, globex_corp, "Initech")

    for missing, look_up in product((foreign.id, uuid4()), (partner, overview)):
        async with db.transaction(acme.rep) as tx:
            with pytest.raises(NotFound) as not_found:
                await look_up(tx, missing)
        assert (not_found.value.kind, not_found.value.reference) == ("partner", str(missing))


async def test_another_company_s_partners_are_not_listed_suggested_or_counted(
    db: Database, acme: Company, globex_corp: Company
) -> None:
    foreign = await a_partner(db, globex_corp, "Initech")

    async with db.transaction(acme.rep) as tx:
        page = await list_partners(tx, ListPartners())
        suggested = await suggest(tx, "Initech")
        contacts = await last_contacts(tx, [foreign.id])
        with pytest.raises(NotFound):
            await find_partner(tx, "Initech")

    assert (page.rows, page.total_count, suggested, contacts) == ((), 0, [], {})


@pytest.mark.parametrize(
    "words", ["globex", "GLOBEX", "Globex Inc", "glob", "globx e", "Gl\u043ebex"]
)
async def test_a_partner_is_found_by_what_people_type(
    db: Database, acme: Company, words: str
) -> None:
    globex = await a_partner(db, acme, "Globex, Inc.")
    await a_partner(db, acme, "Initech")

    async with db.transaction(acme.rep) as tx:
        found = await find_partner(tx, words)

    assert found == globex


async def test_the_exact_name_wins_over_longer_ones(db: Database, acme: Company) -> None:
    globex = await a_partner(db, acme, "Globex")
    await a_partner(db, acme, "Globex Consulting")

    async with db.transaction(acme.rep) as tx:
        found = await find_partner(tx, "globex")

    assert found == globex


async def test_words_that_fit_several_partners_are_ambiguous(db: Database, acme: Company) -> None:
    await a_partner(db, acme, "Globex North")
    await a_partner(db, acme, "Globex South", domain="security")

    async with db.transaction(acme.rep) as tx:
        with pytest.raises(Ambiguous) as ambiguous:
            await find_partner(tx, "globex")

    assert ambiguous.value.candidates == ("Globex North (FinOps)", "Globex South (Security)")


async def test_a_candidate_as_shown_names_one_of_two_with_the_same_name(
    db: Database, acme: Company
) -> None:
    first = await a_partner(db, acme, "Globex")
    second = await a_partner(db, acme, "Globex", domain="security", seen=[first.id])  # pyright: ignore[reportArgumentType]  # read as a set

    async with db.transaction(acme.rep) as tx:
        found = await find_partner(tx, "globex (security)")

    assert found == second


@pytest.mark.parametrize("words", ["", "   ", "zzz", "\x00", "%", "_"])
async def test_words_that_fit_nobody_find_nothing(db: Database, acme: Company, words: str) -> None:
    await a_partner(db, acme, "Globex")

    async with db.transaction(acme.rep) as tx:
        with pytest.raises(NotFound):
            await find_partner(tx, words)


async def test_suggestions_come_best_first(db: Database, acme: Company) -> None:
    for name in ("Beta Cloud", "The Cloud House", "Cloud", "Cloudworks", "Initech"):
        await a_partner(db, acme, name)

    async with db.transaction(acme.rep) as tx:
        found = await suggest(tx, "cloud")

    assert [each.name for each in found] == [
        "Cloud",
        "Cloudworks",
        "Beta Cloud",
        "The Cloud House",
    ]


async def test_without_words_all_are_suggested_by_name(db: Database, acme: Company) -> None:
    for name in ("beta", "Alpha", "Gamma"):
        await a_partner(db, acme, name)

    async with db.transaction(acme.rep) as tx:
        found = await suggest(tx, " ", limit=2)

    assert [each.name for each in found] == ["Alpha", "beta"]


async def test_an_inactive_partner_is_not_suggested(db: Database, acme: Company) -> None:
    made = await a_partner(db, acme, "Globex")
    async with db.transaction(acme.admin) as tx:
        (await tx.session.get_one(PartnerRow, made.id)).status = "inactive"

    async with db.transaction(acme.rep) as tx:
        found = await suggest(tx, "globex")

    assert found == []


async def test_a_typo_finds_its_partners_among_three_thousand(db: Database, acme: Company) -> None:
    names = [f"{a} {b} {c}" for a, b, c in product(FIRST, SECOND, THIRD)]
    async with db.transaction(acme.application) as tx:
        await tx.session.execute(
            insert(PartnerRow),
            [
                {
                    "organization_id": acme.organization_id,
                    "name": name,
                    "domain": "data",
                    "commission_structure": {},
                }
                for name in names
            ],
        )

    async with db.transaction(acme.rep) as tx:
        found = await suggest(tx, "norhtern")

    assert len(names) == 3000
    assert len(found) == 100
    assert all("Northern" in each.name for each in found)


async def test_a_list_comes_by_name_ten_at_a_time(db: Database, acme: Company) -> None:
    for number in range(1, 13):
        await a_partner(db, acme, f"Partner {number:02}")

    async with db.transaction(acme.rep) as tx:
        second = await list_partners(tx, ListPartners(page=2))

    assert [each.name for each in second.rows] == ["Partner 11", "Partner 12"]
    assert (second.total_count, second.page, second.pages) == (12, 2, 2)


async def test_a_page_beyond_the_last_is_the_last(db: Database, acme: Company) -> None:
    await a_partner(db, acme, "Globex")

    async with db.transaction(acme.rep) as tx:
        page = await list_partners(tx, ListPartners(page=9))

    assert (page.page, page.pages, len(page.rows)) == (1, 1, 1)


async def test_a_list_of_a_domain_has_only_that_domain(db: Database, acme: Company) -> None:
    await a_partner(db, acme, "Globex", domain="finops")
    await a_partner(db, acme, "Initech", domain="security")

    async with db.transaction(acme.rep) as tx:
        wanted = await read_list(tx, "Security")
        page = await list_partners(tx, wanted)

    assert [each.name for each in page.rows] == ["Initech"]


async def test_other_words_list_the_partners_they_may_mean(db: Database, acme: Company) -> None:
    await a_partner(db, acme, "Globex")
    await a_partner(db, acme, "Initech")

    async with db.transaction(acme.rep) as tx:
        wanted = await read_list(tx, "init")
        page = await list_partners(tx, wanted)

    assert [each.name for each in page.rows] == ["Initech"]


async def test_an_overview_sums_the_open_opportunities_by_currency(
    db: Database, acme: Company
) -> None:
    made = await a_partner(db, acme, "Globex")
    async with db.transaction(acme.rep) as tx:
        for value, currency, status in (
            ("100.10", "EUR", "open"),
            ("200.20", "EUR", "open"),
            ("50", "USD", "open"),
            ("999", "USD", "won"),
        ):
            tx.session.add(an_opportunity(acme, made.id, Decimal(value), currency, status, tx.now))

    async with db.transaction(acme.rep) as tx:
        seen = await overview(tx, made.id)

    assert seen.deals is not None
    assert seen.deals.count == 3
    assert seen.deals.totals == (("EUR", Decimal("300.30")), ("USD", Decimal("50.00")))


async def test_who_may_not_see_opportunities_gets_no_figures(db: Database, acme: Company) -> None:
    made = await a_partner(db, acme, "Globex")
    viewer = Actor(
        acme.organization_id, acme.rep.user_id, "Ron", permissions=frozenset({"partners.view"})
    )

    async with db.transaction(viewer) as tx:
        seen = await overview(tx, made.id)

    assert seen.deals is None


async def test_looking_needs_its_permission(db: Database, acme: Company) -> None:
    nobody = Actor(acme.organization_id, acme.rep.user_id, "Ron", permissions=frozenset())

    async with db.transaction(nobody) as tx:
        for look_up in (
            partner(tx, uuid4()),
            overview(tx, uuid4()),
            find_partner(tx, "Globex"),
            suggest(tx, "Globex"),
            list_partners(tx, ListPartners()),
            last_contacts(tx, [uuid4()]),
        ):
            with pytest.raises(NotAllowed):
                await look_up


async def test_a_colleague_s_partner_is_seen_at_once(db: Database, acme: Company) -> None:
    colleague = await a_person(db, acme.organization_id, acme.workspace_id, "New Colleague")
    made = await a_partner(db, acme, "Globex")

    async with db.transaction(colleague) as tx:
        found = await find_partner(tx, "Globex")

    assert found == made


@pytest.mark.parametrize(
    "name", ["مجموعة جلوبكس", "גלובקס", "🚀🚀", "<!channel> & Söhne", "!!!", "日本電気株式会社"]
)
async def test_names_of_any_script_are_kept_and_found(
    db: Database, acme: Company, name: str
) -> None:
    made = await a_partner(db, acme, name)

    async with db.transaction(acme.rep) as tx:
        found = await find_partner(tx, name)

    assert (found.id, found.name) == (made.id, name)


async def test_a_shared_card_is_posted_once_and_kept_current(db: Database, acme: Company) -> None:
    made = await a_partner(db, acme, "Globex")

    async with db.transaction(acme.manager) as tx:
        await share_partner(tx, made.id, Place(acme.workspace_id, "C0DEALS"))

    async with db.transaction(acme.application) as tx:
        row = (await tx.session.scalars(select(Outbox))).one()
        copy = (await tx.session.scalars(select(MessageCopy))).one()
    assert (row.kind, row.lane, row.method, row.copy_id) == (CARD, "C0DEALS", POST, copy.id)
    assert row.payload == {"v": 1, "id": str(made.id), "shared_by": acme.manager.slack_user_id}
    assert (copy.entity_type, copy.entity_id) == (CARD, made.id)


async def test_sharing_needs_the_right_to_share_everybody_s_opportunities(
    db: Database, acme: Company
) -> None:
    made = await a_partner(db, acme, "Globex")

    async with db.transaction(acme.rep) as tx:
        with pytest.raises(NotAllowed):
            await share_partner(tx, made.id, Place(acme.workspace_id, "C0DEALS"))


async def test_another_company_s_partner_cannot_be_shared(
    db: Database, acme: Company, globex_corp: Company
) -> None:
    foreign = await a_partner(db, globex_corp, "Initech")

    async with db.transaction(acme.manager) as tx:
        with pytest.raises(NotFound):
            await share_partner(tx, foreign.id, Place(acme.workspace_id, "C0DEALS"))


async def test_who_shared_a_card_is_told_when_it_was_refused(db: Database, acme: Company) -> None:
    made = await a_partner(db, acme, "Globex")
    async with db.transaction(acme.manager) as tx:
        await share_partner(tx, made.id, Place(acme.workspace_id, "C0SECRET"))

    async with db.transaction(acme.application) as tx:
        await tell_refused(tx, await claimed(db, acme), NOT_SHARED, "not_in_channel")

    async with db.transaction(acme.application) as tx:
        told = (await tx.session.scalars(select(Outbox).where(Outbox.kind == NOT_SHARED))).one()
    assert told.lane == acme.manager.slack_user_id
    assert told.payload == {
        "v": 1,
        "id": str(made.id),
        "channel_id": "C0SECRET",
        "reason": "not_in_channel",
    }


async def test_a_refused_update_tells_nobody(db: Database, acme: Company) -> None:
    made = await a_partner(db, acme, "Globex")
    async with db.transaction(acme.manager) as tx:
        await share_partner(tx, made.id, Place(acme.workspace_id, "C0DEALS"))
    delivery = replace(await claimed(db, acme), method=UPDATE)

    async with db.transaction(acme.application) as tx:
        await tell_refused(tx, delivery, NOT_SHARED, "message_not_found")

    async with db.transaction(acme.application) as tx:
        kinds = set(await tx.session.scalars(select(Outbox.kind)))
    assert kinds == {CARD}


@pytest.mark.parametrize(
    ("field", "value", "problem"),
    [
        ("name", "", Problem.REQUIRED),
        ("name", "\u200b", Problem.REQUIRED),
        ("name", "Glo\x00bex", Problem.CONTROL_CHARACTERS),
        ("name", "x" * 256, Problem.TOO_LONG),
        ("name", "x" * 1_000_000, Problem.TOO_LONG),
        ("contact_name", "Hank\x07", Problem.CONTROL_CHARACTERS),
        ("contact_email", "hank", Problem.NOT_AN_EMAIL),
        ("contact_email", "hank@globex", Problem.NOT_AN_EMAIL),
        ("contact_email", "Hank <hank@globex.com>", Problem.NOT_AN_EMAIL),
        ("contact_email", f"{'x' * 300}@globex.com", Problem.TOO_LONG),
        ("website", "globex", Problem.NOT_A_WEBSITE),
        ("website", "javascript:alert(1)", Problem.NOT_A_WEBSITE),
        ("website", "ftp://globex.com", Problem.NOT_A_WEBSITE),
        ("website", "https://ana:secret@globex.com", Problem.NOT_A_WEBSITE),
        ("website", "https://globex.com:port", Problem.NOT_A_WEBSITE),
        ("website", "https://127.0.0.1", Problem.NOT_A_WEBSITE),
        ("website", "https://glo bex.com", Problem.NOT_A_WEBSITE),
        ("website", "https://[::1", Problem.NOT_A_WEBSITE),
        ("website", "https://globex..com", Problem.NOT_A_WEBSITE),
        ("website", f"https://globex.com/{'x' * 500}", Problem.TOO_LONG),
        ("website", f"https://globex.com/{'ü' * 200}", Problem.TOO_LONG),
    ],
)
def test_bad_input_is_refused_at_its_field(field: str, value: str, problem: Problem) -> None:
    assert problems_of(**{field: value}) == {field: problem}


@pytest.mark.parametrize("field", ["website", "contact_name", "contact_email"])
def test_blanks_are_nothing_given(field: str) -> None:
    new = CreatePartner.model_validate({"name": "Globex", "domain": "finops", field: "  "})

    assert getattr(new, field) is None


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("globex.com", "https://globex.com"),
        ("HTTP://WWW.Globex.COM/A", "http://www.globex.com/A"),
        ("globex.com:8080/x?y=1&z=2#part", "https://globex.com:8080/x?y=1&z=2#part"),
        ("bücher.de", "https://xn--bcher-kva.de"),
        ("globex.com/a b|c>d", "https://globex.com/a%20b%7Cc%3Ed"),
        ("globex.com/caf%C3%A9", "https://globex.com/caf%C3%A9"),
    ],
)
def test_a_website_is_kept_as_an_address_that_opens(typed: str, kept: str) -> None:
    assert website(typed) == kept


@pytest.mark.parametrize(
    ("address", "host"),
    [
        ("https://www.globex.com/en", "globex.com"),
        ("http://globex.com:8080", "globex.com"),
        (None, None),
    ],
)
def test_a_site_is_told_by_its_host(address: str | None, host: str | None) -> None:
    assert host_of(address) == host


@pytest.mark.parametrize(
    ("name", "normal"),
    [
        ("Globex, Inc.", "globex"),
        ("GLOBEX S.p.A.", "globex"),
        ("Müller GmbH & Co. KG", "müller"),
        ("Novo Nordisk A/S", "novo nordisk"),
        ("Cemex S.A. de C.V.", "cemex"),
        ("Allegro Sp. z o.o.", "allegro"),
        ("O'Reilly Ltd", "oreilly"),
        ("SA", "sa"),
        ("Team Z", "team z"),
    ],
)
def test_a_normalised_name_has_no_case_punctuation_or_legal_form(name: str, normal: str) -> None:
    assert normalised(name) == normal


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Unit 7", "Unit 8"),
        ("Partner 0001", "Partner 0002"),
        ("Arca", "Orca"),
        ("Initech", "Inatel"),
    ],
)
def test_different_companies_are_not_alike(one: str, other: str) -> None:
    assert not are_alike(skeleton(one), skeleton(other))


@given(st.text(max_size=60), st.dictionaries(st.integers(), st.text(max_size=60), max_size=5))
def test_a_search_never_fails_and_finds_each_at_most_once(
    query: str, names: dict[int, str]
) -> None:
    found = search(query, names)

    assert len(set(found)) == len(found)
    assert set(found) <= set(names)


async def claimed(db: Database, company: Company) -> Delivery:
    async with db.directory() as directory:
        claim = (await directory.claim_deliveries(1, timedelta(seconds=30)))[0]
    async with db.transaction(company.application) as tx:
        delivery = await begin(tx, claim)
    assert delivery is not None
    return delivery


def an_opportunity(
    company: Company, partner_id: UUID, value: Decimal, currency: str, status: str, now: datetime
) -> Opportunity:
    return Opportunity(
        organization_id=company.organization_id,
        partner_id=partner_id,
        assigned_user_id=company.rep.user_id,
        customer_name="Hooli",
        deal_value=value,
        currency=currency,
        stage="won" if status == "won" else "proposal",
        status=status,
        expected_close_date=now.date(),
    )


FIRST = (
    *("Northern", "Southern", "Eastern", "Western", "Central"),
    *("Upper", "Lower", "Outer", "Inner", "Grand"),
)
SECOND = tuple(
    "".join(pair)
    for pair in product(("Blue", "Red", "Green", "Gold", "Iron"), ("star", "wave", "field"))
)
THIRD = tuple(
    "".join(pair)
    for pair in product(
        ("Data", "Cloud", "Net", "Soft", "Tech"), (" Labs", " Group", "works", " One")
    )
)
