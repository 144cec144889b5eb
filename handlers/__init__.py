"""Slack in words: what people type, press and read. One module per feature.

A handler reads the payload, opens one transaction, and returns what to answer. It makes no Slack
call itself and opens no SQL. This is the table of contents, a line for each feature.
"""

from collections.abc import Sequence

from handlers import (
    alerts,
    commission,
    home,
    lifecycle,
    opportunities,
    partners,
    shortcuts,
    tandem,
    weekly_status,
)
from handlers.notices import Notices
from handlers.routing import Routes, merge
from services.alerts import RuleEvaluation
from services.health import NightlyHealth
from services.schedule import Periodic
from services.weekly_status import FridayReminder

FEATURES = (opportunities, partners, commission, weekly_status, alerts, tandem)


def routes() -> Routes:
    """Everything people can type and press."""
    others = (home, lifecycle, shortcuts)
    return merge([each.routes() for each in (*FEATURES, *others)])


def notices() -> Notices:
    """Everything the app posts by itself."""
    renderers = {kind: each for feature in FEATURES for kind, each in feature.NOTICES.items()}
    settled = {kind: each for feature in FEATURES for kind, each in feature.SETTLED.items()}
    return Notices(renderers, settled)


def periodics() -> Sequence[Periodic]:
    """Everything that happens by itself."""
    return (FridayReminder(), RuleEvaluation(), NightlyHealth())
