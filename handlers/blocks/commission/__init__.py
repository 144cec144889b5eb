"""Commission in Slack's terms: its words, statements, the terms agreed, the forms of both."""

from handlers.blocks.commission.words import (
    PER,
    example,
    explained,
    held,
    line_words,
    percent,
    sentence,
    source_words,
    tier_lines,
    typed_amount,
)

__all__ = [
    "PER",
    "example",
    "explained",
    "held",
    "line_words",
    "percent",
    "sentence",
    "source_words",
    "tier_lines",
    "typed_amount",
]
