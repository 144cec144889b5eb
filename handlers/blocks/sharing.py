"""The words for a card that could not be posted where somebody shared it."""

from collections.abc import Mapping

from handlers.blocks import kit
from handlers.blocks.text import shown

_INVITE = "Type `/invite @Tandem` there, then share it again."
_REASONS: Mapping[str, tuple[str, str]] = {
    "not_in_channel": ("I am not in it", _INVITE),
    "channel_not_found": ("I cannot see it", _INVITE),
    "is_archived": ("it is archived", "Unarchive it, then share it again."),
    "externally_shared_channel": (
        "people of other companies read it",
        "Share it in a channel of your own company.",
    ),
    "guests_in_channel": (
        "guests read it",
        "Share it in a channel without guests.",
    ),
    "restricted_action": (
        "only some people may post there",
        "Ask who looks after the channel to let Tandem post there.",
    ),
}
_OTHER = ("Slack did not take my message", "Check that the channel is still there and try again.")


def not_shared(what: str, channel_id: str, reason: str) -> tuple[str, list[kit.Block]]:
    """Why `what` is not in the channel, and what to do about it."""
    why, advice = _REASONS.get(reason.removesuffix("_read_only_channel"), _OTHER)
    text = f"I could not share {shown(what, 200)} in <#{channel_id}>: {why}. {advice}"
    return text, [kit.section(text)]
