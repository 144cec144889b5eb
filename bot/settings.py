"""Settings from the environment: the only module that reads it. All errors are told at once."""

import base64
import os
from collections.abc import Mapping
from typing import Annotated, Literal, TypeVar

from psycopg import ProgrammingError
from psycopg.conninfo import conninfo_to_dict
from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError, field_validator
from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

KEY_BYTES = 32
MAKE_A_KEY = (
    "python -c 'import base64, os; print(base64.urlsafe_b64encode(os.urandom(32)).decode())'"
)


class SettingsError(Exception):
    """The environment is not usable; every reason is in the text, a line each."""

    def __init__(self, reasons: list[str]) -> None:
        self.reasons = reasons
        super().__init__("\n".join(reasons))


class _FromEnvironment(BaseModel):
    model_config = ConfigDict(frozen=True, hide_input_in_errors=True)


M = TypeVar("M", bound=_FromEnvironment)


class Settings(_FromEnvironment):
    """What the operator decides outside Slack. Secrets never show in a representation."""

    database_url: SecretStr
    migration_database_url: SecretStr | None = None
    slack_signing_secret: SecretStr | None = None
    slack_bot_token: SecretStr | None = None
    slack_client_id: str | None = None
    slack_client_secret: SecretStr | None = None
    slack_app_token: SecretStr | None = None
    slack_api_url: str = "https://slack.com/api/"
    host: str = "0.0.0.0"  # noqa: S104  # a server in a container is reached from outside it
    port: Annotated[int, Field(ge=1, le=65535)] = 3000
    trusted_proxies: Annotated[int, Field(ge=0, le=10)] = 0
    """How many proxies of the operator's own stand before this; each tells whom it heard from."""
    encryption_keys: Annotated[tuple[SecretStr, ...], Field(min_length=1)]
    log_format: Literal["json", "text"] = "json"

    @field_validator("encryption_keys", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        if not isinstance(value, str):
            return value
        return tuple(SecretStr(each.strip()) for each in value.split(",") if each.strip())

    @field_validator("encryption_keys")
    @classmethod
    def _are_keys(cls, keys: tuple[SecretStr, ...]) -> tuple[SecretStr, ...]:
        for key in keys:
            if _length(key.get_secret_value()) != KEY_BYTES:
                raise ValueError(f"each key is {KEY_BYTES} bytes in base64; make one: {MAKE_A_KEY}")
        return keys

    @field_validator("database_url", "migration_database_url")
    @classmethod
    def _is_postgres(cls, url: SecretStr | None) -> SecretStr | None:
        if url and not url.get_secret_value().startswith("postgresql://"):
            raise ValueError("must begin with postgresql://")
        if url and not _can_be_read(url.get_secret_value()):
            raise ValueError("cannot be read; it looks like postgresql://login:password@host/name")
        return url

    @field_validator("slack_api_url")
    @classmethod
    def _ends_with_a_slash(cls, url: str) -> str:
        if not url.startswith(("https://", "http://")):
            raise ValueError("must begin with https://")
        return url if url.endswith("/") else f"{url}/"

    @property
    def is_socket_mode(self) -> bool:
        return self.slack_app_token is not None


class MigrationSettings(_FromEnvironment):
    """What `bot migrate` needs: the owner's login, and the application's to let it in."""

    migration_database_url: SecretStr
    database_url: SecretStr | None = None


SAME_LOGIN = (
    "MIGRATION_DATABASE_URL and DATABASE_URL name the same login. The owner of the tables is not "
    "bound by row level security as the application must be: use two logins."
)


def load(environment: Mapping[str, str] | None = None) -> Settings:
    """The settings of this process. Raises SettingsError with every reason at once."""
    given = _given(environment)
    reasons = [*_owner_reasons(given), *_slack_reasons(given), *_login_reasons(given)]
    return _validated(Settings, given, reasons)


def load_for_migration(environment: Mapping[str, str] | None = None) -> MigrationSettings:
    """What a migration needs. Raises SettingsError."""
    given = _given(environment)
    return _validated(MigrationSettings, given, _login_reasons(given))


def migration_url() -> str:
    """The owner's login. Raises SettingsError when it is missing."""
    return load_for_migration().migration_database_url.get_secret_value()


def _given(environment: Mapping[str, str] | None) -> dict[str, str]:
    """What was set to something: blanks are nothing."""
    variables = os.environ if environment is None else environment
    return {name: value.strip() for name, value in variables.items() if value.strip()}


def _validated(model: type[M], environment: Mapping[str, str], reasons: list[str]) -> M:
    names = {name: environment.get(name.upper()) for name in model.model_fields}
    try:
        settings = model.model_validate({name: value for name, value in names.items() if value})
    except ValidationError as error:
        raise SettingsError([*_reasons(error), *reasons]) from None
    if reasons:
        raise SettingsError(reasons)
    return settings


def _slack_reasons(given: Mapping[str, str]) -> list[str]:
    reasons: list[str] = []
    if not given.get("SLACK_SIGNING_SECRET") and not given.get("SLACK_APP_TOKEN"):
        reasons.append(
            "SLACK_SIGNING_SECRET: required, unless SLACK_APP_TOKEN (socket mode) is set"
        )
    if bool(given.get("SLACK_CLIENT_ID")) != bool(given.get("SLACK_CLIENT_SECRET")):
        reasons.append("SLACK_CLIENT_ID and SLACK_CLIENT_SECRET: set both or neither")
    if not given.get("SLACK_BOT_TOKEN") and not given.get("SLACK_CLIENT_ID"):
        reasons.append(
            "SLACK_BOT_TOKEN (one workspace) or SLACK_CLIENT_ID and SLACK_CLIENT_SECRET (many): "
            "one of the two is required"
        )
    return reasons


def _owner_reasons(given: Mapping[str, str]) -> list[str]:
    """Only the demo, which makes its own settings, does without: elsewhere owner and application
    must be seen to be two logins before anything is served.
    """
    if given.get("MIGRATION_DATABASE_URL", "").strip():
        return []
    return ["MIGRATION_DATABASE_URL: required, the login of the tables' owner"]


def _login_reasons(given: Mapping[str, str]) -> list[str]:
    owner, application = (
        _login(given.get(name, "")) for name in ("MIGRATION_DATABASE_URL", "DATABASE_URL")
    )
    return [SAME_LOGIN] if owner is not None and owner == application else []


def _login(url: str) -> object:
    try:
        return conninfo_to_dict(url).get("user")
    except ProgrammingError:
        return None


def _can_be_read(url: str) -> bool:
    try:
        conninfo_to_dict(url)
        make_url(url)
    except (ProgrammingError, ArgumentError, ValueError):
        return False
    return True


def _length(key: str) -> int:
    """Of a key in either alphabet of base64; 0 when it is in neither."""
    try:
        return len(base64.b64decode(key, altchars=b"-_", validate=True))
    except ValueError:
        return 0


def _reasons(error: ValidationError) -> list[str]:
    reasons: list[str] = []
    for each in error.errors(include_url=False, include_input=False, include_context=False):
        name = ".".join(str(part) for part in each["loc"][:1]).upper()
        words = each["msg"].removeprefix("Value error, ")
        reasons.append(f"{name}: {words}" if name else words)
    return reasons
