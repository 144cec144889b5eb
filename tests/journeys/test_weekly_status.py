import asyncio
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import select, update

from sandbox import Message, Person, View
from services import people, weekly_status
from services.tables import SlackIdentity, User
from services.tables import WeeklyStatus as Row
from services.weekly_status import FileStatus
from tests.journeys.conftest import World

STATUS = {
    "accomplishments": "- Signed the renewal with Acme\n- Met Globex",
    "upcoming_tasks": "Send the proposal",
    "blockers": "Legal has not answered",
}


def utc(words: str) -> datetime:
    return datetime.fromisoformat(words).replace(tzinfo=UTC)


def top(person: Person) -> View:
    assert person.view is not None
    return person.view


def title(person: Person) -> str:
    return top(person).title


def typed(person: Person) -> dict[str, object]:
    """What stands in the fields of the modal in front."""
    return {block: state.get("value") for (block, _), state in top(person).values.items()}


async def a_team(world: World) -> None:
    """Everybody has used the app, on the Wednesday the clock starts on."""
    for name in ("ron", "olga", "mia"):
        await world.person(name).command("/weekly", "help")
    await world.settle()


async def file(person: Person, **fields: str) -> None:
    await person.command("/weekly")
    person.fill(fields or STATUS)
    answer = await person.submit()
    assert answer.ok
    assert person.view is None


async def posts(world: World) -> list[Message]:
    await world.deliver()
    return world.slack_history(world.acme.status)


async def rows(world: World) -> list[Row]:
    async with world.db.transaction(world.acme.application) as tx:
        return list(await tx.session.scalars(select(Row).order_by(Row.week_ending)))


async def reminders(world: World, now: str) -> list[str]:
    """Who has a reminder open by then, everything having been done that is due."""
    await world.slack.travel(utc(now))
    await world.settle()
    names = ("ada", "mia", "olga", "ron")
    return [name for name in names if any(map(is_reminder, world.person(name).dm))]


def is_reminder(message: Message) -> bool:
    return "is still open" in message.text


def reminder(person: Person) -> Message:
    """The one lasting message about a week in the person's direct messages."""
    [found] = [
        each for each in person.dm if "week ending" in each.text and each.ephemeral_for is None
    ]
    return found


async def file_elsewhere(world: World, name: str, *done: str) -> None:
    """On another device, where this one does not see it."""
    async with world.db.transaction(world.acme.application) as tx:
        slack_user_id = world.acme.members[name].id
        who = await people.find_person(tx, world.acme.workspace_id, slack_user_id)
        assert who is not None
        actor = await people.actor_for(tx, who)
    async with world.db.transaction(actor) as tx:
        new = FileStatus(week_ending=date(2026, 11, 22), accomplishments=done)
        await weekly_status.file_status(tx, new)


async def test_a_rep_files_the_week_and_the_team_reads_it(world: World) -> None:
    await world.set_channels()
    ron = world.person("ron")

    await ron.command("/weekly", channel=world.acme.deals)
    named = title(ron)
    ron.fill(STATUS)
    await ron.submit()
    [post] = await posts(world)

    assert named == "Week ending Sun 22 Nov"
    assert ron.view is None
    confirmation = ron.ephemerals[-1]
    assert confirmation.channel == world.acme.deals.id
    assert confirmation.text == (
        "Your status for the week ending Sun 22 Nov is filed. "
        f"Your team reads it in <#{world.acme.status.id}>."
    )
    assert post.text == "Ron Acme: week ending Sun 22 Nov"
    assert "• Signed the renewal with Acme\\n• Met Globex" in str(post.blocks)
    [row] = await rows(world)
    assert row.accomplishments == ["Signed the renewal with Acme", "Met Globex"]
    assert row.upcoming_tasks == ["Send the proposal"]
    assert row.blockers == ["Legal has not answered"]


