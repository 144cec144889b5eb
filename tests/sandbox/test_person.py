from datetime import timedelta

import pytest

from sandbox import Channel, Member, NotThere, Person, Sandbox, Team
from tests.sandbox.slack_app import (
    Api,
    SlackApp,
    actions,
    button,
    input_block,
    modal,
    option,
    section,
)


async def test_a_private_channel_is_for_its_members(team: Team, me: Person, other: Person) -> None:
    secret = team.add_channel("C0SECRET", "secret", private=True, members=[other.member])

    with pytest.raises(NotThere):
        me.sees(secret)
    with pytest.raises(NotThere):
        await me.command("/opp", channel=secret)


async def test_a_guest_sees_only_channels_they_are_in(
    slack: Sandbox, team: Team, deals: Channel
) -> None:
    guest = slack.person(team, team.add_person("U0GUEST", "Gus", is_restricted=True))

    with pytest.raises(NotThere):
        guest.sees(deals)
    team.join(deals, guest.member.id)
    assert guest.sees(deals) == []


async def test_whoever_writes_in_a_public_channel_joins_it(team: Team, me: Person) -> None:
    news = team.add_channel("C0NEWS", "news")

    await me.say(news, "hello")

    assert "U0ANA" in news.members


async def test_nobody_writes_in_an_archived_channel(team: Team, me: Person, deals: Channel) -> None:
    team.archive(deals)

    with pytest.raises(NotThere):
        await me.say(deals, "hello")
    assert me.sees(deals) == []


async def test_a_closed_account_does_nothing(team: Team, me: Person, ana: Member) -> None:
    team.change_person(ana, deleted=True)

    with pytest.raises(NotThere):
        await me.command("/opp")


async def test_what_a_person_says_keeps_their_markup_from_being_markup(
    me: Person, deals: Channel, app: SlackApp
) -> None:
    message = await me.say(deals, "<b> & <!channel>")

    assert message.text == "&lt;b&gt; &amp; &lt;!channel&gt;"


async def test_nothing_can_be_filled_where_no_modal_is_open(me: Person) -> None:
    with pytest.raises(NotThere):
        me.fill({"customer": "Acme"})


CONFIRM = {
    name: {"type": "plain_text", "text": words}
    for name, words in (
        ("title", "Drop #42?"),
        ("text", "It stays in the history."),
        ("confirm", "Drop"),
        ("deny", "Keep"),
    )
}


async def test_a_person_who_says_no_to_the_question_has_done_nothing(
    api: Api, me: Person, deals: Channel, app: SlackApp
) -> None:
    await api.chat_postMessage(
        channel=deals.id,
        text="#42",
        blocks=[actions(button("drop", "Drop") | {"confirm": CONFIRM})],
    )
    card = me.sees(deals)[-1]

    answer = await me.press(card, "Drop", agree=False)
    asked = app.heard
    await me.press(card, "Drop")

    assert answer.message == "Drop #42? It stays in the history."
    assert (asked, len(app.heard)) == ([], 1)


async def test_an_option_is_picked_by_its_words(
    api: Api, me: Person, deals: Channel, app: SlackApp
) -> None:
    stages = {"type": "static_select", "action_id": "stage", "options": [option("won")]}
    await api.chat_postMessage(channel=deals.id, text="#42", blocks=[actions(stages)])

    await me.press(me.sees(deals)[-1], "stage", "Won")

    assert app.last["actions"][0]["selected_option"]["value"] == "won"


async def test_a_person_reads_every_text_and_finds_what_can_be_touched(
    api: Api, me: Person, deals: Channel
) -> None:
    blocks = [section("*#42* Acme"), actions(button("move", "Move to Won"))]
    await api.chat_postMessage(channel=deals.id, text="unseen", blocks=blocks)
    await api.chat_postMessage(channel=deals.id, text="only text")

    card, plain = me.sees(deals)

    assert me.reads(card) == "*#42* Acme\nMove to Won"
    assert me.reads(plain) == "only text"
    assert me.touchable(card) == ["Move to Won"]


async def test_a_thread_holds_its_first_message_and_the_replies(
    me: Person, other: Person, deals: Channel
) -> None:
    first = await me.say(deals, "who takes Acme?")
    await me.say(deals, "something else")

    reply = await other.reply(first, "I do")
    await me.reply(reply, "thanks")

    assert [each.text for each in me.thread(reply)] == ["who takes Acme?", "I do", "thanks"]


async def test_the_app_hears_of_reactions_given_and_taken_back(
    me: Person, deals: Channel, app: SlackApp
) -> None:
    message = await me.say(deals, "signed")

    await me.react(message, "tada")
    await me.unreact(message, "tada")

    told = [each.payload["event"] for each in app.requests[-2:]]
    assert [each["type"] for each in told] == ["reaction_added", "reaction_removed"]
    assert me.sees(deals)[-1].reactions == []


async def test_a_file_is_shared_with_a_comment_and_the_app_hears_of_it(
    me: Person, other: Person, team: Team, deals: Channel, app: SlackApp
) -> None:
    await me.upload(deals, "offer.txt", b"48k", comment="the offer")

    shared = other.sees(deals)[-1]
    (file_id,) = shared.files
    assert (shared.text, shared.subtype) == ("the offer", "file_share")
    assert (team.files[file_id].name, team.files[file_id].size) == ("offer.txt", 3)
    heard = [each.payload["event"] for each in app.requests]
    assert {"message", "file_shared"} <= {each["type"] for each in heard}
    assert [file["id"] for each in heard for file in each.get("files", [])] == [file_id]


async def test_the_clock_is_put_forward_by_a_time_or_to_a_moment(slack: Sandbox) -> None:
    began = slack.clock.now()

    await slack.travel(timedelta(days=1))
    await slack.travel(began + timedelta(days=3))

    assert slack.clock.now() == began + timedelta(days=3)
    with pytest.raises(ValueError, match="does not move"):
        await slack.travel(began)


async def test_a_file_is_handed_in_with_a_modal(
    api: Api, me: Person, deals: Channel, app: SlackApp
) -> None:
    await me.command("/opp", channel=deals)
    proof = {"type": "file_input", "action_id": "proof", "filetypes": ["txt"], "max_files": 1}
    view = modal(input_block("proof", proof))
    await api.views_open(trigger_id=app.last["trigger_id"], view=view)

    me.fill({"proof": [me.keep("offer.txt", b"48k").id]})
    answer = await me.submit()

    (file,) = app.last["view"]["state"]["values"]["proof"]["proof"]["files"]
    assert answer.ok
    assert file["name"] == "offer.txt"
    with pytest.raises(NotThere):
        me.fill({"proof": []})
