import asyncio
from datetime import time

import psycopg
import pytest
from psycopg.types.json import Jsonb
from pydantic import ValidationError
from sqlalchemy import func, select, text

from services import configuration, jobs, settings
from services.configuration.catalogue import (
    DEALS_CHANNEL,
    REMINDER_DAY,
    STALE_DAYS,
    TIME_ZONE,
    Channel,
)
from services.db import Database
from services.errors import InvalidInput, NotAllowed, Problem
from services.settings import Changed, ChangeSettings, CompanySettings, SettingsForm
from services.tables import AuditEntry, Configuration, Outbox, Schedule
from services.values import Actor
from tests.conftest import Urls
from tests.factories import Company

AS_SHIPPED: dict[str, object] = {
    "reminder_day": "5",
    "reminder_time": "16:00",
    "time_zone": "UTC",
}


def a_change(**values: object) -> ChangeSettings:
    """The form as shipped, with these fields changed."""
    return ChangeSettings.model_validate(AS_SHIPPED | values)


async def change(db: Database, actor: Actor, **values: object) -> Changed:
    async with db.transaction(actor) as tx:
        return await settings.change_settings(tx, a_change(**values))


async def current(db: Database, actor: Actor) -> CompanySettings:
    async with db.transaction(actor) as tx:
        return await settings.current_settings(tx)


async def shown(db: Database, actor: Actor) -> SettingsForm:
    return (await current(db, actor)).form(actor.workspace_id)


async def count_own(db: Database, company: Company) -> int:
    async with db.transaction(company.admin) as tx:
        return await tx.session.scalar(select(func.count()).select_from(Configuration)) or 0


async def audited(db: Database, company: Company) -> list[tuple[str, object]]:
    async with db.transaction(company.admin) as tx:
        entries = await tx.session.scalars(select(AuditEntry).order_by(AuditEntry.id))
        return [(entry.action, entry.details) for entry in entries]


async def test_nothing_is_set_at_first_and_everything_has_its_default(
    db: Database, acme: Company
) -> None:
    found = await current(db, acme.admin)

    assert found.own() == ()
    assert (found.deals_channel.value, found.stale_days.value) == (None, None)
    assert (found.reminder_day.value, found.reminder_time.value) == (5, time(16))
    assert found.time_zone.default == "UTC"


async def test_a_changed_setting_counts_and_is_audited(db: Database, acme: Company) -> None:
    changed = await change(db, acme.admin, reminder_day="4")

    async with db.transaction(acme.rep) as tx:
        assert await configuration.get(tx, REMINDER_DAY) == 4
    assert changed.fields == ("reminder_day",)
    assert await audited(db, acme) == [
        ("setting.changed", {"setting": "weekly_status.reminder_day", "from": 5, "to": 4})
    ]


async def test_what_was_not_changed_is_not_written(db: Database, acme: Company) -> None:
    changed = await change(db, acme.admin)

    assert changed.fields == ()
    assert await count_own(db, acme) == 0
    assert await audited(db, acme) == []


async def test_stale_opportunities_may_be_moved_and_the_rules_are_looked_at_anew(
    db: Database, acme: Company
) -> None:
    changed = await change(db, acme.admin, stale_moves_to="lost")
    back = await change(db, acme.admin)

    assert (changed.fields, changed.now.stale_moves_to.value) == (("stale_moves_to",), "lost")
    assert (back.fields, back.now.stale_moves_to.value) == (("stale_moves_to",), None)


async def test_a_stage_that_the_pipeline_does_not_have_is_refused(
    db: Database, acme: Company
) -> None:
    with pytest.raises(InvalidInput) as refused:
        await change(db, acme.admin, stale_moves_to="nirvana")

    assert refused.value.problems["stale_moves_to"].problem is Problem.UNKNOWN_CHOICE
    assert await count_own(db, acme) == 0


async def test_a_rep_may_neither_see_nor_change_settings(db: Database, acme: Company) -> None:
    with pytest.raises(NotAllowed):
        await current(db, acme.rep)
    with pytest.raises(NotAllowed):
        await change(db, acme.manager, reminder_day="4")

    assert await count_own(db, acme) == 0


