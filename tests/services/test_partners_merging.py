import asyncio
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID, uuid4

import pytest
from sqlalchemy import func, insert, select, update

from services import configuration
from services.configuration.catalogue import RULES, Route
from services.db import Database, Tx
from services.errors import CannotMerge, InvalidInput, MergeProblem, NotFound
from services.interactions import LogInteraction, log_interaction
from services.opportunities import CreateOpportunity, create_opportunity
from services.partners import (
    CARD,
    CreatePartner,
    ListPartners,
    Merge,
    Moving,
    Partner,
    SaveContact,
    create_partner,
    direct,
    find_partner,
    list_partners,
    look_up,
    merge_partners,
    merge_preview,
    overview,
    partner,
    save_contact,
    suggest,
)
from services.tables import (
    Alert,
    AuditEntry,
    CommissionEntry,
    HealthSnapshot,
    Interaction,
    MessageCopy,
    Opportunity,
    OpportunityChange,
    Outbox,
)
from services.tables import Partner as PartnerRow
from tests.factories import START, Company


async def a_partner(tx: Tx, name: str, **more: object) -> Partner:
    new = CreatePartner.model_validate({"name": name, "domain": "finops"} | more)
    return await create_partner(tx, new)


async def an_opportunity(tx: Tx, partner_id: UUID) -> int:
    made = await create_opportunity(
        tx,
        CreateOpportunity(
            customer_name="Initech",
            partner_id=partner_id,
            deal_value=Decimal(100),
            currency="EUR",
            stage="qualified",
            expected_close_date=date(2026, 12, 31),
        ),
    )
    return made.number


def a_contact(partner_id: UUID) -> LogInteraction:
    return LogInteraction(
        partner_id=partner_id, interaction_type="call", interaction_date=START.date()
    )


@dataclass(frozen=True)
class Pair:
    gone: Partner
    stays: Partner


@pytest.fixture
async def pair(db: Database, acme: Company) -> Pair:
    async with db.transaction(acme.admin) as tx:
        return Pair(await a_partner(tx, "Globex"), await a_partner(tx, "Scorpio"))


async def merge(db: Database, company: Company, gone: UUID, stays: UUID) -> Merge:
    async with db.transaction(company.admin) as tx:
        return await merge_partners(tx, gone, stays)


async def furnish(tx: Tx, company: Company, pair: Pair) -> None:
    """Something of everything that can belong to a partner."""
    gone = pair.gone.id
    await an_opportunity(tx, gone)
    await log_interaction(tx, a_contact(gone))
    await save_contact(tx, SaveContact(partner_id=gone, name="Hank", email="hank@globex.com"))
    tenant = {"organization_id": tx.organization_id}
    entry = {"kind": "adjustment", "earned_on": START.date(), "currency": "EUR", "amount": 5}
    await tx.session.execute(insert(CommissionEntry).values(partner_id=gone, **entry, **tenant))
    days = [(gone, 1), (gone, 2), (pair.stays.id, 2)]
    for whose, ago in days:
        snapshot = {"day": START.date() - timedelta(days=ago), "score": 50, "parts": {}}
        await tx.session.execute(
            insert(HealthSnapshot).values(partner_id=whose, **snapshot, **tenant)
        )
    live = {"alert_type": "health_low", "entity_type": "partner", "title": "Low", "message": "Low"}
    for whose in (gone, pair.stays.id):
        await tx.session.execute(insert(Alert).values(entity_id=whose, **live, **tenant))
    other = live | {"alert_type": "agreement_ending"}
    await tx.session.execute(insert(Alert).values(entity_id=gone, **other, **tenant))
    copy = {"workspace_id": company.workspace_id, "lane": "C0DEALS", "entity_type": CARD}
    await tx.session.execute(
        insert(MessageCopy).values(
            entity_id=gone, channel_id="C0DEALS", ts="1763460000.000100", **copy, **tenant
        )
    )
    rules = await configuration.get(tx, RULES)
    route = Route(to="owner", partners=(gone, pair.stays.id))
    rule = rules.health_low.model_copy(update={"routes": (route,)})
    await configuration.write(tx, RULES, rules.model_copy(update={"health_low": rule}))


