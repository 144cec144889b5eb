"""Conversations as the Web API shows them.

https://docs.slack.dev/reference/objects/conversation-object
"""

from sandbox.records import Channel
from sandbox.web_api.call import ApiCall
from sandbox.wire import JsonObject


def wire_channel(call: ApiCall, channel: Channel) -> JsonObject:
    """The conversation as the caller sees it."""
    common: JsonObject = {
        "id": channel.id,
        "created": channel.created,
        "is_im": channel.kind == "im",
        "is_mpim": channel.kind == "mpim",
        "is_archived": channel.archived,
        "is_shared": channel.shared or bool(channel.shared_with),
        "is_ext_shared": channel.shared,
        "is_org_shared": False,
        "is_pending_ext_shared": False,
        "context_team_id": call.team.id,
        "updated": channel.created * 1000,
    }
    if channel.kind == "im":
        return common | {"user": channel.peer, "is_open": True, "priority": 0}
    return common | _room(call, channel) | _sharing(call, channel)


def _room(call: ApiCall, channel: Channel) -> JsonObject:
    said = {"creator": channel.creator, "last_set": channel.created}
    return {
        "name": channel.name,
        "name_normalized": channel.name,
        "is_channel": channel.kind == "channel" and not channel.private,
        "is_group": channel.private,
        "is_private": channel.private,
        "is_general": channel.general,
        "is_member": call.is_in(channel),
        "creator": channel.creator,
        "unlinked": 0,
        "pending_shared": [],
        "previous_names": [],
        "topic": {"value": channel.topic, **said},
        "purpose": {"value": channel.purpose, **said},
    }


def _sharing(call: ApiCall, channel: Channel) -> JsonObject:
    shown: JsonObject = {"shared_team_ids": [call.team.id, *channel.shared_with]}
    if channel.shared:
        shown |= {
            "internal_team_ids": [call.team.id],
            "connected_team_ids": channel.shared_with,
            "conversation_host_id": call.team.id,
        }
    return shown
