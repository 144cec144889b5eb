from datetime import timedelta

import pytest
from sqlalchemy import func, select

from sandbox import Message, Person, View
from services import configuration
from services.channels import reached_channel
from services.configuration import catalogue
from services.outbox import Place
from services.tables import AuditEntry, Configuration
from tests.journeys.conftest import Office, World


def top(person: Person) -> View:
    assert person.view is not None
    return person.view


def words(view: View) -> str:
    return str(view.blocks)


def posts(world: World, channel_id: str) -> list[Message]:
    return world.acme.team.history(channel_id)


async def open_settings(world: World) -> Person:
    ada = world.person("ada")
    answer = await ada.command("/tandem", "settings", channel=world.acme.deals)
    assert answer.ok
    return ada


async def save(person: Person, **values: str | list[str] | None) -> None:
    person.fill(values)
    answer = await person.submit()
    assert answer.ok


async def place(world: World, office: Office | None = None) -> Place | None:
    at = office or world.acme
    async with world.db.transaction(at.application) as tx:
        return await reached_channel(tx, catalogue.DEALS_CHANNEL)


async def count_changes(world: World) -> int:
    async with world.db.transaction(world.acme.application) as tx:
        return (
            await tx.session.scalar(
                select(func.count()).where(AuditEntry.action.startswith("setting."))
            )
            or 0
        )


async def test_an_admin_chooses_a_channel_and_it_counts_once_the_test_post_arrived(
    world: World,
) -> None:
    ada = await open_settings(world)

    await save(ada, deals_channel=world.acme.deals.id)
    before = await place(world)
    await world.deliver()

    assert before is None
    assert await place(world) == Place(world.acme.workspace_id, world.acme.deals.id)
    [post] = [each for each in posts(world, world.acme.deals.id) if each.ephemeral_for is None]
    assert post.text == "Tandem will post new opportunities here."
    assert "Ada Acme chose this channel" in str(post.blocks)


async def test_what_was_saved_is_told_where_the_form_was_asked_for(world: World) -> None:
    ada = await open_settings(world)

    await save(ada, reminder_day="4", reminder_time="09:30")

    assert ada.view is None
    assert ada.ephemerals[-1].channel == world.acme.deals.id
    assert ada.ephemerals[-1].text.splitlines() == [
        "Saved.",
        "Day of the weekly status reminder: Thursday.",
        "Time of the reminder: 9:30 AM in each person's own time zone.",
    ]


async def test_the_form_shows_what_was_saved_and_its_default(world: World) -> None:
    ada = await open_settings(world)
    await save(ada, stale_days="20", deals_channel=world.acme.deals.id)

    await open_settings(world)

    shown = words(top(ada))
    assert "'initial_value': '20'" in shown
    assert "Empty is the default: each stage's own limit." in shown
    assert "is waiting for my test post" in shown


async def test_where_stale_opportunities_move_is_chosen_and_unchosen(world: World) -> None:
    ada = await open_settings(world)
    await save(ada, stale_moves_to="lost")
    chosen = ada.ephemerals[-1].text
    await open_settings(world)
    await save(ada, stale_moves_to="-")

    assert chosen == "Saved.\nMove a stale opportunity to: Lost."
    assert ada.ephemerals[-1].text == "Saved.\nMove a stale opportunity to: nowhere."


async def test_a_channel_without_the_bot_is_refused_with_what_to_do(world: World) -> None:
    hidden = world.acme.team.add_channel(
        "G0HIDDEN", "hidden", private=True, members=[world.acme.members["ada"]], with_bot=False
    )
    ada = await open_settings(world)

    await save(ada, alerts_channel=hidden.id)
    await world.deliver()

    told = ada.dm[-1]
    assert told.text == (
        "I could not post in <#G0HIDDEN>: I cannot see it. "
        "Type `/invite @Tandem` there, then choose the channel again."
    )
    await ada.press(told, "Open settings")
    assert "then save here again" in words(top(ada))


async def test_a_refused_channel_counts_after_the_invitation_and_saving_again(
    world: World,
) -> None:
    world.acme.team.remove_bot(world.acme.deals)
    world.acme.team.grant([s for s in world.acme.team.bot_scopes if s != "chat:write.public"])
    ada = await open_settings(world)
    await save(ada, deals_channel=world.acme.deals.id)
    await world.deliver()
    refused = await place(world)

    world.acme.team.add_bot(world.acme.deals)
    await open_settings(world)
    await save(ada)
    await world.deliver()

    assert refused is None
    assert await place(world) == Place(world.acme.workspace_id, world.acme.deals.id)
    await open_settings(world)
    assert "works: it took my test post" in words(top(ada))


async def test_an_archived_channel_is_refused_with_what_to_do(world: World) -> None:
    ada = await open_settings(world)
    world.acme.team.archive(world.acme.status)

    await save(ada, status_channel=world.acme.status.id)
    await world.deliver()

    assert await place(world) is None
    assert "it is archived. Unarchive it" in ada.dm[-1].text


async def test_a_channel_shared_with_another_company_is_refused(world: World) -> None:
    shared = world.acme.team.add_channel(
        "C0SHARED", "shared", shared=True, members=[world.acme.members["ada"]]
    )
    ada = await open_settings(world)

    await save(ada, deals_channel=shared.id)
    await world.deliver()

    assert await place(world) is None
    assert posts(world, shared.id) == []
    assert "Choose a channel that only your company is in." in ada.dm[-1].text


