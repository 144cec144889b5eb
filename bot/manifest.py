"""The app as Slack sees it, made from what the code registers; `manifest.yml` is a checked copy."""

from collections.abc import Iterable, Mapping, Sequence
from io import StringIO
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator
from ruamel.yaml import YAML

from handlers.routing import Routes, ShortcutItem, SlashCommand

BOT_SCOPES: Mapping[str, str] = {
    "commands": "People work with the app by slash commands, shortcuts and modals.",
    "chat:write": "The app posts cards, alerts, statuses and reminders, and keeps them current.",
    "users:read": "A Slack account becomes a person with a name, a time zone and a language.",
    "users:read.email": "The same person in two workspaces of a company is known by e-mail.",
    "channels:read": "Before posting, the app checks that a channel is not shared with others.",
    "groups:read": "The same for private channels it was invited to.",
    "files:read": "People attach files to an opportunity in a modal.",
    "files:write": "The app sends statements, as files, to the person who asked for them.",
}
"""What the app asks for, each with its reason."""

OPTIONAL_SCOPES: Mapping[str, str] = {
    "channels:history": "After a lost answer the app looks whether its message was posted.",
    "groups:history": "The same in private channels.",
}
"""Better with, works without."""

EVENTS: Mapping[str, str] = {
    "app_home_opened": "The Home shows the day as it is when it is opened.",
    "app_uninstalled": "All posting stops at once and the token is forgotten.",
    "team_access_revoked": "An enterprise took the app out of some of its workspaces: noted.",
    "tokens_revoked": "The same, when only the token was taken back.",
    "user_change": "A deactivated account loses access at once; names and zones are kept current.",
}

PLACEHOLDER = "https://tandem.example.com"


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


Text35 = Annotated[str, StringConstraints(min_length=1, max_length=35)]


class Display(_Part):
    name: Text35
    description: Annotated[str, StringConstraints(max_length=140)]
    long_description: Annotated[str, StringConstraints(min_length=175, max_length=4000)]
    background_color: Annotated[str, StringConstraints(pattern=r"^#[0-9a-f]{6}$")]


class CommandEntry(_Part):
    command: Annotated[str, StringConstraints(pattern=r"^/[a-z0-9_-]{1,31}$")]
    description: Annotated[str, StringConstraints(min_length=1, max_length=2000)]
    usage_hint: Annotated[str, StringConstraints(max_length=1000)]
    should_escape: bool = False
    url: str | None = None


class ShortcutEntry(_Part):
    name: Annotated[str, StringConstraints(min_length=1, max_length=24)]
    type: Literal["global", "message"]
    callback_id: Annotated[str, StringConstraints(min_length=1, max_length=255)]
    description: Annotated[str, StringConstraints(min_length=1, max_length=150)]


class BotUser(_Part):
    display_name: Annotated[str, StringConstraints(max_length=80)]
    always_online: bool = True


class AppHome(_Part):
    home_tab_enabled: bool
    messages_tab_enabled: bool
    messages_tab_read_only_enabled: bool


class Features(_Part):
    app_home: AppHome
    bot_user: BotUser
    shortcuts: Annotated[tuple[ShortcutEntry, ...], Field(max_length=10)]
    slash_commands: Annotated[tuple[CommandEntry, ...], Field(max_length=50)]


class Scopes(_Part):
    bot: Annotated[tuple[str, ...], Field(max_length=255)]
    bot_optional: tuple[str, ...] = ()


class OAuth(_Part):
    redirect_urls: tuple[str, ...] | None = None
    scopes: Scopes


class Interactivity(_Part):
    is_enabled: bool = True
    request_url: str | None = None
    message_menu_options_url: str | None = None


class EventSubscriptions(_Part):
    request_url: str | None = None
    bot_events: Annotated[tuple[str, ...], Field(max_length=100)]


class AppSettings(_Part):
    interactivity: Interactivity
    event_subscriptions: EventSubscriptions
    org_deploy_enabled: bool = True
    socket_mode_enabled: bool
    token_rotation_enabled: bool = False


