"""Words that go while records use them: refused, or moved with their history."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
from sqlalchemy import select

from services import configuration, opportunities
from services.configuration import Change, Changed, catalogue
from services.configuration.catalogue import Choice, Pipeline, Route, Rules, Setting, Stage
from services.configuration.roles import SHIPPED, Roles
from services.configuration.usage import VOCABULARIES
from services.db import Database
from services.errors import InvalidInput, Problem, StillUsed
from services.opportunities.rules import CARD
from services.outbox import Place, post
from services.partners.records import CARD as PARTNER_CARD
from services.tables import (
    AuditEntry,
    Goal,
    Interaction,
    Opportunity,
    OpportunityChange,
    Outbox,
    Partner,
    StageChange,
    User,
)
from tests.deals import a_deal, deals
from tests.factories import Company

SHIPPED_STAGES = catalogue.PIPELINE.default.stages


def without(key: str) -> Pipeline:
    """The shipped pipeline without a stage."""
    return Pipeline(stages=tuple(stage for stage in SHIPPED_STAGES if stage.key != key))


def _with(stages: Sequence[Stage], **kinds: object) -> Pipeline:
    """The stages, some of another kind."""
    return Pipeline(
        stages=tuple(
            stage.model_copy(update={"kind": kinds[stage.key]}) if stage.key in kinds else stage
            for stage in stages
        )
    )


async def change(
    db: Database, company: Company, setting: Setting[object], value: object, **moves: str
) -> Changed:
    async with db.transaction(company.admin) as tx:
        return await configuration.change(tx, [Change(setting, value, moves=moves)])


async def opportunity(db: Database, company: Company, number: int) -> Opportunity:
    async with db.transaction(company.admin) as tx:
        found = await tx.session.scalars(select(Opportunity).where(Opportunity.number == number))
        return found.one()


async def changes_of(db: Database, company: Company, row: Opportunity) -> Mapping[str, object]:
    async with db.transaction(company.admin) as tx:
        found = await tx.session.scalars(
            select(OpportunityChange).where(OpportunityChange.opportunity_id == row.id)
        )
        return {each.field: (each.from_value, each.to_value) for each in found}


async def test_a_stage_in_use_cannot_go_without_saying_where_its_opportunities_move(
    db: Database, acme: Company
) -> None:
    await deals(db, acme, ["First", "Second"])

    with pytest.raises(StillUsed) as refused:
        await change(db, acme, catalogue.PIPELINE, without("negotiation"))

    assert refused.value.setting == catalogue.PIPELINE.name
    assert refused.value.used == {"negotiation": {"opportunity": 2}}
    assert refused.value.counts == {"negotiation": 2}


async def test_an_unused_stage_goes_and_a_new_order_or_label_moves_nothing(
    db: Database, acme: Company
) -> None:
    await a_deal(db, acme)
    kept = without("qualified").stages
    renamed = Pipeline(
        stages=tuple(
            stage.model_copy(update={"label": f"{stage.label} anew"}) for stage in reversed(kept)
        )
    )

    changed = await change(db, acme, catalogue.PIPELINE, renamed)

    assert changed == Changed((catalogue.PIPELINE.name,))


async def test_opportunities_move_with_their_history_and_their_cards(
    db: Database, acme: Company
) -> None:
    number, _ = await deals(db, acme, ["First", "Second"])
    row = await opportunity(db, acme, number)
    async with db.transaction(acme.application) as tx:
        await post(tx, Place(acme.workspace_id, "C0DEALS"), CARD, {"id": "x"}, copy_of=row.id)

    changed = await change(
        db, acme, catalogue.PIPELINE, without("negotiation"), negotiation="proposal"
    )

    moved = await opportunity(db, acme, number)
    assert changed.moved == {catalogue.PIPELINE.name: 2}
    assert (moved.stage, moved.status, moved.probability) == ("proposal", "open", 50)
    assert await changes_of(db, acme, row) == {"probability": ("75", "50")}
    async with db.transaction(acme.admin) as tx:
        history = await tx.session.scalars(
            select(StageChange).where(StageChange.to_stage == "proposal")
        )
        steps = {(each.from_stage, each.changed_by_user_id, each.changed_at) for each in history}
        methods = list(await tx.session.scalars(select(Outbox.method).order_by(Outbox.id)))
        entries = list(
            await tx.session.scalars(
                select(AuditEntry.details).where(AuditEntry.action == "records.moved")
            )
        )
    later = tx.now + timedelta(microseconds=1)
    assert steps == {("negotiation", acme.admin.user_id, later)}
    assert methods == ["chat.postMessage", "chat.update"]
    assert entries == [
        {
            "setting": catalogue.PIPELINE.name,
            "from": "negotiation",
            "to": "proposal",
            "count": 2,
        }
    ]


async def test_a_probability_set_by_hand_stays_while_it_is_open(
    db: Database, acme: Company
) -> None:
    number = await a_deal(db, acme)
    row = await opportunity(db, acme, number)
    async with db.transaction(acme.admin) as tx:
        (await tx.session.get_one(Opportunity, row.id)).probability_is_manual = True

    await change(db, acme, catalogue.PIPELINE, without("negotiation"), negotiation="proposal")

    moved = await opportunity(db, acme, number)
    assert (moved.probability, moved.probability_is_manual) == (75, True)
    assert await changes_of(db, acme, row) == {}


async def test_status_and_close_date_follow_when_a_stage_becomes_another_kind(
    db: Database, acme: Company
) -> None:
    number = await a_deal(db, acme)
    row = await opportunity(db, acme, number)

    await change(db, acme, catalogue.PIPELINE, _with(SHIPPED_STAGES, negotiation="won"))
    won = await opportunity(db, acme, number)
    await change(db, acme, catalogue.PIPELINE, Pipeline(stages=SHIPPED_STAGES))

    back = await opportunity(db, acme, number)
    assert (won.stage, won.status, won.actual_close_date) == (
        "negotiation",
        "won",
        date(2026, 11, 18),
    )
    assert (back.status, back.actual_close_date) == ("open", None)
    changes = await changes_of(db, acme, row)
    assert changes["status"] == ("won", "open")
    assert changes["actual_close_date"] == ("2026-11-18", None)


async def test_what_moves_into_a_stage_of_another_kind_takes_its_status(
    db: Database, acme: Company
) -> None:
    number = await a_deal(db, acme)

    await change(db, acme, catalogue.PIPELINE, without("negotiation"), negotiation="lost")

    moved = await opportunity(db, acme, number)
    assert (moved.stage, moved.status, moved.probability) == ("lost", "lost", 0)


async def test_records_cannot_move_to_what_is_not_there(db: Database, acme: Company) -> None:
    await a_deal(db, acme)

    with pytest.raises(InvalidInput) as refused:
        await change(
            db, acme, catalogue.PIPELINE, without("negotiation"), negotiation="negotiation"
        )

    found = refused.value.problems[catalogue.PIPELINE.name]
    assert (found.problem, found.facts["path"]) == (Problem.CANNOT_MOVE, "negotiation")


async def test_a_setting_that_names_the_stage_follows_it(db: Database, acme: Company) -> None:
    rules = Rules(
        big_opportunity=catalogue.RULES.default.big_opportunity.model_copy(
            update={"routes": (Route(to="owner", stages=("proposal", "negotiation")),)}
        )
    )
    await change(db, acme, catalogue.STALE_MOVES_TO, "negotiation")
    await change(db, acme, catalogue.RULES, rules)

    with pytest.raises(StillUsed) as refused:
        await change(db, acme, catalogue.PIPELINE, without("negotiation"))
    changed = await change(
        db, acme, catalogue.PIPELINE, without("negotiation"), negotiation="proposal"
    )

    assert refused.value.used == {"negotiation": {"setting": 2}}
    assert set(changed.settings) == {
        catalogue.PIPELINE.name,
        catalogue.STALE_MOVES_TO.name,
        catalogue.RULES.name,
    }
    async with db.transaction(acme.admin) as tx:
        assert await configuration.get(tx, catalogue.STALE_MOVES_TO) == "proposal"
        kept = await configuration.get(tx, catalogue.RULES)
    assert kept.big_opportunity.routes[0].stages == ("proposal",)


async def test_partners_interactions_goals_and_people_move_too(db: Database, acme: Company) -> None:
    await _one_of_each(db, acme)
    only = (Choice(key="rest", label="Rest"),)
    fewer = Roles(
        roles=tuple(role for role in SHIPPED.roles if role.key != "vp"), default="sales_rep"
    )

    for setting, value, moves, kinds in (
        (catalogue.PARTNER_DOMAINS, only, {"cloud": "rest"}, {"partner": 1}),
        (catalogue.INTERACTION_TYPES, only, {"call": "rest"}, {"interaction": 1}),
        (catalogue.GOAL_TYPES, only, {"revenue": "rest"}, {"goal": 1}),
        (catalogue.ROLES, fewer, {"vp": "admin"}, {"person": 1}),
    ):
        with pytest.raises(StillUsed) as refused:
            await change(db, acme, setting, value)
        assert refused.value.used == {next(iter(moves)): kinds}
        changed = await change(db, acme, setting, value, **moves)
        assert changed.moved == {setting.name: 1}

    async with db.transaction(acme.admin) as tx:
        assert await tx.session.scalar(select(Partner.domain)) == "rest"
        assert await tx.session.scalar(select(Interaction.interaction_type)) == "rest"
        assert await tx.session.scalar(select(Goal.goal_type)) == "rest"
        assert "vp" not in set(await tx.session.scalars(select(User.role)))


async def _one_of_each(db: Database, company: Company) -> None:
    ours = {"organization_id": company.organization_id}
    async with db.transaction(company.admin) as tx:
        partner = Partner(
            id=uuid4(), **ours, name="Globex", domain="cloud", commission_structure={}
        )
        tx.session.add(partner)
        await tx.session.flush()
        tx.session.add(
            Interaction(
                partner_id=partner.id,
                user_id=company.rep.user_id,
                interaction_type="call",
                interaction_date=datetime(2026, 11, 1, tzinfo=UTC),
            )
        )
        tx.session.add(_goal(company, "revenue"))
        rep = await tx.session.get_one(User, company.other_rep.user_id)
        rep.role = "vp"


def _goal(company: Company, goal_type: str) -> Goal:
    return Goal(
        organization_id=company.organization_id,
        user_id=company.rep.user_id,
        quarter=1,
        year=2027,
        goal_type=goal_type,
        target_value=Decimal(1),
    )


async def test_goals_that_would_become_one_are_refused(db: Database, acme: Company) -> None:
    async with db.transaction(acme.admin) as tx:
        tx.session.add_all([_goal(acme, "revenue"), _goal(acme, "partners")])
    fewer = [choice for choice in catalogue.GOAL_TYPES.default if choice.key != "revenue"]

    with pytest.raises(InvalidInput) as refused:
        await change(db, acme, catalogue.GOAL_TYPES, fewer, revenue="partners")

    assert refused.value.problems[catalogue.GOAL_TYPES.name].problem is Problem.GOALS_COLLIDE


async def test_a_currency_of_open_opportunities_cannot_go_even_with_a_target(
    db: Database, acme: Company
) -> None:
    number = await a_deal(db, acme)

    with pytest.raises(StillUsed) as refused:
        await change(db, acme, catalogue.CURRENCIES, ["USD"], EUR="USD")

    assert (refused.value.used, refused.value.can_move) == ({"EUR": {"opportunity": 1}}, False)
    async with db.transaction(acme.admin) as tx:
        await opportunities.move_opportunity(
            tx, opportunities.MoveOpportunity(number=number, to_stage="won")
        )
    await change(db, acme, catalogue.CURRENCIES, ["USD"])


def test_cards_are_kept_by_the_names_their_features_give_them() -> None:
    cards = {each.card for vocabulary in VOCABULARIES.values() for each in vocabulary.records}

    assert cards - {None} == {CARD, PARTNER_CARD}
