"""The audit log on its way to who asked for it, as a file in their direct messages.

What is written down says only which entries: they are read when the file is sent, with the rights
that person has then. Knows no file's look and no Slack.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict

from services import audit, outbox
from services.audit import VIEW, Entry, Search
from services.db import Tx
from services.errors import NotAllowed, NotAMember, NotFound
from services.outbox import Delivery, Place
from services.own_files import own_messages, receiver
from services.values import EVERYTHING

FILE = "audit_file"
NOT_SENT = "audit_file_not_sent"
"""What the messages about it are called."""
MOST = 20_000
"""Entries of one file, the newest; who needs older ones narrows it by days."""


class Export(BaseModel):
    """Which entries, as far as there were any at this moment."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    v: Literal[1] = 1
    wanted: Search
    until: datetime


class NotSent(Export):
    """What could not be sent, and why."""

    reason: str


@dataclass(frozen=True, slots=True)
class Exported:
    """What the file tells, newest first. `is_cut`: there may be older ones that fit."""

    wanted: Search
    entries: Sequence[Entry]
    is_cut: bool


async def export(tx: Tx, wanted: Search) -> None:
    """Have the file sent to the actor. Needs `audit.view`. Raises NotFound for who acts without a
    Slack account.
    """
    tx.actor.require(VIEW)
    asked = Export(wanted=wanted, until=tx.now)
    payload = asked.model_dump(mode="json", exclude_none=True)
    await outbox.send_file(tx, own_messages(tx.actor), FILE, payload)
    details = wanted.model_dump(mode="json", exclude_none=True)
    await audit.record(tx, "audit.exported", "organization", None, details)


async def exported(tx: Tx, delivery: Delivery) -> Exported | None:
    """What was asked for, read as who has the account it goes to; None when they may not read it
    any more. For the application.
    """
    tx.actor.require(EVERYTHING)
    asked = Export.model_validate(delivery.payload)
    try:
        theirs = tx.acting_as(await receiver(tx, delivery), tx.now)
        found = await audit.latest(theirs, asked.wanted, MOST, asked.until)
    except (NotAllowed, NotAMember, NotFound):
        return None
    return Exported(asked.wanted, found, is_cut=len(found) >= MOST)


async def tell_not_sent(tx: Tx, delivery: Delivery, reason: str) -> None:
    """Tell who asked that the file does not come. For the application."""
    tx.actor.require(EVERYTHING)
    asked = Export.model_validate(delivery.payload)
    notice = NotSent(wanted=asked.wanted, until=asked.until, reason=reason)
    place = Place(delivery.workspace_id, delivery.lane)
    await outbox.post(tx, place, NOT_SENT, notice.model_dump(mode="json", exclude_none=True))


async def refused(tx: Tx, delivery: Delivery) -> str | None:
    """Why it did not come; None when who asked may not use the app any more. For the
    application.
    """
    tx.actor.require(EVERYTHING)
    try:
        await receiver(tx, delivery)
    except (NotAMember, NotFound):
        return None
    return NotSent.model_validate(delivery.payload).reason
