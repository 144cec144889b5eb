"""Rules of the composition objects: texts, confirmations, files and when an input tells."""

from tests.sandbox.blockkit_samples import (
    Json,
    actions,
    asking,
    button,
    confirm,
    mrkdwn,
    plain,
    section,
)
from tests.sandbox.conformance.rule import Rule, on_message, on_modal
from tests.sandbox.conformance.words import AT_LEAST_ONE, ENUM, less, long, missing, without

TEXT = "composition-objects/text-object"
CONFIRM = "composition-objects/confirmation-dialog-object"
DISPATCH = "composition-objects/dispatch-action-configuration-object"
WORKFLOW = "composition-objects/workflow-object"
AT = "/0/elements/0/confirm"


def asked(**fields: object) -> Json:
    return actions(button(confirm=confirm(**fields)))


def told(**fields: object) -> Json:
    element = {"type": "plain_text_input", "dispatch_action_config": fields}
    return asking(element, dispatch_action=True)


def started(**trigger: object) -> Json:
    flow = {"trigger": trigger}
    return actions({"type": "workflow_button", "text": plain(), "action_id": "a", "workflow": flow})


RULES: list[Rule] = [
    on_message(
        "a text is an object, not a string",
        TEXT,
        section(),
        section(text="words"),
        "/0/text",
        "must provide an object",
    ),
    on_message(
        "a text is plain or mrkdwn",
        TEXT,
        section(text=plain()),
        section(text={"type": "markdown", "text": "x"}),
        "/0/text/type",
        "unsupported type: markdown",
    ),
    on_message(
        "a text object has a text",
        TEXT,
        section(),
        section(text={"type": "mrkdwn"}),
        "/0/text",
        missing("text"),
    ),
    on_message(
        "emoji is for plain text",
        TEXT,
        section(text={**plain(), "emoji": True}),
        section(text={**mrkdwn(), "emoji": True}),
        "/0/text",
        "invalid additional property: emoji",
    ),
    on_message(
        "verbatim is for mrkdwn",
        TEXT,
        section(text={**mrkdwn(), "verbatim": True}),
        section(text={**plain(), "verbatim": True}),
        "/0/text",
        "invalid additional property: verbatim",
    ),
    on_message(
        "a confirmation's title has at most 100 characters",
        CONFIRM,
        asked(title=plain(long(100))),
        asked(title=plain(long(101))),
        f"{AT}/title/text",
        less(100),
    ),
    on_message(
        "a confirmation's text has at most 300 characters",
        CONFIRM,
        asked(text=plain(long(300))),
        asked(text=plain(long(301))),
        f"{AT}/text/text",
        less(300),
    ),
    on_message(
        "a confirmation's yes has at most 30 characters",
        CONFIRM,
        asked(confirm=plain(long(30))),
        asked(confirm=plain(long(31))),
        f"{AT}/confirm/text",
        less(30),
    ),
    on_message(
        "a confirmation's no has at most 30 characters",
        CONFIRM,
        asked(deny=plain(long(30))),
        asked(deny=plain(long(31))),
        f"{AT}/deny/text",
        less(30),
    ),
    on_message(
        "a confirmation has a no",
        CONFIRM,
        asked(),
        actions(button(confirm=without(confirm(), "deny"))),
        AT,
        missing("deny"),
    ),
    on_message(
        "a confirmation is primary, dangerous or neither",
        CONFIRM,
        asked(style="danger"),
        asked(style="scary"),
        f"{AT}/style",
        ENUM,
    ),
    on_modal(
        "an input tells on enter or on each character",
        DISPATCH,
        told(trigger_actions_on=["on_enter_pressed", "on_character_entered"]),
        told(trigger_actions_on=["on_focus"]),
        "/0/element/dispatch_action_config/trigger_actions_on/0",
        ENUM,
    ),
    on_modal(
        "an input tells on something",
        DISPATCH,
        told(trigger_actions_on=["on_enter_pressed"]),
        told(trigger_actions_on=[]),
        "/0/element/dispatch_action_config/trigger_actions_on",
        AT_LEAST_ONE,
    ),
    on_message(
        "a workflow is started by its link",
        WORKFLOW,
        started(url="https://slack.com/shortcuts/Ft1/x"),
        started(),
        "/0/elements/0/workflow/trigger",
        missing("url"),
    ),
]
