"""Workspaces as a small file describes them: people, channels, more than one company.

    workspaces:
      - name: Acme
        enterprise: Acme Group
        people:
          - {name: Ana Sousa, email: ana@acme.example, time_zone: Europe/Lisbon, owner: true}
          - {name: Felix Braun, guest: true}
          - {name: Noor Haddad, company: Kestrel}
        channels:
          - {name: deals}
          - {name: leaders, private: true, members: [Ana Sousa], app: false}
          - {name: with-kestrel, members: [Ana Sousa, Noor Haddad]}

Knows nothing of the app but the scopes it was granted.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated
from zoneinfo import available_timezones

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    model_validator,
)

from sandbox.declared import declared
from sandbox.sandbox import Sandbox
from sandbox.workspace import Enterprise, Member, Team


def _zone(value: str) -> str:
    if value not in available_timezones():
        raise ValueError(f"must be a time zone such as Europe/Lisbon, not {value!r}")
    return value


Text = Annotated[str, StringConstraints(min_length=1, max_length=80, strip_whitespace=True)]
ChannelName = Annotated[str, StringConstraints(min_length=1, max_length=80, to_lower=True)]
Domain = Annotated[str, StringConstraints(pattern=r"^[a-z0-9-]+$", max_length=80)]


class _Described(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class PersonDescribed(_Described):
    """`company` is named for a stranger, who is here through shared channels alone."""

    name: Text
    company: str = ""
    email: str = ""
    time_zone: Annotated[str, AfterValidator(_zone)] = "UTC"
    locale: str = "en-US"
    owner: bool = False
    admin: bool = False
    guest: bool = False

    @property
    def sees_all(self) -> bool:
        """Whether public channels are open to them."""
        return not self.guest and not self.company


class ChannelDescribed(_Described):
    """`members` by name; all of the company when not said, guests and strangers only where named.

    A channel with a stranger in it is shared with their company.
    """

    name: ChannelName
    private: bool = False
    app: bool = True
    members: tuple[Text, ...] | None = None


class WorkspaceDescribed(_Described):
    name: Text
    domain: Domain = ""
    enterprise: str = ""
    people: Annotated[tuple[PersonDescribed, ...], Field(min_length=1)]
    channels: tuple[ChannelDescribed, ...] = (ChannelDescribed(name="general"),)

    @model_validator(mode="after")
    def _members_are_people(self) -> "WorkspaceDescribed":
        known = [each.name for each in self.people]
        for name in known:
            if known.count(name) > 1:
                raise ValueError(f"two people are called {name!r}")
        for channel in self.channels:
            for name in channel.members or ():
                if name not in known:
                    raise ValueError(f"#{channel.name} has the member {name!r}, who is not there")
        return self


class WorkspacesDescribed(_Described):
    workspaces: Annotated[tuple[WorkspaceDescribed, ...], Field(min_length=1)]


USUAL = WorkspacesDescribed(
    workspaces=(
        WorkspaceDescribed(
            name="Acme",
            people=(
                PersonDescribed(name="Ana Sousa", time_zone="Europe/Lisbon", owner=True),
                PersonDescribed(name="Marcus Bell", time_zone="America/New_York"),
                PersonDescribed(name="Wei Ling Tan", time_zone="Asia/Singapore", locale="en-GB"),
                PersonDescribed(name="Felix Braun", locale="de-DE", guest=True),
            ),
            channels=(
                ChannelDescribed(name="general"),
                ChannelDescribed(name="random", app=False),
                ChannelDescribed(name="leaders", private=True, members=("Ana Sousa",)),
            ),
        ),
    )
)
"""Who is there when nobody says: somebody of each kind, in different time zones."""


def read_workspaces(path: Path) -> WorkspacesDescribed:
    """Raises NotUsable, with a reason for each wrong place."""
    return declared(path, WorkspacesDescribed)


@dataclass(frozen=True)
class Grant:
    """What the app was installed with. `org_wide`: an enterprise installs it once for all."""

    scopes: Sequence[str]
    org_wide: bool = False


def furnish(slack: Sandbox, described: WorkspacesDescribed, grant: Grant) -> list[Team]:
    """The workspaces, with the app installed in each; what is there from before stays."""
    names = _Ids()
    return [_workspace(slack, each, grant, names) for each in described.workspaces]


def _workspace(slack: Sandbox, described: WorkspaceDescribed, grant: Grant, names: "_Ids") -> Team:
    short = slug(described.name)
    team = slack.add_team(
        names.made("T0", described.name),
        described.name,
        domain=described.domain or short.lower(),
        bot_token=f"xoxb-{short.lower()}",
        bot_scopes=grant.scopes,
        enterprise=_enterprise(slack, described.enterprise, grant),
    )
    people = {each.name: _person(team, each, names) for each in described.people}
    for channel in described.channels:
        members = _members(described, channel, people)
        _channel(team, names.made("C0", channel.name), channel, members)
    return team


def _enterprise(slack: Sandbox, name: str, grant: Grant) -> Enterprise | None:
    if not name:
        return None
    short = slug(name)
    token = f"xoxb-{short.lower()}" if grant.org_wide else ""
    return slack.add_enterprise(
        f"E0{short}", name, domain=short.lower(), bot_token=token, bot_scopes=grant.scopes
    )


def _person(team: Team, person: PersonDescribed, names: "_Ids") -> Member:
    domain = slug(person.company).lower() if person.company else team.domain
    return team.add_person(
        names.made("U0", person.name),
        person.name,
        email=person.email or f"{slug(person.name).lower()}@{domain}.example",
        tz=person.time_zone,
        locale=person.locale,
        is_owner=person.owner,
        is_admin=person.admin or person.owner,
        is_restricted=person.guest,
        home_team=f"T0{slug(person.company)}" if person.company else "",
    )


def _channel(
    team: Team, channel_id: str, described: ChannelDescribed, members: list[Member]
) -> None:
    strangers = {each.home_team for each in members if each.is_stranger}
    channel = team.add_channel(
        channel_id,
        described.name,
        private=described.private,
        members=members,
        with_bot=described.app,
        shared=bool(strangers),
    )
    channel.shared_with = sorted({*channel.shared_with, *strangers})
    team.save_channel(channel)


def _members(
    described: WorkspaceDescribed, channel: ChannelDescribed, people: dict[str, Member]
) -> list[Member]:
    if channel.members is not None:
        return [people[name] for name in channel.members]
    return [people[each.name] for each in described.people if each.sees_all]


def slug(name: str) -> str:
    """The name as ids and addresses can have it, `X` where nothing of it is left."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    return re.sub(r"[^A-Z0-9]", "", plain.upper()) or "X"


@dataclass
class _Ids:
    """Ids that people can read, each once, the same at every start."""

    _given: set[str] = field(default_factory=set[str])

    def made(self, prefix: str, name: str) -> str:
        base = made = prefix + slug(name)
        number = 2
        while made in self._given:
            made, number = f"{base}{number}", number + 1
        self._given.add(made)
        return made
