"""What is written into a streaming message: words, tasks, a plan and blocks, in their order.

https://docs.slack.dev/reference/methods/chat.appendStream. Knows nothing of calls or messages.
"""

from collections.abc import Sequence

from sandbox.blockkit.rules import AnyObject, ListOf, Shape, Tagged, Text, one_of, tagged
from sandbox.wire import JsonObject, SlackError, as_list, as_objects, as_text

PLAN = "plan"
UNNAMED = "Plan"
STATUSES = ("pending", "in_progress", "complete", "error")
_SOME = Text(least=1)
_CHUNKS = ListOf(
    Tagged(
        {
            "markdown_text": tagged("markdown_text", Shape({"text": _SOME})),
            "task_update": tagged(
                "task_update",
                Shape(
                    {"id": _SOME, "title": _SOME, "status": one_of(*STATUSES)},
                    {"details": Text(), "output": Text(), "sources": ListOf(AnyObject())},
                ),
            ),
            "plan_update": tagged("plan_update", Shape({"title": _SOME})),
            "blocks": tagged("blocks", Shape({"blocks": ListOf(AnyObject(), 1)})),
        }
    )
)


def chunks(given: object) -> list[JsonObject]:
    """Raises SlackError invalid_chunks for what is none."""
    problems = [] if given is None else list(_CHUNKS.problems(given, "/chunks"))
    if problems:
        told = [f"[ERROR] {each.message} [json-pointer:{each.pointer}]" for each in problems]
        raise SlackError("invalid_chunks", told)
    return as_objects(given)


def grown(blocks: Sequence[JsonObject], more: Sequence[JsonObject], mode: str) -> list[JsonObject]:
    """The blocks with these chunks written into them; `mode` is how tasks are shown."""
    shown = list(blocks)
    for chunk in more:
        match chunk["type"]:
            case "task_update":
                shown = _with_task(shown, _card(chunk), mode)
            case "plan_update":
                shown = _with_plan(shown, {"title": chunk["title"]})
            case "blocks":
                shown += as_objects(chunk["blocks"])
            case _:
                shown = _with_words(shown, as_text(chunk["text"]))
    return shown


def words_in(blocks: Sequence[JsonObject]) -> str:
    """All that was written as text."""
    return "".join(as_text(each["text"]) for each in blocks if each["type"] == "markdown")


def _with_words(blocks: list[JsonObject], words: str) -> list[JsonObject]:
    if blocks and blocks[-1]["type"] == "markdown":
        return [*blocks[:-1], {**blocks[-1], "text": as_text(blocks[-1]["text"]) + words}]
    return [*blocks, {"type": "markdown", "text": words}]


def _with_task(blocks: list[JsonObject], card: JsonObject, mode: str) -> list[JsonObject]:
    """Where it was, or at the end; in a plan, if that is how tasks are shown."""
    if mode != PLAN:
        return _replaced(blocks, card)
    tasks = as_objects(_plan(blocks).get("tasks"))
    return _with_plan(blocks, {"tasks": _replaced(tasks, card)})


def _replaced(blocks: Sequence[JsonObject], card: JsonObject) -> list[JsonObject]:
    known = [each.get("task_id") for each in blocks]
    if card["task_id"] not in known:
        return [*blocks, card]
    at = known.index(card["task_id"])
    return [*blocks[:at], {**blocks[at], **card}, *blocks[at + 1 :]]


def _plan(blocks: Sequence[JsonObject]) -> JsonObject:
    none: JsonObject = {"type": PLAN, "title": UNNAMED}
    return next((each for each in blocks if each["type"] == PLAN), none)


def _with_plan(blocks: list[JsonObject], changed: JsonObject) -> list[JsonObject]:
    """The plan comes first."""
    others = [each for each in blocks if each["type"] != PLAN]
    return [{**_plan(blocks), **changed}, *others]


def _card(chunk: JsonObject) -> JsonObject:
    card: JsonObject = {"type": "task_card", "task_id": chunk["id"]}
    card |= {name: chunk[name] for name in ("title", "status")}
    card |= {name: _rich(chunk[name]) for name in ("details", "output") if chunk.get(name)}
    return card | ({"sources": chunk["sources"]} if as_list(chunk.get("sources")) else {})


def _rich(words: object) -> JsonObject:
    section = {"type": "rich_text_section", "elements": [{"type": "text", "text": words}]}
    return {"type": "rich_text", "elements": [section]}
