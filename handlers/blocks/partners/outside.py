"""A partner's card where guests or people of other companies read: who it is, and nothing else."""

from handlers.blocks import kit
from handlers.blocks.kit import Block
from handlers.blocks.text import escape, shown
from services.partners import Partner, host_of

_NOTE = "Everything else about this partner is for colleagues: `/partner show`."


def outside_card(partner: Partner) -> tuple[str, list[Block]]:
    """No health, value or commission, no contact, no other partner; nothing to press."""
    parts = [f"*{shown(partner.name)}*", escape(partner.domain_label)]
    host = host_of(partner.website)
    if partner.website and host:
        parts.append(f"<{escape(partner.website)}|{escape(host)}>")
    return shown(partner.name), [kit.section(" · ".join(parts)), kit.context(_NOTE)]
