"""Slash commands: which handler a line leads to, help, and did-you-mean for a typo."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from rapidfuzz.distance import OSA

from handlers.blocks import kit
from handlers.blocks.text import cut, escape
from handlers.replies import NOTHING_SAVED
from handlers.routing import Command, Reply, Say, SlashCommand, Subcommand
from services.values import Actor

HUB = "/tandem"
"""Takes every other command as its first word, for workspaces where a short name is taken."""

HELP = "help"
_NUMBER = re.compile(r"#?\d{1,12}", re.ASCII)
MOST_WORDS = 4000
"""Characters after a command: the longest note and what stands before it."""
NEAR = 0.5
"""Similarity from which a word counts as a typo of another (optimal string alignment)."""


async def dispatch(commands: Sequence[SlashCommand], request: Command) -> Reply:
    """Lead a command line to its handler: `/opp move 42 won`, `/tandem opp move 42 won`."""
    command = _registered(commands, request.command)
    if command is None:
        return Say(text=f"I do not know {escape(request.command)}.")
    if len(request.words) > MOST_WORDS:
        return Say(text=f"This is too long; {MOST_WORDS} characters fit. {NOTHING_SAVED}")
    first, rest = _split(request.words)
    if command.name == HUB:
        other = _named(commands, f"/{first}")
        if other is not None and other.name != HUB:
            return await dispatch(commands, replace(request, command=other.name, words=rest))
    return await _run(commands, command, request, first, rest)


async def _run(
    commands: Sequence[SlashCommand], command: SlashCommand, request: Command, first: str, rest: str
) -> Reply:
    found = _subcommand(command, first)
    if found is not None:
        return await found.handler(replace(request, words=rest))
    if first == HELP or (not first and command.default is None):
        help_ = help_for(commands, command, request.actor)
        above = await command.overview(request) if command.overview and not first else []
        return help_.model_copy(update={"blocks": [*above, *(help_.blocks or [])]})
    if command.numbered is not None and _NUMBER.fullmatch(first):
        return await command.numbered(request)
    if command.default is not None:
        return await command.default(request)
    return _unknown(commands, command, request.actor, first)


def help_for(commands: Sequence[SlashCommand], command: SlashCommand, actor: Actor) -> Say:
    """What this person may do with the command; `/tandem help` lists the other commands too."""
    lines = [_line(command, each) for each in _allowed(command.subcommands, actor)]
    blocks = [kit.section("\n".join([f"*{command.name}*: {command.summary}", *lines]))]
    if command.name == HUB:
        others = [f"• `{each.name}` {each.summary}" for each in _others(commands, actor)]
        blocks += [kit.section("\n".join(["*Other commands*", *others]))] if others else []
    blocks.append(kit.context(f"Each command also works as `{HUB} …`, e.g. `{HUB} opp list`."))
    blocks += command.ways(actor) if command.ways else []
    return Say(text=f"{command.name}: {command.summary}", blocks=blocks)


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The known word a typo most likely meant; None when nothing is near."""
    scored = [(OSA.normalized_similarity(word.casefold(), each.casefold()), each) for each in known]
    score, best = max(scored, default=(0.0, ""))
    return best if score >= NEAR else None


def _unknown(
    commands: Sequence[SlashCommand], command: SlashCommand, actor: Actor, word: str
) -> Say:
    names = [each.name for each in _allowed(command.subcommands, actor)]
    if command.name == HUB:
        names += [each.name.removeprefix("/") for each in _others(commands, actor)]
    near = nearest(word, [*names, HELP])
    shown = escape(cut(word, 40))
    meant = f" Did you mean `{command.name} {near}`?" if near else ""
    return Say(
        text=f"`{command.name}` has no `{shown}`.{meant} `{command.name} help` lists everything."
    )


def _named(commands: Sequence[SlashCommand], name: str) -> SlashCommand | None:
    return next((each for each in commands if each.name == name.casefold()), None)


def _registered(commands: Sequence[SlashCommand], name: str) -> SlashCommand | None:
    """By its name as the workspace has it: a prefix may come before ours."""
    ending = [each for each in commands if name.casefold().endswith(each.name.removeprefix("/"))]
    return max(ending, key=lambda each: len(each.name), default=None)


def _subcommand(command: SlashCommand, word: str) -> Subcommand | None:
    return next((each for each in command.subcommands if each.name == word), None)


def _others(commands: Sequence[SlashCommand], actor: Actor) -> list[SlashCommand]:
    """The commands beside the hub that this person may do something with."""
    others = [each for each in commands if each.name != HUB]
    return [each for each in others if not each.subcommands or _allowed(each.subcommands, actor)]


def _allowed(subcommands: Iterable[Subcommand], actor: Actor) -> list[Subcommand]:
    return [each for each in subcommands if _may(actor, each.permission)]


def _may(actor: Actor, permission: str | None) -> bool:
    return permission is None or actor.may(permission) or actor.may(permission, actor.user_id)


def _line(command: SlashCommand, subcommand: Subcommand) -> str:
    usage = f" {subcommand.usage}" if subcommand.usage else ""
    return f"• `{command.name} {subcommand.name}{usage}` {subcommand.summary}"


def _split(words: str) -> tuple[str, str]:
    first, rest = [*words.split(maxsplit=1), "", ""][:2]
    return first.casefold(), rest.strip()
