"""Rules of the Web API as a whole: tokens, scopes, arguments, rates and cursors."""

from tests.sandbox.conformance.acts import calling
from tests.sandbox.conformance.rule import DOCS, Example, Rule
from tests.sandbox.conformance.world import FORM, JSON, Outcome, World
from tests.sandbox.slack_app import TOKEN

API = f"{DOCS}apis/web-api/"
TEST = f"{DOCS}reference/methods/auth.test"
RATES = f"{DOCS}apis/web-api/rate-limits"
PAGES = f"{DOCS}apis/web-api/pagination"
SCOPES = f"{DOCS}reference/methods/users.info"
HISTORY = f"{DOCS}reference/methods/conversations.history"
INFO = f"{DOCS}reference/methods/conversations.info"
BEARER = {"Authorization": f"Bearer {TOKEN}"}


def posting(
    method: str, data: bytes, content_type: str = JSON, headers: dict[str, str] = BEARER
) -> Example:
    async def example(world: World) -> Outcome:
        return await world.post(method, headers, data=data, content_type=content_type)

    return example


def testing(token: str) -> Example:
    async def example(world: World) -> Outcome:
        return await world.call("auth.test", token)

    return example


async def tests_with_a_revoked_token(world: World) -> Outcome:
    return await _dead(world, revoked="token_revoked")


async def tests_when_uninstalled(world: World) -> Outcome:
    return await _dead(world, revoked="account_inactive")


async def _dead(world: World, revoked: str) -> Outcome:
    team = world.stranger("chat:write")
    team.revoke("token_revoked" if revoked == "token_revoked" else "account_inactive")
    return await world.call("auth.test", team.bot_token)


async def asks_about_the_team_with_the_apps_own_token(world: World) -> Outcome:
    return await world.call("team.info", world.slack.app_token)


async def opens_a_socket(world: World) -> Outcome:
    return await world.call("apps.connections.open", world.slack.app_token)


async def looks_up_with_the_scope(world: World) -> Outcome:
    return await _looks_up(world, "users:read")


async def looks_up_without_the_scope(world: World) -> Outcome:
    return await _looks_up(world, "chat:write")


async def _looks_up(world: World, scope: str) -> Outcome:
    team = world.stranger(scope)
    person = team.add_person(world.fresh("U"), "cleo")
    return await world.call("users.info", team.bot_token, user=person.id)


async def reads_public_history(world: World) -> Outcome:
    return await _reads(world, private=False)


async def reads_private_history_with_the_public_scope(world: World) -> Outcome:
    return await _reads(world, private=True)


async def _reads(world: World, *, private: bool) -> Outcome:
    team = world.stranger("channels:history")
    channel = team.add_channel(world.fresh("C"), "deals", private=private)
    return await world.call("conversations.history", team.bot_token, channel=channel.id)


async def reads_history_from_outside(world: World) -> Outcome:
    channel = world.channel(with_bot=False)
    return await world.call("conversations.history", channel=channel.id)


async def reads_history(world: World) -> Outcome:
    return await world.call("conversations.history", channel=world.channel().id)


async def posts_now_and_then(world: World) -> Outcome:
    channel = world.channel().id
    posts = [await world.call("chat.postMessage", channel=channel, text="x") for _ in range(12)]
    return posts[-1]


async def posts_without_a_pause(world: World) -> Outcome:
    channel = world.channel().id
    posts = [await world.at_once("chat.postMessage", channel=channel, text="x") for _ in range(12)]
    return posts[-1]


async def asks_fifty_times_a_minute(world: World) -> Outcome:
    return await _asks(world, 50)


async def asks_fifty_one_times_a_minute(world: World) -> Outcome:
    return await _asks(world, 51)


async def _asks(world: World, times: int) -> Outcome:
    team = world.stranger("channels:read")
    channel = team.add_channel(world.fresh("C"), "deals").id
    answers = [
        await world.at_once("conversations.info", team.bot_token, channel=channel)
        for _ in range(times)
    ]
    return answers[-1]


async def reads_the_next_page(world: World) -> Outcome:
    channel = await _filled(world)
    first = await world.call("conversations.history", channel=channel, limit=1)
    cursor = first.body["response_metadata"]["next_cursor"]
    return await world.call("conversations.history", channel=channel, limit=1, cursor=cursor)


