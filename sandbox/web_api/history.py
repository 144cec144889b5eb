"""conversations.history and conversations.replies: what was said."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from sandbox import posting
from sandbox.limits import TIER_3
from sandbox.records import Message
from sandbox.web_api.call import HISTORY, ApiCall, Method
from sandbox.web_api.pages import cursor_of, key_of, limit_of
from sandbox.wire import JsonObject, SlackError, as_objects

USUAL_PAGE, LONGEST_PAGE, LONGEST_THREAD = 100, 999, 1000
# https://docs.slack.dev/changelog/2025/05/29/rate-limit-changes-for-non-marketplace-apps
UNLISTED_PAGE, UNLISTED_RATE = 15, 1
DIGITS, FRACTION = 10, 6


@dataclass(frozen=True)
class Window:
    """Between which times, in Slack's stamps made comparable; "" is open."""

    oldest: str
    latest: str
    inclusive: bool

    def holds(self, ts: str) -> bool:
        if self.inclusive and ts in (self.oldest, self.latest):
            return True
        return ts > self.oldest and (not self.latest or ts < self.latest)


def history(call: ApiCall) -> JsonObject:
    """https://docs.slack.dev/reference/methods/conversations.history"""
    channel = call.channel_for(HISTORY)
    if not call.is_in(channel):
        raise SlackError("not_in_channel")
    window, cursor = _window(call), call.args.maybe("cursor")
    latest = key_of("next_ts", cursor) if cursor else window.latest
    line = call.team.timeline(channel.id)
    found = (each for each in line.top_level(window.oldest, latest) if window.holds(each.ts))
    return _page(call, found, _limit(call, USUAL_PAGE, LONGEST_PAGE)) | {"pin_count": 0}


def replies(call: ApiCall) -> JsonObject:
    """https://docs.slack.dev/reference/methods/conversations.replies

    Every page begins with the first message of the thread, whatever the limit.
    """
    channel = call.channel_for(HISTORY)
    if not call.is_in(channel):
        raise SlackError("not_in_channel")
    line = call.team.timeline(channel.id)
    asked = line.living(call.args.text("ts"))
    if asked is None or asked.ephemeral_for is not None:
        raise SlackError("thread_not_found")
    parent = line.living(asked.thread_ts or asked.ts) or asked
    window, cursor = _window(call), call.args.maybe("cursor")
    start = key_of("next_ts", cursor) if cursor else ""
    said = (each for each in line.replies(parent.ts) if window.holds(each.ts) and each.ts >= start)
    limit = _limit(call, LONGEST_THREAD, LONGEST_THREAD)
    shown = _page(call, said, limit)
    first = posting.wire_message(call.core, call.team, parent, metadata=_with_metadata(call))
    return shown | {"messages": [first, *as_objects(shown["messages"])]}


def _with_metadata(call: ApiCall) -> bool:
    return call.args.flag("include_all_metadata")


def _page(call: ApiCall, found: Iterator[Message], limit: int) -> JsonObject:
    page = list(islice(found, limit))
    following = next(found, None)
    cursor = "" if following is None else cursor_of("next_ts", following.ts)
    metadata = _with_metadata(call)
    return {
        "messages": [
            posting.wire_message(call.core, call.team, each, metadata=metadata) for each in page
        ],
        "has_more": following is not None,
        "response_metadata": {"next_cursor": cursor},
    }


def _limit(call: ApiCall, usual: int, most: int) -> int:
    if not call.core.unlisted:
        return min(limit_of(call.args, usual, most=1_000_000), most)
    return min(limit_of(call.args, UNLISTED_PAGE, most=1_000_000), UNLISTED_PAGE)


def _window(call: ApiCall) -> Window:
    oldest, latest = call.args.maybe("oldest"), call.args.maybe("latest")
    return Window(
        _comparable(oldest, "invalid_ts_oldest") if oldest else "",
        _comparable(latest, "invalid_ts_latest") if latest and latest != "now" else "",
        call.args.flag("inclusive"),
    )


def _comparable(ts: str, otherwise: str) -> str:
    """A time with all its digits, so that text sorts as time does."""
    seconds, _, fraction = ts.partition(".")
    if not seconds.isdecimal() or not (fraction or "0").isdecimal():
        raise SlackError(otherwise)
    return f"{seconds.zfill(DIGITS)}.{fraction.ljust(FRACTION, '0')[:FRACTION]}"


METHODS = {
    "conversations.history": Method(history, HISTORY.all, TIER_3),
    "conversations.replies": Method(replies, HISTORY.all, TIER_3),
}
