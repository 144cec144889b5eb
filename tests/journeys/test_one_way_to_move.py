"""A person's button and a scheduled rule are two hands on one function, under one policy."""

import sys
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from types import FrameType

from sqlalchemy import select

from services import configuration, opportunities
from services.configuration.catalogue import PIPELINE, STALE_MOVES_TO, Pipeline
from services.opportunities import Opportunity
from services.tables import AuditEntry, OpportunityChange, Outbox, StageChange
from tests.journeys.conftest import Office, World
from tests.journeys.test_alerts import LIMIT, deals


@dataclass(frozen=True)
class Footprint:
    """Everything a move leaves behind, but who, why and when."""

    stage: str
    status: str
    probability: int
    history: list[tuple[str | None, str]]
    changes: list[tuple[str, str | None, str | None]]
    audited: list[tuple[str, dict[str, object]]]
    told: list[tuple[str, str]]


async def by_button(world: World, office: Office) -> None:
    ada = office.person("ada")
    await ada.command("/opp", "show 1", channel=office.deals)
    await ada.press(ada.ephemerals[-1], "opportunity.move", "Proposal")


async def by_rule(world: World, office: Office) -> None:
    async with world.db.transaction(office.application) as tx:
        await configuration.write(tx, STALE_MOVES_TO, "proposal")
    await world.slack.travel(LIMIT)
    await world.tandem.tick()
    await world.tandem.work()


async def footprint(world: World, office: Office) -> Footprint:
    async with world.db.transaction(office.application) as tx:
        it = await opportunities.find_opportunity(tx, 1)
        steps = select(StageChange.from_stage, StageChange.to_stage)
        changes = select(
            OpportunityChange.field, OpportunityChange.from_value, OpportunityChange.to_value
        ).where(OpportunityChange.field != "stage_since")
        audited = select(AuditEntry.action, AuditEntry.details)
        told = select(Outbox.method, Outbox.kind).where(Outbox.kind == opportunities.CARD)
        rows = [
            [tuple(row) for row in await tx.session.execute(query)]
            for query in (
                steps.order_by(StageChange.changed_at),
                changes.order_by(OpportunityChange.field),
                audited.where(AuditEntry.entity_id == it.id).order_by(AuditEntry.action),
                told.order_by(Outbox.id),
            )
        ]
        return Footprint(it.stage, it.status, it.probability, *rows)


async def find(world: World, office: Office) -> Opportunity:
    async with world.db.transaction(office.application) as tx:
        return await opportunities.find_opportunity(tx, 1)


@contextmanager
def movers() -> Generator[set[str]]:
    """Who went through `move_opportunity` itself, by name."""
    seen: set[str] = set()
    code = opportunities.move_opportunity.__code__

    def note(frame: FrameType, event: str, _: object) -> None:
        if event == "call" and frame.f_code is code:
            seen.add(frame.f_locals["tx"].actor.name)

    sys.setprofile(note)
    try:
        yield seen
    finally:
        sys.setprofile(None)


async def test_a_button_and_a_scheduled_rule_move_by_the_same_function(world: World) -> None:
    for office in (world.acme, world.globex):
        await world.set_channels(office)
        await deals(world, "Acme renewal", office=office)
    await world.deliver()

    with movers() as seen:
        await by_button(world, world.acme)
        await by_rule(world, world.globex)

    assert seen == {"Ada Acme", "Tandem"}
    button, rule = await footprint(world, world.acme), await footprint(world, world.globex)
    assert rule == button
    assert rule.stage == "proposal"


async def test_what_the_pipeline_forbids_is_refused_to_both(world: World) -> None:
    stages = [
        stage.model_copy(update={"next": ("won", "lost")}) if stage.key == "negotiation" else stage
        for stage in PIPELINE.default.stages
    ]
    for office in (world.acme, world.globex):
        await deals(world, "Acme renewal", office=office)
        await office.person("ada").command("/opp", "show 1", channel=office.deals)
        async with world.db.transaction(office.application) as tx:
            await configuration.write(tx, PIPELINE, Pipeline(stages=tuple(stages)))
    ada = world.acme.person("ada")

    await ada.press(ada.ephemerals[-1], "opportunity.move", "Proposal")
    await by_rule(world, world.globex)

    assert "cannot go from Negotiation to Proposal" in ada.ephemerals[-1].text
    assert [(await find(world, each)).stage for each in (world.acme, world.globex)] == [
        "negotiation",
        "negotiation",
    ]
