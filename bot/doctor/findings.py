"""What an examination comes to, in an operator's words."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum


class State(StrEnum):
    """`WARNING`: it works, but something should be done."""

    WELL = "ok"
    WARNING = "warning"
    FAULT = "fault"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing examined; `advice` says what to do about it."""

    what: str
    state: State
    words: str
    advice: str = ""


def well(what: str, words: str) -> Finding:
    return Finding(what, State.WELL, words)


def warning(what: str, words: str, advice: str) -> Finding:
    return Finding(what, State.WARNING, words, advice)


def fault(what: str, words: str, advice: str) -> Finding:
    return Finding(what, State.FAULT, words, advice)


WARNED_FROM = timedelta(seconds=30)
SLACKS_LIMIT = timedelta(minutes=5)
"""A request of Slack's that seems older or newer is refused as replayed."""


def of_skew(what: str, ahead: timedelta) -> Finding:
    """How far this machine's clock is ahead of another one."""
    seconds = round(ahead.total_seconds())
    if abs(ahead) < WARNED_FROM:
        return well(what, f"{abs(seconds)} s apart")
    side = "ahead" if seconds > 0 else "behind"
    words = f"this machine's clock is {abs(seconds)} s {side}"
    advice = "Let the machine keep its time (NTP). Beyond 5 minutes every request is refused."
    found = fault if abs(ahead) >= SLACKS_LIMIT else warning
    return found(what, words, advice)
