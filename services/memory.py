"""What a replica remembers of each company from one request to the next: settings, actors,
installations.

Whoever changes them has the database tell every replica, which then forgets that company. Trusted
only while the replica has just heard from the database; in silence everything is read anew.
"""

import time
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date

from services.values import Actor, Installation, OrganizationId, WorkspaceId

CHANNEL = "company_changed"
"""Where the database tells which company has changed; nothing said is all of them."""

CAME = "workspace_came"
"""Where the database tells that some workspace has the app now which had not."""

TRUSTED_FOR = 1.0
"""Seconds after the database was last asked whether there is news."""

MOST_COMPANIES = 5_000

Team = tuple[str | None, str | None]
"""A Slack team as its requests name it: the enterprise, and the team unless all of it is meant."""

Account = tuple[WorkspaceId, str, date]
"""A Slack account on a day: on the next one its profile is looked at again."""


@dataclass(slots=True)
class Company:
    """What is known of one company. Whoever reads something adds it here.

    Forgetting puts a new one in its place: who still reads for the old one keeps nothing stale.
    """

    settings: Mapping[str, object] | None = None
    """As they are stored, by name."""
    values: dict[str, object] = field(default_factory=dict[str, object])
    """Those of them that were asked for, as the catalogue's types."""
    actors: dict[Account, Actor] = field(default_factory=dict[Account, Actor])
    installations: dict[Team, Installation] = field(default_factory=dict[Team, Installation])


@dataclass(slots=True)
class Recollection:
    """What one transaction goes by. After a change of its own it reads anew."""

    company: Company
    is_outdated: bool = False

    def forget(self) -> None:
        """This transaction changes what is remembered: it, and all after it, look again."""
        self.company = Company()
        self.is_outdated = True


class Memory:
    """Of all companies, those asked for last. `monotonic` tells seconds."""

    def __init__(self, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._monotonic = monotonic
        self._heard_at: float | None = None
        self._companies: OrderedDict[OrganizationId, Company] = OrderedDict()

    def company(self, organization_id: OrganizationId) -> Company:
        """What is remembered; nothing, and nothing is kept, while it cannot be trusted."""
        if not self.is_trusted():
            return Company()
        company = self._companies.setdefault(organization_id, Company())
        self._companies.move_to_end(organization_id)
        if len(self._companies) > MOST_COMPANIES:
            self._companies.popitem(last=False)
        return company

    def now(self) -> float:
        """For `heard`: the moment before the database is asked."""
        return self._monotonic()

    def heard(self, asked_at: float) -> None:
        """All that was changed before `asked_at` has been told to `forget`."""
        self._heard_at = asked_at

    def forget(self, organization_id: OrganizationId) -> None:
        self._companies.pop(organization_id, None)

    def forget_all(self) -> None:
        self._companies.clear()

    def is_trusted(self) -> bool:
        """Whether what was told until a moment ago has been heard."""
        return self._heard_at is not None and self._monotonic() - self._heard_at < TRUSTED_FOR
