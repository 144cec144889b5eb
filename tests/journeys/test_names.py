"""Whatever something is called, it is read as typed and can do nothing, wherever it is shown."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from sandbox import Person
from sandbox.wire import as_list, as_text, maybe_object, parse
from tests.journeys.conftest import World
from tests.journeys.test_alerts import told
from tests.journeys.test_opportunities import FILLED, a_manager
from tests.journeys.test_weekly_status import is_reminder, utc

MARKUP = "<!channel> <@U0VICTIM> <!here|x> <https://evil.example|click> & *b* `c`"
RIGHT_TO_LEFT = "\u05e9\u05dc\u05d5\u05dd \u0645\u062c\u0645\u0648\u0639\u0629"
EMOJI = "\U0001f680 \u2764\ufe0f :tada:"
ALIVE = re.compile(r"<(!channel|@U0VICTIM|!here|https://evil)")
ESCAPED = re.compile(r"&(amp|lt|gt);")


@dataclass(frozen=True)
class Said:
    """One text that the app gave to Slack: marked up, or plain as it stands."""

    surface: str
    words: str
    is_plain: bool

    @property
    def is_harmful(self) -> bool:
        """It would notify or link, or people would read `&amp;`."""
        return bool((ESCAPED if self.is_plain else ALIVE).search(self.words))

    def names(self, name: str) -> bool:
        escaped = name.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
        return name in self.words or escaped in self.words


def everything_said(world: World) -> list[Said]:
    calls = [said for call in world.slack.calls for said in texts(call.method, call.args)]
    answers = [
        said
        for sent in world.slack.deliveries
        if sent.body.startswith(("{", "["))
        for said in texts(sent.kind, parse(sent.body))
    ]
    return calls + answers


def texts(surface: str, value: object) -> Iterator[Said]:
    """Every text object and message text in what was sent, with what a field starts with."""
    for each in as_list(value):
        yield from texts(surface, each)
    for name, held in (maybe_object(value) or {}).items():
        if isinstance(held, str) and name in {"text", "initial_value"}:
            kind = (maybe_object(value) or {}).get("type")
            yield Said(surface, held, is_plain=kind in {"plain_text", "plain_text_input"})
        elif name != "errors":
            yield from texts(surface, held)
    errors = (maybe_object(value) or {}).get("errors")
    for words in (maybe_object(errors) or {}).values():
        yield Said(surface, as_text(words), is_plain=True)


async def everywhere(world: World, ron: Person, name: str) -> None:
    """All of the product, with this name for everything that has one."""
    mia = await a_manager(world)
    await of_partners(world, ron, mia, name)
    await of_opportunities(world, ron, name)
    await ron.command("/weekly", channel=world.acme.deals)
    ron.fill({"accomplishments": name, "upcoming_tasks": name, "blockers": name})
    await ron.submit()
    await ron.command("/opp", "move 2 won", channel=world.acme.deals)
    await world.slack.travel(utc("2026-12-04T21:00"))
    await world.settle()
    assert any(map(is_reminder, ron.dm))
    await ron.press(told(world)[-1], "Acknowledge")
    await mia.press(told(world)[-1], "Acknowledge")
    await world.deliver()


async def of_partners(world: World, ron: Person, mia: Person, name: str) -> None:
    for domain in ("finops", "security"):
        await ron.command("/partner", "new", channel=world.acme.deals)
        ron.fill({"name": name, "domain": domain, "contact_name": name})
        await ron.submit()
    await ron.submit()  # anyway
    for words in ("list", "log", f"show {name}", f"log {name}", f"new {name}", name):
        await ron.command("/partner", words, channel=world.acme.deals)
        await ron.close(everything=True) if ron.view else None
    await mia.command("/partner", "list security", channel=world.acme.deals)
    await mia.press(mia.ephemerals[-1], "Show")
    card = mia.ephemerals[-1]
    await mia.press(card, "partner.more", "Share here")
    await world.deliver()
    await ron.press(world.cards(world.acme.deals, "last contact")[-1], "Log interaction")
    await ron.choose("with_whom", [(await ron.suggest("with_whom", name))[0]])
    ron.fill({"description": name, "next_step": name})
    await ron.submit()
    await ron.press(ron.ephemerals[-1], "Edit")
    await ron.submit()
    await ron.press(ron.ephemerals[-1], "interaction.act:menu", "Delete interaction")
    await ron.close()
    await mia.press(card, "partner.more", "Timeline")
    await mia.close()
    await ron.shortcut("message_interaction", await ron.say(world.acme.deals, name))
    await ron.close()
    await world.deliver()


async def of_opportunities(world: World, ron: Person, name: str) -> None:
    for _ in range(2):
        await ron.command("/opp", "new", channel=world.acme.deals)
        await ron.suggest("assigned_user_id", "")
        await ron.choose("partner_id", (await ron.suggest("partner_id", ""))[0])
        ron.fill(FILLED | {"customer_name": name, "notes": name})
        await ron.submit()
    await world.deliver()
    card = world.cards(world.acme.deals, "#1 ")[-1]
    await ron.press(card, "Move to Qualified")
    for words in (
        "list",
        "show 1",
        f"show {name}",
        f"list {name}",
        f"move 1 {name}",
        f"new {name}",
    ):
        await ron.command("/opp", words, channel=world.acme.deals)
        await ron.close(everything=True) if ron.view else None
    await ron.command("/opp", "move 1", channel=world.acme.deals)
    await ron.choose("to_stage", "proposal")
    ron.fill({"reason": name})
    await ron.command("/opp", f"move 1 negotiation {name}")
    await ron.submit()
    await ron.submit()
    await ron.press(card, "Move to Qualified")
    await ron.command("/opp", "show 1", channel=world.acme.deals)
    await ron.press(ron.ephemerals[-1], "Move to Negotiation")
    await world.deliver()


@pytest.mark.parametrize("name", [MARKUP, f"{RIGHT_TO_LEFT} {EMOJI}"])
async def test_a_name_of_any_kind_is_harmless_wherever_it_is_shown(world: World, name: str) -> None:
    await world.set_channels()
    world.acme.members["ron"].real_name = name
    ron = world.person("ron")

    await everywhere(world, ron, name)

    said = everything_said(world)
    assert [each for each in said if each.is_harmful] == []
    assert {each.surface for each in said if each.names(name)} >= {
        "block_suggestion",
        "chat.postEphemeral",
        "chat.postMessage",
        "chat.update",
        "command",
        "response_url",
        "view_submission",
        "views.open",
        "views.update",
    }
