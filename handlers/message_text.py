"""A message's mrkdwn as plain text that people can read: the one place where it is unwrapped.

Names of people come from the company; whom it does not know is *somebody*.
https://docs.slack.dev/messaging/formatting-message-text
"""

import re
import unicodedata
from collections.abc import Mapping

from handlers.routing import MessageRead
from services import people
from services.db import Tx
from services.values import WorkspaceId

_LINK = re.compile(r"<([@#!][^<>\n]+|[a-z][a-z0-9+.-]*:[^<>\n]+)>", re.IGNORECASE)
_MENTION = re.compile(r"<@([UW][A-Z0-9]+)(?:\|[^<>\n]*)?>")
_SPOKEN = {"here": "@here", "channel": "@channel", "everyone": "@everyone"}
_ADDRESSES = ("mailto:", "tel:")
MOST_MENTIONED = 50
_MARKED = re.compile(r"(?<!\w)([*_~`])(?=\S)(.+?)(?<=\S)\1(?!\w)")
_LEADING = re.compile(r"^(?:[>•◦▪]\s*)+")
_MOST_MARKS = 6
"""So deep words are marked: bold and struck in a block of code."""
_LONGEST_LINE = 1000
"""Of which a name is read."""


async def readable(tx: Tx, workspace_id: WorkspaceId, message: MessageRead) -> str:
    """The text of a message and the names of its files; '' where there is neither."""
    names = await people.names_of(tx, workspace_id, mentioned(message.text))
    files = [f"Files: {', '.join(message.files)}"] if message.files else []
    return "\n\n".join([each for each in (plain(message.text, names), *files) if each])


def mentioned(text: str) -> list[str]:
    """The Slack accounts named in it, in their order."""
    return list(dict.fromkeys(_MENTION.findall(text)))[:MOST_MENTIONED]


def plain(text: str, names: Mapping[str, str]) -> str:
    """`names` of people by their Slack accounts. Entities are read once: what somebody typed as
    `&lt;` stays that.
    """
    shown = _LINK.sub(lambda found: _unwrapped(found[1], names), text)
    lines = (line.rstrip() for line in _unescaped(shown).splitlines())
    return "\n".join("".join(filter(_is_readable, line)) for line in lines).strip()


def first_line(text: str) -> str:
    """The first line of a plain text with words, as people see it: bold, code, a quotation and the
    point of a list are how it looks, not what it says.
    """
    line = next((each for each in text.splitlines() if each.strip("`>•◦▪ ")), "")
    shown = line.strip()[:_LONGEST_LINE]
    for _ in range(_MOST_MARKS):
        shown = _MARKED.sub(r"\2", _LEADING.sub("", shown))
    return shown.strip()


def _unwrapped(inner: str, names: Mapping[str, str]) -> str:
    target, has_label, label = inner.partition("|")
    match target[:1]:
        case "@":
            return f"@{names.get(target[1:]) or label or 'somebody'}"
        case "#":
            return f"#{label or 'channel'}"
        case "!":
            return _special(target[1:], label)
        case _:
            return _address(target, label) if has_label else _bare(target)


def _special(target: str, label: str) -> str:
    """`here`, a group of people, or a date with the words that stand for it."""
    kind = target.partition("^")[0]
    return _SPOKEN.get(kind) or label or f"@{kind}"


def _address(target: str, label: str) -> str:
    bare = _bare(target)
    if not label or label in {bare, target} or f"http://{label}" == target.rstrip("/"):
        return bare
    return f"{label} ({bare})"


def _bare(target: str) -> str:
    scheme = next((each for each in _ADDRESSES if target.startswith(each)), "")
    return target.removeprefix(scheme)


def _unescaped(text: str) -> str:
    """The three characters Slack escapes, the ampersand last."""
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def _is_readable(character: str) -> bool:
    return unicodedata.category(character) not in {"Cc", "Cs"} or character == "\t"
