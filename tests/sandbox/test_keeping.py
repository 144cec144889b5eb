import sqlite3
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from sandbox import Channel, Member, Sandbox, SandboxClock, Team
from tests.sandbox.slack_app import FixedClock, SlackApp, actions, button, client


def filled(folder: Path) -> tuple[Sandbox, Team, Member, Channel]:
    slack = Sandbox(clock=FixedClock(), folder=folder)
    team = slack.add_team("T0ACME", "Acme", domain="acme", bot_token="xoxb-acme")
    ana = team.add_person("U0ANA", "Ana", email="ana@acme.example", tz="Europe/Lisbon")
    deals = team.add_channel("C0DEALS", "deals", members=[ana])
    return slack, team, ana, deals


async def test_teams_people_channels_and_messages_survive_a_restart(tmp_path: Path) -> None:
    slack, _, _, _ = filled(tmp_path)
    await slack.start()
    row = actions(button("go", "Go"))
    posted = await client(slack.api_url, "xoxb-acme").chat_postMessage(
        channel="C0DEALS", text="kept", blocks=[row]
    )
    await slack.stop()

    again, team, ana, deals = filled(tmp_path)

    (message,) = again.person(team, ana).sees(deals)
    assert (message.ts, message.text, message.blocks) == (posted["ts"], "kept", [row])
    assert (ana.tz, ana.email) == ("Europe/Lisbon", "ana@acme.example")
    await again.stop()


async def test_what_changed_stays_changed_when_the_same_is_added_again(tmp_path: Path) -> None:
    slack, team, ana, deals = filled(tmp_path)
    team.change_person(ana, is_admin=True)
    team.remove_bot(deals)
    team.revoke("token_revoked")
    await slack.stop()

    again, team, ana, deals = filled(tmp_path)

    assert ana.is_admin
    assert team.bot_user_id not in deals.members
    assert team.about.revoked == "token_revoked"
    await again.stop()


async def test_nothing_answered_for_is_lost_without_a_stop(tmp_path: Path) -> None:
    slack, team, ana, deals = filled(tmp_path)
    slack.person(team, ana).write(deals, "said")
    slack.core.store.close()

    again, team, ana, deals = filled(tmp_path)

    assert [message.text for message in again.person(team, ana).sees(deals)] == ["said"]
    await again.stop()


async def test_messages_after_a_restart_are_later_than_those_before(tmp_path: Path) -> None:
    slack, team, ana, deals = filled(tmp_path)
    first = slack.person(team, ana).write(deals, "one")
    await slack.stop()

    again, team, ana, deals = filled(tmp_path)
    second = again.person(team, ana).write(deals, "two")

    assert second.ts > first.ts
    await again.stop()


async def test_a_deleted_message_stays_deleted(tmp_path: Path) -> None:
    slack, _, _, _ = filled(tmp_path)
    await slack.start()
    api = client(slack.api_url, "xoxb-acme")
    posted = await api.chat_postMessage(channel="C0DEALS", text="gone")
    await api.chat_delete(channel="C0DEALS", ts=posted["ts"])
    await slack.stop()

    again, team, ana, deals = filled(tmp_path)

    assert again.person(team, ana).sees(deals) == []
    await again.stop()


async def test_travelled_time_is_not_travelled_back(tmp_path: Path) -> None:
    clock = SandboxClock()
    slack = Sandbox(clock=clock, folder=tmp_path)
    clock.advance(timedelta(days=9))
    await slack.stop()

    later = SandboxClock()
    again = Sandbox(clock=later, folder=tmp_path)

    assert later.ahead == timedelta(days=9)
    await again.stop()


async def test_no_id_an_app_may_remember_comes_again_after_a_restart(
    tmp_path: Path, app: SlackApp
) -> None:
    told: list[tuple[str, str]] = []
    for _ in range(2):
        slack = Sandbox(folder=tmp_path)
        await slack.start()
        slack.connect_app(app.url, commands=[{"command": "/opp"}])
        team = slack.add_team("T0ACME", "Acme", domain="acme", bot_token="xoxb-acme")
        await slack.person(team, team.add_person("U0ANA", "Ana")).command("/opp")
        trigger = app.last["trigger_id"]
        await slack.send_event(team, {"type": "app_mention"})
        told.append((trigger, app.last["event_id"]))
        await slack.stop()

    (first_trigger, first_event), (trigger, event) = told
    assert trigger != first_trigger
    assert event != first_event


