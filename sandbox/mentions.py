"""Text as Slack keeps and sends it: escaped, with people and channels as references."""

import re
from collections.abc import Callable

from sandbox.workspace import Team

# What stands in angle brackets on purpose: <@U…>, <#C…>, <!here>, <https://…|label>.
REFERENCE = re.compile(r"<(?:@[UW]|#[CG]|!|https?://|mailto:|tel:|slack://)[^<>]*>")
ENTITY = re.compile(r"&(?!amp;|lt;|gt;)")
TYPED = re.compile(r"<@(U\w+)(?:\|[^>]*)?>|<#([CG]\w+)(?:\|[^>]*)?>|@([\w.-]+)|#([\w-]+)")
LINK = re.compile(r"https?://[^\s<>|]+")


def kept(text: str) -> str:
    """Text an app posted, as Slack stores it: stray & < > become entities."""
    return _between(REFERENCE, text, _escape_stray)


def typed(team: Team, text: str, *, with_names: bool) -> str:
    """Text a person typed: @ana, #deals and links become references, the rest is escaped.

    With names a reference is <@U0ANA|ana>, as slash commands carry it, else <@U0ANA>.
    """
    linked = TYPED.sub(lambda match: _reference(team, match, with_names=with_names), text)
    marked = _between(REFERENCE, linked, lambda part: LINK.sub(lambda m: f"<{m[0]}>", part))
    return _between(REFERENCE, marked, escaped)


def escaped(text: str) -> str:
    """https://docs.slack.dev/messaging/formatting-message-text/#escaping"""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _escape_stray(text: str) -> str:
    return ENTITY.sub("&amp;", text).replace("<", "&lt;").replace(">", "&gt;")


def _reference(team: Team, match: re.Match[str], *, with_names: bool) -> str:
    user_id = match[1] or _user_called(team, match[3])
    if user_id in team.people:
        return f"<@{user_id}|{team.people[user_id].handle}>" if with_names else f"<@{user_id}>"
    channel_id = match[2] or _channel_called(team, match[4])
    if channel_id in team.channels:
        return f"<#{channel_id}|{team.channels[channel_id].name}>"
    return match[0]


def _user_called(team: Team, handle: str | None) -> str:
    found = (user.id for user in team.people.values() if handle and user.handle == handle.lower())
    return next(found, "")


def _channel_called(team: Team, name: str | None) -> str:
    rooms = (room for room in team.channels.values() if room.kind == "channel")
    return next((room.id for room in rooms if name and room.name == name), "")


def _between(pattern: re.Pattern[str], text: str, change: Callable[[str], str]) -> str:
    parts: list[str] = []
    end = 0
    for match in pattern.finditer(text):
        parts += [change(text[end : match.start()]), match[0]]
        end = match.end()
    return "".join([*parts, change(text[end:])])


def plain(team: Team, text: str) -> str:
    """Text a person typed for a command that does not ask for references: names as typed."""
    return escaped(TYPED.sub(lambda match: _name(team, match), text))


def _name(team: Team, match: re.Match[str]) -> str:
    if match[1] in team.people:
        return f"@{team.people[match[1]].handle}"
    if match[2] in team.channels:
        return f"#{team.channels[match[2]].name}"
    return match[0]
