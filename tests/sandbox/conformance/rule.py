"""A rule of Slack's documented behaviour: what it takes, what it refuses, and in which words."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TypeAlias

from tests.sandbox.blockkit_samples import Json, modal
from tests.sandbox.conformance.world import Outcome, World

DOCS = "https://docs.slack.dev/"
KIT = f"{DOCS}reference/block-kit/"

Example: TypeAlias = Callable[[World], Awaitable[Outcome]]
Blocks: TypeAlias = Json | list[Json]


@dataclass(frozen=True)
class Rule:
    """`error` is the word of the refusal, `explanation` a whole line of Slack's beside it."""

    name: str
    source: str
    accepted: Example
    refused: Example
    error: str
    explanation: str = ""


def posted(blocks: Blocks) -> Example:
    async def example(world: World) -> Outcome:
        listed = _listed(blocks)
        return await world.call("chat.postMessage", channel=world.deals.id, text="x", blocks=listed)

    return example


def opened(view: Json) -> Example:
    async def example(world: World) -> Outcome:
        trigger_id = world.trigger(world.somebody())
        return await world.call("views.open", trigger_id=trigger_id, view=view)

    return example


def published(view: Json) -> Example:
    async def example(world: World) -> Outcome:
        user_id = world.somebody().member.id
        return await world.call("views.publish", user_id=user_id, view=view)

    return example


def on_message(name: str, page: str, good: Blocks, bad: Blocks, at: str, words: str) -> Rule:
    """A rule of blocks in a message; `at` is the place below /blocks, `page` one below KIT."""
    line = f"[ERROR] {words} [json-pointer:/blocks{at}]"
    return Rule(name, f"{KIT}{page}", posted(good), posted(bad), "invalid_blocks", line)


def on_modal(name: str, page: str, good: Blocks, bad: Blocks, at: str, words: str) -> Rule:
    """A rule of blocks in a modal; `at` is the place below /view/blocks."""
    line = f"[ERROR] {words} [json-pointer:/view/blocks{at}]"
    accepted, refused = (opened(modal(*_listed(blocks))) for blocks in (good, bad))
    return Rule(name, f"{KIT}{page}", accepted, refused, "invalid_arguments", line)


def on_home(name: str, page: str, good: Blocks, bad: Blocks, at: str, words: str) -> Rule:
    """A rule of blocks in a Home tab; `at` is the place below /view/blocks."""
    line = f"[ERROR] {words} [json-pointer:/view/blocks{at}]"
    views = [{"type": "home", "blocks": _listed(blocks)} for blocks in (good, bad)]
    accepted, refused = (published(view) for view in views)
    return Rule(name, f"{KIT}{page}", accepted, refused, "invalid_arguments", line)


def _listed(blocks: Blocks) -> list[Json]:
    return blocks if isinstance(blocks, list) else [blocks]
