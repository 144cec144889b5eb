"""The test posts of chosen channels, and what an admin is told of a channel that refuses."""

from collections.abc import Mapping

from handlers.blocks.settings import problem_message, test_message
from handlers.notices import Message, Renderer, Settled
from services import channels, people
from services.channels import CHANNEL_PROBLEM, CHANNEL_TEST, ChannelProblem, ChannelTest
from services.configuration.catalogue import DEALS_CHANNEL
from services.db import Tx
from services.outbox import Dead, Delivery, Outcome, Sent
from services.values import UserId


async def _test_post(tx: Tx, delivery: Delivery) -> Message | None:
    test = ChannelTest.model_validate(delivery.payload)
    settings = await channels.still_chosen(tx, delivery.workspace_id, test)
    if not settings:
        return None
    chosen_by = await people.person(tx, UserId(test.chosen_by)) if test.chosen_by else None
    told = test_message(settings, chosen_by.name if chosen_by else None)
    # As what will follow: no opportunity is shown to guests.
    return Message(*told, is_confidential=DEALS_CHANNEL.name in settings)


async def _problem(_: Tx, delivery: Delivery) -> Message | None:
    return Message(*problem_message(ChannelProblem.model_validate(delivery.payload)))


async def _test_settled(tx: Tx, delivery: Delivery, outcome: Outcome) -> None:
    test = ChannelTest.model_validate(delivery.payload)
    match outcome:
        case Sent():
            await channels.record_test(tx, delivery.workspace_id, test, None)
        case Dead(why):
            await channels.record_test(tx, delivery.workspace_id, test, why)
        case _:
            return


NOTICES: Mapping[str, Renderer] = {
    CHANNEL_TEST: _test_post,
    CHANNEL_PROBLEM: _problem,
}
SETTLED: Mapping[str, Settled] = {CHANNEL_TEST: _test_settled}
