"""What holds for opportunities, whoever asks. Pure: no rows, no clock."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from rapidfuzz.distance import OSA

from services.configuration.catalogue import Choice, Pipeline, Stage
from services.errors import InvalidInput, Problem
from services.text import comparable

KIND = "opportunity"
CARD = "opportunity_card"
"""The kind of the messages that show an opportunity, kept current wherever they were posted."""

ASKED_IN: Mapping[str, str] = {"customer_contact": "contact_name"}
"""Required fields that are asked for under another name than the stage has for them."""

Status = Literal["open", "won", "lost"]
FURTHEST_YEARS = 10
UNDO_WITHIN = timedelta(minutes=10)
"""How long who moved an opportunity may take that back."""
NEAR = 0.6
"""Similarity from which a word counts as a typo of a stage (optimal string alignment)."""


def stage_named(pipeline: Pipeline, words: str) -> Stage | None:
    """The stage these words name by its key or label; case and spaces do not count."""
    wanted = comparable(words)
    for stage in pipeline.stages:
        if wanted in {stage.key, comparable(stage.label)}:
            return stage
    return None


def stage_meant(pipeline: Pipeline, words: str) -> Stage | None:
    """The stage a typo most likely meant; None when nothing is near."""
    wanted = comparable(words)
    scored = [
        (OSA.normalized_similarity(wanted, name), -place, stage)
        for place, stage in enumerate(pipeline.stages)
        for name in (stage.key, comparable(stage.label))
    ]
    score, _, best = max(scored, key=lambda each: each[:2])
    return best if score >= NEAR else None


def starting_stage(pipeline: Pipeline, key: str) -> Stage:
    """The open stage an opportunity begins in. Raises InvalidInput at `stage`."""
    stage = pipeline.find(key)
    if stage is None or stage.kind != "open":
        raise InvalidInput.of("stage", Problem.UNKNOWN_CHOICE)
    return stage


def known_stage(pipeline: Pipeline, key: str) -> Stage:
    """The stage an opportunity moves to. Raises InvalidInput at `to_stage`."""
    stage = pipeline.find(key)
    if stage is None:
        choices = ", ".join(each.label for each in pipeline.stages)
        raise InvalidInput.of("to_stage", Problem.UNKNOWN_CHOICE, choices=choices)
    return stage


def missing(stage: Stage, there: Mapping[str, object]) -> tuple[str, ...]:
    """What the stage requires and is not there, as the fields it is asked for in. `there`: the
    values by the stage's names for them; nothing, none and zero are not there.
    """
    lacking = (each for each in stage.required_fields if not there[each])
    return tuple(ASKED_IN.get(each, each) for each in lacking)


def label_of(pipeline: Pipeline, key: str) -> str:
    """What people read for a stage; its key when it is no longer configured."""
    stage = pipeline.find(key)
    return stage.label if stage else key


def refuse_close_date(expected: date, today: date) -> None:
    """An open opportunity closes between today and ten years ahead. Raises InvalidInput."""
    if expected < today:
        raise InvalidInput.of("expected_close_date", Problem.DATE_IN_PAST)
    if expected > _years_after(today, FURTHEST_YEARS):
        raise InvalidInput.of("expected_close_date", Problem.DATE_TOO_FAR)


def days_between(since: datetime, now: datetime, zone: ZoneInfo) -> int:
    """Midnights that passed in this zone; none for a moment that is to come."""
    return max((now.astimezone(zone).date() - since.astimezone(zone).date()).days, 0)


def lost_on(
    status: str | None, closed: date | None, stage_since: datetime, zone: ZoneInfo
) -> date | None:
    """The day it was lost: only a win is given one of its own. None for what is not lost."""
    if status != "lost":
        return None
    return closed or stage_since.astimezone(zone).date()


def stale_after(stage: Stage | None, chosen: int | None) -> int | None:
    """Days in an open stage that make an opportunity stale: those `chosen` for all stages, else the
    stage's own; None when it never is.
    """
    if stage is None or stage.kind != "open":
        return None
    return chosen or stage.stale_after_days


def is_stale(days_in_stage: int, limit: int | None) -> bool:
    return limit is not None and days_in_stage >= limit


def refuse_actual_close_date(closed: date, status: str | None, today: date) -> None:
    """Only what is won has one, and not one that is to come. Raises InvalidInput."""
    if status != "won":
        raise InvalidInput.of("actual_close_date", Problem.ONLY_WON)
    if closed > today:
        raise InvalidInput.of("actual_close_date", Problem.DATE_IN_FUTURE)


def refuse_currency(currency: str, known: Sequence[str]) -> None:
    """Raises InvalidInput for a currency the company does not use."""
    if currency not in known:
        choices = ", ".join(known)
        raise InvalidInput.of("currency", Problem.UNKNOWN_CURRENCY, choices=choices)


def loss_reason_named(key: str | None, known: Sequence[Choice]) -> Choice:
    """The configured reason of a loss, which a loss must have. Raises InvalidInput."""
    if key is None:
        raise InvalidInput.of("loss_reason", Problem.REQUIRED)
    for choice in known:
        if choice.key == key:
            return choice
    raise InvalidInput.of("loss_reason", Problem.UNKNOWN_CHOICE)


def why_moved(loss: Choice | None, note: str | None) -> str | None:
    """What the history keeps: `Price: they wanted half`."""
    parts = [loss.label if loss else None, note]
    return ": ".join(each for each in parts if each) or None


def _years_after(day: date, years: int) -> date:
    try:
        return day.replace(year=day.year + years)
    except ValueError:  # 29 February
        return day.replace(year=day.year + years, day=28)
