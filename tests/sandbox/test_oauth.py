import re
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import aiohttp
import pytest

from sandbox import Member, Sandbox, Team
from tests.sandbox.slack_app import TOKEN, FixedClock, Payload, client, refusal

# The SDK builds its header with a class that aiohttp is about to drop.
pytestmark = pytest.mark.filterwarnings("ignore:BasicAuth is deprecated:DeprecationWarning")

BACK = "http://app.example/back?x=1"


def app_login(slack: Sandbox, **more: Any) -> Payload:
    return {"client_id": slack.client_id, "client_secret": slack.client_secret, **more}


async def exchanged(slack: Sandbox, **args: Any) -> Payload:
    return (await client(slack.api_url, "").oauth_v2_access(**app_login(slack, **args))).data


async def refused(slack: Sandbox, **args: Any) -> str:
    call = client(slack.api_url, "").oauth_v2_access(**app_login(slack, **args))
    return (await refusal(call))["error"]


async def consent(slack: Sandbox, **query: str) -> tuple[int, str, str]:
    """Status, where the browser is sent, and the page."""
    asked = {"client_id": slack.client_id, "scope": "chat:write,users:read", **query}
    async with (
        aiohttp.ClientSession() as session,
        session.get(
            f"{slack.url}/oauth/v2/authorize", params=asked, allow_redirects=False
        ) as answer,
    ):
        return answer.status, answer.headers.get("Location", ""), await answer.text()


async def test_a_code_is_worth_a_token_once(slack: Sandbox, team: Team, ana: Member) -> None:
    code = slack.issue_code(team, ana, "https://app.example/back")

    answer = await exchanged(slack, code=code, redirect_uri="https://app.example/back")

    assert (answer["access_token"], answer["team"]["id"]) == (TOKEN, "T0ACME")
    assert (answer["bot_user_id"], answer["authed_user"]["id"]) == (team.bot_user_id, "U0ANA")
    assert "refresh_token" not in answer
    again = await refused(slack, code=code, redirect_uri="https://app.example/back")
    assert again == "invalid_code"


async def test_a_code_is_refused_to_whoever_is_not_the_app(
    slack: Sandbox, team: Team, ana: Member, clock: FixedClock
) -> None:
    code = slack.issue_code(team, ana, "https://app.example/back")

    assert await refused(slack, code=code, client_secret="guess") == "bad_client_secret"
    assert await refused(slack, code=code, client_id="other") == "invalid_client_id"
    assert await refused(slack, code=code, redirect_uri="https://x.example") == "bad_redirect_uri"
    old = slack.issue_code(team, ana)
    clock.advance(timedelta(minutes=10))
    assert await refused(slack, code=old) == "invalid_code"


async def test_the_address_may_be_left_out_where_the_app_has_only_one(
    slack: Sandbox, team: Team, ana: Member
) -> None:
    slack.core.redirect_urls = ("https://app.example/back",)
    code = slack.issue_code(team, ana, "https://app.example/back")

    assert (await exchanged(slack, code=code))["access_token"] == TOKEN


async def test_rotated_tokens_expire_and_are_renewed_once(
    slack: Sandbox, team: Team, ana: Member, clock: FixedClock
) -> None:
    slack.core.rotates_tokens = True
    first = await exchanged(slack, code=slack.issue_code(team, ana))
    clock.advance(timedelta(hours=11))

    second = await exchanged(
        slack, grant_type="refresh_token", refresh_token=first["refresh_token"]
    )

    assert first["access_token"].startswith("xoxe.xoxb-")
    assert (first["expires_in"], second["expires_in"]) == (43200, 43200)
    reused = await refused(slack, grant_type="refresh_token", refresh_token=first["refresh_token"])
    assert reused == "invalid_refresh_token"
    assert (await client(slack.api_url, first["access_token"]).auth_test())["ok"]
    clock.advance(timedelta(hours=1))
    expired = await refusal(client(slack.api_url, first["access_token"]).auth_test())
    assert expired["error"] == "token_expired"
    assert (await client(slack.api_url, second["access_token"]).auth_test())["expires_in"] == 39600


async def test_a_token_that_never_expires_is_exchanged_for_one_that_does(
    slack: Sandbox, team: Team
) -> None:
    api = client(slack.api_url)
    early = await refusal(api.oauth_v2_exchange(token=TOKEN, **app_login(slack)))
    slack.core.rotates_tokens = True

    answer = await api.oauth_v2_exchange(token=TOKEN, **app_login(slack))

    assert early["error"] == "token_rotation_not_enabled"
    assert answer["refresh_token"].startswith("xoxe-1-")


