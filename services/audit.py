"""Who changed what. Append-only: the application may add and read, never change."""

from collections.abc import Mapping
from uuid import UUID

from sqlalchemy import insert

from services.db import Tx
from services.tables import AuditEntry
from services.values import OPERATOR

_ADD = insert(AuditEntry)


async def record(
    tx: Tx,
    action: str,
    entity_type: str,
    entity_id: UUID | None = None,
    details: Mapping[str, object] | None = None,
) -> None:
    """Add an entry for what the actor just did, e.g. action `opportunity.created`. What the
    operator of the installation did has nobody of the company as its author, and says so.
    """
    by = {"by": OPERATOR} if tx.actor.is_operator else {}
    await tx.connection.execute(
        _ADD,
        {
            "at": tx.now,
            "organization_id": tx.organization_id,
            "user_id": tx.actor.user_id,
            "action": action,
            "entity_type": entity_type,
            "entity_id": entity_id,
            "details": {**(details or {}), **by},
        },
    )
