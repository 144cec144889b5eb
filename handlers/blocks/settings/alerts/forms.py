"""The form of one rule: its switch, its limit, whom it tells. Others' rules stay as they are."""

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from typing import Any

from handlers import forms
from handlers.blocks import kit
from handlers.blocks.commission import typed_amount
from handlers.blocks.settings.alerts import routes
from handlers.blocks.settings.alerts.names import WATCHES, Watch
from handlers.blocks.settings.fields import Choices, choice, number
from handlers.blocks.settings.section import (
    Editor,
    Facts,
    Group,
    Section,
    SectionNote,
    Untouched,
    Values,
    editor,
)
from handlers.blocks.settings.views import section_view
from handlers.blocks.text import cut
from handlers.routing import FieldValue, View
from services.alerts import STALE
from services.configuration import RESET, Held
from services.configuration.catalogue import (
    BASE_CURRENCY,
    PIPELINE,
    ROLES,
    RULES,
    STALE_DAYS,
    STALE_MOVES_TO,
    Rules,
)
from services.errors import FieldProblem, InvalidInput, Problem
from services.money import parse_amount

IS_ON = "rule_is_on"
LIMIT = "rule_limit"
_ON, _OFF = "on", "off"
_LEARNED = {"routes": {"__all__": {"channel": {"is_reached", "problem", "chosen_by"}}}}
"""What the application notes of a channel by itself."""
_ROOM = 1500
_LONGEST_AMOUNT = 60
_HINTS: Mapping[str, str] = {"days": "1 to 365.", "percent": "1 to 100.", "points": "1 to 100."}
_ALSO_READS = (BASE_CURRENCY, PIPELINE, ROLES, STALE_DAYS)


def written(watch: Watch, rules: Rules, facts: Facts) -> dict[str, FieldValue]:
    """What a form of this rule sends when nothing in it was touched."""
    rule = watch.of(rules)
    limit = {LIMIT: _typed(watch, rules, facts)} if watch.unit else {}
    is_on = _ON if rule.is_on else _OFF
    return {IS_ON: is_on, **limit, **routes.written(rule.routes, facts)}


def redrawn(
    section: Section, values: Values, pressed: str, facts: Facts, drawing: str, note: SectionNote
) -> View:
    """The modal with what is typed so far and the fields that were asked for; nothing is saved."""
    watch = next(each for each in WATCHES if _key(each) == section.key)
    held = len(watch.of(facts.value(RULES)).routes)
    typed = routes.after_press(values, pressed, held)
    *others, rule = section.editors
    trying = replace(rule, draw=partial(_form, watch, typed))
    whole = replace(section, editors=(*others, trying))
    return section_view(whole, _with_typed(others, values, facts), drawing, note=note)


def _with_typed(editors: list[Editor], values: Values, facts: Facts) -> Facts:
    """The facts as the other fields say them, where those can be read."""
    for each in editors:
        try:
            value = each.read(values, facts)
        except InvalidInput:
            continue
        if not isinstance(value, Untouched):
            facts = facts.having(each.setting, value)
    return facts


def _form(watch: Watch, values: Values, facts: Facts) -> list[kit.Block]:
    held = facts.of(RULES)
    rule, default = watch.of(held.value), watch.of(held.default)
    told = routes.words(default.routes, watch.owner, facts)
    where = (
        " For now I tell of it in the alerts channel; whom else you choose is kept."
        if watch.is_watched
        else ""
    )
    return [
        _switch(values, is_on=default.is_on),
        *_limit(watch, values, facts),
        kit.divider(),
        kit.section("*Whom I tell*"),
        kit.context(cut(f"Default: {told}.{where}", _ROOM)),
        *routes.drawn(values, rule.routes, watch.owner, facts),
    ]


def _switch(values: Values, *, is_on: bool) -> kit.Block:
    options = {
        _ON: kit.option("Raise alerts", _ON),
        _OFF: kit.option("Raise none, and resolve those there are", _OFF),
    }
    chosen = options[_OFF if values.get(IS_ON) == _OFF else _ON]
    control = kit.radio(IS_ON, list(options.values()), chosen=chosen)
    hint = f"Default: {'alerts' if is_on else 'no alerts'}."
    return kit.field(IS_ON, "Alerts", control, hint=hint)


def _limit(watch: Watch, values: Values, facts: Facts) -> list[kit.Block]:
    if watch.unit is None:
        return []
    typed = values.get(LIMIT)
    initial = typed if isinstance(typed, str) else None
    is_number = bool(initial and initial.isascii() and initial.isdecimal())
    control = (
        kit.text_input(LIMIT, initial=initial, most=_LONGEST_AMOUNT)
        if watch.unit == "amount"
        else kit.number_input(LIMIT, initial=initial if is_number else None, decimal=False)
    )
    default = watch.limit_words(facts.of(RULES).default, facts)
    about = _HINTS.get(watch.unit, f"In {facts.value(BASE_CURRENCY)}.")
    return [kit.field(LIMIT, watch.asked, control, hint=f"{about} Default: {default}.")]


def _typed(watch: Watch, rules: Rules, facts: Facts) -> str:
    limit = watch.limit(rules)
    return typed_amount(limit, facts.locale) if watch.unit == "amount" else str(limit)


