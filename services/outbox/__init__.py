"""Messages and files to Slack, written with the state they tell of. One row is one of them.

Nothing here knows what a message looks like: `kind` and `payload` (identifiers, with a version)
say what it is about, and it is rendered when it is sent.
"""

from services.outbox.settling import begin, drop_waiting, finish, mark_gone, note_file
from services.outbox.values import (
    POST,
    UPDATE,
    UPLOAD,
    Dead,
    Delivery,
    Dropped,
    Later,
    Outcome,
    Parked,
    Place,
    Sent,
)
from services.outbox.writing import is_shown, post, refresh_copies, send_file

__all__ = [
    "POST",
    "UPDATE",
    "UPLOAD",
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
    "note_file",
    "post",
    "refresh_copies",
    "send_file",
]