async def test_a_reset_goes_back_to_the_default_and_is_audited(db: Database, acme: Company) -> None:
    await change(db, acme.admin, reminder_day="4", stale_days="20")

    changed = await change(
        db, acme.admin, reminder_day="4", stale_days="20", reset=["reminder_day"]
    )

    assert changed.fields == ("reminder_day",)
    assert changed.now.reminder_day.value == 5
    assert changed.now.own() == ("stale_days",)
    assert ("setting.reset", "weekly_status.reminder_day") in [
        (action, details["setting"])  # pyright: ignore[reportIndexIssue]
        for action, details in await audited(db, acme)
    ]


async def test_a_reset_of_what_was_never_set_does_nothing(db: Database, acme: Company) -> None:
    changed = await change(db, acme.admin, reset=["reminder_day", "deals_channel"])

    assert changed.fields == ()
    assert await audited(db, acme) == []


async def test_an_emptied_stale_limit_is_each_stages_own_again(db: Database, acme: Company) -> None:
    await change(db, acme.admin, stale_days="20 days")

    changed = await change(db, acme.admin, stale_days=None)

    async with db.transaction(acme.rep) as tx:
        assert await configuration.get(tx, STALE_DAYS) is None
    assert changed.now.own() == ()


async def test_the_platforms_value_is_the_default_beside_the_companys(
    db: Database, acme: Company, urls: Urls
) -> None:
    async with await psycopg.AsyncConnection.connect(urls.owner, autocommit=True) as connection:
        await connection.execute(
            "INSERT INTO configurations (category, key, value, data_type)"
            " VALUES ('alerts', 'stale_days', %s, 'number')",
            [Jsonb(30)],
        )
    before = await current(db, acme.admin)

    await change(db, acme.admin, stale_days="20")

    after = await current(db, acme.admin)
    assert (before.stale_days.value, before.stale_days.is_own) == (30, False)
    assert (after.stale_days.value, after.stale_days.default) == (20, 30)


async def test_two_admins_who_change_different_things_lose_nothing(
    db: Database, acme: Company
) -> None:
    seen = await shown(db, acme.admin)
    await change(db, acme.admin, reminder_day="4", shown=seen)

    await change(db, acme.admin, stale_days="20", shown=seen)

    after = await current(db, acme.admin)
    assert (after.reminder_day.value, after.stale_days.value) == (4, 20)


async def test_the_second_of_two_who_change_the_same_is_told_at_the_field(
    db: Database, acme: Company
) -> None:
    seen = await shown(db, acme.admin)
    await change(db, acme.admin, reminder_day="4", stale_days="20", shown=seen)

    with pytest.raises(InvalidInput) as refused:
        await change(db, acme.admin, reminder_day="3", time_zone="Asia/Tokyo", shown=seen)

    after = await current(db, acme.admin)
    assert {name: p.problem for name, p in refused.value.problems.items()} == {
        "reminder_day": Problem.CHANGED_MEANWHILE
    }
    assert (after.reminder_day.value, after.time_zone.value) == (4, "UTC")


async def test_both_may_have_meant_the_same(db: Database, acme: Company) -> None:
    seen = await shown(db, acme.admin)
    await change(db, acme.admin, reminder_day="4", shown=seen)

    changed = await change(db, acme.admin, reminder_day="4", shown=seen)

    assert changed.fields == ()


async def test_two_who_save_at_the_same_moment_take_turns(db: Database, acme: Company) -> None:
    seen = await shown(db, acme.admin)

    outcomes = await asyncio.gather(
        *(change(db, acme.admin, reminder_day=day, shown=seen) for day in "1234"),
        return_exceptions=True,
    )

    assert [type(each) for each in outcomes].count(Changed) == 1
    assert [type(each) for each in outcomes].count(InvalidInput) == 3


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"stale_days": "0"}, "stale_days"),
        ({"stale_days": "-1"}, "stale_days"),
        ({"stale_days": "366"}, "stale_days"),
        ({"stale_days": "soon"}, "stale_days"),
        ({"stale_days": "1.5"}, "stale_days"),
        ({"stale_days": "9" * 400}, "stale_days"),
        ({"reminder_day": "0"}, "reminder_day"),
        ({"reminder_day": "8"}, "reminder_day"),
        ({"reminder_day": "Friday"}, "reminder_day"),
        ({"reminder_time": "25:00"}, "reminder_time"),
        ({"reminder_time": "16:00+05:00"}, "reminder_time"),
        ({"reminder_time": "four"}, "reminder_time"),
        ({"time_zone": "Mars/Olympus"}, "time_zone"),
        ({"time_zone": "../../etc/passwd"}, "time_zone"),
        ({"time_zone": "\x00"}, "time_zone"),
        ({"deals_channel": "D0PRIVATE"}, "deals_channel"),
        ({"deals_channel": "U0ADA"}, "deals_channel"),
        ({"deals_channel": "C0DEALS\n"}, "deals_channel"),
        ({"deals_channel": "C" + "0" * 99}, "deals_channel"),
        ({"alerts_channel": "c0lower"}, "alerts_channel"),
        ({"status_channel": "<#C0DEALS>"}, "status_channel"),
        ({"reset": ["max_users"]}, "reset"),
        ({"max_users": "1000"}, "max_users"),
    ],
)
def test_what_cannot_be_a_setting_is_refused_at_its_field(
    values: dict[str, object], field: str
) -> None:
    with pytest.raises(ValidationError) as refused:
        a_change(**values)

    assert {error["loc"][0] for error in refused.value.errors()} == {field}


