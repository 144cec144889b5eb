"""What all of commission's listeners read: who reads, and what a control is of."""

from collections.abc import Awaitable, Callable
from typing import TypeVar

from handlers import forms
from handlers.blocks.commission.values import Reader, StatementRef, TermsRef
from handlers.forms import Packed
from handlers.routing import Press, Reply, Say
from services import fiscal, partners
from services.commission.agreements import MANAGE
from services.db import Tx
from services.errors import NotFound

M = TypeVar("M", bound=Packed)
P = TypeVar("P", bound=StatementRef | TermsRef)
STALE = (
    "This button is from an older message or form. Nothing was saved; open it again with "
    "`/partner statement`."
)


async def reader(tx: Tx) -> Reader:
    """Days are the company's: a commission counts by them."""
    return Reader(tx.actor.locale, await fiscal.today(tx), tx.actor.may(MANAGE))


async def standing(tx: Tx, ref: P) -> P:
    """The same, of the partner that stays where the one it was opened for was merged. Raises
    NotFound.
    """
    found = await partners.partner(tx, ref.partner_id)
    return ref.model_copy(update={"partner_id": found.id})


async def looking(
    request: Press, model: type[M], work: Callable[[Tx, M], Awaitable[Reply]]
) -> Reply:
    """What `work` answers to what the control carries; it changes nothing. One of another time is
    told to be one.
    """
    ref = forms.unpack(model, request.value)
    if ref is None:
        return Say(text=STALE)
    try:
        async with request.db.transaction(request.actor) as tx:
            return await work(tx, ref)
    except NotFound:
        return Say(text=STALE)
