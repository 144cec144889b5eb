import ast
import re
from collections.abc import Iterator
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from handlers.blocks.audit import ON_ITS_WAY, Labels, ListNote, Shown, listing, whole
from handlers.blocks.audit.changes import Change, Listed, changes
from handlers.blocks.audit.words import ACTIONS, KINDS, UNNAMED
from sandbox.blockkit import problems_of_view
from services.audit import KINDS as TYPES
from services.audit import AuditPage, Cursor, Entry, Kind, Search
from tests.factories import START

ROOT = Path(__file__).parents[2]
NAMED = re.compile(r"[a-z_]+\.[a-z_]+")
LABELS: Labels = {"proposal": "Proposal", "won": "Won"}


@cache
def calls() -> list[tuple[Path, ast.Module, ast.Call]]:
    """Every call that writes an entry."""
    return list(_calls())


def _calls() -> Iterator[tuple[Path, ast.Module, ast.Call]]:
    for room in ("services", "handlers", "bot"):
        for path in sorted((ROOT / room).rglob("*.py")):
            source = path.read_text()
            tree = ast.parse(source if "record(" in source else "")
            for node in ast.walk(tree):
                if isinstance(node, ast.Call) and ast.unparse(node.func).endswith("record"):
                    yield path, tree, node


def texts(tree: ast.Module, argument: ast.expr) -> Iterator[str]:
    """What the argument may be: its own texts, or those its name is given in the module."""
    nodes = [argument]
    if isinstance(argument, ast.Name):
        nodes = [
            node.value
            for node in ast.walk(tree)
            if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == argument.id
        ]
    for each in (each for node in nodes for each in ast.walk(node)):
        if isinstance(each, ast.Constant) and isinstance(each.value, str):
            yield each.value


def written_by_sql() -> Iterator[str]:
    for path in sorted((ROOT / "migrations" / "versions").glob("*.py")):
        for told in path.read_text().split("INSERT INTO audit_log")[1:]:
            yield from (each for each in re.findall(r"'([a-z_.]+)'", told[:300]) if "." in each)


def test_every_action_has_words() -> None:
    written = {
        text
        for _, tree, call in calls()
        for argument in call.args
        for text in texts(tree, argument)
        if NAMED.fullmatch(text)
    }

    assert (written | set(written_by_sql())) - set(ACTIONS) == set(), "add words for the action"


def test_every_entry_says_its_action_where_it_is_found() -> None:
    silent = [
        f"{path.name}:{call.lineno}"
        for path, tree, call in calls()
        if ast.unparse(call.func) == "audit.record"
        and not any("." in text for text in texts(tree, call.args[1]))
        and not isinstance(call.args[1], ast.Name)
    ]

    assert silent == []


def test_every_type_of_record_is_of_a_kind_that_can_be_looked_for() -> None:
    known = {each for types in TYPES.values() for each in types}
    written = {
        text
        for _, tree, call in calls()
        if ast.unparse(call.func) == "audit.record"
        for text in texts(tree, call.args[2])
    }

    assert written - known == set(), "add the type to a kind"
    assert set(UNNAMED) <= known
    assert set(KINDS) == set(Kind)


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        (None, 14, [Change((), None, "14")]),
        (True, False, [Change((), "yes", "no")]),
        ({"day": 5}, {"day": 4}, [Change(("day",), "5", "4")]),
        (
            [{"key": "a", "label": "A"}, {"key": "b", "label": "B"}],
            [{"key": "b", "label": "Bee"}, {"key": "a", "label": "A"}],
            [Change(("Bee", "label"), "B", "Bee"), Change(("order",), "A, B", "Bee, A")],
        ),
        (
            [{"key": "a", "label": "A"}],
            [],
            [Change(("A",), "label: A", None)],
        ),
        (["USD", "EUR"], ["EUR", "GBP"], [Listed(("added",), "GBP"), Listed(("removed",), "USD")]),
        (
            {"channel_id": "C1", "workspace_id": "w", "is_reached": False},
            {"channel_id": "C2", "workspace_id": "w", "is_reached": False},
            [Change((), "<#C1>", "<#C2>")],
        ),
        (
            {"channel_id": "C1", "workspace_id": "w", "is_reached": False},
            {"channel_id": "C1", "workspace_id": "w", "is_reached": True},
            [Change(("is reached",), "no", "yes")],
        ),
        ({"a": [1, [2], None]}, {"a": [1, [2], None]}, []),
    ],
)
def test_a_change_is_told_part_by_part(
    before: object, after: object, expected: list[object]
) -> None:
    assert list(changes(before, after)) == expected


