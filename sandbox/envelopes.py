"""The outside of an event: whose it is, for which installation, and what else Slack says of it.

https://docs.slack.dev/apis/events-api#callback-field; of organisations
https://docs.slack.dev/enterprise/organization-ready-apps; of shared channels the payloads in
https://github.com/slackapi/bolt-python/blob/main/tests/slack_bolt/request/test_internals.py.
"""

from sandbox.core import Core
from sandbox.wire import JsonObject, as_object, as_text
from sandbox.workspace import Enterprise, Team

TELLS_NO_SOURCE = frozenset({"app_mention", "reaction_added", "reaction_removed", "file_shared"})
"""Events whose `team_id` is the app's team even when a stranger caused them."""


def envelope(core: Core, team: Team, event: JsonObject, event_id: str, actor: str) -> JsonObject:
    """The whole payload of an event; `actor` is who caused it, if a person did."""
    source = _source(team, event, actor)
    body: JsonObject = {"token": core.app.verification_token, "team_id": source}
    if team.enterprise is not None and source == team.id:
        body["enterprise_id"] = team.enterprise.id
    return body | {
        "context_team_id": team.id,
        "context_enterprise_id": None if team.enterprise is None else team.enterprise.id,
        **_inside(core, event, event_id),
        "authorizations": [authorization(team)],
        "is_ext_shared_channel": _is_shared(team, event),
    }


def org_envelope(core: Core, org: Enterprise, event: JsonObject, event_id: str) -> JsonObject:
    """The payload of what concerns a whole organisation: without any team."""
    body: JsonObject = {"token": core.app.verification_token, "enterprise_id": org.id}
    return body | _inside(core, event, event_id) | {"authorizations": [_of_org(org)]}


def authorization(team: Team) -> JsonObject:
    """The installation that is told."""
    if team.is_org_install and team.enterprise is not None:
        return _of_org(team.enterprise)
    return {
        "enterprise_id": None if team.enterprise is None else team.enterprise.id,
        "team_id": team.id,
        "user_id": team.bot_user_id,
        "is_bot": True,
        "is_enterprise_install": False,
    }


def rate_limited(core: Core, team: Team, minute: int) -> JsonObject:
    """https://docs.slack.dev/reference/events/app_rate_limited, which has no event inside."""
    return {
        "token": core.app.verification_token,
        "type": "app_rate_limited",
        "team_id": team.id,
        "minute_rate_limited": minute,
        "api_app_id": core.app.id,
    }


def _inside(core: Core, event: JsonObject, event_id: str) -> JsonObject:
    return {
        "api_app_id": core.app.id,
        "event": event,
        "type": "event_callback",
        "event_id": event_id,
        "event_time": int(core.clock.now().timestamp()),
        "event_context": f"4-{core.app.secret(event_id)}",
    }


def _of_org(org: Enterprise) -> JsonObject:
    return {
        "enterprise_id": org.id,
        "team_id": None,
        "user_id": org.bot_user_id,
        "is_bot": True,
        "is_enterprise_install": True,
    }


def _source(team: Team, event: JsonObject, actor: str) -> str:
    person = team.people.get(actor)
    if person is None or not person.is_stranger or event.get("type") in TELLS_NO_SOURCE:
        return team.id
    return person.home_team


def _is_shared(team: Team, event: JsonObject) -> bool:
    place = event.get("channel") or event.get("channel_id")
    within = as_object(event.get("item")).get("channel") or as_object(place).get("id")
    channel = team.channels.get(as_text(place) or as_text(within))
    return channel is not None and channel.shared
