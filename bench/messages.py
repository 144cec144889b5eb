"""What the measuring process and the measured ones tell each other: one line of JSON each."""

from typing import Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict


class _Line(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Person(_Line):
    """Who asks: an account of a workspace."""

    organization_id: UUID
    team_id: str
    slack_user_id: str


class Facts(_Line):
    """Where everything is: the first line a measured program reads."""

    database_url: str
    stock_url: str
    slack_url: str = ""
    signing_secret: str
    encryption_key: str
    people: tuple[Person, ...]
    """The people of the first company; each owns as many opportunities as the others."""
    bot_id: str
    bot_user_id: str
    bot_token: str

    @property
    def team_id(self) -> str:
        """The first company's workspace."""
        return self.people[0].team_id


class Ready(_Line):
    """The first line it answers. `url` is empty when nothing listens."""

    url: str = ""


class Card(_Line):
    """A card to post: whose, and from which workspace."""

    organization_id: UUID
    workspace_id: UUID
    opportunity_id: UUID


class Order(_Line):
    """What to do next. `look` only asks what was used so far; `prepare` is not measured."""

    do: Literal["look", "prepare", "work"] = "look"
    cards: tuple[Card, ...] = ()
    people: int = 0
    """Of the local Slack."""
    at_once: int = 1
    seconds: float = 0.0
    count: int = 0


class Report(_Line):
    """What was done for the order. `cpu_seconds` is the process's whole use so far."""

    cpu_seconds: float
    seconds: float = 0.0
    latencies: tuple[float, ...] = ()
    """Of each unit of work, in seconds."""
