"""What an app's HTTP request to the Web API says: its token and its arguments.

https://docs.slack.dev/apis/web-api/#post_bodies. Knows nothing of methods.
"""

import re
from base64 import b64decode
from collections.abc import Mapping
from typing import cast

from aiohttp import web

from sandbox.wire import JsonObject, SlackError, as_text, maybe_object, parse

JSON, FORM, PARTS = (
    "application/json",
    "application/x-www-form-urlencoded",
    "multipart/form-data",
)
TYPES = frozenset({JSON, FORM, PARTS, "text/plain"})
CHARSETS = frozenset({"", "utf-8", "utf8", "iso-8859-1"})
# Arguments that are JSON within a form, https://docs.slack.dev/apis/web-api/#complex
JSON_WITHIN = ("attachments", "blocks", "metadata", "view")
NAME = re.compile(r"\w+", re.ASCII)
ARRAY = re.compile(r"\w+\[\w*\]", re.ASCII)


async def read(request: web.Request) -> tuple[str, JsonObject]:
    """The token, empty if there is none, and the arguments without it.

    Raises SlackError for what cannot be read, in the words common to all methods, such as on
    https://docs.slack.dev/reference/methods/chat.postMessage#errors
    """
    _is_readable(request)
    try:
        given = await _given(request)
    except web.RequestPayloadError as error:
        raise SlackError("request_timeout") from error
    in_form = as_text(given.pop("token", ""))
    for name in given:
        _is_named_well(name)
    return bearer(request) or in_form, _unpacked(given) | _basic(request)


def bearer(request: web.Request) -> str:
    """The token of the header, empty if there is none."""
    kind, _, token = request.headers.get("Authorization", "").partition(" ")
    return token.strip() if kind.lower() == "bearer" else ""


def warnings(request: web.Request) -> list[str]:
    """JSON should say its charset, a form not: https://docs.slack.dev/apis/web-api/#post_bodies"""
    if request.method != "POST":
        return []
    if request.content_type == JSON:
        return [] if request.charset else ["missing_charset"]
    return ["superfluous_charset"] if request.charset and "form" in request.content_type else []


def _is_readable(request: web.Request) -> None:
    if not request.can_read_body:
        return
    if "Content-Type" not in request.headers:
        raise SlackError("missing_post_type")
    if request.content_type not in TYPES:
        raise SlackError("invalid_post_type")
    if (request.charset or "").lower() not in CHARSETS:
        raise SlackError("invalid_charset")


async def _given(request: web.Request) -> JsonObject:
    if request.content_type != JSON:
        return dict(request.query) | await _form(request)
    given = _json_arguments(await request.read())
    given.pop("token", None)  # a token in a JSON body is not read
    return given


def _json_arguments(body: bytes) -> JsonObject:
    try:
        value = maybe_object(parse(body or b"{}"))
    except ValueError as error:
        raise SlackError("invalid_json") from error
    if value is None:
        raise SlackError("json_not_object")
    return dict(value)


async def _form(request: web.Request) -> JsonObject:
    """The fields of a form. Files in it are no arguments: no method takes one."""
    if request.method != "POST":
        return {}
    try:
        fields = cast("Mapping[str, object]", await request.post())
    except ValueError as error:
        raise SlackError("invalid_form_data") from error
    for value in fields.values():
        if isinstance(value, web.FileField):
            value.file.close()
    return {name: value for name, value in fields.items() if isinstance(value, str)}


def _is_named_well(name: str) -> None:
    if ARRAY.fullmatch(name):
        raise SlackError("invalid_array_arg")
    if not NAME.fullmatch(name):
        raise SlackError("invalid_arg_name")


def _unpacked(given: JsonObject) -> JsonObject:
    """Arguments with the JSON among them read; text that is no JSON stays, to be refused."""
    unpacked = dict(given)
    for name in JSON_WITHIN:
        value = given.get(name)
        if isinstance(value, str) and value:
            try:
                unpacked[name] = parse(value)
            except ValueError:
                continue
    return unpacked


def _basic(request: web.Request) -> JsonObject:
    """Client id and secret, where they come in the header as OAuth recommends."""
    header = request.headers.get("Authorization", "")
    if not header.startswith("Basic "):
        return {}
    try:
        words = b64decode(header.removeprefix("Basic "), validate=True).decode()
    except ValueError:
        return {}
    client_id, _, client_secret = words.partition(":")
    return {"client_id": client_id, "client_secret": client_secret}
