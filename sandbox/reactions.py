"""Reactions to messages, as people and apps give and take them back.

Kept as on the wire: name, users, count.
"""

import re
from dataclasses import replace

from sandbox.records import Message
from sandbox.wire import JsonObject, SlackError, as_list, as_text
from sandbox.workspace import Team

NAME = re.compile(r"[\w+'-]+(::skin-tone-[2-6])?")
MOST_KINDS, MOST_OF_ONE = 50, 23


def add(team: Team, message: Message, user_id: str, name: str) -> Message:
    """Raises SlackError in the words of reactions.add."""
    named = _name(name)
    before = _by_name(message)
    if user_id in before.get(named, []):
        raise SlackError("already_reacted")
    if named not in before and len(before) >= MOST_KINDS:
        raise SlackError("too_many_emoji")
    if sum(user_id in users for users in before.values()) >= MOST_OF_ONE:
        raise SlackError("too_many_reactions")
    return _kept(team, message, before | {named: [*before.get(named, []), user_id]})


def remove(team: Team, message: Message, user_id: str, name: str) -> Message:
    """Raises SlackError in the words of reactions.remove."""
    named = _name(name)
    before = _by_name(message)
    users = before.get(named, [])
    if user_id not in users:
        raise SlackError("no_reaction")
    return _kept(team, message, before | {named: [each for each in users if each != user_id]})


def _name(name: str) -> str:
    bare = name.strip(":") if name.startswith(":") else name
    if NAME.fullmatch(bare) is None:
        raise SlackError("invalid_name")
    return bare


def _by_name(message: Message) -> dict[str, list[str]]:
    return {
        as_text(each["name"]): [as_text(user) for user in as_list(each["users"])]
        for each in message.reactions
    }


def _kept(team: Team, message: Message, users: dict[str, list[str]]) -> Message:
    shown: list[JsonObject] = [
        {"name": name, "users": list(who), "count": len(who)} for name, who in users.items() if who
    ]
    return team.put_message(replace(message, reactions=shown))
