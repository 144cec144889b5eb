"""The Events API: what happened is told to the app, and told again when it does not listen.

https://docs.slack.dev/apis/events-api#retries
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field

from sandbox import payloads, posting
from sandbox.core import Core
from sandbox.delivery import Courier, Delivery, Request
from sandbox.identity import Counter
from sandbox.views import View
from sandbox.wire import JsonObject, as_text
from sandbox.workspace import Channel, Member, Message, Team

# Seconds before the first, second and third retry.
RETRIES = (0.0, 60.0, 300.0)

Wait = Callable[[float], Awaitable[None]]


async def no_wait(seconds: float) -> None:
    """Time that passes at once: what tests retry by."""


@dataclass
class Events:
    """Sends events. `subscribed` lists the types the app asked for; None means all of them."""

    core: Core
    courier: Courier
    wait: Wait
    subscribed: frozenset[str] | None = None
    _names: Counter = field(default_factory=lambda: Counter("Ev", 9))

    async def send(self, team: Team, event: JsonObject, event_id: str | None = None) -> Delivery:
        """Delivers the event, up to three times more if need be; the last delivery."""
        payload = self._envelope(team, event, event_id or self._names.next())
        delivery = await self.courier.send(Request("event", "event", payload))
        for number, pause in enumerate(RETRIES, start=1):
            if delivery.error is None or delivery.no_retry:
                break
            await self.wait(pause)
            again = Request("event", "event", payload, number, delivery.reason)
            delivery = await self.courier.send(again)
        return delivery

    async def message(self, team: Team, message: Message) -> None:
        """Tells of a person's message, as `message` and, where named, as `app_mention`."""
        channel = team.channels[message.channel]
        if team.bot_user_id not in channel.members:
            return
        body = posting.wire_message(self.core, team, message, metadata=True)
        body |= {"channel": channel.id, "event_ts": message.ts}
        kind = _kind(channel)
        told: JsonObject = {**body, "type": "message", "channel_type": kind.removesuffix("s")}
        await self._if_subscribed(team, f"message.{kind}", told)
        if f"<@{team.bot_user_id}" in message.text:
            await self._if_subscribed(team, "app_mention", {**body, "type": "app_mention"})

    async def home_opened(self, team: Team, member: Member, home: View | None) -> None:
        event: JsonObject = {"type": "app_home_opened", "user": member.id, "tab": "home"}
        event |= {"channel": team.dm(member).id, "event_ts": self.core.stamps.next()}
        if home is not None:
            event["view"] = payloads.view_payload(self.core, team, home)
        await self._if_subscribed(team, "app_home_opened", event)

    async def uninstalled(self, team: Team) -> None:
        tokens = {"oauth": [], "bot": [team.bot_user_id]}
        await self._if_subscribed(
            team, "tokens_revoked", {"type": "tokens_revoked", "tokens": tokens}
        )
        await self._if_subscribed(team, "app_uninstalled", {"type": "app_uninstalled"})

    def subscribe(self, types: Sequence[str] | None) -> None:
        self.subscribed = None if types is None else frozenset(types)

    async def _if_subscribed(self, team: Team, name: str, event: JsonObject) -> None:
        if self.subscribed is None or name in self.subscribed:
            await self.send(team, event)

    def _envelope(self, team: Team, event: JsonObject, event_id: str) -> JsonObject:
        channel = team.channels.get(as_text(event.get("channel")))
        app = self.core.app
        return {
            "token": app.verification_token,
            "team_id": team.id,
            "context_team_id": team.id,
            "context_enterprise_id": None,
            "api_app_id": app.id,
            "event": event,
            "type": "event_callback",
            "event_id": event_id,
            "event_time": int(self.core.clock.now().timestamp()),
            "authorizations": [
                {
                    "enterprise_id": None,
                    "team_id": team.id,
                    "user_id": team.bot_user_id,
                    "is_bot": True,
                    "is_enterprise_install": False,
                }
            ],
            "is_ext_shared_channel": channel is not None and channel.shared,
            "event_context": f"4-{app.secret(event_id)}",
        }


def _kind(channel: Channel) -> str:
    if channel.kind == "im":
        return "im"
    return "groups" if channel.private else "channels"
