import base64
import os

import pytest

from bot import settings
from bot.settings import Settings, SettingsError, load, load_for_migration
from services.sealing import Sealer

KEY = base64.b64encode(b"a key of thirty-two bytes, fixed").decode()
ENVIRONMENT = {
    "DATABASE_URL": "postgresql://app:hidden@db/tandem",
    "MIGRATION_DATABASE_URL": "postgresql://owner:kept@db/tandem",
    "SLACK_SIGNING_SECRET": "a-signing-secret",
    "SLACK_BOT_TOKEN": "xoxb-a-token",
    "ENCRYPTION_KEYS": KEY,
}


def reasons(**changes: str) -> list[str]:
    with pytest.raises(SettingsError) as raised:
        load(ENVIRONMENT | changes)
    return raised.value.reasons


def test_five_settings_are_enough() -> None:
    found = load(ENVIRONMENT)

    assert found.database_url.get_secret_value() == ENVIRONMENT["DATABASE_URL"]
    assert (found.port, found.log_format) == (3000, "json")
    assert found.slack_api_url == "https://slack.com/api/"
    assert found.slack_client_id is None
    assert not found.is_socket_mode


def test_every_error_is_told_at_once() -> None:
    told = reasons(
        DATABASE_URL="mysql://db",
        PORT="eighty",
        LOG_FORMAT="xml",
        ENCRYPTION_KEYS="short",
        SLACK_SIGNING_SECRET="",
        SLACK_BOT_TOKEN="",
        SLACK_CLIENT_ID="only the id",
    )

    names = " ".join(told)
    for name in ("DATABASE_URL", "PORT", "LOG_FORMAT", "ENCRYPTION_KEYS", "SLACK_SIGNING_SECRET"):
        assert name in names
    assert "set both or neither" in names


def test_an_empty_environment_says_what_is_missing() -> None:
    with pytest.raises(SettingsError) as raised:
        load({})

    told = str(raised.value)
    for name in ("DATABASE_URL", "ENCRYPTION_KEYS", "SLACK_SIGNING_SECRET", "SLACK_BOT_TOKEN"):
        assert name in told
    assert "MIGRATION_DATABASE_URL: required" in told


def test_the_owners_login_is_required_for_serving_too() -> None:
    assert any("MIGRATION_DATABASE_URL" in each for each in reasons(MIGRATION_DATABASE_URL=""))


@pytest.mark.parametrize("name", ["SLACK_SIGNING_SECRET", "SLACK_BOT_TOKEN", "DATABASE_URL"])
def test_blanks_are_no_value(name: str) -> None:
    assert any(name in reason for reason in reasons(**{name: "   "}))


@pytest.mark.parametrize(
    "wrong",
    [
        {"DATABASE_URL": "postgresql://app:hidden@[db/tandem"},
        {"ENCRYPTION_KEYS": "hidden"},
        {"DATABASE_URL": "hidden"},
        {"PORT": "hidden"},
    ],
)
def test_no_error_shows_what_was_given(wrong: dict[str, str]) -> None:
    assert "hidden" not in " ".join(reasons(**wrong))


def test_a_database_address_that_cannot_be_read_is_told_at_start() -> None:
    assert any("DATABASE_URL" in reason for reason in reasons(DATABASE_URL="postgresql://[db/x"))


def test_settings_show_no_secret() -> None:
    shown = repr(load(ENVIRONMENT)) + str(load(ENVIRONMENT))

    for secret in ("hidden", "a-signing-secret", "xoxb-a-token", KEY):
        assert secret not in shown


def test_the_owners_login_may_not_be_the_applications() -> None:
    same = {"MIGRATION_DATABASE_URL": "postgresql://app:other@db/tandem"}

    assert any("same login" in reason for reason in reasons(**same))
    with pytest.raises(SettingsError, match="same login"):
        load_for_migration(ENVIRONMENT | same)


def test_migrating_needs_the_owners_login_alone() -> None:
    found = load_for_migration({"MIGRATION_DATABASE_URL": "postgresql://owner@db/tandem"})

    assert found.database_url is None
    with pytest.raises(SettingsError, match="MIGRATION_DATABASE_URL"):
        load_for_migration(ENVIRONMENT | {"MIGRATION_DATABASE_URL": ""})


def test_socket_mode_needs_no_signing_secret() -> None:
    found = load(ENVIRONMENT | {"SLACK_SIGNING_SECRET": "", "SLACK_APP_TOKEN": "xapp-1"})

    assert found.is_socket_mode


def test_many_workspaces_need_no_token_of_one() -> None:
    many = {"SLACK_BOT_TOKEN": "", "SLACK_CLIENT_ID": "1.2", "SLACK_CLIENT_SECRET": "secret"}

    assert load(ENVIRONMENT | many).slack_client_id == many["SLACK_CLIENT_ID"]


def test_several_keys_are_read_in_their_order() -> None:
    other = base64.b64encode(os.urandom(32)).decode()

    found = load(ENVIRONMENT | {"ENCRYPTION_KEYS": f" {other} , {KEY}"})

    assert [key.get_secret_value() for key in found.encryption_keys] == [other, KEY]


@pytest.mark.parametrize("alphabet", ["+/", "-_"])
def test_a_key_that_the_settings_take_can_be_used(alphabet: str) -> None:
    key = base64.b64encode(bytes([251, 255] * 16), altchars=alphabet.encode()).decode()

    found = load(ENVIRONMENT | {"ENCRYPTION_KEYS": key})

    assert Sealer([each.get_secret_value() for each in found.encryption_keys])


def test_the_advice_for_making_a_key_makes_one() -> None:
    made = settings.MAKE_A_KEY.split("'")[1].replace("print(", "made = (")
    scope: dict[str, str] = {}
    exec(made, scope)  # noqa: S102  # the operator is told to run exactly this

    assert load(ENVIRONMENT | {"ENCRYPTION_KEYS": scope["made"]})


def test_the_address_of_slack_ends_with_a_slash() -> None:
    assert load(ENVIRONMENT | {"SLACK_API_URL": "https://slack.example/api"}).slack_api_url == (
        "https://slack.example/api/"
    )
    assert any("SLACK_API_URL" in reason for reason in reasons(SLACK_API_URL="slack.example"))


def test_every_setting_is_read_from_the_variable_of_its_name() -> None:
    assert {name.upper() for name in Settings.model_fields} >= {
        "DATABASE_URL",
        "MIGRATION_DATABASE_URL",
        "SLACK_SIGNING_SECRET",
        "SLACK_BOT_TOKEN",
        "SLACK_CLIENT_ID",
        "SLACK_CLIENT_SECRET",
        "SLACK_APP_TOKEN",
        "SLACK_API_URL",
        "HOST",
        "PORT",
        "ENCRYPTION_KEYS",
        "LOG_FORMAT",
    }
