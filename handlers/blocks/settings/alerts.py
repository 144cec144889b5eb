"""When alerts come: opportunities that have not moved for too long, and what is done about them."""

from handlers.blocks.settings.fields import Choices, choice, number
from handlers.blocks.settings.section import Facts, Group, Section
from handlers.blocks.text import count, escape, isolated
from services.configuration.catalogue import PIPELINE, STALE_DAYS, STALE_MOVES_TO

_EACH_STAGES_OWN = "each stage's own limit"


def _stages(facts: Facts) -> Choices:
    return tuple((stage.key, stage.label) for stage in facts.value(PIPELINE).stages)


def _summary(facts: Facts) -> str:
    days = facts.value(STALE_DAYS)
    limit = count(days, "day", "days") if days else _EACH_STAGES_OWN
    key = facts.value(STALE_MOVES_TO)
    labels = dict(_stages(facts))
    moved = f", then moved to {escape(isolated(labels.get(key, key)))}" if key else ""
    return f"Stale after {limit}{moved}"


SECTION = Section(
    key="alerts",
    title="Stale opportunities",
    group=Group.RHYTHM,
    about="An open opportunity that has not moved for its limit raises an alert.",
    summary=_summary,
    editors=(
        number(
            STALE_DAYS,
            "Days without a move",
            one="day",
            many="days",
            hint="1 to 365, for every open stage; empty: each stage's own limit.",
            empty=_EACH_STAGES_OWN,
        ),
        choice(
            STALE_MOVES_TO,
            "Move it to",
            _stages,
            placeholder="Choose a stage",
            hint="I make the move when the alert is due.",
            none="Nowhere",
        ),
    ),
    also_reads=(PIPELINE,),
    other_names=("stale",),
)