async def test_filing_again_starts_from_what_was_filed_and_edits_the_post_in_place(
    world: World,
) -> None:
    await world.set_channels()
    ron = world.person("ron")
    await file(ron)
    [before] = await posts(world)

    await ron.command("/weekly")
    prefilled = typed(ron)
    ron.fill({"blockers": ""})
    await ron.submit()
    [after] = await posts(world)

    assert prefilled["accomplishments"] == "Signed the renewal with Acme\nMet Globex"
    assert after.ts == before.ts
    assert "edited" in str(after.blocks)
    assert "Legal" not in str(after.blocks)
    assert len(await rows(world)) == 1


async def test_on_friday_at_four_of_their_own_zone_everybody_gets_one_reminder(
    world: World,
) -> None:
    await a_team(world)

    seen = [
        await reminders(world, now)
        for now in (
            "2026-11-27T07:59",
            "2026-11-27T08:00",
            "2026-11-27T15:00",
            "2026-11-27T16:00",
            "2026-11-27T20:59",
            "2026-11-27T21:00",
            "2026-11-27T21:05",
        )
    ]

    assert seen == [
        [],
        ["mia"],
        ["mia", "olga"],
        ["ada", "mia", "olga"],
        ["ada", "mia", "olga"],
        ["ada", "mia", "olga", "ron"],
        ["ada", "mia", "olga", "ron"],
    ]
    for name, count in {"ada": 2, "mia": 2, "olga": 2, "ron": 1}.items():
        assert sum(map(is_reminder, world.person(name).dm)) == count
    assert "this is the last reminder" in world.person("ada").dm[-1].text


async def test_who_has_filed_gets_no_last_reminder(world: World) -> None:
    await a_team(world)
    await reminders(world, "2026-11-27T15:00")
    await reminders(world, "2026-11-27T16:00")
    await file(world.person("ada"))

    await reminders(world, "2026-11-27T17:00")

    assert not any(map(is_reminder, world.person("ada").dm))
    assert sum(map(is_reminder, world.person("olga").dm)) == 2


async def test_a_reminder_leads_to_the_form_and_says_that_the_week_is_filed(
    world: World,
) -> None:
    await world.set_channels()
    await a_team(world)
    ron = world.person("ron")
    await reminders(world, "2026-11-27T21:00")
    invitation = reminder(ron)

    await ron.press(invitation, "File status")
    ron.fill(STATUS)
    await ron.submit()
    [post] = await posts(world)

    told = reminder(ron)
    assert told.ts == invitation.ts
    assert told.text == "Filed: your status for the week ending Sun 29 Nov."
    assert post.text == "Ron Acme: week ending Sun 29 Nov"


async def test_after_a_filing_from_the_reminder_a_second_one_edits_the_post_in_place(
    world: World,
) -> None:
    await world.set_channels()
    await a_team(world)
    ron = world.person("ron")
    await reminders(world, "2026-11-27T21:00")
    await ron.press(reminder(ron), "File status")
    ron.fill(STATUS)
    await ron.submit()
    [before] = await posts(world)

    await ron.press(reminder(ron), "Edit status")
    ron.fill({"accomplishments": "Something better"})
    await ron.submit()
    [after] = await posts(world)

    assert after.ts == before.ts
    assert "Something better" in str(after.blocks)
    assert not is_reminder(reminder(ron))


async def test_a_reminder_pressed_days_later_still_files_its_own_week(world: World) -> None:
    await world.set_channels()
    await a_team(world)
    ron = world.person("ron")
    await reminders(world, "2026-11-27T21:00")
    await world.slack.travel(utc("2026-12-01T15:00"))

    await ron.press(reminder(ron), "File status")
    named = title(ron)
    ron.fill(STATUS)
    await ron.submit()
    [post] = await posts(world)

    assert named == "Week ending Sun 29 Nov"
    assert "Filed late" in str(post.blocks)


