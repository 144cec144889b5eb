"""How often an address may ask for something that anybody may ask for."""

import time
from collections import OrderedDict
from collections.abc import Callable, Sequence
from ipaddress import IPv6Address, ip_address, ip_network

AT_ONCE = 20
SECONDS_EACH = 3.0
"""After a burst, one for each address in so many seconds: an office shares one."""
MOST_ADDRESSES = 10_000
ONE_VISITORS = 64
"""The bits of an IPv6 address by which a visitor is known: the rest is theirs to choose."""


class Limiter:
    """A bucket for each address; of more addresses than there is room for, the latest."""

    def __init__(self, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._monotonic = monotonic
        self._empty_until: OrderedDict[str, float] = OrderedDict()

    def seconds_to_wait(self, address: str) -> float:
        """0 when it may go on, which counts as one."""
        now = self._monotonic()
        until = max(self._empty_until.get(address, now), now) + SECONDS_EACH
        wait = until - now - AT_ONCE * SECONDS_EACH
        if wait > 0:
            return wait
        self._empty_until[address] = until
        self._empty_until.move_to_end(address)
        if len(self._empty_until) > MOST_ADDRESSES:
            self._empty_until.popitem(last=False)
        return 0.0


def visitor(peer: str | None, forwarded: Sequence[str], proxies: int) -> str:
    """Who asks: the peer, or what the outermost of our own proxies saw.

    `forwarded` are the X-Forwarded-For headers. Each proxy adds whom it heard from at the end; what
    stands before was written by the visitor and can be anything.
    """
    heard = [each.strip() for each in ",".join(forwarded).split(",") if each.strip()]
    seen = heard[-proxies] if 0 < proxies <= len(heard) else peer
    return _known(seen) or _known(peer) or "unknown"


def _known(address: str | None) -> str | None:
    try:
        known = ip_address((address or "").strip("[]"))
    except ValueError:
        return None
    if isinstance(known, IPv6Address):
        return str(ip_network((known, ONE_VISITORS), strict=False))
    return str(known)
