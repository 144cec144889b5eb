"""What Slack rations: how often a method may be called, and how long a trigger may be used."""

import math
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sandbox.clock import Clock
from sandbox.wire import RateLimited, SlackError

# https://docs.slack.dev/apis/web-api/rate-limits: calls a minute, per method and workspace.
TIER_1, TIER_2, TIER_3, TIER_4 = 1, 20, 50, 100
MINUTE = timedelta(minutes=1)
# "1 per second. Short bursts >1 allowed": how short is not said, so three.
BETWEEN_POSTS = timedelta(seconds=1)
BURST = 3


class Rates:
    """Counts calls in the last minute and posts per channel, by the sandbox's clock.

    `enforced` off counts nothing and refuses nothing: for measuring what calls Slack.
    """

    def __init__(self, clock: Clock, *, enforced: bool = True) -> None:
        self.enforced = enforced
        self._clock = clock
        self._calls: dict[tuple[str, str], deque[datetime]] = {}
        self._posts: dict[tuple[str, str], datetime] = {}

    def call(self, team_id: str, method: str, per_minute: int) -> None:
        """Counts one call. Raises RateLimited, uncounted, when the minute is full."""
        if not self.enforced:
            return
        now = self._clock.now()
        recent = self._calls.setdefault((team_id, method), deque())
        while recent and now - recent[0] >= MINUTE:
            recent.popleft()
        if len(recent) >= per_minute:
            raise RateLimited(_seconds(recent[0] + MINUTE - now))
        recent.append(now)

    def post(self, team_id: str, channel_id: str) -> None:
        """Counts one post. Raises RateLimited, uncounted, when a burst has run ahead too far."""
        if not self.enforced:
            return
        now = self._clock.now()
        paid_until = max(self._posts.get((team_id, channel_id), now), now)
        wait = paid_until - now - (BURST - 1) * BETWEEN_POSTS
        if wait > timedelta(0):
            raise RateLimited(_seconds(wait))
        self._posts[team_id, channel_id] = paid_until + BETWEEN_POSTS

    def exhaust(self, team_id: str, channel_id: str) -> None:
        """As if a whole burst had been posted just now."""
        for _ in range(BURST):
            self.post(team_id, channel_id)


def _seconds(wait: timedelta) -> int:
    return max(1, math.ceil(wait.total_seconds()))


@dataclass
class Trigger:
    """A person's touch, exchangeable once for a view."""

    team_id: str
    user_id: str
    issued: float
    view_id: str | None = None
    used: bool = False


@dataclass
class Triggers:
    """Hands out trigger ids, numbered from `first`, and takes each back once, within `life` seconds
    of real time.
    """

    monotonic: Callable[[], float]
    life: float
    first: int
    _issued: dict[str, Trigger] = field(default_factory=dict[str, Trigger])
    _count: int = 0

    def issue(self, team_id: str, user_id: str, view_id: str | None = None) -> str:
        self._count += 1
        now = self.monotonic()
        self._forget_before(now - 100 * self.life)
        number = self.first + self._count
        trigger_id = f"{number}.{self._count}.{number:032x}"
        self._issued[trigger_id] = Trigger(team_id, user_id, now, view_id)
        return trigger_id

    def team_of(self, trigger_id: str) -> str:
        """The team it was issued in, empty for one never issued."""
        trigger = self._issued.get(trigger_id)
        return "" if trigger is None else trigger.team_id

    def redeem(self, team_id: str, trigger_id: str) -> Trigger:
        """Raises SlackError for one never issued to this team, already used or too old."""
        trigger = self._issued.get(trigger_id)
        if trigger is None or trigger.team_id != team_id:
            raise SlackError("invalid_trigger_id")
        if trigger.used:
            raise SlackError("exchanged_trigger_id")
        if self.monotonic() - trigger.issued > self.life:
            raise SlackError("expired_trigger_id")
        trigger.used = True
        return trigger

    def _forget_before(self, moment: float) -> None:
        while self._issued:
            oldest = next(iter(self._issued))
            if self._issued[oldest].issued >= moment:
                return
            del self._issued[oldest]
