"""The pipeline of past days, rebuilt from the history of its opportunities. Changes nothing."""

from services.opportunities.past.days import EARLIEST, today
from services.opportunities.past.pipelines import as_of
from services.opportunities.past.values import (
    Bucket,
    BucketPage,
    Move,
    Past,
    PastLine,
    StageSums,
    Step,
    Sums,
    Wanted,
    Waterfall,
)
from services.opportunities.past.waterfalls import bucket, waterfall

__all__ = [
    "EARLIEST",
    "Bucket",
    "BucketPage",
    "Move",
    "Past",
    "PastLine",
    "StageSums",
    "Step",
    "Sums",
    "Wanted",
    "Waterfall",
    "as_of",
    "bucket",
    "today",
    "waterfall",
]
