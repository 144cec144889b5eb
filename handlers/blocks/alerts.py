"""Alerts on the screen: one, or many at once, as pending, acknowledged or resolved."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Literal
from uuid import UUID

from handlers import forms
from handlers.blocks import kit
from handlers.blocks.kit import Block, Element
from handlers.blocks.opportunities import OPEN, opening
from handlers.blocks.text import count, escape, isolated, mention, moment_token, money, shown
from services.alerts import Acknowledgement, Alert, Digest
from services.opportunities import Opportunity

ACKNOWLEDGE = "alert.acknowledge"
ACKNOWLEDGE_ALL = "alert.acknowledge_all"
ROW = "alert.row"

_Shown = tuple[str, list[Block]]


class AlertRef(forms.Packed):
    """A button's value: which alert, or which digest."""

    id: UUID


class RowRef(forms.Packed):
    """An option of a digest's row: which alert, and what to do with it."""

    id: UUID
    do: Literal["acknowledge", "open"]


def message(alert: Alert, about: Opportunity) -> _Shown:
    """One alert for a conversation: what happened, why it matters, where it stands, what to do."""
    title = _title(alert)
    state = _state(alert, about)
    blocks = [
        kit.section(f"{marked(alert)}\n{escape(alert.message)}"),
        kit.context(_concerned(alert, about)),
        *([kit.context(state)] if state else []),
        kit.actions(*_controls(alert)),
    ]
    return f"{title} {state}".rstrip(), blocks


def digest(many: Digest, locale: str) -> _Shown:
    """Many alerts at once: how many and what is at stake, then those with most money."""
    text = _headline(many, locale)
    rows = [_row(alert) for alert in many.top]
    blocks = [kit.section(f"*{text}*"), *rows, kit.context(*_figures(many))]
    if many.pending:
        blocks.append(kit.actions(_acknowledge_all(many)))
    return text, blocks


def already(alert: Alert) -> str:
    """For who was not the first: what has become of the alert already."""
    if alert.status == "resolved" or alert.acknowledged is None:
        return f"This alert is resolved already. It was: {_title(alert)}"
    by, at = shown(alert.acknowledged.name), moment_token(alert.acknowledged.at)
    return f"{by} acknowledged this already, {at}: {_title(alert)}"


def all_taken(many: Digest) -> str:
    """For who wants to acknowledge all where none is left."""
    return f"None of these {many.count} alerts waits any more: somebody was faster."


def _title(alert: Alert) -> str:
    name = alert.customer_name
    return escape(alert.title.replace(name, isolated(name), 1))


def marked(alert: Alert) -> str:
    """As the title, with what it is about in bold."""
    about = f"#{alert.opportunity_number} {shown(alert.customer_name)}"
    return _title(alert).replace(about, f"*{about}*", 1)


def _state(alert: Alert, about: Opportunity) -> str:
    if alert.status == "resolved" and alert.resolved_at is not None:
        return f"Resolved {moment_token(alert.resolved_at)}: {_why_resolved(alert, about)}."
    if alert.acknowledged is not None:
        return _acknowledged(alert.acknowledged)
    return ""


def _acknowledged(by: Acknowledgement) -> str:
    who = mention(by.slack_user_id) if by.slack_user_id else shown(by.name)
    return f"Acknowledged by {who} {moment_token(by.at)}."


def _why_resolved(alert: Alert, about: Opportunity) -> str:
    if about.last_moved_at < alert.triggered_at:
        return "it is within its limit again"
    by = shown(about.last_moved_by) if about.last_moved_by else "I"
    return f"{by} moved it to {escape(about.stage_label)}"


def _concerned(alert: Alert, about: Opportunity) -> str:
    return " · ".join(
        [
            f"Owner {_owner(about)}",
            f"Partner {shown(about.partner_name)}",
            f"Priority {escape(alert.priority)}",
        ]
    )


def _owner(about: Opportunity) -> str:
    if about.owner_slack_user_id:
        return mention(about.owner_slack_user_id)
    return shown(about.owner_name) if about.owner_name else "nobody"


def _controls(alert: Alert) -> list[Element]:
    number = alert.opportunity_number
    show = kit.button(f"Open #{number}", OPEN, opening(number, alert.opportunity_id))
    if alert.status != "pending":
        return [show]
    value = forms.pack(AlertRef(id=alert.id))
    return [kit.button("Acknowledge", ACKNOWLEDGE, value, style="primary"), show]


def _headline(many: Digest, locale: str) -> str:
    left = many.pending + many.acknowledged
    if not left:
        return f"All {many.count} opportunities of this message have moved on."
    which = "opportunity has" if left == 1 else "opportunities have"
    return f"{left} {which} not moved within the limit: {_sum(many.totals, locale)}."


def _sum(totals: Sequence[tuple[str, Decimal]], locale: str) -> str:
    return " + ".join(money(value, currency, locale) for currency, value in totals)


def _row(alert: Alert) -> Block:
    state = "Resolved." if alert.status == "resolved" else ""
    if alert.status == "acknowledged" and alert.acknowledged is not None:
        state = _acknowledged(alert.acknowledged)
    words = f"{marked(alert)}\n_{state}_" if state else marked(alert)
    return kit.section(words, accessory=kit.overflow(f"{ROW}:{alert.id}", _options(alert)))


def _options(alert: Alert) -> list[Element]:
    show = kit.option(
        f"Open #{alert.opportunity_number}", forms.pack(RowRef(id=alert.id, do="open"))
    )
    if alert.status != "pending":
        return [show]
    return [kit.option("Acknowledge", forms.pack(RowRef(id=alert.id, do="acknowledge"))), show]


def _figures(many: Digest) -> list[str]:
    top = len(many.top)
    figures = [f"The {top} with most money of {many.count}."] if many.count > top else []
    if many.acknowledged or many.resolved:
        figures.append(f"{many.acknowledged} acknowledged, {many.resolved} resolved.")
    return [*figures, "`/opp list all` shows every open opportunity."]


def _acknowledge_all(many: Digest) -> Element:
    words = f"You take on {count(many.pending, 'alert', 'alerts')}, and everybody sees it here."
    label = f"Acknowledge all {many.pending}" if many.pending > 1 else "Acknowledge the last one"
    return kit.button(
        label,
        ACKNOWLEDGE_ALL,
        forms.pack(AlertRef(id=many.id)),
        style="primary",
        confirm=kit.confirm(f"{label}?", words, "Acknowledge"),
    )
