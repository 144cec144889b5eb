"""What those may see who read a channel and are no colleagues."""

from handlers.blocks.settings.fields import choice
from handlers.blocks.settings.section import Facts, Group, Section
from services.configuration.catalogue import PARTNER_CARDS_OUTSIDE

_CHOICES = (
    ("never", "No card at all"),
    ("redacted", "A partner's name, domain and website"),
)


def _summary(facts: Facts) -> str:
    return dict(_CHOICES)[facts.value(PARTNER_CARDS_OUTSIDE)]


SECTION = Section(
    key="outside",
    title="Guests and others",
    group=Group.PARTNERS,
    about="Cards are for colleagues. An opportunity is never shown in a channel where guests or "
    "people of other companies read; a partner can be, without health, values or commission.",
    summary=_summary,
    editors=(
        choice(
            PARTNER_CARDS_OUTSIDE,
            "What they see when a partner's card is shared there",
            lambda _: _CHOICES,
            placeholder="Choose what they see",
        ),
    ),
    other_names=("guests",),
)
