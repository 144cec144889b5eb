from pathlib import Path

import pytest
from pydantic import ValidationError
from ruamel.yaml import YAML

import handlers
from bot.manifest import BOT_SCOPES, EVENTS, OPTIONAL_SCOPES, Manifest, as_yaml, manifest

ROOT = Path(__file__).parents[2]


def test_the_manifest_in_the_repository_is_what_the_code_registers() -> None:
    kept = (ROOT / "manifest.yml").read_text(encoding="utf-8")

    assert kept == as_yaml(manifest(handlers.routes()))


def test_every_command_the_code_answers_is_in_the_manifest() -> None:
    commands = handlers.routes().commands

    entries = manifest(handlers.routes()).features.slash_commands

    assert [entry.command for entry in entries] == [command.name for command in commands]
    assert {entry.should_escape for entry in entries} == {False}, "words come as they were typed"


def test_every_shortcut_the_code_answers_is_in_the_manifest() -> None:
    items = handlers.routes().shortcuts

    entries = manifest(handlers.routes()).features.shortcuts

    assert [entry.callback_id for entry in entries] == list(items)
    assert {entry.type for entry in entries} == {"global", "message"}


def test_every_event_the_code_listens_to_is_in_the_manifest_and_no_other() -> None:
    subscribed = manifest(handlers.routes()).settings.event_subscriptions.bot_events

    assert set(subscribed) == set(handlers.routes().events) == set(EVENTS)


def test_every_scope_has_its_reason() -> None:
    assert all(reason.endswith(".") for reason in ({**BOT_SCOPES, **OPTIONAL_SCOPES}).values())
    assert set(BOT_SCOPES).isdisjoint(OPTIONAL_SCOPES)


def test_people_can_read_what_the_app_writes_to_them() -> None:
    home = manifest(handlers.routes()).features.app_home

    assert home.messages_tab_enabled


def test_over_http_every_address_is_there_and_in_socket_mode_none() -> None:
    http = as_yaml(manifest(handlers.routes(), base_url="https://tandem.my.example"))
    socket = as_yaml(manifest(handlers.routes(), base_url=None))

    assert http.count("https://tandem.my.example/slack/events") == 3 + len(
        handlers.routes().commands
    )
    assert "https://tandem.my.example/slack/oauth_redirect" in http
    assert "https://" not in socket
    assert YAML(typ="safe").load(socket)["settings"]["socket_mode_enabled"] is True


def test_an_address_that_is_missing_is_noticed() -> None:
    whole = manifest(handlers.routes()).model_dump(by_alias=True)
    whole["metadata"] = whole.pop("_metadata")
    whole["settings"]["interactivity"]["request_url"] = None

    with pytest.raises(ValidationError, match="request addresses"):
        Manifest.model_validate(whole)


def test_tokens_rotate_only_where_that_is_asked_for() -> None:
    usual = manifest(handlers.routes())
    rotating = manifest(handlers.routes(), rotates_tokens=True)

    assert not usual.settings.token_rotation_enabled
    assert rotating.settings.token_rotation_enabled


def test_a_prefix_comes_before_every_command() -> None:
    entries = manifest(handlers.routes(), prefix="tandem-").features.slash_commands

    assert {entry.command[:8] for entry in entries} == {"/tandem-"}
