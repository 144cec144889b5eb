"""Alerts: what the rules find, told once, acknowledged by people, resolved by themselves."""

from services.alerts.actions import (
    MOST_AT_ONCE,
    Evaluated,
    acknowledge,
    acknowledge_digest,
    alert,
    digest,
    evaluate,
    move_on,
    take_back,
)
from services.alerts.evaluation import RuleEvaluation
from services.alerts.queries import DIGEST, KIND, MESSAGE, Acknowledgement, Alert, Digest
from services.alerts.rules import STALE, WATCHED, StaleMove

__all__ = [
    "DIGEST",
    "KIND",
    "MESSAGE",
    "MOST_AT_ONCE",
    "STALE",
    "WATCHED",
    "Acknowledgement",
    "Alert",
    "Digest",
    "Evaluated",
    "RuleEvaluation",
    "StaleMove",
    "acknowledge",
    "acknowledge_digest",
    "alert",
    "digest",
    "evaluate",
    "move_on",
    "take_back",
]
