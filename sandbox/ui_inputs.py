"""What the page may ask of the sandbox, checked as it arrives."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from sandbox.faults import FaultKind

Value = str | int | list[str] | dict[str, object] | None


class Asked(BaseModel):
    """Who asks."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)

    team: str
    user: str = Field(alias="as")


class HomeOpened(Asked):
    """The app's Home, or its messages."""

    tab: Literal["home", "messages"] = "home"


class InChannel(Asked):
    channel: str


class Typed(InChannel):
    """A slash command."""

    text: str


class Said(InChannel):
    text: str
    thread_ts: str | None = None


class Spotted(InChannel):
    """One message."""

    ts: str


class Reacted(Spotted):
    """An emoji's name without colons."""

    name: str = Field(pattern=r"^[\w+'-]+(::skin-tone-[2-6])?$")


class Switched(Asked):
    """A fault to switch on; see `sandbox.faults.Fault`."""

    kind: FaultKind
    method: str = "*"
    workspace: str = "*"
    times: int | None = Field(default=None, ge=1)
    share: float = Field(default=1.0, ge=0, le=1)
    seconds: float = Field(default=0.0, ge=0, le=3600)


class FaultNamed(Asked):
    id: str


class Container(BaseModel):
    """Where something was touched: a message, or a view."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    message_ts: str | None = None
    channel: str | None = None
    view_id: str | None = None


class Located(Asked):
    container: Container
    block_id: str
    action_id: str


class Touched(Located):
    value: Value = None


class Suggested(Located):
    query: str


class InView(Asked):
    view_id: str


class Entered(InView):
    block_id: str
    action_id: str
    value: Value = None


class Submitted(InView):
    values: dict[str, dict[str, Value]] = Field(default_factory=dict[str, dict[str, Value]])


class ClosedView(InView):
    everything: bool = Field(default=False, alias="all")


class Started(Asked):
    """A shortcut, from the menu of a message if there is a container."""

    callback_id: str
    container: Container | None = None


Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=80)]


class ChannelActed(InChannel):
    """`name` is read by rename only."""

    act: Literal["join", "leave", "add_app", "remove_app", "archive", "unarchive", "rename"]
    name: str = ""


class ChannelAdded(Asked):
    name: Name
    private: bool = False


class Changes(BaseModel):
    """What changes about a person; what is not said stays."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    real_name: Name | None = None
    email: str | None = None
    tz: str | None = None
    title: str | None = None
    is_admin: bool | None = None
    is_restricted: bool | None = None
    deleted: bool | None = None


class PersonChanged(Asked):
    person: str
    changes: Changes


class PersonAdded(Asked):
    name: Name
    email: str = ""
    tz: str = "UTC"


class AppActed(Asked):
    act: Literal["uninstall", "revoke", "restore"]


class Travelled(Asked):
    advance_seconds: float | None = None
    travel_to: datetime | None = None
