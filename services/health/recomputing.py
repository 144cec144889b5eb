"""Working out health anew: the number on the partner, today's snapshot, and the cards that show it.

The same statements for one partner and for all. A number that stays as it was changes no row of a
partner and tells no card anew.
"""

import asyncio
import json
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import delete, func, select, text

from services import configuration, outbox
from services.configuration.catalogue import HEALTH
from services.db import Tx
from services.health.formula import Health, score
from services.health.reading import Gathered, gather
from services.health.snapshots import packed
from services.partners.records import CARD
from services.tables import HealthSnapshot, MessageCopy
from services.values import EVERYTHING

KEPT = timedelta(days=400)
"""For so long a day is kept: a year, and the weeks it is compared with."""
MOST_RETOLD = 200
"""Partners whose cards follow when all are worked out at once, those posted last first: a card is
one call to Slack, and they share their channel with what is urgent.
"""
_AT_A_TIME = 100

_ALONE = text("SELECT pg_advisory_xact_lock(hashtextextended('health:' || :organization, 0))")
_BESIDE = text(
    "SELECT pg_advisory_xact_lock_shared(hashtextextended('health:' || :organization, 0))"
)
_KEEP_DAY = text(
    """
    INSERT INTO health_snapshots (partner_id, day, score, parts)
    SELECT fresh.id, :day, fresh.score, CAST(fresh.parts AS jsonb)
    FROM unnest(CAST(:ids AS uuid[]), CAST(:scores AS integer[]), CAST(:parts AS text[]))
      AS fresh (id, score, parts)
    ON CONFLICT (organization_id, partner_id, day)
    DO UPDATE SET score = excluded.score, parts = excluded.parts
    WHERE health_snapshots.parts IS DISTINCT FROM excluded.parts
    """
)
_KEEP_SCORES = text(
    """
    WITH fresh AS (
      SELECT * FROM unnest(CAST(:ids AS uuid[]), CAST(:scores AS integer[])) AS each (id, score)),
    different AS (
      SELECT partners.id, fresh.score FROM partners JOIN fresh ON fresh.id = partners.id
      WHERE partners.relationship_health IS DISTINCT FROM fresh.score
      ORDER BY partners.id FOR NO KEY UPDATE OF partners)
    UPDATE partners SET relationship_health = different.score
    FROM different WHERE partners.id = different.id
    RETURNING partners.id
    """
)


async def recompute(tx: Tx, partner_id: UUID | None = None) -> int:
    """Work out the health of this partner, or of all; returns how many numbers changed.

    For the application itself. One that was merged away or is not there is passed over.
    """
    tx.actor.require(EVERYTHING)
    await _take_turns(tx, partner_id)
    gathered = await gather(tx, None if partner_id is None else [partner_id])
    healths = await _worked_out(tx, gathered)
    changed = await _keep(tx, healths, gathered.today)
    if partner_id is None:
        await _drop_old(tx, gathered.today)
        changed_cards = await _posted(tx, changed)
    else:
        changed_cards = changed
    await outbox.refresh_copies(tx, CARD, *changed_cards)
    return len(changed)


async def _take_turns(tx: Tx, partner_id: UUID | None) -> None:
    """Who works out all is alone: it must not write what it read before somebody else's."""
    turn = _ALONE if partner_id is None else _BESIDE
    await tx.connection.execute(turn, {"organization": str(tx.organization_id)})


async def _worked_out(tx: Tx, gathered: Gathered) -> dict[UUID, Health]:
    """Thousands take a while: others get their turn in between."""
    rule = await configuration.get(tx, HEALTH)
    healths: dict[UUID, Health] = {}
    for at, (partner_id, evidence) in enumerate(gathered.by_partner.items(), start=1):
        healths[partner_id] = score(evidence, rule.weights, rule.half_life_days, gathered.today)
        if at % _AT_A_TIME == 0:
            await asyncio.sleep(0)
    return healths


async def _keep(tx: Tx, healths: Mapping[UUID, Health], today: date) -> list[UUID]:
    values: dict[str, object] = {
        "ids": list(healths),
        "scores": [health.score for health in healths.values()],
    }
    parts = [json.dumps(packed(health)) for health in healths.values()]
    await tx.connection.execute(_KEEP_DAY, values | {"day": today, "parts": parts})
    return list((await tx.connection.execute(_KEEP_SCORES, values)).scalars())


async def _drop_old(tx: Tx, today: date) -> None:
    old = delete(HealthSnapshot).where(HealthSnapshot.day < today - KEPT)
    await tx.connection.execute(old)


async def _posted(tx: Tx, partner_ids: Sequence[UUID]) -> list[UUID]:
    """Those of them with a card that is still there, as many as may be told anew at once."""
    rows = await tx.connection.execute(
        select(MessageCopy.entity_id)
        .where(
            MessageCopy.entity_type == CARD,
            MessageCopy.entity_id == func.any(partner_ids),
            MessageCopy.gone_at.is_(None),
        )
        .group_by(MessageCopy.entity_id)
        .order_by(func.max(MessageCopy.created_at).desc(), MessageCopy.entity_id)
        .limit(MOST_RETOLD)
    )
    return list(rows.scalars())
