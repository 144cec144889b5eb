"""A partner's health in a few words, and the button that explains it."""

from uuid import UUID

from handlers import forms
from handlers.blocks import kit
from handlers.blocks.kit import Element
from handlers.blocks.partners.values import PartnerRef
from services import health
from services.health import Level

HEALTH = "partner.health"
_WORDS = {Level.GOOD: "good", Level.FAIR: "fair", Level.AT_RISK: "at risk"}


def standing(score: int, delta: int | None = None) -> str:
    """`82 good`, `55 fair · +6 this week`: no more is said where nothing has changed."""
    words = f"{score} {_WORDS[health.words(score)]}"
    return f"{words} · {signed(delta)} this week" if delta else words


def signed(points: int) -> str:
    """`+2`; a minus is the sign of typography, which does not break from its number."""
    return f"{points:+d}".replace("-", "\N{MINUS SIGN}")


def health_button(partner_id: UUID) -> Element:
    return kit.button("Health", HEALTH, forms.pack(PartnerRef(id=partner_id)))
