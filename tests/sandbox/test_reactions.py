from sandbox import Channel, Person, Team
from tests.sandbox.slack_app import Api, refusal


async def test_a_reaction_is_given_once_and_taken_back_once(
    api: Api, team: Team, deals: Channel, me: Person
) -> None:
    ts = (await me.say(deals, "won")).ts
    item = {"channel": "C0DEALS", "timestamp": ts}

    await api.reactions_add(**item, name="tada")
    twice = await refusal(api.reactions_add(**item, name="tada"))
    shown = (await api.reactions_get(**item))["message"]
    listed = (await api.reactions_list())["items"]
    await api.reactions_remove(**item, name="tada")
    gone = await refusal(api.reactions_remove(**item, name="tada"))

    assert shown["reactions"] == [{"name": "tada", "users": [team.bot_user_id], "count": 1}]
    assert [each["message"]["ts"] for each in listed] == [ts]
    assert (twice["error"], gone["error"]) == ("already_reacted", "no_reaction")
    assert "reactions" not in (await api.reactions_get(**item))["message"]


async def test_what_somebody_reacted_to_comes_by_pages(
    api: Api, deals: Channel, me: Person
) -> None:
    stamps = [(await me.say(deals, words)).ts for words in ("won", "lost")]
    for ts in stamps:
        await api.reactions_add(channel="C0DEALS", timestamp=ts, name="tada")

    first = await api.reactions_list(limit=1)
    second = await api.reactions_list(limit=1, cursor=first["response_metadata"]["next_cursor"])

    found = [page["items"][0]["message"]["ts"] for page in (first, second)]
    assert found == stamps[::-1]
    assert second["response_metadata"]["next_cursor"] == ""
    assert (await refusal(api.reactions_list(limit=-1)))["error"] == "invalid_limit"


async def test_a_reaction_that_means_nothing_is_refused(
    api: Api, team: Team, deals: Channel, me: Person
) -> None:
    ts = (await me.say(deals, "won")).ts
    item = {"channel": "C0DEALS", "timestamp": ts}

    errors = [
        (await refusal(api.reactions_add(**item, name="so good")))["error"],
        (await refusal(api.reactions_add(channel="C0DEALS", timestamp="now", name="a")))["error"],
        (await refusal(api.reactions_add(channel="C0DEALS", timestamp="1.1", name="a")))["error"],
        (await refusal(api.reactions_get()))["error"],
    ]

    assert errors == ["invalid_name", "bad_timestamp", "message_not_found", "no_item_specified"]
    team.grant(["reactions:read"])
    told = await refusal(api.reactions_add(**item, name="tada"))
    assert told["needed"] == "reactions:write"
