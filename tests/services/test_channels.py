from uuid import UUID

import pytest
from sqlalchemy import select, update

from services import channels, configuration
from services.channels import ChannelTest
from services.configuration import Change
from services.configuration.catalogue import ALERTS_CHANNEL, DEALS_CHANNEL, Channel
from services.db import Database
from services.errors import NotAllowed, NotFound
from services.outbox import Place
from services.tables import Outbox, User
from tests.factories import Company

DEALS = DEALS_CHANNEL.name
ALERTS = ALERTS_CHANNEL.name


def changes(**chosen: str) -> list[Change]:
    return [
        Change(channels.CHANNELS[name], Channel(workspace_id=str(UUID(int=0)), channel_id=at))
        for name, at in chosen.items()
    ]


async def choose(db: Database, company: Company, **chosen: str) -> None:
    names = {"deals": DEALS, "alerts": ALERTS}
    async with db.transaction(company.admin) as tx:
        await channels.change_channels(
            tx, changes(**{names[each]: at for each, at in chosen.items()})
        )


async def settle(db: Database, company: Company, refusal: str | None = None) -> None:
    """What came of the first test post."""
    async with db.transaction(company.application) as tx:
        row = (await tx.session.scalars(select(Outbox).order_by(Outbox.id).limit(1))).one()
        test = ChannelTest.model_validate(row.payload)
        await channels.record_test(tx, company.workspace_id, test, refusal)


async def stored(db: Database, company: Company) -> Channel | None:
    async with db.transaction(company.rep) as tx:
        return await configuration.get(tx, DEALS_CHANNEL)


async def reached(db: Database, company: Company) -> Place | None:
    async with db.transaction(company.rep) as tx:
        return await channels.reached_channel(tx, DEALS_CHANNEL)


async def told(db: Database, company: Company) -> list[Outbox]:
    async with db.transaction(company.admin) as tx:
        found = await tx.session.scalars(select(Outbox).where(Outbox.kind == "channel_problem"))
        return list(found)


async def test_without_a_choice_there_is_no_place(db: Database, acme: Company) -> None:
    assert await reached(db, acme) is None


async def test_a_channel_counts_once_its_test_post_arrived(db: Database, acme: Company) -> None:
    await choose(db, acme, deals="C0DEALS")
    before = await reached(db, acme)

    await settle(db, acme)

    assert before is None
    assert await reached(db, acme) == Place(acme.workspace_id, "C0DEALS")


async def test_a_refused_channel_does_not_count_and_who_chose_it_is_told(
    db: Database, acme: Company
) -> None:
    await choose(db, acme, deals="C0DEALS")

    await settle(db, acme, "not_in_channel")

    channel = await stored(db, acme)
    assert await reached(db, acme) is None
    assert channel is not None
    assert channel.problem == "not_in_channel"
    assert [(post.lane, post.payload) for post in await told(db, acme)] == [
        (
            "U0ADA",
            {
                "v": 1,
                "settings": [DEALS],
                "channel_id": "C0DEALS",
                "reason": "not_in_channel",
            },
        )
    ]


async def test_choosing_a_refused_channel_again_tests_it_again(db: Database, acme: Company) -> None:
    await choose(db, acme, deals="C0DEALS")
    await settle(db, acme, "not_in_channel")

    await choose(db, acme, deals="C0DEALS")
    await settle(db, acme)

    channel = await stored(db, acme)
    assert channel == Channel(
        workspace_id=str(acme.workspace_id),
        channel_id="C0DEALS",
        is_reached=True,
        chosen_by=acme.admin.user_id,
    )


async def test_a_late_answer_for_a_channel_no_longer_chosen_changes_nothing(
    db: Database, acme: Company
) -> None:
    await choose(db, acme, deals="C0FIRST")
    await choose(db, acme, deals="C0SECOND")

    await settle(db, acme, "not_in_channel")

    channel = await stored(db, acme)
    assert channel is not None
    assert (channel.channel_id, channel.problem) == ("C0SECOND", None)
    assert await told(db, acme) == []


async def test_a_late_refusal_does_not_undo_what_was_reached(db: Database, acme: Company) -> None:
    await choose(db, acme, deals="C0DEALS")
    await settle(db, acme)

    await settle(db, acme, "is_archived")

    assert await reached(db, acme) is not None
    assert await told(db, acme) == []