async def test_a_changed_reminder_is_looked_at_again(db: Database, acme: Company) -> None:
    await change(db, acme.admin, reminder_time="09:30")

    async with db.transaction(acme.admin) as tx:
        due = (await tx.session.scalars(select(Schedule))).one()
    assert (due.kind, due.next_at) == ("weekly_reminder", db.clock.now())


async def test_a_changed_stale_limit_has_the_rules_evaluated(db: Database, acme: Company) -> None:
    await change(db, acme.admin, stale_days="20")

    async with db.transaction(acme.admin) as tx:
        assert not await jobs.enqueue(tx, jobs.EVALUATE_ALERT_RULES)


async def test_a_chosen_channel_is_stored_as_not_reached_yet(db: Database, acme: Company) -> None:
    await change(db, acme.admin, deals_channel="C0DEALS")

    async with db.transaction(acme.rep) as tx:
        stored = await configuration.get(tx, DEALS_CHANNEL)
    assert stored == Channel(
        workspace_id=str(acme.workspace_id), channel_id="C0DEALS", chosen_by=acme.admin.user_id
    )


async def test_an_empty_channel_is_left_as_it_is(db: Database, acme: Company) -> None:
    await change(db, acme.admin, deals_channel="C0DEALS")

    changed = await change(db, acme.admin, deals_channel=None, shown=await shown(db, acme.admin))

    assert (changed.fields, changed.kept) == ((), ("deals_channel",))


async def test_one_channel_for_all_gets_one_test_post(db: Database, acme: Company) -> None:
    await change(
        db,
        acme.admin,
        deals_channel="C0ALL",
        alerts_channel="C0ALL",
        status_channel="C0STATUS",
    )

    async with db.transaction(acme.admin) as tx:
        posts = list(await tx.session.scalars(select(Outbox).order_by(Outbox.id)))
    assert [(post.kind, post.lane) for post in posts] == [
        ("channel_test", "C0ALL"),
        ("channel_test", "C0STATUS"),
    ]
    assert posts[0].payload["settings"] == ["pipeline.deals_channel", "alerts.channel"]


async def test_a_channel_that_waits_is_not_tested_twice(db: Database, acme: Company) -> None:
    await change(db, acme.admin, deals_channel="C0DEALS")

    await change(db, acme.admin, deals_channel="C0DEALS", stale_days="20")

    async with db.transaction(acme.admin) as tx:
        assert await tx.session.scalar(select(func.count()).select_from(Outbox)) == 1


async def test_a_channel_of_another_workspace_is_not_in_the_form(
    db: Database, acme: Company
) -> None:
    async with db.transaction(acme.admin) as tx:
        elsewhere = Channel(workspace_id="00000000-0000-0000-0000-000000000000", channel_id="C0X")
        await configuration.put(tx, DEALS_CHANNEL, elsewhere)

    seen = await shown(db, acme.admin)
    await change(db, acme.admin, stale_days="20", shown=seen)

    after = await current(db, acme.admin)
    assert seen.deals_channel is None
    assert after.deals_channel.value == elsewhere


async def test_another_companys_settings_are_another_companys(
    db: Database, acme: Company, globex_corp: Company
) -> None:
    await change(db, acme.admin, time_zone="Asia/Tokyo")

    async with db.transaction(globex_corp.admin) as tx:
        assert await configuration.get(tx, TIME_ZONE) == "UTC"
        assert await tx.session.scalar(text("SELECT count(*) FROM configurations")) == 0
