"""The addresses behind files.*: where bytes are posted to, and where they are read with a token.

https://docs.slack.dev/reference/objects/file-object#authentication
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from urllib.parse import quote

from aiohttp import web

from sandbox import files
from sandbox.records import File
from sandbox.web_api.call import Services
from sandbox.web_api.files import take_bytes
from sandbox.wire import SlackError

LARGEST_UPLOAD = 64 * 1024 * 1024
TICK = 0.25  # seconds between looks at what is due
SIGN_IN = """<!doctype html><html lang="en"><meta charset="utf-8"><title>Sign in | Slack</title>
<h1>Sign in</h1><p>This file is for people who are signed in, and for apps that send their token
as <code>Authorization: Bearer</code>.</p></html>"""


class FileRoutes:
    """Takes uploads and hands out files; and keeps the agenda while the server runs."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def add_routes(self, app: web.Application) -> None:
        app.router.add_post("/upload/v1/{secret}", self._upload)
        app.router.add_get("/files-pri/{key}/download/{name}", self._download)
        app.router.add_get("/files-pri/{key}/{name}", self._download)
        app.router.add_get("/signin", _sign_in)
        app.cleanup_ctx.append(self._ticking)

    async def _upload(self, request: web.Request) -> web.Response:
        """Raw bytes, or a form with one file."""
        request = request.clone(client_max_size=LARGEST_UPLOAD)
        try:
            content = await _content(request)
        except ValueError:
            return web.Response(status=400, text="the form cannot be read")
        secret = request.match_info["secret"]
        wrong = take_bytes(self._services.tickets, secret, content)
        if wrong is not None:
            return web.Response(status=400, text=wrong)
        return web.Response(text=f"OK - {len(content)}")

    async def _download(self, request: web.Request) -> web.Response:
        """The bytes for a token that may read them; else the way to the login page, as Slack."""
        file = self._readable(request)
        if file is None:
            there = f"/signin?redir={quote(request.path)}"
            return web.Response(status=302, headers={"Location": there})
        named = f"attachment; filename*=UTF-8''{quote(file.name)}"
        headers = {"Content-Disposition": named, "X-Content-Type-Options": "nosniff"}
        content = self._services.core.store.bytes_of(file.id)
        return web.Response(body=content, content_type=file.mimetype, headers=headers)

    def _readable(self, request: web.Request) -> File | None:
        core = self._services.core
        team_id, _, file_id = request.match_info["key"].partition("-")
        team = core.teams.get(team_id)
        file = None if team is None else team.files.get(file_id)
        kind, _, secret = request.headers.get("Authorization", "").partition(" ")
        try:
            token = core.tokens.working(secret if kind.lower() == "bearer" else "")
        except SlackError:
            return None
        if team is None or file is None or file.deleted:
            return None
        org = "none" if team.enterprise is None else team.enterprise.id
        of_team = token.team_id == team.id or token.enterprise_id == org
        may_read = of_team and "files:read" in core.tokens.scopes(token)
        reader = token.user_id or team.bot_user_id
        return file if may_read and files.can_see(team, file, reader) else None

    async def _ticking(self, _: web.Application) -> AsyncIterator[None]:
        task = asyncio.create_task(self._tick())
        yield
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task

    async def _tick(self) -> None:
        while True:
            self._services.core.agenda.catch_up()
            await asyncio.sleep(TICK)


async def _content(request: web.Request) -> bytes:
    if not request.content_type.startswith("multipart/"):
        return await request.read()
    for value in (await request.post()).values():
        if isinstance(value, web.FileField):
            with value.file:
                return value.file.read()
        if isinstance(value, bytes):
            return value
    return b""


async def _sign_in(_: web.Request) -> web.Response:
    return web.Response(text=SIGN_IN, content_type="text/html")
