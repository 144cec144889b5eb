"""The numbers people give with their weekly status."""

from pydantic import TypeAdapter

from handlers import forms
from handlers.blocks import kit
from handlers.blocks.settings.choices import LABEL, label_field, labels_in_a_line
from handlers.blocks.settings.listing import listing_of
from handlers.blocks.settings.section import Facts, Group, Section, Values
from handlers.blocks.text import shown
from services.configuration.catalogue import KPIS, Kpi
from services.errors import FieldProblem

UNIT = "unit"
_MOST_UNIT = 60
_KPI = TypeAdapter(Kpi)


def _form(kpi: Kpi | None, _: Facts) -> list[kit.Block]:
    unit = kit.text_input(
        UNIT, initial=kpi.unit if kpi else None, placeholder="hours", most=_MOST_UNIT
    )
    return [
        label_field(kpi.label if kpi else None, "Demos given"),
        kit.field(UNIT, "Unit", unit, hint="Shown behind the number.", is_optional=True),
    ]


def _read(values: Values, key: str, _: Kpi | None, __: Facts) -> Kpi:
    given = {"key": key, "label": values.get(LABEL), "unit": values.get(UNIT) or None}
    return forms.read_value(_KPI, given, lambda path: UNIT if path == "unit" else LABEL)


def _at(path: str, _: FieldProblem) -> str:
    return UNIT if path.endswith("unit") else LABEL


SECTION = Section(
    key="numbers",
    title="Numbers of the week",
    group=Group.RHYTHM,
    about=("The numbers people give with their weekly status. The form does not ask for them yet."),
    summary=lambda facts: labels_in_a_line([each.label for each in facts.value(KPIS)]),
    listing=listing_of(
        KPIS,
        one="number",
        most=10,
        items=lambda kpis: kpis,
        rebuilt=lambda _, kpis: tuple(kpis),
        form=_form,
        read=_read,
        at=_at,
        row=lambda kpi, _: f"in {shown(kpi.unit)}" if kpi.unit else "",
    ),
    other_names=("kpis", "kpi"),
)
