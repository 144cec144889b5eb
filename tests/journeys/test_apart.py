"""One company finds nothing of another: not in what it is told, offered or refused, nor in files
and logs.
"""

import re
from pathlib import Path
from urllib.parse import urlencode
from zipfile import ZipFile

from handlers.blocks.settings import SECTIONS
from sandbox import Channel, Message, Person, payloads
from sandbox.controls import controls_of
from sandbox.wire import as_object, as_text, dump, parse
from tests.conftest import Urls
from tests.journeys.conftest import World
from tests.journeys.crafted import Signed, nothing_changes, press, send, signed
from tests.journeys.installer import Browser
from tests.journeys.neighbours import (
    OURS,
    THEIRS,
    Ids,
    Listener,
    furnished,
    touched,
    values_of,
)
from tests.journeys.test_forged import CARRIES_NOTHING
from tests.journeys.test_linking import a_guest_of_the_channel, said
from tests.journeys.test_operating import Operator
from tests.journeys.test_opportunities import a_public_card
from tests.journeys.walking import Walker
from tests.logs import LogWatch

ADMIN_ASKS = (
    "/opp list all",
    "/opp list {customer}",
    "/opp list via {partner}",
    "/opp list {stage}",
    "/opp show {number}",
    "/opp show 1",
    "/opp show {second}",
    "/opp move {number} {stage}",
    "/opp move {number} won",
    "/opp move 1 {stage}",
    "/opp move 1",
    "/opp new {customer} 48k {currency} via {partner} closing 30 dec",
    "/opp {customer}",
    "/partner list",
    "/partner list {domain}",
    "/partner show {partner}",
    "/partner show {typo}",
    "/partner show hazelnut",
    "/partner {partner}",
    "/partner log {typo}",
    "/partner new {partner}",
    "/weekly",
    "/weekly {status}",
    "/tandem people",
    "/tandem people {first_name}",
    "/tandem people {email}",
    "/tandem settings {kpi}",
    "/tandem roles {role}",
    "/tandem audit",
    "/tandem audit {audit}",
    "/tandem workspaces",
    "/tandem link {hint}",
    "/tandem {first_name}",
    "/tandem opp show {number}",
)
REP_ASKS = (
    "/opp show {number}",
    "/opp move {number} won",
    "/partner show {typo}",
    "/tandem people {first_name}",
    "/tandem {first_name}",
)
SEES = (
    "/opp",
    "/opp list",
    "/partner",
    "/weekly last",
    "/tandem",
    "/tandem help",
    "/tandem me",
    "/tandem settings",
    "/tandem roles",
    *(f"/tandem settings {each.key}" for each in SECTIONS),
)
"""Where nobody says a word of the other company's."""
SPOKEN = {
    "customer",
    "second",
    "stage",
    "partner",
    "website",
    "domain",
    "currency",
    "status",
    "kpi",
    "first_name",
    "email",
    "role",
    "audit",
}
"""Kinds of words that people say when they ask."""
WORKSPACE = {
    "globex corp",
    "globex.example",
    *(f"{kind}globex" for kind in ("t0", "u0ada", "u0ron", "c0deals", "c0alerts", "c0status")),
}
UNSPOKEN = WORKSPACE | {THEIRS[each].casefold() for each in THEIRS.keys() - SPOKEN}
TYPO = THEIRS["partner"].replace("v", "w")


async def asked(world: World, own: Ids, other: Ids) -> Listener:
    """All that an admin and a rep are told who know the other's words, and these identifiers."""
    listener = Listener(world, world.acme, other)
    words = {**THEIRS, "typo": TYPO, "number": other.number, "hint": other.hint}
    for name, lines in (("ada", ADMIN_ASKS), ("ron", REP_ASKS)):
        walker = Walker(listener, world.person(name), own, other)
        for line in lines:
            await walker.types(line, **words)
        await walker.opens_home()
    ada = world.person("ada")
    walker = Walker(listener, ada, own, other)
    for action, value in (
        ("account_mine", f'{{"v":1,"id":"{own.question}"}}'),
        ("alert.acknowledge", f'{{"v":1,"id":"{own.alert}"}}'),
        ("alert.acknowledge_all", f'{{"v":1,"id":"{own.digest}"}}'),
        ("audit_all", f'{{"v":1,"id":"{own.entry}"}}'),
        ("person_reactivate", f'{{"v":1,"user_id":"{own.person}"}}'),
        ("weekly_show_all", f'{{"v":1,"id":"{own.status}"}}'),
    ):
        await walker.presses(ada.ephemerals[-1], action, value)
    return listener


