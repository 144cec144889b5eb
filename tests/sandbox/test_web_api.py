from typing import Any, Literal

import aiohttp
import pytest

from sandbox import Channel, Member, Sandbox, Team
from tests.sandbox.slack_app import TOKEN, Api, Payload, SlackApp, client, refusal


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
    ("body", "error"),
    [
        ("{broken", "invalid_json"),
        ("[]", "json_not_object"),
        ('{"channel": NaN}', "invalid_json"),
        ('{"channel": 1e999}', "invalid_json"),
        ('{"text": "\\ud800"}', "invalid_json"),
        ('{"blocks": ' + "[" * 201 + "]" * 201 + "}", "invalid_json"),
        ('{"blocks": ' + "[" * 100_000, "invalid_json"),
    ],
)
async def test_a_json_body_must_be_an_object(
    slack: Sandbox, team: Team, body: str, error: str
) -> None:
    headers = {"Authorization": f"Bearer {TOKEN}", "Content-Type": "application/json"}

    answer = await raw(slack, "chat.postMessage", data=body, headers=headers)

    assert answer["error"] == error


@pytest.mark.parametrize(
    ("kind", "body", "error"),
    [
        ("application/x-www-form-urlencoded; charset=nonsense", "text=x", "invalid_charset"),
        ("application/json; charset=utf-16", "{}", "invalid_charset"),
        ("multipart/form-data", "x", "invalid_form_data"),
        ("multipart/form-data; boundary=b", "x", "invalid_form_data"),
        ("application/xml", "<x/>", "invalid_post_type"),
        ("application/x-www-form-urlencoded", "text[1]=x", "invalid_array_arg"),
        ("application/x-www-form-urlencoded", "te+xt=x", "invalid_arg_name"),
    ],
)
async def test_a_body_that_cannot_be_read_says_what_is_wrong(
    slack: Sandbox, team: Team, kind: str, body: str, error: str
) -> None:
    headers = {"Authorization": f"Bearer {TOKEN}", "Content-Type": kind}

    answer = await raw(slack, "chat.postMessage", data=body, headers=headers)

    assert answer == {"ok": False, "error": error}


async def test_a_file_in_a_form_is_no_argument(slack: Sandbox, team: Team) -> None:
    form = aiohttp.FormData({"token": TOKEN})
    form.add_field("text", b"x", filename="x.txt")

    assert (await raw(slack, "auth.test", data=form))["ok"] is True
    assert slack.calls[-1].args == {}


async def test_methods_are_called_by_get_or_post_alone(slack: Sandbox, team: Team) -> None:
    address = f"{slack.api_url}auth.test"

    async with aiohttp.ClientSession(headers={"Authorization": f"Bearer {TOKEN}"}) as session:
        ways = ("GET", "POST", "HEAD", "PUT")
        statuses = [(await session.request(way, address)).status for way in ways]

    assert statuses == [200, 200, 405, 405]


async def test_the_book_of_calls_keeps_no_secret(slack: Sandbox, team: Team) -> None:
    headers = {"Authorization": f"Bearer {TOKEN}"}
    app = {"client_id": slack.client_id, "client_secret": slack.client_secret}

    await raw(slack, "auth.test", data={"token": TOKEN, "test": "1"}, headers=headers)
    await raw(slack, "oauth.v2.access", data={"code": "x", **app})

    first, second = (call.args for call in slack.calls)
    assert (first, set(second)) == ({"test": "1"}, {"code", "client_id"})


async def test_a_number_of_any_length_is_no_number(api: Api, deals: Channel) -> None:
    asked = api.conversations_list(limit="9" * 5000)

    assert (await refusal(asked))["error"] == "invalid_arguments"


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


async def test_a_request_without_its_charset_is_answered_with_a_warning(
    slack: Sandbox, team: Team
) -> None:
    headers = {"Authorization": f"Bearer {TOKEN}", "Content-Type": "application/json"}

    answer = await raw(slack, "auth.test", data="{}", headers=headers)

    assert (answer["ok"], answer["warning"]) == (True, "missing_charset")
    assert answer["response_metadata"]["warnings"] == ["missing_charset"]


