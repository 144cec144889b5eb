"""That the watch over the suite's logs would find what it looks for."""

import logging

import pytest

from tests.logs import LogWatch


@pytest.mark.parametrize(
    "words",
    [
        "key YSBrZXkgb2YgdGhpcnR5LXR3byBieXRlcywgZml4ZWQ= of the seal",
        "signed with the-signing-secret",
        'filed "Call Umbrella about the renewal" today',
    ],
)
def test_what_must_not_be_logged_is_found(words: str) -> None:
    watch = LogWatch()

    watch.handle(logging.makeLogRecord({"msg": words, "levelno": logging.INFO}))
    watch.add_texts([{"view": [{"value": "Call Umbrella about the renewal"}]}])

    assert len(watch.found()) == 1
    assert watch.found() == []


def test_lines_of_identifiers_and_kinds_pass() -> None:
    watch = LogWatch()

    watch.handle(logging.makeLogRecord({"msg": "delivery.sent", "method": "chat.postMessage"}))
    watch.add_texts([{"text": "Call Umbrella about the renewal", "type": "message"}])

    assert watch.found() == []


def test_an_exception_is_looked_at_too() -> None:
    watch = LogWatch()
    watch.add_secrets("the code of this test")
    error = ValueError("the code of this test")

    watch.handle(logging.makeLogRecord({"msg": "failed", "exc_info": (ValueError, error, None)}))

    assert len(watch.found()) == 1
