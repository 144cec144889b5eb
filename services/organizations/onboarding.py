"""Setting a company up: three steps, and what stands in the way of its work. Steps are read off the
facts, so that nothing has to be ticked by hand; only that the stages were looked at is kept.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import cast

from sqlalchemy import exists, func, select, update

from services import audit, configuration, people, welcome
from services.channels import CHANNELS
from services.configuration.catalogue import BASE_CURRENCY, CURRENCIES, PIPELINE
from services.db import Tx
from services.tables import Configuration, Opportunity, Organization, User, Workspace

CHANGE = "settings.change"
_KEPT = "onboarding"
"""Where it is kept in the organization's own settings."""
_LOOKED_AT = "looked_at_pipeline"


class Step(StrEnum):
    """What there is to do, in its order."""

    CHANNELS = "channels"
    PIPELINE = "pipeline"
    BEGIN = "begin"


@dataclass(frozen=True, slots=True)
class RefusedChannel:
    """A chosen channel that does not take our messages. `setting` is what it was chosen for."""

    setting: str
    workspace_id: str
    channel_id: str
    reason: str


@dataclass(frozen=True, slots=True)
class LostChannel:
    """A chosen channel in a workspace that is not connected any more."""

    setting: str
    workspace: str


@dataclass(frozen=True, slots=True)
class Facts:
    """What the steps are read off."""

    reached: tuple[str, ...] = ()
    """The settings whose channel took a test post, by name."""
    waiting: tuple[str, ...] = ()
    refused: tuple[RefusedChannel, ...] = ()
    lost: tuple[LostChannel, ...] = ()
    stages: tuple[str, ...] = ()
    base_currency: str = ""
    is_pipeline_seen: bool = False
    has_opportunity: bool = False
    people: int = 1
    parked: tuple[str, ...] = ()
    """Workspaces whose token Slack refuses, by name."""
    has_admin: bool = True


@dataclass(frozen=True, slots=True)
class Progress:
    """How far it is, and the facts behind it."""

    done: frozenset[Step]
    facts: Facts

    @property
    def is_complete(self) -> bool:
        return self.done == frozenset(Step)


def progress_of(facts: Facts) -> Progress:
    """Which steps are done."""
    is_done: Mapping[Step, bool] = {
        Step.CHANNELS: bool(facts.reached) and not facts.refused and not facts.waiting,
        Step.PIPELINE: facts.is_pipeline_seen,
        Step.BEGIN: facts.has_opportunity or facts.people > 1,
    }
    return Progress(frozenset(step for step, done in is_done.items() if done), facts)


async def progress(tx: Tx) -> Progress:
    """How far the company is set up. Needs `settings.change`."""
    tx.actor.require(CHANGE)
    return progress_of(await _facts(tx))


async def note_pipeline_seen(tx: Tx) -> None:
    """Stages and currencies fit as they are. Needs `settings.change`."""
    tx.actor.require(CHANGE)
    company = Organization.id == tx.organization_id
    found = await tx.session.execute(
        select(Organization.settings).where(company).with_for_update(key_share=True)
    )
    settings = found.scalar_one() or {}
    kept = _kept_in(settings)
    if kept.get(_LOOKED_AT):
        return
    await tx.session.execute(
        update(Organization)
        .where(company)
        .values(settings={**settings, _KEPT: {**kept, _LOOKED_AT: True}})
        .execution_options(synchronize_session=False)
    )
    await audit.record(tx, "onboarding.pipeline_seen", "organization", tx.organization_id)
    await welcome.refresh(tx)


async def _facts(tx: Tx) -> Facts:
    channels = [
        (name, channel)
        for name, setting in CHANNELS.items()
        if (channel := await configuration.get(tx, setting)) is not None
    ]
    parked, gone = await _workspaces(tx)
    lost = [
        LostChannel(name, gone[each.workspace_id])
        for name, each in channels
        if each.workspace_id in gone
    ]
    channels = [(name, each) for name, each in channels if each.workspace_id not in gone]
    refused = [
        RefusedChannel(name, each.workspace_id, each.channel_id, each.problem)
        for name, each in channels
        if each.problem is not None
    ]
    return Facts(
        reached=tuple(name for name, each in channels if each.is_reached),
        waiting=tuple(n for n, each in channels if not each.is_reached and each.problem is None),
        refused=tuple(refused),
        lost=tuple(lost),
        stages=tuple(each.label for each in (await configuration.get(tx, PIPELINE)).stages),
        base_currency=await configuration.get(tx, BASE_CURRENCY),
        is_pipeline_seen=await _is_pipeline_seen(tx),
        has_opportunity=bool(await tx.session.scalar(select(exists(select(Opportunity.id))))),
        people=await tx.session.scalar(
            select(func.count()).select_from(User).where(User.is_active.is_(True))
        )
        or 0,
        parked=parked,
        has_admin=await people.has_admin(tx),
    )


async def _is_pipeline_seen(tx: Tx) -> bool:
    """Somebody said so, or has changed them."""
    changed = exists().where(
        Configuration.organization_id == tx.organization_id,
        func.concat(Configuration.category, ".", Configuration.key).in_(
            [each.name for each in (PIPELINE, CURRENCIES, BASE_CURRENCY)]
        ),
    )
    found = await tx.session.execute(
        select(Organization.settings).where(Organization.id == tx.organization_id)
    )
    if _kept_in(found.scalar_one() or {}).get(_LOOKED_AT):
        return True
    return bool(await tx.session.scalar(select(changed)))


def _kept_in(settings: Mapping[str, object]) -> Mapping[str, object]:
    kept = settings.get(_KEPT)
    return cast("Mapping[str, object]", kept) if isinstance(kept, dict) else {}


async def _workspaces(tx: Tx) -> tuple[tuple[str, ...], Mapping[str, str]]:
    """The names of those whose token is refused, and by identifier of those without the app."""
    rows = await tx.session.execute(
        select(Workspace.id, Workspace.team_name, Workspace.uninstalled_at)
        .where(Workspace.parked_at.is_not(None) | Workspace.uninstalled_at.is_not(None))
        .order_by(Workspace.team_name)
    )
    found = rows.all()
    gone = {str(each.id): each.team_name for each in found if each.uninstalled_at is not None}
    return tuple(each.team_name for each in found if each.uninstalled_at is None), gone
