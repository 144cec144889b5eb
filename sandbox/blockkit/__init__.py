"""What Slack would refuse in a message, a view or a list of options, as data: pure, no I/O.

Sources: docs.slack.dev/reference/block-kit, the types of Slack's own SDKs, and refusals seen in
the wild. Each problem names its place by a JSON pointer and speaks in Slack's words.
"""

from collections.abc import Mapping

from sandbox.blockkit.problems import Problem, explained, message_error
from sandbox.blockkit.surfaces import message_problems, options_problems, view_problems

__all__ = [
    "Problem",
    "explained",
    "message_error",
    "problems_of_message",
    "problems_of_options",
    "problems_of_view",
]


def problems_of_message(payload: Mapping[str, object]) -> list[Problem]:
    """List what Slack would refuse in `text`, `blocks`, `attachments` and `metadata`.

    Other arguments, and whether anything was said at all (`no_text`), are for the caller.
    """
    return list(message_problems(payload))


def problems_of_view(view: Mapping[str, object]) -> list[Problem]:
    """List what Slack would refuse in a modal or Home view as an app sends it.

    The pointers start at the view. A view above 250 kB is the problem `view_too_large` at "".
    """
    return list(view_problems(view))


def problems_of_options(payload: Mapping[str, object]) -> list[Problem]:
    """List what Slack would refuse in the answer to a block_suggestion."""
    return list(options_problems(payload))
