# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false
# The SDK's answers are untyped; this module is where they become typed.
"""Calls to Slack's Web API, with the SDK's loose types made strict in one place."""

from collections.abc import Mapping
from typing import cast

from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

Answer = Mapping[str, object]

NO_ANSWER = "no_answer"
"""Our word for what came back and was no answer of Slack's, e.g. a page of something between."""

SCOPES = "x-oauth-scopes"

TAKES_JSON = ("chat.", "views.", "files.completeUploadExternal")
"""Slack reads JSON bodies for writing methods; reading ones want plain parameters."""


class SlackRefusedError(Exception):
    """Slack answered that it will not. `reason` is Slack's own word for it."""

    def __init__(self, reason: str, status: int, retry_after: float | None) -> None:
        self.reason = reason
        self.status = status
        self.retry_after = retry_after
        super().__init__(reason)


async def call_with_secrets(
    client: AsyncWebClient, method: str, arguments: Mapping[str, str]
) -> Answer:
    """As `call`, with everything in the body: addresses are logged on the way."""
    try:
        answer = await client.api_call(method, data=dict(arguments))
    except SlackApiError as error:
        raise _refused(error) from None
    return _data(answer.data)


async def scopes_of(client: AsyncWebClient) -> tuple[Answer, tuple[str, ...]]:
    """auth.test, and what its header says that the token may do. Raises as `call`."""
    try:
        answer = await client.api_call("auth.test")
    except SlackApiError as error:
        raise _refused(error) from None
    headers = cast("Mapping[str, str]", answer.headers)
    told = next((value for name, value in headers.items() if name.lower() == SCOPES), "")
    return _data(answer.data), tuple(each.strip() for each in told.split(",") if each.strip())


async def call(client: AsyncWebClient, method: str, **arguments: object) -> Answer:
    """One call, made once. Raises SlackRefusedError; connection errors go up as they are."""
    given = {name: value for name, value in arguments.items() if value is not None}
    try:
        if method.startswith(TAKES_JSON):
            answer = await client.api_call(method, json=given)
        else:
            answer = await client.api_call(method, http_verb="GET", params=given)
    except SlackApiError as error:
        raise _refused(error) from None
    return _data(answer.data)


def rest_told(headers: Mapping[str, str]) -> float | None:
    """How many seconds Slack asks us to rest, by the headers of its answer."""
    after = headers.get("Retry-After")
    return float(after) if after else None


def _data(data: object) -> Answer:
    return cast("Answer", data) if isinstance(data, dict) else {}


def _refused(error: SlackApiError) -> SlackRefusedError:
    answer = error.response
    headers = cast("Mapping[str, str]", getattr(answer, "headers", {}))
    data = cast("object", getattr(answer, "data", None))
    reason = cast("Answer", data).get("error") if isinstance(data, dict) else None
    return SlackRefusedError(
        str(reason or NO_ANSWER),
        cast("int", getattr(answer, "status_code", 0)),
        rest_told(headers),
    )
