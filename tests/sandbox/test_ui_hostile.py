import json
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, get_args, get_origin
from urllib.parse import quote

import aiohttp
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import BaseModel

from sandbox import Sandbox, SandboxClock
from sandbox.person import Desk
from sandbox.ui import Ui
from sandbox.ui_inputs import Asked
from tests.sandbox.slack_app import (
    SECRET,
    TOKEN,
    SlackApp,
    actions,
    button,
    client,
    input_block,
    modal,
    option,
)

FEW = settings().max_examples // 5
"""Each example asks of everything there is."""
INPUTS = (
    "plain_text_input",
    "number_input",
    "email_text_input",
    "url_text_input",
    "datepicker",
    "timepicker",
    "datetimepicker",
    "users_select",
    "multi_users_select",
    "channels_select",
    "multi_conversations_select",
    "rich_text_input",
    "file_input",
)
PICK = {"type": "static_select", "action_id": "stage", "options": [option("won")]}
ROW = actions(button("go", "Go"), PICK)
MORE = {"number_input": {"is_decimal_allowed": False}}
EVERYTHING = modal(
    *(
        input_block(each, {"type": each, "action_id": each, **MORE.get(each, {})})
        for each in INPUTS
    ),
    ROW,
)
VIEW, MESSAGE = "the view's id", "the message's ts"
IDS = ("T0ACME", "U0ANA", "C0DEALS", "D0ANA", VIEW, MESSAGE, *INPUTS, "go", "row", "stage")
ODD = (
    "",
    "*",
    "../../etc",
    "\x00",
    "\ud800",
    "9" * 5000,
    "1e400",
    "²",
    "2026-11-20",
    "Europe/Lisbon",
    "<@U0ANA>",
    "thumbsup",
    "/opp",
)
MOMENTS = ("0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "2026-02-30", 1e30)
NUMBERS = (0, 1, -1, 60.5, 1e18, -1e18, 1e308, float("inf"), float("nan"), 2**63)
WORDS = st.sampled_from((*IDS, *ODD)) | st.text(max_size=20)
LEAVES = WORDS | st.sampled_from(NUMBERS) | st.none() | st.booleans()
VALUES = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS, inner, max_size=3),
    max_leaves=6,
)
SHAPED: dict[object, st.SearchStrategy[object]] = {
    str: WORDS,
    int: st.sampled_from(NUMBERS),
    float: st.sampled_from(NUMBERS),
    bool: st.booleans(),
    datetime: st.sampled_from(MOMENTS) | st.datetimes().map(datetime.isoformat),
}
LIKELY: dict[str, list[object]] = {
    "view_id": [VIEW],
    "channel": ["C0DEALS", "D0ANA"],
    "message_ts": [MESSAGE],
    "ts": [MESSAGE],
    "container": [{"view_id": VIEW}, {"channel": "C0DEALS", "message_ts": MESSAGE}],
    "person": ["U0ANA"],
}
PLACES = st.sampled_from(
    [
        *({"block_id": each, "action_id": each} for each in INPUTS),
        *({"block_id": "row", "action_id": each} for each in ("go", "stage")),
    ]
)


@dataclass
class Attacked:
    """The page's address, what may be posted to it, and what the placeholders stand for."""

    session: aiohttp.ClientSession
    url: str
    posts: dict[str, type[Asked]]
    view_id: str
    ts: str

    async def status(self, path: str, body: dict[str, object]) -> int:
        who = {"team": "T0ACME", "as": "U0ANA"}
        sent = json.dumps(who | body).replace(VIEW, self.view_id).replace(MESSAGE, self.ts)
        headers = {"Content-Type": "application/json"}
        address = f"{self.url}/ui/{path}"
        async with self.session.post(address, data=sent.encode(), headers=headers) as response:
            await response.read()
            return response.status

    async def uploads(self, fields: dict[str, str]) -> int:
        form = aiohttp.FormData(fields)
        form.add_field("file", b"words", filename=fields["comment"])
        async with self.session.post(f"{self.url}/ui/upload", data=form) as response:
            return response.status

    async def seen(self, path: str, **query: str) -> int:
        async with self.session.get(f"{self.url}/{path}", params=query) as response:
            await response.read()
            return response.status


