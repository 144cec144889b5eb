"""The alert rules in the settings, through the wire."""

from decimal import Decimal

from sqlalchemy import select

from sandbox import Person
from services import configuration
from services.configuration import catalogue
from services.configuration.catalogue import Route, Rules
from services.tables import AuditEntry, Configuration
from tests.journeys.conftest import World
from tests.journeys.editing import opened, refused, saved, top, words
from tests.journeys.test_opportunities import a_partner


async def rules(world: World) -> Rules:
    async with world.db.transaction(world.acme.application) as tx:
        return await configuration.get(tx, catalogue.RULES)


async def part(person: Person, key: str) -> None:
    await person.press_in_view(f"settings_section:{key}")


async def test_a_rule_is_found_set_and_tells_others(world: World) -> None:
    partner = await a_partner(world, "Globex")
    ada = await opened(world)
    await part(ada, "alerts")
    assert words(ada).index("Stale opportunity") < words(ada).index("Not watched yet")

    await part(ada, "closing-soon")
    assert "I do not watch this yet; the setting is kept." in words(ada)
    errors = await refused(ada, rule_limit="400", tell_0="-")
    assert errors == {
        "rule_limit": "This must be 365 or less. Nothing was saved.",
        "tell_0": "This needs at least 1. Nothing was saved.",
    }
    ada.fill({"rule_limit": "3", "tell_0": "owner"})
    await ada.press_in_view("Tell somebody else too")
    await ada.choose("rules_redraw:1", "role:vp")
    await ada.press_in_view("rules_redraw:limit:1")
    globex = await ada.suggest("partners_1", "glob")
    await saved(ada, amount_1="50k", stages_1=["proposal"], partners_1=globex)

    assert [view.title for view in ada.views] == ["Settings", "Alert rules"]
    assert "Closing soon: 3 days, on, tells the owner and everybody with the role VP" in words(ada)
    assert "An open opportunity closes within 3 days." in words(ada)
    assert (await rules(world)).closing_soon.routes == (
        Route(to="owner"),
        Route(
            to="role",
            role="vp",
            at_least=Decimal("50000.00"),
            stages=("proposal",),
            partners=(partner.id,),
        ),
    )
    await part(ada, "closing-soon")
    assert "Globex" in words(ada)


async def test_a_rule_is_reset_alone(world: World) -> None:
    ada = await opened(world)
    await part(ada, "alerts")
    await part(ada, "big-opportunity")
    await saved(ada, rule_is_on="off", rule_limit="250,000")
    await part(ada, "closing-soon")
    await saved(ada, rule_limit="3")

    await part(ada, "closing-soon")
    await saved(ada, reset=[catalogue.RULES.name])
    left = await rules(world)
    await part(ada, "big-opportunity")
    await saved(ada, reset=[catalogue.RULES.name])

    assert left.closing_soon == Rules().closing_soon
    assert (left.big_opportunity.is_on, left.big_opportunity.amount) == (False, Decimal(250_000))
    async with world.db.transaction(world.acme.application) as tx:
        keys = list(await tx.session.scalars(select(Configuration.key)))
        actions = list(await tx.session.scalars(select(AuditEntry.action)))
    assert "rules" not in keys
    assert actions.count("setting.changed") == 3
    assert actions.count("setting.reset") == 1


async def test_two_admins_at_two_rules_both_succeed_and_at_one_the_second_is_told(
    world: World,
) -> None:
    await world.person("mia").command("/tandem", "help")
    await world.give_role("mia", "admin")
    ada, mia = await opened(world, "goal-reached"), await opened(world, "task-overdue", "mia")
    await saved(ada, rule_is_on="off")
    await saved(mia, rule_is_on="off")
    ada, mia = await opened(world, "goal-at-risk"), await opened(world, "goal-at-risk", "mia")
    await saved(ada, rule_limit="30")

    errors = await refused(mia, rule_limit="40")

    assert "Somebody changed this while you were here" in errors["rule_is_on"]
    now = await rules(world)
    assert (now.goal_reached.is_on, now.task_overdue.is_on) == (False, False)
    assert now.goal_at_risk.percent == 30


async def test_stale_opportunities_are_told_of_and_moved_as_configured(world: World) -> None:
    ada = await opened(world, "stale")

    errors = await refused(ada, stale_days="400")
    assert errors == {"stale_days": "This must be 365 or less. Nothing was saved."}
    await saved(ada, stale_days="20", stale_moves_to="lost")
    await opened(world, "alerts")
    assert "An open opportunity has not moved for 20 days." in words(ada)
    await part(ada, "stale-opportunity")
    assert "'initial_value': '20'" in str(top(ada).blocks)
    await saved(ada, stale_moves_to="-", stale_days=None, rule_is_on="off")

    assert "Stale opportunity: off, tells the alerts channel." in words(ada)
    assert not (await rules(world)).stale_opportunity.is_on
    async with world.db.transaction(world.acme.application) as tx:
        assert await configuration.get(tx, catalogue.STALE_MOVES_TO) is None
        assert await configuration.get(tx, catalogue.STALE_DAYS) is None


async def test_interruptions_and_months_are_kept_and_refused_at_their_fields(
    world: World,
) -> None:
    ada = await opened(world, "interruptions")

    errors = await refused(ada, daily_budget="0", escalate_after_hours="201")
    assert errors == {
        "daily_budget": "This must be 1 or more. Nothing was saved.",
        "escalate_after_hours": "This must be 200 or less. Nothing was saved.",
    }
    await saved(ada, daily_budget="4", escalate_after_hours=None)
    await opened(world, "commission")
    assert await refused(ada, recurring_months="121") == {
        "recurring_months": "This must be 120 or less. Nothing was saved."
    }
    ada.fill({"recurring_months": "24"})
    await ada.choose("commission_type", "none")
    await saved(ada)

    async with world.db.transaction(world.acme.application) as tx:
        assert await configuration.get(tx, catalogue.DAILY_BUDGET) == 4
        assert await configuration.get(tx, catalogue.ESCALATE_AFTER) is None
        assert await configuration.get(tx, catalogue.RECURRING_MONTHS) == 24