def _draw(watch: Watch, held: Held[Rules], facts: Facts) -> list[kit.Block]:
    return _form(watch, written(watch, held.value, facts), facts)


def _read(watch: Watch, values: Values, facts: Facts) -> Rules:
    """Raises InvalidInput with everything that is wrong."""
    rules = facts.value(RULES)
    given = routes.read(values, watch.of(rules).routes, facts)
    limit, problems = _read_limit(watch, values, facts)

    def at(path: str) -> str:
        return _at(path, values, given)

    rule = {"is_on": values.get(IS_ON) != _OFF, "routes": list(given.routes.values()), **limit}
    try:
        read = forms.read_value(watch.adapter, rule, at)
    except InvalidInput as refused:
        inside = _not_fewer(refused.problems, given)
        raise InvalidInput(inside | given.problems | problems) from None
    if given.problems or problems:
        raise InvalidInput(given.problems | problems)
    return watch.having(rules, read)


def _not_fewer(refused: Mapping[str, FieldProblem], given: routes.Given) -> dict[str, FieldProblem]:
    """Routes that are wrong do not count as any, which is no second reason."""
    return {
        name: each
        for name, each in refused.items()
        if each.problem is not Problem.TOO_FEW or not given.routes
    }


def _read_limit(
    watch: Watch, values: Values, facts: Facts
) -> tuple[dict[str, object], dict[str, FieldProblem]]:
    if watch.unit is None:
        return {}, {}
    typed = values.get(LIMIT)
    if not isinstance(typed, str) or not typed.strip():
        return {watch.unit: watch.limit(RULES.default)}, {LIMIT: FieldProblem(Problem.REQUIRED)}
    if watch.unit != "amount":
        return {watch.unit: typed}, {}
    try:
        base = facts.value(BASE_CURRENCY)
        return {watch.unit: parse_amount(typed, facts.locale, currency=base, field=LIMIT)}, {}
    except InvalidInput as refused:
        return {watch.unit: watch.limit(RULES.default)}, dict(refused.problems)


def _at(path: str, values: Values, given: routes.Given) -> str:
    first, *inside = path.split(".")
    if first == "routes":
        return routes.field_at(inside, values, given)
    return IS_ON if first == "is_on" else LIMIT


def _refused_at(path: str) -> str:
    """Whom a rule tells is all that other settings and records can rule out."""
    return routes.field_at((), {}, routes.Given()) if path else IS_ON


def _is_own(watch: Watch, held: Held[Rules]) -> bool:
    return held.broken is not None or watch.of(held.value) != watch.of(held.default)


def _reset(watch: Watch, held: Held[Rules]) -> object:
    """Only this rule goes back; with the last of them nothing is set any more."""
    rules = watch.having(held.value, watch.of(held.default))
    return RESET if rules == held.default else rules


def state(watch: Watch, rules: Rules, facts: Facts) -> str:
    """`on, tells the owner`, escaped."""
    rule = watch.of(rules)
    return f"{_ON if rule.is_on else _OFF}, tells {routes.words(rule.routes, watch.owner, facts)}"


def _told(watch: Watch, rules: Rules, facts: Facts) -> str:
    limit = watch.limit_words(rules, facts)
    told = state(watch, rules, facts)
    return cut(f"{limit}, {told}" if limit else told, _ROOM)


def _summary(watch: Watch, facts: Facts) -> str:
    said = state(watch, facts.value(RULES), facts)
    return cut(f"{watch.says(facts)}.\n_{said[:1].upper()}{said[1:]}_", _ROOM)


def _seen(watch: Watch, rules: Rules) -> Any:
    return watch.of(rules).model_dump(mode="json", exclude=_LEARNED)


def _rule(watch: Watch) -> Editor:
    return editor(
        RULES,
        watch.title,
        draw=partial(_draw, watch),
        read=partial(_read, watch),
        words=lambda rules, _: _ON if watch.of(rules).is_on else _OFF,
        told=partial(_told, watch),
        at=_refused_at,
        seen=partial(_seen, watch),
        is_own=partial(_is_own, watch),
        reset=partial(_reset, watch),
    )


def _stages(facts: Facts) -> Choices:
    return tuple((stage.key, stage.label) for stage in facts.value(PIPELINE).stages)


_STALE_ONLY = (
    number(
        STALE_DAYS,
        "Days without a move",
        one="day",
        many="days",
        hint="1 to 365, for every open stage; empty: each stage's own limit.",
        empty="each stage's own limit",
    ),
    choice(
        STALE_MOVES_TO,
        "Move it to",
        _stages,
        placeholder="Choose a stage",
        hint="I make the move when the alert is due.",
        none="Nowhere",
    ),
)


def _key(watch: Watch) -> str:
    return watch.name.replace("_", "-")


def _part(watch: Watch) -> Section:
    is_stale = watch.name == STALE
    return Section(
        key=_key(watch),
        title=watch.title,
        group=Group.RHYTHM,
        about=watch.about,
        summary=partial(_summary, watch),
        editors=(*(_STALE_ONLY if is_stale else ()), _rule(watch)),
        also_reads=_ALSO_READS,
        other_names=("stale",) if is_stale else (),
    )


PARTS = tuple(_part(watch) for watch in sorted(WATCHES, key=lambda watch: not watch.is_watched))
"""A form for each rule; those that work first."""
