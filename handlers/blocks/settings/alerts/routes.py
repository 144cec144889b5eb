"""Whom a rule tells: a few fields for each of them, drawn from what a form sends and read back.

A form is drawn from what it sends untouched, so that it can be drawn again with what was typed.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import cast
from uuid import UUID

from handlers.blocks import kit
from handlers.blocks.commission import typed_amount
from handlers.blocks.partners import SUGGEST
from handlers.blocks.settings.fields import NONE
from handlers.blocks.settings.section import Facts, Values
from handlers.blocks.text import count, isolated, money, shown
from handlers.routing import FieldValue
from services.configuration.catalogue import BASE_CURRENCY, PIPELINE, ROLES, Channel, Route
from services.errors import FieldProblem, InvalidInput, Problem
from services.money import parse_amount

REDRAW = "rules_redraw"
MORE, LIMIT = "more", "limit"
TELL, CHANNEL, AMOUNT, STAGES, PARTNERS = "tell", "channel", "amount", "stages", "partners"
ELSEWHERE = "elsewhere"
MOST = 10
_TWO = 2
_ROLE = "role:"
_NAMED = 3
"""More stages or partners than this are only counted."""
_FIELDS = {"at_least": AMOUNT, "stages": STAGES, "partners": PARTNERS, "channel": CHANNEL}
_USUAL = Decimal(100_000)
_ROOM = 200_000
"""Of a view's 250,000 characters, for the fields of the routes."""
_KEY = 40


@dataclass(frozen=True, slots=True)
class Given:
    """What a form says of the routes: by the number of their fields, and what cannot be read."""

    routes: dict[int, object] = field(default_factory=dict[int, object])
    problems: dict[str, FieldProblem] = field(default_factory=dict[str, FieldProblem])


def written(routes: Sequence[Route], facts: Facts) -> dict[str, FieldValue]:
    """What a form of these routes sends when nothing in it was touched."""
    sent: dict[str, FieldValue] = {}
    for number, route in enumerate(routes):
        sent[_name(TELL, number)] = _told_as(route)
        if route.channel is not None:
            here = route.channel.workspace_id == str(facts.workspace_id)
            sent[_name(CHANNEL, number)] = route.channel.channel_id if here else None
        if route.at_least is not None or route.stages or route.partners:
            amount = route.at_least
            typed = None if amount is None else typed_amount(amount, facts.locale)
            sent[_name(AMOUNT, number)] = typed
            sent[_name(STAGES, number)] = list(route.stages)
            sent[_name(PARTNERS, number)] = [str(each) for each in route.partners]
    return sent


def after_press(values: Values, pressed: str, held: int) -> dict[str, FieldValue]:
    """What is typed, with the fields that a press asks for, or that somebody chosen needs. `held`:
    so many routes the rule has.
    """
    typed = dict(values)
    asked, number, *_ = [*pressed.split(" "), "", ""]
    if asked == MORE and len(_numbers(typed)) < MOST:
        typed[_name(TELL, max([*_numbers(typed), held - 1]) + 1)] = None
    if asked == LIMIT and number.isdecimal() and _name(TELL, int(number)) in typed:
        for each in (AMOUNT, STAGES, PARTNERS):
            typed.setdefault(_name(each, int(number)), None)
    for each in _numbers(typed):
        if typed[_name(TELL, each)] == ELSEWHERE:
            typed.setdefault(_name(CHANNEL, each), None)
        else:
            typed.pop(_name(CHANNEL, each), None)
    return typed


def drawn(values: Values, present: Sequence[Route], owner: str, facts: Facts) -> list[kit.Block]:
    """The fields, and the ways to more of them. A button's value differs at each drawing."""
    numbers, stamp = _numbers(values), facts.now.isoformat()
    blocks: list[kit.Block] = []
    for shown_before, number in enumerate(numbers):
        added = _fields(values, number, present, owner, facts, stamp)
        if shown_before and len(json.dumps([*blocks, *added])) > _ROOM:
            return [*blocks, kit.context("There are more, which do not fit here. They are kept.")]
        blocks += added
    if len(numbers) == MOST:
        return blocks
    more = kit.button("Tell somebody else too", f"{REDRAW}:{MORE}", f"{MORE} {stamp}")
    return [*blocks, kit.actions(more)]


def read(values: Values, present: Sequence[Route], facts: Facts) -> Given:
    """The routes as the fields say them, unchecked but for amounts and channels. Those that have no
    fields, because they did not fit, stay.
    """
    given = Given()
    for number in sorted({*_numbers(values), *range(len(present))}):
        if _name(TELL, number) not in values:
            given.routes[number] = present[number]
            continue
        told = values.get(_name(TELL, number))
        if isinstance(told, str) and told != NONE:
            given.routes[number] = {
                **_whom(told),
                "channel": _channel(values, number, present, facts, given),
                "at_least": _amount(values, number, facts, given),
                "stages": values.get(_name(STAGES, number)) or (),
                "partners": values.get(_name(PARTNERS, number)) or (),
            }
    return given


