"""What the answer to a submitted modal does: errors, update, push, clear or close.

https://docs.slack.dev/surfaces/modals#handling_submissions. An answer Slack would not take leaves
the modal open with Slack's sentence of trouble.
"""

from sandbox.core import Core
from sandbox.file_references import check_view
from sandbox.views import View
from sandbox.wire import JsonObject, SlackError, as_object, as_text, maybe_object, parse

TROUBLE = "We had some trouble connecting. Try again?"


def apply(core: Core, view: View, body: str) -> None:
    """Raises SlackError for an answer that Slack does not take."""
    if not body.strip():
        core.views.close(view)
        return
    answer = _object(body)
    match answer.get("response_action"):
        case None | "":
            core.views.close(view)
        case "errors":
            _show_errors(view, as_object(answer.get("errors")))
        case "update":
            core.views.update(view, _checked(core, view, answer, replaced=view))
        case "push":
            content = _checked(core, view, answer, replaced=None)
            core.views.push(view.team_id, view.user_id, content)
        case "clear":
            core.views.clear(view.team_id, view.user_id)
        case unknown:
            raise SlackError("invalid_response_action", [f"[ERROR] unknown action {unknown}"])


def _object(body: str) -> JsonObject:
    try:
        answer = parse(body)
    except ValueError as error:
        raise SlackError("invalid_json") from error
    found = maybe_object(answer)
    if found is None:
        raise SlackError("json_not_object")
    return found


def _show_errors(view: View, errors: JsonObject) -> None:
    inputs = {control.block_id for control in view.controls if control.is_input}
    strangers = sorted(set(errors) - inputs)
    if strangers:
        raise SlackError("invalid_errors", [f"[ERROR] no input block {name}" for name in strangers])
    words = {name: as_text(text) for name, text in errors.items()}
    if not words or not all(words.values()):
        raise SlackError("invalid_errors", ["[ERROR] each error needs a text"])
    view.errors = words


def _checked(core: Core, view: View, answer: JsonObject, *, replaced: View | None) -> JsonObject:
    content = as_object(answer.get("view"))
    core.views.checked(view.team_id, content, "modal", replaced)
    check_view(core.teams[view.team_id], content)
    return content
