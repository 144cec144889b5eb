"""What went between Slack and the app, as the page's inspector shows it: in order, each request and
call with its answer, what was wrong with it, and what caused it.

Listens to the books of calls and deliveries; keeps the latest, changes nothing.
"""

import re
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import islice, takewhile

from sandbox.blockkit import problems_of_message, problems_of_options, problems_of_view
from sandbox.core import Call
from sandbox.delivery import Delivery
from sandbox.wire import JsonObject, as_object, as_objects, as_text, maybe_object, parse

KEPT = 1000
MOST_OWNED = 8 * KEPT
MANY = 200  # entries in one answer: a page that opens late gets the latest
POINTER = re.compile(r"^(?:\[ERROR\] )?(?P<words>.*?)(?: \[json-pointer:(?P<pointer>[^\]]*)\])?$")


@dataclass
class Entry:
    """One exchange. `turn` grows whenever something about it changes; `cause` is the number of the
    request that made the app do it.
    """

    number: int
    turn: int
    held: Call | Delivery
    keys: frozenset[str]
    cause: int | None = None


@dataclass
class Traffic:
    """The latest exchanges."""

    _entries: deque[Entry] = field(default_factory=lambda: deque(maxlen=KEPT))
    _owners: dict[str, int] = field(default_factory=dict[str, int])
    _turn: int = 0
    _number: int = 0

    def call(self, call: Call) -> None:
        """Notes a call of the app; it belongs to the request whose trigger or view it uses."""
        keys = frozenset(_keys_of_call(call))
        owners = [self._owners[key] for key in keys if key in self._owners]
        entry = self._note(call, keys, max(owners, default=None))
        if entry.cause is not None:
            self._own(keys, entry.cause)

    def delivery(self, delivery: Delivery) -> None:
        """Notes a request to the app, and claims what the app did while it was answering it."""
        keys = frozenset(_keys_of_delivery(delivery))
        known = keys & self._owners.keys()
        first = [self._owners[key] for key in known if key.startswith("event:")]
        cause = first[0] if delivery.retry_num and first else None
        entry = self._note(delivery, keys, cause)
        owner = entry.number if cause is None else cause
        self._own(keys, owner)
        for other in self._since(delivery.at):
            if other.cause is None and (other.keys & keys or _within(other.held, delivery)):
                self._change(other, owner)
                self._own(other.keys, owner)

    def after(self, turn: int) -> tuple[int, list[Entry]]:
        """What is new or changed since that turn, and the turn reached now."""
        fresh = [entry for entry in self._entries if entry.turn > turn]
        return self._turn, fresh[-MANY:]

    def _note(self, held: Call | Delivery, keys: frozenset[str], cause: int | None) -> Entry:
        self._turn += 1
        self._number += 1
        entry = Entry(self._number, self._turn, held, keys, cause)
        self._entries.append(entry)
        return entry

    def _own(self, keys: Iterable[str], owner: int) -> None:
        self._owners.update(dict.fromkeys(keys, owner))
        if len(self._owners) > MOST_OWNED:
            self._owners = dict(islice(self._owners.items(), MOST_OWNED // 2, None))

    def _since(self, moment: datetime) -> list[Entry]:
        """The calls that ended after that moment."""
        calls = (entry for entry in reversed(self._entries) if isinstance(entry.held, Call))
        return list(takewhile(lambda entry: entry.held.at >= moment, calls))

    def _change(self, entry: Entry, cause: int) -> None:
        self._turn += 1
        entry.turn, entry.cause = self._turn, cause


def shown(entry: Entry) -> JsonObject:
    """An entry as the inspector reads it; `at` in UTC, `seconds` until the answer."""
    held = entry.held
    told = _call(held) if isinstance(held, Call) else _delivery(held)
    at: datetime = held.at
    return {
        "number": entry.number,
        "cause": entry.cause,
        "at": at.isoformat(timespec="milliseconds"),
        "seconds": round(held.seconds, 4),
        "error": held.error,
        "status": held.status,
        **told,
    }


def _call(call: Call) -> JsonObject:
    return {
        "direction": "call",
        "kind": "response_url" if call.method == "response_url" else "call",
        "method": call.method,
        "team": call.team_id,
        "person": None,
        "request": call.args,
        "answer": call.answer,
        "retry": 0,
        "reason": None,
        "problems": [_problem(words) for words in call.explanations],
    }


def _delivery(delivery: Delivery) -> JsonObject:
    payload = delivery.payload
    return {
        "direction": "request",
        "kind": delivery.kind,
        "method": _name(delivery),
        "team": delivery.team_id,
        "person": delivery.user_id,
        "request": payload,
        "answer": _answer(delivery.body),
        "retry": delivery.retry_num,
        "reason": delivery.reason,
        "via": delivery.via,
        "problems": list(_problems(delivery)),
    }


def _name(delivery: Delivery) -> str:
    """What a person calls it: the command typed, the callback or action touched, the event."""
    payload = delivery.payload
    view = as_object(payload.get("view"))
    named = payload.get("command") or payload.get("callback_id") or view.get("callback_id")
    touched = next(iter(as_objects(payload.get("actions"))), payload)
    return as_text(touched.get("action_id")) or as_text(named) or delivery.method


def _answer(body: str) -> object:
    try:
        return parse(body) if body else None
    except ValueError:
        return body


def _problems(delivery: Delivery) -> Iterator[JsonObject]:
    """What Slack would not take of the app's answer."""
    body = maybe_object(_answer(delivery.body))
    if body is None:
        return
    view = maybe_object(body.get("view"))
    if delivery.kind == "command":
        found = problems_of_message(body)
    elif delivery.kind == "block_suggestion":
        found = problems_of_options(body)
    elif view is not None:
        found = problems_of_view(view)
    else:
        return
    for problem in found:
        yield {"words": problem.message, "pointer": problem.pointer}


def _problem(words: str) -> JsonObject:
    match = POINTER.match(words)
    if match is None:
        return {"words": words, "pointer": None}
    return {"words": match["words"], "pointer": match["pointer"]}


def _keys_of_call(call: Call) -> Iterator[str]:
    """By what a call can be told to belong to a request: its trigger, or a view made by it."""
    trigger = call.trigger or as_text(call.args.get("trigger_id"))
    if trigger:
        yield f"trigger:{trigger}"
    view = as_object(call.answer.get("view"))
    for view_id in {as_text(call.args.get("view_id")), as_text(view.get("id"))}:
        if view_id and view.get("type") != "home":
            yield f"view:{view_id}"


def _keys_of_delivery(delivery: Delivery) -> Iterator[str]:
    payload = delivery.payload
    if trigger := as_text(payload.get("trigger_id")):
        yield f"trigger:{trigger}"
    if view_id := as_text(as_object(payload.get("view")).get("id")):
        yield f"view:{view_id}"
    if event_id := as_text(payload.get("event_id")):
        yield f"event:{event_id}"


def _within(call: Call | Delivery, delivery: Delivery) -> bool:
    """Whether the call was made for that team while the app was at that request."""
    end = delivery.at + timedelta(seconds=delivery.seconds)
    same = call.team_id in (None, delivery.team_id)
    return same and delivery.at <= call.at <= end