async def looked_around(world: World, own: Ids) -> Listener:
    """All that an admin sees without asking for anything of the other's."""
    listener = Listener(world, world.acme, own)
    walker = Walker(listener, world.person("ada"), own, own)
    for line in SEES:
        await walker.types(line)
    return listener


def texts_in(archive: Path) -> str:
    with ZipFile(archive) as files:
        return "".join(files.read(name).decode() for name in files.namelist())


async def takes(person: Person, partner: str, website: str) -> bool:
    """Whether a new partner is taken without a question about others that are alike."""
    await person.command("/partner", f"new {partner}")
    person.fill({"domain": "gardening", "website": website})
    return (await person.submit()).ok and person.view is None


async def test_what_one_company_has_makes_no_difference_to_another(
    world: World, office_urls: Urls, tmp_path: Path, logged: LogWatch
) -> None:
    world.slack.core.rates.enforced = False
    own = await furnished(world, world.acme, OURS)
    async with nothing_changes(office_urls):
        before = await asked(world, own, Ids())
    theirs = await furnished(world, world.globex, THEIRS)
    world.db.memory.forget(world.acme.organization_id)
    logged_before = len(logged.lines)

    async with nothing_changes(office_urls):
        after = await asked(world, own, theirs)
        seen = await looked_around(world, own)
    lines = "".join(logged.lines[logged_before:])
    is_new = await takes(world.person("ada"), THEIRS["partner"], THEIRS["website"])
    await world.settle()
    archive = tmp_path / "acme.zip"
    await Operator(world, office_urls).run("organizations", "export", "acme", str(archive))

    ids = {str(each) for name, each in vars(theirs).items() if name not in {"number", "hint"}}
    ids.add(str(world.globex.organization_id))
    # Every company may choose of the same currencies.
    their_words = UNSPOKEN | {THEIRS[each].casefold() for each in SPOKEN - {"currency"}}
    everything = "".join([*before.everything, *after.everything, *seen.everything])
    posts = "".join(dump(each.args) for each in world.slack.calls if each.team_id == "T0ACME")
    assert "reference" not in "".join(before.heard.values())
    assert after.heard == before.heard
    assert found(UNSPOKEN, everything + posts) == set()
    assert found(their_words | ids, "".join(seen.everything)) == set()
    assert found(their_words | ids, lines) == set()
    assert found(UNSPOKEN | ids, texts_in(archive)) == set()
    assert own.partner in texts_in(archive)
    assert is_new


def found(wanted: set[str], words: str) -> set[str]:
    there = re.compile("|".join(rf"(?<!\w){re.escape(each)}(?!\w)" for each in wanted))
    return set(there.findall(words.casefold()))


async def a_card(world: World) -> Message:
    """Of Acme's first opportunity, in its deals channel."""
    ron = world.person("ron")
    shown = (await ron.command("/opp", "show 1", channel=world.acme.deals)).ephemeral
    assert shown is not None
    await ron.press(shown, "opportunity.more", "Share here")
    await world.deliver()
    [card] = [each for each in world.slack_history(world.acme.deals) if not each.ephemeral_for]
    return card


def commanded(world: World, person: Person, room: Channel, name: str, words: str) -> Signed:
    """As no client of a stranger's would send it."""
    fields = payloads.command(person.actor, room, name, words)
    fields |= {"trigger_id": "1.2.3", "response_url": f"{person.core.url}/actions/none"}
    body = urlencode(fields).encode()
    return Signed(world.slack.sign(body), body)


