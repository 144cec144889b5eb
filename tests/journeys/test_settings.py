from uuid import UUID

import pytest
from sqlalchemy import func, select

from handlers.blocks.settings import SECTIONS
from sandbox import Message
from services import configuration
from services.channels import reached_channel
from services.configuration import catalogue
from services.outbox import Place
from services.tables import AuditEntry, Configuration
from tests.journeys.conftest import Office, World
from tests.journeys.editing import opened, refused, saved, top, words


def posts(world: World, channel_id: str) -> list[Message]:
    return world.acme.team.history(channel_id)


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
    ada = await opened(world, "channels")

    await saved(ada, deals_channel=world.acme.deals.id)
    before = await place(world)
    await world.deliver()

    assert before is None
    assert await place(world) == Place(world.acme.workspace_id, world.acme.deals.id)
    [post] = [each for each in posts(world, world.acme.deals.id) if each.ephemeral_for is None]
    assert post.text == "Tandem will post new opportunities here."
    assert "Ada Acme chose this channel" in str(post.blocks)


async def test_a_channel_without_the_bot_is_refused_with_what_to_do(world: World) -> None:
    hidden = world.acme.team.add_channel(
        "G0HIDDEN", "hidden", private=True, members=[world.acme.members["ada"]], with_bot=False
    )
    ada = await opened(world, "channels")

    await saved(ada, alerts_channel=hidden.id)
    await world.deliver()

    told = ada.dm[-1]
    assert told.text == (
        "I could not post in <#G0HIDDEN>: I cannot see it. "
        "Type `/invite @Tandem` there, then choose the channel again."
    )
    await ada.press(told, "Choose a channel")
    assert "then save here again" in words(ada)


async def test_a_refused_channel_counts_after_the_invitation_and_saving_again(
    world: World,
) -> None:
    world.acme.team.remove_bot(world.acme.deals)
    world.acme.team.grant([s for s in world.acme.team.bot_scopes if s != "chat:write.public"])
    ada = await opened(world, "channels")
    await saved(ada, deals_channel=world.acme.deals.id)
    await world.deliver()
    refused = await place(world)

    world.acme.team.add_bot(world.acme.deals)
    await opened(world, "channels")
    await saved(ada)
    await world.deliver()

    assert refused is None
    assert await place(world) == Place(world.acme.workspace_id, world.acme.deals.id)
    await opened(world, "channels")
    assert "works: it took my test post" in words(ada)


async def test_an_archived_channel_is_refused_with_what_to_do(world: World) -> None:
    ada = await opened(world, "channels")
    world.acme.team.archive(world.acme.status)

    await saved(ada, status_channel=world.acme.status.id)
    await world.deliver()

    assert await place(world) is None
    assert "it is archived. Unarchive it" in ada.dm[-1].text


async def test_a_channel_shared_with_another_company_is_refused(world: World) -> None:
    shared = world.acme.team.add_channel(
        "C0SHARED", "shared", shared=True, members=[world.acme.members["ada"]]
    )
    ada = await opened(world, "channels")

    await saved(ada, deals_channel=shared.id)
    await world.deliver()

    assert await place(world) is None
    assert posts(world, shared.id) == []
    assert "Choose a channel that only your company is in." in ada.dm[-1].text


async def test_one_channel_for_everything_gets_one_post(world: World) -> None:
    ada = await opened(world, "channels")

    await saved(
        ada,
        deals_channel=world.acme.alerts.id,
        alerts_channel=world.acme.alerts.id,
        status_channel=world.acme.alerts.id,
    )
    await world.deliver()

    assert [post.text for post in posts(world, world.acme.alerts.id)] == [
        "Tandem will post new opportunities, alerts and weekly statuses here."
    ]


