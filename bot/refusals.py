"""What it means that Slack says no, or nothing, and when to try again."""

from datetime import datetime, timedelta

from bot.slack_client import NO_ANSWER, SlackRefusedError
from services.outbox import Dead, Delivery, Later, Outcome, Parked

MOST_ATTEMPTS = 12
LONGEST_WAIT = timedelta(minutes=5)

TOKEN_REFUSED = frozenset(
    {"invalid_auth", "not_authed", "token_revoked", "token_expired", "account_inactive"}
)
PASSING = frozenset(
    {
        "internal_error",
        "fatal_error",
        "service_unavailable",
        "request_timeout",
        "file_not_found",  # of what was uploaded just now
        "file_update_failed",
        NO_ANSWER,
    }
)


def refusal(refused: SlackRefusedError, delivery: Delivery, now: datetime) -> Outcome:
    """What to do about Slack's no."""
    if is_rate_limit(refused):
        return Later(now + rest_of(refused), "rate limited", gate_method=True)
    if refused.reason in TOKEN_REFUSED:
        return Parked(refused.reason)
    if is_passing(refused):
        return again(delivery, now, refused.reason, is_unknown=True)
    return Dead(refused.reason)


def is_rate_limit(refused: SlackRefusedError) -> bool:
    return refused.status == 429 or refused.reason == "ratelimited"  # noqa: PLR2004  # too many requests


def is_passing(refused: SlackRefusedError) -> bool:
    """Whether it may go well another time: a fault of Slack's, or of something between."""
    return refused.status >= 500 or refused.reason in PASSING  # noqa: PLR2004  # a fault of theirs


def rest_of(refused: SlackRefusedError) -> timedelta:
    """How long Slack asks us to rest."""
    return timedelta(seconds=refused.retry_after or 30)


def again(delivery: Delivery, now: datetime, why: str, *, is_unknown: bool) -> Outcome:
    """Later, unless it was tried often enough: one message must not block its conversation."""
    if delivery.claim.attempts >= MOST_ATTEMPTS:
        return Dead(why)
    return Later(now + wait(delivery.claim.attempts), why, is_unknown=is_unknown)


def wait(attempts: int) -> timedelta:
    """Twice as long each time, from two seconds to five minutes."""
    return min(timedelta(seconds=2 ** min(attempts, MOST_ATTEMPTS)), LONGEST_WAIT)
