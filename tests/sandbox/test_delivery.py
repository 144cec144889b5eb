from datetime import timedelta

import pytest
from slack_sdk.signature import Clock, SignatureVerifier

from sandbox import Channel, Person, Sandbox, Team
from tests.sandbox.slack_app import SECRET, FixedClock, SlackApp


class SdkClock(Clock):
    """The sandbox's clock as the SDK's verifier reads it."""

    def __init__(self, clock: FixedClock) -> None:
        self._clock = clock

    def now(self) -> float:
        return self._clock.now().timestamp()


async def test_a_command_arrives_signed_as_the_sdk_verifies(
    me: Person, deals: Channel, app: SlackApp, clock: FixedClock
) -> None:
    await me.command("/opp", "new Acme", channel=deals)

    arrived = app.requests[0]
    verifier = SignatureVerifier(SECRET, clock=SdkClock(clock))
    assert verifier.is_valid_request(arrived.body, arrived.headers)


async def test_a_command_carries_who_where_and_what(
    me: Person, deals: Channel, app: SlackApp
) -> None:
    await me.command("/opp", "new Acme", channel=deals)

    told = app.last
    assert told["command"] == "/opp"
    assert told["text"] == "new Acme"
    assert (told["user_id"], told["user_name"]) == ("U0ANA", "ana")
    assert (told["channel_id"], told["channel_name"]) == ("C0DEALS", "deals")
    assert (told["team_id"], told["team_domain"]) == ("T0ACME", "acme")
    assert told["is_enterprise_install"] == "false"


async def test_a_command_in_direct_messages_is_named_so(me: Person, app: SlackApp) -> None:
    await me.command("/opp")

    assert app.last["channel_name"] == "directmessage"
    assert app.last["channel_id"] == "D0ANA"


async def test_mentions_in_a_command_become_references_where_asked_for(
    me: Person, deals: Channel, app: SlackApp
) -> None:
    await me.command("/opp", "give @ben #deals <5%", channel=deals)

    assert app.last["text"] == "give <@U0BEN|ben> <#C0DEALS|deals> &lt;5%"


@pytest.mark.parametrize(
    ("typed", "sent"),
    [
        ("see https://x.example/?a=1&b=2.", "see <https://x.example/?a=1&amp;b=2>."),
        ("to ana@acme.com", "to <mailto:ana@acme.com|ana@acme.com>"),
        ("new globex.com", "new <http://globex.com|globex.com>"),
        ("1.5 v2.0 @nobody #none", "1.5 v2.0 @nobody #none"),
        ("ask @ben.", "ask <@U0BEN|ben>."),
    ],
)
async def test_links_in_a_command_arrive_as_slack_marks_them(
    me: Person, other: Person, app: SlackApp, typed: str, sent: str
) -> None:
    await me.command("/opp", typed)

    assert app.last["text"] == sent


async def test_mentions_in_a_command_stay_as_typed_where_not_asked_for(
    me: Person, deals: Channel, app: SlackApp
) -> None:
    await me.command("/raw", "give @ben R&D", channel=deals)

    assert app.last["text"] == "give @ben R&amp;D"


async def test_an_unregistered_command_never_reaches_the_app(me: Person, app: SlackApp) -> None:
    answer = await me.command("/nope")

    assert answer.error == "unknown_command"
    assert app.requests == []


async def test_an_empty_answer_shows_nothing(me: Person, deals: Channel, app: SlackApp) -> None:
    answer = await me.command("/opp", channel=deals)

    assert answer.ok
    assert me.sees(deals) == []


async def test_a_json_answer_is_ephemeral_by_default(
    me: Person, other: Person, deals: Channel, app: SlackApp
) -> None:
    app.answers({"text": "done"})

    answer = await me.command("/opp", channel=deals)

    assert answer.text == "done"
    assert answer.ephemeral == me.sees(deals)[0]
    assert other.sees(deals) == []


async def test_a_plain_text_answer_is_ephemeral(me: Person, deals: Channel, app: SlackApp) -> None:
    app.answers_text("done & dusted")

    answer = await me.command("/opp", channel=deals)

    assert answer.text == "done &amp; dusted"


async def test_an_answer_in_channel_is_seen_by_everybody(
    me: Person, other: Person, deals: Channel, app: SlackApp
) -> None:
    app.answers({"text": "done", "response_type": "in_channel"})

    await me.command("/opp", channel=deals)

    assert [message.text for message in other.sees(deals)] == ["done"]


async def test_an_answer_with_invalid_blocks_is_an_error(
    me: Person, deals: Channel, app: SlackApp
) -> None:
    app.answers({"text": "x", "blocks": [{"type": "sektion"}]})

    answer = await me.command("/opp", channel=deals)

    assert answer.error == "invalid_command_response"
    assert me.sees(deals) == []