class Metadata(_Part):
    major_version: int = 2
    minor_version: int = 0


class Manifest(_Part):
    """https://docs.slack.dev/reference/app-manifest"""

    display_information: Display
    features: Features
    oauth_config: OAuth
    settings: AppSettings
    metadata: Metadata = Field(default=Metadata(), serialization_alias="_metadata")

    @model_validator(mode="after")
    def _has_addresses(self) -> "Manifest":
        """Over HTTP Slack needs to know where; in socket mode there is no address."""
        urls = (
            self.settings.interactivity.request_url,
            self.settings.event_subscriptions.request_url,
            *(command.url for command in self.features.slash_commands),
        )
        is_wrong = any(bool(url) == self.settings.socket_mode_enabled for url in urls)
        if is_wrong:
            raise ValueError("request addresses belong to HTTP mode, and all of them")
        return self


def manifest(
    routes: Routes,
    *,
    base_url: str | None = PLACEHOLDER,
    prefix: str = "",
    rotates_tokens: bool = False,
) -> Manifest:
    """The manifest for an app at `base_url`; None: socket mode. `prefix` comes before each
    command's name, for workspaces where the short one is taken. `rotates_tokens` is for installs by
    OAuth: it would end the one token of a workspace without after twelve hours.
    """
    events_url = f"{base_url}/slack/events" if base_url else None
    return Manifest(
        display_information=_DISPLAY,
        features=Features(
            app_home=AppHome(
                home_tab_enabled=True,
                messages_tab_enabled=True,
                messages_tab_read_only_enabled=False,
            ),
            bot_user=BotUser(display_name=_DISPLAY.name),
            shortcuts=_shortcuts(routes.shortcuts.values()),
            slash_commands=_commands(routes.commands, events_url, prefix),
        ),
        oauth_config=OAuth(
            redirect_urls=(f"{base_url}/slack/oauth_redirect",) if base_url else None,
            scopes=Scopes(bot=tuple(BOT_SCOPES), bot_optional=tuple(OPTIONAL_SCOPES)),
        ),
        settings=AppSettings(
            interactivity=Interactivity(
                request_url=events_url, message_menu_options_url=events_url
            ),
            event_subscriptions=EventSubscriptions(
                request_url=events_url, bot_events=tuple(EVENTS)
            ),
            socket_mode_enabled=base_url is None,
            token_rotation_enabled=rotates_tokens,
        ),
    )


def as_yaml(made: Manifest) -> str:
    """As Slack's form *Create an app from a manifest* takes it."""
    yaml = YAML()
    yaml.indent(mapping=2, sequence=4, offset=2)
    yaml.width = 100
    out = StringIO()
    yaml.dump(made.model_dump(mode="json", by_alias=True, exclude_none=True), out)  # pyright: ignore[reportUnknownMemberType]  # untyped library
    return out.getvalue()


def _commands(
    commands: Sequence[SlashCommand], url: str | None, prefix: str
) -> tuple[CommandEntry, ...]:
    return tuple(
        CommandEntry(
            command=f"/{prefix}{each.name.removeprefix('/')}",
            description=each.summary,
            usage_hint=each.usage_hint,
            url=url,
        )
        for each in commands
    )


def _shortcuts(items: Iterable[ShortcutItem]) -> tuple[ShortcutEntry, ...]:
    return tuple(
        ShortcutEntry(
            name=each.name,
            type="message" if each.is_on_message else "global",
            callback_id=each.callback_id,
            description=each.summary,
        )
        for each in items
    )


_DISPLAY = Display(
    name="Tandem",
    description="Partner selling, run from Slack",
    long_description=(
        "Tandem is for teams that sell with partners. Create and move opportunities between two "
        "calls, log what you did with a partner in two clicks, file the weekly status from a "
        "reminder that comes at your own four o'clock on Friday, and get the few alerts that "
        "matter in the right channel. Everything is set up from Slack."
    ),
    background_color="#1f3a5f",
)
