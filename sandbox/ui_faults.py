"""The fault switches as the page shows and turns them."""

from dataclasses import dataclass

from sandbox.faults import ActiveFault, Fault, Faults
from sandbox.person import Person
from sandbox.ui_acts import AnyAct
from sandbox.ui_inputs import Asked, FaultNamed, Switched
from sandbox.wire import JsonObject


@dataclass(frozen=True)
class Switches:
    """Turns faults on and off."""

    faults: Faults

    def table(self) -> dict[str, tuple[type[Asked], AnyAct]]:
        """Path under /ui/ → the input it takes, and the act."""
        return {
            "faults/add": (Switched, self.add),
            "faults/remove": (FaultNamed, self.remove),
            "faults/clear": (Asked, self.clear),
        }

    async def add(self, _: Person, asked: Switched) -> JsonObject:
        fault = Fault(
            asked.kind, asked.method, asked.workspace, asked.times, asked.share, asked.seconds
        )
        return {"id": self.faults.add(fault), **listed(self.faults)}

    async def remove(self, _: Person, named: FaultNamed) -> JsonObject:
        if all(active.id != named.id for active in self.faults.active):
            raise LookupError("this fault is already off")
        self.faults.remove(named.id)
        return listed(self.faults)

    async def clear(self, _: Person, __: Asked) -> JsonObject:
        self.faults.clear()
        return listed(self.faults)


def listed(faults: Faults) -> JsonObject:
    """Every fault that is on, spent ones included."""
    return {"ok": True, "faults": [_shown(active) for active in faults.active]}


def _shown(active: ActiveFault) -> JsonObject:
    fault = active.fault
    return {
        "id": active.id,
        "kind": fault.kind,
        "method": fault.method,
        "workspace": fault.team,
        "times": fault.times,
        "share": fault.share,
        "seconds": fault.seconds,
        "struck": active.struck,
        "spent": active.spent,
    }
