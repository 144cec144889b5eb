"""Whether what was sent without an answer has arrived: asked of Slack before it is sent again."""

from datetime import datetime, timedelta
from typing import Literal, cast

from slack_sdk.web.async_client import AsyncWebClient

from bot import uploading
from bot.installations import Installed
from bot.refusals import TOKEN_REFUSED, is_rate_limit, rest_of
from bot.slack_client import Answer, SlackRefusedError, call
from services import outbox
from services.outbox import Delivery, Later, Sent

METADATA = "tandem_delivery"
"""What a message of ours is known by."""
LOOK_BACK = timedelta(minutes=1)
"""Slack's clock may be behind ours."""
LOOKED_AT = 15
"""As many messages as Slack shows at once to any app."""
HISTORY_SCOPES = {"C": "channels:history", "G": "groups:history"}


async def look(
    client: AsyncWebClient, installed: Installed, delivery: Delivery, now: datetime
) -> Sent | Later | Literal["absent", "perhaps there"]:
    """What an earlier attempt has sent whose answer never came. Later: Slack does not let us look
    yet.
    """
    is_unsure = delivery.claim.was_sending and delivery.method == outbox.POST
    try:
        if delivery.file_id is not None:
            found = await uploading.find(client, delivery.file_id)
            return Sent(delivery.lane, None) if found == "there" else found
        if is_unsure and _can_look(installed, delivery):
            return await _looked_for(client, delivery)
    except SlackRefusedError as refused:
        if is_rate_limit(refused):
            return Later(now + rest_of(refused), "rate limited")
        if refused.reason in TOKEN_REFUSED:
            raise
        return "perhaps there"
    return "perhaps there" if is_unsure else "absent"


async def _looked_for(
    client: AsyncWebClient, delivery: Delivery
) -> Sent | Literal["absent", "perhaps there"]:
    """The message itself, by its metadata. Raises as calls do."""
    since = (delivery.created_at - LOOK_BACK).timestamp()
    answer = await call(
        client,
        "conversations.history",
        channel=delivery.lane,
        include_all_metadata="true",
        oldest=f"{since:.6f}",
        limit=LOOKED_AT,
    )
    for message in cast("list[Answer]", answer.get("messages") or []):
        metadata = cast("Answer", message.get("metadata") or {})
        payload = cast("Answer", metadata.get("event_payload") or {})
        if payload.get("id") == delivery.claim.outbox_id:
            return Sent(channel_id=delivery.lane, ts=str(message.get("ts")))
    return "perhaps there" if answer.get("has_more") else "absent"


def _can_look(installed: Installed, delivery: Delivery) -> bool:
    """Whether the optional history scope for this kind of conversation was granted."""
    return HISTORY_SCOPES.get(delivery.lane[:1]) in installed.installation.scopes
