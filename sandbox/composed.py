"""What a person wrote, as Slack's own composer sends it beside the text: a rich_text block.

https://docs.slack.dev/reference/block-kit/blocks/rich-text-block. Knows nothing of messages.
"""

import re

from sandbox.wire import JsonObject

PART = re.compile(
    r"<@(?P<user>\w+)(?:\|[^>]*)?>|<#(?P<channel>\w+)(?:\|[^>]*)?>"
    r"|<!(?P<range>here|channel|everyone)>|<(?P<url>[^@#!>|][^>|]*)(?:\|(?P<label>[^>]*))?>"
    r"|(?<!\w):(?P<emoji>[a-z0-9_+'-]*[a-z_+][a-z0-9_+'-]*):(?!\w)"
)


def rich_text(text: str, block_id: str) -> JsonObject:
    """The words as one section; marks such as *this* stay as they were typed."""
    elements: list[JsonObject] = []
    end = 0
    for match in PART.finditer(text):
        elements += _words(text[end : match.start()])
        elements.append(_element(match))
        end = match.end()
    section = {"type": "rich_text_section", "elements": [*elements, *_words(text[end:])]}
    return {"type": "rich_text", "block_id": block_id, "elements": [section]}


def _words(text: str) -> list[JsonObject]:
    return [{"type": "text", "text": _unescaped(text)}] if text else []


def _element(match: re.Match[str]) -> JsonObject:
    match match.lastgroup:
        case "user":
            return {"type": "user", "user_id": match["user"]}
        case "channel":
            return {"type": "channel", "channel_id": match["channel"]}
        case "range":
            return {"type": "broadcast", "range": match["range"]}
        case "emoji":
            return {"type": "emoji", "name": match["emoji"]}
        case _:
            label: JsonObject = {"text": _unescaped(match["label"])} if match["label"] else {}
            return {"type": "link", "url": _unescaped(match["url"])} | label


def _unescaped(text: str) -> str:
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
