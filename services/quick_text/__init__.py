"""Quick text: what `Acme renewal 48k via Globex closing 30 sep` says of a new opportunity.

Pure. Nothing is guessed: what is doubtful is left empty, with the reason and the readings.
"""

from services.quick_text.partner_mentions import mentioned_partner
from services.quick_text.partner_words import mentions_partner
from services.quick_text.sentence import understand
from services.quick_text.values import Asked, Doubt, Field, Money, Span, Understood, Why

__all__ = [
    "Asked",
    "Doubt",
    "Field",
    "Money",
    "Span",
    "Understood",
    "Why",
    "mentioned_partner",
    "mentions_partner",
    "understand",
]
