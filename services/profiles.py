"""What Slack tells of an account, made fit to keep. Pure; knows no table."""

import unicodedata
from dataclasses import dataclass
from enum import StrEnum

from services.text import clean
from services.zones import zone_named

MADE_UP = ".slack.invalid"
"""The end of an address made for who has none. A reserved name (RFC 2606), never matched."""
SLACKBOT = "USLACKBOT"
"""Slack's own bot, which Slack does not mark as one."""
_NAME = 100
_EMAIL = 255
_LOCALE = 35


class Refusal(StrEnum):
    """Why somebody is not one of the company's people; the reason of NotAMember."""

    BOT = "bot"
    GUEST = "guest"
    DEACTIVATED = "deactivated"
    """Slack has deactivated the account."""
    STRANGER = "stranger"
    """Of another company, met in a shared channel."""
    INACTIVE = "inactive"
    """Deactivated here, by an admin."""
    ADMIN_EMAIL = "admin_email"
    """Has the e-mail of somebody who may change settings: that one has to approve."""
    NOT_THEIRS = "not_theirs"
    """That one said no."""
    ADMIN_AWAY = "admin_away"
    """Nobody who could approve has a Slack account that can be reached."""


@dataclass(frozen=True, slots=True)
class SlackProfile:
    """What Slack tells of an account (https://docs.slack.dev/reference/objects/user-object)."""

    slack_user_id: str
    team_id: str
    enterprise_id: str | None = None
    first_name: str | None = None
    last_name: str | None = None
    real_name: str | None = None
    display_name: str | None = None
    email: str | None = None
    is_email_confirmed: bool = False
    time_zone: str | None = None
    locale: str | None = None
    is_bot: bool = False
    is_guest: bool = False
    is_deleted: bool = False
    is_stranger: bool = False
    is_owner: bool = False
    """Owns the Slack workspace."""


def refusal_of(
    profile: SlackProfile, team_id: str | None, enterprise_id: str | None
) -> Refusal | None:
    """Why the account is not one of the people of this workspace, None when it is."""
    is_of_grid = enterprise_id is not None and profile.enterprise_id == enterprise_id
    is_of_company = is_of_grid or profile.team_id == team_id
    refusals = {
        Refusal.BOT: profile.is_bot or profile.slack_user_id == SLACKBOT,
        Refusal.STRANGER: profile.is_stranger or not is_of_company,
        Refusal.DEACTIVATED: profile.is_deleted,
        Refusal.GUEST: profile.is_guest,
    }
    return next((refusal for refusal, is_true in refusals.items() if is_true), None)


def confirmed_email(profile: SlackProfile) -> str | None:
    """The address to keep and match by: lower-case, only when Slack says it is confirmed."""
    email = unicodedata.normalize("NFC", profile.email or "").strip().lower()
    local, _, host = email.rpartition("@")
    is_whole = bool(local and host) and len(email) <= _EMAIL and "@" not in local
    is_plain = email.isprintable() and " " not in email and not email.endswith(MADE_UP)
    return email if profile.is_email_confirmed and is_whole and is_plain else None


def names_of(profile: SlackProfile) -> tuple[str, str]:
    """First and last name; the last may be '', the first never is."""
    given, family = _tidy(profile.first_name), _tidy(profile.last_name)
    if not given:
        whole = _tidy(profile.real_name) or _tidy(profile.display_name) or family
        given, _, family = (whole or profile.slack_user_id).partition(" ")
    return _fit(given), _fit(family)


def _tidy(words: str | None) -> str:
    seen = (" " if unicodedata.category(each) in {"Cc", "Cs"} else each for each in words or "")
    return clean("".join(seen), 3 * len(words or ""))


def _fit(name: str) -> str:
    """At most as long as the column, never cut between a letter and its accents."""
    end = min(len(name), _NAME)
    while end < len(name) and end > 1 and unicodedata.combining(name[end]):
        end -= 1
    return name[:end].strip()


def made_up_email(profile: SlackProfile) -> str:
    """The address of who has none: unique, and never matched."""
    return f"{profile.slack_user_id}@{profile.team_id}{MADE_UP}".lower()


def seen_settings(profile: SlackProfile) -> dict[str, object]:
    """The personal settings that follow Slack."""
    settings: dict[str, object] = {}
    if profile.time_zone and zone_named(profile.time_zone):
        settings["time_zone"] = profile.time_zone
    if profile.locale:
        settings["locale"] = profile.locale[:_LOCALE]
    return settings
