"""Slack's edge: a payload becomes a request, its handler's reply becomes Slack's answer.

The one place where refusals and faults become words. Every Slack call here is made when the
handler's transaction is closed.
"""

import logging
import re
import secrets
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import cast

from psycopg.errors import DeadlockDetected, LockNotAvailable
from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncBoltContext
from slack_sdk.web.async_client import AsyncWebClient
from sqlalchemy.exc import OperationalError

from bot import logs
from bot.answers import Answers, acknowledge
from bot.identity import Identities
from bot.installations import Installations, Installed
from bot.payloads import (
    ActionPayload,
    CommandPayload,
    EventPayload,
    ShortcutPayload,
    SubmitPayload,
    SuggestPayload,
)
from handlers import home, replies
from handlers.commands import dispatch
from handlers.routing import (
    Command,
    Done,
    Event,
    Options,
    Place,
    Press,
    Reply,
    Routes,
    Say,
    Shortcut,
    Submit,
    Suggest,
    route_of,
)
from services.db import Database
from services.directory import FoundWorkspace
from services.errors import DomainError
from services.memory import Team
from services.sealing import Sealer
from services.values import Actor

log = logging.getLogger(__name__)

INSTALLED = "installed"
"""Where authorization leaves the workspace in Bolt's context."""

Payload = Mapping[str, object]
ENDS_AN_INSTALLATION = frozenset({"app_uninstalled", "tokens_revoked", "team_access_revoked"})
ANYTHING = re.compile(".*", re.DOTALL)
STALE = "This control is from an older message. Ask for the record again, e.g. `/opp show 42`."
NO_SHORTCUT = "This shortcut is from another version of me. `/tandem help` lists what I can do."
_BUSY = (LockNotAvailable, DeadlockDetected)
"""Somebody else has the record: the same request may well succeed in a moment."""
_ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"


