"""The channels a company has chosen for what the bot posts. Each counts once it took a test post.

Whether one did is learned when the delivery settles; see `record_test`.
"""

from collections.abc import Iterable, Mapping
from typing import Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from services import configuration, jobs, outbox
from services.configuration.catalogue import (
    ALERTS_CHANNEL,
    DEALS_CHANNEL,
    STATUS_CHANNEL,
    Channel,
    Setting,
)
from services.db import Tx
from services.errors import NotFound
from services.outbox import Place
from services.values import WorkspaceId

ChannelSetting = Setting[Channel | None]

CHANNEL_TEST = "channel_test"
CHANNEL_PROBLEM = "channel_problem"
CHANNELS: Mapping[str, ChannelSetting] = {
    setting.name: setting for setting in (DEALS_CHANNEL, ALERTS_CHANNEL, STATUS_CHANNEL)
}


class _Payload(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class ChannelTest(_Payload):
    """What a test post is about: the settings the channel was chosen for, and by whom."""

    v: Literal[1] = 1
    settings: tuple[str, ...]
    channel_id: str
    chosen_by: UUID | None = None
    tell: str | None = None
    """The Slack account to tell when the channel refuses."""


class ChannelProblem(_Payload):
    """A chosen channel that refused its test post."""

    v: Literal[1] = 1
    settings: tuple[str, ...]
    channel_id: str
    reason: str


async def reached_channel(tx: Tx, setting: ChannelSetting) -> Place | None:
    """Where to post for this setting; None when no channel is chosen or none was reached yet."""
    channel = await configuration.get(tx, setting)
    if channel is None or not channel.is_reached:
        return None
    return Place(WorkspaceId(UUID(channel.workspace_id)), channel.channel_id)


async def choose_channels(tx: Tx, chosen: Mapping[str, str]) -> None:
    """Store the chosen channels (setting's name to channel id) of the actor's workspace and post
    one test to each channel. Needs `settings.change`.
    """
    workspace_id = tx.actor.workspace_id
    if workspace_id is None:
        raise NotFound("workspace", tx.actor.name)
    for name, channel_id in chosen.items():
        fresh = Channel(workspace_id=str(workspace_id), channel_id=channel_id)
        await configuration.put(tx, CHANNELS[name], fresh)
    for channel_id in dict.fromkeys(chosen.values()):
        names = tuple(name for name, each in chosen.items() if each == channel_id)
        test = ChannelTest(
            settings=names,
            channel_id=channel_id,
            chosen_by=tx.actor.user_id,
            tell=tx.actor.slack_user_id,
        )
        await outbox.post(tx, Place(workspace_id, channel_id), CHANNEL_TEST, _dumped(test))


async def still_chosen(tx: Tx, workspace_id: WorkspaceId, test: ChannelTest) -> tuple[str, ...]:
    """The settings of a test post that still wait for it, by name."""
    waiting = await _waiting(tx, workspace_id, test)
    return tuple(waiting)


async def record_test(
    tx: Tx, workspace_id: WorkspaceId, test: ChannelTest, refusal: str | None
) -> None:
    """Note what came of a test post; `refusal` is Slack's reason, None when it arrived.

    A channel that was changed meanwhile is left alone. Who chose a refused one is told; alerts
    that waited for their channel are told there at once.
    """
    waiting = await _waiting(tx, workspace_id, test)
    for name, channel in waiting.items():
        settled = channel.model_copy(update={"is_reached": refusal is None, "problem": refusal})
        await configuration.write(tx, CHANNELS[name], settled)
    if refusal is None and ALERTS_CHANNEL.name in waiting:
        await jobs.enqueue(tx, jobs.EVALUATE_ALERT_RULES)
    if refusal is not None and test.tell is not None and waiting:
        await _tell(tx, Place(workspace_id, test.tell), test.channel_id, waiting, refusal)


async def _tell(
    tx: Tx, place: Place, channel_id: str, settings: Iterable[str], reason: str
) -> None:
    problem = ChannelProblem(settings=tuple(settings), channel_id=channel_id, reason=reason)
    await outbox.post(tx, place, CHANNEL_PROBLEM, _dumped(problem))


async def _waiting(tx: Tx, workspace_id: WorkspaceId, test: ChannelTest) -> dict[str, Channel]:
    waiting: dict[str, Channel] = {}
    for name in test.settings:
        setting = CHANNELS.get(name)
        channel = await configuration.get(tx, setting) if setting else None
        if channel is None or channel.is_reached:
            continue
        if (channel.workspace_id, channel.channel_id) == (str(workspace_id), test.channel_id):
            waiting[name] = channel
    return waiting


def _dumped(payload: BaseModel) -> dict[str, object]:
    return payload.model_dump(mode="json", exclude_none=True)
