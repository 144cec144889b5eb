"""The section of the roles: who gets which name, and what it allows.

A permission is ticked once to allow it, and once more to allow it for other people's records too.
"""

from collections.abc import Collection, Mapping, Sequence

from pydantic import TypeAdapter

from handlers import forms
from handlers.blocks import kit
from handlers.blocks.settings.choices import LABEL, label_field, labels_in_a_line
from handlers.blocks.settings.listing import listing_of
from handlers.blocks.settings.section import Facts, Group, Section, Values
from handlers.blocks.text import count, escape, isolated
from services.configuration.catalogue import ROLES
from services.configuration.roles import FORMS, PERMISSIONS, Feature, Permission, Role, Roles
from services.errors import FieldProblem, Problem

MAY = "may"
OTHERS = "others"
NEWCOMERS = "newcomers"
MOST_ROLES = 30
_FEATURES: Mapping[Feature, str] = {
    Feature.OPPORTUNITIES: "Opportunities",
    Feature.PARTNERS: "Partners",
    Feature.WEEKLY_STATUS: "Weekly status",
    Feature.TASKS: "Tasks",
    Feature.GOALS: "Goals",
    Feature.ALERTS: "Alerts",
    Feature.ADMINISTRATION: "Administration",
}
_ABOUT_NAMES = frozenset({Problem.NAMED_TWICE, Problem.CHANGED_MEANWHILE})


class Offered(Role):
    """A role, and whether newcomers get it."""

    is_newcomers: bool = False


_OFFERED = TypeAdapter(Offered)


def _items(roles: Roles) -> tuple[Offered, ...]:
    return tuple(
        Offered(**role.model_dump(), is_newcomers=role.key == roles.default) for role in roles.roles
    )


def _rebuilt(roles: Roles, items: Sequence[Offered]) -> object:
    """Where newcomers get another role now, that one is the default."""
    chosen = [each.key for each in items if each.is_newcomers and each.key != roles.default]
    return {
        "roles": [each.model_dump(exclude={"is_newcomers"}) for each in items],
        "default": chosen[0] if chosen else roles.default,
    }


def _row(role: Offered, facts: Facts) -> str:
    parts = [
        count(facts.people.get(role.key, 0), "person", "people"),
        _allowed(role),
        *(["newcomers get it"] if role.is_newcomers else []),
    ]
    return " · ".join(parts)


def _allowed(role: Offered) -> str:
    known = [each for each in role.permissions if each in FORMS]
    widely = sum(each.endswith(":any") for each in known)
    owned = sum(each.has_owner for each in PERMISSIONS)
    if len(known) == len(PERMISSIONS) and widely == owned:
        return "may do everything"
    records = f"{widely or 'none'} for everybody's records"
    return f"{len(known)} of {len(PERMISSIONS)} permissions, {records}"


def _form(role: Offered | None, facts: Facts) -> list[kit.Block]:
    """A new one begins as what newcomers may do."""
    roles = facts.value(ROLES)
    like = role or roles.find(roles.default)
    held = like.permissions if like else ()
    groups = [block for feature in Feature for block in _group(feature, held)]
    name = label_field(role.label if role else None, "Channel manager")
    return [name, *groups, _newcomers(role)]


def _group(feature: Feature, held: Collection[str]) -> list[kit.Block]:
    """What of the feature is allowed; and below, for whose records."""
    members = [each for each in PERMISSIONS if each.feature is feature]
    owned = [each for each in members if each.has_owner]
    allowed = [each for each in members if each.form_in(held)]
    widely = [each for each in owned if each.form_in(held) == f"{each.name}:any"]
    title = _FEATURES[feature]
    may = _boxes(f"{MAY}_{feature}", title, members, allowed)
    if not owned:
        return [may]
    label = f"{title}: also other people's"
    hint = "Not ticked here: only their own."
    return [may, _boxes(f"{OTHERS}_{feature}", label, owned, widely, hint)]


def _boxes(
    name: str,
    label: str,
    offered: Sequence[Permission],
    chosen: Sequence[Permission],
    hint: str | None = None,
) -> kit.Block:
    options = {each.name: kit.option(each.words, each.name) for each in offered}
    boxes = kit.checkboxes(
        f"roles_{name}", list(options.values()), chosen=[options[each.name] for each in chosen]
    )
    return kit.field(name, label, boxes, hint=hint, is_optional=True)


def _newcomers(role: Offered | None) -> kit.Block:
    if role is not None and role.is_newcomers:
        return kit.context(
            "Who uses Tandem for the first time gets this role. To change that, edit the role "
            "they are to get instead."
        )
    option = kit.option("Who uses Tandem for the first time gets this role", NEWCOMERS)
    boxes = kit.checkboxes(f"roles_{NEWCOMERS}", [option])
    return kit.field(NEWCOMERS, "Newcomers", boxes, is_optional=True)


def _read(values: Values, key: str, before: Offered | None, _: Facts) -> Offered:
    unknown = [each for each in before.permissions if each not in FORMS] if before else []
    given = {
        "key": key,
        "label": values.get(LABEL),
        "permissions": [*_chosen(values), *unknown],
        "is_newcomers": bool(values.get(NEWCOMERS)) or (before is not None and before.is_newcomers),
    }
    return forms.read_value(_OFFERED, given, lambda path: path.split(".", 1)[0])


def _chosen(values: Values) -> list[str]:
    """Who may do it to everybody's records may do it: that box counts by itself."""
    may = {name for feature in Feature for name in values.get(f"{MAY}_{feature}") or ()}
    others = {name for feature in Feature for name in values.get(f"{OTHERS}_{feature}") or ()}
    return [
        f"{each.name}:{'any' if each.name in others else 'own'}" if each.has_owner else each.name
        for each in PERMISSIONS
        if each.name in may | others
    ]


def _at(path: str, problem: FieldProblem) -> str:
    if problem.problem in _ABOUT_NAMES or path.startswith(LABEL):
        return LABEL
    if problem.problem is Problem.NEWCOMERS_ADMINISTER and not path:
        return NEWCOMERS
    return f"{MAY}_{Feature.ADMINISTRATION}"


def _summary(facts: Facts) -> str:
    roles = facts.value(ROLES)
    default = roles.find(roles.default)
    newcomers = f"; newcomers get {escape(isolated(default.label))}" if default else ""
    return labels_in_a_line([each.label for each in roles.roles]) + newcomers


SECTION = Section(
    key="roles",
    title="Roles",
    group=Group.COMPANY,
    about="What people may do. Each person has one role; `/tandem people` gives them theirs. "
    "What a role allows counts at once.",
    summary=_summary,
    listing=listing_of(
        ROLES,
        one="role",
        most=MOST_ROLES,
        items=_items,
        rebuilt=_rebuilt,
        row=_row,
        form=_form,
        read=_read,
        at=_at,
    ),
    permission="roles.manage",
    other_names=("permissions",),
)