async def test_who_has_filed_gets_no_reminder(world: World) -> None:
    await a_team(world)
    await world.slack.travel(utc("2026-11-24T12:00"))
    await file(world.person("ron"))

    reminded = [
        *await reminders(world, "2026-11-27T08:00"),
        *await reminders(world, "2026-11-27T16:00"),
        *await reminders(world, "2026-11-27T21:00"),
    ]
    assert {"ada", "mia", "olga"} == set(reminded)


async def test_a_reminder_that_waits_while_the_week_is_filed_is_not_sent(world: World) -> None:
    await a_team(world)
    ron = world.person("ron")
    await world.slack.travel(utc("2026-11-27T21:00"))
    await world.tandem.tick()

    await file(ron)
    await world.deliver()

    assert not any(map(is_reminder, ron.dm))


async def test_a_reminder_set_to_an_earlier_time_today_comes_today(world: World) -> None:
    await a_team(world)
    await world.slack.travel(utc("2026-11-27T10:00"))
    await world.settle()
    ada = world.person("ada")

    await ada.command("/tandem", "settings weekly")
    ada.fill({"reminder_time": "11:30"})
    await ada.submit()
    before = await reminders(world, "2026-11-27T10:01")

    assert "ada" not in before
    assert "ada" in await reminders(world, "2026-11-27T11:30")


async def test_without_a_status_channel_the_week_is_kept_and_the_person_is_told(
    world: World,
) -> None:
    ron = world.person("ron")

    await file(ron)

    assert "It is not posted anywhere: no status channel is set up yet." in ron.dm[-1].text
    assert len(await rows(world)) == 1
    assert await posts(world) == []


async def test_a_channel_that_was_archived_is_told_to_the_author(world: World) -> None:
    await world.set_channels()
    ron = world.person("ron")
    world.acme.status.archived = True

    await file(ron)
    await world.deliver()

    assert "I could not post your status for the week ending Sun 22 Nov" in ron.dm[-1].text
    assert len(await rows(world)) == 1


async def test_an_empty_form_is_refused_at_its_first_field(world: World) -> None:
    ron = world.person("ron")

    await ron.command("/weekly")
    ron.fill({"blockers": "  \n - \n"})
    answer = await ron.submit()

    assert answer.errors == {
        "accomplishments": "Fill in at least one of the fields. Nothing was saved."
    }
    assert typed(ron)["blockers"] == "  \n - \n"
    assert await rows(world) == []


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("Met\x00Acme", "characters that cannot be shown"),
        ("x" * 501, "Line 1 is too long; 500 characters fit on one."),
        ("x\n" * 51, "These are too many lines; 50 fit."),
    ],
)
async def test_what_cannot_be_kept_is_refused_at_its_field(
    world: World, words: str, told: str
) -> None:
    ron = world.person("ron")

    await ron.command("/weekly")
    ron.fill({"upcoming_tasks": words})
    answer = await ron.submit()

    assert list(answer.errors) == ["upcoming_tasks"]
    assert told in answer.errors["upcoming_tasks"]
    assert await rows(world) == []


async def test_words_of_any_script_and_markup_are_kept_as_typed(world: World) -> None:
    await world.set_channels()
    words = "\u05e9\u05dc\u05d5\u05dd <!channel> & *bold* \U0001f469\u200d\U0001f4bb"

    await file(world.person("ron"), accomplishments=words)
    [post] = await posts(world)

    [row] = await rows(world)
    assert row.accomplishments == [words]
    assert "&lt;!channel&gt; &amp; *bold*" in str(post.blocks)


async def test_two_submits_of_one_form_file_once(world: World) -> None:
    await world.set_channels()
    ron = world.person("ron")
    await ron.command("/weekly")
    ron.fill(STATUS)
    view = top(ron)

    answers = await asyncio.gather(ron.submit(view=view), ron.submit(view=view))

    assert all(answer.ok for answer in answers)
    assert len(await rows(world)) == 1
    [post] = await posts(world)
    assert "edited" not in str(post.blocks)