def partners_typed(values: Values) -> set[UUID]:
    """The partners that are chosen in any of the fields."""
    chosen = (_listed(values, _name(PARTNERS, number)) for number in _numbers(values))
    return {each for listed in chosen for each in map(_identifier, listed) if each is not None}


def field_at(path: Sequence[str], values: Values, given: Given) -> str:
    """The field that a problem of the routes belongs to: `0.at_least`, or nothing for them all."""
    numbers = list(given.routes) or _numbers(values) or [0]
    first, *inside = path or ["0"]
    number = numbers[min(int(first), len(numbers) - 1)] if first.isdecimal() else numbers[0]
    name = _name(_FIELDS.get(inside[0], TELL) if inside else TELL, number)
    return name if name in values else _name(TELL, number)


def words(routes: Sequence[Route], owner: str, facts: Facts) -> str:
    """`the owner and the role Admin from $100,000`, escaped."""
    told = [_route_words(each, owner, facts) for each in routes]
    return (" and " if len(told) == _TWO else "; ").join(told)


def _name(part: str, number: int) -> str:
    return f"{part}_{number}"


def _numbers(values: Values) -> list[int]:
    """Of the routes that have fields, in their order."""
    found = (name.partition("_") for name in values)
    return sorted(int(number) for part, _, number in found if part == TELL and number.isdecimal())


def _told_as(route: Route) -> str:
    if route.to == "role":
        return f"{_ROLE}{route.role}"
    return ELSEWHERE if route.channel is not None else route.to


def _whom(told: str) -> dict[str, object]:
    if told.startswith(_ROLE):
        return {"to": "role", "role": told.removeprefix(_ROLE)}
    return {"to": "channel" if told == ELSEWHERE else told}


def _present(present: Sequence[Route], number: int) -> Route | None:
    return present[number] if number < len(present) else None


def _channel(
    values: Values, number: int, present: Sequence[Route], facts: Facts, given: Given
) -> Channel | None:
    """The one chosen. One of another workspace, which Slack cannot show, stays until then."""
    if values.get(_name(TELL, number)) != ELSEWHERE:
        return None
    before, chosen = _present(present, number), values.get(_name(CHANNEL, number))
    kept = before.channel if before else None
    is_elsewhere = kept is not None and kept.workspace_id != str(facts.workspace_id)
    if not isinstance(chosen, str) or facts.workspace_id is None:
        if not is_elsewhere:
            at = _name(CHANNEL if _name(CHANNEL, number) in values else TELL, number)
            given.problems[at] = FieldProblem(Problem.REQUIRED)
        return kept
    if kept is not None and not is_elsewhere and kept.channel_id == chosen:
        return kept
    return Channel(workspace_id=str(facts.workspace_id), channel_id=chosen)


def _amount(values: Values, number: int, facts: Facts, given: Given) -> Decimal | None:
    typed, name = values.get(_name(AMOUNT, number)), _name(AMOUNT, number)
    if not isinstance(typed, str) or not typed.strip():
        return None
    try:
        base = facts.value(BASE_CURRENCY)
        return parse_amount(typed, facts.locale, currency=base, field=name)
    except InvalidInput as refused:
        given.problems.update(refused.problems)
        return None


def _fields(  # what the fields of one route are drawn from
    values: Values, number: int, present: Sequence[Route], owner: str, facts: Facts, stamp: str
) -> list[kit.Block]:
    return [
        _tell(values, number, owner, facts),
        *_elsewhere(values, number, _present(present, number), facts),
        *_limits(values, number, facts, stamp),
    ]


def _tell(values: Values, number: int, owner: str, facts: Facts) -> kit.Block:
    chosen = values.get(_name(TELL, number))
    offered = _offered(owner, facts)
    if isinstance(chosen, str) and _is_gone_role(chosen, facts):
        offered[chosen] = chosen.removeprefix(_ROLE)
    options = {value: kit.option(label, value) for value, label in offered.items()}
    control = kit.select(
        f"{REDRAW}:{number}",
        "Choose",
        list(options.values()),
        chosen=options.get(chosen) if isinstance(chosen, str) else None,
    )
    return kit.field(
        _name(TELL, number),
        "Tell" if number == 0 else "Tell also",
        control,
        hint="To have no alerts, choose that above." if number == 0 else None,
        is_optional=chosen is None,
        tells_at_once=True,
    )


def _is_gone_role(chosen: str, facts: Facts) -> bool:
    """Slack takes no empty option."""
    key = chosen.removeprefix(_ROLE)
    return key != chosen and 0 < len(key) <= _KEY and facts.value(ROLES).find(key) is None


