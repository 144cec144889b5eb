from typing import Any, Literal

import aiohttp
import pytest

from sandbox import Channel, Member, Sandbox, Team
from tests.sandbox.slack_app import TOKEN, Api, Payload, SlackApp, client, refusal

# The SDK builds its header with a class that aiohttp is about to drop.
sdk_login = pytest.mark.filterwarnings("ignore:BasicAuth is deprecated:DeprecationWarning")


async def raw(slack: Sandbox, method: str, **request: Any) -> Payload:
    async with (
        aiohttp.ClientSession() as session,
        session.post(f"{slack.api_url}{method}", **request) as response,
    ):
        return await response.json()


async def test_auth_test_names_the_team_and_the_bot(api: Api, team: Team) -> None:
    answer = await api.auth_test()

    assert (answer["team_id"], answer["team"]) == ("T0ACME", "Acme")
    assert (answer["user_id"], answer["bot_id"]) == (team.bot_user_id, team.bot_id)
    assert answer.headers["X-OAuth-Scopes"] == ",".join(team.bot_scopes)


async def test_an_unknown_method_says_so(api: Api) -> None:
    assert (await refusal(api.api_call("chat.shout")))["error"] == "unknown_method"


@pytest.mark.parametrize(("token", "error"), [("xoxb-other", "invalid_auth"), ("", "not_authed")])
async def test_a_call_needs_a_known_token(
    slack: Sandbox, team: Team, token: str, error: str
) -> None:
    headers = {"Authorization": f"Bearer {token}"}

    answer = await raw(slack, "auth.test", headers=headers)

    assert answer == {"ok": False, "error": error}


async def test_a_token_may_come_as_a_form_field_but_not_within_json(
    slack: Sandbox, team: Team
) -> None:
    in_form = await raw(slack, "auth.test", data={"token": TOKEN})
    in_json = await raw(slack, "auth.test", json={"token": TOKEN})

    assert in_form["ok"] is True
    assert in_json["error"] == "not_authed"


@pytest.mark.parametrize(
    ("body", "error"), [("{broken", "invalid_json"), ("[]", "json_not_object")]
)
async def test_a_json_body_must_be_an_object(
    slack: Sandbox, team: Team, body: str, error: str
) -> None:
    headers = {"Authorization": f"Bearer {TOKEN}", "Content-Type": "application/json"}

    answer = await raw(slack, "chat.postMessage", data=body, headers=headers)

    assert answer["error"] == error


@pytest.mark.parametrize("error", ["token_revoked", "account_inactive"])
async def test_a_dead_token_is_refused(
    api: Api, team: Team, error: Literal["token_revoked", "account_inactive"]
) -> None:
    team.revoke(error)

    assert (await refusal(api.auth_test()))["error"] == error


async def test_a_missing_scope_names_what_is_needed_and_what_there_is(
    api: Api, team: Team, deals: Channel
) -> None:
    team.grant(["commands", "users:read"])

    told = await refusal(api.chat_postMessage(channel="C0DEALS", text="x"))

    assert told["error"] == "missing_scope"
    assert (told["needed"], told["provided"]) == ("chat:write", "commands,users:read")


async def test_reading_a_channel_needs_the_scope_of_its_kind(
    api: Api, team: Team, ana: Member
) -> None:
    team.add_channel("C0SECRET", "secret", private=True, members=[ana])
    team.grant(["channels:read", "channels:history"])

    info = await refusal(api.conversations_info(channel="C0SECRET"))
    history = await refusal(api.conversations_history(channel="C0SECRET"))

    assert (info["needed"], history["needed"]) == ("groups:read", "groups:history")


async def test_a_person_is_described_with_their_zone_and_role(api: Api, team: Team) -> None:
    team.add_person("U0IVY", "Ivy", tz="Asia/Tokyo", is_admin=True, locale="ja-JP")

    user = (await api.users_info(user="U0IVY", include_locale=True))["user"]

    assert (user["tz"], user["tz_offset"], user["locale"]) == ("Asia/Tokyo", 32400, "ja-JP")
    assert (user["is_admin"], user["is_bot"], user["is_restricted"]) == (True, False, False)


