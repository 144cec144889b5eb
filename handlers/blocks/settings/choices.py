"""The lists of configured words: why opportunities are lost, what partners are about, and so on."""

from pydantic import TypeAdapter

from handlers import forms
from handlers.blocks import kit
from handlers.blocks.settings.listing import Listing, listing_of
from handlers.blocks.settings.section import Facts, Group, Section, Values
from handlers.blocks.text import cut, escape, isolated
from services.configuration.catalogue import (
    GOAL_TYPES,
    INTERACTION_TYPES,
    LOSS_REASONS,
    PARTNER_DOMAINS,
    Choice,
    Choices,
    Setting,
)
from services.configuration.kinds import MOST_CHOICES
from services.errors import FieldProblem

LABEL = "label"
MOST_LABEL = 60
_LINE = 150
_CHOICE = TypeAdapter(Choice)


def label_field(label: str | None, example: str) -> kit.Block:
    """What a record of a list is called."""
    control = kit.text_input(
        f"settings_{LABEL}", initial=label, placeholder=example, most=MOST_LABEL
    )
    return kit.field(LABEL, "Name", control, hint="What people read. You can change it any time.")


def labels_in_a_line(labels: list[str]) -> str:
    """`6: Price, Chose a competitor, …`, escaped."""
    return escape(cut(f"{len(labels)}: {', '.join(isolated(each) for each in labels)}", _LINE))


def _choice_list(setting: Setting[Choices], one: str, example: str) -> Listing:
    def form(item: Choice | None, _: Facts) -> list[kit.Block]:
        return [label_field(item.label if item else None, example)]

    return listing_of(
        setting,
        one=one,
        most=MOST_CHOICES,
        items=lambda choices: choices,
        rebuilt=lambda _, items: tuple(items),
        form=form,
        read=_read,
        at=_at,
    )


def _read(values: Values, key: str, _: Choice | None, __: Facts) -> Choice:
    given = {"key": key, "label": values.get(LABEL)}
    return forms.read_value(_CHOICE, given, lambda _: LABEL)


def _at(_: str, __: FieldProblem) -> str:
    return LABEL


def _section(  # what tells these lists apart
    setting: Setting[Choices],
    key: str,
    title: str,
    group: Group,
    about: str,
    listing: Listing,
    *other_names: str,
) -> Section:
    return Section(
        key=key,
        title=title,
        group=group,
        about=about,
        summary=lambda facts: labels_in_a_line([each.label for each in facts.value(setting)]),
        listing=listing,
        other_names=other_names,
    )


LOSSES = _section(
    LOSS_REASONS,
    "losses",
    "Loss reasons",
    Group.PIPELINE,
    "Why an opportunity is lost: asked for when one moves to a lost stage.",
    _choice_list(LOSS_REASONS, "loss reason", "Chose a competitor"),
    "loss-reasons",
    "reasons",
)
DOMAINS = _section(
    PARTNER_DOMAINS,
    "domains",
    "Partner domains",
    Group.PARTNERS,
    "The business domains that partners are sorted by.",
    _choice_list(PARTNER_DOMAINS, "partner domain", "Security"),
    "partner-domains",
)
INTERACTIONS = _section(
    INTERACTION_TYPES,
    "interactions",
    "Interaction types",
    Group.PARTNERS,
    "The kinds of contact with a partner that people log.",
    _choice_list(INTERACTION_TYPES, "interaction type", "Workshop"),
    "interaction-types",
)
GOALS = _section(
    GOAL_TYPES,
    "goals",
    "Goal types",
    Group.MONEY,
    "What a quarter's goals are about.",
    _choice_list(GOAL_TYPES, "goal type", "Certifications"),
    "goal-types",
)
