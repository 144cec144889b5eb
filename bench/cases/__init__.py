"""The benchmarks, each in a module of its own: who is measured, against whom, and the bars."""

from bench.cases.bolt import BOLT
from bench.cases.company_50k import COMPANY_50K
from bench.cases.delivery import DELIVERY
from bench.cases.lists import LIST_CPU, LIST_LATENCY
from bench.cases.move_race import MOVE_RACE
from bench.cases.moves import MOVE_COST
from bench.cases.revoke_lag import REVOKE_LAG
from bench.cases.sandbox import SANDBOX_POST
from bench.cases.seats_race import SEATS_RACE
from bench.cases.tenants import TENANTS_1000
from bench.rounds import Case

IN_ORDER = (
    LIST_CPU,
    LIST_LATENCY,
    MOVE_COST,
    TENANTS_1000,
    COMPANY_50K,
    SEATS_RACE,
    MOVE_RACE,
    SANDBOX_POST,
    DELIVERY,
    REVOKE_LAG,
    BOLT,
)
CASES: dict[str, Case] = {case.name: case for case in IN_ORDER}
