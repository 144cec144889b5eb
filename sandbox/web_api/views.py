"""views.*: modals and the Home tab."""

from sandbox.file_references import check_view
from sandbox.limits import TIER_4, Trigger
from sandbox.payloads import view_payload
from sandbox.views import View
from sandbox.web_api.call import ApiCall, Method
from sandbox.wire import JsonObject, SlackError


def open_view(call: ApiCall) -> JsonObject:
    """https://docs.slack.dev/reference/methods/views.open"""
    content = _content(call, "modal", None)
    trigger = _trigger(call)
    return _shown(call, call.core.views.open(call.team.id, trigger.user_id, content))


def push(call: ApiCall) -> JsonObject:
    """https://docs.slack.dev/reference/methods/views.push"""
    content = _content(call, "modal", None)
    trigger = _trigger(call)
    return _shown(call, call.core.views.push(call.team.id, trigger.user_id, content))


def update(call: ApiCall) -> JsonObject:
    """https://docs.slack.dev/reference/methods/views.update"""
    view_id, external_id = call.args.maybe("view_id"), call.args.maybe("external_id")
    if not view_id and not external_id:
        raise SlackError("invalid_arguments", ["[ERROR] missing required field: view_id"])
    view = call.core.views.find(call.team.id, view_id, external_id)
    content = _content(call, view.type, view)
    _same_hash(call, view)
    return _shown(call, call.core.views.update(view, content))


def publish(call: ApiCall) -> JsonObject:
    """https://docs.slack.dev/reference/methods/views.publish"""
    user_id = call.args.text("user_id")
    person = call.team.people.get(user_id)
    if person is None:
        raise SlackError("user_not_found")
    if person.is_stranger:
        user_id = (
            f"{user_id} elsewhere"  # taken, and shown to nobody: their Home is their own team's
        )
    home = call.core.views.home(call.team.id, user_id)
    content = _content(call, "home", home)
    if home is not None:
        _same_hash(call, home)
    return _shown(call, call.core.views.publish(call.team.id, user_id, content))


def _content(call: ApiCall, kind: str, replaced: View | None) -> JsonObject:
    content = call.args.json_object("view")
    call.core.views.checked(call.team.id, content, kind, replaced)
    check_view(call.team, content)
    return content


def _trigger(call: ApiCall) -> Trigger:
    given = call.args.maybe("trigger_id") or call.args.maybe("interactivity_pointer")
    return call.core.triggers.redeem(call.team.id, given or call.args.text("trigger_id"))


def _same_hash(call: ApiCall, view: View) -> None:
    """An empty hash is a wrong hash, as in Slack."""
    given = call.args.given.get("hash")
    if given is not None and given != view.hash:
        raise SlackError("hash_conflict")


def _shown(call: ApiCall, view: View) -> JsonObject:
    return {"view": view_payload(call.core, call.team, view)}


METHODS = {
    "views.open": Method(open_view, (), TIER_4),
    "views.push": Method(push, (), TIER_4),
    "views.update": Method(update, (), TIER_4),
    "views.publish": Method(publish, (), TIER_4),
}
