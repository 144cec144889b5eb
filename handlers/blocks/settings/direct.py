"""What stands for the partner of an opportunity that has none."""

from handlers.blocks import kit
from handlers.blocks.settings.fields import action, field
from handlers.blocks.settings.section import Facts, Group, Section
from handlers.blocks.text import escape, plain
from services.configuration.catalogue import DIRECT_PARTNER

MOST = 60
_NONE = "none, each has a partner"


def _control(value: str | None, _: Facts) -> kit.Element:
    placeholder = DIRECT_PARTNER.default
    return kit.text_input(action(DIRECT_PARTNER), initial=value, placeholder=placeholder, most=MOST)


def _words(value: str | None, _: Facts) -> str:
    return plain(value) if value else _NONE


def _summary(facts: Facts) -> str:
    value = facts.value(DIRECT_PARTNER)
    return escape(value) if value else "Each opportunity has a partner"


SECTION = Section(
    key="direct",
    title="Without a partner",
    group=Group.PARTNERS,
    about="Opportunities you win by yourselves. They are listed under this name, it is offered "
    "first where a partner is chosen, and it earns no commission.",
    summary=_summary,
    editors=(
        field(
            DIRECT_PARTNER,
            "Name in place of a partner",
            _control,
            _words,
            hint="Leave it empty to require a partner for each opportunity.",
            told=lambda value, _: escape(value) if value else _NONE,
            is_optional=True,
        ),
    ),
    other_names=("direct-partner",),
)
