"""Text as Slack keeps and sends it: escaped, with people and channels as references."""

import re
from collections.abc import Callable

from sandbox.workspace import Channel, Member, Team

# What stands in angle brackets on purpose: <@U…>, <#C…>, <!here>, <https://…|label>.
REFERENCE = re.compile(r"<(?:@[UW]|#[CG]|!|https?://|mailto:|tel:|slack://)[^<>]*>")
ENTITY = re.compile(r"&(?!amp;|lt;|gt;)")
MENTION = (
    r"<@(?P<user_id>U\w+)(?:\|[^>]*)?>|<#(?P<channel_id>[CG]\w+)(?:\|[^>]*)?>"
    r"|(?<!\w)@(?P<user>\w+(?:[.-]\w+)*)|(?<!\w)#(?P<channel>[\w-]+)"
)
# What Slack makes clickable as it is typed: addresses, e-mail, and domains it knows the end of.
LINK = (
    r"(?P<url>https?://[^\s<>|]*[^\s<>|.,;:!?)])"
    r"|(?P<mail>[\w.+-]+@\w[\w-]*(?:\.[\w-]+)+)"
    r"|(?P<domain>(?<![\w.@])\w[\w-]*(?:\.[\w-]+)*\.(?:com|org|net|io|dev|app|eu|de|uk|fr|pt))\b"
)
WORD = re.compile(f"{MENTION}|{LINK}")
EVERYBODY = frozenset({"here", "channel", "everyone"})


def kept(text: str) -> str:
    """Text an app posted, as Slack stores it: stray & < > become entities."""
    return _replaced(REFERENCE, text, lambda match: match[0], _escape_stray)


def typed(team: Team, text: str, *, with_names: bool) -> str:
    """Text a person typed: @ana, #deals and links become references, the rest is escaped.

    With names a reference is <@U0ANA|ana>, as slash commands carry it, else <@U0ANA>.
    """

    def linked(match: re.Match[str]) -> str:
        return _clickable(match) or _reference(team, match, with_names=with_names)

    return _replaced(WORD, text, linked, escaped)


def plain(team: Team, text: str) -> str:
    """Text a person typed for a command that does not ask for references: names as typed."""
    return _replaced(WORD, text, lambda match: _name(team, match), escaped)


def escaped(text: str) -> str:
    """https://docs.slack.dev/messaging/formatting-message-text/#escaping"""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _escape_stray(text: str) -> str:
    return ENTITY.sub("&amp;", text).replace("<", "&lt;").replace(">", "&gt;")


def _clickable(match: re.Match[str]) -> str:
    word = escaped(match[0])
    if match["mail"]:
        return f"<mailto:{word}|{word}>"
    if match["domain"]:
        return f"<http://{word}|{word}>"
    return f"<{word}>" if match["url"] else ""


def _reference(team: Team, match: re.Match[str], *, with_names: bool) -> str:
    if match["user"] in EVERYBODY:
        return f"<!{match['user']}>"
    user = _user(team, match)
    if user is not None:
        return f"<@{user.id}|{user.handle}>" if with_names else f"<@{user.id}>"
    channel = _channel(team, match)
    return f"<#{channel.id}|{channel.name}>" if channel is not None else escaped(match[0])


def _name(team: Team, match: re.Match[str]) -> str:
    user, channel = _user(team, match), _channel(team, match)
    if user is not None:
        return f"@{user.handle}"
    return f"#{channel.name}" if channel is not None else escaped(match[0])


def _user(team: Team, match: re.Match[str]) -> Member | None:
    handle = (match["user"] or "").lower()
    called = (user for user in team.people.values() if handle and user.handle == handle)
    return team.people.get(match["user_id"] or "") or next(called, None)


def _channel(team: Team, match: re.Match[str]) -> Channel | None:
    name = match["channel"] or ""
    called = (room for room in team.channels.values() if room.kind == "channel")
    by_name = next((room for room in called if name and room.name == name), None)
    return team.channels.get(match["channel_id"] or "") or by_name


def _replaced(
    pattern: re.Pattern[str],
    text: str,
    change: Callable[[re.Match[str]], str],
    between: Callable[[str], str],
) -> str:
    """The text with each match changed one way, and all that lies between another."""
    parts: list[str] = []
    end = 0
    for match in pattern.finditer(text):
        parts += [between(text[end : match.start()]), change(match)]
        end = match.end()
    return "".join([*parts, between(text[end:])])
