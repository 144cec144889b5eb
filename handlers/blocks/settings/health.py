"""What the health of a relationship is made of: six weights, and how fast a contact fades."""

from handlers import forms
from handlers.blocks import kit
from handlers.blocks.settings.section import Facts, Group, Section, Values, editor
from handlers.blocks.text import count
from services.configuration import Held
from services.configuration.catalogue import HEALTH, Health

HALF_LIFE = "health_half_life"
_WEIGHTS = {
    "recency": ("Last contact", "How long ago the last interaction was."),
    "frequency": ("Frequency", "How many interactions there are."),
    "mix": ("Mix", "Whether people also meet, or only write."),
    "pipeline": ("Pipeline", "What the partner brings, and whether it moves."),
    "win_rate": ("Win rate", "How much of it is won."),
    "promises": ("Promises kept", "Whether next steps are done in time."),
}
"""By part: its name for people, and what it looks at."""


def _name(part: str) -> str:
    return f"health_{part}"


def _draw(held: Held[Health], _: Facts) -> list[kit.Block]:
    own, default = (each.weights.model_dump() for each in (held.value, held.default))
    weights = [
        _number(_name(part), label, own[part], f"{about} Default: {default[part]}.")
        for part, (label, about) in _WEIGHTS.items()
    ]
    days = held.default.half_life_days
    fading = f"An interaction counts half after so many days. Default: {days}."
    half_life = _number(
        HALF_LIFE, "Days until a contact counts half", held.value.half_life_days, fading
    )
    return [*weights, kit.divider(), half_life]


def _number(name: str, label: str, value: int, hint: str) -> kit.Block:
    control = kit.number_input(name, initial=str(value), decimal=False)
    return kit.field(name, label, control, hint=hint)


def _read(values: Values, _: Facts) -> Health:
    given = {
        "weights": {part: values.get(_name(part)) for part in _WEIGHTS},
        "half_life_days": values.get(HALF_LIFE),
    }
    return forms.read_value(HEALTH.type, given, _at)


def _at(path: str) -> str:
    """A sum that is wrong is told at the last weight, nearest to the button."""
    part = path.rpartition(".")[2]
    if part == "half_life_days":
        return HALF_LIFE
    return _name(part if part in _WEIGHTS else "promises")


def _words(value: Health, _: Facts) -> str:
    weights = value.weights.model_dump()
    listed = ", ".join(f"{label.lower()} {weights[part]}" for part, (label, _) in _WEIGHTS.items())
    return f"{listed}; half after {count(value.half_life_days, 'day', 'days')}"


SECTION = Section(
    key="health",
    title="Relationship health",
    group=Group.PARTNERS,
    about=(
        "How much each part counts for the health of a partner, from 0 to 100. The weights add up "
        "to 100. Every partner is worked out anew with them, as soon as they are saved."
    ),
    summary=lambda facts: _words(facts.value(HEALTH), facts).capitalize(),
    editors=(
        editor(HEALTH, "Weights and half-life", draw=_draw, read=_read, words=_words, at=_at),
    ),
    other_names=("weights",),
)
