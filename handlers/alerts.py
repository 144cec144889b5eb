"""Alerts where people follow them: acknowledged by a button, told by the channel's messages."""

from collections.abc import Mapping

from handlers import forms
from handlers.blocks import alerts as blocks
from handlers.blocks.alerts import AlertRef, RowRef
from handlers.notices import Message, Renderer, Settled
from handlers.once import once
from handlers.opportunities import shown
from handlers.routing import Done, Press, Reply, Routes, Say
from services import alerts, opportunities, outbox
from services.alerts import DIGEST, MESSAGE, Alert
from services.db import Tx
from services.errors import NotFound
from services.opportunities import Opportunity
from services.outbox import Dead, Delivery, Outcome

STALE = "This button is from an older message, and its alert is not there any more."


def routes() -> Routes:
    return Routes(
        presses={
            blocks.ACKNOWLEDGE: press_acknowledge,
            blocks.ACKNOWLEDGE_ALL: press_acknowledge_all,
            blocks.ROW: press_row,
        }
    )


async def press_acknowledge(request: Press) -> Reply:
    """Take the alert on; the message shows it to everybody."""
    ref = forms.unpack(AlertRef, request.value)
    return await _acknowledge(request, ref) if ref else Say(text=STALE)


async def press_acknowledge_all(request: Press) -> Reply:
    """Take on what is left of a digest."""
    ref = forms.unpack(AlertRef, request.value)
    if ref is None:
        return Say(text=STALE)

    async def work(tx: Tx) -> Reply:
        if await alerts.acknowledge_digest(tx, ref.id):
            return Done()
        return Say(text=blocks.all_taken(await alerts.digest(tx, ref.id)))

    try:
        return await once(request, work)
    except NotFound:
        return Say(text=STALE)


async def press_row(request: Press) -> Reply:
    """What was chosen for one alert of a digest."""
    ref = forms.unpack(RowRef, request.value)
    if ref is None:
        return Say(text=STALE)
    if ref.do == "acknowledge":
        return await _acknowledge(request, AlertRef(id=ref.id))
    return await _open(request, ref)


async def _acknowledge(request: Press, ref: AlertRef) -> Reply:
    async def work(tx: Tx) -> Reply:
        alert = await alerts.acknowledge(tx, ref.id)
        by = alert.acknowledged
        if alert.status == "acknowledged" and by and by.user_id == request.actor.user_id:
            return Done()
        return Say(text=blocks.already(alert))

    try:
        return await once(request, work)
    except NotFound:
        return Say(text=STALE)


async def _open(request: Press, ref: RowRef) -> Reply:
    async with request.db.transaction(request.actor) as tx:
        try:
            alert = await alerts.alert(tx, ref.id)
        except NotFound:
            return Say(text=STALE)
        about = await opportunities.opportunity(tx, alert.opportunity_id)
        text, said = await shown.detail(tx, about, request.place.channel_id)
    return Say(text=text, blocks=said)


async def _render_alert(tx: Tx, delivery: Delivery) -> Message | None:
    ref = AlertRef.model_validate(delivery.payload)
    try:
        alert = await alerts.alert(tx, ref.id, delivery.workspace_id)
        about = await opportunities.opportunity(tx, alert.opportunity_id)
    except NotFound:
        return None
    if delivery.method == outbox.POST and not _is_news(alert, about):
        return None
    return Message(*blocks.message(alert, about))


def _is_news(alert: Alert, about: Opportunity) -> bool:
    """Not when it resolved before it was told; but what the rule moved by itself is told."""
    return alert.status != "resolved" or about.last_moved_by is None


async def _render_digest(tx: Tx, delivery: Delivery) -> Message | None:
    ref = AlertRef.model_validate(delivery.payload)
    try:
        many = await alerts.digest(tx, ref.id, delivery.workspace_id)
    except NotFound:
        return None
    return Message(*blocks.digest(many, tx.actor.locale))


async def _settled(tx: Tx, delivery: Delivery, outcome: Outcome) -> None:
    """A refused message leaves its alerts untold."""
    if not isinstance(outcome, Dead) or delivery.method != outbox.POST or not delivery.copy_id:
        return
    ref = AlertRef.model_validate(delivery.payload)
    await alerts.take_back(tx, delivery.kind, ref.id, delivery.copy_id)


NOTICES: Mapping[str, Renderer] = {MESSAGE: _render_alert, DIGEST: _render_digest}
SETTLED: Mapping[str, Settled] = {MESSAGE: _settled, DIGEST: _settled}
