"""The section of the channels the bot posts to, and what is said about them."""

from collections.abc import Iterable, Mapping
from uuid import UUID

from handlers.blocks import kit
from handlers.blocks.settings.section import (
    Editor,
    Facts,
    Group,
    Section,
    Untouched,
    Values,
    editor,
)
from handlers.blocks.settings.views import section_button
from handlers.blocks.text import isolated, shown
from services.channels import ChannelProblem, ChannelSetting, change_channels
from services.configuration import Held
from services.configuration.catalogue import (
    ALERTS_CHANNEL,
    DEALS_CHANNEL,
    STATUS_CHANNEL,
    Channel,
)
from services.values import WorkspaceId

_POSTED: Mapping[str, str] = {
    DEALS_CHANNEL.name: "new opportunities",
    ALERTS_CHANNEL.name: "alerts",
    STATUS_CHANNEL.name: "weekly statuses",
}
_INVITE = "Type `/invite @Tandem` there, then {again}."
_REFUSALS: Mapping[str, tuple[str, str]] = {
    "not_in_channel": ("I am not in it", _INVITE),
    "channel_not_found": ("I cannot see it", _INVITE),
    "is_archived": ("it is archived", "Unarchive it, then {again}, or choose another one."),
    "externally_shared_channel": (
        "it is shared with another company",
        "Choose a channel that only your company is in.",
    ),
    "guests_in_channel": (
        "guests are in it, who must not see opportunities",
        "Choose a channel that only colleagues are in.",
    ),
    "restricted_action": (
        "only some people may post there",
        "Allow Tandem to post there, then {again}, or choose another one.",
    ),
}
_OTHER = (
    "Slack did not take my message",
    "Check that the channel is still there and that I am in it, then {again}.",
)
_KEPT = 'left as it is. To have none, tick it at "Reset to default".'


def _editor(setting: ChannelSetting, name: str, label: str, hint: str) -> Editor:
    def draw(held: Held[Channel | None], facts: Facts) -> list[kit.Block]:
        channel = held.value
        initial = channel.channel_id if channel and _is_here(channel, facts) else None
        picker = kit.channel_picker(f"settings_{name}", initial=initial)
        drawn = kit.field(name, label, picker, hint=hint, is_optional=True)
        return [drawn, kit.context(_state(channel, facts))] if channel else [drawn]

    def read(values: Values, facts: Facts) -> Channel | Untouched | None:
        chosen, present = values.get(name), facts.value(setting)
        if not isinstance(chosen, str) or facts.workspace_id is None:
            emptied = present is not None and _is_here(present, facts)
            return Untouched(f"{label}: {_KEPT}" if emptied else None)
        if present is not None and _is_kept(present, chosen, facts):
            return Untouched()
        return Channel(workspace_id=str(facts.workspace_id), channel_id=chosen)

    return editor(
        setting,
        label,
        draw=draw,
        read=read,
        words=lambda channel, _: channel.channel_id if channel else "none",
        told=_told,
        at=lambda _: name,
        seen=lambda channel: channel and [channel.workspace_id, channel.channel_id],
    )


def _is_here(channel: Channel, facts: Facts) -> bool:
    return channel.workspace_id == str(facts.workspace_id)


def _is_kept(present: Channel, chosen: str, facts: Facts) -> bool:
    """The same one; one that refused is chosen anew, for another test post."""
    is_same = _is_here(present, facts) and present.channel_id == chosen
    return is_same and present.problem is None


def _told(channel: Channel | None, facts: Facts) -> str:
    if channel is None:
        return "none"
    return f"{_name(channel, facts)}, as soon as my test post has arrived there"


def _name(channel: Channel, facts: Facts) -> str:
    """A mention; Slack cannot show one of another workspace."""
    if _is_here(channel, facts):
        return f"<#{channel.channel_id}>"
    return f"a channel of the workspace {_workspace(channel, facts)}"


def _workspace(channel: Channel, facts: Facts) -> str:
    name = facts.workspaces.get(WorkspaceId(UUID(channel.workspace_id)))
    return f"*{shown(isolated(name))}*" if name else "that was here before"


