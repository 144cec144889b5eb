"""What a case is."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Literal

from tests.isolation.seeds import Known


@dataclass(frozen=True)
class Case:
    """One call: `arguments` of `its` (the other company's) and `own`."""

    function: Callable[..., Awaitable[object]]
    arguments: Callable[[Known, Known], tuple[object, ...]]
    by: Literal["admin", "application"] = "admin"

    @property
    def name(self) -> str:
        return f"{self.function.__module__}.{self.function.__qualname__}"


def nothing(_its: Known, _own: Known) -> tuple[object, ...]:
    """For what takes no identifier: it must be the same as if the other company were not there."""
    return ()
