"""What a person can read on a message or a view, as lines; and what they can touch, by its words.

Follows the shapes of Block Kit, whatever the block: words are in `text` and `alt_text`.
"""

from collections.abc import Iterator

from sandbox.controls import controls_of
from sandbox.payloads import Surface
from sandbox.posting import blocks_of
from sandbox.views import View
from sandbox.wire import JsonObject, as_list, as_text, maybe_object

WORDS = ("text", "alt_text")


def texts_of(where: Surface) -> list[str]:
    """Every text, from top to bottom; of a message without blocks its `text`."""
    if isinstance(where, View):
        shown = [where.content.get(name) for name in ("title", "blocks", "submit", "close")]
        return [text for part in shown for text in _texts(part)]
    return list(_texts(blocks_of(where))) or [where.text]


def labels_of(blocks: list[JsonObject]) -> list[str]:
    """The words on each control, or its action_id where it has none."""
    return [control.label or control.action_id for control in controls_of(blocks)]


def _texts(value: object) -> Iterator[str]:
    for each in as_list(value):
        yield from _texts(each)
    for name, held in (maybe_object(value) or {}).items():
        if name in WORDS and as_text(held):
            yield as_text(held)
        elif name != "metadata":
            yield from _texts(held)
