"""Who the app is to Slack: its name, ids and secrets, and the names the sandbox hands out."""

import hashlib
import hmac
import re
from dataclasses import dataclass
from datetime import datetime
from itertools import count


@dataclass(frozen=True)
class AppIdentity:
    """What Slack's app configuration page shows of an app."""

    name: str
    signing_secret: str
    client_id: str
    client_secret: str

    @property
    def id(self) -> str:
        return "A0" + re.sub(r"[^A-Z0-9]", "", self.name.upper())

    @property
    def app_token(self) -> str:
        """The app-level token of socket mode."""
        return f"xapp-1-{self.id}-1-{self.secret('app')}"

    @property
    def verification_token(self) -> str:
        """The deprecated `token` field, still sent in every payload."""
        return self.secret("verification")[:24]

    def secret(self, purpose: str) -> str:
        """Unguessable without the signing secret, the same for the same purpose."""
        key = self.signing_secret.encode()
        return hmac.new(key, purpose.encode(), hashlib.sha256).hexdigest()


def signature(secret: str, timestamp: str, body: bytes) -> str:
    """https://docs.slack.dev/authentication/verifying-requests-from-slack"""
    base = b"v0:" + timestamp.encode() + b":" + body
    return "v0=" + hmac.new(secret.encode(), base, hashlib.sha256).hexdigest()


def first_number(now: datetime) -> int:
    """Where to begin counting, so that no name is given out again after a restart."""
    return int(now.timestamp() * 1000)


class Counter:
    """Names that never repeat: a prefix and a number in base 36."""

    def __init__(self, prefix: str, width: int, start: int = 1) -> None:
        self._prefix = prefix
        self._width = width
        self._numbers = count(start)

    def next(self) -> str:
        return self._prefix + base36(next(self._numbers)).rjust(self._width, "0")


def base36(number: int) -> str:
    digits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    text = ""
    while number:
        number, digit = divmod(number, 36)
        text = digits[digit] + text
    return text or "0"
