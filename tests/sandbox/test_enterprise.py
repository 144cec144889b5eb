import pytest

from sandbox import Channel, Member, Person, Sandbox, Team
from tests.sandbox.slack_app import Api, Payload, SlackApp, actions, button, client, modal

ORG_TOKEN = "xoxb-org"
STARSHIP = {"id": "E0STAR", "name": "Starship"}


@pytest.fixture
def bridge(slack: Sandbox) -> Team:
    org = slack.add_enterprise("E0STAR", "Starship", domain="starship", bot_token=ORG_TOKEN)
    return slack.add_team("T0BRIDGE", "Bridge", domain="bridge", bot_token="", enterprise=org)


@pytest.fixture
def crew(slack: Sandbox, bridge: Team) -> Person:
    kim = bridge.add_person("W0KIM", "Kim")
    bridge.add_channel("C0HELM", "helm", members=[kim])
    return slack.person(bridge, kim)


@pytest.fixture
def org_api(slack: Sandbox, bridge: Team) -> Api:
    return client(slack.api_url, ORG_TOKEN)


@pytest.fixture
def shared(team: Team, ana: Member) -> Channel:
    channel = team.add_channel("C0SHARED", "shared", members=[ana], shared=True)
    channel.shared_with = ["T0GLOBEX"]
    return channel


@pytest.fixture
def stranger(slack: Sandbox, team: Team, shared: Channel) -> Person:
    gus = team.add_person("U0GUS", "Gus", home_team="T0GLOBEX")
    team.join(shared, gus.id)
    return slack.person(team, gus)


async def test_a_command_in_an_organisation_names_it(crew: Person, app: SlackApp) -> None:
    await crew.command("/opp")

    told = app.last
    assert (told["is_enterprise_install"], told["team_id"]) == ("true", "T0BRIDGE")
    assert (told["enterprise_id"], told["enterprise_name"]) == ("E0STAR", "Starship")


async def test_an_interaction_with_an_org_wide_app_has_no_team(
    crew: Person, org_api: Api, app: SlackApp
) -> None:
    await org_api.chat_postMessage(
        channel="C0HELM", text="x", blocks=[actions(button("go", "Go"))], team_id="T0BRIDGE"
    )

    await crew.press(crew.sees(crew.team.channels["C0HELM"])[0], "go")

    told = app.last
    assert (told["team"], told["enterprise"], told["is_enterprise_install"]) == (
        None,
        STARSHIP,
        True,
    )
    assert told["user"]["team_id"] == "T0BRIDGE"


async def test_a_view_of_an_org_wide_app_still_says_where_it_was_opened(
    crew: Person, org_api: Api, app: SlackApp
) -> None:
    await crew.command("/opp")
    await org_api.views_open(trigger_id=app.last["trigger_id"], view=modal())
    crew.fill({"customer": "Acme"})

    await crew.submit()

    told = app.last
    assert (told["type"], told["team"], told["is_enterprise_install"]) == (
        "view_submission",
        None,
        True,
    )
    assert (told["view"]["team_id"], told["view"]["app_installed_team_id"]) == (
        "T0BRIDGE",
        "T0BRIDGE",
    )


async def test_an_event_in_an_organisation_is_authorized_by_it_alone(
    crew: Person, app: SlackApp
) -> None:
    await crew.say(crew.team.channels["C0HELM"], "engage")

    told = app.requests[-1].payload
    assert (told["team_id"], told["enterprise_id"]) == ("T0BRIDGE", "E0STAR")
    assert told["context_enterprise_id"] == "E0STAR"
    (authorization,) = told["authorizations"]
    assert (authorization["enterprise_id"], authorization["team_id"]) == ("E0STAR", None)
    assert authorization["is_enterprise_install"] is True


async def test_a_workspace_of_an_organisation_may_have_an_installation_of_its_own(
    slack: Sandbox, app: SlackApp
) -> None:
    org = slack.add_enterprise("E0STAR", "Starship", domain="starship")
    team = slack.add_team("T0DECK", "Deck", domain="deck", bot_token="xoxb-deck", enterprise=org)
    lee = slack.person(team, team.add_person("W0LEE", "Lee"))

    await lee.shortcut("anything")

    assert app.last["team"] == {
        "id": "T0DECK",
        "domain": "deck",
        "enterprise_id": "E0STAR",
        "enterprise_name": "Starship",
    }
    assert (app.last["enterprise"], app.last["is_enterprise_install"]) == (STARSHIP, False)


