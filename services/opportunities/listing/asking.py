"""A list asked for in words, with the company's names at hand."""

from dataclasses import replace
from uuid import UUID

from sqlalchemy import select

from services import configuration
from services.configuration.catalogue import PIPELINE
from services.db import Tx
from services.errors import Ambiguous, NotFound
from services.opportunities.listing import words as understanding
from services.opportunities.listing.words import Known, Read
from services.opportunities.queries import sight
from services.tables import Partner, User
from services.values import UserId


async def read_list(tx: Tx, words: str) -> Read:
    """What the words ask for. Names are read only where the words may mean one.

    Raises NotFound or Ambiguous for a person or a partner named that is not one, NotAllowed for
    somebody's where the actor may see only their own.
    """
    known = await _known(tx)
    first = understanding.read(words, known)
    asks_people = bool(first.rest) or understanding.names_people(words)
    asks_partners = understanding.names_partners(words)
    if not asks_people and not asks_partners:
        return _seen(tx, first)
    known = await _known(tx, with_people=asks_people, with_partners=asks_partners)
    found = understanding.read(words, known)
    for unknown in found.unknown:
        if unknown.candidates:
            raise Ambiguous(unknown.kind, unknown.words, unknown.candidates)
        raise NotFound(unknown.kind, unknown.words)
    return _seen(tx, found)


async def meant_list(tx: Tx, words: str) -> Read | None:
    """What the words ask for if one of them is a typo; of names, only those the actor may see."""
    known = await _known(tx, with_people=True, with_partners=True)
    found = understanding.corrected(words, known)
    return _seen(tx, found) if found else None


async def _known(tx: Tx, *, with_people: bool = False, with_partners: bool = False) -> Known:
    return Known(
        pipeline=await configuration.get(tx, PIPELINE),
        me=tx.actor.user_id,
        people=await _people(tx) if with_people else {},
        partners=await _partners(tx) if with_partners else {},
    )


async def _people(tx: Tx) -> dict[UUID, str]:
    """Also who has left: what they closed is still theirs."""
    rows = await tx.session.execute(select(User.id, User.first_name, User.last_name))
    return {row.id: f"{row.first_name} {row.last_name}".strip() for row in rows}


async def _partners(tx: Tx) -> dict[UUID, str]:
    if not tx.actor.may("partners.view"):
        return {}
    rows = await tx.session.execute(
        select(Partner.id, Partner.name).where(Partner.merged_into_id.is_(None))
    )
    return {row.id: row.name for row in rows}


def _seen(tx: Tx, found: Read) -> Read:
    """Who may see only their own asks for those. Raises NotAllowed for somebody else's."""
    if sight(tx) == "all":
        return found
    owner_id = found.wanted.owner_id or tx.actor.user_id
    tx.actor.require("opportunities.view", UserId(owner_id) if owner_id else None)
    return replace(found, wanted=found.wanted.model_copy(update={"owner_id": tx.actor.user_id}))
