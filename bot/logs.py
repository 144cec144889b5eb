"""One event, one line: JSON or text, with the request's identifiers, without secrets."""

import json
import logging
import re
import sys
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Literal

CONTEXT: ContextVar[dict[str, str]] = ContextVar("log_context")
"""Identifiers of the request or job at hand, added to each of its lines."""

_SECRETS = re.compile(
    r"xox[a-z]-[\w-]+|xapp-[\w-]+|xoxe[.\w-]+"
    r"|(?<=://)[^\s:/@]+:[^\s@]+(?=@)"
    r"|(?<=password=)(?:'[^']*'|[^\s'\"\\]+)"
    r"|https://hooks\.slack\.com/\S+"
)
_STANDARD = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}
_TOO_TALKATIVE = ("slack_bolt", "slack_sdk", "apscheduler", "procrastinate", "aiohttp.access")
"""At INFO these write bodies, signatures and arguments of other people's data."""


def bind(**identifiers: str) -> None:
    """Add identifiers to every following line of this request or job."""
    CONTEXT.set({**CONTEXT.get({}), **identifiers})


def set_up(log_format: Literal["json", "text"], level: int = logging.INFO) -> None:
    """Send all logs to the standard error in the chosen format. Called once, at start."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines() if log_format == "json" else TextLines())
    logging.basicConfig(level=level, handlers=[handler], force=True)
    for name in _TOO_TALKATIVE:
        logging.getLogger(name).setLevel(logging.WARNING)


def redact(line: str) -> str:
    """The line without tokens, passwords and response addresses."""
    return _SECRETS.sub("[secret]", line)


class JsonLines(logging.Formatter):
    """For machines."""

    def format(self, record: logging.LogRecord) -> str:
        entry: dict[str, object] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(),
            "level": record.levelname.lower(),
            "logger": record.name,
            "event": record.getMessage(),
            **CONTEXT.get({}),
            **_extra(record),
        }
        if record.exc_info:
            entry["trace"] = self.formatException(record.exc_info)
        return redact(json.dumps(entry, default=str, ensure_ascii=False))


class TextLines(logging.Formatter):
    """For people."""

    def format(self, record: logging.LogRecord) -> str:
        facts = {**CONTEXT.get({}), **_extra(record)}
        told = " ".join(f"{name}={value}" for name, value in facts.items())
        clock = datetime.fromtimestamp(record.created, UTC).astimezone().strftime("%H:%M:%S")
        line = f"{clock} {record.levelname.lower():7} {record.getMessage()} {told}".rstrip()
        if record.exc_info:
            line = f"{line}\n{self.formatException(record.exc_info)}"
        return redact(line)


def _extra(record: logging.LogRecord) -> dict[str, object]:
    return {name: value for name, value in vars(record).items() if name not in _STANDARD}
