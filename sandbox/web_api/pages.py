"""Lists by pages: Slack's cursors and limits.

https://docs.slack.dev/apis/web-api/pagination
"""

from base64 import b64decode, b64encode
from collections.abc import Callable, Sequence
from typing import TypeVar

from sandbox.web_api.arguments import Arguments
from sandbox.wire import JsonObject, SlackError

T = TypeVar("T")
MOST = 1000


def cursor_of(kind: str, key: str) -> str:
    """An opaque word that leads to the item with this key."""
    return b64encode(f"{kind}:{key}".encode()).decode()


def key_of(kind: str, cursor: str) -> str:
    """The key in a cursor. Raises SlackError invalid_cursor for one that was not given out."""
    try:
        words = b64decode(cursor, validate=True).decode()
    except ValueError as error:
        raise SlackError("invalid_cursor") from error
    found, _, key = words.partition(":")
    if found != kind or not key:
        raise SlackError("invalid_cursor")
    return key


def limit_of(args: Arguments, usual: int, most: int = MOST) -> int:
    """Raises SlackError invalid_limit for one that is no positive number up to the most."""
    limit = args.number("limit", usual) or usual
    if not 1 <= limit <= most:
        raise SlackError("invalid_limit")
    return limit


def page_of(
    args: Arguments, items: Sequence[T], kind: str, key: Callable[[T], str], usual: int = 100
) -> tuple[list[T], JsonObject]:
    """The page asked for and its `response_metadata`."""
    limit, cursor, start = limit_of(args, usual), args.maybe("cursor"), 0
    if cursor:
        wanted = key_of(kind, cursor)
        start = next((at for at, item in enumerate(items) if key(item) == wanted), -1)
        if start < 0:
            raise SlackError("invalid_cursor")
    end = start + limit
    more = cursor_of(kind, key(items[end])) if end < len(items) else ""
    return list(items[start:end]), {"next_cursor": more}
