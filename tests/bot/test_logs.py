import json
import logging

import pytest
from sqlalchemy import update
from sqlalchemy.exc import IntegrityError

from bot import logs
from bot.logs import JsonLines, TextLines, redact
from services.db import Database
from services.tables import User
from tests.factories import Company

SECRETS = [
    "xoxb-1234-5678-abcDEF",
    "xoxp-1234-5678-abcDEF",
    "xoxe.xoxb-1-Mi0yLTk4",
    "xapp-1-A012-345-abc",
    "https://hooks.slack.com/commands/T0/123/abc",
]


def line(message: str, *, error: Exception | None = None, **facts: object) -> dict[str, object]:
    told = json.loads(JsonLines().format(a_record(message, error=error, **facts)))
    assert isinstance(told, dict)
    return told


def a_record(message: str, *, error: Exception | None = None, **facts: object) -> logging.LogRecord:
    info = (type(error), error, error.__traceback__) if error else None
    record = logging.LogRecord("bot.test", logging.WARNING, __file__, 1, message, (), info)
    vars(record).update(facts)
    return record


@pytest.mark.parametrize("secret", SECRETS)
@pytest.mark.parametrize("formatter", [JsonLines(), TextLines()], ids=["json", "text"])
def test_no_line_holds_a_token(formatter: logging.Formatter, secret: str) -> None:
    in_words = formatter.format(a_record(f"sent with {secret}!"))
    in_facts = formatter.format(a_record("sent", answer={"token": secret}))
    in_a_trace = formatter.format(a_record("failed", error=ValueError(secret)))

    assert secret not in in_words + in_facts + in_a_trace


@pytest.mark.parametrize(
    "given",
    [
        "postgresql://app:p4ss@db/tandem",
        "postgresql://app:p4:ss@db/tandem",
        "host=db user=app password=p4ss dbname=tandem",
        "host=db password='p4 ss' dbname=tandem",
    ],
)
def test_no_line_holds_the_databases_password(given: str) -> None:
    assert "p4" not in redact(f"cannot reach {given}")


def test_a_redacted_line_is_still_json() -> None:
    told = line(
        "https://example.com:8080/a",
        to="someone@example.com",
        url="http://u:p@host/x",
        conninfo="host=db password=p4ss",
    )

    assert told["conninfo"] == "host=db password=[secret]"
    assert told["to"] == "someone@example.com"
    assert "u:p" not in str(told)


async def test_no_line_holds_the_row_that_an_error_of_the_database_is_about(
    db: Database, acme: Company
) -> None:
    async def write_twice() -> None:
        async with db.transaction(acme.rep) as tx:
            same = {"email": "private@example.com", "first_name": "Two\nlines"}
            await tx.session.execute(update(User).values(same))

    with pytest.raises(IntegrityError) as raised:
        await write_twice()
    told = [
        each.format(a_record("failed", error=raised.value)) for each in (JsonLines(), TextLines())
    ]

    assert all("private@example.com" not in each for each in told)
    assert all("users_organization_id_email_key" in each for each in told)


def test_a_line_says_when_where_and_what() -> None:
    told = line("request.failed", reference="AB12")

    assert told["event"] == "request.failed"
    assert (told["level"], told["logger"], told["reference"]) == ("warning", "bot.test", "AB12")
    assert str(told["at"]).endswith("+00:00")


def test_an_event_is_one_line_whatever_is_in_it() -> None:
    told = JsonLines().format(a_record("two\nlines", error=ValueError("three\nlines")))

    assert "\n" not in told


def test_a_line_carries_the_identifiers_of_its_request() -> None:
    token = logs.CONTEXT.set({})
    logs.bind(surface="command /opp")
    logs.bind(team="T0ACME")
    told = line("anything")
    logs.CONTEXT.reset(token)

    assert (told["surface"], told["team"]) == ("command /opp", "T0ACME")


def test_a_fact_that_is_no_json_is_told_in_words() -> None:
    assert line("odd", what={1})["what"] == "{1}"


def test_what_libraries_say_of_other_peoples_data_is_not_logged() -> None:
    root = logging.getLogger()
    before, level = root.handlers[:], root.level
    logs.set_up("json")
    quiet = [
        logging.getLogger(name).isEnabledFor(logging.INFO)
        for name in ("slack_bolt", "slack_sdk.web", "apscheduler", "procrastinate.worker")
    ]
    root.handlers[:] = before
    root.setLevel(level)

    assert quiet == [False] * 4