def _state(channel: Channel, facts: Facts) -> str:
    where = _name(channel, facts)
    stays = "" if _is_here(channel, facts) else " It stays unless you choose another one here."
    if _is_lost(channel, facts):
        return f"{_lost(where)}{stays}"
    if channel.is_reached:
        return f"{_begun(where)} works: it took my test post.{stays}"
    if channel.problem:
        return _refused(where, channel.problem, "save here again") + stays
    return f"{_begun(where)} is waiting for my test post. I use it once that has arrived.{stays}"


def _is_lost(channel: Channel, facts: Facts) -> bool:
    return WorkspaceId(UUID(channel.workspace_id)) in facts.unconnected


def _lost(where: str) -> str:
    return f"Nothing is posted in {where}: Tandem is not installed there any more."


def _begun(words: str) -> str:
    return words[:1].upper() + words[1:]


def _refused(where: str, reason: str, again: str) -> str:
    why, remedy = _REFUSALS.get(reason.removesuffix("_read_only_channel"), _OTHER)
    return f"I could not post in {where}: {why}. {remedy.format(again=again)}"


def _summary(facts: Facts) -> str:
    parts = (
        f"{label}: {_in_a_word(facts.value(setting), facts)}"
        for label, setting in (
            ("Deals", DEALS_CHANNEL),
            ("alerts", ALERTS_CHANNEL),
            ("weekly status", STATUS_CHANNEL),
        )
    )
    return " · ".join(parts)


def _in_a_word(channel: Channel | None, facts: Facts) -> str:
    if channel is None:
        return "none"
    waits = channel.is_reached or channel.problem
    return _name(channel, facts) + ("" if waits else " (waiting for my test post)")


def _remark(facts: Facts) -> str | None:
    chosen = [facts.value(setting) for setting in _CHANNELS]
    refused = [each for each in chosen if each and each.problem]
    if refused:
        return f"I could not post in {_listed(_name(each, facts) for each in refused)}."
    lost = [each for each in chosen if each and _is_lost(each, facts)]
    if lost:
        return _lost(_listed(dict.fromkeys(_name(each, facts) for each in lost)))
    missing = [_POSTED[setting.name] for setting in _CHANNELS if facts.value(setting) is None]
    return f"Nobody sees {_listed(missing)} in a channel yet." if missing else None


_CHANNELS = (DEALS_CHANNEL, ALERTS_CHANNEL, STATUS_CHANNEL)
CHANNELS = Section(
    key="channels",
    title="Channels",
    group=Group.COMPANY,
    about="Where I post what everybody should see. A channel counts once it took my test post.",
    summary=_summary,
    editors=(
        _editor(
            DEALS_CHANNEL,
            "deals_channel",
            "Deals channel",
            "Where I post the card of each new opportunity. Default: none.",
        ),
        _editor(
            ALERTS_CHANNEL,
            "alerts_channel",
            "Alerts channel",
            "Where I post alerts. Default: none.",
        ),
        _editor(
            STATUS_CHANNEL,
            "status_channel",
            "Weekly status channel",
            "Where I post the team's weekly statuses. Default: none.",
        ),
    ),
    remark=_remark,
    other_names=("channel",),
    save=change_channels,
)


def test_message(settings: Iterable[str], chosen_by: str | None) -> tuple[str, list[kit.Block]]:
    """The post that proves a channel: says what will come here, and how to change it."""
    text = f"Tandem will post {posted_in(settings)} here."
    who = f"{shown(chosen_by)} chose this channel. " if chosen_by else ""
    note = f"{who}An admin can change it with `/tandem settings`."
    return text, [kit.section(text), kit.context(note)]


def problem_message(problem: ChannelProblem) -> tuple[str, list[kit.Block]]:
    """For the admin who chose a channel that refuses: why, and what to do."""
    text = _refused(f"<#{problem.channel_id}>", problem.reason, "choose the channel again")
    posted = posted_in(problem.settings)
    note = f"Until then nobody sees {posted} there; nothing else is affected."
    again = section_button("Choose a channel", CHANNELS.key)
    return text, [kit.section(text), kit.context(note), kit.actions(again)]


def posted_in(settings: Iterable[str]) -> str:
    """What is posted in the channels of these settings: `alerts and weekly statuses`."""
    return _listed(_POSTED[name] for name in settings)


def _listed(words: Iterable[str]) -> str:
    """`a`, `a and b`, `a, b and c`."""
    *most, last = words
    return f"{', '.join(most)} and {last}" if most else last
