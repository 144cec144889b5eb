"""What uses which configured word: a stage, a role, a domain … One table says it for all of them.

A word that goes takes nothing with it: its records move to another one first, with their history,
in the transaction of the change. Records keep the key; labels and order may change freely. A loss
reason is kept in the history in words, so nothing depends on its key.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import cast
from uuid import UUID

from sqlalchemy import ColumnElement, func, select, update

from services import audit, outbox
from services.configuration.catalogue import (
    CURRENCIES,
    GOAL_TYPES,
    INTERACTION_TYPES,
    PARTNER_DOMAINS,
    PIPELINE,
    ROLES,
    RULES,
    STALE_MOVES_TO,
    Choice,
    Route,
    Rule,
    Rules,
    Setting,
)
from services.configuration.roles import Roles
from services.configuration.stages import Pipeline
from services.configuration.values import get
from services.db import Tx
from services.errors import FieldProblem, InvalidInput, Problem, StillUsed
from services.tables import Goal, Interaction, Opportunity, Partner, Table, User

Words = Sequence[str]
Used = Mapping[str, Mapping[str, int]]
Moves = Mapping[str, str]

SETTING = "setting"
"""The kind of what uses a word in another setting."""


@dataclass(frozen=True, slots=True)
class Records:
    """The records of one kind that keep a word in a column; `card`: how their messages are kept."""

    kind: str
    table: type[Table]
    column: str
    which: tuple[ColumnElement[bool], ...] = ()
    card: str | None = None

    @property
    def word(self) -> ColumnElement[str]:
        """The column itself."""
        return cast("ColumnElement[str]", getattr(self.table, self.column))

    @property
    def id(self) -> ColumnElement[UUID]:
        return cast("ColumnElement[UUID]", getattr(self.table, "id"))  # noqa: B009  # a table's, which the base does not know


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The words of one setting, and the records that use them."""

    setting: Setting[object]
    words: Callable[[object], Words]
    records: tuple[Records, ...]
    can_move: bool = True


def _keys(choices: object) -> Words:
    return [choice.key for choice in cast("tuple[Choice, ...]", choices)]


def _stages(pipeline: object) -> Words:
    return [stage.key for stage in cast("Pipeline", pipeline).stages]


def _roles(roles: object) -> Words:
    return [role.key for role in cast("Roles", roles).roles]


def _codes(currencies: object) -> Words:
    return cast("tuple[str, ...]", currencies)


VOCABULARIES: Mapping[str, Vocabulary] = {
    each.setting.name: each
    for each in (
        Vocabulary(
            PIPELINE,
            _stages,
            (Records("opportunity", Opportunity, "stage", card="opportunity_card"),),
        ),
        Vocabulary(
            PARTNER_DOMAINS, _keys, (Records("partner", Partner, "domain", card="partner_card"),)
        ),
        Vocabulary(
            INTERACTION_TYPES, _keys, (Records("interaction", Interaction, "interaction_type"),)
        ),
        Vocabulary(GOAL_TYPES, _keys, (Records("goal", Goal, "goal_type"),)),
        Vocabulary(ROLES, _roles, (Records("person", User, "role"),)),
        Vocabulary(
            CURRENCIES,
            _codes,
            (
                Records("opportunity", Opportunity, "currency", (Opportunity.status == "open",)),
                Records("goal", Goal, "currency", (Goal.status == "active",)),
            ),
            can_move=False,
        ),
    )
}
"""By the setting's name. A currency cannot move: an amount in another one is another amount."""


def gone(setting: Setting[object], before: object, after: object) -> Words:
    """The words that the change takes away."""
    vocabulary = VOCABULARIES.get(setting.name)
    if vocabulary is None:
        return ()
    kept = set(vocabulary.words(after))
    return [word for word in vocabulary.words(before) if word not in kept]


async def used(tx: Tx, setting: Setting[object], words: Words) -> Used:
    """How many records, and other settings, use which of these words; unused ones are left out."""
    found: dict[str, dict[str, int]] = {}
    if not words:
        return found
    for records in VOCABULARIES[setting.name].records:
        counted = await tx.session.execute(
            select(records.word, func.count())
            .where(records.word.in_(words), *records.which)
            .group_by(records.word)
        )
        for word, count in counted:
            found.setdefault(str(word), {})[records.kind] = count
    for word in await _referred(tx, setting, words):
        found.setdefault(word, {})[SETTING] = found.get(word, {}).get(SETTING, 0) + 1
    return {word: found[word] for word in words if word in found}


