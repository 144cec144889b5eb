from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from datetime import timedelta

import pytest
from aiohttp import web
from sqlalchemy import select

from bot.delivery import LEASE, Deliverer
from bot.refusals import MOST_ATTEMPTS
from bot.uploading import ANNOUNCE
from handlers.notices import File, Notices
from sandbox import Message
from sandbox.faults import CallKind, Fault
from services import outbox
from services.db import Tx
from services.outbox import UPLOAD, Dead, Delivery, Outcome, Place
from services.tables import Outbox
from tests.bot.outbox_support import a_wire
from tests.journeys.conftest import World

KIND = "table"
LONG = timedelta(minutes=10)
TROUBLES: list[tuple[CallKind, str]] = [
    ("accepted_unanswered", ANNOUNCE),
    ("lost_connection", ANNOUNCE),
    ("server_error", ANNOUNCE),
    ("rate_limited", ANNOUNCE),
    ("accepted_unanswered", UPLOAD),
    ("lost_connection", UPLOAD),
    ("server_error", UPLOAD),
    ("rate_limited", UPLOAD),
]


async def nothing() -> None:
    pass


@dataclass
class Tables:
    """Files on their way to Ron, each with its name as its content."""

    world: World
    meanwhile: Callable[[], Awaitable[object]] = nothing
    settled: list[Outcome] = field(default_factory=list[Outcome])

    @property
    def ron(self) -> str:
        return self.world.person("ron").member.id

    async def write(self, name: str, lane: str | None = None) -> None:
        acme = self.world.acme
        async with self.world.db.transaction(acme.application) as tx:
            await outbox.send_file(
                tx, Place(acme.workspace_id, lane or self.ron), KIND, {"name": name}
            )

    def deliverer(self, base_url: str | None = None) -> Deliverer:
        tandem = self.world.tandem
        host = replace(tandem.host, base_url=base_url or tandem.host.base_url)
        notices = Notices({KIND: self.render}, {KIND: self.note})
        return Deliverer(tandem.db, tandem.installations, host, notices)

    async def deliver(self, after: timedelta = timedelta(), base_url: str | None = None) -> None:
        self.world.clock.advance(after)
        await self.deliverer(base_url).deliver_due()

    async def render(self, _: Tx, delivery: Delivery) -> File:
        await self.meanwhile()
        name = str(delivery.payload["name"])
        return File(f"{name}.csv", f"Of {name}", f"Here is {name}", name.encode())

    async def note(self, _: Tx, __: Delivery, outcome: Outcome) -> None:
        self.settled.append(outcome)

    async def rows(self) -> list[Outbox]:
        async with self.world.db.transaction(self.world.acme.application) as tx:
            rows = select(Outbox).where(Outbox.kind == KIND).order_by(Outbox.id)
            return list(await tx.session.scalars(rows))

    def arrived(self) -> list[Message]:
        return [each for each in self.world.person("ron").dm if each.files]

    def contents(self) -> list[bytes]:
        store = self.world.slack.core.store
        return [store.bytes_of(file_id) for each in self.arrived() for file_id in each.files]


@pytest.fixture
async def tables(world: World) -> Tables:
    await world.deliver()
    return Tables(world)


async def test_a_file_comes_with_its_words_and_its_row_keeps_no_content(tables: Tables) -> None:
    await tables.write("quarter")

    await tables.deliver()

    (message,) = tables.arrived()
    [row] = await tables.rows()
    file = tables.world.acme.team.files[message.files[0]]
    assert (message.text, file.name, file.title) == ("Here is quarter", "quarter.csv", "Of quarter")
    assert tables.contents() == [b"quarter"]
    assert row.payload == {"v": 1, "name": "quarter", "file_id": file.id}
    assert (row.state, row.slack_ts, row.is_possibly_twice) == ("sent", None, False)


async def test_whatever_goes_wrong_on_the_way_a_file_arrives_once(tables: Tables) -> None:
    for number, (kind, method) in enumerate(TROUBLES):
        tables.world.slack.faults.add(Fault(kind, method, times=1, seconds=5))
        await tables.write(f"{number} {kind}")
        await tables.deliver(LONG)
        assert [row.state for row in await tables.rows()][-1] in {"pending", "sending"}, kind
        await tables.deliver(LONG)

    assert tables.contents() == [f"{at} {kind}".encode() for at, (kind, _) in enumerate(TROUBLES)]
    rows = await tables.rows()
    assert {(row.state, row.is_possibly_twice) for row in rows} == {("sent", False)}


async def test_a_file_that_cannot_be_asked_for_is_sent_again_and_says_so(tables: Tables) -> None:
    team = tables.world.acme.team
    team.grant([each for each in team.bot_scopes if each != "files:read"])
    tables.world.slack.faults.add(Fault("accepted_unanswered", UPLOAD, times=1))
    await tables.write("quarter")

    await tables.deliver()
    await tables.deliver(LONG)

    [row] = await tables.rows()
    assert (row.state, row.is_possibly_twice) == ("sent", True)
    assert tables.contents() == [b"quarter"] * 2


async def test_while_slack_rests_all_files_of_the_workspace_wait(tables: Tables) -> None:
    tables.world.slack.faults.add(Fault("rate_limited", UPLOAD, times=1, seconds=60))
    await tables.write("first")
    await tables.deliver()
    await tables.write("second", tables.world.person("olga").member.id)

    await tables.deliver(timedelta(seconds=30))
    waiting = [row.state for row in await tables.rows()]
    await tables.deliver(timedelta(seconds=30))

    assert waiting == ["pending", "pending"]
    assert [row.state for row in await tables.rows()] == ["sent", "sent"]


async def test_bytes_that_slack_does_not_take_are_tried_again_a_few_times(tables: Tables) -> None:
    async def full(request: web.Request, body: bytes) -> web.StreamResponse:
        if request.match_info["path"] == ANNOUNCE:
            address = str(request.url.with_path("/upload").with_query(None))
            return web.json_response({"ok": True, "upload_url": address, "file_id": "F1"})
        return web.Response(status=400 if body == b"odd" else 503)

    await tables.write("odd")
    await tables.write("next")
    async with a_wire(full) as url:
        await tables.deliver(base_url=url)
        once = [(row.state, row.outcome) for row in await tables.rows()]
        for _ in range(MOST_ATTEMPTS - 1):
            await tables.deliver(LONG, url)
    await tables.deliver(LONG)

    assert once == [("sending", "no_answer"), ("pending", None)]
    assert tables.settled[-2] == Dead("no_answer")
    assert tables.contents() == [b"next"]


async def test_who_lost_the_lease_on_the_way_shares_nothing(tables: Tables) -> None:
    async def another_is_faster() -> None:
        tables.meanwhile = nothing
        await tables.deliver(LEASE)

    tables.meanwhile = another_is_faster
    await tables.write("quarter")

    await tables.deliver()

    [row] = await tables.rows()
    assert (row.state, row.attempts) == ("sent", 2)
    assert tables.contents() == [b"quarter"]


async def test_no_file_goes_where_others_than_colleagues_read(tables: Tables) -> None:
    acme = tables.world.acme
    acme.deals.shared = True
    for lane in (acme.deals.id, acme.status.id):
        await tables.write("secret", lane)

    await tables.deliver()

    assert [row.outcome for row in await tables.rows()] == [
        "externally_shared_channel",
        "guests_in_channel",
    ]
    assert tables.world.slack_history(acme.status) == []
