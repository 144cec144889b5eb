"""Requests no client would send, signed as Slack signs, and what the database holds around them."""

import json
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from copy import deepcopy
from dataclasses import dataclass, replace
from typing import cast
from urllib.parse import urlencode

import psycopg

from sandbox import Message, Person, View, payloads
from sandbox.controls import controls_of
from sandbox.delivery import Reply
from sandbox.values import HOLDS
from sandbox.wire import JsonObject, as_object, as_objects, as_text, parse, text_of
from tests.conftest import Urls
from tests.journeys.conftest import World

RECORDS = (
    "alerts",
    "audit_log",
    "commission_entries",
    "configurations",
    "message_copies",
    "opportunities",
    "opportunity_changes",
    "opportunity_stage_history",
    "outbox",
    "partner_interactions",
    "partners",
    "tasks",
    "users",
    "weekly_status",
    "workspaces",
)
"""Everything a refused request must leave alone, of every company."""


@dataclass(frozen=True)
class Records:
    """A digest of every row of every table, read behind the application's back."""

    by_table: Mapping[str, str]

    @classmethod
    async def of(cls, urls: Urls) -> "Records":
        each = (
            f"SELECT '{table}', coalesce(string_agg(t::text, chr(10) ORDER BY t::text), '') "  # noqa: S608  # names of ours
            f"FROM {table} t"
            for table in RECORDS
        )
        async with await psycopg.AsyncConnection.connect(urls.superuser) as connection:
            rows = await connection.execute(" UNION ALL ".join(each).encode())
            return cls(dict(cast("list[tuple[str, str]]", await rows.fetchall())))


@asynccontextmanager
async def nothing_changes(urls: Urls) -> AsyncGenerator[None]:
    """Whatever is done inside, no record of any company is another one after it."""
    before = await Records.of(urls)
    assert before.by_table["workspaces"], "this is not the database in use"
    yield
    assert await Records.of(urls) == before


@dataclass(frozen=True)
class Signed:
    """One request as it goes over the wire: it can be sent again."""

    headers: Mapping[str, str]
    body: bytes


def signed(world: World, payload: JsonObject) -> Signed:
    """An interaction. Escaped as JSON, so that even half a character pair goes through."""
    body = urlencode({"payload": json.dumps(payload)}).encode()
    return Signed(world.slack.sign(body), body)


async def send(world: World, request: Signed) -> Reply:
    return await world.slack.post_raw(request.headers, request.body)


def submission(person: Person, **crafted: str) -> JsonObject:
    """The submit of the modal in front, with these values in its fields, offered or not."""
    view = front(person)
    payload = payloads.interaction(person.actor, "view_submission")
    payload |= {"trigger_id": "1.2.3", "response_urls": []}
    payload["view"] = deepcopy(payloads.view_payload(person.core, person.team, view))
    fields = as_object(as_object(as_object(payload["view"])["state"])["values"])
    for block_id, value in crafted.items():
        for state in map(as_object, as_object(fields[block_id]).values()):
            key, _ = HOLDS[as_text(state["type"])]
            state[key] = _option(value) if key == "selected_option" else value
    return payload


def press(person: Person, message: Message, action: str, value: str) -> JsonObject:
    """A press on this message of a button that it may never have had."""
    payload = payloads.interaction(person.actor, "block_actions")
    payload |= payloads.surface(person.actor, message)
    where = person.team, person.member.id, message.channel
    return payload | {
        "trigger_id": person.core.triggers.issue(person.team.id, person.member.id, None),
        "response_url": person.interactions.urls.issue(*where, message),
        "actions": [{"type": "button", "action_id": action, "block_id": "crafted", "value": value}],
    }


def forged(message: Message, key: str, value: str) -> Message:
    """The message with another value in its controls of this name, for this finger only."""
    other = replace(message, blocks=deepcopy(message.blocks))
    for control in controls_of(other.blocks):
        if control.goes_by(key):
            control.element["value"] = value
    return other


def craft(person: Person, block_id: str, value: str) -> None:
    """Put an option into the modal in front that was never offered."""
    view = front(person)
    key = next(each for each in view.values if each[0] == block_id)
    view.values[key] = {"type": view.values[key]["type"], "selected_option": _option(value)}


def option_value(message: Message, label: str) -> str:
    """What the message carries behind an option, for a request that is made by hand."""
    options = [
        option
        for control in controls_of(message.blocks)
        for option in as_objects(control.element.get("options"))
    ]
    return next(as_text(each["value"]) for each in options if text_of(each["text"]) == label)


async def errors(world: World, payload: JsonObject) -> dict[str, str]:
    """Send it, and read the words at the fields, which must be fields that the modal has."""
    reply = await send(world, signed(world, payload))
    assert reply.status == 200, reply
    answer = as_object(parse(reply.body)) if reply.body else {}
    told = {name: as_text(words) for name, words in as_object(answer.get("errors")).items()}
    blocks = as_objects(as_object(payload["view"]).get("blocks"))
    assert set(told) <= {block.get("block_id") for block in blocks}
    return told


def front(person: Person) -> View:
    """The modal in front."""
    assert person.view is not None
    return person.view


def _option(value: str) -> JsonObject:
    return {"text": {"type": "plain_text", "text": "Crafted"}, "value": value}