async def test_an_organisation_that_uninstalls_says_so_without_a_team(
    slack: Sandbox, org_api: Api, bridge: Team, app: SlackApp
) -> None:
    await org_api.apps_uninstall(
        client_id=slack.core.app.client_id, client_secret=slack.core.app.client_secret
    )
    await slack.events.settled()

    payloads = [request.payload for request in app.requests]
    assert [told["event"]["type"] for told in payloads] == ["tokens_revoked", "app_uninstalled"]
    assert [(told["enterprise_id"], "team_id" in told) for told in payloads] == [
        ("E0STAR", False)
    ] * 2


async def test_workspaces_added_to_an_org_wide_app_are_named(
    slack: Sandbox, bridge: Team, app: SlackApp
) -> None:
    org = slack.core.enterprises["E0STAR"]

    await slack.events.team_access(org, ["T0BRIDGE"], granted=True)
    await slack.events.team_access(org, ["T0BRIDGE"], granted=False)

    events = [request.payload["event"] for request in app.requests]
    assert [event["type"] for event in events] == ["team_access_granted", "team_access_revoked"]
    assert events[0]["team_ids"] == ["T0BRIDGE"]


async def test_a_strangers_message_comes_from_their_team_to_ours(
    stranger: Person, shared: Channel, app: SlackApp
) -> None:
    await stranger.say(shared, "hello")

    told = app.requests[-1].payload
    assert (told["team_id"], told["context_team_id"]) == ("T0GLOBEX", "T0ACME")
    assert told["authorizations"][0]["team_id"] == "T0ACME"
    assert told["is_ext_shared_channel"] is True
    event = told["event"]
    assert (event["team"], event["user_team"], event["source_team"]) == ("T0GLOBEX",) * 3


async def test_a_strangers_mention_names_our_team_and_theirs(
    stranger: Person, team: Team, shared: Channel, app: SlackApp
) -> None:
    await stranger.say(shared, f"<@{team.bot_user_id}> hello")

    told = app.requests[-1].payload
    assert told["team_id"] == "T0ACME"
    assert (told["event"]["team"], told["event"]["user_team"]) == ("T0ACME", "T0GLOBEX")


async def test_our_own_message_in_a_shared_channel_is_ours(
    me: Person, shared: Channel, app: SlackApp
) -> None:
    await me.say(shared, "hello")

    told = app.requests[-1].payload
    assert (told["team_id"], told["event"]["team"]) == ("T0ACME", "T0ACME")
    assert told["is_ext_shared_channel"] is True


@pytest.fixture
async def card(api: Api, shared: Channel, team: Team) -> Payload:
    return await api.chat_postMessage(
        channel=shared.id, text="x", blocks=[actions(button("go", "Go"))]
    )


async def test_a_stranger_who_presses_has_their_team_and_the_message_ours(
    stranger: Person, shared: Channel, card: Payload, app: SlackApp
) -> None:
    await stranger.press(stranger.sees(shared)[0], "go")

    told = app.last
    assert (told["user"]["team_id"], told["team"]["id"]) == ("T0GLOBEX", "T0ACME")


async def test_a_strangers_view_is_of_their_team_and_installed_in_ours(
    stranger: Person, shared: Channel, card: Payload, api: Api, app: SlackApp
) -> None:
    await stranger.press(stranger.sees(shared)[0], "go")
    await api.views_open(trigger_id=app.last["trigger_id"], view=modal())
    stranger.fill({"customer": "Acme"})

    await stranger.submit()

    told = app.last
    assert (told["team"]["id"], told["user"]["team_id"]) == ("T0GLOBEX", "T0GLOBEX")
    assert (told["view"]["team_id"], told["view"]["app_installed_team_id"]) == (
        "T0GLOBEX",
        "T0ACME",
    )


async def test_a_stranger_has_neither_commands_nor_shortcuts_of_the_app(
    stranger: Person, shared: Channel, app: SlackApp
) -> None:
    typed = await stranger.command("/opp", channel=shared)
    started = await stranger.shortcut("anything")

    assert (typed.error, started.error) == ("unknown_command", "unknown_shortcut")
    assert app.requests == []


async def test_a_stranger_who_joins_brings_their_team(
    slack: Sandbox, team: Team, ana: Member, stranger: Person, shared: Channel, app: SlackApp
) -> None:
    team.leave(shared, stranger.member.id)

    async with slack.events.acting(ana.id):
        team.join(shared, stranger.member.id)

    event = app.requests[-1].payload["event"]
    assert (event["type"], event["team"]) == ("member_joined_channel", "T0GLOBEX")
