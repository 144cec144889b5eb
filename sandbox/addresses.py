"""Where an app listens: one address for everything, or some for kinds of requests."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from sandbox.delivery import HttpWire, Reply, Request
from sandbox.wire import as_text


@dataclass(frozen=True)
class Addresses:
    """`usual`, and by command name, `event`, `interactive` or `block_suggestion` what differs."""

    usual: str
    by_kind: Mapping[str, str] = field(default_factory=dict[str, str])

    def of(self, request: Request) -> str:
        """Options come from the interactivity's address when they have none of their own."""
        names = (as_text(request.payload.get("command")), request.kind, request.style)
        return next((self.by_kind[name] for name in names if name in self.by_kind), self.usual)


@dataclass
class RoutedWire(HttpWire):
    """Posts each kind of request to its own address."""

    addresses: Addresses

    async def send(self, request: Request, deadline: float) -> Reply:
        url = self.addresses.of(request)
        return await HttpWire(self.session, url, self.secret, self.clock).send(request, deadline)