@asynccontextmanager
async def attacked() -> AsyncGenerator[Attacked]:
    """A channel with a message and an open modal, each with something of every kind to touch."""
    slack, app = Sandbox(clock=SandboxClock(), signing_secret=SECRET), SlackApp()
    async with AsyncExitStack() as stack:
        for part in (slack, app):
            await part.start()
            stack.push_async_callback(part.stop)
        slack.connect_app(app.url, commands=[{"command": "/opp", "should_escape": True}])
        team = slack.add_team("T0ACME", "Acme", domain="acme", bot_token=TOKEN)
        person = slack.person(team, team.add_person("U0ANA", "Ana"))
        team.add_channel("C0DEALS", "deals", members=[person.member])
        api = client(slack.api_url)
        posted = await api.chat_postMessage(channel="C0DEALS", text="Acme", blocks=[ROW])
        await person.command("/opp")
        opened = await api.views_open(trigger_id=app.last["trigger_id"], view=EVERYTHING)
        posts = Ui(Desk(slack.core, slack.interactions, slack.events)).posts()
        models = {path: model for path, (model, _) in posts.items()}
        session = await stack.enter_async_context(aiohttp.ClientSession())
        yield Attacked(session, slack.url, models, opened["view"]["id"], posted["ts"])


def bodies(model: type[BaseModel]) -> st.SearchStrategy[dict[str, object]]:
    """What the model knows, mostly of the right shape, and now and then without something."""
    known = {field.alias or name: field for name, field in model.model_fields.items()}
    drawn = {
        name: st.sampled_from(LIKELY[name]) if name in LIKELY else values(field.annotation)
        for name, field in known.items()
        if name not in ("team", "as", "block_id", "action_id")
    }
    whole = st.fixed_dictionaries(drawn)
    if "block_id" in known:
        whole = st.tuples(whole, PLACES).map(lambda both: both[0] | both[1])
    without = st.sampled_from([*known, ""])
    odd = st.tuples(whole, without, VALUES).map(lambda drawn: drawn[0] | {drawn[1]: drawn[2]})
    return whole | odd


def values(annotation: object) -> st.SearchStrategy[object]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return bodies(annotation)
    if get_origin(annotation) is Literal:
        return st.sampled_from(get_args(annotation))
    if get_args(annotation):
        return st.one_of([values(each) for each in get_args(annotation)])
    return SHAPED.get(annotation, VALUES) | VALUES


@settings(max_examples=FEW)
@given(data=st.data())
async def test_nothing_that_is_posted_to_the_page_breaks_it(data: st.DataObject) -> None:
    async with attacked() as page:
        for path, model in page.posts.items():
            body = data.draw(bodies(model), label=path)

            assert await page.status(path, body) < 500, (path, body)
            assert await page.status("faults/clear", {}) == 200
            assert await page.seen("ui/state", channel="C0DEALS") in (200, 404), (path, body)
            assert await page.seen("ui/traffic") == 200


@settings(max_examples=FEW)
@given(names=st.lists(WORDS.filter(lambda word: word.isprintable()), min_size=4, max_size=4))
async def test_nothing_that_is_asked_of_the_page_breaks_it(names: list[str]) -> None:
    first, second, third, fourth = names
    async with attacked() as page:
        query = {"team": first, "as": second, "channel": third, "before": fourth, "thread": first}

        assert await page.seen("ui/state", **query) < 500
        assert await page.seen("ui/state", before=first, thread=second) < 500
        assert await page.seen("ui/traffic", after=first) == 200
        assert await page.seen(f"ui/file/T0ACME/{quote(first, safe='')}") == 404
        assert await page.seen(f"page/{quote(second, safe='')}") in (200, 404)
        assert await page.uploads({"team": first, "channel": third, "comment": fourth}) < 500