def _offered(owner: str, facts: Facts) -> dict[str, str]:
    return {
        "owner": owner,
        "manager": "Their manager",
        "channel": "The alerts channel",
        ELSEWHERE: "Another channel",
        "partner_channel": "The partner's channel",
        **{
            f"{_ROLE}{role.key}": f"Everybody with the role {isolated(role.label)}"
            for role in facts.value(ROLES).roles
        },
        NONE: "Nobody (take this out)",
    }


def _elsewhere(values: Values, number: int, present: Route | None, facts: Facts) -> list[kit.Block]:
    name = _name(CHANNEL, number)
    if name not in values:
        return []
    chosen = values.get(name)
    picker = kit.channel_picker(
        f"rules_{name}", initial=chosen if isinstance(chosen, str) else None
    )
    kept = present.channel if present else None
    is_far = kept is not None and kept.workspace_id != str(facts.workspace_id)
    far = "It is a channel of another workspace, and stays unless you choose one here. "
    said = f"{far if is_far else ''}I post nothing there yet; the choice is kept."
    return [kit.field(name, "Channel", picker, is_optional=True), kit.context(said)]


def _limits(values: Values, number: int, facts: Facts, stamp: str) -> list[kit.Block]:
    if _name(AMOUNT, number) not in values:
        press = f"{LIMIT} {number} {stamp}"
        return [kit.actions(kit.button("Only in some cases", f"{REDRAW}:{LIMIT}:{number}", press))]
    return [
        _amount_field(values, number, facts),
        _stages_field(values, number, facts),
        _partners_field(values, number, facts),
    ]


def _amount_field(values: Values, number: int, facts: Facts) -> kit.Block:
    name, typed = _name(AMOUNT, number), values.get(_name(AMOUNT, number))
    control = kit.text_input(
        f"rules_{name}",
        initial=typed if isinstance(typed, str) else None,
        placeholder=typed_amount(_USUAL, facts.locale),
        most=60,
    )
    hint = f"In {facts.value(BASE_CURRENCY)}. Empty: whatever it is worth."
    return kit.field(name, "Only from this value", control, hint=hint, is_optional=True)


def _stages_field(values: Values, number: int, facts: Facts) -> kit.Block:
    name, chosen = _name(STAGES, number), _listed(values, _name(STAGES, number))
    labels = {stage.key: stage.label for stage in facts.value(PIPELINE).stages}
    labels |= {key: key for key in chosen if 0 < len(key) <= _KEY and key not in labels}
    options = {key: kit.option(label, key) for key, label in labels.items()}
    control = kit.multi_select(
        f"rules_{name}",
        "All stages",
        list(options.values()),
        chosen=[options[key] for key in chosen if key in options],
    )
    return kit.field(name, "Only in these stages", control, is_optional=True)


def _partners_field(values: Values, number: int, facts: Facts) -> kit.Block:
    name = _name(PARTNERS, number)
    known = map(_identifier, _listed(values, name))
    chosen = [kit.option(_partner(each, facts), str(each)) for each in known if each]
    control = kit.multi_type_ahead(f"{SUGGEST}:{name}", "All partners", chosen=chosen)
    return kit.field(name, "Only for these partners", control, is_optional=True)


def _listed(values: Values, name: str) -> list[str]:
    chosen = values.get(name)
    return list(dict.fromkeys(chosen)) if isinstance(chosen, list) else []


def _identifier(words: str) -> UUID | None:
    try:
        return UUID(words)
    except ValueError:
        return None


def _partner(partner_id: UUID, facts: Facts) -> str:
    known = facts.partners.get(partner_id)
    return isolated(known) if known else "A partner that is not active"


def _route_words(route: Route, owner: str, facts: Facts) -> str:
    parts = [_whom_words(route, owner, facts)]
    if route.at_least is not None:
        parts.append(f"from {money(route.at_least, facts.value(BASE_CURRENCY), facts.locale)}")
    if route.stages:
        labels = {stage.key: stage.label for stage in facts.value(PIPELINE).stages}
        named = ", ".join(shown(labels.get(each, each)) for each in route.stages[:_NAMED])
        more = len(route.stages) > _NAMED
        parts.append(f"in {count(len(route.stages), 'stage', 'stages') if more else named}")
    if route.partners:
        parts.append(f"for {count(len(route.partners), 'partner', 'partners')}")
    return " ".join(parts)


def _whom_words(route: Route, owner: str, facts: Facts) -> str:
    if route.to == "role":
        role = facts.value(ROLES).find(cast("str", route.role))
        return f"everybody with the role {shown(role.label if role else str(route.role))}"
    if route.channel is not None:
        here = route.channel.workspace_id == str(facts.workspace_id)
        return f"<#{route.channel.channel_id}>" if here else "a channel of another workspace"
    offered = _offered(owner, facts)[route.to]
    return offered[:1].lower() + offered[1:]
