"""How healthy the relationship with a partner is: a number from 0 to 100 that explains itself.

What other features need of it. Working it out (`recomputing`) and telling it (`report`) know the
partners; this does not, so that they may use it.
"""

from services.health.levels import Level, trend, words
from services.health.nightly import NightlyHealth
from services.health.touching import touch

__all__ = ["Level", "NightlyHealth", "touch", "trend", "words"]