@pytest.mark.parametrize("section", ["", " pipeline", " nonsense"])
async def test_a_rep_is_refused_in_private(world: World, section: str) -> None:
    ron = world.person("ron")

    answer = await ron.command("/tandem", f"settings{section}", channel=world.acme.deals)

    assert ron.view is None
    assert answer.ephemeral is not None
    assert "An admin of your company can change your role" in answer.ephemeral.text


async def test_saving_twice_has_one_effect(world: World) -> None:
    ada = await opened(world, "channels")
    view = top(ada)
    ada.fill({"deals_channel": world.acme.deals.id})

    await ada.submit(view=view)
    await ada.submit(view=view)
    await world.deliver()

    public = [each for each in posts(world, world.acme.deals.id) if each.ephemeral_for is None]
    assert len(public) == 1
    assert await count_changes(world) == 2


async def test_a_test_post_that_slack_could_not_take_yet_keeps_waiting(world: World) -> None:
    ada = await opened(world, "channels")
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


async def test_help_shows_settings_only_to_who_may_change_them(world: World) -> None:
    for_ada = await world.person("ada").command("/tandem", "help")
    for_ron = await world.person("ron").command("/tandem", "help")

    assert "/tandem settings" in str(for_ada.blocks)
    assert "/tandem settings" not in str(for_ron.blocks)


async def test_the_menu_leads_to_a_section_and_tells_what_was_saved_there(world: World) -> None:
    ada = await opened(world)
    before = words(ada)

    await ada.press_in_view("settings_section:channels")
    await saved(ada, deals_channel=world.acme.deals.id)

    assert "Nobody sees new opportunities, alerts and weekly statuses in a channel yet" in before
    assert len(ada.views) == 1
    assert "Deals channel: <#C0DEALSACME>, as soon as my test post has arrived" in words(ada)
    assert "Deals: <#C0DEALSACME> (waiting for my test post) · alerts: none" in words(ada)


async def test_a_section_opened_by_its_name_tells_where_it_was_asked_for(world: World) -> None:
    ada = await opened(world, "channels")

    await saved(ada, deals_channel=world.acme.deals.id)

    assert ada.view is None
    assert ada.ephemerals[-1].channel == world.acme.deals.id
    assert ada.ephemerals[-1].text.splitlines() == [
        "Saved.",
        "Deals channel: <#C0DEALSACME>, as soon as my test post has arrived there.",
    ]


async def test_a_section_goes_by_its_key_its_title_and_other_names(world: World) -> None:
    names = ("pipeline", "Pipeline stages", "stages", "  EXCHANGE   rates ")

    titles = [top(await opened(world, name)).title for name in names]

    assert titles == [*["Pipeline stages"] * 3, "Exchange rates"]


async def test_a_typo_in_a_sections_name_is_asked_back(world: World) -> None:
    ada = world.person("ada")

    answer = await ada.command("/tandem", "settings pipelin", channel=world.acme.deals)

    assert ada.view is None
    assert "Did you mean `/tandem settings pipeline`?" in answer.text


async def test_every_section_opens_from_the_menu_and_untouched_changes_nothing(
    world: World,
) -> None:
    ada = await opened(world)

    for section in SECTIONS:
        answer = await ada.press_in_view(f"settings_section:{section.key}")
        assert answer.ok
        assert top(ada).title == section.title
        if not top(ada).content.get("submit"):
            await ada.close()
            continue
        await saved(ada)
        assert "No setting was changed." in words(ada)

    assert await count_changes(world) == 0


async def test_the_form_of_two_admins_tells_the_second_what_happened(world: World) -> None:
    await world.person("ron").command("/tandem", "help")
    await world.give_role("ron", "admin")
    ada, ron = await opened(world, "currencies"), await opened(world, "currencies", "ron")

    await saved(ada, fiscal_year_start="4")
    told = await refused(ron, fiscal_year_start="7")

    assert told == {
        "fiscal_year_start": "Somebody changed this while you were here. Close this and open it "
        "again. Nothing was saved."
    }


