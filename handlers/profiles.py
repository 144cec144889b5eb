"""Slack's user object, from `users.info` and from events, as what the services keep of it."""

from pydantic import BaseModel, ConfigDict

from services.people import SlackProfile


class _Slack(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class _Profile(_Slack):
    first_name: str | None = None
    last_name: str | None = None
    display_name: str | None = None
    email: str | None = None


class _EnterpriseUser(_Slack):
    enterprise_id: str | None = None


class _User(_Slack):
    """https://docs.slack.dev/reference/objects/user-object"""

    id: str
    team_id: str | None = None
    real_name: str | None = None
    profile: _Profile = _Profile()
    enterprise_user: _EnterpriseUser | None = None
    is_email_confirmed: bool = False
    tz: str | None = None
    locale: str | None = None
    is_bot: bool = False
    is_restricted: bool = False
    is_ultra_restricted: bool = False
    deleted: bool = False
    is_stranger: bool = False
    is_owner: bool = False
    is_primary_owner: bool = False


def profile_from(user: object) -> SlackProfile:
    """What a user object tells. Raises ValidationError (a ValueError) when it is none."""
    found = _User.model_validate(user)
    return SlackProfile(
        slack_user_id=found.id,
        team_id=found.team_id or "",
        enterprise_id=found.enterprise_user.enterprise_id if found.enterprise_user else None,
        first_name=found.profile.first_name,
        last_name=found.profile.last_name,
        real_name=found.real_name,
        display_name=found.profile.display_name,
        email=found.profile.email,
        is_email_confirmed=found.is_email_confirmed,
        time_zone=found.tz,
        locale=found.locale,
        is_bot=found.is_bot,
        is_guest=found.is_restricted or found.is_ultra_restricted,
        is_deleted=found.deleted,
        is_stranger=found.is_stranger,
        is_owner=found.is_owner or found.is_primary_owner,
    )
