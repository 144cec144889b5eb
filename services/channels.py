"""The channels a company has chosen for what the bot posts. Each counts once it took a test post,
until it refuses every message.

Either is learned when a delivery settles; see `record_test` and `give_up_channel`. Who settles
holds the conversation's lane first, then the setting: so does who chooses, after taking turns.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from services import configuration, jobs, outbox, people
from services.configuration import Change, Changed
from services.configuration.catalogue import (
    ALERTS_CHANNEL,
    DEALS_CHANNEL,
    STATUS_CHANNEL,
    Channel,
    Setting,
)
from services.configuration.values import take_turns
from services.db import Tx
from services.errors import NotFound
from services.outbox import Place
from services.values import EVERYTHING, WorkspaceId

ChannelSetting = Setting[Channel | None]

CHANNEL_TEST = "channel_test"
CHANNEL_PROBLEM = "channel_problem"
CHANNELS: Mapping[str, ChannelSetting] = {
    setting.name: setting for setting in (DEALS_CHANNEL, ALERTS_CHANNEL, STATUS_CHANNEL)
}


REFUSALS = frozenset(
    {
        "channel_not_found",
        "externally_shared_channel",
        "guests_in_channel",
        "is_archived",
        "not_in_channel",
        "restricted_action",
        "restricted_action_read_only_channel",
    }
)
"""Slack's reasons (and ours) that hold for every message to that channel:
https://docs.slack.dev/reference/methods/chat.postMessage#errors
"""


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
    """A chosen channel that refused its test post, or refuses every message now."""

    v: Literal[1] = 1
    settings: tuple[str, ...]
    channel_id: str
    reason: str


async def reached_channel(tx: Tx, setting: ChannelSetting) -> Place | None:
    """Where to post for this setting; None when no channel is chosen or none was reached yet."""
    channel = await configuration.get(tx, setting)
    return _place(channel) if channel is not None and channel.is_reached else None


async def change_channels(tx: Tx, changes: Sequence[Change]) -> Changed:
    """As `configuration.change`, for settings of channels: one that is chosen is of the actor's
    workspace and gets a test post, one that refused and is chosen again another. Needs
    `settings.change`.
    """
    tx.actor.require("settings.change")
    planned = [_of_the_actor(tx, each) for each in changes]
    fresh = {each.setting.name: each.value for each in planned if isinstance(each.value, Channel)}
    await take_turns(tx)
    await post_tests(tx, fresh)
    changed = await configuration.change(tx, planned)
    again = {name: channel for name, channel in fresh.items() if name not in changed.settings}
    for name, channel in again.items():
        await configuration.write(tx, CHANNELS[name], channel)
    return Changed((*changed.settings, *again), changed.moved)


def _of_the_actor(tx: Tx, change: Change) -> Change:
    if not isinstance(change.value, Channel):
        return change
    if tx.actor.workspace_id is None:
        raise NotFound("workspace", tx.actor.name)
    fresh = Channel(
        workspace_id=str(tx.actor.workspace_id),
        channel_id=change.value.channel_id,
        chosen_by=tx.actor.user_id,
    )
    return replace(change, value=fresh)


async def post_tests(tx: Tx, chosen: Mapping[str, Channel]) -> None:
    """One to each channel, whatever it was chosen for."""
    for place in dict.fromkeys(_place(channel) for channel in chosen.values()):
        test = ChannelTest(
            settings=tuple(name for name, each in chosen.items() if _place(each) == place),
            channel_id=place.lane,
            chosen_by=tx.actor.user_id,
            tell=tx.actor.slack_user_id,
        )
        await outbox.post(tx, place, CHANNEL_TEST, _dumped(test))


async def still_chosen(tx: Tx, workspace_id: WorkspaceId, test: ChannelTest) -> tuple[str, ...]:
    """The settings of a test post that still wait for it, by name."""
    waiting = await _waiting(tx, workspace_id, test)
    return tuple(waiting)


async def record_test(
    tx: Tx, workspace_id: WorkspaceId, test: ChannelTest, refusal: str | None
) -> None:
    """Note what came of a test post; `refusal` is Slack's reason, None when it arrived.

    A channel that was changed meanwhile is left alone. Who chose a refused one is told; alerts
    that waited for their channel are told there at once. For the application.
    """
    tx.actor.require(EVERYTHING)
    waiting = await _waiting(tx, workspace_id, test)
    for name, channel in waiting.items():
        settled = channel.model_copy(update={"is_reached": refusal is None, "problem": refusal})
        await configuration.write(tx, CHANNELS[name], settled)
    if refusal is None and ALERTS_CHANNEL.name in waiting:
        jobs.enqueue(tx, jobs.EVALUATE_ALERT_RULES)
    if refusal is not None and test.tell is not None and waiting:
        await _tell(tx, Place(workspace_id, test.tell), test.channel_id, waiting, refusal)


async def give_up_channel(tx: Tx, place: Place, why: str) -> None:
    """A message to `place` was refused. Where Slack's reason holds for every message there, no
    setting counts that channel as reached any more, and an admin is told: who chose it, if they
    are one still. For the application.
    """
    tx.actor.require(EVERYTHING)
    if why not in REFUSALS:
        return
    lost = await _reached_at(tx, place)
    if not lost:
        return
    for name, channel in lost.items():
        refused = channel.model_copy(update={"is_reached": False, "problem": why})
        await configuration.write(tx, CHANNELS[name], refused)
    admin = await _admin(tx, [channel.chosen_by for channel in lost.values()])
    if admin is not None:
        await _tell(tx, admin, place.lane, lost, why)


async def _reached_at(tx: Tx, place: Place) -> dict[str, Channel]:
    """The settings that count this conversation as reached, held until the end."""
    found: dict[str, Channel] = {}
    for name, setting in CHANNELS.items():
        if await reached_channel(tx, setting) != place:
            continue
        channel = await configuration.hold(tx, setting)
        if channel is not None and channel.is_reached and _place(channel) == place:
            found[name] = channel
    return found


def _place(channel: Channel) -> Place:
    return Place(WorkspaceId(UUID(channel.workspace_id)), channel.channel_id)


async def _admin(tx: Tx, preferred: Sequence[UUID | None]) -> Place | None:
    """Where to write to somebody who can choose another channel."""
    known = sorted(await people.people(tx), key=lambda each: each.user_id not in preferred)
    for who in known:
        if who.workspace_id is None or who.slack_user_id is None:
            continue
        if (await people.actor_for(tx, who)).may("settings.change"):
            return Place(who.workspace_id, who.slack_user_id)
    return None


async def _tell(
    tx: Tx, place: Place, channel_id: str, settings: Iterable[str], reason: str
) -> None:
    problem = ChannelProblem(settings=tuple(settings), channel_id=channel_id, reason=reason)
    await outbox.post(tx, place, CHANNEL_PROBLEM, _dumped(problem))


async def _waiting(tx: Tx, workspace_id: WorkspaceId, test: ChannelTest) -> dict[str, Channel]:
    waiting: dict[str, Channel] = {}
    for name in test.settings:
        setting = CHANNELS.get(name)
        channel = await configuration.hold(tx, setting) if setting else None
        if channel is None or channel.is_reached:
            continue
        if _place(channel) == Place(workspace_id, test.channel_id):
            waiting[name] = channel
    return waiting


def _dumped(payload: BaseModel) -> dict[str, object]:
    return payload.model_dump(mode="json", exclude_none=True)
