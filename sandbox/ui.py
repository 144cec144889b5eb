"""The page's JSON API: what a person in a browser sees, and does as a person driver does.

Only for people in front of the sandbox: the app never calls it.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from ipaddress import ip_address
from pathlib import Path
from typing import TypeVar
from urllib.parse import urlsplit

from aiohttp import web
from pydantic import ValidationError

from sandbox import ui_files, ui_state, ui_traffic
from sandbox.delivery import Delivery
from sandbox.person import Desk, Person
from sandbox.ui_acts import Acts, AnyAct, channel_of
from sandbox.ui_clock import Journeys
from sandbox.ui_faults import Switches, listed
from sandbox.ui_inputs import Asked
from sandbox.ui_seen import Seen
from sandbox.ui_state import Wanted
from sandbox.ui_traffic import Traffic
from sandbox.ui_workspace import Provoking
from sandbox.wire import JsonObject, SlackError, dump
from sandbox.workspace import Channel, Member, Team

log = logging.getLogger(__name__)

PAGE = Path(__file__).parent / "page"
HEARTBEAT = 15.0  # seconds
LONGEST_NUMBER = 18

A = TypeVar("A", bound=Asked)
Act = Callable[[Person, A], Awaitable[JsonObject]]


class Ui:
    """Serves the page and answers it."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._seen = Seen(desk.core.store)
        self._tasks: set[asyncio.Task[object]] = set()
        self._streams: set[asyncio.Event] = set()
        self._closing = False
        self._traffic = Traffic()
        self._journeys = Journeys(desk.core)
        desk.core.changes.listeners.append(self._wake)
        desk.core.witnesses += [self._traffic.call, self._journeys.heard]
        desk.interactions.courier.witnesses.append(self._heard)

    def add_routes(self, app: web.Application) -> None:
        app.router.add_get("/", _index)
        app.router.add_get("/page/{name}", _page_file)
        app.router.add_get("/ui/state", self._state)
        app.router.add_get("/ui/events", self._events)
        app.router.add_get("/ui/traffic", self._traffic_after)
        app.router.add_get("/ui/faults", self._faults)
        app.router.add_get("/ui/file/{team}/{file}", self._file)
        app.router.add_post("/ui/upload", self._upload)
        for path, (model, act) in self.posts().items():
            app.router.add_post(f"/ui/{path}", self._post(model, act))

    def posts(self) -> dict[str, tuple[type[Asked], AnyAct]]:
        """Path under /ui/ → what may be posted there, and the act it leads to."""
        acts = Acts(self._desk, self._seen, self._journeys, self._later)
        switches = Switches(self._desk.core.faults)
        return acts.table() | switches.table() | Provoking(self._later).table()

    async def close(self) -> None:
        """Ends the open streams and whatever still goes on behind the page."""
        self._closing = True
        self._wake()
        for task in tuple(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _heard(self, delivery: Delivery) -> None:
        self._traffic.delivery(delivery)
        self._wake()

    def _wake(self) -> None:
        for stream in self._streams:
            stream.set()

    def _later(self, work: Coroutine[object, object, object]) -> None:
        """Goes on behind the page: nobody in a browser waits for an event to be delivered."""
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[object]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            log.error("work behind the page failed", exc_info=error)

    def _post(
        self, model: type[A], act: Act[A]
    ) -> Callable[[web.Request], Awaitable[web.Response]]:
        async def handle(request: web.Request) -> web.Response:
            if not _from_the_page(request):
                return _refused("only the page itself may ask", 403)
            if request.content_type != "application/json":
                return _refused("send application/json", 415)
            try:
                asked = model.model_validate_json(await request.read())
                return web.json_response(await act(self._person(asked.team, asked.user), asked))
            except ValidationError as error:
                return _refused(_first(error), 400)
            except LookupError as error:
                return _refused(str(error.args[0]), 404)
            except (ValueError, SlackError) as error:
                return _refused(str(error), 400)

        return handle

    async def _state(self, request: web.Request) -> web.Response:
        if not _from_the_page(request):
            return _refused("only the page itself may ask", 403)
        query = request.query
        try:
            me = self._person(query.get("team", ""), query.get("as", ""))
            channel = _room(me, query.get("channel", ""))
            wanted = Wanted(query.get("before", ""), query.get("thread", ""))
            return web.json_response(
                ui_state.state(me, self._seen, self._journeys, channel, wanted)
            )
        except (LookupError, ValueError) as error:
            return _refused(str(error.args[0]), 404)

    async def _traffic_after(self, request: web.Request) -> web.Response:
        if not _from_the_page(request):
            return _refused("only the page itself may ask", 403)
        turn, entries = self._traffic.after(_number(request.query.get("after", "")))
        deadline = self._desk.interactions.courier.deadline
        shown = [ui_traffic.shown(entry) for entry in entries]
        return web.json_response({"turn": turn, "deadline": deadline, "entries": shown})

    async def _faults(self, request: web.Request) -> web.Response:
        if not _from_the_page(request):
            return _refused("only the page itself may ask", 403)
        return web.json_response(listed(self._desk.core.faults))

    async def _file(self, request: web.Request) -> web.Response:
        team = self._desk.core.teams.get(request.match_info["team"])
        file = None if team is None else team.files.get(request.match_info["file"])
        if file is None or file.deleted or not _from_the_page(request):
            raise web.HTTPNotFound
        content = self._desk.core.store.bytes_of(file.id)
        headers = {"Content-Security-Policy": "sandbox", "X-Content-Type-Options": "nosniff"}
        return web.Response(body=content, content_type=file.mimetype, headers=headers)

    async def _upload(self, request: web.Request) -> web.Response:
        """Files into a conversation, or with no channel for a modal's file_input."""
        if not _from_the_page(request):
            return _refused("only the page itself may ask", 403)
        form = await request.post()
        fields = {name: value for name, value in form.items() if isinstance(value, str)}
        parts = [part for part in form.getall("file", []) if isinstance(part, web.FileField)]
        uploaded = [ui_files.Uploaded(part.filename, part.file.read()) for part in parts]
        if not uploaded:
            return _refused("there is no file", 400)
        try:
            me = self._person(fields.get("team", ""), fields.get("as", ""))
            files = self._shared(me, uploaded, fields)
        except LookupError as error:
            return _refused(str(error.args[0]), 404)
        except ValueError as error:
            return _refused(str(error), 400)
        return web.json_response({"ok": True, "files": files})

    def _shared(
        self, me: Person, uploaded: list[ui_files.Uploaded], fields: Mapping[str, str]
    ) -> list[JsonObject]:
        channel = channel_of(me, fields["channel"]) if fields.get("channel") else None
        if channel is not None and channel.archived:
            raise ValueError(f"#{channel.name} is archived")
        files = ui_files.take(me, uploaded)
        if channel is not None:
            comment, thread_ts = fields.get("comment", ""), fields.get("thread_ts") or None
            ui_files.share(me, channel, files, comment, thread_ts)
        return [ui_files.file_shown(file) for file in files]

    async def _events(self, request: web.Request) -> web.StreamResponse:
        """Server-sent events: one `changed` after any number of changes."""
        response = web.StreamResponse(
            headers={"Content-Type": "text/event-stream", "Cache-Control": "no-store"}
        )
        await response.prepare(request)
        changed = asyncio.Event()
        self._streams.add(changed)
        try:
            await self._stream(response, changed)
        except ConnectionResetError:
            log.debug("a page went away")
        finally:
            self._streams.discard(changed)
        return response

    async def _stream(self, response: web.StreamResponse, changed: asyncio.Event) -> None:
        changed.set()  # a page that reconnects has missed something
        while not self._closing:
            try:
                async with asyncio.timeout(HEARTBEAT):
                    await changed.wait()
            except TimeoutError:
                await response.write(b": still here\n\n")
                continue
            changed.clear()
            told = dump({"version": self._desk.core.changes.version})
            await response.write(f"event: changed\ndata: {told}\n\n".encode())

    def _person(self, team_id: str, user_id: str) -> Person:
        """Raises LookupError for a team or person that is not there."""
        team = _named_or_first(self._desk.core.teams, team_id, "team")
        people = {key: held for key, held in team.people.items() if not held.is_bot}
        return self._desk.person(team, _named_or_first(people, user_id, "person"))


T = TypeVar("T", Team, Member)


def _named_or_first(known: dict[str, T], name: str, what: str) -> T:
    found = known.get(name) if name else next(iter(known.values()), None)
    if found is None:
        raise LookupError(f"there is no {what} {name!r}")
    return found


def _room(me: Person, channel_id: str) -> Channel:
    return channel_of(me, channel_id) if channel_id else me.dm_channel


def _number(written: str) -> int:
    """What is no number, or none that a page could have been told, is the beginning."""
    return int(written) if written.isdecimal() and len(written) <= LONGEST_NUMBER else 0


def _from_the_page(request: web.Request) -> bool:
    """Whether this came from the sandbox's own page and not from some site a browser also shows.

    The name asked for must be an address or a plain host name (against DNS rebinding), and an
    Origin, when the browser tells it, must be the same.
    """
    origin = request.headers.get("Origin")
    if origin is not None and urlsplit(origin).netloc != request.host:
        return False
    name = urlsplit(f"//{request.host}").hostname or ""
    return "." not in name or _is_address(name)


def _is_address(name: str) -> bool:
    try:
        ip_address(name)
    except ValueError:
        return False
    return True


def _first(error: ValidationError) -> str:
    wrong = error.errors()[0]
    return f"{'.'.join(str(part) for part in wrong['loc'])}: {wrong['msg']}"


def _refused(why: str, status: int) -> web.Response:
    return web.json_response({"error": why}, status=status)


async def _index(_: web.Request) -> web.StreamResponse:
    return _file("index.html")


async def _page_file(request: web.Request) -> web.StreamResponse:
    return _file(request.match_info["name"])


def _file(name: str) -> web.StreamResponse:
    path = next((each for each in PAGE.iterdir() if each.name == name), None)
    if path is None or not path.is_file():
        raise web.HTTPNotFound
    return web.FileResponse(path, headers={"Cache-Control": "no-cache"})
