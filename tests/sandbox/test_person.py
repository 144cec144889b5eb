import pytest

from sandbox import Channel, Member, NotThere, Person, Sandbox, Team
from tests.sandbox.slack_app import SlackApp


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
