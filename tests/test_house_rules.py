"""What holds in every file of the house, checked by reading the code and not by running it."""

import ast
import inspect
import json
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path

import pytest
from slack_bolt.kwargs_injection.async_args import AsyncArgs

import handlers
from bot.edge import Edge
from handlers.routing import route_of

ROOT = Path(__file__).parents[1]
ROOMS = ("bot", "handlers", "services", "sandbox", "migrations")
MOST_LINES = 400
LONGEST_FUNCTION = 50
WORKPLACE = re.compile("|".join(["/" + "work/", "/" + "tmp/brief", r"\.\./" + "shared"]))
ADDRESS = re.compile(r"https?://|--(?:extra-)?index-url|--find-links| @ ")
TEXTS = {".py", ".toml", ".yml", ".yaml", ".md", ".lock", ".mako", ".sql", ".js", ".css", ".html"}
FOREIGN = {".venv", ".git", ".data", "node_modules", "__pycache__"}
ROUTED = {"button", "overflow", "static_select", "external_select", "channels_select", "checkboxes"}


@pytest.fixture(scope="module", autouse=True)
def forgotten() -> Iterator[None]:
    """A million nodes: the garbage collector would go through them at each later test."""
    yield
    nodes.cache_clear()


def sources(*rooms: str) -> list[Path]:
    return [path for room in rooms or ROOMS for path in sorted((ROOT / room).rglob("*.py"))]


@cache
def nodes(path: Path) -> Mapping[type[ast.AST], Sequence[ast.AST]]:
    """All of a file, each under its kind: walking is what takes the time."""
    kinds = defaultdict[type[ast.AST], list[ast.AST]](list)
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"), filename=str(path))):
        kinds[type(node)].append(node)
    return kinds


def found(paths: Iterable[Path], wanted: type[ast.AST]) -> Iterator[tuple[str, ast.AST]]:
    for path in paths:
        place = path.relative_to(ROOT).as_posix()
        yield from ((place, node) for node in nodes(path).get(wanted, ()))


def dotted(node: ast.AST) -> str:
    """`a.b.c` for a chain of names, with `?` for whatever else it hangs on."""
    if isinstance(node, ast.Attribute):
        return f"{dotted(node.value)}.{node.attr}"
    return node.id if isinstance(node, ast.Name) else "?"


def calls(*rooms: str) -> Iterator[tuple[str, str, ast.Call]]:
    for place, node in found(sources(*rooms), ast.Call):
        assert isinstance(node, ast.Call)
        yield place, dotted(node.func), node


def test_only_the_settings_read_the_environment() -> None:
    readers = {
        place
        for place, node in found(sources(), ast.Attribute)
        if dotted(node) in {"os.environ", "os.getenv", "os.environb"}
    }

    assert readers == {"bot/settings.py"}


def test_only_the_database_and_its_driver_begin_and_commit() -> None:
    verbs = re.compile(r"(^|\.)(commit|rollback|begin|begin_twophase)$")
    allowed = {
        ("bot/migrate.py", "connection.commit"),  # a migration is not a tenant's transaction
        ("bot/delivery.py", "outbox.begin"),  # reads a claimed row
    }

    beginners = {
        (place, name)
        for place, name, _ in calls("bot", "handlers", "services")
        if verbs.search(name)
    }

    assert beginners - allowed == {
        ("services/db.py", "driver.commit"),
        ("services/driver.py", "driver.commit"),
    }


def test_only_the_driver_module_says_whose_rows_are_visible() -> None:
    speakers = {
        place
        for place, node in found(sources("bot", "handlers", "services"), ast.Constant)
        if isinstance(node, ast.Constant) and "set_config" in str(node.value)
    }

    assert speakers == {"services/driver.py"}


def test_the_time_comes_from_a_clock_that_is_handed_in() -> None:
    now = re.compile(r"(^|\.)(datetime\.(now|utcnow|today)|date\.today|time\.time)$")

    readers = {place for place, name, _ in calls() if now.search(name)}

    assert readers == {"bot/app.py", "sandbox/clock.py"}


def test_only_the_command_line_prints() -> None:
    assert {place for place, name, _ in calls() if name == "print"} == {"bot/__main__.py"}


def test_no_sql_is_made_of_values() -> None:
    takers = re.compile(r"(^|\.)(text|execute|exec_driver_sql|scalar|scalars|stream)$")

    made = [
        f"{place}:{call.lineno}"
        for place, name, call in calls("bot", "handlers", "services")
        if takers.search(name) and call.args and is_made_of_values(call.args[0])
    ]

    assert made == []


def is_made_of_values(argument: ast.expr) -> bool:
    """Strings put together, but for constants in an f-string; psycopg's own composing is fine."""
    if isinstance(argument, ast.JoinedStr):
        parts = [each.value for each in argument.values if isinstance(each, ast.FormattedValue)]
        return not all(isinstance(each, ast.Name) and each.id.isupper() for each in parts)
    if isinstance(argument, ast.Call) and isinstance(argument.func, ast.Attribute):
        owner = argument.func.value
        is_words = isinstance(owner, ast.Constant) or dotted(owner).rpartition(".")[2].isupper()
        return argument.func.attr == "format" and is_words
    return isinstance(argument, ast.BinOp)


