"""When alerts come: opportunities that have not moved for too long, and what is done about them."""

from handlers.blocks import kit
from handlers.blocks.settings.fields import Choices, choice, number
from handlers.blocks.settings.section import Facts, Group, Section, Values, editor
from handlers.blocks.text import count, escape, isolated
from services.configuration import Held
from services.configuration.catalogue import PIPELINE, RULES, STALE_DAYS, STALE_MOVES_TO, Rules

IS_ON = "stale_is_on"
_ON, _OFF = "on", "off"
_EACH_STAGES_OWN = "each stage's own limit"


def _stages(facts: Facts) -> Choices:
    return tuple((stage.key, stage.label) for stage in facts.value(PIPELINE).stages)


def _draw(held: Held[Rules], facts: Facts) -> list[kit.Block]:
    options = {
        _ON: kit.option("Raise alerts", _ON),
        _OFF: kit.option("Raise none, and resolve those there are", _OFF),
    }
    chosen = options[_ON if held.value.stale_opportunity.is_on else _OFF]
    control = kit.radio(IS_ON, list(options.values()), chosen=chosen)
    hint = f"Default: {_words(held.default, facts)}."
    return [kit.field(IS_ON, "Stale opportunities", control, hint=hint)]


def _read(values: Values, facts: Facts) -> Rules:
    """Only this rule has a control: the others stay as they are."""
    rules = facts.value(RULES)
    is_on = values.get(IS_ON) != _OFF
    changed = rules.stale_opportunity.model_copy(update={"is_on": is_on})
    return rules.model_copy(update={"stale_opportunity": changed})


def _words(rules: Rules, _: Facts) -> str:
    return "alerts" if rules.stale_opportunity.is_on else "no alerts"


def _summary(facts: Facts) -> str:
    if not facts.value(RULES).stale_opportunity.is_on:
        return "No alerts"
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
        editor(
            RULES, "Stale opportunities", draw=_draw, read=_read, words=_words, at=lambda _: IS_ON
        ),
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