async def test_one_channel_for_everything_gets_one_post(world: World) -> None:
    ada = await open_settings(world)

    await save(
        ada,
        deals_channel=world.acme.status.id,
        alerts_channel=world.acme.status.id,
        status_channel=world.acme.status.id,
    )
    await world.deliver()

    assert [post.text for post in posts(world, world.acme.status.id)] == [
        "Tandem will post new opportunities, alerts and weekly statuses here."
    ]


async def test_a_rep_is_refused_in_private(world: World) -> None:
    ron = world.person("ron")

    answer = await ron.command("/tandem", "settings", channel=world.acme.deals)

    assert ron.view is None
    assert answer.ephemeral is not None
    assert "An admin of your company can change your role" in answer.ephemeral.text


async def test_who_lost_the_right_while_the_form_was_open_cannot_save(world: World) -> None:
    ada = await open_settings(world)
    await world.give_role("ada", "sales_rep")

    ada.fill({"reminder_day": "4"})
    answer = await ada.submit()

    assert "Your role does not let you change the settings" in str(answer.errors)
    assert await count_changes(world) == 0


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("soon", "This must be a whole number, like 14. Nothing was saved."),
        ("0", "This must be 1 or more. Nothing was saved."),
        ("400", "This must be 365 or less. Nothing was saved."),
    ],
)
async def test_a_wrong_limit_is_told_at_its_field_and_nothing_is_saved(
    world: World, typed: str, sentence: str
) -> None:
    ada = await open_settings(world)

    ada.fill({"stale_days": typed, "reminder_day": "4"})
    answer = await ada.submit()

    assert answer.errors == {"stale_days": sentence}
    assert await count_changes(world) == 0


async def test_a_time_zone_is_found_by_typing_a_city(world: World) -> None:
    ada = await open_settings(world)

    options = await ada.suggest("time_zone", "new york")
    ada.fill({"time_zone": options[0].value})
    answer = await ada.submit()

    assert answer.ok
    assert [option.text for option in options] == ["America/New_York (UTC-05:00)"]
    async with world.db.transaction(world.acme.application) as tx:
        assert await configuration.get(tx, catalogue.TIME_ZONE) == "America/New_York"


async def test_the_persons_own_zone_is_offered_first(world: World) -> None:
    await world.person("mia").command("/tandem", "help")
    await world.give_role("mia", "admin")
    mia = world.person("mia")
    await mia.command("/tandem", "settings")

    options = await mia.suggest("time_zone", "")

    assert options[0].value == "Asia/Singapore"
    assert len(options) == 100


async def test_ticking_a_reset_goes_back_to_the_default(world: World) -> None:
    ada = await open_settings(world)
    await save(ada, reminder_day="4", deals_channel=world.acme.deals.id)
    await world.deliver()

    await open_settings(world)
    await save(ada, reset=["reminder_day", "deals_channel"])

    assert await place(world) is None
    async with world.db.transaction(world.acme.application) as tx:
        assert await tx.session.scalar(select(func.count()).select_from(Configuration)) == 0
    assert "Deals channel: none." in ada.ephemerals[-1].text


async def test_saving_twice_has_one_effect(world: World) -> None:
    ada = await open_settings(world)
    view = top(ada)
    ada.fill({"deals_channel": world.acme.deals.id})

    await ada.submit(view=view)
    await ada.submit(view=view)
    await world.deliver()

    public = [each for each in posts(world, world.acme.deals.id) if each.ephemeral_for is None]
    assert len(public) == 1
    assert await count_changes(world) == 2


async def test_a_test_post_that_slack_could_not_take_yet_keeps_waiting(world: World) -> None:
    ada = await open_settings(world)
    world.acme.team.revoke("token_revoked")

    ada.fill({"deals_channel": world.acme.deals.id})
    await ada.submit()
    await world.deliver()
    waiting = await place(world)
    world.acme.team.revoke(None)

    assert waiting is None
    async with world.db.transaction(world.acme.application) as tx:
        stored = await configuration.get(tx, catalogue.DEALS_CHANNEL)
    assert stored is not None
    assert stored.problem is None


async def test_a_changed_reminder_day_counts_this_week(world: World) -> None:
    ron = world.person("ron")
    await ron.command("/tandem", "help")
    ada = await open_settings(world)
    await save(ada, reminder_day="3", reminder_time="11:00")

    await world.settle()
    await world.slack.travel(timedelta(hours=9))
    await world.settle()

    assert len(ron.dm) == 1


async def test_help_shows_settings_only_to_who_may_change_them(world: World) -> None:
    for_ada = await world.person("ada").command("/tandem", "help")
    for_ron = await world.person("ron").command("/tandem", "help")

    assert "/tandem settings" in str(for_ada.blocks)
    assert "/tandem settings" not in str(for_ron.blocks)


async def test_the_settings_of_one_company_are_not_anothers(world: World) -> None:
    ada = await open_settings(world)
    await save(ada, deals_channel=world.acme.deals.id, stale_days="20")
    await world.deliver()

    other = world.globex.person("ada")
    await other.command("/tandem", "settings")

    assert await place(world, world.globex) is None
    assert "'initial_value': '20'" not in words(top(other))
