"""Rules of OAuth: the install page, codes, redirects, rotation, enterprises."""

from collections.abc import Mapping
from datetime import timedelta

from tests.sandbox.conformance.rule import DOCS, Example, Rule
from tests.sandbox.conformance.world import Outcome, World

OAUTH = f"{DOCS}authentication/installing-with-oauth"
ACCESS = f"{DOCS}reference/methods/oauth.v2.access"
ROTATION = f"{DOCS}authentication/using-token-rotation"
ENTERPRISE = f"{DOCS}enterprise"
BACK = "https://app.example/back"


def trading(pause: timedelta = timedelta(0), **other: str) -> Example:
    """Exchanges a code after this long, with these arguments in place of the right ones."""

    async def example(world: World) -> Outcome:
        code = world.slack.issue_code(world.team, world.ana, BACK)
        world.clock.advance(pause)
        return await _trades(world, {"code": code, "redirect_uri": BACK, **other})

    return example


async def _trades(world: World, args: Mapping[str, str]) -> Outcome:
    login = {"client_id": world.slack.client_id, "client_secret": world.slack.client_secret}
    return await world.form("oauth.v2.access", "", **(login | dict(args)))


async def trades_one_code_twice(world: World) -> Outcome:
    code = world.slack.issue_code(world.team, world.ana, BACK)
    await _trades(world, {"code": code, "redirect_uri": BACK})
    return await _trades(world, {"code": code, "redirect_uri": BACK})


def visiting(**other: str) -> Example:
    """Opens the install page with these parts in place of the right ones: its status if amiss."""

    async def example(world: World) -> Outcome:
        asked = {"client_id": world.slack.client_id, "scope": "chat:write", "redirect_uri": BACK}
        address = f"{world.slack.url}/oauth/v2/authorize"
        async with world.session.get(address, params={**asked, **other}) as page:
            return Outcome(None if page.status == 200 else str(page.status))

    return example


async def agrees(world: World) -> Outcome:
    return await _leaves(world, "allow")


async def cancels(world: World) -> Outcome:
    return await _leaves(world, "cancel")


async def _leaves(world: World, answer: str) -> Outcome:
    asked = {"client_id": world.slack.client_id, "scope": "chat:write", "redirect_uri": BACK}
    asked |= {"answer": answer, "who": f"{world.team.id}/{world.ana.id}", "state": "s"}
    address = f"{world.slack.url}/oauth/v2/authorize"
    async with world.session.get(address, params=asked, allow_redirects=False) as page:
        there = page.headers["Location"]
    return Outcome("access_denied" if "error=access_denied" in there else None)


async def renews_a_token(world: World) -> Outcome:
    return await _renews(world, times=1)


async def renews_with_a_used_one(world: World) -> Outcome:
    return await _renews(world, times=2)


async def _renews(world: World, times: int) -> Outcome:
    refresh = (await _rotating(world)).body["refresh_token"]
    args = {"grant_type": "refresh_token", "refresh_token": refresh}
    return [await _trades(world, args) for _ in range(times)][-1]


async def _rotating(world: World) -> Outcome:
    """A token of a new team that lives for twelve hours."""
    core, team = world.slack.core, world.stranger("chat:write")
    installer = team.add_person(world.fresh("U"), "installer")
    core.rotates_tokens = True
    code = world.slack.issue_code(team, installer, BACK)
    traded = await _trades(world, {"code": code, "redirect_uri": BACK})
    core.rotates_tokens = False
    return traded


async def calls_within_twelve_hours(world: World) -> Outcome:
    return await _calls_after(world, timedelta(hours=11))


async def calls_after_twelve_hours(world: World) -> Outcome:
    return await _calls_after(world, timedelta(hours=13))


async def _calls_after(world: World, pause: timedelta) -> Outcome:
    token = (await _rotating(world)).body["access_token"]
    world.clock.advance(pause)
    return await world.call("auth.test", token)


async def names_the_team(world: World) -> Outcome:
    return await _lists_people(world, named=True)


async def names_no_team(world: World) -> Outcome:
    return await _lists_people(world, named=False)


async def _lists_people(world: World, *, named: bool) -> Outcome:
    number = world.fresh("E")
    org = world.slack.add_enterprise(number, "Org", domain="org", bot_token=f"xoxb-{number}")
    team_id = world.fresh("T")
    world.slack.add_team(
        team_id, "Part", domain=team_id.lower(), bot_token=f"xoxb-{team_id}", enterprise=org
    )
    args = {"team_id": team_id} if named else {}
    return await world.call("users.list", org.bot_token, **args)


RULES: list[Rule] = [
    Rule("a code is used once", ACCESS, trading(), trades_one_code_twice, "invalid_code"),
    Rule("a code is one Slack gave", ACCESS, trading(), trading(code="guess"), "invalid_code"),
    Rule(
        "a code lives ten minutes",
        OAUTH,
        trading(timedelta(minutes=9)),
        trading(timedelta(minutes=11)),
        "invalid_code",
    ),
    Rule(
        "a code is traded by the app it was given to",
        ACCESS,
        trading(),
        trading(client_id="1.2"),
        "invalid_client_id",
    ),
    Rule(
        "a code is traded with the app's secret",
        ACCESS,
        trading(),
        trading(client_secret="guess"),
        "bad_client_secret",
    ),
    Rule(
        "a code is traded for the address it was sent to",
        ACCESS,
        trading(),
        trading(redirect_uri="https://elsewhere.example/"),
        "bad_redirect_uri",
    ),
    Rule(
        "a grant is of a kind Slack knows",
        ACCESS,
        trading(grant_type="authorization_code"),
        trading(grant_type="password"),
        "invalid_grant_type",
    ),
    Rule("an install page is of an app", OAUTH, visiting(), visiting(client_id="1.2"), "400"),
    Rule("an install page asks for scopes", OAUTH, visiting(), visiting(scope=""), "400"),
    Rule(
        "an install page leads back by http",
        OAUTH,
        visiting(),
        visiting(redirect_uri="javascript:alert(1)"),
        "400",
    ),
    Rule("who cancels an installation gives no code", OAUTH, agrees, cancels, "access_denied"),
    Rule(
        "a refresh token is used once",
        ROTATION,
        renews_a_token,
        renews_with_a_used_one,
        "invalid_refresh_token",
    ),
    Rule(
        "a rotating token lives twelve hours",
        ROTATION,
        calls_within_twelve_hours,
        calls_after_twelve_hours,
        "token_expired",
    ),
    Rule(
        "an enterprise's token says which team is meant",
        ENTERPRISE,
        names_the_team,
        names_no_team,
        "missing_argument",
    ),
]
