"""What is delivered where, and what may come of it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from services.directory import Claim
from services.tables import JsonObject
from services.values import WorkspaceId

POST = "chat.postMessage"
UPDATE = "chat.update"
UPLOAD = "files.completeUploadExternal"
"""The last of an upload's three steps: what happened before it nobody sees."""

FILE_ID = "file_id"
"""Where a payload keeps what is about to be shared."""

PACE = timedelta(seconds=1)
"""Slack takes about one message a second for each conversation."""


@dataclass(frozen=True, slots=True)
class Place:
    """A conversation of a workspace: a channel, or a Slack user for a direct message."""

    workspace_id: WorkspaceId
    lane: str


@dataclass(frozen=True, slots=True)
class Delivery:
    """A claimed row, as the one who sends it needs it."""

    claim: Claim
    workspace_id: WorkspaceId
    lane: str
    method: str
    kind: str
    payload: JsonObject
    copy_id: UUID | None
    channel_id: str | None
    ts: str | None
    created_at: datetime
    installed_at: datetime | None
    """The version of the workspace's installation, as its row's last change."""

    @property
    def file_id(self) -> str | None:
        """What an earlier attempt was about to share, and perhaps has."""
        noted = self.payload.get(FILE_ID)
        return None if noted is None else str(noted)


@dataclass(frozen=True, slots=True)
class Sent:
    """Slack has it. `ts` is None for a file, which it shares later than it answers."""

    channel_id: str
    ts: str | None
    is_possibly_twice: bool = False


@dataclass(frozen=True, slots=True)
class Dropped:
    """There is nothing to tell any more."""

    why: str


@dataclass(frozen=True, slots=True)
class Dead:
    """Slack refuses it for good."""

    why: str


@dataclass(frozen=True, slots=True)
class Later:
    """Not taken; try again. `is_unknown`: Slack may have it, so look before sending again."""

    at: datetime
    why: str
    is_unknown: bool = False
    gate_method: bool = False


@dataclass(frozen=True, slots=True)
class Parked:
    """The workspace's token is refused: all its messages wait, none is lost."""

    why: str


Outcome = Sent | Dropped | Dead | Later | Parked