async def test_the_app_s_own_token_tells_of_the_app_and_does_nothing_in_a_team(
    slack: Sandbox, team: Team
) -> None:
    api = client(slack.api_url, slack.app_token)

    about = await api.auth_test()
    told = await refusal(api.users_list())
    opened = await refusal(client(slack.api_url).api_call("apps.connections.open"))

    assert about["app_id"] == slack.core.app.id
    assert (told["error"], opened["error"]) == ("not_allowed_token_type",) * 2


async def test_the_app_is_told_of_itself_and_its_team(api: Api, team: Team) -> None:
    bot = (await api.bots_info(bot=team.bot_id))["bot"]
    info = await api.team_info()

    assert (bot["user_id"], info["team"]["domain"]) == (team.bot_user_id, "acme")
    assert info.headers["X-Accepted-OAuth-Scopes"] == "team:read"
    assert (await refusal(api.bots_info(bot="B0NOBODY")))["error"] == "bot_not_found"


async def test_of_another_team_only_a_neighbour_is_known(
    slack: Sandbox, api: Api, team: Team, deals: Channel
) -> None:
    slack.add_team("T0OTHER", "Other", domain="other", bot_token="xoxb-other")

    unknown = await refusal(api.team_info(team="T0OTHER"))
    deals.shared_with = ["T0OTHER"]
    known = await api.team_info(team="T0OTHER")

    assert (unknown["error"], known["team"]["name"]) == ("team_not_found", "Other")


async def test_blocks_are_judged_without_being_sent(api: Api) -> None:
    words = {"type": "plain_text", "text": "x"}
    fine = await api.blocks_validate(blocks=[{"type": "section", "text": words}])

    told = await refusal(
        api.blocks_validate(blocks=[{"type": "section", "text": {**words, "type": "html"}}])
    )
    both = await refusal(api.blocks_validate(blocks=[], message={"text": "x"}))

    assert fine["ok"]
    assert (told["error"], both["error"]) == ("invalid_blocks", "invalid_arguments")
    assert told["errors"][0]["pointer"].startswith("/0/text")


async def test_people_are_listed_by_pages(api: Api, team: Team, ana: Member, ben: Member) -> None:
    first = await api.users_list(limit=2)
    cursor = first["response_metadata"]["next_cursor"]
    second = await api.users_list(limit=2, cursor=cursor)

    listed = [user["id"] for page in (first, second) for user in page["members"]]
    assert listed == [team.bot_user_id, "U0ANA", "U0BEN"]
    assert second["response_metadata"]["next_cursor"] == ""
    assert (await refusal(api.users_list(cursor="bm9uc2Vuc2U=")))["error"] == "invalid_cursor"


async def test_a_stranger_of_a_shared_channel_is_known_without_an_address(
    api: Api, team: Team
) -> None:
    eve = team.add_person("U0EVE", "Eve", email="eve@globex.example", home_team="T0GLOBEX")
    before = (await api.users_info(user="U0EVE"))["user"]
    team.add_channel("C0BOTH", "both", shared=True, members=[eve])
    after = (await api.users_info(user="U0EVE"))["user"]

    assert (before["is_stranger"], after["is_stranger"]) == (True, False)
    assert (after["team_id"], "email" in after["profile"]) == ("T0GLOBEX", False)
    mail = await refusal(api.users_lookupByEmail(email="eve@globex.example"))
    assert mail["error"] == "users_not_found"


async def test_profile_and_presence_tell_what_a_person_set(api: Api, team: Team) -> None:
    team.add_person("U0IVY", "Ivy", title="CFO", status_text="On holiday", presence="away")

    profile = (await api.users_profile_get(user="U0IVY"))["profile"]
    presence = await api.users_getPresence(user="U0IVY")

    assert (profile["title"], profile["status_text"]) == ("CFO", "On holiday")
    assert presence["presence"] == "away"


async def test_rates_can_be_left_out_of_account(slack: Sandbox, api: Api, deals: Channel) -> None:
    slack.core.rates.enforced = False

    for _ in range(10):
        assert (await api.chat_postMessage(channel="C0DEALS", text="x"))["ok"]


async def test_uninstalling_kills_the_token_and_tells_the_app(
    slack: Sandbox, api: Api, team: Team, app: SlackApp
) -> None:
    await slack.uninstall(team)

    assert (await refusal(api.auth_test()))["error"] == "account_inactive"
    events = [request.payload["event"]["type"] for request in app.requests]
    assert events == ["tokens_revoked", "app_uninstalled"]