def refuse_unmoved(setting: Setting[object], after: object, in_use: Used, moves: Moves) -> None:
    """Raises StillUsed for words in use without a target, InvalidInput for a target that is no
    word of the setting any more.
    """
    vocabulary = VOCABULARIES[setting.name]
    if not vocabulary.can_move and in_use:
        raise StillUsed(setting.name, in_use, can_move=False)
    unmoved = {word: kinds for word, kinds in in_use.items() if word not in moves}
    if unmoved:
        raise StillUsed(setting.name, unmoved)
    known = set(vocabulary.words(after))
    for word in in_use:
        if moves[word] not in known:
            facts = {"word": moves[word], "path": word}
            raise InvalidInput({setting.name: FieldProblem(Problem.CANNOT_MOVE, facts)})


async def refer_anew(tx: Tx, setting: Setting[object], moves: Moves) -> dict[str, object]:
    """Other settings that name a word that moves, with the new word in its place."""
    changed: dict[str, object] = {}
    if setting.name == PIPELINE.name:
        target = await get(tx, STALE_MOVES_TO)
        if target is not None and target in moves:
            changed[STALE_MOVES_TO.name] = moves[target]
    if setting.name in {PIPELINE.name, ROLES.name}:
        rules = await get(tx, RULES)
        anew = _rerouted(rules, setting, moves)
        if anew != rules:
            changed[RULES.name] = anew
    return changed


async def move(tx: Tx, setting: Setting[object], moves: Moves) -> int:
    """Move the records, with an audit entry for each word. Returns how many. Stages are moved by
    `services.configuration.moving`, because they have a history.
    """
    total = 0
    for word, target in moves.items():
        for records in VOCABULARIES[setting.name].records:
            total += await _move(tx, setting, records, word, target)
    return total


@dataclass(frozen=True, slots=True)
class Moved:
    """So many records went from one word to another."""

    word: str
    target: str
    count: int


async def tell_moved(tx: Tx, setting: Setting[object], kind: str, moved: Moved) -> None:
    """The audit's entry for the records of one word."""
    if moved.count:
        words = {"from": moved.word, "to": moved.target, "count": moved.count}
        await audit.record(tx, "records.moved", kind, details={"setting": setting.name} | words)


async def _move(tx: Tx, setting: Setting[object], records: Records, word: str, target: str) -> int:
    if setting.name == GOAL_TYPES.name:
        await _refuse_colliding_goals(tx, setting, word, target)
    moved = await tx.session.execute(
        update(records.table)
        .where(records.word == word, *records.which)
        .values({records.column: target})
        .returning(records.id)
        .execution_options(synchronize_session=False)
    )
    ids = list(moved.scalars())
    if records.card is not None:
        await outbox.refresh_copies(tx, records.card, *ids)
    await tell_moved(tx, setting, records.kind, Moved(word, target, len(ids)))
    return len(ids)


async def _refuse_colliding_goals(tx: Tx, setting: Setting[object], word: str, target: str) -> None:
    """Somebody has a goal of either type for the same quarter: one of them would have to go."""
    periods = (Goal.user_id, Goal.quarter, Goal.year)
    both = (
        select(*periods)
        .where(Goal.goal_type.in_([word, target]))
        .group_by(*periods)
        .having(func.count() > 1)
        .subquery()
    )
    count = await tx.session.scalar(select(func.count()).select_from(both))
    if count:
        facts = {"count": str(count), "word": target, "path": word}
        raise InvalidInput({setting.name: FieldProblem(Problem.GOALS_COLLIDE, facts)})


async def _referred(tx: Tx, setting: Setting[object], words: Words) -> list[str]:
    """The words that other settings name, each as often as one does."""
    found: list[str] = []
    if setting.name == PIPELINE.name:
        target = await get(tx, STALE_MOVES_TO)
        found += [target] if target is not None and target in words else []
    if setting.name in {PIPELINE.name, ROLES.name}:
        rules = await get(tx, RULES)
        found += [word for word in words if _rerouted(rules, setting, {word: ""}) != rules]
    return found


def _rerouted(rules: Rules, setting: Setting[object], moves: Moves) -> Rules:
    """The rules with the routes' words replaced."""

    def anew(route: Route) -> Route:
        if setting.name == ROLES.name:
            role = moves.get(route.role, route.role) if route.role is not None else None
            return route.model_copy(update={"role": role})
        stages = _each_once(moves.get(stage, stage) for stage in route.stages)
        return route.model_copy(update={"stages": stages})

    named = {name: cast("Rule", getattr(rules, name)) for name in Rules.model_fields}
    return rules.model_copy(
        update={
            name: rule.model_copy(update={"routes": tuple(anew(each) for each in rule.routes)})
            for name, rule in named.items()
        }
    )


def _each_once(words: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(words))