async def test_everything_of_one_goes_to_the_other(db: Database, acme: Company, pair: Pair) -> None:
    gone, stays = pair.gone.id, pair.stays.id
    async with db.transaction(acme.admin) as tx:
        await furnish(tx, acme, pair)
        foreseen = await merge_preview(tx, gone, stays)

    done = await merge(db, acme, gone, stays)

    counts = Moving(
        opportunities=1,
        interactions=1,
        tasks=0,
        entries=1,
        contacts=1,
        health_days=1,
        alerts=2,
        routes=1,
        cards=1,
    )
    assert foreseen.moving == done.moving == counts
    assert [each.label for each in done.stays.contacts] == ["Hank"]
    async with db.transaction(acme.admin) as tx:
        for table in (Opportunity, Interaction, CommissionEntry):
            assert set(await tx.session.scalars(select(table.partner_id))) == {stays}
        days = select(func.count()).where(HealthSnapshot.partner_id == stays)
        assert await tx.session.scalar(days) == 2
        about = select(Alert.alert_type, Alert.status, Alert.entity_id).order_by(
            Alert.alert_type, Alert.status
        )
        assert [tuple(each) for each in await tx.session.execute(about)] == [
            ("agreement_ending", "pending", stays),
            ("health_low", "pending", stays),
            ("health_low", "resolved", stays),
        ]
        assert set(await tx.session.scalars(select(MessageCopy.entity_id))) >= {stays}
        rules = await configuration.get(tx, RULES)
        assert rules.health_low.routes[0].partners == (stays,)


async def test_a_merge_is_in_the_history_of_both_and_of_each_opportunity(
    db: Database, acme: Company, pair: Pair
) -> None:
    async with db.transaction(acme.admin) as tx:
        await furnish(tx, acme, pair)

    await merge(db, acme, pair.gone.id, pair.stays.id)

    async with db.transaction(acme.admin) as tx:
        entries = await tx.session.execute(
            select(AuditEntry.action, AuditEntry.entity_id, AuditEntry.details).where(
                AuditEntry.action.in_(["partner.merged", "partner.taken_over"])
            )
        )
        told = {action: (entity, details) for action, entity, details in entries}
        change = (
            await tx.session.execute(
                select(OpportunityChange, Opportunity.updated_at)
                .join(Opportunity, Opportunity.id == OpportunityChange.opportunity_id)
                .where(OpportunityChange.field == "partner_id")
            )
        ).one()
        refreshed = set(await tx.session.scalars(select(Outbox.kind)))
    assert told["partner.merged"][0] == pair.gone.id
    assert told["partner.merged"][1]["into"] == str(pair.stays.id)
    assert told["partner.taken_over"][0] == pair.stays.id
    assert told["partner.taken_over"][1]["opportunities"] == 1
    assert (change[0].from_value, change[0].to_value) == (str(pair.gone.id), str(pair.stays.id))
    assert change[0].changed_at == change.updated_at
    assert change[0].changed_by_user_id == acme.admin.user_id
    assert CARD in refreshed


async def test_a_merged_partner_is_hidden_and_leads_to_the_one_that_stays(
    db: Database, acme: Company, pair: Pair
) -> None:
    await merge(db, acme, pair.gone.id, pair.stays.id)

    async with db.transaction(acme.rep) as tx:
        listed = await list_partners(tx, ListPartners())
        offered = await suggest(tx, "")
        named = await look_up(tx, "globex")
        pressed = await partner(tx, pair.gone.id)
        seen = await overview(tx, pair.gone.id)

    assert [each.id for each in listed.rows] == [pair.stays.id]
    assert [each.id for each in offered] == [pair.stays.id]
    assert (named.partner.id, named.merged) == (pair.stays.id, "Globex")
    assert pressed.id == seen.partner.id == pair.stays.id


async def test_merging_on_leads_the_first_to_the_last(
    db: Database, acme: Company, pair: Pair
) -> None:
    async with db.transaction(acme.admin) as tx:
        last = await a_partner(tx, "Umbrella")

    await merge(db, acme, pair.gone.id, pair.stays.id)
    await merge(db, acme, pair.stays.id, last.id)

    async with db.transaction(acme.rep) as tx:
        assert (await partner(tx, pair.gone.id)).id == last.id
        assert (await find_partner(tx, "Globex")).id == last.id
        await log_interaction(tx, a_contact(pair.gone.id))
    async with db.transaction(acme.rep) as tx:
        assert set(await tx.session.scalars(select(Interaction.partner_id))) == {last.id}


async def test_the_one_that_stays_takes_over_only_what_it_lacks(
    db: Database, acme: Company
) -> None:
    async with db.transaction(acme.admin) as tx:
        hank = {"contact_name": "Hank", "contact_email": "hank@globex.com"}
        gone = await a_partner(tx, "Globex", website="globex.com", **hank)
        same = {"contact_name": "H. Scorpio", "contact_email": "Hank@globex.com"}
        stays = await a_partner(tx, "Scorpio", **same)
        await save_contact(tx, SaveContact(partner_id=gone.id, name="Homer"))

    done = await merge(db, acme, gone.id, stays.id)

    assert done.stays.website == "https://globex.com"
    assert [each.name for each in done.stays.contacts] == ["H. Scorpio", "Homer"]


