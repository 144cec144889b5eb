"""How often people may be interrupted by alerts, and when one goes to the manager."""

from handlers.blocks.settings.fields import number
from handlers.blocks.settings.section import Facts, Group, Section
from handlers.blocks.text import count
from services.configuration.catalogue import DAILY_BUDGET, ESCALATE_AFTER

_NEVER = "never"


def _summary(facts: Facts) -> str:
    budget = count(facts.value(DAILY_BUDGET), "alert", "alerts")
    hours = facts.value(ESCALATE_AFTER)
    after = f"after {count(hours, 'working hour', 'working hours')}" if hours else _NEVER
    return f"At most {budget} a day for each person; to the manager {after} · not used yet"


SECTION = Section(
    key="interruptions",
    title="Interruptions",
    group=Group.RHYTHM,
    about=(
        "How often alerts may interrupt somebody. For now I post alerts only in the alerts "
        "channel, so these do not count yet; the settings are kept."
    ),
    summary=_summary,
    editors=(
        number(
            DAILY_BUDGET,
            "Alerts a day",
            one="alert",
            many="alerts",
            hint="For each person at most, 1 to 100; the others wait for a digest.",
        ),
        number(
            ESCALATE_AFTER,
            "Working hours until the manager is told",
            one="working hour",
            many="working hours",
            hint="Of an alert that nobody acknowledged. 1 to 200; empty: never.",
            empty=_NEVER,
        ),
    ),
    other_names=("budget", "escalation"),
)