class Edge:
    """One listener for each kind of payload; our own table finds the handler."""

    def __init__(
        self,
        db: Database,
        sealer: Sealer,
        routes: Routes,
        identities: Identities,
        installations: Installations,
        answers: Answers,
    ) -> None:
        self._db = db
        self._sealer = sealer
        self._routes = routes
        self._identities = identities
        self._installations = installations
        self._answers = answers

    def listen(self, app: AsyncApp) -> None:
        """Register with Bolt."""
        app.command(ANYTHING)(self.on_command)  # pyright: ignore[reportUnknownMemberType]  # Bolt's type
        app.action(ANYTHING)(self.on_press)  # pyright: ignore[reportUnknownMemberType]  # same
        app.view_submission(ANYTHING)(self.on_submit)  # pyright: ignore[reportUnknownMemberType]  # same
        app.options(ANYTHING)(self.on_suggest)  # pyright: ignore[reportUnknownMemberType]  # same
        app.shortcut(ANYTHING)(self.on_shortcut)  # pyright: ignore[reportUnknownMemberType]  # same
        app.event(ANYTHING)(self.on_event)  # pyright: ignore[reportUnknownMemberType]  # same

    async def on_command(
        self, body: Payload, ack: AsyncAck, client: AsyncWebClient, context: AsyncBoltContext
    ) -> None:
        payload = CommandPayload.model_validate(body)
        installed = _installed(context)

        async def work() -> Reply:
            actor = await self._identities.actor(installed, payload.user_id, client)
            place = Place(installed.workspace_id, payload.channel_id)
            request = Command(
                actor=actor,
                db=self._db,
                sealer=self._sealer,
                place=place,
                key=payload.key,
                command=payload.command,
                words=payload.words,
            )
            return await dispatch(self._routes.commands, request)

        logs.bind(surface=f"command {payload.command}")
        reply = await _answered(work)
        await self._answers.to_command(reply, payload, ack, client)

    async def on_press(
        self, body: Payload, ack: AsyncAck, client: AsyncWebClient, context: AsyncBoltContext
    ) -> None:
        payload = ActionPayload.model_validate(body)
        installed = _installed(context)
        handler = self._routes.presses.get(route_of(payload.action.action_id))

        async def work() -> Reply:
            if handler is None:
                return Say(text=STALE)
            actor = await self._identities.actor(installed, payload.user, client)
            request = Press(
                actor=actor,
                db=self._db,
                sealer=self._sealer,
                place=Place(installed.workspace_id, payload.container.channel_id),
                key=payload.key,
                action_id=payload.action.action_id,
                block_id=payload.action.block_id,
                value=payload.value,
                message=payload.message,
                view=payload.view.as_state() if payload.view else None,
            )
            if payload.view is not None and payload.view.is_home:
                return await home.pressed(request, handler)
            return await handler(request)

        logs.bind(surface=f"press {route_of(payload.action.action_id)}")
        reply = await _answered(work)
        await self._answers.to_press(reply, payload, client)
        await ack()

    async def on_submit(
        self, body: Payload, ack: AsyncAck, client: AsyncWebClient, context: AsyncBoltContext
    ) -> None:
        payload = SubmitPayload.model_validate(body)
        installed = _installed(context)
        handler = self._routes.submits.get(payload.view.callback_id)

        async def work() -> Reply:
            if handler is None:
                return Say(text=STALE)
            actor = await self._identities.actor(installed, payload.user, client)
            request = Submit(
                actor=actor,
                db=self._db,
                sealer=self._sealer,
                place=Place(installed.workspace_id),
                key=payload.key,
                view=payload.view.as_state(),
            )
            if home.is_opened_there(payload.view.external_id):
                return await home.submitted(request, handler)
            return await handler(request)

        logs.bind(surface=f"submit {payload.view.callback_id}")
        reply = await _answered(work, payload.view.fields)
        await self._answers.to_submit(reply, payload, ack, client)

    async def on_suggest(
        self, body: Payload, ack: AsyncAck, client: AsyncWebClient, context: AsyncBoltContext
    ) -> None:
        payload = SuggestPayload.model_validate(body)
        installed = _installed(context)
        handler = self._routes.suggests.get(route_of(payload.action_id))

        async def work() -> Reply:
            if handler is None:
                return Options(options=[])
            actor = await self._identities.actor(installed, payload.user, client)
            request = Suggest(
                actor=actor,
                db=self._db,
                sealer=self._sealer,
                place=Place(installed.workspace_id),
                key="",
                action_id=payload.action_id,
                query=payload.query,
                view=payload.view.as_state() if payload.view else None,
            )
            return await handler(request)

        logs.bind(surface=f"suggest {route_of(payload.action_id)}")
        reply = await _answered(work)
        options = reply.options if isinstance(reply, Options) else []
        await acknowledge(ack, options=options)

    async def on_shortcut(
        self, body: Payload, ack: AsyncAck, client: AsyncWebClient, context: AsyncBoltContext
    ) -> None:
        payload = ShortcutPayload.model_validate(body)
        installed = _installed(context)
        item = self._routes.shortcuts.get(payload.callback_id)

        async def work() -> Reply:
            if item is None:
                return Say(text=NO_SHORTCUT)
            actor = await self._identities.actor(installed, payload.user, client)
            request = Shortcut(
                actor=actor,
                db=self._db,
                sealer=self._sealer,
                place=Place(installed.workspace_id, payload.channel),
                key=payload.key,
                callback_id=payload.callback_id,
                message=payload.read,
            )
            return await item.handler(request)

        logs.bind(surface=f"shortcut {payload.callback_id}")
        reply = await _answered(work)
        await self._answers.to_press(reply, payload, client)
        await ack()

    async def on_event(
        self, body: Payload, ack: AsyncAck, client: AsyncWebClient, context: AsyncBoltContext
    ) -> None:
        payload = EventPayload.model_validate(body)
        handler = self._routes.events.get(payload.type)
        logs.bind(surface=f"event {payload.type}")
        place = await self._place_of(payload.type, context)
        if handler is not None and place is not None:
            request = Event(
                actor=Actor.application(place.organization_id),
                db=self._db,
                sealer=self._sealer,
                place=Place(place.workspace_id),
                key=payload.key,
                type=payload.type,
                facts=payload.event,
                at=payload.at,
            )
            reply = await _expected(handler(request))
            await self._answers.to_event(reply, payload, client)
        await ack()

    async def _place_of(
        self, event: str, context: AsyncBoltContext
    ) -> Installed | FoundWorkspace | None:
        """Bolt does not authorize the events that say a token is gone."""
        if event in ENDS_AN_INSTALLATION:
            return await self._installations.leaving(*asked_team(context))
        return _found(context)


def asked_team(context: AsyncBoltContext) -> Team:
    """Whose installation a request is for: Slack says when it is the whole enterprise's."""
    is_whole = bool(context.is_enterprise_install) and context.enterprise_id is not None
    return context.enterprise_id, None if is_whole else context.team_id


async def _answered(work: Callable[[], Awaitable[Reply]], fields: Sequence[str] = ()) -> Reply:
    """What the handler replies, or why not, in words. An unexpected fault has rolled everything
    back; it gets a reference that is in the log too.
    """
    try:
        return await work()
    except DomainError as refused:
        return replies.refusal(refused, fields)
    except Exception as failed:  # the edge: whatever it was, the person gets words
        if isinstance(failed, OperationalError) and isinstance(failed.orig, _BUSY):
            log.warning("request.waited_too_long")
            return replies.busy(fields)
        reference = "".join(secrets.choice(_ALPHABET) for _ in range(4))
        log.exception("request.failed", extra={"reference": reference})
        return replies.fault(reference, fields)


async def _expected(work: Awaitable[Reply]) -> Reply:
    """A refusal is noted; any other failure goes up as a 500, so that Slack sends it again."""
    try:
        return await work
    except DomainError as refused:
        log.info("event.refused", extra={"reason": type(refused).__name__})
        return Done()


def _installed(context: AsyncBoltContext) -> Installed:
    """The workspace that authorization found; without one Bolt has answered already."""
    installed = _found(context)
    if installed is None:
        raise TypeError("authorization left no workspace")
    return installed


def _found(context: AsyncBoltContext) -> Installed | None:
    found = cast("Payload", context).get(INSTALLED)
    return found if isinstance(found, Installed) else None