def an_entry(**facts: object) -> Entry:
    defaults: dict[str, object] = {
        "id": uuid4(),
        "at": START,
        "author": "Ada Admin",
        "is_operators": False,
        "action": "opportunity.moved",
        "entity_type": "opportunity",
        "about": "#42 Acme renewal",
        "details": {"number": 42, "from": "proposal", "to": "won"},
        "names": {},
    }
    return Entry(**(defaults | facts))  # pyright: ignore[reportArgumentType]  # a test's facts


def told(entry: Entry) -> str:
    page = AuditPage((entry,), None, None)
    return str(listing(page, ListNote(), Shown(None, 0), LABELS)["blocks"])


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({}, "*Ada Admin* moved *#42 Acme renewal*\\nProposal → Won"),
        ({"author": None}, "*Tandem* moved"),
        ({"author": None, "is_operators": True}, "*The operator of this installation* moved"),
        ({"author": "<!here> & co"}, "*&lt;!here&gt; &amp; co*"),
        ({"about": None}, "moved *an opportunity*"),
        ({"action": "robot.dance_began", "about": "R2"}, "robot: dance began *R2*"),
        (
            {
                "action": "setting.changed",
                "entity_type": "setting",
                "about": None,
                "details": {"setting": "organization.quiet_hours", "from": None, "to": 14},
            },
            "changed the setting *Working time: quiet hours*\\nnone → 14",
        ),
        (
            {
                "action": "setting.changed",
                "entity_type": "setting",
                "about": None,
                "details": {
                    "setting": "pipeline.stages",
                    "from": {"stages": [{"key": "won", "label": "Won", "probability": 90}]},
                    "to": {"stages": [{"key": "won", "label": "Won", "probability": 100}]},
                },
            },
            "changed the setting *Pipeline stages*\\nWon / probability: 90 → 100",
        ),
        (
            {
                "action": "rate.set",
                "entity_type": "exchange_rate",
                "about": None,
                "details": {"currency": "USD", "base_currency": "EUR", "from": "0.9", "to": "0.8"},
            },
            "set the exchange rate of *USD*\\n0.9 → 0.8\\nIn: EUR",
        ),
        (
            {
                "action": "person.manager_changed",
                "details": {"from": None, "to": str(UUID(int=1))},
                "names": {str(UUID(int=1)): "Mia <b>"},
            },
            "none → Mia &lt;b&gt;",
        ),
        (
            {
                "action": "setting.changed",
                "entity_type": "setting",
                "details": {
                    "setting": "team.roles",
                    "from": {"permissions": ["partners.view"]},
                    "to": {"permissions": ["partners.view", "goals.set:own", "a.b:any"]},
                },
            },
            "Permissions / added: Set goals (own), a.b:any",
        ),
        ({"details": {"conversation": "C0DEALS", "count": 3}}, "Where: <#C0DEALS>\\nHow many: 3"),
    ],
)
def test_an_entry_is_told_in_words(facts: dict[str, object], expected: str) -> None:
    assert expected in told(an_entry(**facts))


def test_what_is_long_is_cut_and_can_be_shown_whole() -> None:
    long = an_entry(details={"from": "x" * 500, "to": "y" * 500})

    assert "y" * 100 not in told(long)
    assert "Show all" in told(long)
    assert "y" * 500 in str(whole(long, LABELS))
    assert "Show all" not in told(an_entry())


def test_the_list_and_an_entry_stay_within_slacks_limits_whatever_is_in_them() -> None:
    wild = "<&> שלום 😀 " * 200
    parts = {f"part {number} {wild}": wild for number in range(150)}
    entry = an_entry(author=wild, about=wild, details={"from": {}, "to": parts, "because": wild})
    page = AuditPage((entry,) * 8, Cursor(at=START, id=uuid4()), Cursor(at=START, id=uuid4()))
    note = ListNote(
        wanted=Search(
            user_id=uuid4(),
            kind=Kind.WORK,
            first_day=date(2026, 1, 1),
            last_day=START.date() + timedelta(days=1),
        )
    )

    assert problems_of_view(listing(page, note, Shown(wild, 0, ON_ITS_WAY), {})) == []
    assert problems_of_view(whole(entry, {})) == []


def test_a_list_with_nothing_says_why() -> None:
    nothing = AuditPage((), None, None)

    assert "Nothing has been changed yet" in str(listing(nothing, ListNote(), Shown(None, 0), {}))
    narrowed = ListNote(wanted=Search(kind=Kind.WORK))
    assert "fits these filters" in str(listing(nothing, narrowed, Shown(None, 0), {}))
