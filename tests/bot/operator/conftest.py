"""An operator at the command line, in the test's own process."""

import json
from dataclasses import dataclass
from io import StringIO

import pytest

from bot import operator
from bot.__main__ import _parser
from tests.conftest import Urls
from tests.factories import FixedClock


@dataclass(frozen=True)
class Said:
    """What a command answered."""

    code: int
    out: str
    err: str

    @property
    def data(self) -> object:
        return json.loads(self.out)


@dataclass(frozen=True)
class Operator:
    """Types commands; what is asked is answered with `typed`."""

    urls: Urls
    clock: FixedClock

    @property
    def environment(self) -> dict[str, str]:
        return {"DATABASE_URL": self.urls.application, "MIGRATION_DATABASE_URL": self.urls.owner}

    async def run(self, *words: str, typed: str = "", **environment: str) -> Said:
        asked = _parser().parse_args(words)
        out, err = StringIO(), StringIO()
        console = operator.Console(out, err, StringIO(typed), as_json=asked.json)
        desk = operator.Desk(console, self.clock, self.environment | environment)
        code = await operator.operate(desk, asked)
        return Said(code, out.getvalue(), err.getvalue())


@pytest.fixture
def at_desk(urls: Urls, clock: FixedClock) -> Operator:
    """Hosting Acme and Globex Corp."""
    return Operator(urls, clock)
