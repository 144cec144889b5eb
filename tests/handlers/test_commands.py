from uuid import uuid4

import pytest

from handlers.commands import dispatch, nearest
from handlers.routing import Command, Place, Reply, Say, SlashCommand, Subcommand
from services.db import Database
from services.sealing import Sealer
from services.values import Actor, OrganizationId, UserId, WorkspaceId

ANYBODY = Actor(
    organization_id=OrganizationId(uuid4()),
    user_id=UserId(uuid4()),
    name="Ron Rep",
    role="sales_rep",
    permissions=frozenset({"opportunities.move:own"}),
)


async def move(request: Command) -> Reply:
    return Say(text=f"moved {request.words}")


async def show(request: Command) -> Reply:
    return Say(text=f"shown {request.words}")


async def change(request: Command) -> Reply:
    return Say(text="changed")


OPP = SlashCommand(
    name="/opp",
    summary="Opportunities",
    usage_hint="show | move",
    subcommands=(
        Subcommand("show", "<number>", "Show one", show),
        Subcommand("move", "<number> <stage>", "Move one", move, "opportunities.move"),
        Subcommand("purge", "", "Delete all", change, "opportunities.purge"),
    ),
    numbered=show,
)
WEEKLY = SlashCommand("/weekly", "Your week", "", (), default=show)
ROBOTS = SlashCommand(
    "/robots", "Robots", "", (Subcommand("build", "", "Build one", change, "robots.build"),)
)
HUB = SlashCommand(
    "/tandem", "Settings", "settings", (Subcommand("settings", "", "Change them", change),)
)
COMMANDS = (OPP, WEEKLY, ROBOTS, HUB)


async def said(typed: str, actor: Actor = ANYBODY) -> str:
    """All that is shown in answer to a line as typed."""
    command, _, words = typed.partition(" ")
    request = Command(
        actor=actor,
        db=NO_DATABASE,
        sealer=NO_SEALER,
        place=Place(WorkspaceId(uuid4())),
        key="",
        command=command,
        words=words,
    )
    answer = await dispatch(COMMANDS, request)
    assert isinstance(answer, Say)
    return " ".join([answer.text, *(str(block) for block in answer.blocks or [])])


NO_DATABASE: Database = None  # pyright: ignore[reportAssignmentType]  # these handlers open none
NO_SEALER: Sealer = None  # pyright: ignore[reportAssignmentType]  # these move no token


@pytest.mark.parametrize(
    ("typed", "answer"),
    [
        ("/opp move 42 won", "moved 42 won"),
        ("/opp   move   42 won", "moved 42 won"),
        ("/opp MOVE 42", "moved 42"),
        ("/OPP move 42", "moved 42"),
        ("/opp move\t42", "moved 42"),
        ("/opp move\u00a042", "moved 42"),
        ("/opp move\n42 won", "moved 42 won"),
        ("/opp show", "shown "),
        ("/opp 42", "shown 42"),
        ("/tandem opp #42", "shown #42"),
        ("/tandem opp move 42 won", "moved 42 won"),
        ("/tandem  Opp\tmove 42", "moved 42"),
        ("/tandem settings", "changed"),
        ("/weekly last week", "shown last week"),
        ("/tandem weekly last week", "shown last week"),
        ("/acme-opp move 42", "moved 42"),
        ("/acme-tandem opp move 42", "moved 42"),
        ("/acme-weekly", "shown "),
    ],
)
async def test_a_line_leads_to_its_handler(typed: str, answer: str) -> None:
    assert await said(typed) == answer


@pytest.mark.parametrize("typed", ["/opp", "/opp help", "/opp  ", "/opp HELP", "/tandem opp help"])
async def test_help_shows_what_there_is(typed: str) -> None:
    told = await said(typed)

    assert "`/opp show <number>` Show one" in told
    assert "`/opp move <number> <stage>` Move one" in told


async def test_help_hides_what_is_not_allowed() -> None:
    assert "purge" not in await said("/opp help")
    assert "purge" in await said("/opp help", Actor.application(ANYBODY.organization_id))


async def test_the_hubs_help_lists_the_other_commands() -> None:
    told = await said("/tandem help")

    assert "`/opp` Opportunities" in told
    assert "`/weekly` Your week" in told
    assert "robots" not in told
    assert "robots" not in await said("/tandem robotz")
    assert "robots" in await said("/tandem help", Actor.application(ANYBODY.organization_id))


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("/opp shwo 42", "/opp show"),
        ("/opp mvoe 42", "/opp move"),
        ("/opp hlep", "/opp help"),
        ("/tandem setings", "/tandem settings"),
        ("/tandem op move 42", "/tandem opp"),
        ("/tandem wekly", "/tandem weekly"),
    ],
)
async def test_a_typo_is_asked_about(typed: str, meant: str) -> None:
    assert f"Did you mean `{meant}`?" in await said(typed)


async def test_what_resembles_nothing_gets_no_guess() -> None:
    told = await said("/opp xyzzy")

    assert "Did you mean" not in told
    assert "`/opp help`" in told


async def test_what_is_not_allowed_is_not_suggested() -> None:
    assert "purge" not in await said("/opp pruge")


async def test_words_that_are_markup_are_shown_as_typed() -> None:
    told = await said("/opp <!channel>")

    assert "<!channel>" not in told
    assert "&lt;!channel&gt;" in told


async def test_a_flood_of_words_is_cut() -> None:
    assert len(await said("/opp " + "x" * 10_000)) < 300


async def test_a_command_nobody_knows_is_answered() -> None:
    assert "/elsewhere" in await said("/elsewhere now")


def test_a_swap_of_two_letters_is_one_mistake() -> None:
    assert nearest("hsow", ["show", "move"]) == "show"
    assert nearest("", ["show"]) is None
