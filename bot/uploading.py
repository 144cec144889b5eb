"""A file shared in Slack, in three steps: announced, its bytes sent, and shared. Nobody sees it
before the last one, so that only that one must not be done twice.

https://docs.slack.dev/messaging/working-with-files#upload
"""

from collections.abc import Mapping
from typing import Literal, cast

from aiohttp import ClientSession
from slack_sdk.web.async_client import AsyncWebClient

from bot.slack_client import (
    NO_ANSWER,
    Answer,
    SlackRefusedError,
    call,
    call_with_secrets,
    rest_told,
)
from handlers.notices import File
from services.outbox import UPLOAD

ANNOUNCE = "files.getUploadURLExternal"
TAKEN = 200
Found = Literal["there", "absent", "perhaps there"]
SHARED_IN = ("ims", "groups", "channels", "shares")


async def upload(client: AsyncWebClient, session: ClientSession, file: File) -> str:
    """Bring it to Slack, where nobody sees it yet; its id. Raises as calls do."""
    announced = await call_with_secrets(
        client, ANNOUNCE, {"filename": file.name, "length": str(len(file.content))}
    )
    address = str(announced.get("upload_url"))
    async with session.post(address, data=file.content, allow_redirects=False) as answer:
        if answer.status != TAKEN:
            # No refusal of the file: another attempt gets another address.
            raise SlackRefusedError(NO_ANSWER, answer.status, rest_told(answer.headers))
    return str(announced.get("file_id"))


async def share(client: AsyncWebClient, file_id: str, file: File, lane: str) -> None:
    """Let the people of a conversation see it, or the person of this account. Raises as calls do.

    https://docs.slack.dev/reference/methods/files.completeUploadExternal
    """
    await call(
        client,
        UPLOAD,
        files=[{"id": file_id, "title": file.title}],
        channels=lane,
        initial_comment=file.words,
    )


async def find(client: AsyncWebClient, file_id: str) -> Found:
    """Whether an earlier attempt has shared it. Raises for refusals that do not tell.

    https://docs.slack.dev/reference/methods/files.info
    """
    try:
        answer = await call(client, "files.info", file=file_id)
    except SlackRefusedError as refused:
        found = _TOLD.get(refused.reason)
        if found is None:
            raise
        return found
    file = cast("Answer", answer.get("file") or {})
    return "there" if any(file.get(each) for each in SHARED_IN) else "perhaps there"


_TOLD: Mapping[str, Found] = {
    "file_not_found": "absent",
    "file_deleted": "there",
}
"""Slack's refusals that answer the question; who has deleted it had got it."""