async def test_one_test_post_settles_every_setting_it_was_for(db: Database, acme: Company) -> None:
    await choose(db, acme, deals="C0ALL", alerts="C0ALL")

    await settle(db, acme, "is_archived")

    [post] = await told(db, acme)
    assert post.payload["settings"] == [DEALS, ALERTS]


async def test_a_rep_may_choose_no_channel(db: Database, acme: Company) -> None:
    async with db.transaction(acme.rep) as tx:
        with pytest.raises(NotAllowed):
            await channels.change_channels(tx, changes(**{DEALS: "C0DEALS"}))


async def test_without_a_workspace_there_is_no_channel_to_choose(
    db: Database, acme: Company
) -> None:
    async with db.transaction(acme.application) as tx:
        with pytest.raises(NotFound):
            await channels.change_channels(tx, changes(**{DEALS: "C0DEALS"}))


async def test_what_came_of_another_companys_post_changes_nothing_here(
    db: Database, acme: Company, globex_corp: Company
) -> None:
    await choose(db, acme, deals="C0DEALS")
    await choose(db, globex_corp, deals="C0DEALS")

    async with db.transaction(acme.application) as tx:
        foreign = ChannelTest(
            settings=(DEALS,), channel_id="C0DEALS", chosen_by=UUID(int=1), tell="U0ADA"
        )
        await channels.record_test(tx, globex_corp.workspace_id, foreign, None)

    assert await reached(db, acme) is None
    assert await reached(db, globex_corp) is None


async def give_up(db: Database, company: Company, channel_id: str, why: str) -> None:
    async with db.transaction(company.application) as tx:
        await channels.give_up_channel(tx, Place(company.workspace_id, channel_id), why)


async def test_a_channel_that_refuses_every_message_counts_no_more_and_who_chose_it_is_told_once(
    db: Database, acme: Company
) -> None:
    await choose(db, acme, deals="C0ALL", alerts="C0ALL")
    await settle(db, acme)

    await give_up(db, acme, "C0ALL", "is_archived")
    await give_up(db, acme, "C0ALL", "is_archived")

    channel = await stored(db, acme)
    assert await reached(db, acme) is None
    assert channel is not None
    assert channel.problem == "is_archived"
    [post] = await told(db, acme)
    assert (post.lane, post.payload["settings"]) == ("U0ADA", [DEALS, ALERTS])
    assert post.payload["reason"] == "is_archived"


async def test_another_admin_is_told_when_who_chose_it_is_one_no_more(
    db: Database, acme: Company
) -> None:
    await choose(db, acme, deals="C0DEALS")
    await settle(db, acme)
    async with db.transaction(acme.application) as tx:
        roles = {acme.admin.user_id: "sales_rep", acme.other_rep.user_id: "admin"}
        for user_id, role in roles.items():
            await tx.session.execute(update(User).where(User.id == user_id).values(role=role))

    await give_up(db, acme, "C0DEALS", "not_in_channel")

    assert [post.lane for post in await told(db, acme)] == ["U0OLGA"]


@pytest.mark.parametrize(
    ("channel_id", "why"), [("C0DEALS", "msg_too_long"), ("C0OTHER", "is_archived")]
)
async def test_what_is_the_messages_or_another_channels_fault_changes_nothing(
    db: Database, acme: Company, channel_id: str, why: str
) -> None:
    await choose(db, acme, deals="C0DEALS")
    await settle(db, acme)

    await give_up(db, acme, channel_id, why)

    assert await reached(db, acme) is not None
    assert await told(db, acme) == []


async def test_what_an_admin_chooses_meanwhile_is_not_overwritten(
    db: Database, acme: Company
) -> None:
    await choose(db, acme, deals="C0DEALS")
    await settle(db, acme)

    async with db.transaction(acme.application) as tx:
        assert await channels.reached_channel(tx, DEALS_CHANNEL) is not None
        await choose(db, acme, deals="C0NEW")
        await channels.give_up_channel(tx, Place(acme.workspace_id, "C0DEALS"), "is_archived")

    channel = await stored(db, acme)
    assert channel is not None
    assert (channel.channel_id, channel.problem) == ("C0NEW", None)
    assert await told(db, acme) == []


async def test_only_the_application_gives_a_channel_up(db: Database, acme: Company) -> None:
    place = Place(acme.workspace_id, "C0DEALS")

    async with db.transaction(acme.admin) as tx:
        with pytest.raises(NotAllowed):
            await channels.give_up_channel(tx, place, "is_archived")
