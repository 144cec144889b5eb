"""Looks at every line the suite logs, as production would write it: no secret and no words of
people may be in one. What is found fails the test that logged it.
"""

import json
import logging
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from bot.logs import _TOO_TALKATIVE, JsonLines

TOKENS = re.compile(r"xox[a-z]-|xapp-|xoxe\.|-----BEGIN")
KNOWN = (
    "the-signing-secret",
    "YSBrZXkgb2YgdGhpcnR5LXR3byBieXRlcywgZml4ZWQ=",
    "tandem_app:tandem_app",
    "tandem_owner:tandem_owner",
)
"""Secrets of the tests' own settings: Slack's, the key of the sealed tokens, the database's."""
WORDS = 3
"""A text of fewer may be anything: the name of a stage, of a person."""


class LogWatch(logging.Handler):
    """A handler of all loggers, in production's format and at its level."""

    def __init__(self) -> None:
        super().__init__(logging.INFO)
        self.setFormatter(JsonLines())
        self._lines: list[str] = []
        self._secrets: set[str] = set(KNOWN)
        self._typed: set[str] = set()

    def begin(self) -> None:
        """Listen, at the levels production has."""
        root = logging.getLogger()
        root.setLevel(logging.INFO)
        if self not in root.handlers:
            root.addHandler(self)
        for name in _TOO_TALKATIVE:
            logging.getLogger(name).setLevel(logging.WARNING)

    @property
    def lines(self) -> Sequence[str]:
        """What was logged since the last time, as production writes it."""
        return tuple(self._lines)

    def emit(self, record: logging.LogRecord) -> None:
        self._lines.append(self.format(record))

    def add_secrets(self, *secrets: str) -> None:
        """More that this test knows."""
        self._secrets.update(secrets)

    def add_texts(self, payloads: Iterable[object]) -> None:
        """Whatever words the app was sent: typed by people, or its own messages sent back."""
        if self._lines:
            self._typed.update(text for text in texts_in(payloads) if len(text.split()) >= WORDS)

    def found(self) -> list[str]:
        """The lines since the last time that hold a secret or words of people."""
        wanted = [
            *self._secrets,
            *(json.dumps(text, ensure_ascii=False)[1:-1] for text in self._typed),
        ]
        lines, self._lines = self._lines, []
        self._secrets, self._typed = set(KNOWN), set()
        return [line for line in lines if TOKENS.search(line) or any(w in line for w in wanted)]


def texts_in(value: object) -> Iterator[str]:
    """Every text somewhere in it."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for each in value.values():
            yield from texts_in(each)
    elif isinstance(value, Iterable):
        for each in value:
            yield from texts_in(each)
