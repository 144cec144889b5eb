"""What the other parts of the company know of one of its people."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from services.values import UserId, WorkspaceId

ADMIN = "admin"
"""The role that is never without somebody: see `changing`."""


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
