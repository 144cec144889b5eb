"""The section of the pipeline's stages."""

from collections.abc import Mapping, Sequence

from pydantic import TypeAdapter

from handlers import forms
from handlers.blocks import kit
from handlers.blocks.settings.choices import LABEL, label_field, labels_in_a_line
from handlers.blocks.settings.listing import listing_of
from handlers.blocks.settings.section import Facts, Group, Section, Values
from handlers.blocks.text import count, escape, isolated
from services.configuration.catalogue import PIPELINE, Pipeline, Stage
from services.configuration.stages import RequiredField
from services.errors import FieldProblem, Problem

KIND = "kind"
PROBABILITY = "probability"
STALE = "stale_after_days"
REQUIRED = "required_fields"
LEADS = "leads"
NEXT = "next"
ANYWHERE, CHOSEN = "any", "chosen"
MOST_STAGES = 30
_STAGE = TypeAdapter(Stage)
_KINDS: Mapping[str, tuple[str, str]] = {
    "open": ("Open", "Still being worked on"),
    "won": ("Won", "Ends the opportunity as won"),
    "lost": ("Lost", "Ends the opportunity as lost; asks for the reason"),
}
_CERTAIN: Mapping[str, str] = {"won": "100", "lost": "0"}
"""The probability of a stage that ends an opportunity, unless it is given."""
_ENDS: Mapping[str, str] = {"won": "Ends as won", "lost": "Ends as lost"}
_REQUIRED: Mapping[RequiredField, str] = {
    "deal_value": "Value",
    "customer_contact": "Contact at the customer",
    "assigned_user_id": "Owner",
    "notes": "Notes",
}
_AT: Mapping[Problem, str] = {
    Problem.NAMED_TWICE: LABEL,
    Problem.KINDS_MISSING: KIND,
    Problem.UNKNOWN_STAGE: NEXT,
}


def _row(stage: Stage, facts: Facts) -> str:
    facts_of = [_ENDS[stage.kind]] if stage.kind in _ENDS else _progress(stage)
    if stage.required_fields:
        needed = ", ".join(_REQUIRED[each].lower() for each in stage.required_fields)
        facts_of.append(f"asks for {needed}")
    if stage.next is not None:
        labels = {each.key: each.label for each in facts.value(PIPELINE).stages}
        leads = ", ".join(escape(isolated(labels.get(key, key))) for key in stage.next)
        facts_of.append(f"leads only to {leads}" if leads else "leads nowhere")
    return " · ".join(facts_of)


def _progress(stage: Stage) -> list[str]:
    return ["Open", f"{stage.probability}% likely", _stale(stage)]


def _stale(stage: Stage) -> str:
    days = stage.stale_after_days
    return f"stale after {count(days, 'day', 'days')}" if days else "never stale"


def _form(stage: Stage | None, facts: Facts) -> list[kit.Block]:
    return [
        label_field(stage.label if stage else None, "Legal review"),
        _kind(stage),
        _number(PROBABILITY, "Probability in percent", stage.probability if stage else None, "50"),
        _number(
            STALE, "Days without a move before it is stale", stage and stage.stale_after_days, "14"
        ),
        _required(stage),
        *_leads(stage, facts),
    ]


def _kind(stage: Stage | None) -> kit.Block:
    options = {key: kit.option(words, key, about) for key, (words, about) in _KINDS.items()}
    chosen = options[stage.kind if stage else "open"]
    control = kit.select(f"settings_{KIND}", "Choose a kind", list(options.values()), chosen=chosen)
    hint = "A pipeline has at least one of each kind."
    return kit.field(KIND, "Kind", control, hint=hint)


def _number(name: str, label: str, value: int | None, example: str) -> kit.Block:
    control = kit.number_input(
        f"settings_{name}",
        initial=None if value is None else str(value),
        placeholder=example,
        decimal=False,
    )
    hint = {
        PROBABILITY: "0 to 100. Opportunities take it on unless they were given their own. "
        "Empty: 100 for won, 0 for lost.",
        STALE: "Then an alert is raised. Empty: never.",
    }[name]
    return kit.field(name, label, control, hint=hint, is_optional=True)


