"""What a rule of reading days is."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from services.quick_text.values import Asked, Found

Match = re.Match[str]


@dataclass(frozen=True, slots=True)
class Rule:
    """A pattern and what it means; `is_unspaced` where no spaces part the words."""

    pattern: str
    read: Callable[[Match, Asked], Found | None]
    is_unspaced: bool = False
