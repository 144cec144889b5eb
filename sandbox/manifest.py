"""A Slack app's manifest, as far as a local Slack acts on it.

Lengths and numbers are those of https://docs.slack.dev/reference/app-manifest. What the sandbox has
no use for (workflow steps, icons, user events) is read over.
"""

import re
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit, urlunsplit

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    model_validator,
)

from sandbox.addresses import Addresses
from sandbox.declared import declared
from sandbox.workspace import ALL_SCOPES

LOCAL = frozenset({"127.0.0.1", "localhost", "::1", "0.0.0.0"})  # noqa: S104 - compared, not bound


def _address(value: str) -> str:
    parts = urlsplit(value)
    if parts.scheme not in {"http", "https"} or not parts.netloc:
        raise ValueError(f"must be an address such as https://example.com/slack/events: {value!r}")
    return value


def _command_name(value: str) -> str:
    if not re.fullmatch(r"/[^\s/A-Z]{1,31}", value):
        raise ValueError(
            f"must be / and at most 31 characters, no spaces and no capitals: {value!r}"
        )
    return value


Address = Annotated[str, AfterValidator(_address)]
Name = Annotated[str, StringConstraints(min_length=1, max_length=35)]


class _Part(BaseModel):
    # A manifest has much that is Slack's business alone: it is not refused here for it.
    model_config = ConfigDict(frozen=True, extra="ignore")


class Display(_Part):
    name: Name


class CommandEntry(_Part):
    command: Annotated[str, AfterValidator(_command_name)]
    description: Annotated[str, StringConstraints(min_length=1, max_length=2000)]
    usage_hint: Annotated[str, StringConstraints(max_length=1000)] = ""
    should_escape: bool = False
    url: Address | None = None


class ShortcutEntry(_Part):
    name: Annotated[str, StringConstraints(min_length=1, max_length=24)]
    type: Literal["global", "message"]
    callback_id: Annotated[str, StringConstraints(min_length=1, max_length=255)]
    description: Annotated[str, StringConstraints(min_length=1, max_length=150)]


class BotUser(_Part):
    display_name: Annotated[str, StringConstraints(min_length=1, max_length=80)]


class Features(_Part):
    bot_user: BotUser | None = None
    slash_commands: Annotated[tuple[CommandEntry, ...], Field(max_length=50)] = ()
    unfurl_domains: Annotated[tuple[str, ...], Field(max_length=5)] = ()
    shortcuts: Annotated[tuple[ShortcutEntry, ...], Field(max_length=10)] = ()


class Scopes(_Part):
    bot: Annotated[tuple[str, ...], Field(max_length=255)] = ()
    bot_optional: Annotated[tuple[str, ...], Field(max_length=255)] = ()
    user: Annotated[tuple[str, ...], Field(max_length=255)] = ()


class OAuth(_Part):
    redirect_urls: Annotated[tuple[Address, ...], Field(max_length=1000)] = ()
    scopes: Scopes = Scopes()


class Interactivity(_Part):
    is_enabled: bool = False
    request_url: Address | None = None
    message_menu_options_url: Address | None = None


class EventSubscriptions(_Part):
    request_url: Address | None = None
    bot_events: Annotated[tuple[str, ...], Field(max_length=100)] = ()


class AppSettings(_Part):
    interactivity: Interactivity = Interactivity()
    event_subscriptions: EventSubscriptions = EventSubscriptions()
    org_deploy_enabled: bool = False
    socket_mode_enabled: bool = False
    token_rotation_enabled: bool = False


class AppManifest(_Part):
    """What an app registers with Slack."""

    display_information: Display
    features: Features = Features()
    oauth_config: OAuth = OAuth()
    settings: AppSettings = AppSettings()

    @model_validator(mode="after")
    def _each_name_once(self) -> "AppManifest":
        """Which handler is meant must be clear."""
        commands = [each.command for each in self.features.slash_commands]
        shortcuts = [each.callback_id for each in self.features.shortcuts]
        for name in {*_twice(commands), *_twice(shortcuts)}:
            raise ValueError(f"{name!r} is there twice")
        return self

    @property
    def name(self) -> str:
        """What people call the app: its bot's name."""
        bot = self.features.bot_user
        return self.display_information.name if bot is None else bot.display_name

    @property
    def scopes(self) -> tuple[str, ...]:
        return self.oauth_config.scopes.bot + self.oauth_config.scopes.bot_optional

    @property
    def unknown_scopes(self) -> tuple[str, ...]:
        """Scopes that nothing in the sandbox asks for."""
        return tuple(scope for scope in self.scopes if scope not in ALL_SCOPES)

    def redirect_urls(self, request_url: str | None = None) -> list[str]:
        """Where an installation ends: at the host of `request_url`, if there is one."""
        return [_rebased(url, request_url) for url in self.oauth_config.redirect_urls]

    def addresses(self, request_url: str | None = None) -> Addresses | None:
        """Where the app listens; None when neither the manifest nor `request_url` says.

        A `request_url` with a path is for everything; one without keeps the manifest's paths.
        """
        if request_url is not None and urlsplit(request_url).path.strip("/"):
            return Addresses(request_url)
        by_kind = self._by_kind(request_url)
        usual = next(iter(by_kind.values()), request_url)
        return None if usual is None else Addresses(usual, by_kind)

    @property
    def is_local(self) -> bool:
        """Whether the addresses in it are on this machine."""
        hosts = {urlsplit(url).hostname or "" for url in self._by_kind(None).values()}
        return bool(hosts) and hosts <= LOCAL

    def _by_kind(self, base: str | None) -> dict[str, str]:
        settings = self.settings
        named = {
            "interactive": settings.interactivity.request_url,
            "block_suggestion": settings.interactivity.message_menu_options_url,
            "event": settings.event_subscriptions.request_url,
            **{each.command: each.url for each in self.features.slash_commands},
        }
        return {kind: _rebased(url, base) for kind, url in named.items() if url is not None}


def read_manifest(path: Path) -> AppManifest:
    """Raises NotUsable, with a reason for each wrong place."""
    return declared(path, AppManifest)


def _twice(names: list[str]) -> set[str]:
    return {name for name in names if names.count(name) > 1}


def _rebased(url: str, base: str | None) -> str:
    """The address with the host of `base`."""
    if base is None:
        return url
    onto = urlsplit(base)
    return urlunsplit(urlsplit(url)._replace(scheme=onto.scheme, netloc=onto.netloc))
