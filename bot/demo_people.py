"""Who is in the demo: two companies, their people and channels. Data only; the local Slack and
the app's history are both made from it.
"""

from dataclasses import dataclass
from typing import Literal

from services.people import SlackProfile

LISBON = "Europe/Lisbon"
NEW_YORK = "America/New_York"
SINGAPORE = "Asia/Singapore"
LONDON = "Europe/London"


@dataclass(frozen=True, slots=True)
class DemoPerson:
    """Somebody in Slack; `manager` is another one's handle; `company` is where a stranger is from,
    who is here through a shared channel alone. They used the app last `hours_away` ago.
    """

    handle: str
    name: str
    email_domain: str
    time_zone: str
    locale: str
    role: str = "sales_rep"
    manager: str | None = None
    is_owner: bool = False
    is_guest: bool = False
    company: str = ""
    hours_away: int = 2

    @property
    def is_outside(self) -> bool:
        """Not of the staff: sees only the channels they were let into."""
        return self.is_guest or bool(self.company)

    @property
    def home_team(self) -> str:
        return f"T0{self.company.upper()}" if self.company else ""

    @property
    def slack_user_id(self) -> str:
        return f"U0{self.handle.upper()}"

    @property
    def first_name(self) -> str:
        return self.name.rpartition(" ")[0]

    @property
    def last_name(self) -> str:
        return self.name.rpartition(" ")[2]

    @property
    def email(self) -> str:
        return f"{self.handle}@{self.email_domain}"


@dataclass(frozen=True, slots=True)
class DemoChannel:
    """A channel in Slack; `purpose` is what the app posts there."""

    channel_id: str
    name: str
    purpose: Literal["deals", "alerts", "status"] | None = None
    has_app: bool = True
    is_private: bool = False
    is_shared: bool = False


@dataclass(frozen=True, slots=True)
class DemoCompany:
    """A workspace. Its first person installs the app."""

    team_id: str
    name: str
    domain: str
    base_currency: str
    time_zone: str
    country: str
    """Whose public holidays are days off (ISO 3166)."""
    rates: tuple[tuple[str, str, str], ...]
    """Units of the base currency for one of a currency: a year ago, and since last month."""
    size: Literal["large", "small"]
    people: tuple[DemoPerson, ...]
    channels: tuple[DemoChannel, ...]

    @property
    def members(self) -> tuple[DemoPerson, ...]:
        """Everybody the app knows: guests and strangers are not let in."""
        return tuple(each for each in self.people if not each.is_outside)


def profile_of(company: DemoCompany, person: DemoPerson) -> SlackProfile:
    """What Slack tells of this person."""
    return SlackProfile(
        slack_user_id=person.slack_user_id,
        team_id=company.team_id,
        first_name=person.first_name,
        last_name=person.last_name,
        real_name=person.name,
        email=person.email,
        is_email_confirmed=True,
        time_zone=person.time_zone,
        locale=person.locale,
        is_owner=person.is_owner,
        is_guest=person.is_guest,
    )


ACME = DemoCompany(
    team_id="T0ACME",
    name="Acme",
    domain="acme",
    base_currency="EUR",
    time_zone=LISBON,
    country="PT",
    rates=(
        ("USD", "0.9215", "0.8642"),
        ("GBP", "1.171", "1.1385"),
        ("CHF", "1.0462", "1.0721"),
        ("CAD", "0.6743", "0.6158"),
        ("JPY", "0.00613", "0.00557"),
    ),
    size="large",
    people=(
        DemoPerson(
            "ana", "Ana Sousa", "acme.example", LISBON, "en-GB", "admin", "victoria", is_owner=True
        ),
        DemoPerson(
            "victoria", "Victoria Reyes", "acme.example", NEW_YORK, "en-US", "vp", hours_away=26
        ),
        DemoPerson(
            "ines", "Inês Carvalho", "acme.example", LISBON, "pt-PT", "sales_manager", "victoria"
        ),
        DemoPerson(
            handle="weiling",
            name="Wei Ling Tan",
            email_domain="acme.example",
            time_zone=SINGAPORE,
            locale="en-GB",
            role="partnership_manager",
            manager="victoria",
            hours_away=9,
        ),
        DemoPerson("tiago", "Tiago Moreira", "acme.example", LISBON, "pt-PT", manager="ines"),
        DemoPerson(
            "marcus", "Marcus Bell", "acme.example", NEW_YORK, "en-US", manager="ines", hours_away=5
        ),
        DemoPerson(
            "grace",
            "Grace Okafor",
            "acme.example",
            NEW_YORK,
            "en-US",
            manager="victoria",
            hours_away=290,
        ),
        DemoPerson(
            "arjun",
            "Arjun Mehta",
            "acme.example",
            SINGAPORE,
            "en-IN",
            manager="weiling",
            hours_away=31,
        ),
        DemoPerson("felix", "Felix Braun", "freelance.example", LISBON, "de-DE", is_guest=True),
        DemoPerson(
            "priya", "Priya Nair", "northwind.example", LONDON, "en-GB", company="Northwind"
        ),
    ),
    channels=(
        DemoChannel("C0GENERAL", "general"),
        DemoChannel("C0DEALS", "deals", "deals"),
        DemoChannel("C0ALERTS", "pipeline-alerts", "alerts"),
        DemoChannel("C0STATUS", "weekly-status", "status"),
        DemoChannel("C0RANDOM", "random", has_app=False),
        DemoChannel("C0NORTHWIND", "with-northwind", is_shared=True),
        DemoChannel("C0LEADERS", "leadership", has_app=False, is_private=True),
    ),
)
SECOND = DemoCompany(
    team_id="T0KESTREL",
    name="Kestrel Consulting",
    domain="kestrel",
    base_currency="GBP",
    time_zone=LONDON,
    country="GB",
    rates=(("EUR", "0.854", "0.8784"), ("USD", "0.787", "0.7591")),
    size="small",
    people=(
        DemoPerson(
            "noor", "Noor Haddad", "kestrel.example", LONDON, "en-GB", "admin", is_owner=True
        ),
        DemoPerson("owen", "Owen Price", "kestrel.example", LONDON, "en-GB", manager="noor"),
        DemoPerson(
            "sofia",
            "Sofia Marin",
            "kestrel.example",
            LONDON,
            "en-GB",
            manager="noor",
            hours_away=50,
        ),
    ),
    channels=(
        DemoChannel("C0KGENERAL", "general"),
        DemoChannel("C0KDEALS", "deals", "deals"),
        DemoChannel("C0KALERTS", "alerts", "alerts"),
        DemoChannel("C0KSTATUS", "status", "status"),
    ),
)
