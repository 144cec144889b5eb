"""Messages to Slack, written with the state they tell of. One row is one Slack call.

Nothing here knows what a message looks like: `kind` and `payload` (identifiers, with a version)
say what it is about, and it is rendered when it is sent.
"""

from services.outbox.settling import begin, drop_waiting, finish, mark_gone
from services.outbox.values import (
    POST,
    UPDATE,
    Dead,
    Delivery,
    Dropped,
    Later,
    Outcome,
    Parked,
    Place,
    Sent,
)
from services.outbox.writing import is_shown, post, refresh_copies

__all__ = [
    "POST",
    "UPDATE",
    "Dead",
    "Delivery",
    "Dropped",
    "Later",
    "Outcome",
    "Parked",
    "Place",
    "Sent",
    "begin",
    "drop_waiting",
    "finish",
    "is_shown",
    "mark_gone",
    "post",
    "refresh_copies",
]
