"""What is told about files in somebody's direct messages. Pure."""

from handlers.blocks import kit
from handlers.blocks.text import escape
from handlers.notices import Message
from services.own_files import NOTHING_LEFT

INSTALL_AGAIN = (
    "Slack does not let me send files here yet, because I was installed before I could. Ask "
    "somebody who may install apps in this workspace to install Tandem again; everything stays as "
    "it is. Then press *Export* again."
)
_NO_SCOPE = "missing_scope"


def not_sent(what: str, reason: str, gone: str, otherwise: str) -> Message:
    """Why a file does not come, and what to do about it. `gone`, when there is nothing left that
    they may read, and `otherwise` are mrkdwn; `what` is not.
    """
    why = INSTALL_AGAIN if reason == _NO_SCOPE else gone if reason == NOTHING_LEFT else otherwise
    text = f"I could not send {escape(what)} as a file. {why}"
    return Message(text, [kit.section(text)])