async def test_what_was_filed_in_another_window_is_shown_before_it_is_replaced(
    world: World,
) -> None:
    ron = world.person("ron")
    await ron.command("/weekly")
    ron.fill({"accomplishments": "From the phone"})
    await file_elsewhere(world, "ron", "From the laptop")

    await ron.submit()
    kept = [row.accomplishments for row in await rows(world)]
    shown, words = typed(ron), str(top(ron).blocks)
    replaced = await ron.submit()

    assert "You filed this week in another window" in words
    assert shown["accomplishments"] == "From the phone"
    assert kept == [["From the laptop"]]
    assert replaced.ok
    assert [row.accomplishments for row in await rows(world)] == [["From the phone"]]


async def test_the_week_before_can_be_filed_late_from_this_weeks_form(world: World) -> None:
    await world.set_channels()
    await a_team(world)
    await world.slack.travel(utc("2026-11-30T15:00"))
    ron = world.person("ron")
    await ron.command("/weekly")
    this_week = title(ron)
    ron.fill({"accomplishments": "Typed for this week"})

    await ron.press_in_view("File that week")
    before, fields = title(ron), typed(ron)
    ron.fill(STATUS)
    await ron.submit()

    assert (this_week, before) == ("Week ending Sun 6 Dec", "Week ending Sun 29 Nov")
    assert fields["accomplishments"] is None
    [row] = await rows(world)
    assert row.week_ending.isoformat() == "2026-11-29"
    [post] = await posts(world)
    assert "Filed late" in str(post.blocks)


async def test_the_week_before_has_a_command_of_its_own(world: World) -> None:
    ron = world.person("ron")

    await ron.command("/weekly", "last")

    assert title(ron) == "Week ending Sun 15 Nov"


async def test_the_short_name_also_works_behind_tandem(world: World) -> None:
    ron = world.person("ron")

    await ron.command("/tandem", "weekly")

    assert title(ron) == "Week ending Sun 22 Nov"


async def test_a_typo_is_answered_with_what_was_probably_meant(world: World) -> None:
    answer = await world.person("ron").command("/weekly", "lsat")

    assert "Did you mean `/weekly last`?" in answer.text


async def test_help_says_what_the_command_does(world: World) -> None:
    answer = await world.person("ron").command("/weekly", "help")

    assert "/weekly last" in str(answer.blocks)


async def test_without_the_permission_the_command_says_so_and_opens_nothing(
    world: World,
) -> None:
    ron = world.person("ron")
    await ron.command("/weekly", "help")
    async with world.db.transaction(world.acme.application) as tx:
        who = SlackIdentity.slack_user_id == world.acme.members["ron"].id
        await tx.session.execute(
            update(User)
            .where(User.id == SlackIdentity.user_id, who)
            .values(permissions={"deny": ["weekly_status.file"]})
            .execution_options(synchronize_session=False)
        )

    answer = await ron.command("/weekly")

    assert ron.view is None
    assert "Your role does not let you file a weekly status. Nothing was saved." in answer.text


async def test_a_long_status_is_cut_for_the_team_and_whole_behind_its_button(
    world: World,
) -> None:
    await world.set_channels()
    await file(
        world.person("ron"),
        accomplishments="\n".join(f"Thing number {number}" for number in range(1, 31)),
    )
    [post] = await posts(world)
    olga = world.person("olga")

    await olga.press(post, "Show all")

    assert "_and 22 more_" in str(post.blocks)
    assert "Thing number 30" not in str(post.blocks)
    assert "Thing number 30" in str(top(olga).blocks)


async def test_two_companies_file_and_read_apart(world: World) -> None:
    await world.set_channels()
    await world.set_channels(world.globex)

    await file(world.person("ron"))
    await file(world.globex.person("ron"), accomplishments="Something at Globex")
    await world.deliver()

    [acme] = world.slack_history(world.acme.status)
    [globex] = world.slack_history(world.globex.status)
    assert acme.text == "Ron Acme: week ending Sun 22 Nov"
    assert globex.text == "Ron Globex: week ending Sun 22 Nov"
