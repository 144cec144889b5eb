"""What is posted to conversations, by kind: each feature renders its own, when it is sent."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field

from handlers.routing import Blocks
from services import channels
from services.db import Tx
from services.outbox import POST, Dead, Delivery, Outcome, Place


@dataclass(frozen=True, slots=True)
class Message:
    """`text` is what a notification shows: the first line.

    A message never goes where people of other companies read, a confidential one not where guests
    read either; `outside` is what those may see in its place.
    """

    text: str
    blocks: Blocks
    is_confidential: bool = False
    outside: "Message | None" = None


@dataclass(frozen=True, slots=True)
class File:
    """A file with words beside it (mrkdwn), for colleagues alone. `content` is never empty and is
    neither kept nor logged.
    """

    name: str
    title: str
    words: str
    content: bytes = field(repr=False)


Notice = Message | File
Renderer = Callable[[Tx, Delivery], Awaitable[Notice | None]]
"""None: there is nothing to tell any more."""

Settled = Callable[[Tx, Delivery, Outcome], Awaitable[None]]
"""Called in the transaction that records what came of a delivery."""


@dataclass(frozen=True, slots=True)
class Notices:
    """All kinds there are."""

    renderers: Mapping[str, Renderer]
    settled: Mapping[str, Settled]

    async def render(self, tx: Tx, delivery: Delivery) -> Notice | None:
        return await self.renderers[delivery.kind](tx, delivery)

    async def after(self, tx: Tx, delivery: Delivery, outcome: Outcome) -> None:
        """What follows for its feature; a chosen channel that refuses every message is given up."""
        hook = self.settled.get(delivery.kind)
        if hook is not None:
            await hook(tx, delivery, outcome)
        if isinstance(outcome, Dead) and delivery.method == POST:
            place = Place(delivery.workspace_id, delivery.lane)
            await channels.give_up_channel(tx, place, outcome.why)
