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

TAKES_JSON = ("chat.", "views.")
"""Slack reads JSON bodies for writing methods; reading ones want plain parameters."""


class SlackRefusedError(Exception):
    """Slack answered that it will not. `reason` is Slack's own word for it."""

    def __init__(self, reason: str, status: int, retry_after: float | None) -> None:
        self.reason = reason
        self.status = status
        self.retry_after = retry_after
        super().__init__(reason)


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
    data = answer.data
    return cast("Answer", data) if isinstance(data, dict) else {}


def _refused(error: SlackApiError) -> SlackRefusedError:
    answer = error.response
    headers = cast("Mapping[str, str]", getattr(answer, "headers", {}))
    after = headers.get("Retry-After")
    data = cast("object", getattr(answer, "data", None))
    reason = cast("Answer", data).get("error") if isinstance(data, dict) else None
    return SlackRefusedError(
        str(reason or NO_ANSWER),
        cast("int", getattr(answer, "status_code", 0)),
        float(after) if after else None,
    )