def _required(stage: Stage | None) -> kit.Block:
    options = {key: kit.option(words, key) for key, words in _REQUIRED.items()}
    chosen = [options[each] for each in stage.required_fields] if stage else []
    control = kit.checkboxes(f"settings_{REQUIRED}", list(options.values()), chosen=chosen)
    hint = "Who moves an opportunity here is asked for what is missing."
    return kit.field(REQUIRED, "Needed to come here", control, hint=hint, is_optional=True)


def _leads(stage: Stage | None, facts: Facts) -> list[kit.Block]:
    ways = [
        kit.option("Any stage", ANYWHERE),
        kit.option("Only the stages chosen below", CHOSEN),
    ]
    allowed = stage.next if stage else None
    leads = kit.radio(f"settings_{LEADS}", ways, chosen=ways[0 if allowed is None else 1])
    others = [each for each in facts.value(PIPELINE).stages if _may_follow(stage, each)]
    options = {each.key: kit.option(each.label, each.key) for each in others}
    chosen = [options[key] for key in allowed or ()]
    control = kit.multi_select(
        f"settings_{NEXT}", "Choose stages", list(options.values()), chosen=chosen
    )
    return [
        kit.field(LEADS, "From here an opportunity may move to", leads),
        kit.field(NEXT, "Allowed next stages", control, is_optional=True),
    ]


def _may_follow(stage: Stage | None, other: Stage) -> bool:
    return stage is None or other.key != stage.key or other.key in (stage.next or ())


def _read(values: Values, key: str, _: Stage | None, __: Facts) -> Stage:
    chosen, kind = values.get(NEXT) or [], values.get(KIND)
    certain = _CERTAIN.get(kind) if isinstance(kind, str) else None
    given = {
        "key": key,
        "label": values.get(LABEL),
        "kind": kind,
        "probability": values.get(PROBABILITY) or certain,
        "stale_after_days": values.get(STALE),
        "required_fields": values.get(REQUIRED) or [],
        "next": chosen if values.get(LEADS) == CHOSEN else None,
    }
    return forms.read_value(_STAGE, given, lambda path: path.split(".", 1)[0])


def _at(path: str, refused: FieldProblem) -> str:
    return _AT.get(refused.problem, path.split(".", 1)[0] or LABEL)


def _rebuilt(_: Pipeline, stages: Sequence[Stage]) -> object:
    """What led to a stage that is gone leads to the others; what led nowhere else, to any."""
    keys = {stage.key for stage in stages}
    return {"stages": [_without_unknown(stage, keys) for stage in stages]}


def _without_unknown(stage: Stage, keys: set[str]) -> Stage:
    if not stage.next or keys.issuperset(stage.next):
        return stage
    known = tuple(key for key in stage.next if key in keys)
    return stage.model_copy(update={"next": known or None})


def _asks(before: Stage, after: Stage, kinds: Mapping[str, int]) -> str | None:
    number = kinds.get("opportunity", 0)
    if before.kind == after.kind or not number:
        return None
    become = {"open": "be open again", "won": "be won today", "lost": "be lost"}[after.kind]
    there = count(number, "opportunity is", "opportunities are")
    return f"{there} in this stage and will {become}"


def _same_kind(stage: Stage, others: Sequence[Stage]) -> Sequence[Stage]:
    return [each for each in others if each.kind == stage.kind]


def _after_open(stages: Sequence[Stage]) -> str | None:
    """A new stage stands before the ends of the pipeline."""
    return next((each.key for each in reversed(stages) if each.kind == "open"), None)


STAGES = Section(
    key="pipeline",
    title="Pipeline stages",
    group=Group.PIPELINE,
    about="The stages an opportunity goes through, in their order.",
    summary=lambda facts: labels_in_a_line([each.label for each in facts.value(PIPELINE).stages]),
    listing=listing_of(
        PIPELINE,
        one="stage",
        most=MOST_STAGES,
        items=lambda pipeline: pipeline.stages,
        rebuilt=_rebuilt,
        row=_row,
        form=_form,
        read=_read,
        at=_at,
        targets=_same_kind,
        starts_after=_after_open,
        asks=_asks,
    ),
    other_names=("stages",),
)
