"""The record: each Web API call, response_url post and request to the app, as a line of JSON.

Every line is on disk when it has been written, so that a crash loses nothing; nothing is kept in
memory. Tokens and secrets never reach the file. Knows nothing of what the lines mean.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TextIO

from sandbox.core import Call
from sandbox.delivery import Delivery
from sandbox.wire import JsonObject, dump, parse

HIDDEN = "(removed)"
# Bot, user, configuration, refresh and app-level tokens, and the tickets of socket mode:
# https://docs.slack.dev/authentication/tokens
TOKENS = re.compile(r"\bx(?:ox[a-z]|oxe\.xox[a-z]|app)-[\w.-]+|(?<=[?&]ticket=)\w+")


@dataclass
class Recorder:
    """Appends lines to a file, which is made if it is not there. `secrets` are never written."""

    path: Path
    secrets: Sequence[str] = ()
    _file: TextIO | None = field(init=False, default=None)

    def call(self, call: Call) -> None:
        """A call by the app, or a post to a response_url."""
        line: JsonObject = {"method": call.method, "team": call.team_id, "request": call.args}
        line |= {"answer": call.answer, "status": call.status}
        line |= {"seconds": round(call.seconds, 6), "error": call.error}
        self._write(call.at, "call", line)

    def delivery(self, delivery: Delivery) -> None:
        """A request to the app."""
        sent: JsonObject = {"kind": delivery.kind, "method": delivery.method, "via": delivery.via}
        sent |= {"team": delivery.team_id, "person": delivery.user_id}
        sent |= {"retry": delivery.retry_num, "request": delivery.payload}
        sent |= {"answer": _answer(delivery.body), "status": delivery.status}
        sent |= {"seconds": round(delivery.seconds, 6), "error": delivery.error}
        self._write(delivery.at, "delivery", sent)

    def close(self) -> None:
        if self._file is not None:
            self._file.close()
            self._file = None

    def _write(self, at: datetime, direction: str, line: JsonObject) -> None:
        moment = at.astimezone(UTC).isoformat(timespec="milliseconds")
        text = dump({"at": moment, "direction": direction, **line})
        self._open().write(self._clean(text) + "\n")

    def _open(self) -> TextIO:
        if self._file is None:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self._file = self.path.open("a", encoding="utf-8", buffering=1)
        return self._file

    def _clean(self, line: str) -> str:
        for secret in self.secrets:
            line = line.replace(secret, HIDDEN)
        return TOKENS.sub(HIDDEN, line)


def _answer(body: str) -> object:
    """The answer as JSON where it is, else as the text it is."""
    try:
        return parse(body)
    except ValueError:
        return body