async def test_the_page_names_the_app_the_people_and_what_it_may_do(
    slack: Sandbox, team: Team, ana: Member
) -> None:
    team.add_person("U0GUS", "Gus", is_restricted=True)

    status, _, page = await consent(slack, redirect_uri=BACK, state="s1")

    assert (status, "Tandem is requesting permission" in page) == (200, True)
    assert '<option value="T0ACME/U0ANA">Ana, Acme</option>' in page
    assert "Gus" not in page
    assert "Send messages as itself" in page
    assert "<script" not in page


async def test_allowing_leads_back_with_a_code_and_the_state(
    slack: Sandbox, team: Team, ana: Member
) -> None:
    asked = {"redirect_uri": BACK, "state": "s1", "user_scope": "chat:write"}

    _, there, _ = await consent(slack, answer="allow", who="T0ACME/U0ANA", **asked)

    query = parse_qs(urlsplit(there).query)
    assert (query["x"], query["state"]) == (["1"], ["s1"])
    answer = await exchanged(slack, code=query["code"][0], redirect_uri=BACK)
    person = client(slack.api_url, answer["authed_user"]["access_token"])
    assert (await person.auth_test())["user_id"] == "U0ANA"


async def test_cancelling_leads_back_with_access_denied(slack: Sandbox, team: Team) -> None:
    _, there, _ = await consent(slack, answer="cancel", redirect_uri=BACK, state="s1")

    assert there == "http://app.example/back?x=1&error=access_denied&state=s1"


@pytest.mark.parametrize(
    ("query", "error"),
    [
        ({"client_id": "other", "redirect_uri": BACK}, "invalid_client_id"),
        ({}, "bad_redirect_uri"),
        ({"redirect_uri": "javascript:alert(1)"}, "bad_redirect_uri"),
        ({"redirect_uri": "http://["}, "bad_redirect_uri"),
        ({"redirect_uri": BACK, "scope": ""}, "no_scopes"),
        ({"redirect_uri": BACK, "scope": "<b>"}, "invalid_scope"),
    ],
)
async def test_a_wrong_link_is_explained_and_leads_nowhere(
    slack: Sandbox, team: Team, query: dict[str, str], error: str
) -> None:
    status, there, page = await consent(slack, **query)

    assert (status, there) == (400, "")
    assert f"<code>{error}</code>" in page


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("https://app.example/cb", 200),
        ("https://app.example/cb/eu", 200),
        ("https://app.example/cb?from=x", 200),
        ("https://app.example/cbx", 400),
        ("https://app.example.evil.example/cb", 400),
        ("https://app.example/", 400),
    ],
)
async def test_people_are_sent_back_only_to_or_below_a_known_address(
    slack: Sandbox, team: Team, address: str, status: int
) -> None:
    slack.core.redirect_urls = ("https://app.example/cb", "https://other.example/cb")

    assert (await consent(slack, redirect_uri=address))[0] == status


async def test_the_whole_organization_gets_one_token_for_all_its_teams(slack: Sandbox) -> None:
    org = slack.add_enterprise("E0INITECH", "Initech", domain="initech")
    sales = slack.add_team("T0SALES", "Sales", domain="s", bot_token="xoxb-s", enterprise=org)
    ops = slack.add_team("T0OPS", "Ops", domain="o", bot_token="xoxb-o", enterprise=org)
    sales.add_person("W0BOSS", "Boss", is_owner=True)
    ops.add_channel("C0OPS", "ops")
    _, there, _ = await consent(slack, answer="allow", who="E0INITECH/W0BOSS", redirect_uri=BACK)
    code = re.search(r"code=(\w+)", there)
    assert code is not None

    answer = await exchanged(slack, code=code[1], redirect_uri=BACK)

    api = client(slack.api_url, answer["access_token"])
    assert (answer["team"], answer["is_enterprise_install"]) == (None, True)
    assert (await api.auth_test())["enterprise_id"] == "E0INITECH"
    teams = (await api.auth_teams_list())["teams"]
    assert [team["id"] for team in teams] == ["T0SALES", "T0OPS"]
    assert (await api.chat_postMessage(channel="C0OPS", text="x"))["message"]["team"] == "T0OPS"
    unsaid = await refusal(api.users_list())
    assert unsaid["error"] == "missing_argument"


async def test_the_app_can_leave_and_a_token_can_be_given_back(slack: Sandbox, team: Team) -> None:
    api = client(slack.api_url)
    tried = await api.auth_revoke(test=True)
    await api.auth_revoke()
    dead = await refusal(api.auth_test())
    team.revoke(None)

    await api.apps_uninstall(**app_login(slack))

    assert (tried["revoked"], dead["error"]) == (False, "token_revoked")
    assert (await refusal(api.auth_test()))["error"] == "account_inactive"