async def test_a_folder_belongs_to_one_sandbox_at_a_time(tmp_path: Path) -> None:
    slack, _, _, _ = filled(tmp_path)

    with pytest.raises(sqlite3.OperationalError, match="locked"):
        Sandbox(folder=tmp_path)
    await slack.stop()


async def no_stop() -> None:
    pass


async def test_the_clock_moves_forward_only() -> None:
    clock = SandboxClock()

    with pytest.raises(ValueError, match="forward"):
        await clock.travel(timedelta(seconds=-1), no_stop)
    with pytest.raises(ValueError, match="forward"):
        clock.advance(timedelta(seconds=-1))


async def test_a_journey_stops_at_each_half_hour_and_where_it_ends() -> None:
    clock = SandboxClock()
    stops: list[datetime] = []

    async def at_stop() -> None:
        stops.append(clock.now())

    await clock.travel(timedelta(hours=6), at_stop)

    assert {each.minute for each in stops[:-1]} == {0, 30}
    assert len(stops) in (12, 13)
    assert clock.ahead == timedelta(hours=6)


async def test_a_journey_of_days_stops_less_often_before_its_last_one() -> None:
    clock = SandboxClock()
    stops: list[datetime] = []

    async def at_stop() -> None:
        stops.append(clock.now())

    await clock.travel(timedelta(days=5), at_stop)

    assert 90 <= len(stops) <= 100
    assert clock.ahead == timedelta(days=5)


async def test_files_and_scheduled_messages_survive_a_restart(tmp_path: Path) -> None:
    slack, _, _, _ = filled(tmp_path)
    await slack.start()
    api = client(slack.api_url, "xoxb-acme")
    sent = await api.files_upload_v2(content="a,b", filename="deals.csv", channel="C0DEALS")
    soon = int(slack.clock.now().timestamp()) + 60
    await api.chat_scheduleMessage(channel="C0DEALS", text="later", post_at=soon)
    await slack.stop()

    again, team, ana, deals = filled(tmp_path)
    clock = again.clock
    assert isinstance(clock, FixedClock)
    clock.advance(timedelta(seconds=61))
    again.core.agenda.catch_up()

    file_id = sent["files"][0]["id"]
    assert again.core.store.bytes_of(file_id) == b"a,b"
    assert team.files[file_id].filetype == "csv"
    assert [message.text for message in again.person(team, ana).sees(deals)][-1] == "later"
    await again.stop()


async def test_what_is_scheduled_happens_on_the_way_through_time() -> None:
    clock = SandboxClock()
    slack = Sandbox(clock=clock)
    team = slack.add_team("T0ACME", "Acme", domain="acme", bot_token="xoxb-acme")
    ana = team.add_person("U0ANA", "Ana")
    deals = team.add_channel("C0DEALS", "deals", members=[ana])
    await slack.start()
    due = int(clock.now().timestamp()) + 3600
    await client(slack.api_url, "xoxb-acme").chat_scheduleMessage(
        channel="C0DEALS", text="later", post_at=due
    )

    await clock.travel(timedelta(hours=9), slack.core.at_stop)

    (message,) = slack.person(team, ana).sees(deals)
    assert due <= float(message.ts) < due + 1800
    await slack.stop()


async def test_a_folder_written_before_there_were_threads_and_files_is_read(
    tmp_path: Path,
) -> None:
    slack, team, ana, deals = filled(tmp_path)
    old = {"team_id": "T0ACME", "channel": "C0DEALS", "ts": "1700000000.000001", "user": "U0ANA"}
    slack.core.store.put("message", "T0ACME/C0DEALS/1", {**old, "text": "old", "gone": 1})
    await slack.stop()

    again, team, ana, deals = filled(tmp_path)

    (message,) = again.person(team, ana).sees(deals)
    assert (message.text, message.reactions, message.files) == ("old", [], [])
    await again.stop()