async def reads_a_page_of_its_own_making(world: World) -> Outcome:
    channel = await _filled(world)
    return await world.call("conversations.history", channel=channel, cursor="page-2")


async def _filled(world: World) -> str:
    channel = world.channel()
    for text in ("first", "second"):
        await world.said(text, channel)
    return channel.id


RULES: list[Rule] = [
    Rule("a call has a token", TEST, testing(TOKEN), testing(""), "not_authed"),
    Rule("a token is one Slack gave", TEST, testing(TOKEN), testing("xoxb-none"), "invalid_auth"),
    Rule(
        "a revoked token is dead",
        TEST,
        testing(TOKEN),
        tests_with_a_revoked_token,
        "token_revoked",
    ),
    Rule(
        "an uninstalled app's token is dead",
        TEST,
        testing(TOKEN),
        tests_when_uninstalled,
        "account_inactive",
    ),
    Rule(
        "a socket is opened with the app's own token",
        f"{DOCS}reference/methods/apps.connections.open",
        opens_a_socket,
        calling("apps.connections.open"),
        "not_allowed_token_type",
    ),
    Rule(
        "a team's methods are called with a team's token",
        f"{DOCS}authentication/tokens",
        calling("team.info"),
        asks_about_the_team_with_the_apps_own_token,
        "not_allowed_token_type",
    ),
    Rule(
        "a token in a form is read, in a JSON body it is not",
        API,
        posting("auth.test", f"token={TOKEN}".encode(), FORM, {}),
        posting("auth.test", b'{"token": "%s"}' % TOKEN.encode(), JSON, {}),
        "not_authed",
    ),
    Rule(
        "a JSON body is JSON",
        API,
        posting("auth.test", b"{}"),
        posting("auth.test", b"{"),
        "invalid_json",
    ),
    Rule(
        "a JSON body is an object",
        API,
        posting("auth.test", b"{}"),
        posting("auth.test", b"[]"),
        "json_not_object",
    ),
    Rule(
        "a method is one of Slack's",
        API,
        calling("auth.test"),
        calling("auth.taste"),
        "unknown_method",
    ),
    Rule(
        "a method wants its scope",
        SCOPES,
        looks_up_with_the_scope,
        looks_up_without_the_scope,
        "missing_scope",
    ),
    Rule(
        "a private channel's history wants a scope of its own",
        HISTORY,
        reads_public_history,
        reads_private_history_with_the_public_scope,
        "missing_scope",
    ),
    Rule(
        "history is for members",
        HISTORY,
        reads_history,
        reads_history_from_outside,
        "not_in_channel",
    ),
    Rule(
        "a channel that is asked for is there",
        INFO,
        calling("conversations.info", channel="C0DEALS"),
        calling("conversations.info", channel="C0NOWHERE"),
        "channel_not_found",
    ),
    Rule(
        "a person who is asked for is there",
        SCOPES,
        calling("users.info", user="U0ANA"),
        calling("users.info", user="U0NOBODY"),
        "user_not_found",
    ),
    Rule(
        "an address who is asked for is somebody's",
        f"{DOCS}reference/methods/users.lookupByEmail",
        calling("users.lookupByEmail", email="ana@acme.example"),
        calling("users.lookupByEmail", email="nobody@acme.example"),
        "users_not_found",
    ),
    Rule(
        "a channel takes one message a second, and a few at once",
        RATES,
        posts_now_and_then,
        posts_without_a_pause,
        "ratelimited",
    ),
    Rule(
        "a method of tier 3 is called fifty times a minute",
        RATES,
        asks_fifty_times_a_minute,
        asks_fifty_one_times_a_minute,
        "ratelimited",
    ),
    Rule(
        "a page is asked for by the cursor of the one before",
        PAGES,
        reads_the_next_page,
        reads_a_page_of_its_own_making,
        "invalid_cursor",
    ),
    Rule(
        "a conversation is opened with somebody",
        f"{DOCS}reference/methods/conversations.open",
        calling("conversations.open", users="U0ANA"),
        calling("conversations.open", users="U0NOBODY"),
        "user_not_found",
    ),
]
