"""What the other parts of the company know of one of its people."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from services.profiles import Refusal
from services.values import UserId, WorkspaceId

KIND = "user"
"""What audit calls a person."""


@dataclass(frozen=True, slots=True)
class Person:
    """One of the company's people, and their account in one of its workspaces, if any."""

    user_id: UserId
    name: str
    first_name: str
    role: str
    is_active: bool
    time_zone: ZoneInfo
    locale: str
    email: str
    slack_user_id: str | None = None
    workspace_id: WorkspaceId | None = None
    permissions: Mapping[str, object] | None = field(default=None, hash=False)
    """Their own grants and denials."""
    last_used_at: datetime | None = None
    """On the last day of use; when that is not today, it is time for `refresh_profile`."""
    manager_id: UserId | None = None
    closed_because: str | None = None
    """Why the account may not use the app, by what Slack last told of it."""

    @property
    def refusal(self) -> str | None:
        """Why they may not use the app, None when they may."""
        return self.closed_because or (None if self.is_active else Refusal.INACTIVE)
