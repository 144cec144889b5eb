"""Composition objects: texts, options, confirmations and the like.

https://docs.slack.dev/reference/block-kit/composition-objects
"""

from sandbox.blockkit.checks import not_together, one_needed, unique_option_values
from sandbox.blockkit.forms import is_link, is_web
from sandbox.blockkit.rules import Flag, ListOf, Rule, Shape, Tagged, Text, one_of, tagged

TEXT_MOST = 3000
OPTIONS_MOST = 100

LINK = Text(most=3000, least=1, accepts=is_link, otherwise="must be a valid URL")
WEB = Text(most=3000, least=1, accepts=is_web, otherwise="must be a valid URL")
IDENTIFIER = Text(most=255, least=1)
BUTTON_STYLE = one_of("primary", "danger")


def _mrkdwn_shape(most: int) -> Shape:
    return tagged("mrkdwn", Shape({"text": Text(most, least=1)}, {"verbatim": Flag()}))


def plain(most: int) -> Shape:
    """A text object of plain text only."""
    return tagged("plain_text", Shape({"text": Text(most, least=1)}, {"emoji": Flag()}))


def text(most: int = TEXT_MOST) -> Rule:
    """A text object of either kind."""
    return Tagged(text_shapes(most))


def text_shapes(most: int) -> dict[str, Rule]:
    return {"plain_text": plain(most), "mrkdwn": _mrkdwn_shape(most)}


# The reference asks for plain text in the explanation and shows mrkdwn in its own example.
CONFIRM = Shape(
    {"title": plain(100), "text": text(300), "confirm": plain(30), "deny": plain(30)},
    {"style": BUTTON_STYLE},
)

_VALUE = Text(most=150, least=1)
MENU_OPTION = Shape({"text": plain(75), "value": _VALUE}, {"description": plain(75)})
CHECK_OPTION = Shape({"text": text(75), "value": _VALUE}, {"description": text(75)})
OVERFLOW_OPTION = Shape(
    {"text": plain(75), "value": _VALUE}, {"description": plain(75), "url": LINK}
)
OPTION_GROUP = Shape({"label": plain(75), "options": ListOf(MENU_OPTION, 1, OPTIONS_MOST)})

CONVERSATION_FILTER = Shape(
    optional={
        "include": ListOf(one_of("im", "mpim", "private", "public"), 1),
        "exclude_external_shared_channels": Flag(),
        "exclude_bot_users": Flag(),
    },
    checks=(one_needed("include", "exclude_external_shared_channels", "exclude_bot_users"),),
)
DISPATCH_CONFIG = Shape(
    optional={
        "trigger_actions_on": ListOf(one_of("on_enter_pressed", "on_character_entered"), 1, 2)
    }
)
SLACK_FILE = Shape(
    optional={"id": Text(least=1), "url": WEB},
    checks=(one_needed("id", "url"), not_together("id", "url")),
)
WORKFLOW = Shape(
    {
        "trigger": Shape(
            {"url": WEB},
            {
                "customizable_input_parameters": ListOf(
                    Shape({"name": Text(least=1), "value": Text()})
                )
            },
        )
    }
)
_ICONS = (
    "archive book bookmark bot bug calendar call caret-left caret-right check clipboard code "
    "comment compass copy cube download edit email eye-closed eye-open file flag folder gear "
    "globe heart help image info key lightbulb link map mobile new-window pin plus refine "
    "refresh rocket save screen share sparkle star star-filled tag thumbs-down thumbs-up "
    "trash upload user warning"
)
SLACK_ICON = tagged("icon", Shape({"name": one_of(*_ICONS.split())}))

# What an app answers when a menu asks it for options; an empty list says that nothing matches.
OPTIONS_ANSWER = Shape(
    optional={
        "options": ListOf(MENU_OPTION, 0, OPTIONS_MOST),
        "option_groups": ListOf(OPTION_GROUP, 0, OPTIONS_MOST),
    },
    checks=(
        one_needed("options", "option_groups"),
        not_together("options", "option_groups"),
        unique_option_values,
    ),
)
