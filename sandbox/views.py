"""Modals and Home tabs: what is open for whom, and what people have entered.

Keeps the rules of https://docs.slack.dev/surfaces/modals: stacks of three, hashes, external ids,
values that survive an update. Knows nothing of HTTP or of who asked.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from sandbox.blockkit import problems_of_view
from sandbox.clock import Clock
from sandbox.controls import Control, Names, controls_of, with_names
from sandbox.values import starting_value
from sandbox.wire import Changes, JsonObject, SlackError, as_objects, as_text, text_of

DEEPEST = 3

Key = tuple[str, str]
Values = dict[Key, JsonObject]


@dataclass(eq=False)
class View:
    """One modal or Home tab, as it stands now; the same object through all its updates."""

    id: str
    team_id: str
    user_id: str
    content: JsonObject
    hash: str
    root_view_id: str
    previous_view_id: str | None = None
    values: Values = field(default_factory=dict[Key, JsonObject])
    offered: dict[Key, list[JsonObject]] = field(default_factory=dict[Key, list[JsonObject]])
    errors: dict[str, str] = field(default_factory=dict[str, str])
    error: str | None = None
    closed: bool = False

    @property
    def type(self) -> str:
        return as_text(self.content.get("type"))

    @property
    def callback_id(self) -> str:
        return as_text(self.content.get("callback_id"))

    @property
    def title(self) -> str:
        return text_of(self.content.get("title"))

    @property
    def blocks(self) -> list[JsonObject]:
        return as_objects(self.content.get("blocks"))

    @property
    def private_metadata(self) -> str:
        return as_text(self.content.get("private_metadata"))

    @property
    def external_id(self) -> str:
        return as_text(self.content.get("external_id"))

    @property
    def notify_on_close(self) -> bool:
        return bool(self.content.get("notify_on_close"))

    @property
    def is_home(self) -> bool:
        return self.type == "home"

    @property
    def clear_on_close(self) -> bool:
        return bool(self.content.get("clear_on_close"))

    @property
    def controls(self) -> list[Control]:
        return controls_of(self.blocks)

    @property
    def state(self) -> dict[str, dict[str, JsonObject]]:
        """block_id → action_id → value, untouched inputs included."""
        return state_of(self.values)


def state_of(values: Values) -> dict[str, dict[str, JsonObject]]:
    state: dict[str, dict[str, JsonObject]] = {}
    for (block_id, action_id), value in values.items():
        state.setdefault(block_id, {})[action_id] = value
    return state


def values_for(controls: list[Control], kept: Values) -> Values:
    """What each control holds: what was kept if it is still of the same kind, else its start."""
    values: Values = {}
    for control in controls:
        if control.holds_value:
            key = (control.block_id, control.action_id)
            held = kept.get(key)
            same = held is not None and held.get("type") == control.type
            values[key] = held if held is not None and same else starting_value(control.element)
    return values


class Views:
    """The modal stacks and Home tabs of everybody."""

    def __init__(self, clock: Clock, names: Names, changes: Changes) -> None:
        self._clock = clock
        self._names = names
        self._changes = changes
        self._count = 0
        self._stacks: dict[Key, list[View]] = {}
        self._homes: dict[Key, View] = {}

    def stack(self, team_id: str, user_id: str) -> list[View]:
        """The person's modals, the top one last."""
        return list(self._stacks.get((team_id, user_id), []))

    def home(self, team_id: str, user_id: str) -> View | None:
        return self._homes.get((team_id, user_id))

    def find(self, team_id: str, view_id: str, external_id: str = "") -> View:
        """The open view with that id or external id. Raises SlackError when there is none."""
        for view in self._open_in(team_id):
            if view.id == view_id or (external_id and view.external_id == external_id):
                return view
        raise SlackError("not_found")

    def team_of(self, view_id: str, external_id: str = "") -> str:
        """The team of an open view, empty when there is none."""
        for view in [*(v for stack in self._stacks.values() for v in stack), *self._homes.values()]:
            if view.id == view_id or (external_id and view.external_id == external_id):
                return view.team_id
        return ""

    def checked(self, team_id: str, content: JsonObject, kind: str, old: View | None) -> None:
        """Raises SlackError unless Slack would take this view in place of `old`."""
        problems = problems_of_view(content)
        if any(problem.message == "view_too_large" for problem in problems):
            raise SlackError("view_too_large")
        messages = [f"[ERROR] {p.message} [json-pointer:/view{p.pointer}]" for p in problems]
        if not problems and content.get("type") != kind:
            messages = [f"[ERROR] must be of type `{kind}` [json-pointer:/view/type]"]
        if messages:
            raise SlackError("invalid_arguments", messages)
        self._unique(team_id, as_text(content.get("external_id")), old)

    def open(self, team_id: str, user_id: str, content: JsonObject) -> View:
        """A fresh stack with this one modal."""
        for view in self._stacks.pop((team_id, user_id), []):
            view.closed = True
        return self._put_on(team_id, user_id, content)

    def push(self, team_id: str, user_id: str, content: JsonObject) -> View:
        """Raises SlackError when nothing is open, or three views are."""
        depth = len(self._stacks.get((team_id, user_id), []))
        if depth == 0:
            raise SlackError("not_found")
        if depth >= DEEPEST:
            raise SlackError("push_limit_reached")
        return self._put_on(team_id, user_id, content)

    def update(self, view: View, content: JsonObject) -> View:
        """New content in the same view; what was entered stays where the input stays."""
        self._fill(view, content)
        self._changes.note()
        return view

    def publish(self, team_id: str, user_id: str, content: JsonObject) -> View:
        view = self._homes.get((team_id, user_id)) or self._new(team_id, user_id)
        self._fill(view, content)
        self._homes[team_id, user_id] = view
        self._changes.note()
        return view

    def close(self, view: View) -> None:
        stack = self._stacks.get((view.team_id, view.user_id), [])
        view.closed = True
        if view in stack:
            stack.remove(view)
            self._changes.note()

    def clear(self, team_id: str, user_id: str) -> None:
        for view in self.stack(team_id, user_id):
            self.close(view)

    def _put_on(self, team_id: str, user_id: str, content: JsonObject) -> View:
        stack = self._stacks.setdefault((team_id, user_id), [])
        view = self._new(team_id, user_id)
        if stack:
            view.root_view_id, view.previous_view_id = stack[0].id, stack[-1].id
        self._fill(view, content)
        stack.append(view)
        self._changes.note()
        return view

    def _new(self, team_id: str, user_id: str) -> View:
        view_id = self._names.next()
        return View(view_id, team_id, user_id, {}, "", view_id)

    def _fill(self, view: View, content: JsonObject) -> None:
        named = with_names(as_objects(content.get("blocks")), self._names)
        view.content = {**content, "blocks": named}
        view.hash = self._next_hash()
        view.values = values_for(view.controls, view.values)
        view.errors, view.error = {}, None

    def _next_hash(self) -> str:
        self._count += 1
        return f"{int(self._clock.now().timestamp())}.{self._count:08x}"

    def _unique(self, team_id: str, external_id: str, old: View | None) -> None:
        others = (view for view in self._open_in(team_id) if view is not old)
        if external_id and any(view.external_id == external_id for view in others):
            raise SlackError("duplicate_external_id")

    def _open_in(self, team_id: str) -> Iterator[View]:
        for (team, _), stack in self._stacks.items():
            if team == team_id:
                yield from stack
        for (team, _), home in self._homes.items():
            if team == team_id:
                yield home