async def test_what_cannot_be_merged_is_refused_and_nothing_changes(
    db: Database, acme: Company, globex_corp: Company, pair: Pair
) -> None:
    gone, stays = pair.gone.id, pair.stays.id
    async with db.transaction(acme.admin) as tx:
        none = await direct(tx)
        last = await a_partner(tx, "Umbrella")
    async with db.transaction(globex_corp.admin) as tx:
        foreign = await a_partner(tx, "Hooli")
    assert none is not None
    await merge(db, acme, last.id, stays)

    refused = {
        (gone, gone): MergeProblem.ITSELF,
        (gone, last.id): MergeProblem.MERGED,
        (last.id, gone): MergeProblem.MERGED,
        (gone, none.id): MergeProblem.DIRECT,
        (none.id, gone): MergeProblem.DIRECT,
    }
    for (one, other), reason in refused.items():
        with pytest.raises(CannotMerge) as problem:
            await merge(db, acme, one, other)
        assert problem.value.reason is reason
    for one, other in ((gone, foreign.id), (foreign.id, gone), (gone, uuid4())):
        with pytest.raises(NotFound):
            await merge(db, acme, one, other)
    async with db.transaction(acme.admin) as tx:
        assert (await partner(tx, gone)).id == gone


async def test_two_merges_of_a_circle_at_once_make_one(
    db: Database, acme: Company, pair: Pair
) -> None:
    gone, stays = pair.gone.id, pair.stays.id

    tries = await asyncio.gather(
        merge(db, acme, gone, stays), merge(db, acme, stays, gone), return_exceptions=True
    )

    assert sum(isinstance(each, Merge) for each in tries) == 1
    assert sum(isinstance(each, CannotMerge) for each in tries) == 1


async def test_what_is_written_during_a_merge_is_not_left_behind(
    db: Database, acme: Company, pair: Pair
) -> None:
    gone, stays = pair.gone.id, pair.stays.id

    async def log() -> None:
        async with db.transaction(acme.rep) as tx:
            await log_interaction(tx, a_contact(gone))

    async def create() -> None:
        async with db.transaction(acme.other_rep) as tx:
            await an_opportunity(tx, gone)

    async def introduce() -> None:
        async with db.transaction(acme.admin) as tx:
            await save_contact(tx, SaveContact(partner_id=gone, name="Homer"))

    merging = merge(db, acme, gone, stays)
    await asyncio.gather(log(), create(), merging, log(), create(), introduce())

    async with db.transaction(acme.admin) as tx:
        assert [each.name for each in (await partner(tx, stays)).contacts] == ["Homer"]
        for table in (Interaction, Opportunity):
            found = list(await tx.session.scalars(select(table.partner_id)))
            assert found == [stays, stays]


async def test_a_row_that_is_given_a_merged_partner_gets_the_one_that_stays(
    db: Database, acme: Company, pair: Pair
) -> None:
    async with db.transaction(acme.admin) as tx:
        other = await a_partner(tx, "Umbrella")
        await an_opportunity(tx, other.id)
    await merge(db, acme, pair.gone.id, pair.stays.id)

    async with db.transaction(acme.admin) as tx:
        await tx.session.execute(update(Opportunity).values(partner_id=pair.gone.id))
    async with db.transaction(acme.admin) as tx:
        found = await tx.session.scalar(select(Opportunity.partner_id))

    assert found == pair.stays.id


async def test_the_one_that_stands_for_none_is_made_once_and_follows_its_setting(
    db: Database, acme: Company
) -> None:
    async def made() -> Partner | None:
        async with db.transaction(acme.rep) as tx:
            return await direct(tx)

    first, second = await asyncio.gather(made(), made())
    async with db.transaction(acme.admin) as tx:
        await configuration.write(tx, configuration.catalogue.DIRECT_PARTNER, "House")
    renamed = await made()
    async with db.transaction(acme.admin) as tx:
        await configuration.write(tx, configuration.catalogue.DIRECT_PARTNER, None)
    off = await made()

    assert first is not None
    assert renamed is not None
    assert first == second
    assert (renamed.id, renamed.name, renamed.is_direct) == (first.id, "House", True)
    assert off is None
    async with db.transaction(acme.rep) as tx:
        assert (await list_partners(tx, ListPartners())).total_count == 0
        rows = await tx.session.scalars(select(PartnerRow.commission_structure))
        assert [each["type"] for each in rows] == ["none"]
        with pytest.raises(InvalidInput):
            await an_opportunity(tx, uuid4())