async def test_a_stranger_in_a_shared_channel_is_told_one_sentence_whatever_they_touch(
    world: World, office_urls: Urls
) -> None:
    await furnished(world, world.acme, OURS)
    await furnished(world, world.globex, THEIRS)
    card = await a_card(world)
    eve, nobody = a_guest_of_the_channel(world), Ids()
    listener = Listener(world, world.acme, nobody)
    touches = [
        touched(eve, card, control, value)
        for control in controls_of(card.blocks)
        for value in values_of(control)
    ]
    touches += [press(eve, card, action, '{"v":1}') for action in CARRIES_NOTHING]

    async with nothing_changes(office_urls):
        for at, payload in enumerate(touches):
            await listener.forge(str(at), payload, nobody, nobody)
        typed = [
            await send(world, commanded(world, eve, world.acme.deals, *line.split(" ", 1)))
            for line in ("/opp list all", "/opp show 1", "/partner list", "/tandem people")
        ]

    told = {each.text for each in eve.ephemerals}
    told |= {as_text(as_object(parse(reply.body))["text"]) for reply in typed}
    assert len(touches) > len(CARRIES_NOTHING) + 2
    assert told == {
        "Tandem works for the people of the company that installed it. You are of another."
    }
    assert eve.view is None
    assert found({each.casefold() for each in OURS.values()}, "".join(listener.everything)) == set()


async def test_an_account_that_slack_does_not_show_the_app_is_of_another_company(
    world: World,
) -> None:
    card = await a_public_card(world, world.person("ron"))
    eve = a_guest_of_the_channel(world)
    unseen = press(eve, card, "opportunity.open", "{}")
    as_object(unseen["user"])["id"] = "U0UNSEEN"

    await send(world, signed(world, unseen))

    said = as_text(world.slack.calls[-1].args["text"])
    assert said.startswith("Tandem works for the people of the company that installed it.")


async def test_in_a_shared_channel_everybody_has_the_app_of_their_own_company(
    world: World, office_urls: Urls
) -> None:
    await furnished(world, world.acme, OURS)
    await furnished(world, world.globex, THEIRS)
    ron = world.globex.person("ron")
    channel, team = world.acme.deals, world.globex.team
    here = team.add_channel(channel.id, "shared", members=[ron.member], shared=True)
    channel.shared = True
    listener = Listener(world, world.globex, Ids())

    async with nothing_changes(office_urls):
        for line in ("/opp list all", "/opp show 1", "/opp list Larkspur", "/partner list"):
            await listener.hear(line, ron.command(*line.split(" ", 1), channel=here))
    await ron.command("/opp", "show 1", channel=here)
    await ron.press(ron.ephemerals[-1], "opportunity.more", "Share here")
    await world.deliver()

    heard = "".join(listener.everything)
    assert found({"quillfeather", "zarvox trading"}, heard) == {"quillfeather", "zarvox trading"}
    ours = {OURS[each].casefold() for each in ("contact", "partner", "stage", "role", "notes")}
    assert found(ours, heard) == set()
    assert [each for each in team.history(channel.id) if not each.ephemeral_for] == []
    assert "people of other companies read it" in ron.dm[-1].text


async def test_one_enterprise_is_one_company_in_all_its_teams_and_no_other(world: World) -> None:
    people: dict[str, Person] = {}
    for grid_id, teams in (("E0ONE", ("T0EAST", "T0WEST")), ("E0TWO", ("T0FAR",))):
        grid = world.slack.add_enterprise(grid_id, grid_id, domain=grid_id.lower())
        for team_id in teams:
            team = world.slack.add_team(
                team_id,
                team_id,
                domain=team_id.lower(),
                bot_token=f"xoxb-{team_id}",
                enterprise=grid,
            )
            who = team.add_person(
                f"U0PAM{grid_id}",
                "pam",
                real_name=f"Pam {grid_id}",
                email=f"pam@{grid_id.lower()}.example",
                email_confirmed=True,
                is_admin=True,
            )
            people[team_id] = world.slack.person(team, who)
        browser = Browser(world)
        back = await browser.answer(await browser.start(), f"{grid_id}/U0PAM{grid_id}")
        assert "Tandem is installed" in (await browser.get(back)).page

    await people["T0EAST"].command("/partner", "new Zarvox")
    people["T0EAST"].fill({"domain": "finops"})
    assert (await people["T0EAST"].submit()).ok
    listed = {team: await said(person, "/partner", "list") for team, person in people.items()}
    far = people["T0FAR"]
    await far.command("/tandem", "people Pam")
    assert far.view is not None

    assert {team for team, words in listed.items() if "Zarvox" in words} == {"T0EAST", "T0WEST"}
    assert found({"zarvox", "pam e0one"}, listed["T0FAR"] + far.reads(far.view)) == set()
    assert "Pam E0TWO" in far.reads(far.view)
