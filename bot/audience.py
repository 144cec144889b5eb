"""Who reads a conversation: the company alone, its guests too, or people of other companies.

Asked when something is sent, for it may have changed since that was decided. Slack names only who
is in a channel, so that guests are known by their profiles, which are remembered for a while.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import cast

from slack_sdk.web.async_client import AsyncWebClient

from bot.slack_client import Answer, call
from services.values import WorkspaceId

CHANNELS = ("C", "G")
PAGE = 1000
MOST_PAGES = 20
"""Of members of one channel that are looked at: who has more readers than that is taken to have
guests among them.
"""
FEW = 30
"""Up to so many unknown people are asked for one by one, more by the list of all."""
COLLEAGUE_FOR, GUEST_FOR = 6 * 3600.0, 600.0
"""Seconds for which somebody counts as what they were. A guest may become a colleague at any time
and waits for it; a colleague hardly ever becomes a guest.
"""


class Audience(StrEnum):
    """The least trusted of a conversation's readers."""

    COLLEAGUES = "colleagues"
    GUESTS = "guests"
    STRANGERS = "strangers"
    """People of other companies, or about to be invited."""


@dataclass(frozen=True, slots=True)
class _Known:
    is_guest: bool
    until: float


@dataclass(frozen=True, slots=True)
class _Place:
    client: AsyncWebClient
    workspace_id: WorkspaceId
    lane: str
    team_id: str


class Audiences:
    """Remembers who is a guest, by workspace. `monotonic` tells seconds."""

    def __init__(self, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._monotonic = monotonic
        self._known: dict[tuple[WorkspaceId, str], _Known] = {}

    async def of(
        self, client: AsyncWebClient, workspace_id: WorkspaceId, lane: str, *, with_guests: bool
    ) -> Audience:
        """Who reads this conversation now; guests are looked for only `with_guests`, which takes
        more calls. Raises as calls do.

        https://docs.slack.dev/reference/objects/conversation-object
        """
        if lane[:1] not in CHANNELS:
            return Audience.COLLEAGUES
        answer = await call(client, "conversations.info", channel=lane)
        channel = cast("Answer", answer.get("channel") or {})
        if channel.get("is_ext_shared") or channel.get("is_pending_ext_shared"):
            return Audience.STRANGERS
        team = str(channel.get("context_team_id") or "")
        if with_guests and await self._has_guests(_Place(client, workspace_id, lane, team)):
            return Audience.GUESTS
        return Audience.COLLEAGUES

    async def _has_guests(self, place: _Place) -> bool:
        """https://docs.slack.dev/reference/methods/conversations.members"""
        cursor = ""
        for _ in range(MOST_PAGES):
            asked = {"channel": place.lane, "limit": PAGE, "cursor": cursor}
            page = await call(place.client, "conversations.members", **asked)
            members = [str(each) for each in cast("list[object]", page.get("members") or [])]
            await self._learn(place, members)
            if any(self._is_guest(place.workspace_id, each) for each in members):
                return True
            cursor = _next(page)
            if not cursor:
                return False
        return True

    async def _learn(self, place: _Place, members: list[str]) -> None:
        unknown = [each for each in members if not self._is_known(place.workspace_id, each)]
        if len(unknown) > FEW:
            await self._learn_all(place)
            return
        for each in unknown:
            told = await call(place.client, "users.info", user=each)
            self._note(place.workspace_id, cast("Answer", told.get("user") or {}))

    async def _learn_all(self, place: _Place) -> None:
        """An enterprise's token must say of which team.

        https://docs.slack.dev/reference/methods/users.list
        """
        cursor = ""
        while True:
            asked = {"limit": PAGE, "cursor": cursor, "team_id": place.team_id}
            page = await call(place.client, "users.list", **asked)
            for each in cast("list[Answer]", page.get("members") or []):
                self._note(place.workspace_id, each)
            cursor = _next(page)
            if not cursor:
                return

    def _note(self, workspace_id: WorkspaceId, user: Answer) -> None:
        is_guest = bool(user.get("is_restricted") or user.get("is_ultra_restricted"))
        until = self._monotonic() + (GUEST_FOR if is_guest else COLLEAGUE_FOR)
        self._known[workspace_id, str(user.get("id"))] = _Known(is_guest, until)

    def _is_known(self, workspace_id: WorkspaceId, user_id: str) -> bool:
        known = self._known.get((workspace_id, user_id))
        return known is not None and self._monotonic() < known.until

    def _is_guest(self, workspace_id: WorkspaceId, user_id: str) -> bool:
        """Who is in the channel and whom Slack did not tell of may be anybody."""
        known = self._known.get((workspace_id, user_id))
        return known is None or known.is_guest


def _next(page: Answer) -> str:
    return str(cast("Answer", page.get("response_metadata") or {}).get("next_cursor") or "")
