"""Somebody who goes wherever there is a way, and tries others' identifiers at every door."""

from dataclasses import dataclass, field

from handlers.routing import route_of
from sandbox import Message, Person, View
from sandbox.controls import Control, controls_of
from tests.journeys.crafted import press, submission
from tests.journeys.neighbours import THEIRS, Ids, Listener, asked, touched, values_of

OPENS = frozenset(
    {"person_open", "person_leave_open", "workspaces_more", "workspaces_connect", "audit_all"}
)
"""What leads to another form and changes nothing."""
QUERIES = {"opportunity.partner": THEIRS["partner"], "partners.suggest": THEIRS["partner"]}
DEEPEST = 3


@dataclass
class Walker:
    """`own` are the identifiers on what the person is shown, `other` those put in their place.

    Each way is gone once.
    """

    listener: Listener
    person: Person
    own: Ids
    other: Ids
    _gone: set[str] = field(default_factory=set[str])

    async def types(self, line: str, **words: str) -> None:
        """A command, and all that it brings."""
        person, before = self.person, len(self.person.ephemerals)
        command, _, rest = line.format(**words).partition(" ")
        said = person.command(command, rest, channel=self.listener.office.deals)
        await self.listener.hear(line, said)
        for message in person.ephemerals[before:]:
            await self._tries(line, message)
        if person.view is not None:
            await self._tries(line, person.view)
            await person.close(everything=True)

    async def opens_home(self) -> None:
        await self.listener.hear("home", self.person.open_home())
        assert self.person.home is not None
        await self._tries("home", self.person.home)

    async def presses(self, message: Message, action: str, value: str) -> None:
        """A button that the message may never have had."""
        payload = press(self.person, message, action, value)
        await self.listener.forge(f"press {action}", payload, self.own, self.other)

    async def _tries(self, label: str, where: Message | View) -> None:
        for control in controls_of(where.blocks):
            named = f"{label} > {route_of(control.action_id)}"
            if isinstance(where, View) and control.type == "external_select":
                await self._asks(named, where, control)
            await self._touches(named, where, control)
            if isinstance(where, View) and route_of(control.action_id) in OPENS:
                await self._opens(named, where, control)
        if isinstance(where, View) and where in self.person.views:
            await self._submits(f"{label} > {where.callback_id}", where)

    async def _asks(self, label: str, view: View, control: Control) -> None:
        route = route_of(control.action_id)
        if self._is_new(f"ask {route}"):
            for query in ("", QUERIES.get(route, THEIRS["first_name"])[:4]):
                payload = asked(self.person, view, control, query)
                await self.listener.forge(f"{label} ? {query}", payload, self.own, self.other)

    async def _touches(self, label: str, where: Message | View, control: Control) -> None:
        person, depth = self.person, len(self.person.views)
        values = [each for each in values_of(control) if self._is_ours(each)]
        if control.type == "external_select" and not control.is_input:
            values = [self.own.person]
        for at, value in enumerate(values):
            if self._is_new(f"touch {route_of(control.action_id)} {at}"):
                payload = touched(person, where, control, value)
                await self.listener.forge(f"{label} {at}", payload, self.own, self.other)
            while len(person.views) > depth:
                await person.close()

    async def _opens(self, label: str, where: View, control: Control) -> None:
        person = self.person
        if len(person.views) == DEEPEST or not self._is_new(f"open {route_of(control.action_id)}"):
            return
        choice = next(iter(values_of(control))) if control.type == "overflow" else None
        await self.listener.hear(
            f"{label} opened", person.press_in_view(control.action_id, choice, view=where)
        )
        if person.view is not None and person.view is not where:
            await self._tries(f"{label} opened", person.view)
            await person.close()

    async def _submits(self, label: str, view: View) -> None:
        if not view.content.get("submit") or not self._is_new(f"submit {view.callback_id}"):
            return
        if self._is_ours(view.private_metadata):
            await self.listener.forge(label, submission(self.person), self.own, self.other)
        for control in view.controls:
            if control.is_input and control.type == "external_select":
                for value in (self.own.partner, self.own.person):
                    crafted = submission(self.person, **{control.block_id: value})
                    named = f"{label} > {control.block_id} {value == self.own.partner}"
                    await self.listener.forge(named, crafted, self.own, self.other)

    def _is_ours(self, words: str) -> bool:
        return self.other.in_place_of(self.own, words) != words

    def _is_new(self, way: str) -> bool:
        is_new = way not in self._gone
        self._gone.add(way)
        return is_new