async def test_two_admins_who_change_different_settings_of_a_form_both_succeed(
    world: World,
) -> None:
    await world.person("ron").command("/tandem", "help")
    await world.give_role("ron", "admin")
    ada, ron = await opened(world, "currencies"), await opened(world, "currencies", "ron")

    await saved(ada, fiscal_year_start="4")
    await saved(ron, currencies=["USD", "EUR"])

    async with world.db.transaction(world.acme.application) as tx:
        assert await configuration.get(tx, catalogue.FISCAL_START) == 4
        assert await configuration.get(tx, catalogue.CURRENCIES) == ("USD", "EUR")


async def test_ticking_a_reset_goes_back_to_the_default(world: World) -> None:
    ada = await opened(world, "channels")
    await saved(ada, deals_channel=world.acme.deals.id)
    await world.deliver()

    await opened(world, "channels")
    await saved(ada, reset=[catalogue.DEALS_CHANNEL.name])

    assert await place(world) is None
    async with world.db.transaction(world.acme.application) as tx:
        assert await tx.session.scalar(select(func.count()).select_from(Configuration)) == 0
    assert "Deals channel: none." in ada.ephemerals[-1].text


async def test_an_emptied_channel_stays_and_says_how_to_have_none(world: World) -> None:
    ada = await opened(world, "channels")
    await saved(ada, deals_channel=world.acme.deals.id)
    await opened(world, "channels")

    await saved(ada, deals_channel=None)

    assert ada.ephemerals[-1].text.splitlines() == [
        "No setting was changed.",
        'Deals channel: left as it is. To have none, tick it at "Reset to default".',
    ]


async def test_a_channel_of_another_workspace_is_named_and_not_lost(world: World) -> None:
    elsewhere = catalogue.Channel(
        workspace_id=str(UUID(int=7)), channel_id="C0ELSEWHERE", is_reached=True
    )
    async with world.db.transaction(world.acme.application) as tx:
        await configuration.write(tx, catalogue.DEALS_CHANNEL, elsewhere)
    ada = await opened(world, "channels")
    shown = words(ada)

    await saved(ada, alerts_channel=world.acme.alerts.id)

    assert "It stays unless you choose another one here." in shown
    async with world.db.transaction(world.acme.application) as tx:
        assert await configuration.get(tx, catalogue.DEALS_CHANNEL) == elsewhere


async def test_a_test_post_that_settles_meanwhile_is_no_conflict(world: World) -> None:
    ada = await opened(world, "channels")
    await saved(ada, deals_channel=world.acme.deals.id)
    await opened(world, "channels")
    await world.deliver()

    await saved(ada, deals_channel=world.acme.status.id)

    assert "<#C0STATUSACME>" in ada.ephemerals[-1].text


async def test_who_lost_the_right_while_the_form_was_open_cannot_save(world: World) -> None:
    ada = await opened(world, "channels")
    await world.give_role("ada", "sales_rep")

    told = await refused(ada, deals_channel=world.acme.deals.id)

    assert "Your role does not let you change the settings" in str(told)
    assert await count_changes(world) == 0


async def test_a_form_of_an_older_version_says_so(world: World) -> None:
    for section in ("channels", "pipeline"):
        ada = await opened(world, section)
        if section == "pipeline":
            await ada.press_in_view("Add stage")
            ada.fill({"label": "Legal review", "probability": "80"})
        top(ada).content["private_metadata"] = '{"v":2}'

        await ada.submit()

        assert ada.dm[-1].text.startswith("This is from an older message or form.")
    assert await count_changes(world) == 0


async def test_the_settings_of_one_company_are_not_anothers(world: World) -> None:
    ada = await opened(world, "channels")
    await saved(ada, deals_channel=world.acme.deals.id)
    await world.deliver()

    other = world.globex.person("ada")
    await other.command("/tandem", "settings")

    assert await place(world, world.globex) is None
    assert other.view is not None
    assert "C0DEALS" not in other.reads(other.view)