def test_no_module_is_longer_than_a_reader_holds_in_mind() -> None:
    generated = ROOT / "migrations" / "versions"
    long = {
        path.relative_to(ROOT).as_posix(): lines
        for path in sources()
        if (lines := len(path.read_text(encoding="utf-8").splitlines())) > MOST_LINES
        and generated not in path.parents
    }

    assert long == {}


def test_no_function_is_longer_than_a_screen() -> None:
    generated = "migrations/versions/"
    long = [
        f"{place}:{node.name}"
        for kind in (ast.FunctionDef, ast.AsyncFunctionDef)
        for place, node in found(sources(), kind)
        if isinstance(node, kind)
        and (node.end_lineno or 0) - node.lineno >= LONGEST_FUNCTION
        and not place.startswith(generated)
    ]

    assert [each for each in long if not each.endswith(":problem_sentence")] == []


def test_nothing_depends_on_where_it_was_written() -> None:
    telling = [
        path.relative_to(ROOT).as_posix()
        for path in files(ROOT)
        if path.suffix in TEXTS or path.name in {"Makefile", "run"}
        if WORKPLACE.search(path.read_text(encoding="utf-8"))
    ]

    assert telling == []


def files(folder: Path) -> Iterator[Path]:
    """What is in it and below, but for what is not ours."""
    for each in folder.iterdir():
        if each.is_file():
            yield each
        elif each.is_dir() and each.name not in FOREIGN:
            yield from files(each)


@pytest.mark.parametrize("lock", ["requirements.lock", "requirements-dev.lock"])
def test_the_locks_name_no_place_to_get_packages_from(lock: str) -> None:
    lines = (ROOT / lock).read_text(encoding="utf-8").splitlines()

    assert [line for line in lines if ADDRESS.search(line)] == []


@pytest.mark.parametrize("lock", ["requirements.lock", "requirements-dev.lock"])
def test_every_locked_package_has_its_hashes(lock: str) -> None:
    text = (ROOT / lock).read_text(encoding="utf-8").replace("\\\n", " ")
    pinned = [line for line in text.splitlines() if "==" in line]

    assert pinned
    assert [line.split()[0] for line in pinned if "--hash=sha256:" not in line] == []


def test_every_listener_asks_bolt_for_what_bolt_has() -> None:
    """Bolt fills a name it does not know with None, and fails at a keyword-only one."""
    known = set(inspect.signature(AsyncArgs.__init__).parameters)
    listeners = [each for name, each in vars(Edge).items() if name.startswith("on_")]

    assert listeners
    for listener in listeners:
        parameters = list(inspect.signature(listener).parameters.values())[1:]
        assert {each.name for each in parameters} <= known
        assert {each.kind for each in parameters} == {inspect.Parameter.POSITIONAL_OR_KEYWORD}


def test_every_control_that_is_shown_leads_somewhere() -> None:
    routes = handlers.routes()
    shown = list(controls())

    lost = {
        action_id
        for kind, action_id, is_input in shown
        if kind in ROUTED and not is_input and route_of(action_id) not in routes.presses
    }
    unanswered = {
        action_id
        for kind, action_id, _ in shown
        if kind == "external_select" and route_of(action_id) not in routes.suggests
    }

    assert shown
    assert (lost, unanswered) == (set(), set())


def test_every_form_that_is_shown_can_be_submitted() -> None:
    submits = handlers.routes().submits

    forms = {
        str(view["callback_id"])
        for view in walked()
        if view.get("type") == "modal" and "submit" in view
    }

    assert forms
    assert forms - set(submits) == {"elsewhere"}, "but for the golden file of a borrowed form"


def walked() -> Iterator[dict[str, object]]:
    """Every object in the golden files of what is shown."""
    waiting: list[object] = [
        json.loads(path.read_text(encoding="utf-8"))
        for path in sorted((ROOT / "tests" / "handlers" / "__snapshots__").rglob("*.json"))
    ]
    while waiting:
        each = waiting.pop()
        if isinstance(each, dict):
            yield each
            waiting.extend(each.values())
        elif isinstance(each, list):
            waiting.extend(each)


def controls() -> Iterator[tuple[str, str, bool]]:
    """Each control's type and action id, and whether it is only read when its form is submitted."""
    for block in walked():
        is_input = block.get("type") == "input" and not block.get("dispatch_action")
        for element in elements_of(block):
            if "action_id" in element:
                yield str(element.get("type")), str(element["action_id"]), is_input


def elements_of(block: dict[str, object]) -> Iterator[dict[str, object]]:
    several = block.get("elements")
    listed = several if isinstance(several, list) else []
    for each in (block.get("element"), block.get("accessory"), *listed):
        if isinstance(each, dict):
            yield each