async def test_an_email_address_needs_its_own_scope(api: Api, team: Team, ana: Member) -> None:
    before = await api.users_info(user="U0ANA")
    team.grant(["users:read"])
    after = await api.users_info(user="U0ANA")

    assert before["user"]["profile"]["email"] == "ana@acme.example"
    assert "email" not in after["user"]["profile"]


async def test_a_person_is_found_by_email(api: Api, ana: Member) -> None:
    found = await api.users_lookupByEmail(email="ANA@acme.example")

    assert found["user"]["id"] == "U0ANA"
    unknown = await refusal(api.users_lookupByEmail(email="eve@acme.example"))
    assert unknown["error"] == "users_not_found"


async def test_an_unknown_person_is_not_found(api: Api) -> None:
    assert (await refusal(api.users_info(user="U0NOBODY")))["error"] == "user_not_found"


async def test_a_channel_tells_whether_it_is_shared_and_joined(api: Api, team: Team) -> None:
    team.add_channel("C0BOTH", "both", shared=True, with_bot=False)

    channel = (await api.conversations_info(channel="C0BOTH"))["channel"]

    assert (channel["is_ext_shared"], channel["is_member"]) == (True, False)


async def test_opening_a_conversation_gives_the_direct_messages(api: Api, ana: Member) -> None:
    answer = await api.conversations_open(users="U0ANA")

    assert answer["channel"]["id"] == "D0ANA"


@sdk_login
async def test_a_code_is_worth_a_token_once(
    slack: Sandbox, api: Api, team: Team, ana: Member
) -> None:
    code = slack.issue_code(team, ana, "https://app.example/back")
    args = {
        "client_id": slack.client_id,
        "client_secret": slack.client_secret,
        "code": code,
        "redirect_uri": "https://app.example/back",
    }

    answer = await client(slack.api_url, "").oauth_v2_access(**args)

    assert (answer["access_token"], answer["team"]["id"]) == (TOKEN, "T0ACME")
    assert (answer["bot_user_id"], answer["authed_user"]["id"]) == (team.bot_user_id, "U0ANA")
    again = await refusal(client(slack.api_url, "").oauth_v2_access(**args))
    assert again["error"] == "invalid_code"


@sdk_login
async def test_a_wrong_client_secret_gets_no_token(slack: Sandbox, team: Team, ana: Member) -> None:
    code = slack.issue_code(team, ana)
    wrong = {"client_id": slack.client_id, "client_secret": "guess", "code": code}

    told = await refusal(client(slack.api_url, "").oauth_v2_access(**wrong))

    assert told["error"] == "bad_client_secret"


async def test_agreeing_on_the_consent_page_leads_back_with_a_code(
    slack: Sandbox, team: Team, ana: Member
) -> None:
    query = {
        "client_id": slack.client_id,
        "redirect_uri": "http://app.example/back?x=1",
        "state": "s1",
    }
    async with aiohttp.ClientSession() as session:
        address = f"{slack.url}/oauth/v2/authorize"
        async with session.get(address, params=query) as choices:
            listed = await choices.text()
        query |= {"team": "T0ACME", "user": "U0ANA"}
        async with session.get(address, params=query, allow_redirects=False) as back:
            location = back.headers["Location"]

    assert "Ana, Acme" in listed
    assert location.startswith("http://app.example/back?x=1&code=")
    assert location.endswith("&state=s1")


async def test_uninstalling_kills_the_token_and_tells_the_app(
    slack: Sandbox, api: Api, team: Team, app: SlackApp
) -> None:
    await slack.uninstall(team)

    assert (await refusal(api.auth_test()))["error"] == "account_inactive"
    events = [request.payload["event"]["type"] for request in app.requests]
    assert events == ["tokens_revoked", "app_uninstalled"]