@pytest.mark.parametrize("status", [201, 302, 404, 500])
async def test_anything_but_200_is_a_failed_dispatch(
    me: Person, deals: Channel, app: SlackApp, status: int
) -> None:
    app.answers({"text": "done"}, status=status)

    answer = await me.command("/opp", channel=deals)

    assert (answer.status, answer.error) == (status, "dispatch_failed")
    assert answer.message == '/opp failed with the error "dispatch_failed"'
    assert me.sees(deals) == []


async def test_an_app_that_does_not_answer_in_time_has_timed_out(
    impatient: Sandbox, me: Person, deals: Channel, app: SlackApp
) -> None:
    app.hangs()

    answer = await me.command("/opp", channel=deals)

    assert answer.error == "operation_timeout"


async def test_an_app_that_cannot_be_reached_is_a_failed_dispatch(
    slack: Sandbox, me: Person, deals: Channel
) -> None:
    slack.connect_app("http://127.0.0.1:1/nobody", commands=[{"command": "/opp"}])

    answer = await me.command("/opp", channel=deals)

    assert (answer.status, answer.error) == (None, "dispatch_failed")


async def test_deliveries_are_on_record(
    slack: Sandbox, me: Person, deals: Channel, app: SlackApp
) -> None:
    app.answers(status=500)

    await me.command("/opp", channel=deals)

    delivery = slack.deliveries[-1]
    assert (delivery.kind, delivery.status, delivery.error) == ("command", 500, "dispatch_failed")


async def test_an_event_carries_its_envelope(slack: Sandbox, team: Team, app: SlackApp) -> None:
    await slack.send_event(team, {"type": "team_rename", "name": "Acme 2"}, event_id="Ev1")

    told = app.last
    assert (told["type"], told["event_id"], told["team_id"]) == ("event_callback", "Ev1", "T0ACME")
    assert told["event"] == {"type": "team_rename", "name": "Acme 2"}
    assert told["authorizations"] == [
        {
            "enterprise_id": None,
            "team_id": "T0ACME",
            "user_id": team.bot_user_id,
            "is_bot": True,
            "is_enterprise_install": False,
        }
    ]


async def test_an_event_refused_is_sent_three_times_more_with_number_and_reason(
    slack: Sandbox, team: Team, app: SlackApp
) -> None:
    app.answers(status=500)

    await slack.send_event(team, {"type": "team_rename"})

    retries = [
        (r.headers.get("X-Slack-Retry-Num"), r.headers.get("X-Slack-Retry-Reason"))
        for r in app.requests
    ]
    assert retries == [(None, None), ("1", "http_error"), ("2", "http_error"), ("3", "http_error")]
    assert len({request.payload["event_id"] for request in app.requests}) == 1


async def test_an_event_that_timed_out_says_so_when_it_comes_again(
    impatient: Sandbox, team: Team, app: SlackApp
) -> None:
    app.hangs()

    await impatient.send_event(team, {"type": "team_rename"})

    assert app.requests[1].headers["X-Slack-Retry-Reason"] == "http_timeout"


async def test_interactions_are_never_retried(me: Person, deals: Channel, app: SlackApp) -> None:
    app.answers(status=500)

    await me.command("/opp", channel=deals)

    assert len(app.requests) == 1


async def test_what_a_person_says_reaches_the_app_where_it_is_a_member(
    me: Person, deals: Channel, team: Team, app: SlackApp
) -> None:
    await me.say(deals, "hello @ben")
    team.remove_bot(deals)
    await me.say(deals, "alone")

    events = [request.payload["event"] for request in app.requests]
    assert [event["text"] for event in events] == ["hello <@U0BEN>"]
    assert events[0]["channel_type"] == "channel"


async def test_only_subscribed_events_are_sent(
    slack: Sandbox, me: Person, deals: Channel, app: SlackApp
) -> None:
    slack.connect_app(app.url, events=["app_home_opened"])

    await me.say(deals, "hello")
    await me.open_home()

    assert [request.payload["event"]["type"] for request in app.requests] == ["app_home_opened"]


async def test_a_replayed_body_can_be_posted_as_it_was(
    slack: Sandbox, me: Person, deals: Channel, app: SlackApp, clock: FixedClock
) -> None:
    await me.command("/opp", channel=deals)
    first = app.requests[0]
    clock.advance(timedelta(minutes=10))

    await slack.post_raw(
        slack.sign(first.body, first.headers["X-Slack-Request-Timestamp"]), first.body
    )

    assert app.requests[1].headers["X-Slack-Signature"] == first.headers["X-Slack-Signature"]
    assert app.requests[1].body == first.body
